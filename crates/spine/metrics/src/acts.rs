//! Verbs on metrics: define, redefine, record, annotate, freeze a baseline.

pub mod file;
pub mod merge;
pub mod paste;
pub mod proposal;
pub mod undo;

use std::collections::HashMap;

use catalogue::Subject;
use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::{Id, Ref};
use kernel::text;
use kernel::trail;
use kernel::web::{ActorId, Ctx};
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::baseline::{Frozen, NewBaseline};
pub use crate::definition::kind_of;
use crate::definition::{Definition, PeriodKind, SubjectKind, Versioned};
use crate::period::{self, Period};
use crate::store;
use crate::value::{NewValue, Provenance, Value, check_period, contradiction, number_of};

/// Values that one call takes.
pub const BATCH: usize = 10_000;

/// The definition in use.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) fn definition(tx: &mut dyn Tx, key: &str) -> Result<Versioned> {
    let shown = || kernel::text::shown(key, 60);
    store::definition(tx, key)?.ok_or_else(|| Error::not_found("metric", shown()))
}

/// Defines a metric.
///
/// # Errors
/// No right; faults of the definition; [`Error::Conflict`] if the key is taken.
pub fn define(cx: &Ctx, tx: &mut dyn Tx, d: &Definition) -> Result<Versioned> {
    cx.require_somewhere(&rights::DEFINITIONS)?;
    let d = d.clone().check()?;
    check_pillar(tx, &d)?;
    if !store::claim(tx, &d.key, cx.now)? {
        return Err(Error::Conflict(format!("There is a metric “{}” already. Choose another key, or change that one.", d.key)));
    }
    save(cx, tx, d, 1, None, "defined")
}

/// A change of a definition: the version that it starts from, and whether values before and after may be compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Redefinition {
    /// The new definition; its key stays.
    pub definition: Definition,
    /// The version that the caller saw.
    pub version: i64,
    /// Why values of both versions are comparable; without it a new baseline begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparable_because: Option<String>,
}

/// Makes a new version; old values and reports keep theirs.
///
/// # Errors
/// As [`define`]; [`Error::Conflict`] if somebody else changed it meanwhile.
pub fn redefine(cx: &Ctx, tx: &mut dyn Tx, key: &str, change: &Redefinition) -> Result<Versioned> {
    cx.require_somewhere(&rights::DEFINITIONS)?;
    let before = definition(tx, key)?;
    let d = change.definition.clone().check()?;
    check_pillar(tx, &d)?;
    let mut faults = Faults::new();
    faults.check(d.key == key, "definition.key", format!("The key “{key}” stays; make a new metric for another key."));
    let (a, b) = (&before.definition, &d);
    faults.check(
        a.period == b.period && a.subject == b.subject,
        "definition",
        "Period and subject of a metric stay. Make a new metric for another period or subject.",
    );
    faults.done()?;
    let because = change.comparable_because.as_deref().map(str::trim).filter(|t| !t.is_empty());
    if !store::raise(tx, key, change.version)? {
        return Err(Error::Conflict(format!(
            "“{}” is at version {} meanwhile, made by {}. Look at it, then change that version.",
            before.definition.title, before.version, before.made_by
        )));
    }
    save(cx, tx, d, change.version + 1, because, "redefined")
}

fn save(cx: &Ctx, tx: &mut dyn Tx, d: Definition, version: i64, because: Option<&str>, verb: &str) -> Result<Versioned> {
    store::insert_version(tx, &d, version, because, &cx.actor.name, cx.now)?;
    trail::record(cx, tx, verb, &Ref::new("metric", &d.key), &(version, &d), because.unwrap_or(""))?;
    tx.publish("metrics");
    Ok(Versioned { version, definition: d, made_at: cx.now, made_by: cx.actor.name.clone() })
}

fn check_pillar(tx: &mut dyn Tx, d: &Definition) -> Result<()> {
    let pillars = store::pillars(tx)?;
    if pillars.iter().any(|(key, _)| *key == d.pillar) {
        return Ok(());
    }
    let known: Vec<&str> = pillars.iter().map(|(key, _)| key.as_str()).collect();
    Err(Error::invalid("pillar", format!("There is no pillar “{}”. Use one of {}.", d.pillar, known.join(", "))))
}

/// What was stored of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Recorded {
    /// Values stored; equal repetitions inside the batch count once.
    pub stored: usize,
}

/// Finds definitions, subjects and periods of a batch, each once.
#[derive(Default)]
struct Finder {
    definitions: HashMap<String, Option<Versioned>>,
    subjects: HashMap<(SubjectKind2, String), Option<Subject>>,
    sprints: HashMap<(Id, i64), Option<Period>>,
    zones: HashMap<Id, String>,
    month_zone: Option<String>,
}

type SubjectKind2 = &'static str;

impl Finder {
    fn definition(&mut self, tx: &mut dyn Tx, key: &str) -> Result<Option<Versioned>> {
        if !self.definitions.contains_key(key) {
            let found = store::definition(tx, key)?;
            self.definitions.insert(key.to_owned(), found);
        }
        Ok(self.definitions[key].clone())
    }

    fn subject(&mut self, tx: &mut dyn Tx, kind: SubjectKind, slug: &str) -> Result<Option<Subject>> {
        let kind = kind_of(kind);
        let key = (kind.key(), slug.to_owned());
        if !self.subjects.contains_key(&key) {
            let found = match catalogue::store::subject(tx, kind, slug) {
                Ok(s) => Some(s),
                Err(Error::NotFound(_)) => None,
                Err(e) => return Err(e),
            };
            self.subjects.insert(key.clone(), found);
        }
        Ok(self.subjects[&key].clone())
    }

    fn period(&mut self, tx: &mut dyn Tx, kind: PeriodKind, text: &str, group: Id) -> Result<Period> {
        match kind {
            PeriodKind::Sprint => {
                let number = period::sprint_number(text)?;
                if let std::collections::hash_map::Entry::Vacant(e) = self.sprints.entry((group, number)) {
                    let found = sprint_period(tx, group, number)?;
                    e.insert(found);
                }
                self.sprints[&(group, number)]
                    .clone()
                    .ok_or_else(|| Error::invalid("period", format!("The group's calendar has no sprint {number}.")))
            }
            PeriodKind::Month => {
                if self.month_zone.is_none() {
                    self.month_zone = Some(people::organisation(tx)?.zone);
                }
                period::read(kind, text, self.month_zone.as_deref().unwrap_or("UTC"))
            }
            PeriodKind::Day | PeriodKind::Week => {
                if let std::collections::hash_map::Entry::Vacant(e) = self.zones.entry(group) {
                    let zone = catalogue::store::group(tx, group)?.zone;
                    e.insert(zone);
                }
                period::read(kind, text, &self.zones[&group])
            }
        }
    }
}

/// A sprint of a group's calendar as a period; `None` if the calendar has none of that number.
///
/// # Errors
/// The engine's.
fn sprint_period(tx: &mut dyn Tx, group: Id, number: i64) -> Result<Option<Period>> {
    match catalogue::store::sprint(tx, group, number) {
        Ok(s) => Ok(Some(Period { kind: PeriodKind::Sprint, label: number.to_string(), starts: s.starts, ends: s.ends })),
        Err(Error::NotFound(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

/// Records a batch of values, all or none. Repeating the same batch changes nothing but the ledger.
///
/// # Errors
/// Every fault of every value with its place, up to 100; no right for one of the teams refuses the batch.
pub fn record(cx: &Ctx, tx: &mut dyn Tx, values: &[NewValue], way: Provenance, source: &str) -> Result<Recorded> {
    cx.require_somewhere(&rights::VALUES)?;
    if values.len() > BATCH {
        return Err(Error::TooLarge(format!("A batch takes {BATCH} values; this one has {}. Send it in parts.", values.len())));
    }
    let mut finder = Finder::default();
    let mut faults = Faults::new();
    let source = &text::name(&mut faults, "/source", "The source", source);
    let mut seen: HashMap<(String, Id, i64), (usize, f64)> = HashMap::new();
    let mut rows: HashMap<PeriodKind2, Vec<Value>> = HashMap::new();
    let mut topics: Vec<(&str, Id)> = Vec::new();
    for (i, v) in values.iter().enumerate() {
        if faults.len() >= 100 {
            break;
        }
        let at = |field: &str| format!("/values/{i}/{field}");
        let Some(found) = finder.definition(tx, &v.metric)? else {
            faults.add(at("metric"), format!("There is no metric “{}”.", v.metric.chars().take(80).collect::<String>()));
            continue;
        };
        let d = &found.definition;
        let Some(subject) = finder.subject(tx, d.subject, &v.subject)? else {
            let (kind, slug) = (kind_of(d.subject).key(), v.subject.chars().take(80).collect::<String>());
            faults.add(at("subject"), format!("{} is measured for a {kind}, and there is no {kind} “{slug}”.", d.title));
            continue;
        };
        subject.team.require(cx, &rights::VALUES)?;
        let period = match finder.period(tx, d.period, &v.period, subject.team.group) {
            Ok(p) => p,
            Err(Error::Invalid(list)) => {
                for f in list {
                    faults.add(at("period"), f.message);
                }
                continue;
            }
            Err(e) => return Err(e),
        };
        check_period(&mut faults, &at("period"), &period, cx.now);
        let note = text::prose(&mut faults, &at("note"), "The note", v.note.as_deref().unwrap_or(""));
        let number = match number_of(d, v) {
            Ok(n) => n,
            Err(message) => {
                faults.add(at("number"), message);
                continue;
            }
        };
        match seen.insert((d.key.clone(), subject.id, period.starts.micros()), (i, number)) {
            None => {}
            Some((_, other)) if other.to_bits() == number.to_bits() => continue,
            Some((first, _)) => {
                let f = contradiction(first, i);
                faults.add(f.at, f.message);
                continue;
            }
        }
        let measured_at = if v.kept { measured_before(tx, d, &subject, &period)?.unwrap_or(cx.now) } else { cx.now };
        for topic in [("team", subject.team.id), ("group", subject.team.group)] {
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        rows.entry(d.period.noun()).or_default().push(Value {
            metric: d.key.clone(),
            subject: subject.id.to_string(),
            starts: period.starts,
            ends: period.ends,
            period: period.label,
            number: Some(number),
            numerator: v.numerator,
            denominator: v.denominator,
            version: found.version,
            way,
            actor: cx.actor.key(),
            source: source.to_owned(),
            recorded_at: cx.now,
            measured_at,
            kept: v.kept,
            note_by: if note.is_empty() { String::new() } else { cx.actor.name.clone() },
            note_at: (!note.is_empty()).then_some(cx.now),
            note,
        });
    }
    faults.done()?;
    let mut stored = 0;
    let mut kinds: Vec<PeriodKind2> = rows.keys().copied().collect();
    kinds.sort_unstable();
    for kind in kinds {
        for chunk in rows[kind].chunks(kernel::imports::CHUNK) {
            store::put(tx, kind, chunk)?;
            stored += chunk.len();
        }
    }
    if stored > 0 {
        trail::record(cx, tx, "recorded", &Ref::new("values", source), &values, "")?;
    }
    for (kind, id) in topics {
        tx.publish(&format!("{kind}:{id}"));
    }
    Ok(Recorded { stored })
}

type PeriodKind2 = &'static str;

/// When the value before this period was measured: a kept value keeps that date.
fn measured_before(tx: &mut dyn Tx, d: &Definition, subject: &Subject, period: &Period) -> Result<Option<kernel::time::Time>> {
    Ok(store::series(tx, &d.key, subject.id, period.starts, 1)?.pop().map(|v| v.measured_at))
}

/// The words that a provenance line shows for whoever calls.
pub fn way_of(cx: &Ctx) -> Provenance {
    match cx.actor.id {
        ActorId::Person(_) => Provenance::Typed,
        ActorId::Job(_) => Provenance::Pulled,
        _ => Provenance::Pushed,
    }
}

/// Words on a value, under its row.
///
/// # Errors
/// No right; [`Error::NotFound`] if there is no value.
pub fn annotate(cx: &Ctx, tx: &mut dyn Tx, subject: &Subject, metric: &str, period: &Period, note: &str) -> Result<()> {
    subject.team.require(cx, &rights::NOTES)?;
    let mut faults = Faults::new();
    let note = text::prose(&mut faults, "note", "The note", note);
    faults.done()?;
    let key = (metric, subject.id.to_string());
    if !store::set_note(tx, (key.0, &key.1, period.starts), &note, &cx.actor.name, cx.now)? {
        return Err(Error::NotFound(format!("There is no value of “{metric}” for {} in {}.", subject.name, period.label)));
    }
    let thing = Ref::new("value", format!("{metric}/{}/{}", subject.id, period.label));
    trail::record(cx, tx, "annotated", &thing, &serde_json::json!({ "note": note }), "")?;
    tx.publish(&format!("team:{}", subject.team.id));
    Ok(())
}

/// Freezes a baseline, with a reason.
///
/// # Errors
/// No right; faults of the request.
pub fn freeze(cx: &Ctx, tx: &mut dyn Tx, subject: &Subject, metric: &str, new: &NewBaseline) -> Result<Frozen> {
    subject.team.require(cx, &rights::BASELINES)?;
    let d = definition(tx, metric)?.definition;
    let period = Finder::default().period(tx, d.period, &new.period, subject.team.group)?;
    let mut faults = Faults::new();
    faults.check((5..=104).contains(&new.periods), "periods", "A baseline covers 5 to 104 periods.");
    faults.check(!new.reason.trim().is_empty(), "reason", "Say why limits should come from these periods.");
    let reason = text::prose(&mut faults, "reason", "The reason", &new.reason);
    faults.done()?;
    let frozen = Frozen {
        metric: d.key.clone(),
        starts: period.starts,
        periods: new.periods,
        reason: reason.clone(),
        made_by: cx.actor.name.clone(),
        made_at: cx.now,
    };
    store::insert_baseline(tx, subject.id, &frozen)?;
    let thing = Ref::new("baseline", format!("{metric}/{}", subject.id));
    trail::record(cx, tx, "frozen", &thing, &frozen, &reason)?;
    tx.publish(&format!("team:{}", subject.team.id));
    Ok(frozen)
}

/// The period that a text names, for a definition and a subject.
///
/// # Errors
/// [`Error::Invalid`] that says how to write it.
pub(crate) fn period_of(tx: &mut dyn Tx, d: &Definition, subject: &Subject, text: &str) -> Result<Period> {
    Finder::default().period(tx, d.period, text, subject.team.group)
}
