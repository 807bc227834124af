//! SQL of notices; decides nothing.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::notice::{Acknowledgement, Content, Named, Notice, NoticeState, NoticeVersion, Withdrawn};

kernel::sql! {
    NEXT = "UPDATE notice_number SET last = last + 1 WHERE id = 'notice' RETURNING last";
    INSERT = "INSERT INTO notice (number, id, review_group, version, body, supersedes, issued_at, issued_by, changed_at, changed_by) \
        VALUES ($1::BIGINT, $2::TEXT, $3::TEXT, 1, $4::TEXT, $5::BIGINT, $6::BIGINT, $7::TEXT, $6::BIGINT, $7::TEXT) ON CONFLICT DO NOTHING";
    ONE = "SELECT n.number, g.slug, g.name, n.version, n.body, n.supersedes, s.number, n.issued_at, n.issued_by, n.withdrawn_at, \
        n.withdrawn_by, n.withdrawn_why, n.review_group, n.changed_at FROM notice n LEFT JOIN review_group g ON g.id = n.review_group \
        LEFT JOIN notice s ON s.supersedes = n.number WHERE n.number = $1::BIGINT";
    LIST = "SELECT n.number, g.slug, g.name, n.version, n.body, n.supersedes, s.number, n.issued_at, n.issued_by, n.withdrawn_at, \
        n.withdrawn_by, n.withdrawn_why, n.review_group, n.changed_at FROM notice n LEFT JOIN review_group g ON g.id = n.review_group \
        LEFT JOIN notice s ON s.supersedes = n.number WHERE n.number < $1::BIGINT \
        AND (CAST($2::TEXT AS TEXT) IS NULL OR n.review_group IS NULL OR n.review_group = $2::TEXT) ORDER BY n.number DESC LIMIT $3::BIGINT";
    STANDING = "SELECT n.number, g.slug, g.name, n.version, n.body, n.supersedes, s.number, n.issued_at, n.issued_by, n.withdrawn_at, \
        n.withdrawn_by, n.withdrawn_why, n.review_group, n.changed_at FROM notice n LEFT JOIN review_group g ON g.id = n.review_group \
        LEFT JOIN notice s ON s.supersedes = n.number WHERE n.withdrawn_at IS NULL AND s.number IS NULL \
        AND (CAST($1::TEXT AS TEXT) IS NULL OR n.review_group IS NULL OR n.review_group = $1::TEXT) ORDER BY n.number LIMIT $2::BIGINT";
    CHANGE = "UPDATE notice SET version = version + 1, body = $3::TEXT, changed_at = $4::BIGINT, changed_by = $5::TEXT \
        WHERE number = $1::BIGINT AND version = $2::BIGINT AND withdrawn_at IS NULL";
    VERSION = "INSERT INTO notice_version (notice, version, body, why, made_at, made_by) VALUES ($1::BIGINT, $2::BIGINT, $3::TEXT, \
        $4::TEXT, $5::BIGINT, $6::TEXT)";
    VERSIONS = "SELECT version, body, why, made_by, made_at FROM notice_version WHERE notice = $1::BIGINT ORDER BY version DESC";
    WITHDRAW = "UPDATE notice SET withdrawn_at = $2::BIGINT, withdrawn_by = $3::TEXT, withdrawn_why = $4::TEXT \
        WHERE number = $1::BIGINT AND withdrawn_at IS NULL";
    ACKNOWLEDGE = "INSERT INTO notice_acknowledgement (notice, version, team, person, name, plan, planned, made_at) VALUES ($1::BIGINT, \
        $2::BIGINT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::BIGINT) ON CONFLICT (notice, version, team) DO NOTHING";
    ACKNOWLEDGED = "SELECT team, name, made_at, plan, planned FROM notice_acknowledgement WHERE notice = $1::BIGINT AND version = $2::BIGINT";
}

/// A notice and its group's id; the teams are still to be filled in.
pub(crate) struct Row1 {
    pub(crate) notice: Notice,
    pub(crate) group: Option<Id>,
    /// When its newest version was issued.
    pub(crate) asked_at: Time,
}

fn content(text: &str) -> Result<Content> {
    serde_json::from_str(text).map_err(Error::internal)
}

fn notice(r: &Row) -> Result<Row1> {
    let withdrawn = match (r.opt_time(9)?, r.opt_text(10)?, r.opt_text(11)?) {
        (Some(at), Some(by), Some(why)) => Some(Withdrawn { by, at, why }),
        _ => None,
    };
    Ok(Row1 {
        group: r.opt_text(12)?.map(|id| id.parse()).transpose()?,
        asked_at: r.time(13)?,
        notice: Notice {
            number: r.int(0)?,
            group: r.opt_text(1)?.zip(r.opt_text(2)?).map(|(slug, name)| Named { slug, name }),
            version: r.int(3)?,
            content: content(&r.text(4)?)?,
            supersedes: r.opt_int(5)?,
            superseded_by: r.opt_int(6)?,
            issued_at: r.time(7)?,
            issued_by: r.text(8)?,
            withdrawn,
            state: NoticeState::Open,
            teams: Vec::new(),
        },
    })
}

/// Adds a notice under the next number; none if what it supersedes is superseded already.
pub(crate) fn insert(
    tx: &mut dyn Tx,
    group: Option<Id>,
    c: &Content,
    supersedes: Option<i64>,
    (by, at): (&str, Time),
) -> Result<Option<i64>> {
    let number = tx.one(&NEXT, &[])?.int(0)?;
    let id = tx.id()?;
    let body = serde_json::to_string(c).map_err(Error::internal)?;
    let params = [number.into(), id.into(), group.into(), (&body).into(), supersedes.into(), at.into(), by.into()];
    if tx.execute(&INSERT, &params)? == 0 {
        return Ok(None);
    }
    tx.execute(&VERSION, &[number.into(), 1i64.into(), body.into(), "".into(), at.into(), by.into()])?;
    Ok(Some(number))
}

/// One notice without its teams.
pub(crate) fn one(tx: &mut dyn Tx, number: i64) -> Result<Row1> {
    tx.opt(&ONE, &[number.into()])?.as_ref().map_or_else(|| Err(Error::not_found("notice", crate::notice::label(number))), notice)
}

/// Notices with a number below `before`, newest first; of a group with those of the organisation.
pub(crate) fn list(tx: &mut dyn Tx, group: Option<Id>, before: i64, limit: i64) -> Result<Vec<Row1>> {
    tx.query(&LIST, &[before.into(), group.into(), limit.into()])?.iter().map(notice).collect()
}

/// Notices that are neither superseded nor taken back, oldest first.
pub(crate) fn standing(tx: &mut dyn Tx, group: Option<Id>, limit: i64) -> Result<Vec<Row1>> {
    tx.query(&STANDING, &[group.into(), limit.into()])?.iter().map(notice).collect()
}

/// Makes a new version; false if it is at another or was taken back.
pub(crate) fn change(tx: &mut dyn Tx, number: i64, from: i64, c: &Content, why: &str, (by, at): (&str, Time)) -> Result<bool> {
    let body = serde_json::to_string(c).map_err(Error::internal)?;
    if tx.execute(&CHANGE, &[number.into(), from.into(), (&body).into(), at.into(), by.into()])? == 0 {
        return Ok(false);
    }
    tx.execute(&VERSION, &[number.into(), (from + 1).into(), body.into(), why.into(), at.into(), by.into()])?;
    Ok(true)
}

/// Everything that a notice ever said, newest first.
///
/// # Errors
/// The engine's.
pub fn versions(tx: &mut dyn Tx, number: i64) -> Result<Vec<NoticeVersion>> {
    let version = |r: &Row| {
        Ok(NoticeVersion { version: r.int(0)?, content: content(&r.text(1)?)?, why: r.text(2)?, by: r.text(3)?, at: r.time(4)? })
    };
    tx.query(&VERSIONS, &[number.into()])?.iter().map(version).collect()
}

/// Takes a notice back; false if it was already.
pub(crate) fn withdraw(tx: &mut dyn Tx, number: i64, why: &str, (by, at): (&str, Time)) -> Result<bool> {
    Ok(tx.execute(&WITHDRAW, &[number.into(), at.into(), by.into(), why.into()])? == 1)
}

/// Notes that a team has acknowledged a version; false if it has already.
pub(crate) fn acknowledge(
    tx: &mut dyn Tx,
    (number, version, team): (i64, i64, Id),
    (plan, planned): (&str, &str),
    (key, name, at): (&str, &str, Time),
) -> Result<bool> {
    let params = [number.into(), version.into(), team.into(), key.into(), name.into(), plan.into(), planned.into(), at.into()];
    Ok(tx.execute(&ACKNOWLEDGE, &params)? == 1)
}

/// What teams said of a version, by the team's id.
pub(crate) fn acknowledged(tx: &mut dyn Tx, number: i64, version: i64) -> Result<Vec<(Id, Acknowledgement)>> {
    let one = |r: &Row| Ok((r.id(0)?, Acknowledgement { by: r.text(1)?, at: r.time(2)?, plan: r.text(3)?, planned: r.text(4)? }));
    tx.query(&ACKNOWLEDGED, &[number.into(), version.into()])?.iter().map(one).collect()
}
