//! Decides what a report says: pure, from values, definitions and the calendar.

mod words;

pub use words::{dates, lead, section_words};

use catalogue::exemptions::Exemption;
use kernel::time::Time;
use marks::Mark;
use metrics::Frozen;
use metrics::definition::{Definition, PeriodKind};
use metrics::judged::Observed;
use metrics::period;
use metrics::value::{Provenance, Value, combine};
use verdict::Judgement;

use crate::document::{Changed, Document, Figure, Limits, Named, Row, RowState, Section, Share, Words};
use crate::{exempt, happened};

/// Periods drawn in a report's row.
pub const SHOWN: usize = 6;

/// Periods that limits may come from: four years of sprints, so that the first twelve stay the baseline as time goes on.
pub const HISTORY: usize = metrics::judged::PERIODS;

/// One period of a calendar, as a report needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// As it is written.
    pub label: String,
    /// First moment.
    pub starts: Time,
    /// First moment after it.
    pub ends: Time,
}

/// What a row is made from.
#[derive(Debug, Clone)]
pub struct RowInput<'a> {
    /// The metric.
    pub definition: &'a Definition,
    /// Its version.
    pub version: i64,
    /// The workload or service; none for the team.
    pub subject: Option<Named>,
    /// Values of this subject, oldest first, with periods that end by the sprint's end.
    pub values: Vec<&'a Value>,
    /// A baseline that a person froze.
    pub frozen: Option<&'a Frozen>,
    /// Not before this sprint.
    pub from_sprint: Option<i64>,
    /// Marks on what it is about, oldest first.
    pub marks: &'a [Mark],
    /// An exemption that holds for this report.
    pub exempt: Option<&'a Exemption>,
    /// One that waits for a decision.
    pub asked: Option<&'a Exemption>,
}

/// When the report is.
#[derive(Debug, Clone)]
pub struct When<'a> {
    /// Number of the sprint.
    pub sprint: i64,
    /// The sprint and those before it, oldest first; the last is the report's.
    pub sprints: &'a [Slot],
    /// When the document is made.
    pub now: Time,
    /// Year that readers have in mind.
    pub year: i16,
}

/// The consecutive periods of a row, newest last: those of the calendar for sprints (and for days, which roll up into
/// them), else from the first value to the last.
fn slots(input: &RowInput<'_>, when: &When<'_>) -> Vec<Slot> {
    match input.definition.period {
        PeriodKind::Sprint | PeriodKind::Day => when.sprints.to_vec(),
        PeriodKind::Week | PeriodKind::Month => {
            let mut out: Vec<Slot> = Vec::new();
            for v in &input.values {
                // A period without a value leaves a gap of whole periods between two starts.
                if let Some(last) = out.last().cloned() {
                    let long = last.ends.since(last.starts).as_secs().max(1);
                    let missing = (v.starts.since(last.ends).as_secs() + long / 2) / long;
                    for _ in 0..missing.min(HISTORY as u64) {
                        out.push(Slot { label: String::new(), starts: last.ends, ends: last.ends });
                    }
                }
                out.push(Slot { label: v.period.clone(), starts: v.starts, ends: v.ends });
            }
            out
        }
    }
}

/// The value of each slot.
fn fill<'a>(input: &RowInput<'a>, slots: &[Slot]) -> Vec<Option<Found<'a>>> {
    let d = input.definition;
    slots
        .iter()
        .map(|slot| {
            let inside: Vec<&Value> = input
                .values
                .iter()
                .copied()
                .filter(|v| v.starts >= slot.starts && v.ends <= slot.ends && slot.ends > slot.starts)
                .collect();
            let last = inside.last().copied()?;
            if inside.len() == 1 {
                return last.number.map(|number| Found { number, last, pair: last.numerator.zip(last.denominator), refused: None });
            }
            match combine(d.aggregation, &d.unit, &inside) {
                Ok(number) => {
                    let pair = inside.iter().try_fold((0.0, 0.0), |(k, n), v| Some((k + v.numerator?, n + v.denominator?)));
                    number.map(|number| Found { number, last, pair, refused: None })
                }
                Err(why) => last.number.map(|number| Found { number, last, pair: None, refused: Some(why) }),
            }
        })
        .collect()
}

#[derive(Clone)]
struct Found<'a> {
    number: f64,
    last: &'a Value,
    pair: Option<(f64, f64)>,
    refused: Option<&'static str>,
}

fn figure(found: &Found<'_>, d: &Definition, year: i16) -> Figure {
    let v = found.last;
    let period = match d.period {
        PeriodKind::Sprint | PeriodKind::Day => String::new(),
        kind => period::words(kind, &v.period, year),
    };
    Figure {
        number: found.number,
        numerator: found.pair.map(|p| p.0),
        denominator: found.pair.map(|p| p.1),
        period,
        way: v.way.key().to_owned(),
        source: v.source.clone(),
        measured_at: v.measured_at,
        kept: v.kept,
        version: v.version,
    }
}

/// Makes one row.
pub fn row(input: &RowInput<'_>, when: &When<'_>) -> Row {
    row_with(input, when).0
}

/// Makes one row, and says for each of the last [`SHOWN`] sprints whether the value that its report shows came in by itself;
/// none without a value.
pub fn row_with(input: &RowInput<'_>, when: &When<'_>) -> (Row, Vec<Option<bool>>) {
    let d = input.definition;
    let mut slots = slots(input, when);
    if slots.len() > HISTORY {
        slots.drain(..slots.len() - HISTORY);
    }
    let found = fill(input, &slots);
    let rolls = matches!(d.period, PeriodKind::Sprint | PeriodKind::Day);
    let newest = found.iter().rposition(Option::is_some);
    // A sprint's row shows this sprint or nothing; a month's shows the latest month that has closed.
    let now = match (rolls, newest) {
        (true, Some(i)) if i + 1 == slots.len() => Some(i),
        (false, i) => i,
        _ => None,
    };
    let before = now.map_or(newest, |i| found[..i].iter().rposition(Option::is_some));
    let series: Vec<Option<f64>> = found.iter().map(|f| f.as_ref().map(|f| f.number)).collect();
    let judged = judge(d, &found, input.frozen, &slots);
    let (now_figure, before_figure) = (now.and_then(|i| found[i].as_ref()), before.and_then(|i| found[i].as_ref()));
    let not_new = not_new(d, now_figure, when);
    let (state, reason) = state(d, (now_figure, before_figure), judged.as_ref(), input, when);
    let note = now_figure.filter(|f| !f.last.note.is_empty()).map(|f| Words {
        text: f.last.note.clone(),
        by: f.last.note_by.clone(),
        at: f.last.note_at,
    });
    let tail = series.len().saturating_sub(SHOWN);
    let periods: Vec<(Time, Time)> = slots[tail..].iter().map(|s| (s.starts, s.ends)).collect();
    let by_itself = if state.counts() { by_itself(rolls, &slots, &found, when) } else { Vec::new() };
    let change = changed(judged.as_ref(), now_figure.is_some());
    let row = Row {
        metric: d.key.clone(),
        version: input.version,
        title: d.title.clone(),
        detail: d.detail.clone(),
        subject: input.subject.clone(),
        unit: d.unit.clone(),
        decimals: d.decimals,
        now: now_figure.map(|f| figure(f, d, when.year)),
        before: before_figure.map(|f| figure(f, d, when.year)),
        not_new,
        // What is not asked of a team is no signal either: the value stands there, and nothing is judged.
        change: if state.counts() { change } else { Changed { text: change.text, ..Changed::default() } },
        limits: judged.as_ref().and_then(|v| v.limits.as_ref()).map(|l| Limits {
            centre: l.centre,
            lower: l.lower,
            upper: l.upper,
            n: l.n,
            provisional: l.provisional,
        }),
        series: series[tail..].to_vec(),
        marks: happened::of_row(input.marks, &periods),
        target: d.target_words(),
        state,
        reason,
        exemption: input.exempt.filter(|_| matches!(state, RowState::Exempt | RowState::NotApplicable)).map(exempt::said),
        asked: input.asked.map(exempt::said),
        note,
        could_come_from: d.could_come_from.clone(),
    };
    (row, by_itself)
}

fn by_itself(rolls: bool, slots: &[Slot], found: &[Option<Found<'_>>], when: &When<'_>) -> Vec<Option<bool>> {
    let sprints = &when.sprints[when.sprints.len().saturating_sub(SHOWN)..];
    let shown = |sprint: &Slot| {
        let at = |(slot, f): &(&Slot, &Option<Found<'_>>)| match rolls {
            true => slot.starts == sprint.starts,
            false => f.is_some() && slot.ends <= sprint.ends,
        };
        slots.iter().zip(found).rfind(at).and_then(|(_, f)| f.as_ref())
    };
    sprints.iter().map(|s| shown(s).map(|f| f.last.way != Provenance::Typed)).collect()
}

fn judge(d: &Definition, found: &[Option<Found<'_>>], frozen: Option<&Frozen>, slots: &[Slot]) -> Option<verdict::Verdict> {
    let first = found.iter().position(Option::is_some)?;
    let observed = |f: &Option<Found<'_>>| f.as_ref().map(|f| Observed { number: f.number, pair: f.pair });
    let series: Vec<Option<Observed>> = found[first..].iter().map(observed).collect();
    let baseline = frozen.and_then(|f| {
        let from = slots[first..].iter().position(|s| s.starts >= f.starts)?;
        let len = usize::try_from(f.periods).ok()?;
        (from + len <= series.len()).then_some(verdict::Baseline { from, len })
    });
    // A refusal (all values beyond what can be judged) leaves the value without a verdict, never the report without a row.
    metrics::judged::judge(d, &series, baseline)
}

fn changed(judged: Option<&verdict::Verdict>, has_value: bool) -> Changed {
    match judged {
        Some(v) if has_value => Changed {
            text: v.last.text.clone(),
            judgement: v.last.judgement.map(|j| {
                match j {
                    Judgement::Better => "better",
                    Judgement::Worse => "worse",
                    Judgement::Neutral => "neutral",
                }
                .to_owned()
            }),
            reason: v.last.reason.clone(),
            strength: v.last.strength,
            false_alarm: v.false_alarm_all_rules,
        },
        _ => Changed::default(),
    }
}

/// "not new since sprint 21": the value of a longer period that an earlier report has shown already.
fn not_new(d: &Definition, now: Option<&Found<'_>>, when: &When<'_>) -> String {
    if matches!(d.period, PeriodKind::Sprint | PeriodKind::Day) {
        return String::new();
    }
    let Some(found) = now else { return String::new() };
    let shown = when.sprints.iter().rev().skip(1).take_while(|s| s.ends >= found.last.ends).last();
    shown.map(|s| format!("not new since sprint {}", s.label)).unwrap_or_default()
}

/// Days since it was measured, and the limit, if that is passed.
fn too_old(d: &Definition, found: &Found<'_>, when: &When<'_>) -> Option<(u64, u32)> {
    let age = when.now.since(found.last.measured_at).as_secs() / 86_400;
    d.fresh_days.filter(|limit| age > u64::from(*limit)).map(|limit| (age, limit))
}

/// A row without a value: once the last one is older than agreed, it is stale and says since when.
fn without(d: &Definition, before: Option<&Found<'_>>, when: &When<'_>) -> (RowState, String) {
    match before.and_then(|f| Some((f, too_old(d, f, when)?))) {
        Some((found, (age, limit))) => {
            let of = if d.period == PeriodKind::Sprint { "sprint " } else { "" };
            let period = &found.last.period;
            (RowState::Stale, format!("no value since {of}{period}: {age} days old; the agreed limit is {limit}"))
        }
        None => (RowState::Unknown, "no value for this sprint".into()),
    }
}

fn state(
    d: &Definition,
    (now, before): (Option<&Found<'_>>, Option<&Found<'_>>),
    judged: Option<&verdict::Verdict>,
    input: &RowInput<'_>,
    when: &When<'_>,
) -> (RowState, String) {
    if let Some(from) = input.from_sprint.filter(|n| *n > when.sprint) {
        return (RowState::NotYet, format!("agreed from sprint {from}"));
    }
    if let Some(e) = input.exempt {
        return (exempt::state(e), e.reason.clone());
    }
    let Some(found) = now else { return without(d, before, when) };
    if let Some(why) = found.refused {
        return (RowState::Unknown, why.into());
    }
    if let Some((age, limit)) = too_old(d, found, when) {
        return (RowState::Stale, format!("{age} days old; the agreed limit is {limit}"));
    }
    let last = judged.map(|v| &v.last);
    if last.is_some_and(|l| l.judgement == Some(Judgement::Worse)) {
        return (RowState::Attention, "a signal for the worse".into());
    }
    match last.and_then(|l| l.target_met) {
        Some(false) => (RowState::Attention, "the target is missed".into()),
        Some(true) => (RowState::Pass, String::new()),
        None if judged.is_some_and(|v| v.limits.is_some()) => (RowState::Pass, "by limits".into()),
        None => (RowState::Pass, "no limits yet".into()),
    }
}

/// Values that nobody typed, of all values that are asked for.
pub fn automated(sections: &[Section]) -> Share {
    let figures = || sections.iter().flat_map(|s| &s.rows).filter(|r| r.state.counts()).filter_map(|r| r.now.as_ref());
    Share { k: figures().filter(|f| f.way != "typed").count(), n: figures().count() }
}

/// Rows with a value, of all rows that want one.
pub fn filled(sections: &[Section]) -> Share {
    let rows = || sections.iter().flat_map(|s| &s.rows).filter(|r| r.state.counts());
    Share { k: rows().filter(|r| r.now.is_some()).count(), n: rows().count() }
}

/// Values that differ between a frozen document and the report as it would be today: "3 values changed since".
pub fn changed_since<'a>(frozen: &'a Document, today: &'a Document) -> Vec<(&'a Row, Option<&'a Row>)> {
    frozen
        .rows()
        .filter_map(|(_, old)| {
            let new = today.rows().map(|(_, r)| r).find(|r| r.metric == old.metric && r.subject == old.subject);
            let number = |r: Option<&Row>| r.and_then(|r| r.now.as_ref()).map(|f| f.number.to_bits());
            (number(Some(old)) != number(new)).then_some((old, new))
        })
        .collect()
}
