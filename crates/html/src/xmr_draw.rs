//! One drawing of a process behaviour chart.

use maud::{Markup, html};

use crate::axis::{Anchor, Places, Scale, Spot, text_width};
use crate::figures::number;
use crate::spark::{at, diamond, extent, lonely, runs};
use crate::xmr::{Stretch, Xmr, limits_words, signal_words};

/// The three widths: a text of 12 px must stay 12 px, so the chart is drawn anew and not scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    Wide,
    Mid,
    Narrow,
}

impl Width {
    const fn units(self) -> f64 {
        match self {
            Self::Wide => 1090.0,
            Self::Mid => 700.0,
            Self::Narrow => 358.0,
        }
    }

    const fn letter(self) -> &'static str {
        match self {
            Self::Wide => "w",
            Self::Mid => "m",
            Self::Narrow => "n",
        }
    }

    /// How many of the last values are drawn.
    pub(crate) const fn periods(self) -> usize {
        match self {
            Self::Wide => 104,
            Self::Mid => 60,
            Self::Narrow => 12,
        }
    }
}

/// Right of the plot stand the figures of the grid.
const GUTTER: f64 = 46.0;
/// From the edge of the plot to the first and the last value.
const INSET: f64 = 14.0;
const TOP: f64 = 28.0;
/// From the plot's lower edge to the axis of the moving range, and the height of that.
const RANGE_DROP: f64 = 94.0;
const RANGE_HEIGHT: f64 = 54.0;

/// Everything that the parts of one drawing share. Indices are those of the whole chart.
struct Plot<'a> {
    chart: &'a Xmr<'a>,
    first: usize,
    width: f64,
    scale: Scale,
    ranges: Scale,
    bottom: f64,
    /// Whether there are moving ranges to draw: a single one is no line.
    ranged: bool,
    grid_lines: u32,
}

impl<'a> Plot<'a> {
    fn new(chart: &'a Xmr<'a>, width: Width) -> Self {
        let first = chart.values.len().saturating_sub(width.periods());
        let bottom = TOP + if width == Width::Narrow { 152.0 } else { 190.0 };
        let grid_lines = if width == Width::Narrow { 4 } else { 6 };
        let stretches = chart.stretches();
        let seen = stretches.iter().filter(|stretch| stretch.range.end > first);
        let bounds = seen.flat_map(|stretch| [stretch.lower, stretch.upper]);
        let values = (first..chart.values.len()).filter_map(|i| chart.value(i));
        let own = chart.bands.iter().skip(first).flatten().flat_map(|(lower, upper)| [*lower, *upper]);
        let scale = Scale::new(extent(values.chain(bounds).chain(own).chain(chart.target)), TOP, bottom);
        let moving = (first..chart.values.len()).filter_map(|i| chart.moving_range(i));
        let limits = stretches.iter().map(|stretch| stretch.mr_limit);
        let ranged = chart.bands.is_empty() && moving.clone().count() > 1;
        let (_, most) = extent(moving.chain(limits).chain([0.0]));
        let axis = bottom + RANGE_DROP;
        let ranges = Scale::new((0.0, if most > 0.0 { most } else { 1.0 }), axis - RANGE_HEIGHT, axis);
        Self { chart, first, width: width.units(), scale, ranges, bottom, ranged, grid_lines }
    }

    fn indices(&self) -> std::ops::Range<usize> {
        self.first..self.chart.values.len()
    }

    fn right(&self) -> f64 {
        self.width - GUTTER
    }

    fn step(&self) -> f64 {
        // The first values stand where they will stand when there are six.
        let gaps = self.indices().len().saturating_sub(1).max(5);
        #[expect(clippy::cast_precision_loss, reason = "at most a hundred periods are drawn")]
        let gaps = gaps as f64;
        (self.right() - 12.0 - INSET) / gaps
    }

    #[expect(clippy::cast_precision_loss, reason = "at most a hundred periods are drawn")]
    fn x(&self, index: usize) -> f64 {
        INSET + self.step() * index.saturating_sub(self.first) as f64
    }

    fn point(&self, index: usize) -> Option<(f64, f64)> {
        self.chart.value(index).map(|value| (self.x(index), self.scale.y(value)))
    }

    fn axis(&self) -> f64 {
        self.bottom + if self.ranged { RANGE_DROP } else { 4.0 }
    }

    /// Left and right edge of a stretch, half a period to each side, or `None` if it is not in the drawing.
    fn edges(&self, stretch: &Stretch) -> Option<(f64, f64)> {
        let start = stretch.range.start.max(self.first);
        let end = stretch.range.end.min(self.chart.values.len());
        if start >= end {
            return None;
        }
        let room = (self.step() / 2.0 - 2.0).clamp(0.0, 8.0);
        Some(((self.x(start) - room).max(0.0), (self.x(end - 1) + room).min(self.right())))
    }

    fn height(&self) -> f64 {
        self.axis() + if self.chart.marks.is_empty() { 26.0 } else { 48.0 }
    }
}

/// Draws the chart once.
pub(crate) fn draw(chart: &Xmr<'_>, width: Width) -> Markup {
    let plot = Plot::new(chart, width);
    let id = format!("{}-{}", chart.id, width.letter());
    let mut places = Places::new(plot.right());
    for i in plot.indices() {
        if let Some((x, y)) = plot.point(i) {
            places.mark(x, y, if chart.signal(i).is_some() { 8.0 } else { 3.25 });
            if let Some(before) = i.checked_sub(1).filter(|b| *b >= plot.first).and_then(|b| plot.point(b)) {
                places.stroke(before, (x, y));
            }
        }
    }
    if let Some(target) = chart.target {
        places.stroke((0.0, plot.scale.y(target)), (plot.right(), plot.scale.y(target)));
    }
    html! {
        svg.chart viewBox={ "0 0 " (plot.width) " " (plot.height()) } role="img" aria-labelledby={ (id) "t " (id) "d" } {
            title id={ (id) "t" } { (chart.title) }
            desc id={ (id) "d" } { (chart.desc) }
            text.c-ink x="0" y="12" { (chart.unit) }
            (grid(&plot))
            (bands(&plot))
            (values(&plot))
            // Labels come last so that their halo covers lines, and signals first so that they get the best place.
            (signal_labels(&plot, &mut places))
            (target(&plot, &mut places))
            (band_labels(&plot, &mut places))
            (moving_ranges(&plot))
            (periods(&plot))
            (marks(&plot))
        }
    }
}

fn grid(plot: &Plot<'_>) -> Markup {
    let (lines, decimals) = plot.scale.grid(plot.grid_lines);
    html! {
        @for line in lines {
            @let y = plot.scale.y(line);
            line.c-grid x1="0" x2=(plot.right()) y1=(at(y)) y2=(at(y)) {}
            text x=(plot.width) y=(at(y + 4.0)) text-anchor="end" { (number(line, decimals)) }
        }
    }
}

/// Limits that differ from period to period, as steps; the mean goes through all of them.
fn steps(plot: &Plot<'_>) -> Markup {
    let half = plot.step() / 2.0;
    html! {
        @for i in plot.indices() {
            @if let Some((lower, upper)) = plot.chart.bands.get(i).copied().flatten() {
                @let (x1, x2) = ((plot.x(i) - half).max(0.0), (plot.x(i) + half).min(plot.right()));
                @let (upper, lower) = (plot.scale.y(upper), plot.scale.y(lower));
                rect.c-band x=(at(x1)) y=(at(upper)) width=(at(x2 - x1)) height=(at((lower - upper).max(0.0))) {}
                line.c-lim x1=(at(x1)) x2=(at(x2)) y1=(at(upper)) y2=(at(upper)) {}
                line.c-lim x1=(at(x1)) x2=(at(x2)) y1=(at(lower)) y2=(at(lower)) {}
            }
        }
        @if let Some(centre) = plot.chart.centre {
            @let y = plot.scale.y(centre);
            line.c-mean x1="0" x2=(at(plot.right())) y1=(at(y)) y2=(at(y)) {}
        }
    }
}

fn bands(plot: &Plot<'_>) -> Markup {
    if !plot.chart.bands.is_empty() {
        return steps(plot);
    }
    html! {
        @for stretch in plot.chart.stretches() {
            @if let Some((x1, x2)) = plot.edges(&stretch) {
                @let (upper, lower) = (plot.scale.y(stretch.upper), plot.scale.y(stretch.lower));
                rect.c-band x=(at(x1)) y=(at(upper)) width=(at(x2 - x1)) height=(at((lower - upper).max(0.0))) {}
                @for (class, y) in [("c-lim", upper), ("c-lim", lower), ("c-mean", plot.scale.y(stretch.centre))] {
                    line class=(class) x1=(at(x1)) x2=(at(x2)) y1=(at(y)) y2=(at(y)) {}
                }
            }
        }
    }
}

fn values(plot: &Plot<'_>) -> Markup {
    let points: Vec<Option<(f64, f64)>> = plot.indices().map(|i| plot.point(i)).collect();
    html! {
        @for run in runs(&points) { polyline.c-line points=(run) {} }
        @for i in plot.indices() {
            @if let Some((x, y)) = plot.point(i) {
                @match plot.chart.signal(i) {
                    Some((_, false)) => path.c-sig d=(diamond(x, y, 8.0)) {},
                    Some((_, true)) => path.c-sig.good d=(diamond(x, y, 8.0)) {},
                    None => circle.c-dot cx=(at(x)) cy=(at(y)) r="3.25" {},
                }
            }
        }
    }
}

fn label(class: &str, words: &str, (x, y, anchor): Spot) -> Markup {
    html! { text class={ "c-label " (class) } x=(at(x)) y=(at(y)) text-anchor=(anchor.word()) { (words) } }
}

fn signal_labels(plot: &Plot<'_>, places: &mut Places) -> Markup {
    let mut out = Vec::new();
    for i in plot.indices() {
        let (Some((n, good)), Some((x, y)), Some(value)) = (plot.chart.signal(i), plot.point(i), plot.chart.value(i)) else {
            continue;
        };
        let class = if good { "c-b" } else { "c-look" };
        let spots = [
            (x - 14.0, y + 4.0, Anchor::End),
            (x + 14.0, y + 4.0, Anchor::Start),
            (x, y - 14.0, Anchor::Middle),
            (x, y + 22.0, Anchor::Middle),
            (x, y - 14.0, Anchor::End),
            (x, y - 14.0, Anchor::Start),
            (x, y + 22.0, Anchor::End),
            (x, y + 22.0, Anchor::Start),
        ];
        let long = signal_words(plot.chart, n, value);
        let short = n.to_string();
        // Where signals crowd, the number alone must do: the words below the chart say the rest.
        let placed = places.find(&long, &spots).map(|spot| (long, spot));
        let placed = placed.or_else(|| places.find(&short, &spots).map(|spot| (short, spot)));
        if let Some((words, spot)) = placed {
            out.push(label(class, &words, spot));
        }
    }
    html! { @for one in out { (one) } }
}

fn target(plot: &Plot<'_>, places: &mut Places) -> Markup {
    let Some(target) = plot.chart.target else { return html! {} };
    let y = plot.scale.y(target);
    let words = format!("target {}", number(target, plot.chart.decimals));
    let mut spots = Vec::new();
    for share in [0.0, 0.25, 0.5, 0.75] {
        let x = INSET + share * (plot.right() - INSET);
        spots.push((x, y - 6.0, Anchor::Start));
        spots.push((x, y + 15.0, Anchor::Start));
    }
    let spot = places.find(&words, &spots);
    html! {
        line.c-target x1="0" x2=(plot.right()) y1=(at(y)) y2=(at(y)) {}
        @if let Some(spot) = spot { (label("c-ink", &words, spot)) }
    }
}

fn band_labels(plot: &Plot<'_>, places: &mut Places) -> Markup {
    let mut out = Vec::new();
    for stretch in plot.chart.stretches() {
        let Some((x1, x2)) = plot.edges(&stretch) else { continue };
        let words = limits_words(plot.chart, &stretch);
        let (above, below) = (plot.scale.y(stretch.upper) - 6.0, plot.scale.y(stretch.lower) + 16.0);
        let right = x2.min(plot.right());
        let spots = [
            (x1, below, Anchor::Start),
            (x1, above, Anchor::Start),
            (right, below, Anchor::End),
            (right, above, Anchor::End),
            (f64::midpoint(x1, right), below, Anchor::Middle),
            (f64::midpoint(x1, right), above, Anchor::Middle),
            (x1, above - 18.0, Anchor::Start),
        ];
        // Under the plot begins the moving range: a label must end above its heading.
        let spots: Vec<Spot> = spots.into_iter().filter(|(_, y, _)| *y <= plot.bottom + 10.0 && *y > 24.0).collect();
        if let Some(spot) = places.find(&words, &spots) {
            out.push(label("", &words, spot));
        }
    }
    html! { @for one in out { (one) } }
}

fn moving_ranges(plot: &Plot<'_>) -> Markup {
    let chart = plot.chart;
    let point = |i: usize| chart.moving_range(i).map(|range| (plot.x(i), plot.ranges.y(range)));
    let points: Vec<Option<(f64, f64)>> = plot.indices().map(point).collect();
    let axis = html! { line.c-axis x1="0" x2=(plot.right()) y1=(at(plot.axis())) y2=(at(plot.axis())) {} };
    if !plot.ranged {
        return axis;
    }
    let stretches = chart.stretches();
    let limit_at = |i: usize| stretches.iter().find(|stretch| stretch.range.contains(&i)).map(|stretch| stretch.mr_limit);
    // A range belongs to two values: it asks for attention if either does.
    let bad = |i: usize| [Some(i), i.checked_sub(1)].into_iter().flatten().any(|i| matches!(chart.signal(i), Some((_, false))));
    html! {
        text.c-ink x="0" y=(plot.bottom + 24.0) { "moving range" }
        (axis)
        @for stretch in &stretches {
            @if let Some((x1, x2)) = plot.edges(stretch) {
                @let y = plot.ranges.y(stretch.mr_limit);
                line.c-lim x1=(at(x1)) x2=(at(x2)) y1=(at(y)) y2=(at(y)) {}
            }
        }
        @if let Some(last) = stretches.last() {
            text x=(plot.width) y=(at(plot.ranges.y(last.mr_limit) + 4.0)) text-anchor="end" { (number(last.mr_limit, chart.decimals)) }
        }
        @for run in runs(&points) { polyline.c-line points=(run) {} }
        @for (i, place) in plot.indices().zip(&points) {
            @if let (Some((x, y)), Some(range)) = (*place, chart.moving_range(i)) {
                @if limit_at(i).is_some_and(|limit| range > limit) {
                    @let class = if bad(i) { "c-sig" } else { "c-sig good" };
                    path class=(class) d=(diamond(x, y, 6.0)) {}
                } @else if lonely(&points, i - plot.first) {
                    circle.c-dot cx=(at(x)) cy=(at(y)) r="1.75" {}
                }
            }
        }
    }
}

fn periods(plot: &Plot<'_>) -> Markup {
    let y = plot.axis() + 18.0;
    let widest = plot.chart.labels.iter().map(|label| text_width(label)).fold(0.0, f64::max) + 24.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to at most the number of periods")]
    let every = (widest / plot.step()).ceil().clamp(1.0, 1000.0) as usize;
    // Counted from the newest: the last period is the one that people look for.
    let newest = plot.chart.values.len().saturating_sub(1);
    html! {
        @for i in plot.indices() {
            @if (newest - i).is_multiple_of(every) && let Some(words) = plot.chart.labels.get(i) {
                @let anchor = if plot.x(i) - text_width(words) / 2.0 < 0.0 { Anchor::Start } else { Anchor::Middle };
                text x=(at(plot.x(i))) y=(at(y)) text-anchor=(anchor.word()) { (words) }
            }
        }
    }
}

fn marks(plot: &Plot<'_>) -> Markup {
    if plot.chart.marks.is_empty() {
        return html! {};
    }
    let y = plot.axis() + 36.0;
    let mut places = Places::new(plot.right());
    let shown: Vec<(f64, &str)> = plot
        .chart
        .marks
        .iter()
        .filter(|(i, _)| plot.indices().contains(i))
        .map(|(i, words)| (plot.x(*i), words.as_str()))
        .collect();
    for (x, _) in &shown {
        places.mark(*x, y, 5.0);
    }
    html! {
        text x=(plot.width) y=(at(y + 4.0)) text-anchor="end" { (plot.chart.marks_label) }
        @for (x, words) in shown {
            circle.c-open cx=(at(x)) cy=(at(y)) r="4" {}
            @if let Some(spot) = places.find(words, &[(x + 8.0, y + 4.0, Anchor::Start), (x - 8.0, y + 4.0, Anchor::End)]) {
                (label("c-ink", words, spot))
            }
        }
    }
}
