//! SQL of captures, and of what became of earlier actions.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};

use crate::capture::{Capture, CaptureKind, Named, TakenBack};
use crate::told::{How, Treatment};

kernel::sql! {
    NEXT = "INSERT INTO forum_capture_number (session, last) VALUES ($1::TEXT, 1) ON CONFLICT (session) DO UPDATE SET \
        last = forum_capture_number.last + 1 RETURNING last";
    INSERT = "INSERT INTO forum_capture (id, session, number, key, kind, item, team, to_team, body, action, by_key, by_name, at) VALUES ($1::TEXT, \
        $2::TEXT, $13::BIGINT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::TEXT, $9::TEXT, $10::TEXT, $11::TEXT, $12::BIGINT) \
        ON CONFLICT (session, key) DO NOTHING";
    OF = "SELECT c.id, c.key, c.kind, c.item, t.slug, t.name, o.slug, o.name, c.body, c.action, c.decision, c.share, c.by_name, c.at, \
        c.back_by, c.back_at, c.by_key, c.number FROM forum_capture c LEFT JOIN team t ON t.id = c.team LEFT JOIN team o ON o.id = c.to_team \
        WHERE c.session = $1::TEXT ORDER BY c.number";
    AFTER = "SELECT c.id, c.key, c.kind, c.item, t.slug, t.name, o.slug, o.name, c.body, c.action, c.decision, c.share, c.by_name, c.at, \
        c.back_by, c.back_at, c.by_key, c.number FROM forum_capture c LEFT JOIN team t ON t.id = c.team LEFT JOIN team o ON o.id = c.to_team \
        WHERE c.session = $1::TEXT AND c.number > $2::BIGINT ORDER BY c.number LIMIT $3::BIGINT";
    BY_KEY = "SELECT c.id, c.key, c.kind, c.item, t.slug, t.name, o.slug, o.name, c.body, c.action, c.decision, c.share, c.by_name, c.at, \
        c.back_by, c.back_at, c.by_key, c.number FROM forum_capture c LEFT JOIN team t ON t.id = c.team LEFT JOIN team o ON o.id = c.to_team \
        WHERE c.session = $1::TEXT AND c.key = $2::TEXT";
    BY_ID = "SELECT c.id, c.key, c.kind, c.item, t.slug, t.name, o.slug, o.name, c.body, c.action, c.decision, c.share, c.by_name, c.at, \
        c.back_by, c.back_at, c.by_key, c.number FROM forum_capture c LEFT JOIN team t ON t.id = c.team LEFT JOIN team o ON o.id = c.to_team \
        WHERE c.session = $1::TEXT AND c.id = $2::TEXT";
    BACK = "UPDATE forum_capture SET back_by = $2::TEXT, back_at = $3::BIGINT WHERE id = $1::TEXT AND back_at IS NULL";
    STANDS = "UPDATE forum_capture SET decision = $2::BIGINT, share = $3::TEXT WHERE id = $1::TEXT";
    TREAT = "INSERT INTO forum_treatment (id, session, action, how, item, team, body, by_name, at) VALUES ($1::TEXT, $2::TEXT, \
        $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::TEXT, $9::BIGINT)";
    TREATED = "SELECT x.action, x.how, t.slug, t.name, x.body, x.item, x.by_name, x.at FROM forum_treatment x \
        JOIN team t ON t.id = x.team WHERE x.session = $1::TEXT ORDER BY x.at, x.id COLLATE \"C\"";
}

/// The rest of what a capture says, as it is stored.
#[derive(Serialize, Deserialize)]
struct Body {
    text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    owner: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    due: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    why: String,
    origin: actions::Origin,
}

/// A capture, and the key of who made it.
fn capture(r: &Row) -> Result<(Capture, String)> {
    let kind = r.text(2)?;
    let body: Body = serde_json::from_str(r.str(8)?).map_err(Error::internal)?;
    let named = |slug: Option<String>, name: Option<String>| slug.zip(name).map(|(slug, name)| Named { slug, name });
    let href = match (r.opt_id(9)?, r.opt_int(10)?, r.opt_text(11)?) {
        (Some(action), ..) => format!("/actions/{action}"),
        (_, Some(number), _) => format!("/decisions/{number}"),
        (.., Some(share)) => format!("/tech-shares/{share}"),
        _ => String::new(),
    };
    let found = Capture {
        id: r.id(0)?,
        number: r.int(17)?,
        key: r.text(1)?,
        kind: CaptureKind::read(&kind).ok_or_else(|| Error::internal(format!("a capture is {kind}")))?,
        item: r.opt_id(3)?,
        team: named(r.opt_text(4)?, r.opt_text(5)?),
        to: named(r.opt_text(6)?, r.opt_text(7)?),
        text: body.text,
        owner: body.owner,
        due: body.due,
        why: body.why,
        origin: body.origin,
        href,
        by: r.text(12)?,
        at: r.time(13)?,
        taken_back: r.opt_text(14)?.zip(r.opt_time(15)?).map(|(by, at)| TakenBack { by, at }),
    };
    Ok((found, r.text(16)?))
}

/// Stores a capture; false if the session has one of that key.
pub(crate) fn insert(
    tx: &mut dyn Tx,
    session: Id,
    c: &Capture,
    (team, to): (Option<Id>, Option<Id>),
    action: Option<Id>,
    by_key: &str,
) -> Result<bool> {
    let body =
        Body { text: c.text.clone(), owner: c.owner.clone(), due: c.due.clone(), why: c.why.clone(), origin: c.origin.clone() };
    let params = [
        c.id.into(),
        session.into(),
        (&c.key).into(),
        c.kind.key().into(),
        c.item.into(),
        team.into(),
        to.into(),
        serde_json::to_string(&body).map_err(Error::internal)?.into(),
        action.into(),
        by_key.into(),
        (&c.by).into(),
        c.at.into(),
        c.number.into(),
    ];
    Ok(tx.execute(&INSERT, &params)? == 1)
}

/// Captures of a session in their order, those that were taken back among them.
///
/// # Errors
/// The engine's.
pub fn of(tx: &mut dyn Tx, session: Id) -> Result<Vec<Capture>> {
    tx.query(&OF, &[session.into()])?.iter().map(|r| Ok(capture(r)?.0)).collect()
}

/// The same after a number, at most `limit`.
pub(crate) fn after(tx: &mut dyn Tx, session: Id, after: i64, limit: i64) -> Result<Vec<Capture>> {
    tx.query(&AFTER, &[session.into(), after.into(), limit.into()])?.iter().map(|r| Ok(capture(r)?.0)).collect()
}

/// The capture with that key, and who made it.
pub(crate) fn by_key(tx: &mut dyn Tx, session: Id, key: &str) -> Result<Option<(Capture, String)>> {
    tx.opt(&BY_KEY, &[session.into(), key.into()])?.as_ref().map(capture).transpose()
}

/// A capture, and who made it.
pub(crate) fn one(tx: &mut dyn Tx, session: Id, id: Id) -> Result<(Capture, String)> {
    let row = tx.opt(&BY_ID, &[session.into(), id.into()])?.ok_or_else(|| Error::not_found("capture of this session", id))?;
    capture(&row)
}

/// The number of the next capture of a session, from 1; it is given once.
pub(crate) fn next(tx: &mut dyn Tx, session: Id) -> Result<i64> {
    tx.one(&NEXT, &[session.into()])?.int(0)
}

/// Takes a capture back; false if somebody has already.
pub(crate) fn take_back(tx: &mut dyn Tx, id: Id, (by, at): (&str, Time)) -> Result<bool> {
    Ok(tx.execute(&BACK, &[id.into(), by.into(), at.into()])? == 1)
}

/// Says where a capture stands beside its session.
pub(crate) fn stands(tx: &mut dyn Tx, id: Id, decision: Option<i64>, share: Option<Id>) -> Result<()> {
    tx.execute(&STANDS, &[id.into(), decision.into(), share.into()]).map(|_| ())
}

/// The rest of a treatment, as it is stored.
#[derive(Serialize, Deserialize)]
struct Words {
    what: String,
    words: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    due: String,
}

/// Stores what became of an action.
pub(crate) fn treat(tx: &mut dyn Tx, id: Id, session: Id, team: Id, t: &Treatment) -> Result<()> {
    let words = Words { what: t.what.clone(), words: t.words.clone(), due: t.due.clone() };
    let params = [
        id.into(),
        session.into(),
        t.action.into(),
        t.how.key().into(),
        t.item.into(),
        team.into(),
        serde_json::to_string(&words).map_err(Error::internal)?.into(),
        (&t.by).into(),
        t.at.into(),
    ];
    tx.execute(&TREAT, &params).map(|_| ())
}

/// What became of earlier actions in a session, in the order in which it was said.
///
/// # Errors
/// The engine's.
pub fn treated(tx: &mut dyn Tx, session: Id) -> Result<Vec<Treatment>> {
    let read = |r: &Row| {
        let how = r.text(1)?;
        let words: Words = serde_json::from_str(r.str(4)?).map_err(Error::internal)?;
        Ok(Treatment {
            action: r.id(0)?,
            how: How::read(&how).ok_or_else(|| Error::internal(format!("an action became {how}")))?,
            what: words.what,
            team: Named { slug: r.text(2)?, name: r.text(3)? },
            words: words.words,
            due: words.due,
            item: r.opt_id(5)?,
            by: r.text(6)?,
            at: r.time(7)?,
        })
    };
    tx.query(&TREATED, &[session.into()])?.iter().map(read).collect()
}
