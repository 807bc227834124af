//! Verbs of the entry form: load it, store what was typed, take an entry back.

use std::collections::HashMap;

use catalogue::Team;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::Ctx;
use metrics::acts::undo;
use metrics::definition::{Definition, kind_of};
use metrics::ledger::Withdrawn;
use metrics::value::NewValue;
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{draft, must_be_open};
use crate::automation::{LOOKED_AT, Typed, typed_for};
use crate::document::Row;
use crate::entry::{Entry, by_hand, field_id};
use crate::store;

/// Loads the entry form.
///
/// # Errors
/// No right; as [`super::show`].
pub fn entry(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64) -> Result<Entry> {
    team.require(cx, &rights::VALUES)?;
    must_be_open(tx, team, sprint)?;
    let document = draft(cx, tx, team, sprint)?;
    let definitions =
        metrics::store::definitions(tx, "", 10_000)?.into_iter().map(|v| (v.definition.key.clone(), v.definition)).collect();
    let words = store::words(tx, team.id, sprint)?;
    let may_define = cx.actor.may_somewhere(&rights::DEFINITIONS);
    let mut entry = Entry { document, words, definitions, typed: HashMap::new(), may_define };
    let mut typed = HashMap::new();
    for row in entry.document.sections.iter().flat_map(|s| &s.rows).filter(|r| by_hand(&entry, r)) {
        let Some(d) = entry.definitions.get(&row.metric) else { continue };
        let subject = subject_of(tx, team, d, row)?;
        let series = metrics::store::series(tx, &row.metric, subject, entry.document.ends, LOOKED_AT)?;
        let offer = undo::offer(cx, tx, &row.metric, subject, entry.document.starts)?;
        typed.insert(field_id(row, &team.slug), Typed { typed_for: typed_for(&series), offer });
    }
    entry.typed = typed;
    Ok(entry)
}

/// The id of what a row is about.
pub(super) fn subject_of(tx: &mut dyn Tx, team: &Team, d: &Definition, row: &Row) -> Result<Id> {
    match &row.subject {
        None => Ok(team.id),
        Some(named) => Ok(catalogue::store::subject(tx, kind_of(d.subject), &named.slug)?.id),
    }
}

/// Stores typed values of the entry form.
///
/// # Errors
/// As [`metrics::acts::record`]; [`Error::Conflict`] if the report is frozen.
pub fn fill(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64, values: &[NewValue]) -> Result<usize> {
    team.require(cx, &rights::VALUES)?;
    must_be_open(tx, team, sprint)?;
    if values.is_empty() {
        return Ok(0);
    }
    let way = metrics::acts::way_of(cx);
    Ok(metrics::acts::record(cx, tx, values, way, &cx.actor.name)?.stored)
}

/// Which of a report's values is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeBack {
    /// Key of the metric.
    pub metric: String,
    /// Slug of the workload or service; the team's own if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The entry that the caller saw; refused if another is newer by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Id>,
}

/// Takes one's own newest entry of a report back, until the report is reviewed.
///
/// # Errors
/// No right; [`Error::NotFound`] without a value; [`Error::Conflict`] if the report is frozen, or the newest entry is another's.
pub fn take_back(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64, which: &TakeBack) -> Result<Withdrawn> {
    team.require(cx, &rights::VALUES)?;
    must_be_open(tx, team, sprint)?;
    let found = metrics::store::definition(tx, &which.metric)?;
    let d = found.ok_or_else(|| Error::not_found("metric", which.metric.chars().take(60).collect::<String>()))?.definition;
    let slug = which.subject.as_deref().unwrap_or(&team.slug);
    let subject = catalogue::store::subject(tx, kind_of(d.subject), slug)?;
    if subject.team.id != team.id {
        return Err(Error::NotFound(format!("{} has no {} “{slug}”.", team.name, kind_of(d.subject).key())));
    }
    let starts = catalogue::store::sprint(tx, team.group, sprint)?.starts;
    undo::withdraw(cx, tx, &subject, &d.key, starts, which.entry)
}
