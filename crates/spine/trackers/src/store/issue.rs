//! SQL of issues, of what is linked to them, and of what is to be made.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::time::Time;

use crate::issue::{Issue, IssueState, Said, Wish};
use crate::tracker::TrackerKind;

kernel::sql! {
    INSERT = "INSERT INTO issue (id, tracker, name, url, title, state, word, since, due_at, etag) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, \
        $4::TEXT, '', 'unknown', '', $5::BIGINT, $5::BIGINT, '') ON CONFLICT (tracker, name) DO NOTHING";
    BY_NAME = "SELECT i.id, t.slug, t.name, t.body, i.name, i.url, i.title, i.state, i.word, i.since, i.read_at, i.etag FROM issue i \
        JOIN tracker t ON t.id = i.tracker WHERE i.tracker = $1::TEXT AND i.name = $2::TEXT";
    ABOUT = "SELECT i.id, t.slug, t.name, t.body, i.name, i.url, i.title, i.state, i.word, i.since, i.read_at, i.etag FROM issue_link l \
        JOIN issue i ON i.id = l.issue JOIN tracker t ON t.id = i.tracker WHERE l.about_kind = $1::TEXT AND l.about_id = $2::TEXT \
        ORDER BY l.made_at, i.id COLLATE \"C\"";
    OF_TRACKER = "SELECT i.id, t.slug, t.name, t.body, i.name, i.url, i.title, i.state, i.word, i.since, i.read_at, i.etag FROM issue i \
        JOIN tracker t ON t.id = i.tracker WHERE i.tracker = $1::TEXT AND i.id COLLATE \"C\" < $2::TEXT \
        ORDER BY i.id COLLATE \"C\" DESC LIMIT $3::BIGINT";
    DUE = "SELECT i.id, i.tracker, i.name, i.etag FROM issue i JOIN tracker t ON t.id = i.tracker WHERE i.due_at <= $1::BIGINT \
        AND t.archived_at IS NULL AND t.quiet_until <= $1::BIGINT AND EXISTS (SELECT 1 FROM issue_link l WHERE l.issue = i.id) \
        ORDER BY i.due_at, i.id COLLATE \"C\" LIMIT $2::BIGINT";
    SAID = "UPDATE issue SET url = $2::TEXT, title = $3::TEXT, state = $4::TEXT, word = $5::TEXT, since = $6::BIGINT, read_at = $7::BIGINT, \
        due_at = $8::BIGINT, etag = $9::TEXT WHERE id = $1::TEXT";
    SAME = "UPDATE issue SET read_at = $2::BIGINT, due_at = $3::BIGINT WHERE id = $1::TEXT";
    LATER = "UPDATE issue SET due_at = $2::BIGINT WHERE id = $1::TEXT";
    LINK = "INSERT INTO issue_link (about_kind, about_id, issue, made_at, made_by) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT, $5::TEXT) \
        ON CONFLICT DO NOTHING";
    UNLINK = "DELETE FROM issue_link WHERE about_kind = $1::TEXT AND about_id = $2::TEXT AND issue = $3::TEXT";
    ABOUT_OF = "SELECT about_kind, about_id FROM issue_link WHERE issue = $1::TEXT ORDER BY about_kind COLLATE \"C\", about_id COLLATE \"C\"";
    WISH = "INSERT INTO issue_wish (id, tracker, about_kind, about_id, title, body, href, asked_at, asked_by) VALUES ($1::TEXT, $2::TEXT, \
        $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::BIGINT, $9::TEXT) ON CONFLICT DO NOTHING";
    WISHED = "SELECT id, about_kind, about_id, title, body, href, asked_at, asked_by, tried_at, tracker FROM issue_wish \
        WHERE id = $1::TEXT AND issue IS NULL";
    WISHES = "SELECT w.id, t.name FROM issue_wish w JOIN tracker t ON t.id = w.tracker WHERE w.about_kind = $1::TEXT \
        AND w.about_id = $2::TEXT AND w.issue IS NULL ORDER BY w.asked_at, w.id COLLATE \"C\"";
    TRIED = "UPDATE issue_wish SET tried_at = $2::BIGINT WHERE id = $1::TEXT";
    GRANTED = "UPDATE issue_wish SET issue = $2::TEXT WHERE id = $1::TEXT AND issue IS NULL";
    WITHDRAWN = "DELETE FROM issue_wish WHERE id = $1::TEXT AND issue IS NULL";
}

fn issue(r: &Row) -> Result<Issue> {
    let body: serde_json::Value = serde_json::from_str(&r.text(3)?).map_err(Error::internal)?;
    let (kind, state) = (body["kind"].as_str().unwrap_or(""), r.text(7)?);
    Ok(Issue {
        id: r.id(0)?,
        tracker: r.text(1)?,
        tracker_name: r.text(2)?,
        kind: TrackerKind::read(kind).ok_or_else(|| Error::internal(format!("a tracker is of the kind {kind}")))?,
        name: r.text(4)?,
        url: r.text(5)?,
        title: r.text(6)?,
        state: IssueState::read(&state).ok_or_else(|| Error::internal(format!("an issue has the state {state}")))?,
        word: r.text(8)?,
        since: r.time(9)?,
        read_at: r.opt_time(10)?,
        etag: r.text(11)?,
    })
}

/// The issue of that name in a tracker, added if it is not known; it is due to be read at once.
pub(crate) fn known(tx: &mut dyn Tx, tracker: Id, name: &str, url: &str, now: Time) -> Result<Issue> {
    let id = tx.id()?;
    tx.execute(&INSERT, &[id.into(), tracker.into(), name.into(), url.into(), now.into()])?;
    by_name(tx, tracker, name)?.ok_or_else(|| Error::internal(format!("no issue {name} after it was added")))
}

/// The issue of that name in a tracker, if it is known.
///
/// # Errors
/// The engine's.
pub fn by_name(tx: &mut dyn Tx, tracker: Id, name: &str) -> Result<Option<Issue>> {
    tx.opt(&BY_NAME, &[tracker.into(), name.into()])?.as_ref().map(issue).transpose()
}

/// Issues that a thing is linked to, in the order in which they were.
///
/// # Errors
/// The engine's.
pub fn about(tx: &mut dyn Tx, thing: &Ref) -> Result<Vec<Issue>> {
    tx.query(&ABOUT, &[(&thing.kind).into(), (&thing.id).into()])?.iter().map(issue).collect()
}

/// Names of the trackers in which an issue is to be made for a thing, with the wish's id.
///
/// # Errors
/// The engine's.
pub fn wished_for(tx: &mut dyn Tx, thing: &Ref) -> Result<Vec<(Id, String)>> {
    tx.query(&WISHES, &[(&thing.kind).into(), (&thing.id).into()])?.iter().map(|r| Ok((r.id(0)?, r.text(1)?))).collect()
}

/// Issues of a tracker below an id, newest first.
///
/// # Errors
/// The engine's.
pub fn of_tracker(tx: &mut dyn Tx, tracker: Id, below: &str, limit: i64) -> Result<Vec<Issue>> {
    tx.query(&OF_TRACKER, &[tracker.into(), below.into(), limit.into()])?.iter().map(issue).collect()
}

/// An issue that is due to be read.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub(crate) issue: Id,
    pub(crate) tracker: Id,
    pub(crate) name: String,
    pub(crate) etag: String,
}

/// Linked issues that are due, of trackers that may be asked.
pub(crate) fn due(tx: &mut dyn Tx, now: Time, limit: i64) -> Result<Vec<Due>> {
    let rows = tx.query(&DUE, &[now.into(), limit.into()])?;
    rows.iter().map(|r| Ok(Due { issue: r.id(0)?, tracker: r.id(1)?, name: r.text(2)?, etag: r.text(3)? })).collect()
}

/// Notes what a tracker says of an issue.
pub(crate) fn said(tx: &mut dyn Tx, id: Id, s: &Said, since: Time, now: Time, etag: &str) -> Result<()> {
    let due = now.plus(s.state.every());
    let params = [
        id.into(),
        (&s.url).into(),
        (&s.title).into(),
        s.state.key().into(),
        (&s.word).into(),
        since.into(),
        now.into(),
        due.into(),
        etag.into(),
    ];
    tx.execute(&SAID, &params).map(|_| ())
}

/// Notes that nothing is new.
pub(crate) fn same(tx: &mut dyn Tx, id: Id, state: IssueState, now: Time) -> Result<()> {
    tx.execute(&SAME, &[id.into(), now.into(), now.plus(state.every()).into()]).map(|_| ())
}

/// Puts the next look off.
pub(crate) fn later(tx: &mut dyn Tx, id: Id, due: Time) -> Result<()> {
    tx.execute(&LATER, &[id.into(), due.into()]).map(|_| ())
}

/// Links a thing to an issue; false if it is already.
pub(crate) fn link(tx: &mut dyn Tx, thing: &Ref, issue: Id, now: Time, by: &str) -> Result<bool> {
    Ok(tx.execute(&LINK, &[(&thing.kind).into(), (&thing.id).into(), issue.into(), now.into(), by.into()])? == 1)
}

/// Ends a link; false if there is none.
pub(crate) fn unlink(tx: &mut dyn Tx, thing: &Ref, issue: Id) -> Result<bool> {
    Ok(tx.execute(&UNLINK, &[(&thing.kind).into(), (&thing.id).into(), issue.into()])? == 1)
}

/// Things that are linked to an issue.
pub(crate) fn things(tx: &mut dyn Tx, issue: Id) -> Result<Vec<Ref>> {
    tx.query(&ABOUT_OF, &[issue.into()])?.iter().map(|r| Ok(Ref::new(&r.text(0)?, r.text(1)?))).collect()
}

/// Adds a wish; false if there is one for this thing in this tracker.
pub(crate) fn wish(tx: &mut dyn Tx, w: &Wish, tracker: Id) -> Result<bool> {
    let params = [
        w.id.into(),
        tracker.into(),
        (&w.about.kind).into(),
        (&w.about.id).into(),
        (&w.title).into(),
        (&w.body).into(),
        (&w.href).into(),
        w.asked_at.into(),
        (&w.asked_by).into(),
    ];
    Ok(tx.execute(&WISH, &params)? == 1)
}

/// A wish that is still open, with its tracker.
pub(crate) fn wished(tx: &mut dyn Tx, id: Id) -> Result<Option<(Wish, Id)>> {
    let row = tx.opt(&WISHED, &[id.into()])?;
    row.map(|r| {
        let wish = Wish {
            id: r.id(0)?,
            about: Ref::new(&r.text(1)?, r.text(2)?),
            title: r.text(3)?,
            body: r.text(4)?,
            href: r.text(5)?,
            asked_at: r.time(6)?,
            asked_by: r.text(7)?,
            tried_at: r.opt_time(8)?,
        };
        Ok((wish, r.id(9)?))
    })
    .transpose()
}

/// Notes that the tracker is about to be asked to make it.
pub(crate) fn tried(tx: &mut dyn Tx, id: Id, now: Time) -> Result<()> {
    tx.execute(&TRIED, &[id.into(), now.into()]).map(|_| ())
}

/// Notes which issue came of a wish; false if that is known already.
pub(crate) fn granted(tx: &mut dyn Tx, id: Id, issue: Id) -> Result<bool> {
    Ok(tx.execute(&GRANTED, &[id.into(), issue.into()])? == 1)
}

/// Takes a wish back that the tracker refused for good, so that it can be made again.
pub(crate) fn withdraw(tx: &mut dyn Tx, id: Id) -> Result<()> {
    tx.execute(&WITHDRAWN, &[id.into()]).map(|_| ())
}
