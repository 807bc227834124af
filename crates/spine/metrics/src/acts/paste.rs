//! Takes values out of a pasted table: previewed first, what is stored already only replaced when somebody says so.

use std::collections::{BTreeSet, HashMap};

use catalogue::{Subject, Team};
use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::time::Time;
use kernel::web::Ctx;
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{BATCH, Finder, record, way_of};
use crate::definition::{Aggregation, Definition, SubjectKind, kind_of};
use crate::store;
use crate::table::{self, Cell, Choices, Doubt, Format, Heading, Known, KnownMetric, KnownSprint, KnownSubject, Outcome};
use crate::value::{NewValue, Value, check_period, number_of};

/// Most entries of each list of an answer; counts are of all.
pub const LISTED: usize = 500;
/// Sprints of the calendar that a history may reach back.
const SPRINTS: usize = 520;

/// A table to take values from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Paste {
    /// The table: HTML, Confluence, MediaWiki, Markdown, tab separated or CSV.
    pub text: String,
    /// The sprint that a table without periods is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sprint: Option<i64>,
    /// How to read what can be read in several ways.
    #[serde(default)]
    pub choices: Choices,
    /// Values that are stored and may be replaced: `key` of each conflict.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub replace: BTreeSet<String>,
    /// All stored values may be replaced.
    #[serde(default)]
    pub replace_all: bool,
    /// Only say what would be taken.
    #[serde(default)]
    pub dry_run: bool,
}

/// A cell that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NotTaken {
    /// Its place: "row 3, column 2".
    pub r#where: String,
    /// Why, and how to mend it.
    pub why: String,
}

/// What is done with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// There was none.
    New,
    /// The stored one says the same.
    Same,
    /// Another is stored, and stays.
    Differs,
    /// Another is stored, and is replaced.
    Replaced,
}

/// What a cell becomes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Becomes {
    /// Its place.
    pub r#where: String,
    /// For `replace`: metric, subject and period.
    pub key: String,
    /// Key of the metric.
    pub metric: String,
    /// Slug of the subject.
    pub subject: String,
    /// The period.
    pub period: String,
    /// As it was pasted.
    pub pasted: String,
    /// The number.
    pub number: f64,
    /// What is done with it.
    pub fate: Fate,
    /// The stored number, if there is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stored: Option<f64>,
    /// Where the stored one came from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub stored_from: String,
}

/// What came of a table.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Pasted {
    /// Nothing was stored; this is what would be.
    pub dry_run: bool,
    /// How its tables are written.
    pub formats: Vec<Format>,
    /// Its headings and what they mean.
    pub headings: Vec<Heading>,
    /// Values stored.
    pub taken: usize,
    /// Values that were stored already with the same number.
    pub unchanged: usize,
    /// Values that differ from stored ones, which stay.
    pub differing: usize,
    /// Empty cells.
    pub skipped: usize,
    /// Cells refused, all of them.
    pub refused_count: usize,
    /// Cells refused, the first 500.
    pub refused: Vec<NotTaken>,
    /// Values, those that differ first, the first 500.
    pub values: Vec<Becomes>,
    /// What may be meant otherwise.
    pub doubts: Vec<Doubt>,
    /// Numbers have two readings: say what stands before decimals.
    pub asks_decimal: bool,
    /// Dates have two readings: say what stands first.
    pub asks_first: bool,
}

/// What a team's table is read against.
fn known(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: Option<i64>, definitions: &HashMap<String, Definition>) -> Result<Known> {
    let calendar = catalogue::store::calendar(tx, team.group)?;
    let zone = catalogue::store::group(tx, team.group)?.zone;
    let begun = calendar.at(cx.now).map(|s| s.number);
    let sprints = begun.map_or_else(Vec::new, |n| calendar.until(n, SPRINTS));
    let mut subjects = vec![KnownSubject { kind: SubjectKind::Team, slug: team.slug.clone(), name: team.name.clone() }];
    for w in catalogue::store::workloads_of(tx, team.id)? {
        subjects.push(KnownSubject { kind: SubjectKind::Workload, slug: w.slug, name: w.name });
    }
    for s in catalogue::store::services_of_team(tx, team.id)? {
        subjects.push(KnownSubject { kind: SubjectKind::Service, slug: s.slug, name: s.name });
    }
    let mut metrics: Vec<KnownMetric> = definitions
        .values()
        .map(|d| KnownMetric {
            key: d.key.clone(),
            title: d.title.clone(),
            unit: d.unit.clone(),
            period: d.period,
            subject: d.subject,
            ratio: d.aggregation == Aggregation::Ratio,
        })
        .collect();
    metrics.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(Known {
        metrics,
        subjects,
        sprints: sprints.iter().map(|s| KnownSprint { number: s.number, first: s.first_day, end: s.end_day }).collect(),
        sprint,
        today: today(cx.now, &zone)?,
    })
}

fn today(now: Time, zone: &str) -> Result<Date> {
    let zone = jiff::tz::TimeZone::get(zone).map_err(Error::internal)?;
    Ok(now.jiff().to_zoned_datetime(zone).date())
}

/// A value that may be taken, and what is stored in its place.
struct Candidate {
    cell: Cell,
    value: NewValue,
    number: f64,
    stored: Option<Value>,
}

/// Looks up what stands beside each cell of a plan, each once.
struct Desk<'a> {
    definitions: &'a HashMap<String, Definition>,
    finder: Finder,
    stored: HashMap<String, HashMap<(String, i64), Value>>,
}

impl Desk<'_> {
    fn check(&mut self, cx: &Ctx, tx: &mut dyn Tx, cell: &Cell) -> Result<std::result::Result<Candidate, String>> {
        let ours = |what: &str| Error::internal(format!("a cell with a number has no {what}"));
        let d = self.definitions.get(&cell.metric).ok_or_else(|| ours("metric"))?;
        let (_, slug) = cell.subject.as_ref().ok_or_else(|| ours("subject"))?;
        let Some(subject) = self.finder.subject(tx, d.subject, slug)? else {
            return Ok(Err(format!("There is no {} “{slug}” any more.", kind_of(d.subject).key())));
        };
        let (number, numerator, denominator) = match cell.outcome {
            Outcome::Number(n) => (Some(n), None, None),
            Outcome::Pair(k, n) => (None, Some(k), Some(n)),
            _ => return Err(ours("number")),
        };
        let value = NewValue {
            metric: d.key.clone(),
            subject: slug.clone(),
            period: cell.period.clone(),
            number,
            numerator,
            denominator,
            unit: None,
            note: cell.note.clone(),
            kept: false,
        };
        let number = match number_of(d, &value) {
            Ok(n) => n,
            Err(why) => return Ok(Err(why)),
        };
        let period = match self.finder.period(tx, d.period, &cell.period, subject.team.group) {
            Ok(p) => p,
            Err(Error::Invalid(faults)) => return Ok(Err(faults.into_iter().map(|f| f.message).collect::<Vec<_>>().join(" "))),
            Err(e) => return Err(e),
        };
        let mut faults = Faults::new();
        check_period(&mut faults, "period", &period, cx.now);
        if let Err(Error::Invalid(list)) = faults.done() {
            return Ok(Err(list.into_iter().map(|f| f.message).collect::<Vec<_>>().join(" ")));
        }
        let stored = self.stored(tx, &subject)?.get(&(d.key.clone(), period.starts.micros())).cloned();
        Ok(Ok(Candidate { cell: cell.clone(), value, number, stored: stored.filter(|v| v.number.is_some()) }))
    }

    fn stored(&mut self, tx: &mut dyn Tx, subject: &Subject) -> Result<&HashMap<(String, i64), Value>> {
        let id = subject.id.to_string();
        if !self.stored.contains_key(&id) {
            let all = store::of_subject(tx, subject.id, Time(0), Time(i64::MAX))?;
            let by_key = all.into_iter().map(|v| ((v.metric.clone(), v.starts.micros()), v)).collect();
            self.stored.insert(id.clone(), by_key);
        }
        Ok(&self.stored[&id])
    }
}

/// Takes the values of a table; in a dry run says what it would do.
///
/// # Errors
/// No right; a text that holds no table; [`Error::TooLarge`] for more values than a batch takes.
pub fn paste(cx: &Ctx, tx: &mut dyn Tx, team: &Team, new: &Paste) -> Result<Pasted> {
    team.require(cx, &rights::VALUES)?;
    if let Some(n) = new.sprint {
        catalogue::store::sprint(tx, team.group, n)?;
    }
    let grids = table::read(&new.text).map_err(|why| Error::invalid("text", why))?;
    let definitions: HashMap<String, Definition> =
        store::definitions(tx, "", 10_000)?.into_iter().map(|v| (v.definition.key.clone(), v.definition)).collect();
    let known = known(cx, tx, team, new.sprint, &definitions)?;
    let plan = table::plan(&grids, &known, &new.choices);
    let sound = |c: &&Cell| matches!(c.outcome, Outcome::Number(_) | Outcome::Pair(..));
    let count = plan.cells.iter().filter(sound).count();
    if count > BATCH {
        return Err(Error::TooLarge(format!("The table has {count} values; {BATCH} are taken at once. Paste it in parts.")));
    }
    let mut desk = Desk { definitions: &definitions, finder: Finder::default(), stored: HashMap::new() };
    let (mut candidates, mut refused) = (Vec::new(), Vec::new());
    for cell in &plan.cells {
        let why = match &cell.outcome {
            Outcome::Refused(why) | Outcome::Asked(why) => why.clone(),
            _ => match desk.check(cx, tx, cell)? {
                Ok(candidate) => {
                    candidates.push(candidate);
                    continue;
                }
                Err(why) => why,
            },
        };
        refused.push(NotTaken { r#where: cell.spot.to_string(), why });
    }
    let (mut values, mut batch) = (Vec::new(), Vec::new());
    for c in candidates {
        let becomes = becomes(&c, new);
        if matches!(becomes.fate, Fate::New | Fate::Replaced) {
            batch.push(c.value);
        }
        values.push(becomes);
    }
    if !new.dry_run && !batch.is_empty() {
        record(cx, tx, &batch, way_of(cx), &cx.actor.name)?;
    }
    let of = |fate: Fate| values.iter().filter(|v| v.fate == fate).count();
    let (unchanged, differing) = (of(Fate::Same), of(Fate::Differs));
    // What needs a decision comes first; else the order of the table.
    values.sort_by_key(|v| !matches!(v.fate, Fate::Differs | Fate::Replaced));
    values.truncate(LISTED);
    let refused_count = refused.len();
    refused.truncate(LISTED);
    Ok(Pasted {
        dry_run: new.dry_run,
        formats: plan.formats,
        headings: plan.headings,
        taken: batch.len(),
        unchanged,
        differing,
        skipped: plan.empty,
        refused_count,
        refused,
        values,
        doubts: plan.doubts,
        asks_decimal: plan.asks_decimal,
        asks_first: plan.asks_first,
    })
}

fn becomes(c: &Candidate, new: &Paste) -> Becomes {
    let key = format!("{}/{}/{}", c.value.metric, c.value.subject, c.value.period);
    let stored = c.stored.as_ref().and_then(|v| v.number);
    let fate = match stored {
        None => Fate::New,
        Some(n) if n.to_bits() == c.number.to_bits() => Fate::Same,
        Some(_) if new.replace_all || new.replace.contains(&key) => Fate::Replaced,
        Some(_) => Fate::Differs,
    };
    let differs = matches!(fate, Fate::Differs | Fate::Replaced);
    Becomes {
        r#where: c.cell.spot.to_string(),
        key,
        metric: c.value.metric.clone(),
        subject: c.value.subject.clone(),
        period: c.value.period.clone(),
        pasted: c.cell.text.clone(),
        number: c.number,
        fate,
        stored: stored.filter(|_| differs),
        stored_from: c.stored.as_ref().filter(|_| differs).map(|v| v.source.clone()).unwrap_or_default(),
    }
}
