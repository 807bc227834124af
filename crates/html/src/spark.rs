//! Sparklines: a few values, their natural limits and the last one marked.

use maud::{Markup, html};

/// How the last value is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mark {
    /// A dot: no signal.
    #[default]
    Dot,
    /// A diamond in the accent: a signal for the worse.
    Worse,
    /// A diamond in ink: a signal for the better.
    Better,
}

/// A sparkline of at most a dozen periods. Its own scale; never put two teams' side by side.
#[derive(Debug, Clone, Default)]
pub struct Spark {
    /// Unique on the page; ids inside are made from it.
    pub id: String,
    /// The values in order of time; `None` leaves a gap.
    pub values: Vec<Option<f64>>,
    /// Natural limits: lower, upper, mean.
    pub limits: Option<(f64, f64, f64)>,
    /// How the last value is drawn.
    pub last: Mark,
    /// Places of values with something that happened then; `desc` says what.
    pub ticks: Vec<usize>,
    /// What is drawn.
    pub title: String,
    /// The finding with all figures: what somebody reads who does not see the drawing.
    pub desc: String,
}

/// Sizes in user units: width, height, and the margin that keeps marks inside.
struct Size {
    width: f64,
    height: f64,
    class: &'static str,
}

const MARGIN: f64 = 4.0;
/// The last value stands twice the margin from the right edge: a diamond is wider than a dot.
const RIGHT: f64 = 8.0;
/// Fewer values than this keep the distance they will have once there are six.
const SLOTS: usize = 6;

/// The sparkline of a table row, 124 by 30 units. Fewer than two values draw nothing: a single point has no line.
#[must_use]
pub fn spark(spark: &Spark) -> Markup {
    draw(spark, &Size { width: 124.0, height: 30.0, class: "spark" })
}

/// The larger one of a signal list, 190 by 46 units.
#[must_use]
pub fn spark_big(spark: &Spark) -> Markup {
    draw(spark, &Size { width: 190.0, height: 46.0, class: "spark big" })
}

fn draw(spark: &Spark, size: &Size) -> Markup {
    let known: Vec<f64> = spark.values.iter().flatten().copied().filter(|v| v.is_finite()).collect();
    if known.len() < 2 {
        return html! {};
    }
    let bounds = spark.limits.iter().flat_map(|(lower, upper, _)| [*lower, *upper]);
    let (low, high) = extent(known.iter().copied().chain(bounds));
    let y = |value: f64| {
        let share = if high > low { (high - value) / (high - low) } else { 0.5 };
        MARGIN + share * (size.height - 2.0 * MARGIN)
    };
    let slots = spark.values.len().max(SLOTS);
    #[expect(clippy::cast_precision_loss, reason = "a dozen periods")]
    let x = |index: usize| {
        let step = (size.width - MARGIN - RIGHT) / (slots - 1) as f64;
        MARGIN + step * (slots - spark.values.len() + index) as f64
    };
    let points: Vec<Option<(f64, f64)>> =
        spark.values.iter().enumerate().map(|(i, v)| v.filter(|v| v.is_finite()).map(|v| (x(i), y(v)))).collect();
    let last = points.iter().rposition(Option::is_some);
    html! {
        svg class=(size.class) viewBox={ "0 0 " (size.width) " " (size.height) } role="img"
            aria-labelledby={ (spark.id) "t " (spark.id) "d" } {
            title id={ (spark.id) "t" } { (spark.title) }
            desc id={ (spark.id) "d" } { (spark.desc) }
            @if let Some((lower, upper, mean)) = spark.limits {
                rect.c-band x="0" y=(at(y(upper))) width=(size.width) height=(at(y(lower) - y(upper))) {}
                line.c-mean x1="0" x2=(size.width) y1=(at(y(mean))) y2=(at(y(mean))) {}
            }
            @for tick in spark.ticks.iter().filter(|t| **t < spark.values.len()) {
                path.c-tick d={ "M" (at(x(*tick))) " " (at(size.height)) "v-5" } {}
            }
            @for run in runs(&points) { polyline.c-line points=(run) {} }
            @for (i, point) in points.iter().enumerate() {
                @if let Some((px, py)) = point {
                    @if Some(i) == last {
                        @match spark.last {
                            Mark::Dot => circle.c-dot cx=(at(*px)) cy=(at(*py)) r="2.75" {},
                            Mark::Worse => path.c-sig d=(diamond(*px, *py, 5.0)) {},
                            Mark::Better => path.c-sig.good d=(diamond(*px, *py, 5.0)) {},
                        }
                    } @else if spark.limits.is_none() {
                        circle.c-open cx=(at(*px)) cy=(at(*py)) r="2.5" {}
                    } @else if lonely(&points, i) {
                        circle.c-dot cx=(at(*px)) cy=(at(*py)) r="1.75" {}
                    }
                }
            }
        }
    }
}

/// A value with a gap on both sides, which no line would show.
pub(crate) fn lonely(points: &[Option<(f64, f64)>], index: usize) -> bool {
    let known = |i: Option<usize>| i.and_then(|i| points.get(i)).is_some_and(Option::is_some);
    !known(index.checked_sub(1)) && !known(Some(index + 1))
}

/// The `points` attribute of one polyline for each run of at least two values without a gap.
pub(crate) fn runs(points: &[Option<(f64, f64)>]) -> Vec<String> {
    points
        .split(Option::is_none)
        .filter(|run| run.len() > 1)
        .map(|run| {
            let texts: Vec<String> = run.iter().flatten().map(|(x, y)| format!("{},{}", at(*x), at(*y))).collect();
            texts.join(" ")
        })
        .collect()
}

/// Least and greatest of `values`; nought to nought if there are none.
pub(crate) fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) =
        values.filter(|v| v.is_finite()).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low <= high { (low, high) } else { (0.0, 0.0) }
}

/// A coordinate with one decimal; a tenth of a unit is finer than any screen shows.
pub(crate) fn at(value: f64) -> String {
    let text = format!("{value:.1}");
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

/// A diamond around (x, y) that reaches `r` to each side.
pub(crate) fn diamond(x: f64, y: f64, r: f64) -> String {
    format!("M{} {}l{r} {r}-{r} {r}-{r}-{r}z", at(x), at(y - r))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(values: &[Option<f64>]) -> Spark {
        Spark { id: "s".into(), values: values.to_vec(), ..Spark::default() }
    }

    #[test]
    fn agrees_with_the_mock_up() {
        // First row of the mocked report: drawing and figures were made independently of this code.
        let values: Vec<_> = [212.4, 208.9, 215.3, 219.0, 221.7, 224.8].map(Some).to_vec();
        let text = spark(&Spark { limits: Some((204.6, 226.3, 215.45)), ..sample(&values) }).into_string();
        assert!(text.contains("points=\"4.0,18.1 26.4,21.6 48.8,15.2 71.2,11.4 93.6,8.7 116.0,5.5\""), "{text}");
        assert!(text.contains("<rect class=\"c-band\" x=\"0\" y=\"4.0\" width=\"124\" height=\"22.0\"></rect>"), "{text}");
    }

    #[test]
    fn one_value_has_no_line() {
        assert_eq!(spark(&sample(&[Some(1.0)])).into_string(), "");
        assert_eq!(spark(&sample(&[None, Some(f64::NAN), Some(1.0)])).into_string(), "");
    }

    #[test]
    fn what_happened_is_a_tick_below_its_value() {
        let text = spark(&Spark { ticks: vec![0, 2, 9], ..sample(&[Some(1.0), None, Some(2.0)]) }).into_string();
        assert_eq!(text.matches("class=\"c-tick\"").count(), 2, "{text}");
        assert!(text.contains("d=\"M71.2 30.0v-5\"") && text.contains("d=\"M116.0 30.0v-5\""), "{text}");
    }

    #[test]
    fn a_gap_parts_the_line() {
        let text = spark(&sample(&[Some(1.0), Some(2.0), None, Some(3.0), Some(2.0)])).into_string();
        assert_eq!(text.matches("<polyline").count(), 2);
    }

    #[test]
    fn equal_values_lie_in_the_middle() {
        let text = spark(&sample(&[Some(5.0), Some(5.0)])).into_string();
        assert!(text.contains("15.0 116.0,15.0"), "{text}");
        assert!(!text.contains("NaN"));
    }

    #[test]
    fn signals_are_diamonds() {
        let two = [Some(1.0), Some(2.0)];
        assert!(spark(&Spark { last: Mark::Worse, ..sample(&two) }).into_string().contains("class=\"c-sig\""));
        assert!(spark_big(&Spark { last: Mark::Better, ..sample(&two) }).into_string().contains("class=\"c-sig good\""));
    }
}
