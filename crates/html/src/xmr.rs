//! Process behaviour chart: single values above, moving ranges below, drawn for three widths, with the figures as a table.
//!
//! The limits are computed by the caller. Mean +/- 2.66 times the mean moving range, and 3.27 times for the moving range: Shewhart's
//! constants 3/d2 and D4 for ranges of two, d2 = 1.128.

use std::ops::Range;

use maud::{Markup, html};

use crate::figures::{Figure, figure, no_value, number};
use crate::fold::disclosure;
use crate::state::{State, state_as};
use crate::table::{Cell, Column, Table, table};
use crate::xmr_draw::{Width, draw};

/// A stretch of time before the present one, with limits of its own. Limits are split only for a signal with a known cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Indices of its values.
    pub range: Range<usize>,
    /// Mean.
    pub centre: f64,
    /// Lower natural limit.
    pub lower: f64,
    /// Upper natural limit.
    pub upper: f64,
    /// Limit of the moving range.
    pub mr_limit: f64,
}

/// A process behaviour chart. All values are in the same unit; `labels` and `values` have the same length.
#[derive(Debug, Clone, Default)]
pub struct Xmr<'a> {
    /// Unique on the page; ids inside are made from it.
    pub id: &'a str,
    /// What is drawn.
    pub title: &'a str,
    /// The finding with figures.
    pub desc: &'a str,
    /// Unit in words, at the top left: "milliseconds per week, p95".
    pub unit: &'a str,
    /// Unit behind a figure: "ms".
    pub short_unit: &'a str,
    /// Digits after the point.
    pub decimals: u8,
    /// Periods as they are shown: "3 Jun".
    pub labels: &'a [String],
    /// Values in order of time; `None` is a period without one.
    pub values: &'a [Option<f64>],
    /// Mean of the present stretch; `None` while there are too few values for limits.
    pub centre: Option<f64>,
    /// Lower natural limit.
    pub lower: Option<f64>,
    /// Upper natural limit.
    pub upper: Option<f64>,
    /// Limit of the moving range.
    pub mr_limit: Option<f64>,
    /// Indices of the values from which the present limits were computed.
    pub baseline: Range<usize>,
    /// Stretches before the present one, oldest first.
    pub earlier: Vec<Stretch>,
    /// Signals: index of the value, number in the text below the chart, for the better.
    pub signals: Vec<(usize, usize, bool)>,
    /// Target, if there is one.
    pub target: Option<f64>,
    /// What was done and when, drawn as rings below the chart: index, words.
    pub marks: Vec<(usize, String)>,
    /// What the rings are: "actions".
    pub marks_label: &'a str,
    /// The limits come from fewer than twelve values.
    pub provisional: bool,
    /// Lower and upper limit of each period, where they differ: proportions and rates. Such a chart has no moving range.
    pub bands: &'a [Option<(f64, f64)>],
    /// How the limits come about, as a sentence without its end; empty for single values.
    pub limits_from: &'a str,
}

impl Xmr<'_> {
    /// All stretches that have limits, oldest first, the present one to the end of the chart.
    pub(crate) fn stretches(&self) -> Vec<Stretch> {
        let mut all = self.earlier.clone();
        if let (Some(centre), Some(lower), Some(upper), Some(mr_limit)) = (self.centre, self.lower, self.upper, self.mr_limit) {
            let start = all.last().map_or(0, |stretch| stretch.range.end);
            all.push(Stretch { range: start..self.values.len(), centre, lower, upper, mr_limit });
        }
        all
    }

    /// Absolute difference to the value before; `None` if either is missing.
    pub(crate) fn moving_range(&self, index: usize) -> Option<f64> {
        let before = self.value(index.checked_sub(1)?)?;
        Some((self.value(index)? - before).abs())
    }

    pub(crate) fn value(&self, index: usize) -> Option<f64> {
        self.values.get(index).copied().flatten().filter(|v| v.is_finite())
    }

    /// Number and direction of the signal at `index`.
    pub(crate) fn signal(&self, index: usize) -> Option<(usize, bool)> {
        self.signals.iter().find(|(i, _, _)| *i == index).map(|(_, n, good)| (*n, *good))
    }

    fn label(&self, index: usize) -> &str {
        self.labels.get(index).map_or("", String::as_str)
    }
}

/// The chart with its caption and the table of its figures. Without a single value only a sentence.
#[must_use]
pub fn xmr(chart: &Xmr<'_>) -> Markup {
    if (0..chart.values.len()).all(|i| chart.value(i).is_none()) {
        return html! { p.prose { "No value has come in yet. The chart begins with the second." } };
    }
    html! {
        figure {
            div.only-wide { (draw(chart, Width::Wide)) }
            div.only-mid { (draw(chart, Width::Mid)) }
            div.only-narrow { (draw(chart, Width::Narrow)) }
            figcaption { (caption(chart)) }
        }
        (disclosure("The figures as a table", values_table(chart)))
    }
}

fn caption(chart: &Xmr<'_>) -> Markup {
    let count = chart.values.len();
    let shown = Width::Narrow.periods();
    let span = |range: &Range<usize>| format!("{} to {}", chart.label(range.start), chart.label(range.end.saturating_sub(1)));
    html! {
        @if chart.centre.is_some() {
            @if chart.limits_from.is_empty() { "Natural limits are the mean plus and minus 2.66 times the mean moving range" } @else { (chart.limits_from) }
            ", from "
            @if chart.baseline.is_empty() { "all values" } @else { (span(&chart.baseline)) }
            ". "
            @if chart.provisional { "They are provisional: they come from fewer than twelve values. " }
        } @else {
            "Natural limits appear from the fifth value on. "
        }
        @if count > shown {
            span.only-narrow { "A narrow screen shows the last " (crate::text::count_word(shown)) " values; the table has all." }
        }
    }
}

fn values_table(chart: &Xmr<'_>) -> Markup {
    let cell = |value: Option<f64>| Cell::new(value.map_or_else(no_value, |v| figure(v, chart.decimals, chart.short_unit)));
    let rows = (0..chart.values.len()).rev().map(|i| {
        let marks: Vec<&str> = chart.marks.iter().filter(|(at, _)| *at == i).map(|(_, words)| words.as_str()).collect();
        let signal = chart.signal(i).map_or_else(Cell::default, |(n, good)| {
            let state = if good { State::Better } else { State::Attention };
            Cell::new(state_as(state, &format!("Signal {n}")))
        });
        let range = match chart.moving_range(i) {
            Some(range) => cell(Some(range)),
            None => Cell::default(),
        };
        vec![Cell::text(chart.label(i)).class("nb"), cell(chart.value(i)), range, signal, Cell::text(&marks.join("; "))]
    });
    table(&Table {
        caption: format!("{}: all values, newest first", chart.title),
        columns: vec![
            Column::text("Period"),
            Column::num("Value"),
            Column::num("Moving range").class("opt"),
            Column::text("Signal"),
            Column::text(if chart.marks_label.is_empty() { "Marks" } else { "Events" }),
        ],
        rows: rows.collect(),
        class: ["k0", "k1", ""].get(usize::from(chart.decimals)).copied().unwrap_or("").to_owned(),
        foot: None,
    })
}

/// "limits 353 to 452, mean 402", said beside the band.
pub(crate) fn limits_words(chart: &Xmr<'_>, stretch: &Stretch) -> String {
    let n = |value| number(value, chart.decimals);
    format!("limits {} to {}, mean {}", n(stretch.lower), n(stretch.upper), n(stretch.centre))
}

/// "signal 2: 902", said beside the value.
pub(crate) fn signal_words(chart: &Xmr<'_>, n: usize, value: f64) -> String {
    format!("signal {n}: {}", Figure::new(value, chart.decimals, "").words())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(n: usize) -> Vec<String> {
        (1..=n).map(|i| format!("W{i}")).collect()
    }

    fn sample<'a>(labels: &'a [String], values: &'a [Option<f64>]) -> Xmr<'a> {
        Xmr { id: "x", title: "T", unit: "ms", short_unit: "ms", labels, values, ..Xmr::default() }
    }

    #[test]
    fn drawn_three_times_with_ids_of_their_own() {
        let (labels, values) = (labels(14), [Some(5.0); 14]);
        let text = xmr(&sample(&labels, &values)).into_string();
        for id in ["x-wt", "x-mt", "x-nt"] {
            assert_eq!(text.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
        }
        assert!(text.contains("viewBox=\"0 0 1090 ") && text.contains("viewBox=\"0 0 700 ") && text.contains("viewBox=\"0 0 358 "));
        assert!(text.contains("A narrow screen shows the last twelve values"));
        assert!(!text.contains("NaN") && !text.contains("inf"));
    }

    #[test]
    fn no_values_is_a_sentence() {
        let labels = labels(2);
        assert!(xmr(&sample(&labels, &[None, None])).into_string().starts_with("<p class=\"prose\">"));
        assert!(xmr(&sample(&[], &[])).into_string().starts_with("<p class=\"prose\">"));
    }

    #[test]
    fn few_values_have_no_limits() {
        let labels = labels(2);
        let text = xmr(&sample(&labels, &[Some(1.0), Some(2.0)])).into_string();
        assert!(text.contains("from the fifth value on") && !text.contains("c-band"), "{text}");
    }

    #[test]
    fn the_table_holds_every_value_newest_first() {
        let labels = labels(3);
        let values = [Some(1.0), None, Some(902.0)];
        let chart = Xmr { signals: vec![(2, 1, false)], ..sample(&labels, &values) };
        let text = xmr(&chart).into_string();
        let table = &text[text.find("<table").unwrap()..];
        assert!(table.find("W3") < table.find("W1"));
        assert!(table.contains("no value") && table.contains("Signal 1"));
        assert!(!table.contains("901"), "a range needs both values");
    }

    #[test]
    fn stretches_follow_each_other() {
        let labels = labels(5);
        let values = [Some(1.0); 5];
        let old = Stretch { range: 0..2, centre: 1.0, lower: 0.0, upper: 2.0, mr_limit: 1.0 };
        let chart = Xmr {
            centre: Some(1.0),
            lower: Some(0.0),
            upper: Some(2.0),
            mr_limit: Some(1.0),
            earlier: vec![old],
            ..sample(&labels, &values)
        };
        assert_eq!(chart.stretches().iter().map(|s| s.range.clone()).collect::<Vec<_>>(), [0..2, 2..5]);
    }

    #[test]
    fn limits_of_their_own_are_drawn_for_each_period_and_explained() {
        let (labels, values) = (labels(6), [Some(5.0); 6]);
        let bands = [Some((0.0, 9.0)), Some((1.0, 8.0)), None, Some((0.0, 9.0)), Some((0.0, 9.0)), Some((2.0, 7.0))];
        let chart = Xmr {
            centre: Some(5.0),
            lower: Some(2.0),
            upper: Some(7.0),
            mr_limit: Some(0.0),
            bands: &bands,
            limits_from: "By chance",
            ..sample(&labels, &values)
        };
        let text = xmr(&chart).into_string();
        assert_eq!(text.matches("c-band").count(), 3 * 5, "one step for each period with limits, in each of three drawings");
        assert!(text.contains("By chance, from ") && !text.contains("moving range</text>"), "{text}");
    }
}
