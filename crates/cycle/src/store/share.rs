//! SQL of tech shares and of connections that the data offers.

use jiff::civil::Date;
use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::capture::Named;
use crate::share::{Adopted, Body, TechShare, state};
use crate::topics::{Answer, Suggestion};

kernel::sql! {
    INSERT = "INSERT INTO tech_share (id, grp, team, day, body, origin_kind, origin_id, origin_url, origin_words, version, made_by, made_at, \
        changed_by, changed_at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::TEXT, $9::TEXT, 1, \
        $10::TEXT, $11::BIGINT, $10::TEXT, $11::BIGINT) ON CONFLICT (id) DO NOTHING";
    CHANGE = "UPDATE tech_share SET day = $3::TEXT, body = $4::TEXT, version = version + 1, changed_by = $5::TEXT, changed_at = $6::BIGINT \
        WHERE id = $1::TEXT AND version = $2::BIGINT";
    ONE = "SELECT s.id, g.slug, g.name, t.slug, t.name, s.body, s.origin_kind, s.origin_id, s.origin_url, s.origin_words, s.version, \
        s.made_by, s.changed_at, s.grp FROM tech_share s JOIN review_group g ON g.id = s.grp LEFT JOIN team t ON t.id = s.team \
        WHERE s.id = $1::TEXT";
    OF_GROUP = "SELECT s.id, g.slug, g.name, t.slug, t.name, s.body, s.origin_kind, s.origin_id, s.origin_url, s.origin_words, s.version, \
        s.made_by, s.changed_at, s.grp FROM tech_share s JOIN review_group g ON g.id = s.grp LEFT JOIN team t ON t.id = s.team \
        WHERE s.grp = $1::TEXT AND s.id < $2::TEXT COLLATE \"C\" ORDER BY s.id COLLATE \"C\" DESC LIMIT $3::BIGINT";
    ADOPT = "INSERT INTO tech_share_adoption (share, team, on_day, what, by_name, at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, \
        $5::TEXT, $6::BIGINT) ON CONFLICT (share, team) DO UPDATE SET on_day = excluded.on_day, what = excluded.what, \
        by_name = excluded.by_name, at = excluded.at";
    ADOPTED = "SELECT a.share, t.slug, t.name, a.on_day, a.what, a.by_name, a.at FROM tech_share_adoption a \
        JOIN tech_share s ON s.id = a.share JOIN team t ON t.id = a.team WHERE s.grp = $1::TEXT \
        ORDER BY a.on_day COLLATE \"C\", t.slug COLLATE \"C\"";
    GIVER = "INSERT INTO connection_offer (grp, about, gives, receives, title, giver, giver_by, giver_at) VALUES ($1::TEXT, $2::TEXT, \
        $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::BIGINT) ON CONFLICT (grp, about, gives, receives) DO UPDATE SET \
        giver = excluded.giver, giver_by = excluded.giver_by, giver_at = excluded.giver_at";
    RECEIVER = "INSERT INTO connection_offer (grp, about, gives, receives, title, receiver, receiver_by, receiver_at) VALUES ($1::TEXT, \
        $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::BIGINT) ON CONFLICT (grp, about, gives, receives) DO UPDATE SET \
        receiver = excluded.receiver, receiver_by = excluded.receiver_by, receiver_at = excluded.receiver_at";
    OFFERS = "SELECT about, gives, receives, title, giver, receiver FROM connection_offer WHERE grp = $1::TEXT \
        ORDER BY about COLLATE \"C\", gives COLLATE \"C\", receives COLLATE \"C\"";
}

/// Sorts after every id.
pub(crate) const NEWEST: &str = "~";

fn share(r: &Row, today: Date) -> Result<TechShare> {
    let kind = r.text(6)?;
    let body: Body = serde_json::from_str(r.str(5)?).map_err(Error::internal)?;
    Ok(TechShare {
        id: r.id(0)?,
        group: Named { slug: r.text(1)?, name: r.text(2)? },
        team: r.opt_text(3)?.zip(r.opt_text(4)?).map(|(slug, name)| Named { slug, name }),
        state: state(&body, today),
        body,
        origin: actions::Origin {
            kind: actions::OriginKind::read(&kind).ok_or_else(|| Error::internal(format!("a tech share has the origin {kind}")))?,
            id: r.text(7)?,
            url: r.text(8)?,
            words: r.text(9)?,
        },
        adopted: Vec::new(),
        version: r.int(10)?,
        made_by: r.text(11)?,
        changed_at: r.time(12)?,
    })
}

fn text(body: &Body) -> Result<String> {
    serde_json::to_string(body).map_err(Error::internal)
}

/// Stores a tech share.
pub(crate) fn insert(
    tx: &mut dyn Tx,
    id: Id,
    (group, team): (Id, Option<Id>),
    body: &Body,
    origin: &actions::Origin,
    (by, at): (&str, Time),
) -> Result<()> {
    let params = [
        id.into(),
        group.into(),
        team.into(),
        (&body.day).into(),
        text(body)?.into(),
        origin.kind.key().into(),
        (&origin.id).into(),
        (&origin.url).into(),
        (&origin.words).into(),
        by.into(),
        at.into(),
    ];
    tx.execute(&INSERT, &params).map(|_| ())
}

/// Puts other words in place of the version that the caller saw; false if there is a newer one.
pub(crate) fn change(tx: &mut dyn Tx, id: Id, version: i64, body: &Body, (by, at): (&str, Time)) -> Result<bool> {
    let params = [id.into(), version.into(), (&body.day).into(), text(body)?.into(), by.into(), at.into()];
    Ok(tx.execute(&CHANGE, &params)? == 1)
}

fn adoptions(tx: &mut dyn Tx, group: Id) -> Result<Vec<(Id, Adopted)>> {
    let read = |r: &Row| {
        let team = Named { slug: r.text(1)?, name: r.text(2)? };
        Ok((r.id(0)?, Adopted { team, on: r.text(3)?, what: r.text(4)?, by: r.text(5)?, at: r.time(6)? }))
    };
    tx.query(&ADOPTED, &[group.into()])?.iter().map(read).collect()
}

/// A tech share and the id of its group.
///
/// # Errors
/// [`Error::NotFound`].
pub fn one(tx: &mut dyn Tx, id: Id, today: Date) -> Result<(TechShare, Id)> {
    let row = tx.opt(&ONE, &[id.into()])?.ok_or_else(|| Error::not_found("tech share", id))?;
    let (mut found, group) = (share(&row, today)?, row.id(13)?);
    found.adopted = adoptions(tx, group)?.into_iter().filter(|(of, _)| *of == id).map(|(_, a)| a).collect();
    Ok((found, group))
}

/// Tech shares of a group, newest first, before an id, at most `limit`.
///
/// # Errors
/// The engine's.
pub fn of_group(tx: &mut dyn Tx, group: Id, before: &str, limit: i64, today: Date) -> Result<Vec<TechShare>> {
    let rows = tx.query(&OF_GROUP, &[group.into(), before.into(), limit.into()])?;
    let mut out = rows.iter().map(|r| share(r, today)).collect::<Result<Vec<_>>>()?;
    for (of, a) in adoptions(tx, group)? {
        if let Some(s) = out.iter_mut().find(|s| s.id == of) {
            s.adopted.push(a);
        }
    }
    Ok(out)
}

/// Says that a team took something up, in place of what it said before.
pub(crate) fn adopt(tx: &mut dyn Tx, id: Id, team: Id, a: &Adopted) -> Result<()> {
    let params = [id.into(), team.into(), (&a.on).into(), (&a.what).into(), (&a.by).into(), a.at.into()];
    tx.execute(&ADOPT, &params).map(|_| ())
}

/// What two teams said to a connection.
#[derive(Debug, Clone)]
pub(crate) struct Answered {
    pub(crate) suggestion: Suggestion,
    pub(crate) giver: Option<Answer>,
    pub(crate) receiver: Option<Answer>,
}

/// Connections of a group to which somebody answered.
pub(crate) fn answered(tx: &mut dyn Tx, group: Id) -> Result<Vec<Answered>> {
    let read = |r: &Row| {
        let answer = |i: usize| Ok::<_, Error>(r.opt_text(i)?.and_then(|t| Answer::read(&t)));
        let suggestion = Suggestion { key: r.text(0)?, gives: r.id(1)?, receives: r.id(2)?, title: r.text(3)? };
        Ok(Answered { suggestion, giver: answer(4)?, receiver: answer(5)? })
    };
    tx.query(&OFFERS, &[group.into()])?.iter().map(read).collect()
}

/// Stores what a team says to a connection; `giver` if it is the one that gives.
pub(crate) fn answer(
    tx: &mut dyn Tx,
    group: Id,
    s: &Suggestion,
    (giver, answer): (bool, Answer),
    (by, at): (&str, Time),
) -> Result<()> {
    let sql = if giver { &GIVER } else { &RECEIVER };
    let params = [
        group.into(),
        (&s.key).into(),
        s.gives.into(),
        s.receives.into(),
        (&s.title).into(),
        answer.key().into(),
        by.into(),
        at.into(),
    ];
    tx.execute(sql, &params).map(|_| ())
}
