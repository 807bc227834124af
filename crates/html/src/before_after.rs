//! Before and after: every observation drawn, a line at each median, an axis where it changed.

use maud::{Markup, html};

use crate::axis::Scale;
use crate::figures::number;
use crate::spark::{at, extent};

/// What is drawn.
#[derive(Debug, Clone, Default)]
pub struct BeforeAfter<'a> {
    /// Unique on the page; ids inside are made from it.
    pub id: &'a str,
    /// What is drawn.
    pub title: &'a str,
    /// The finding with all figures.
    pub desc: &'a str,
    /// Unit, in words, at the top left.
    pub unit: &'a str,
    /// Decimals of the labels.
    pub decimals: u8,
    /// Observations before, in order of time.
    pub before: &'a [f64],
    /// Observations after.
    pub after: &'a [f64],
    /// Median before and after.
    pub medians: (f64, f64),
    /// What the first and the last observation before and after are called.
    pub ends: [&'a str; 4],
    /// What changed, and when.
    pub change: &'a str,
}

const HEIGHT: f64 = 270.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 226.0;
/// Room for the figures of the grid.
const GUTTER: f64 = 40.0;
/// Room on either side of the axis of the change.
const GAP: f64 = 23.0;

/// Draws it for wide and for narrow screens; a text of 12 px stays 12 px.
#[must_use]
pub fn before_after(chart: &BeforeAfter<'_>) -> Markup {
    html! {
        div.only-wide { (draw(chart, 680.0, "w")) }
        div.only-mid { (draw(chart, 680.0, "m")) }
        div.only-narrow { (draw(chart, 358.0, "n")) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "two thousand observations at most")]
fn draw(chart: &BeforeAfter<'_>, width: f64, letter: &str) -> Markup {
    let all = chart.before.iter().chain(chart.after).copied();
    let scale = Scale::new(extent(all), TOP, BOTTOM);
    let (lines, decimals) = scale.grid(if width < 500.0 { 4 } else { 6 });
    let right = width - GUTTER;
    let (n, m) = (chart.before.len(), chart.after.len());
    let slots = (n + m).saturating_sub(2).max(1) as f64;
    let step = (right - 24.0 - 2.0 * GAP) / slots;
    let before_ends = 12.0 + step * n.saturating_sub(1) as f64;
    let axis = before_ends + GAP;
    let x = |i: usize| if i < n { 12.0 + step * i as f64 } else { axis + GAP + step * (i - n) as f64 };
    let radius = if slots > 120.0 {
        "2"
    } else if width < 500.0 {
        "2.5"
    } else {
        "3.5"
    };
    let id = format!("{}{letter}", chart.id);
    let label = |value: f64, count: usize, median: bool| {
        format!("{}{}, n = {count}", if median { "median " } else { "" }, number(value, chart.decimals))
    };
    // A label stands below its line, and above it where the line is low.
    let below = |value: f64| {
        let y = scale.y(value);
        if y > BOTTOM - 40.0 { y - 12.0 } else { y + 40.0 }
    };
    html! {
        svg.chart viewBox={ "0 0 " (width) " " (HEIGHT) } role="img" aria-labelledby={ (id) "t " (id) "d" } {
            title id={ (id) "t" } { (chart.title) }
            desc id={ (id) "d" } { (chart.desc) }
            text.c-ink x="0" y="12" { (chart.unit) }
            @for value in lines {
                line.c-grid x1="0" x2=(at(right)) y1=(at(scale.y(value))) y2=(at(scale.y(value))) {}
                text x=(at(width)) y=(at(scale.y(value) + 4.0)) text-anchor="end" { (number(value, decimals)) }
            }
            line.c-axis x1=(at(axis)) x2=(at(axis)) y1="26" y2="240" {}
            @for (i, value) in chart.before.iter().enumerate() { circle.c-open cx=(at(x(i))) cy=(at(scale.y(*value))) r=(radius) {} }
            @for (i, value) in chart.after.iter().enumerate() { circle.c-dot cx=(at(x(n + i))) cy=(at(scale.y(*value))) r=(radius) {} }
            @if n > 0 {
                line.c-line x1="6.0" x2=(at(before_ends + 6.0)) y1=(at(scale.y(chart.medians.0))) y2=(at(scale.y(chart.medians.0))) {}
                text.c-b x="4.0" y=(at(below(chart.medians.0))) { (label(chart.medians.0, n, true)) }
                text x="4.0" y="244" { (chart.ends[0]) }
                @if n > 3 { text x=(at(axis - 6.0)) y="244" text-anchor="end" { (chart.ends[1]) } }
            }
            @if m > 0 {
                line.c-line x1=(at(axis + GAP - 6.0)) x2=(at(right - 6.0)) y1=(at(scale.y(chart.medians.1))) y2=(at(scale.y(chart.medians.1))) {}
                text.c-b x=(at(right)) y=(at(below(chart.medians.1))) text-anchor="end" { (label(chart.medians.1, m, false)) }
                @if m > 5 { text x=(at(axis + 6.0)) y="244" { (chart.ends[2]) } }
                text x=(at(right)) y="244" text-anchor="end" { (chart.ends[3]) }
            }
            @let near = axis > right / 2.0;
            text.c-ink x=(at(if near { (axis + 60.0).min(right) } else { (axis - 60.0).max(0.0) })) y="264" text-anchor=(if near { "end" } else { "start" }) { (chart.change) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample<'a>(before: &'a [f64], after: &'a [f64]) -> BeforeAfter<'a> {
        BeforeAfter {
            id: "k",
            title: "Morning <quote>",
            desc: "d",
            unit: "seconds",
            decimals: 1,
            before,
            after,
            medians: (2.9, 1.4),
            ends: ["23 Sep", "3 Nov", "5 Nov", "17 Nov"],
            change: "moved, 4 November",
        }
    }

    #[test]
    fn every_observation_is_drawn_three_times() {
        let text = before_after(&sample(&[2.9; 30], &[1.4; 9])).into_string();
        assert_eq!((text.matches("class=\"c-open\"").count(), text.matches("class=\"c-dot\"").count()), (90, 27));
        assert!(text.contains("median 2.9, n = 30") && text.contains("1.4, n = 9") && text.contains("Morning &lt;quote&gt;"));
        assert!(text.contains("id=\"kwt\"") && text.contains("id=\"kmt\"") && text.contains("id=\"knt\""), "ids are unique");
    }

    #[test]
    fn few_or_none_draw_no_nonsense() {
        for (before, after) in [(&[][..], &[][..]), (&[1.0][..], &[][..]), (&[][..], &[1.0, 1.0][..])] {
            let text = before_after(&sample(before, after)).into_string();
            assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        }
    }
}
