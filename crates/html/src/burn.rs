//! Burn-up: how many were found and how many of them are closed, summed up over time. What lies between the lines is open.

use maud::{Markup, html};

/// A burn-up chart. `found` and `closed` have the length of `labels`; neither needs to rise all the way: what opens again is open.
#[derive(Debug, Clone, Default)]
pub struct BurnUp<'a> {
    /// Unique on the page; ids inside are made from it.
    pub id: &'a str,
    /// What is counted: "risks".
    pub what: &'a str,
    /// What is drawn.
    pub title: &'a str,
    /// When each count was taken, as it is shown: "12 Aug".
    pub labels: &'a [String],
    /// Found until then.
    pub found: &'a [usize],
    /// Closed of these.
    pub closed: &'a [usize],
}

const TOP: f64 = 22.0;
const FLOOR: f64 = 184.0;
const LEFT: f64 = 4.0;
/// Labels of the last counts need this much between them.
const APART: f64 = 15.0;

/// The chart for a wide and for a narrow screen. Fewer than two counts draw nothing: a single point is no way.
#[must_use]
pub fn burn_up(b: &BurnUp<'_>) -> Markup {
    if b.labels.len() < 2 || b.found.len() != b.labels.len() || b.closed.len() != b.labels.len() {
        return html! {};
    }
    html! {
        figure {
            div.only-wide { (draw(b, "w", 620.0, 528.0, 6)) }
            div.only-narrow { (draw(b, "n", 358.0, 266.0, 3)) }
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of a page are far below 2^52")]
fn draw(b: &BurnUp<'_>, suffix: &str, width: f64, right: f64, most_labels: usize) -> Markup {
    let id = format!("{}-{suffix}", b.id);
    let n = b.labels.len();
    let most = b.found.iter().chain(b.closed).copied().max().unwrap_or(0).max(1);
    let step = step(most);
    let top = most.div_ceil(step) * step;
    let y = |count: usize| FLOOR - count as f64 * (FLOOR - TOP) / top as f64;
    let x = |i: usize| LEFT + i as f64 * (right - LEFT) / (n - 1) as f64;
    let line = |counts: &[usize]| counts.iter().enumerate().map(|(i, c)| format!("{:.1},{:.1}", x(i), y(*c))).collect::<Vec<_>>();
    let (found, closed) = (line(b.found), line(b.closed));
    let area: Vec<String> = found.iter().chain(closed.iter().rev()).cloned().collect();
    let (last_found, last_closed) = (b.found[n - 1], b.closed[n - 1]);
    let (mut at_found, mut at_closed) = (y(last_found) + 4.0, y(last_closed) + 4.0);
    if at_closed - at_found < APART {
        let middle = f64::midpoint(at_found, at_closed);
        (at_found, at_closed) = (middle - APART / 2.0, middle + APART / 2.0);
    }
    let open = last_found.saturating_sub(last_closed);
    let every = n.div_ceil(most_labels).max(1);
    let words = |name: &str, counts: &[usize]| {
        format!("{name}, cumulative: {}.", counts.iter().map(usize::to_string).collect::<Vec<_>>().join(", "))
    };
    html! {
        svg.chart viewBox={ "0 0 " (width) " 210" } role="img" aria-labelledby={ (id) "t " (id) "d" } {
            title id={ (id) "t" } { (b.title) }
            desc id={ (id) "d" } { (words("Found", b.found)) " " (words("Closed", b.closed)) " Open now: " (open) "." }
            text.c-ink x="0" y="12" { (b.what) ", cumulative" }
            @for tick in (0..=top).step_by(step) {
                line.c-grid x1="0" x2=(right) y1=(format!("{:.1}", y(tick))) y2=(format!("{:.1}", y(tick))) {}
            }
            polygon.c-area points=(area.join(" ")) {}
            polyline.c-line points=(found.join(" ")) {}
            polyline.c-line points=(closed.join(" ")) {}
            @for i in 0..n {
                circle.c-dot cx=(format!("{:.1}", x(i))) cy=(format!("{:.1}", y(b.found[i]))) r="3.5" {}
                circle.c-open cx=(format!("{:.1}", x(i))) cy=(format!("{:.1}", y(b.closed[i]))) r="3.5" {}
            }
            text.c-b x=(right + 10.0) y=(format!("{at_found:.1}")) { (last_found) " found" }
            text.c-b x=(right + 10.0) y=(format!("{at_closed:.1}")) { (last_closed) " closed" }
            @if at_closed - at_found >= 2.0 * APART {
                text x=(right + 10.0) y=(format!("{:.1}", f64::midpoint(at_found, at_closed))) { (open) " open" }
            }
            @for (i, label) in b.labels.iter().enumerate().filter(|(i, _)| (n - 1 - i).is_multiple_of(every)) {
                @let anchor = if i == 0 { "start" } else if i + 1 == n { "end" } else { "middle" };
                text x=(format!("{:.1}", x(i))) y="202" text-anchor=(anchor) { (label) }
            }
        }
    }
}

/// Distance of the lines behind a chart: 1, 2 or 5 times a power of ten, so that there are at most six.
fn step(most: usize) -> usize {
    let mut power = 1usize;
    loop {
        for times in [1, 2, 5] {
            if most <= 5 * times * power {
                return times * power;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(found: &[usize], closed: &[usize]) -> String {
        let labels: Vec<String> = (0..found.len()).map(|i| format!("Q{i} <x>")).collect();
        burn_up(&BurnUp { id: "b", what: "risks", title: "Risks found and closed", labels: &labels, found, closed }).into_string()
    }

    #[test]
    fn it_says_in_words_what_it_draws() {
        let text = chart(&[14, 19, 28], &[0, 4, 19]);
        for part in [
            "Found, cumulative: 14, 19, 28.",
            "Closed, cumulative: 0, 4, 19. Open now: 9.",
            "28 found",
            "19 closed",
            "9 open",
            "Q0 &lt;x&gt;",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(text.matches("<svg").count(), 2, "one for each width");
    }

    #[test]
    fn labels_keep_apart_and_one_count_draws_nothing() {
        let text = chart(&[3, 3], &[0, 3]);
        assert!(text.contains("3 found") && text.contains("3 closed") && !text.contains(">0 open"), "{text}");
        assert_eq!(chart(&[3], &[0]), "");
        assert!(!chart(&[0, 0], &[0, 0]).contains("NaN"));
    }

    #[test]
    fn lines_stand_at_round_counts() {
        assert_eq!([1, 5, 6, 10, 28, 51, 600].map(step), [1, 1, 2, 2, 10, 20, 200]);
    }
}
