//! Takes values out of a pasted table: previewed first, what is stored already only replaced when somebody says so.

use std::collections::HashMap;

use catalogue::{Subject, Team};
use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::time::Time;
use kernel::web::Ctx;
use people::rights;

use super::{BATCH, Finder, record, way_of};
use crate::definition::{Aggregation, Definition, SubjectKind, kind_of};
pub use crate::pasted::{Becomes, LISTED, NotTaken, Paste, Pasted, ValueFate};
use crate::store;
use crate::table::{self, Cell, Known, KnownMetric, KnownSprint, KnownSubject, Outcome};
use crate::value::{NewValue, Value, check_period, number_of};

/// Sprints of the calendar that a history may reach back.
const SPRINTS: usize = 520;

/// What a team's table is read against.
fn known(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: Option<i64>, definitions: &HashMap<String, Definition>) -> Result<Known> {
    let calendar = catalogue::store::calendar(tx, team.group)?;
    let zone = catalogue::store::group(tx, team.group)?.zone;
    let begun = calendar.at(cx.now).map(|s| s.number);
    let sprints = begun.map_or_else(Vec::new, |n| calendar.until(n, SPRINTS));
    let kind = |kind| match kind {
        catalogue::SubjectKind::Team => SubjectKind::Team,
        catalogue::SubjectKind::Workload => SubjectKind::Workload,
        catalogue::SubjectKind::Service => SubjectKind::Service,
    };
    let all = super::undo::subjects(tx, team)?;
    let subjects = all.into_iter().map(|s| KnownSubject { kind: kind(s.kind), slug: s.slug, name: s.name }).collect();
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
        if matches!(becomes.fate, ValueFate::New | ValueFate::Replaced) {
            batch.push(c.value);
        }
        values.push(becomes);
    }
    if !new.dry_run && !batch.is_empty() {
        record(cx, tx, &batch, way_of(cx), &cx.actor.name)?;
    }
    let of = |fate: ValueFate| values.iter().filter(|v| v.fate == fate).count();
    let (unchanged, differing) = (of(ValueFate::Same), of(ValueFate::Differs));
    // What needs a decision comes first; else the order of the table.
    values.sort_by_key(|v| !matches!(v.fate, ValueFate::Differs | ValueFate::Replaced));
    values.truncate(LISTED);
    let refused_count = refused.len();
    refused.truncate(LISTED);
    Ok(Pasted {
        dry_run: new.dry_run,
        formats: plan.formats,
        headings: plan.headings,
        taken: batch.len(),
        recorded_at: (!new.dry_run && !batch.is_empty()).then_some(cx.now),
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
        None => ValueFate::New,
        Some(n) if n.to_bits() == c.number.to_bits() => ValueFate::Same,
        Some(_) if new.replace_all || new.replace.contains(&key) => ValueFate::Replaced,
        Some(_) => ValueFate::Differs,
    };
    let differs = matches!(fate, ValueFate::Differs | ValueFate::Replaced);
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
