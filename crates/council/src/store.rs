//! SQL of concerns; decides nothing. Lists stand newest first, by number.

pub mod score;
pub mod words;
pub mod work;

use actions::{Origin, OriginKind};
use catalogue::Team;
use kernel::db::{Row, Sql, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};

use crate::concern::{Concern, Content, Course, Named, Stories};
use crate::moving::ConcernVersion;
use crate::setting::Setting;
use crate::state::ConcernState;

kernel::sql! {
    NEXT = "UPDATE concern_number SET last = last + 1 WHERE id = 'concern' RETURNING last";
    INSERT = "INSERT INTO concern (number, id, team, origin_kind, origin_id, origin_url, origin_words, state, moved_at, version, made_by, made_name, \
        made_at) VALUES ($1::BIGINT, $2::TEXT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, 'raised', $8::BIGINT, 1, $9::TEXT, $10::TEXT, \
        $8::BIGINT)";
    INSERT_VERSION = "INSERT INTO concern_version (concern, version, state, body, why, by_key, by_name, at) \
        VALUES ($1::BIGINT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::TEXT, $8::BIGINT)";
    RAISE = "UPDATE concern SET version = version + 1 WHERE number = $1::BIGINT AND version = $2::BIGINT";
    MOVE = "UPDATE concern SET version = version + 1, state = $3::TEXT, moved_at = $4::BIGINT WHERE number = $1::BIGINT AND version = $2::BIGINT";
    ONE = "SELECT c.number, t.slug, t.name, v.body, c.state, c.origin_kind, c.origin_id, c.origin_url, c.origin_words, c.made_name, c.made_at, \
        v.by_name, v.at, c.moved_at, c.version FROM concern c JOIN concern_version v ON v.concern = c.number AND v.version = c.version \
        JOIN team t ON t.id = c.team WHERE c.number = $1::BIGINT";
    LIST = "SELECT c.number, t.slug, t.name, v.body, c.state, c.origin_kind, c.origin_id, c.origin_url, c.origin_words, c.made_name, c.made_at, \
        v.by_name, v.at, c.moved_at, c.version FROM concern c JOIN concern_version v ON v.concern = c.number AND v.version = c.version \
        JOIN team t ON t.id = c.team WHERE c.number < $1::BIGINT AND (CAST($2::TEXT AS TEXT) IS NULL OR c.team = $2::TEXT) \
        AND ($3::TEXT = '' OR c.state = $3::TEXT OR ($3::TEXT = 'board' AND c.state NOT IN ('rejected', 'sent-on')) \
        OR ($3::TEXT = 'aside' AND c.state IN ('rejected', 'sent-on'))) AND c.moved_at >= $4::BIGINT \
        ORDER BY c.number DESC LIMIT $5::BIGINT";
    WHOSE = "SELECT team FROM concern WHERE number = $1::BIGINT";
    VERSIONS = "SELECT version, state, body, why, by_name, at FROM concern_version WHERE concern = $1::BIGINT ORDER BY version LIMIT $2::BIGINT";
    REACHED = "SELECT v.concern, CAST(MIN(v.at) AS BIGINT) FROM concern_version v JOIN concern_version b ON b.concern = v.concern \
        AND b.version = v.version - 1 AND b.state <> v.state WHERE v.state = $1::TEXT AND v.at >= $2::BIGINT GROUP BY v.concern ORDER BY v.concern";
    SETTING = "SELECT body, version FROM council_setting WHERE id = 'council'";
    PUT_SETTING = "INSERT INTO council_setting (id, version, body, by_name, at) VALUES ('council', 1, $1::TEXT, $2::TEXT, $3::BIGINT) \
        ON CONFLICT (id) DO UPDATE SET version = council_setting.version + 1, body = excluded.body, by_name = excluded.by_name, at = excluded.at";
    MOVE_TEAM = "UPDATE concern SET team = $2::TEXT WHERE team = $1::TEXT";
}

/// Every statement of this room.
pub static ALL: &[&[&Sql]] = &[STATEMENTS, score::STATEMENTS, words::STATEMENTS, work::STATEMENTS];

/// Changes and moves of a concern that are read at most.
const MOST_VERSIONS: i64 = 1_000;

/// What a version holds, as it is stored.
#[derive(Serialize, Deserialize)]
struct Body {
    content: Content,
    #[serde(default)]
    course: Course,
}

fn state(text: &str) -> Result<ConcernState> {
    ConcernState::read(text).ok_or_else(|| Error::internal(format!("a concern has the state {text}")))
}

fn concern(r: &Row) -> Result<Concern> {
    let kind = r.text(5)?;
    let body: Body = serde_json::from_str(&r.text(3)?).map_err(Error::internal)?;
    Ok(Concern {
        number: r.int(0)?,
        team: Named { slug: r.text(1)?, name: r.text(2)? },
        content: body.content,
        course: body.course,
        state: state(&r.text(4)?)?,
        origin: Origin {
            kind: OriginKind::read(&kind).ok_or_else(|| Error::internal(format!("a concern has the origin {kind}")))?,
            id: r.text(6)?,
            url: r.text(7)?,
            words: r.text(8)?,
        },
        stories: Stories::default(),
        wsjf: None,
        made_by: r.text(9)?,
        made_at: r.time(10)?,
        changed_by: r.text(11)?,
        changed_at: r.time(12)?,
        moved_at: r.time(13)?,
        version: r.int(14)?,
    })
}

/// Who changes something, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct By<'a> {
    pub(crate) key: &'a str,
    pub(crate) name: &'a str,
    pub(crate) at: Time,
}

/// What a concern says after a change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stands<'a> {
    pub(crate) version: i64,
    pub(crate) state: ConcernState,
    pub(crate) content: &'a Content,
    pub(crate) course: &'a Course,
    pub(crate) why: &'a str,
}

fn insert_version(tx: &mut dyn Tx, number: i64, s: Stands<'_>, by: By<'_>) -> Result<()> {
    let body = Body { content: s.content.clone(), course: s.course.clone() };
    let params = [
        number.into(),
        s.version.into(),
        s.state.key().into(),
        serde_json::to_string(&body).map_err(Error::internal)?.into(),
        s.why.into(),
        by.key.into(),
        by.name.into(),
        by.at.into(),
    ];
    tx.execute(&INSERT_VERSION, &params).map(|_| ())
}

/// Adds a concern under the next number.
pub(crate) fn insert(tx: &mut dyn Tx, team: Id, origin: &Origin, content: &Content, by: By<'_>) -> Result<i64> {
    let number = tx.one(&NEXT, &[])?.int(0)?;
    let params = [
        number.into(),
        tx.id()?.into(),
        team.into(),
        origin.kind.key().into(),
        (&origin.id).into(),
        (&origin.url).into(),
        (&origin.words).into(),
        by.at.into(),
        by.key.into(),
        by.name.into(),
    ];
    tx.execute(&INSERT, &params)?;
    let course = Course::default();
    insert_version(tx, number, Stands { version: 1, state: ConcernState::Raised, content, course: &course, why: "" }, by)?;
    words::put(tx, number, content)?;
    Ok(number)
}

/// Puts a newer version in place of the one that the caller saw; false if there is a newer one already.
pub(crate) fn change(tx: &mut dyn Tx, number: i64, s: Stands<'_>, moved: bool, by: By<'_>) -> Result<bool> {
    let seen = s.version - 1;
    let n = if moved {
        tx.execute(&MOVE, &[number.into(), seen.into(), s.state.key().into(), by.at.into()])?
    } else {
        tx.execute(&RAISE, &[number.into(), seen.into()])?
    };
    if n == 0 {
        return Ok(false);
    }
    insert_version(tx, number, s, by)?;
    words::put_all(tx, number, s.content, s.course)?;
    Ok(true)
}

/// One concern, with what counts of its stories and scores.
///
/// # Errors
/// [`Error::NotFound`].
pub fn one(tx: &mut dyn Tx, number: i64) -> Result<Concern> {
    let row = tx.opt(&ONE, &[number.into()])?.ok_or_else(|| Error::not_found("concern", number))?;
    let mut found = vec![concern(&row)?];
    with_counts(tx, &mut found)?;
    found.pop().ok_or_else(|| Error::internal("a concern is gone"))
}

/// The team that raised a concern.
pub(crate) fn whose(tx: &mut dyn Tx, number: i64) -> Result<Team> {
    let row = tx.opt(&WHOSE, &[number.into()])?.ok_or_else(|| Error::not_found("concern", number))?;
    catalogue::store::team(tx, row.id(0)?)
}

/// Puts stories and scores beside concerns that were read.
fn with_counts(tx: &mut dyn Tx, all: &mut [Concern]) -> Result<()> {
    let numbers = all.iter().map(|c| c.number);
    let (Some(least), Some(most)) = (numbers.clone().min(), numbers.max()) else { return Ok(()) };
    for (number, stories) in work::counts(tx, least, most)? {
        if let Some(c) = all.iter_mut().find(|c| c.number == number) {
            c.stories = stories;
        }
    }
    let votes = score::between(tx, least, most)?;
    for c in all {
        let own: Vec<_> = votes.iter().filter(|(n, _)| *n == c.number).map(|(_, v)| v.clone()).collect();
        c.wsjf = crate::wsjf::score(&own);
    }
    Ok(())
}

/// Which concerns a list has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Of one team.
    pub team: Option<Id>,
    /// In one state by its key; `board` for all that are not put aside, `aside` for those; empty for all.
    pub state: String,
    /// Those alone that are in their state since then.
    pub since: Time,
}

impl Default for Filter {
    fn default() -> Self {
        Self { team: None, state: String::new(), since: Time(i64::MIN) }
    }
}

/// Concerns with a number below `before`, newest first.
///
/// # Errors
/// The engine's.
pub fn list(tx: &mut dyn Tx, f: &Filter, before: i64, limit: i64) -> Result<Vec<Concern>> {
    let params = [before.into(), f.team.into(), (&f.state).into(), f.since.into(), limit.into()];
    let mut out = tx.query(&LIST, &params)?.iter().map(concern).collect::<Result<Vec<_>>>()?;
    with_counts(tx, &mut out)?;
    Ok(out)
}

/// Every version of a concern, oldest first.
///
/// # Errors
/// The engine's.
pub fn versions(tx: &mut dyn Tx, number: i64) -> Result<Vec<ConcernVersion>> {
    let read = |r: &Row| {
        let body: Body = serde_json::from_str(&r.text(2)?).map_err(Error::internal)?;
        Ok(ConcernVersion {
            version: r.int(0)?,
            state: state(&r.text(1)?)?,
            content: body.content,
            course: body.course,
            why: r.text(3)?,
            by: r.text(4)?,
            at: r.time(5)?,
        })
    };
    tx.query(&VERSIONS, &[number.into(), MOST_VERSIONS.into()])?.iter().map(read).collect()
}

/// Which concerns came into a state since a moment, and when first: number and time, by number.
///
/// # Errors
/// The engine's.
pub fn reached(tx: &mut dyn Tx, to: ConcernState, since: Time) -> Result<Vec<(i64, Time)>> {
    tx.query(&REACHED, &[to.key().into(), since.into()])?.iter().map(|r| Ok((r.int(0)?, r.time(1)?))).collect()
}

/// The council's own rules, and their version; the defaults at version nought while nobody has changed them.
///
/// # Errors
/// The engine's.
pub fn setting(tx: &mut dyn Tx) -> Result<(Setting, i64)> {
    match tx.opt(&SETTING, &[])? {
        None => Ok((Setting::default(), 0)),
        Some(r) => Ok((serde_json::from_str(&r.text(0)?).map_err(Error::internal)?, r.int(1)?)),
    }
}

/// Stores the council's own rules.
pub(crate) fn put_setting(tx: &mut dyn Tx, s: &Setting, by: By<'_>) -> Result<()> {
    let body = serde_json::to_string(s).map_err(Error::internal)?;
    tx.execute(&PUT_SETTING, &[body.into(), by.name.into(), by.at.into()]).map(|_| ())
}

/// Gives a team's concerns to another; how many.
pub(crate) fn move_team(tx: &mut dyn Tx, from: Id, into: Id) -> Result<i64> {
    let n = tx.execute(&MOVE_TEAM, &[from.into(), into.into()])?;
    Ok(i64::try_from(n).unwrap_or(i64::MAX))
}
