//! SQL of what a team takes over from its duplicate. What both have stays as the team that stays has it; the duplicate's own rows of
//! statements that are never changed stay beside.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;

kernel::sql! {
    SIGNATURES = "INSERT INTO forum_signature (forum, version, team, by_key, by_name, at) SELECT forum, version, $2::TEXT, by_key, by_name, at \
        FROM forum_signature WHERE team = $1::TEXT ON CONFLICT DO NOTHING";
    CAPACITY = "INSERT INTO team_capacity (team, sprint, version, asked, agreed, used, note, by_name, at) SELECT $2::TEXT, c.sprint, \
        c.version, c.asked, c.agreed, c.used, c.note, c.by_name, c.at FROM team_capacity c WHERE c.team = $1::TEXT \
        AND NOT EXISTS (SELECT 1 FROM team_capacity o WHERE o.team = $2::TEXT AND o.sprint = c.sprint) ON CONFLICT DO NOTHING";
    SHARES = "UPDATE tech_share SET team = $2::TEXT WHERE team = $1::TEXT";
    ADOPTIONS = "INSERT INTO tech_share_adoption (share, team, on_day, what, by_name, at) SELECT share, $2::TEXT, on_day, what, by_name, at \
        FROM tech_share_adoption WHERE team = $1::TEXT ON CONFLICT DO NOTHING";
    ADOPTED = "DELETE FROM tech_share_adoption WHERE team = $1::TEXT";
    SAID = "UPDATE forum_capture SET team = $2::TEXT WHERE team = $1::TEXT";
    RECEIVED = "UPDATE forum_capture SET to_team = $2::TEXT WHERE to_team = $1::TEXT";
    TREATED = "UPDATE forum_treatment SET team = $2::TEXT WHERE team = $1::TEXT";
    GIVES = "INSERT INTO connection_offer (grp, about, gives, receives, title, giver, giver_by, giver_at, receiver, receiver_by, receiver_at) \
        SELECT grp, about, $2::TEXT, receives, title, giver, giver_by, giver_at, receiver, receiver_by, receiver_at FROM connection_offer \
        WHERE gives = $1::TEXT AND receives <> $2::TEXT ON CONFLICT DO NOTHING";
    RECEIVES = "INSERT INTO connection_offer (grp, about, gives, receives, title, giver, giver_by, giver_at, receiver, receiver_by, receiver_at) \
        SELECT grp, about, gives, $2::TEXT, title, giver, giver_by, giver_at, receiver, receiver_by, receiver_at FROM connection_offer \
        WHERE receives = $1::TEXT AND gives <> $2::TEXT ON CONFLICT DO NOTHING";
    ACKNOWLEDGED = "INSERT INTO notice_acknowledgement (notice, version, team, person, name, plan, planned, made_at) \
        SELECT notice, version, $2::TEXT, person, name, plan, planned, made_at FROM notice_acknowledgement WHERE team = $1::TEXT \
        ON CONFLICT DO NOTHING";
    MEANT = "UPDATE notice SET body = $2::TEXT WHERE number = $1::BIGINT";
}

fn run(tx: &mut dyn Tx, sql: &[&'static kernel::db::Sql], from: Id, into: Id) -> Result<u64> {
    sql.iter().try_fold(0, |n, sql| Ok(n + tx.execute(sql, &[from.into(), into.into()])?))
}

/// Signatures of working agreements.
pub(crate) fn signatures(tx: &mut dyn Tx, from: Id, into: Id) -> Result<u64> {
    run(tx, &[&SIGNATURES], from, into)
}

/// What was stated of capacity in sprints of which the team that stays has stated nothing.
pub(crate) fn capacity(tx: &mut dyn Tx, from: Id, into: Id) -> Result<u64> {
    run(tx, &[&CAPACITY], from, into)
}

/// Tech shares, and that one was taken up.
pub(crate) fn shares(tx: &mut dyn Tx, from: Id, into: Id) -> Result<u64> {
    let n = run(tx, &[&SHARES, &ADOPTIONS], from, into)?;
    tx.execute(&ADOPTED, &[from.into()])?;
    Ok(n)
}

/// What was captured in sessions, what became of actions there, and connections.
pub(crate) fn captured(tx: &mut dyn Tx, from: Id, into: Id) -> Result<u64> {
    run(tx, &[&SAID, &RECEIVED, &TREATED, &GIVES, &RECEIVES], from, into)
}

/// That a notice was read.
pub(crate) fn acknowledged(tx: &mut dyn Tx, from: Id, into: Id) -> Result<u64> {
    run(tx, &[&ACKNOWLEDGED], from, into)
}

/// Names a notice's teams as they are now.
pub(crate) fn meant(tx: &mut dyn Tx, number: i64, body: &str) -> Result<()> {
    tx.execute(&MEANT, &[number.into(), body.into()]).map(|_| ())
}
