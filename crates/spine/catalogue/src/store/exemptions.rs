//! Rows of exemptions.

use kernel::db::{Row, Tx, Value};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::exemptions::{Exemption, ExemptionKind};

kernel::sql! {
    OF_TEAM = "SELECT id, kind, team, subject, metric, standard, pillar, title, reason, until, asked_by, asked_name, asked_at, \
        decision, decided_name, decided_at, words, ended_name, ended_at FROM exemption WHERE team = $1::TEXT ORDER BY id COLLATE \"C\"";
    LIST = "SELECT id, kind, team, subject, metric, standard, pillar, title, reason, until, asked_by, asked_name, asked_at, \
        decision, decided_name, decided_at, words, ended_name, ended_at FROM exemption \
        WHERE id COLLATE \"C\" > $1::TEXT ORDER BY id COLLATE \"C\" LIMIT $2::BIGINT";
    CURRENT = "SELECT id, kind, team, subject, metric, standard, pillar, title, reason, until, asked_by, asked_name, asked_at, \
        decision, decided_name, decided_at, words, ended_name, ended_at FROM exemption \
        WHERE ended_at IS NULL AND decision <> 'refused' AND (until = '' OR until COLLATE \"C\" >= $1::TEXT) \
        ORDER BY id COLLATE \"C\" LIMIT $2::BIGINT";
    NEWEST = "SELECT id, kind, team, subject, metric, standard, pillar, title, reason, until, asked_by, asked_name, asked_at, \
        decision, decided_name, decided_at, words, ended_name, ended_at FROM exemption ORDER BY id COLLATE \"C\" DESC LIMIT $1::BIGINT";
    ONE = "SELECT id, kind, team, subject, metric, standard, pillar, title, reason, until, asked_by, asked_name, asked_at, \
        decision, decided_name, decided_at, words, ended_name, ended_at FROM exemption WHERE id = $1::TEXT";
    INSERT = "INSERT INTO exemption (id, kind, team, subject, metric, standard, pillar, title, reason, until, asked_by, asked_name, \
        asked_at, decision, decided_name, decided_at, words, ended_name, ended_at) \
        VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::TEXT, $9::TEXT, $10::TEXT, $11::TEXT, \
        $12::TEXT, $13::BIGINT, '', '', $14::BIGINT, '', '', NULL) ON CONFLICT DO NOTHING";
    DECIDE = "UPDATE exemption SET decision = $2::TEXT, decided_name = $3::TEXT, decided_at = $4::BIGINT, words = $5::TEXT \
        WHERE id = $1::TEXT AND decided_at IS NULL AND ended_at IS NULL";
    END = "UPDATE exemption SET ended_name = $2::TEXT, ended_at = $3::BIGINT WHERE id = $1::TEXT AND ended_at IS NULL";
    END_PENDING = "UPDATE exemption SET ended_name = $5::TEXT, ended_at = $6::BIGINT WHERE team = $1::TEXT AND subject = $2::TEXT \
        AND metric = $3::TEXT AND standard = $4::TEXT AND decided_at IS NULL AND ended_at IS NULL AND until COLLATE \"C\" < $7::TEXT";
}

fn maybe(text: &str) -> Result<Option<Id>> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(Error::internal) }
}

fn text_of(id: Option<Id>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

fn of(r: &Row) -> Result<Exemption> {
    Ok(Exemption {
        id: r.id(0)?,
        kind: if r.text(1)? == "exempt" { ExemptionKind::Exempt } else { ExemptionKind::NotApplicable },
        team: r.id(2)?,
        subject: maybe(&r.text(3)?)?,
        metric: r.text(4)?,
        standard: maybe(&r.text(5)?)?,
        pillar: r.text(6)?,
        title: r.text(7)?,
        reason: r.text(8)?,
        until: r.text(9)?,
        asked_by: r.text(10)?,
        asked_name: r.text(11)?,
        asked_at: r.time(12)?,
        approved: r.text(13)? == "approved",
        decided_name: r.text(14)?,
        decided_at: r.opt_time(15)?,
        words: r.text(16)?,
        ended_name: r.text(17)?,
        ended_at: r.opt_time(18)?,
    })
}

/// All of a team, oldest first.
///
/// # Errors
/// The engine's.
pub fn of_team(tx: &mut dyn Tx, team: Id) -> Result<Vec<Exemption>> {
    tx.query(&OF_TEAM, &[team.into()])?.iter().map(of).collect()
}

/// At most `limit` after an id, in the order in which they were asked for.
///
/// # Errors
/// The engine's.
pub fn list(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<Exemption>> {
    tx.query(&LIST, &[after.into(), limit.into()])?.iter().map(of).collect()
}

/// What waits or holds on a day or after it, oldest first, and the newest of all others; each once.
///
/// # Errors
/// The engine's.
pub fn recent(tx: &mut dyn Tx, day: &str, most: i64) -> Result<Vec<Exemption>> {
    let mut out: Vec<Exemption> = tx.query(&CURRENT, &[day.into(), most.into()])?.iter().map(of).collect::<Result<_>>()?;
    for e in tx.query(&NEWEST, &[most.into()])?.iter().map(of) {
        let e = e?;
        if !out.iter().any(|o| o.id == e.id) {
            out.push(e);
        }
    }
    out.sort_by_key(|e| e.id);
    Ok(out)
}

/// One by its id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn one(tx: &mut dyn Tx, id: Id) -> Result<Exemption> {
    tx.opt(&ONE, &[id.into()])?.as_ref().map_or_else(|| Err(Error::not_found("exemption", id)), of)
}

/// Stores a new one; false if one for the same target waits already.
pub(crate) fn insert(tx: &mut dyn Tx, e: &Exemption, today: &str) -> Result<bool> {
    let (subject, standard) = (text_of(e.subject), text_of(e.standard));
    // What nobody decided before its last day was over waits no longer.
    let over = [
        e.team.into(),
        (&subject).into(),
        (&e.metric).into(),
        (&standard).into(),
        "its last day".into(),
        e.asked_at.into(),
        today.into(),
    ];
    tx.execute(&END_PENDING, &over)?;
    let decided: Value = e.decided_at.map_or(Value::Null, Into::into);
    let row = [
        e.id.into(),
        e.kind.key().into(),
        e.team.into(),
        subject.into(),
        (&e.metric).into(),
        standard.into(),
        (&e.pillar).into(),
        (&e.title).into(),
        (&e.reason).into(),
        (&e.until).into(),
        (&e.asked_by).into(),
        (&e.asked_name).into(),
        e.asked_at.into(),
        decided,
    ];
    Ok(tx.execute(&INSERT, &row)? == 1)
}

/// Stores a decision; false if there is one.
pub(crate) fn decide(tx: &mut dyn Tx, id: Id, approve: bool, (name, words): (&str, &str), now: Time) -> Result<bool> {
    let decision = if approve { "approved" } else { "refused" };
    Ok(tx.execute(&DECIDE, &[id.into(), decision.into(), name.into(), now.into(), words.into()])? == 1)
}

/// Takes one back; false if it is.
pub(crate) fn end(tx: &mut dyn Tx, id: Id, name: &str, now: Time) -> Result<bool> {
    Ok(tx.execute(&END, &[id.into(), name.into(), now.into()])? == 1)
}
