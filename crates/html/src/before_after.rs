//! Before and after: every observation drawn, a line at each median, an axis where it changed.

use maud::{Markup, html};

use crate::axis::{Anchor, Places, Scale, Spot};
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
    let points: Vec<(f64, f64)> = chart.before.iter().chain(chart.after).enumerate().map(|(i, v)| (x(i), scale.y(*v))).collect();
    let sides = [(4.0, before_ends + 6.0, chart.medians.0, n), (axis + GAP - 6.0, right - 6.0, chart.medians.1, m)];
    let labels = labels(chart.decimals, &scale, (&points, 4.0), sides, (axis, right));
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
                (label(&labels[0]))
                text x="4.0" y="244" { (chart.ends[0]) }
                @if n > 3 { text x=(at(axis - 6.0)) y="244" text-anchor="end" { (chart.ends[1]) } }
            }
            @if m > 0 {
                line.c-line x1=(at(axis + GAP - 6.0)) x2=(at(right - 6.0)) y1=(at(scale.y(chart.medians.1))) y2=(at(scale.y(chart.medians.1))) {}
                (label(&labels[1]))
                @if m > 5 { text x=(at(axis + 6.0)) y="244" { (chart.ends[2]) } }
                text x=(at(right)) y="244" text-anchor="end" { (chart.ends[3]) }
            }
            @let near = axis > right / 2.0;
            text.c-ink x=(at(if near { (axis + 60.0).min(right) } else { (axis - 60.0).max(0.0) })) y="264" text-anchor=(if near { "end" } else { "start" }) { (chart.change) }
        }
    }
}

/// Words of both medians, each with its place.
type Labels = [(String, Spot); 2];

/// One side: where its line begins and ends, its median, and how many observations it has.
type Side = (f64, f64, f64, usize);

fn label((words, (x, y, anchor)): &(String, Spot)) -> Markup {
    html! { text class="c-label c-b" x=(at(*x)) y=(at(*y)) text-anchor=(anchor.word()) { (words) } }
}

/// Places the words of both medians where they cover no observation and no line: as near to the line as there is room.
fn labels(
    decimals: u8,
    scale: &Scale,
    (points, radius): (&[(f64, f64)], f64),
    sides: [Side; 2],
    (axis, right): (f64, f64),
) -> Labels {
    let mut places = Places::new(right);
    for (x, y) in points {
        places.mark(*x, *y, radius);
    }
    for (from, to, median, _) in sides.iter().filter(|side| side.3 > 0) {
        places.stroke((*from, scale.y(*median)), (*to, scale.y(*median)));
    }
    places.stroke((axis, TOP), (axis, BOTTOM + 14.0));
    let mut place = |i: usize| {
        let (from, to, median, n) = sides[i];
        let line = scale.y(median);
        let short = format!("{}, n = {n}", number(median, decimals));
        let long = format!("median {short}");
        // The first side is read from its beginning, the second from its end; each step goes a little further from the line.
        let start = (from, Anchor::Start);
        let ends = if i == 0 { [start, (to, Anchor::End)] } else { [(right, Anchor::End), start] };
        let steps = (0..40_i32).map(|step| line + f64::from(if step % 2 == 0 { 16 + 3 * step } else { -6 - 3 * step }));
        let inside = steps.filter(|y| (TOP..BOTTOM + 4.0).contains(y));
        let spots: Vec<Spot> = inside.flat_map(|y| ends.map(|(x, anchor)| (x, y, anchor))).collect();
        let words = if i == 0 { [&long, &short] } else { [&short, &short] };
        for words in words {
            // Its letters are bold, so they take the room of two more.
            if let Some(spot) = places.find(&format!("{words}00"), &spots) {
                return (words.clone(), spot);
            }
        }
        // There is no room: a halo keeps it readable over whatever it covers.
        let y = if line > BOTTOM - 40.0 { line - 12.0 } else { line + 40.0 };
        (short, (ends[0].0, y, ends[0].1))
    };
    [place(0), place(1)]
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
    fn the_words_of_a_median_cover_no_observation() {
        let (before, after) = ([20.0, 16.5, 12.0, 18.0, 15.0], [5.5, 6.0, 5.0, 7.0, 4.0, 5.5, 6.5, 5.5]);
        for width in [680.0, 358.0] {
            let chart = BeforeAfter { medians: (16.5, 5.5), ..sample(&before, &after) };
            let text = draw(&chart, width, "w").into_string();
            let of = |tag: &str, key: &str| {
                tag.split_once(&format!(" {key}=\"")).and_then(|(_, rest)| rest.split('"').next()?.parse::<f64>().ok())
            };
            let points: Vec<(f64, f64)> = text.split('<').filter_map(|tag| of(tag, "cx").zip(of(tag, "cy"))).collect();
            let labels: Vec<&str> = text.split('<').filter(|tag| tag.starts_with("text class=\"c-label")).collect();
            assert_eq!((points.len(), labels.len()), (13, 2), "{text}");
            for tag in labels {
                let (x, y) = of(tag, "x").zip(of(tag, "y")).unwrap();
                let wide = crate::axis::text_width(tag.rsplit('>').next().unwrap());
                let from = if tag.contains("\"end\"") { x - wide } else { x };
                let hit = |p: &&(f64, f64)| p.0 > from - 3.5 && p.0 < from + wide + 3.5 && p.1 > y - 10.0 && p.1 < y + 3.0;
                assert_eq!(points.iter().find(hit), None, "{width}: {tag}");
            }
        }
    }

    #[test]
    fn few_or_none_draw_no_nonsense() {
        for (before, after) in [(&[][..], &[][..]), (&[1.0][..], &[][..]), (&[][..], &[1.0, 1.0][..])] {
            let text = before_after(&sample(before, after)).into_string();
            assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        }
    }
}
