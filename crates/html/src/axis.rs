//! Scales, grid lines and the placing of labels in charts.

/// Maps values to a coordinate; a larger value stands higher, so has the smaller coordinate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    top: f64,
    bottom: f64,
}

impl Scale {
    /// A scale from `low` at `bottom` to `high` at `top`, widened by a twentieth on both sides so that marks stay inside.
    pub(crate) fn new((low, high): (f64, f64), top: f64, bottom: f64) -> Self {
        let pad = if high > low { (high - low) * 0.05 } else { low.abs().max(1.0) * 0.05 };
        // A quantity that is never negative gets no axis below nought.
        let low = if low >= 0.0 { (low - pad).max(0.0) } else { low - pad };
        Self { low, high: high + pad, top, bottom }
    }

    pub(crate) fn y(&self, value: f64) -> f64 {
        self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)
    }

    /// Values of at most `most` grid lines at round numbers, and the decimals they need.
    pub(crate) fn grid(&self, most: u32) -> (Vec<f64>, u8) {
        let span = self.high - self.low;
        if !span.is_finite() || span <= 0.0 {
            return (Vec::new(), 0);
        }
        // The finest of the steps 1, 2, 5, 10, 20, .. that draws no more lines than wished.
        let start = (span / f64::from(most)).log10().floor() - 1.0;
        let steps = (0..9).map(|i| (start + f64::from(i / 3), [1.0, 2.0, 5.0][i as usize % 3]));
        let fits = |(power, factor): &(f64, f64)| {
            let step = factor * 10_f64.powf(*power);
            (self.high / step).floor() - (self.low / step).ceil() < f64::from(most)
        };
        let (exponent, factor) = steps.clone().find(fits).unwrap_or((start + 2.0, 5.0));
        let step = factor * 10_f64.powf(exponent);
        let mut lines = Vec::new();
        let mut n = (self.low / step).ceil();
        while n <= (self.high / step).floor() && lines.len() < most as usize {
            lines.push(n * step);
            n += 1.0;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to nought to six")]
        let decimals = (-exponent).clamp(0.0, 6.0) as u8;
        (lines, decimals)
    }
}

/// Where a text begins at its coordinate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A place for a label: x, y of its base line, anchor.
pub(crate) type Spot = (f64, f64, Anchor);

/// Widest letters of the fallback fonts at 12 px, on average.
const LETTER: f64 = 6.6;

#[derive(Debug, Clone, Copy)]
struct Rect {
    x1: f64,
    x2: f64,
    y1: f64,
    y2: f64,
}

/// Keeps track of what stands where, so that no label covers a mark or another label.
#[derive(Debug)]
pub(crate) struct Places {
    width: f64,
    taken: Vec<Rect>,
}

impl Places {
    /// An empty drawing that is `width` wide.
    pub(crate) const fn new(width: f64) -> Self {
        Self { width, taken: Vec::new() }
    }

    /// Takes the square around a mark.
    pub(crate) fn mark(&mut self, x: f64, y: f64, r: f64) {
        self.taken.push(Rect { x1: x - r, x2: x + r, y1: y - r, y2: y + r });
    }

    /// Takes a stroke between two points by small squares along it.
    pub(crate) fn stroke(&mut self, from: (f64, f64), to: (f64, f64)) {
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a chart is a thousand units wide")]
        let parts = (length / 6.0).ceil().clamp(1.0, 400.0) as u32;
        for i in 0..=parts {
            let share = f64::from(i) / f64::from(parts);
            self.mark(from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share, 1.0);
        }
    }

    /// The first of `spots` at which `text` is free and inside the drawing; it is taken then.
    pub(crate) fn find(&mut self, text: &str, spots: &[Spot]) -> Option<Spot> {
        let (spot, rect) = spots.iter().map(|spot| (*spot, rect_of(text, *spot))).find(|(_, rect)| self.free(rect))?;
        self.taken.push(rect);
        Some(spot)
    }

    fn free(&self, rect: &Rect) -> bool {
        let inside = rect.x1 >= 0.0 && rect.x2 <= self.width && rect.y1 >= 0.0;
        inside && !self.taken.iter().any(|t| t.x1 < rect.x2 && t.x2 > rect.x1 && t.y1 < rect.y2 && t.y2 > rect.y1)
    }
}

/// About how wide `text` is at 12 px.
pub(crate) fn text_width(text: &str) -> f64 {
    text.chars().map(|_| LETTER).sum()
}

fn rect_of(text: &str, (x, y, anchor): Spot) -> Rect {
    let width = text_width(text);
    let x1 = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - width / 2.0,
        Anchor::End => x - width,
    };
    Rect { x1, x2: x1 + width, y1: y - 10.0, y2: y + 3.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grid_lines_are_round_and_at_most_six() {
        for (low, high) in [(337.0, 937.0), (0.0, 1.0), (99.84, 99.99), (-3.0, 12.0), (0.0, 1e9), (5.0, 5.0), (1e-4, 3e-4)] {
            let scale = Scale::new((low, high), 0.0, 100.0);
            let (lines, _) = scale.grid(6);
            assert!((2..=6).contains(&lines.len()), "{low} to {high}: {lines:?}");
            for line in lines {
                let y = scale.y(line);
                assert!((-0.001..=100.001).contains(&y), "{low} to {high}: {line} at {y}");
            }
        }
    }

    #[test]
    fn grid_says_how_many_decimals_it_needs() {
        let scale = Scale::new((353.0, 902.0), 0.0, 1.0);
        assert_eq!(scale.grid(6), (vec![400.0, 500.0, 600.0, 700.0, 800.0, 900.0], 0));
        assert_eq!(scale.grid(4), (vec![400.0, 600.0, 800.0], 0));
        assert_eq!(Scale::new((99.84, 99.99), 0.0, 1.0).grid(6).1, 2);
    }

    #[test]
    fn what_is_never_negative_has_no_axis_below_nought() {
        let scale = Scale::new((0.0, 10.0), 0.0, 100.0);
        assert!((scale.y(0.0) - 100.0).abs() < 1e-9);
        assert!(Scale::new((-1.0, 10.0), 0.0, 100.0).y(-1.0) < 100.0);
    }

    #[test]
    fn labels_do_not_cover_each_other() {
        let mut places = Places::new(200.0);
        let spots = [(10.0, 20.0, Anchor::Start), (10.0, 60.0, Anchor::Start)];
        assert_eq!(places.find("abc", &spots), Some(spots[0]));
        assert_eq!(places.find("abc", &spots), Some(spots[1]));
        assert_eq!(places.find("abc", &spots), None);
        assert_eq!(places.find("abc", &[(199.0, 100.0, Anchor::Start)]), None, "would leave the drawing");
    }
}
