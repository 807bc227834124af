//! SQL of stories and results; decides nothing.

use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use serde::{Deserialize, Serialize};

use super::By;
use crate::concern::Stories;
use crate::result::{ConcernResult, Environment, Measured, Said};
use crate::view::Story;

kernel::sql! {
    ADD_STORY = "INSERT INTO concern_story (concern, action, sprint, by_name, at) VALUES ($1::BIGINT, $2::TEXT, $3::BIGINT, $4::TEXT, $5::BIGINT) \
        ON CONFLICT DO NOTHING";
    SET_SPRINT = "UPDATE concern_story SET sprint = $3::BIGINT WHERE concern = $1::BIGINT AND action = $2::TEXT";
    STORIES = "SELECT action, sprint FROM concern_story WHERE concern = $1::BIGINT ORDER BY at, action COLLATE \"C\" LIMIT $2::BIGINT";
    COUNTS = "SELECT s.concern, CAST(COUNT(*) AS BIGINT), CAST(SUM(CASE WHEN v.state IN ('done', 'dropped') THEN 1 ELSE 0 END) AS BIGINT), \
        CAST(SUM(CASE WHEN v.state = 'done' THEN 1 ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN s.sprint IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) \
        FROM concern_story s JOIN action a ON a.id = s.action JOIN action_version v ON v.action = a.id AND v.version = a.version \
        WHERE s.concern >= $1::BIGINT AND s.concern <= $2::BIGINT GROUP BY s.concern ORDER BY s.concern";
    ADD_RESULT = "INSERT INTO concern_result (id, concern, environment, body, by_key, by_name, at) \
        VALUES ($1::TEXT, $2::BIGINT, $3::TEXT, $4::TEXT, $5::TEXT, $6::TEXT, $7::BIGINT)";
    RESULTS = "SELECT id, environment, body, by_name, at FROM concern_result WHERE concern = $1::BIGINT ORDER BY id COLLATE \"C\" DESC LIMIT $2::BIGINT";
}

/// Stories of one concern.
pub const MOST_STORIES: i64 = 100;

/// Ties an action to a concern.
pub(crate) fn add_story(tx: &mut dyn Tx, number: i64, action: Id, sprint: Option<i64>, by: By<'_>) -> Result<()> {
    tx.execute(&ADD_STORY, &[number.into(), action.into(), sprint.into(), by.name.into(), by.at.into()]).map(|_| ())
}

/// Says in which sprint a story is; false if the concern has no such story.
pub(crate) fn set_sprint(tx: &mut dyn Tx, number: i64, action: Id, sprint: Option<i64>) -> Result<bool> {
    Ok(tx.execute(&SET_SPRINT, &[number.into(), action.into(), sprint.into()])? == 1)
}

/// A story as it stands.
pub(crate) fn story(tx: &mut dyn Tx, action: Id, sprint: Option<i64>) -> Result<Story> {
    let issues = trackers::store::issue::about(tx, &Ref::new("action", action))?;
    Ok(Story { action: actions::store::one(tx, action)?, sprint, issues })
}

/// The stories of a concern, oldest first.
///
/// # Errors
/// The engine's.
pub fn stories(tx: &mut dyn Tx, number: i64) -> Result<Vec<Story>> {
    let rows = tx.query(&STORIES, &[number.into(), MOST_STORIES.into()])?;
    let ids = rows.iter().map(|r| Ok((r.id(0)?, r.opt_int(1)?))).collect::<Result<Vec<_>>>()?;
    ids.into_iter().map(|(id, sprint)| story(tx, id, sprint)).collect()
}

/// How many stories concerns have, by number.
///
/// # Errors
/// The engine's.
pub fn counts(tx: &mut dyn Tx, least: i64, most: i64) -> Result<Vec<(i64, Stories)>> {
    let read = |r: &Row| {
        let n = |i: usize| Ok::<usize, Error>(usize::try_from(r.int(i)?).unwrap_or(0));
        Ok((r.int(0)?, Stories { all: n(1)?, closed: n(2)?, done: n(3)?, in_sprint: n(4)? }))
    };
    tx.query(&COUNTS, &[least.into(), most.into()])?.iter().map(read).collect()
}

/// What a result holds, as it is stored.
#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(default)]
    changed: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    numbers: Measured,
    #[serde(default)]
    said: Said,
}

/// Adds a result.
pub(crate) fn add_result(tx: &mut dyn Tx, number: i64, r: &ConcernResult, by: By<'_>) -> Result<()> {
    let body = Body {
        changed: r.changed.clone(),
        from: r.from.clone(),
        until: r.until.clone(),
        numbers: r.numbers.clone(),
        said: r.said.clone(),
    };
    let params = [
        r.id.into(),
        number.into(),
        r.environment.key().into(),
        serde_json::to_string(&body).map_err(Error::internal)?.into(),
        by.key.into(),
        by.name.into(),
        by.at.into(),
    ];
    tx.execute(&ADD_RESULT, &params).map(|_| ())
}

/// Results of a concern, newest first.
///
/// # Errors
/// The engine's.
pub fn results(tx: &mut dyn Tx, number: i64, limit: i64) -> Result<Vec<ConcernResult>> {
    let read = |r: &Row| {
        let key = r.text(1)?;
        let b: Body = serde_json::from_str(&r.text(2)?).map_err(Error::internal)?;
        Ok(ConcernResult {
            id: r.id(0)?,
            environment: Environment::read(&key).ok_or_else(|| Error::internal(format!("a result is from {key}")))?,
            changed: b.changed,
            from: b.from,
            until: b.until,
            numbers: b.numbers,
            said: b.said,
            by: r.text(3)?,
            at: r.time(4)?,
        })
    };
    tx.query(&RESULTS, &[number.into(), limit.into()])?.iter().map(read).collect()
}
