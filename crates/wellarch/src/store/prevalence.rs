//! SQL of what all reviews say together.

use std::collections::{BTreeMap, HashMap};

use catalogue::rules::WorkloadBody;
use kernel::db::{Row, Tx};
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::prevalence::PrevalenceFilter;
use crate::review::Said;

kernel::sql! {
    PLACED = "SELECT r.id, r.digest FROM review r JOIN workload w ON w.id = r.workload JOIN team t ON t.id = w.team \
        WHERE r.lens = $1::TEXT AND r.begun_at < $2::BIGINT AND w.archived_at IS NULL \
        AND (CAST($3::TEXT AS TEXT) IS NULL OR t.group_id = $3::TEXT) ORDER BY r.id COLLATE \"C\"";
    ABOUT = "SELECT r.id, r.digest, w.body FROM review r JOIN workload w ON w.id = r.workload JOIN team t ON t.id = w.team \
        WHERE r.lens = $1::TEXT AND r.begun_at < $2::BIGINT AND w.archived_at IS NULL \
        AND (CAST($3::TEXT AS TEXT) IS NULL OR t.group_id = $3::TEXT) ORDER BY r.id COLLATE \"C\"";
    SINCE = "SELECT review, CAST(COUNT(*) AS BIGINT) FROM review_answer WHERE review IN \
        (SELECT review FROM review_answer WHERE at > $1::BIGINT) GROUP BY review";
    ROWS = "SELECT CAST(COUNT(*) AS BIGINT) FROM review_answer WHERE review = $1::TEXT";
    THEN = "SELECT a.question, a.body FROM review_answer a WHERE a.review = $1::TEXT AND a.version = \
        (SELECT MAX(b.version) FROM review_answer b WHERE b.review = a.review AND b.question = a.question AND b.at < $2::BIGINT)";
    LENSES = "SELECT DISTINCT r.lens FROM review r JOIN workload w ON w.id = r.workload JOIN team t ON t.id = w.team \
        WHERE w.archived_at IS NULL AND (CAST($1::TEXT AS TEXT) IS NULL OR t.group_id = $1::TEXT)";
}

/// A review that a filter takes: its id and the version of its lens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) id: Id,
    pub(crate) digest: String,
}

fn placed(row: &Row) -> Result<Placed> {
    Ok(Placed { id: row.id(0)?, digest: row.text(1)? })
}

fn is(wanted: Option<&str>, found: &str) -> bool {
    wanted.is_none_or(|w| w.trim().eq_ignore_ascii_case(found.trim()))
}

/// Reviews that a filter takes, begun before a time; those of workloads that were put away are left out.
pub(crate) fn reviews(tx: &mut dyn Tx, f: &PrevalenceFilter, group: Option<Id>, before: Time) -> Result<Vec<Placed>> {
    let params = [(&f.lens).into(), before.into(), group.map(|g| g.to_string()).into()];
    if f.tier.is_none() && f.lifecycle.is_none() {
        return tx.query(&PLACED, &params)?.iter().map(placed).collect();
    }
    let mut out = Vec::new();
    for row in tx.query(&ABOUT, &params)? {
        let body: WorkloadBody = serde_json::from_str(row.str(2)?).map_err(Error::internal)?;
        if is(f.tier.as_deref(), &body.tier) && is(f.lifecycle.as_deref(), &body.lifecycle) {
            out.push(placed(&row)?);
        }
    }
    Ok(out)
}

/// Reviews of which a question was answered after a time, with the number of all their answers.
pub(crate) fn answered_since(tx: &mut dyn Tx, since: Time) -> Result<HashMap<Id, i64>> {
    tx.query(&SINCE, &[since.into()])?.iter().map(|r| Ok((r.id(0)?, r.int(1)?))).collect()
}

/// The number of all answers of a review.
pub(crate) fn rows(tx: &mut dyn Tx, review: Id) -> Result<i64> {
    tx.one(&ROWS, &[review.into()])?.int(0)
}

/// What a review said before a time.
pub(crate) fn said(tx: &mut dyn Tx, review: Id, before: Time) -> Result<BTreeMap<String, Said>> {
    let mut out = BTreeMap::new();
    tx.each(&THEN, &[review.into(), before.into()], &mut |row| {
        out.insert(row.text(0)?, serde_json::from_str(row.str(1)?).map_err(Error::internal)?);
        Ok(())
    })?;
    Ok(out)
}

/// Lenses that reviews of a group, or of all, are held against.
///
/// # Errors
/// The engine's.
pub fn lenses(tx: &mut dyn Tx, group: Option<Id>) -> Result<Vec<String>> {
    let mut out: Vec<String> =
        tx.query(&LENSES, &[group.map(|g| g.to_string()).into()])?.iter().map(|r| r.text(0)).collect::<Result<_>>()?;
    out.sort();
    Ok(out)
}
