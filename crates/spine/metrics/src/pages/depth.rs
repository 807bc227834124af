//! One metric of one subject in depth, like the mock-up `metric.html`: what happened, the signals in words, what the number
//! is for, and every value with where it came from.

use catalogue::Subject;
use html::{
    Cell, Column, Columns, Figure, Head, Markup, Signal as Shown, State, Table, Tight, Xmr, bdi, columns, head, html, more,
    section, signals_numbered, table, xmr,
};
use kernel::time::Time;
use kernel::web::clock;
use marks::Mark;
use verdict::{Judgement, Signal, Verdict};

use super::{aggregation_words, forms};
use crate::baseline::{Frozen, Proposed};
use crate::definition::{Definition, PeriodKind, SubjectKind, Versioned, Way};
use crate::judged::judge;
use crate::period;
use crate::value::{Provenance, Value};

/// Signals in words at most; the newest.
const MOST: usize = 7;

/// What a metric's page shows.
pub struct MetricPage {
    /// The definition.
    pub definition: Versioned,
    /// The subject.
    pub subject: Subject,
    /// Oldest first.
    pub values: Vec<Value>,
    /// A baseline that a person froze.
    pub frozen: Option<Frozen>,
    /// When each version of the definition began.
    pub seams: Vec<(i64, Time, Option<String>)>,
    /// What happened meanwhile, oldest first.
    pub marks: Vec<Mark>,
    /// A baseline that the rules propose.
    pub proposed: Option<Proposed>,
    /// The reader may raise a concern.
    pub may_raise: bool,
}

/// One metric of one subject in depth.
pub fn metric(p: &MetricPage, forms: &forms::Forms<'_>, now: Time, zone: &str) -> Markup {
    let d = &p.definition.definition;
    let numbers: Vec<Option<f64>> = p.values.iter().map(|v| v.number).collect();
    let observed: Vec<_> = p.values.iter().map(Value::observed).collect();
    let verdict = judge(d, &observed, p.frozen.as_ref().and_then(|f| f.in_series(&p.values)));
    let subject_href = match d.subject {
        SubjectKind::Team => format!("/teams/{}", p.subject.slug),
        SubjectKind::Workload => format!("/workloads/{}", p.subject.slug),
        SubjectKind::Service => format!("/services/{}", p.subject.slug),
    };
    let found = verdict.as_ref().map(|v| found(d, v)).unwrap_or_default();
    html! {
        (head(Head {
            kicker: vec![(p.subject.name.clone(), Some(subject_href)), ("Metrics".into(), Some("/metrics-list".into()))],
            title: d.title.clone(),
            lead: lead(p, verdict.as_ref(), now),
            facts: facts(p, verdict.as_ref(), now, zone),
        }))
        (section("chart", "What happened", Some(explain(d)), Tight(false), html! {
            @match &verdict {
                Some(v) if numbers.len() > 1 => { (chart(p, v, &found, now)) (below(v, p)) }
                _ => (html::empty("The values will stand here as a chart from the second on, with natural limits from the fifth.", None)),
            }
            @if p.may_raise {
                (more(html! { a.noprint href={ "/council/concerns/new?from=metric:" (d.key) "/" (p.subject.slug) } { "Raise it to the council" } }))
            }
        }))
        @if let Some(v) = verdict.as_ref().filter(|_| !found.is_empty()) {
            (section("signals", "Signals in words", Some(html! { (html::count_word_capital(found.len())) " " (html::plural(found.len(), "signal", "signals")) "." }), Tight(false), html! {
                (signals_numbered(&found.iter().skip(found.len().saturating_sub(MOST)).map(|s| in_words(p, v, s, now)).collect::<Vec<_>>()))
            }))
        }
        (section("definition", "What it is and what it is for", Some(html! { a href={ "/metrics-list/" (d.key) } { "Version " (p.definition.version) } ", made by " (bdi(&p.definition.made_by)) "." }), Tight(false), about(d)))
        (section("values", "The values", Some(html! { "Newest first. A correction is a new entry; the old value stays on record." }), Tight(false), html! {
            @if p.values.is_empty() { (html::empty("No value has been recorded yet.", None)) } @else { (values(p, now, zone)) }
        }))
        (forms::forms(p, forms))
    }
}

fn show(d: &Definition, number: f64) -> String {
    html::with_unit(number, d.decimals, &d.unit)
}

/// A period in words: "sprint 22", "October".
fn words(p: &MetricPage, index: usize, now: Time) -> String {
    let label = p.values.get(index).map_or("", |v| v.period.as_str());
    period::words(p.definition.definition.period, label, now.jiff().in_tz("UTC").map_or(0, |z| z.year()))
}

/// The same for an axis: "S22", "W48", "Oct".
fn short(p: &MetricPage, index: usize, now: Time) -> String {
    let long = words(p, index, now);
    match p.definition.definition.period {
        PeriodKind::Sprint => long.replacen("sprint ", "S", 1),
        PeriodKind::Week => long.replacen("week ", "W", 1),
        PeriodKind::Month => match long.split_once(' ') {
            Some((month, year)) => format!("{} {year}", month.chars().take(3).collect::<String>()),
            None => long.chars().take(3).collect(),
        },
        PeriodKind::Day => long,
    }
}

/// Newest value, the one before, and what to think of the difference.
fn lead(p: &MetricPage, verdict: Option<&Verdict>, now: Time) -> Markup {
    let d = &p.definition.definition;
    let known: Vec<(usize, f64)> = p.values.iter().enumerate().filter_map(|(i, v)| Some((i, v.number?))).collect();
    html! {
        @match (known.as_slice(), verdict) {
            ([.., (_, before), (i, newest)], Some(v)) => {
                (show(d, *newest)) " in " (words(p, *i, now)) ", was " (show(d, *before)) ". " (v.sentence())
            }
            ([(i, only)], _) => { (show(d, *only)) " in " (words(p, *i, now)) ", the first value." }
            _ => "Nobody has recorded a value yet.",
        }
    }
}

fn facts(p: &MetricPage, verdict: Option<&Verdict>, now: Time, zone: &str) -> Vec<(String, Markup)> {
    let d = &p.definition.definition;
    let mut out = Vec::new();
    if let Some((i, newest)) = p.values.iter().enumerate().next_back() {
        out.push((html::capital(&words(p, i, now)), html! {
            @match newest.number { Some(n) => b { (show(d, n)) }, None => "no value" }
            @if let Some(n) = i.checked_sub(1).and_then(|b| p.values[b].number) { ", " (words(p, i - 1, now)) ": " (show(d, n)) }
        }));
    }
    if let Some(v) = verdict.filter(|_| !p.values.is_empty()) {
        out.push(("State".into(), html! { (state(v)) @if d.target.is_some() { ", target " (d.target_words()) } }));
    }
    if let Some(newest) = p.values.last() {
        out.push(("Collected".into(), html! { (way(newest)) ", " (clock(newest.measured_at, now, zone)) }));
    }
    out
}

/// As in a report: the target decides, without one the limits.
fn state(v: &Verdict) -> Markup {
    match (v.last.judgement, v.last.target_met) {
        (Some(Judgement::Worse), _) | (_, Some(false)) => html::state(State::Attention, None),
        (_, Some(true)) => html::state(State::Pass, None),
        (_, None) if v.limits.is_some() => html! { (html::state(State::Pass, None)) ", by limits" },
        _ => html::state_as(State::Unknown, "No limits yet"),
    }
}

fn explain(d: &Definition) -> Markup {
    html! { "Dots are " (d.period.noun()) "s. Grey is ordinary variation: do not explain it, do not reward it, do not punish it." }
}

/// What a reader should know about the limits.
fn below(v: &Verdict, p: &MetricPage) -> Markup {
    let seams: Vec<Markup> = p
        .seams
        .iter()
        .skip(1)
        .map(|(version, _, because)| {
            html! {
                " Definition version " (version) @match because { Some(b) => { " is comparable: " (b) } None => " begins anew." }
            }
        })
        .collect();
    html! {
        @if !v.notes.is_empty() || p.frozen.is_some() || !seams.is_empty() {
            (more(html! {
                @if let Some(f) = &p.frozen { "The baseline was frozen by " (bdi(&f.made_by)) ": " (f.reason) " " }
                @for note in &v.notes { (note) " " }
                @for seam in &seams { (seam) }
            }))
        }
    }
}

/// A signal with its number in the chart.
struct Found {
    index: usize,
    number: usize,
    signal: Signal,
    better: Option<bool>,
}

/// Numbered signals. A pattern that goes on is one signal, numbered where it was first seen.
fn found(d: &Definition, v: &Verdict) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::new();
    let mut before = None;
    for point in &v.points {
        if let Some(signal) = point.signal {
            let goes_on = before == Some(signal) && !matches!(signal, Signal::OutsideAbove | Signal::OutsideBelow);
            if !goes_on {
                let better = match d.direction {
                    Way::Up => Some(signal.is_above()),
                    Way::Down => Some(!signal.is_above()),
                    _ => None,
                };
                out.push(Found { index: point.index, number: out.len() + 1, signal, better });
            }
        }
        before = point.signal;
    }
    out
}

fn in_words(p: &MetricPage, v: &Verdict, s: &Found, now: Time) -> Shown {
    let d = &p.definition.definition;
    let point = &v.points[s.index];
    let value = show(d, point.value.unwrap_or_default());
    let (lower, upper) = point.band.map_or((String::new(), String::new()), |(l, u)| (show(d, l), show(d, u)));
    let mean = v.limits.map_or(String::new(), |l| show(d, l.centre));
    let (what, rule) = match s.signal {
        Signal::OutsideAbove => (format!("{value}, against an upper limit of {upper}."), "one value outside the limits"),
        Signal::OutsideBelow => (format!("{value}, against a lower limit of {lower}."), "one value outside the limits"),
        Signal::RunAbove => {
            (format!("{value}: the eighth in a row above the mean of {mean}."), "eight in a row on one side of the mean")
        }
        Signal::RunBelow => {
            (format!("{value}: the eighth in a row below the mean of {mean}."), "eight in a row on one side of the mean")
        }
        Signal::NearUpper => (
            format!("{value}: nearer to the upper limit of {upper} than to the mean, as others before it."),
            "three of four nearer to a limit than to the mean",
        ),
        Signal::NearLower => (
            format!("{value}: nearer to the lower limit of {lower} than to the mean, as others before it."),
            "three of four nearer to a limit than to the mean",
        ),
    };
    let noted = &p.values[s.index];
    Shown {
        subject: s.number.to_string(),
        area: Some(words(p, s.index, now)),
        state: match s.better {
            Some(true) => State::Better,
            Some(false) => State::Worse,
            None => State::Steady,
        },
        word: match s.better {
            Some(false) => Some("worse".into()),
            Some(true) => None,
            None => Some("changed".into()),
        },
        what,
        href: None,
        why: html! { "Rule: " (rule) "." @if !noted.note.is_empty() { " " (bdi(&noted.note_by)) ": " (bdi(&noted.note)) } },
        spark: None,
        by: None,
    }
}

fn chart(p: &MetricPage, v: &Verdict, found: &[Found], now: Time) -> Markup {
    let d = &p.definition.definition;
    let numbers: Vec<Option<f64>> = p.values.iter().map(|v| v.number).collect();
    let labels: Vec<String> = (0..p.values.len()).map(|i| short(p, i, now)).collect();
    let limits = v.limits.as_ref();
    let bands: Vec<Option<(f64, f64)>> = v.points.iter().map(|p| p.band).collect();
    let title = format!("{}, {}: process behaviour chart", d.title, p.subject.name);
    let unit = if d.unit.is_empty() { d.title.clone() } else { format!("{}, {}", d.title, d.unit) };
    xmr(&Xmr {
        id: "xmr",
        title: &title,
        desc: &v.sentence(),
        unit: &unit,
        short_unit: &d.unit,
        decimals: d.decimals,
        labels: &labels,
        values: &numbers,
        centre: limits.map(|l| l.centre),
        lower: limits.map(|l| l.lower),
        upper: limits.map(|l| l.upper),
        mr_limit: limits.map(|l| l.mr_limit),
        baseline: v.baseline.map_or(0..numbers.len(), |b| b.from..b.end().min(numbers.len())),
        earlier: Vec::new(),
        signals: found.iter().map(|s| (s.index, s.number, s.better != Some(false))).collect(),
        target: d.target.and_then(|g| g.at_most.or(g.at_least)),
        marks: marks::axis::labels(&p.marks, &p.values.iter().map(|v| (v.starts, v.ends)).collect::<Vec<_>>()),
        marks_label: "events",
        // Said below the chart, with how many values there are.
        provisional: false,
        bands: if v.chart == verdict::Chart::Individuals { &[] } else { &bands },
        limits_from: crate::judged::limits_words(v),
    })
}

fn about(d: &Definition) -> Markup {
    let row = |term: &str, value: Markup| (term.to_owned(), value);
    let mut what = vec![
        row("Definition", html! { @if d.detail.is_empty() { (d.title) } @else { (html::capital(&d.detail)) } }),
        row("Unit and period", html! { @if d.unit.is_empty() { "a plain number" } @else { (d.unit) } "; each " (d.period.noun()) }),
        row("Several become one by", html! { (aggregation_words(d.aggregation)) }),
    ];
    if let Some(days) = d.fresh_days {
        what.push(row("Stale after", html! { (days) " days" }));
    }
    let mut purpose = vec![row("Target", html! { (d.target_words()) })];
    if !d.decision.is_empty() {
        purpose.insert(0, row("Decision it informs", html! { (d.decision) }));
    }
    if let Some(other) = &d.counter_metric {
        purpose.push(row(
            "Counter-metric",
            html! { a href={ "/metrics-list/" (other) } { (other) } ": must not get worse meanwhile" },
        ));
    }
    if !d.could_come_from.is_empty() {
        purpose.push(row("Instead of typing", html! { (d.could_come_from) }));
    }
    columns(Columns::Even, &[html::facts(html::FactsLook::Wide, &what), html::facts(html::FactsLook::Wide, &purpose)])
}

fn way(v: &Value) -> Markup {
    match v.way {
        Provenance::Typed => html! { b { "by hand" } ", " (bdi(&v.source)) @if v.kept { ", kept" } },
        Provenance::Pushed => html! { (bdi(&v.source)) ", pushed" },
        Provenance::Pulled => html! { (bdi(&v.source)) ", pulled" },
    }
}

fn values(p: &MetricPage, now: Time, zone: &str) -> Markup {
    let d = &p.definition.definition;
    let counted = p.values.iter().any(|v| v.numerator.is_some());
    let noted = p.values.iter().any(|v| !v.note.is_empty());
    let mut heads = vec![Column::text(&html::capital(d.period.noun())), Column::num("Value")];
    heads.extend(counted.then(|| Column::text("Counted from")));
    heads.extend([Column::text("Source"), Column::text("When")]);
    heads.extend(noted.then(|| Column::text("Note")));
    let rows = p.values.iter().enumerate().rev().map(|(i, v)| {
        let figure = v.number.map(|n| Figure::new(n, d.decimals, &d.unit));
        let mut cells = vec![Cell::text(&html::capital(&words(p, i, now))), Cell::figure(figure.as_ref())];
        cells.extend(counted.then(|| {
            let pair = v.numerator.zip(v.denominator);
            Cell::text(&pair.map(|(k, n)| format!("{} of {}", html::number(k, 0), html::number(n, 0))).unwrap_or_default())
        }));
        cells.extend([Cell::new(way(v)), Cell::text(&clock(v.measured_at, now, zone)).class("nb")]);
        cells.extend(
            noted.then(|| Cell::new(html! { @if !v.note.is_empty() { (bdi(&v.note)) " " span.by { (bdi(&v.note_by)) } } })),
        );
        cells
    });
    let class = ["stack flow k0", "stack flow k1"].get(usize::from(d.decimals)).unwrap_or(&"stack flow");
    table(&Table {
        caption: format!("Values of {}", d.title),
        columns: heads,
        rows: rows.collect(),
        class: (*class).into(),
        foot: None,
    })
}
