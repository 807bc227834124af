//! An effect in sentences.

use super::{Effect, FEWEST_A_SIDE, FEWEST_FOR_PERCENT, Finding, Interval, Method, Side};
use crate::words::{capitalised, number};

/// How the numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wording<'a> {
    /// Unit of amounts: "ms"; "%" is told in points.
    pub unit: &'a str,
    /// Decimals of amounts.
    pub decimals: u8,
    /// What is counted a side, one and many: ("week", "weeks").
    pub each: (&'a str, &'a str),
}

impl Wording<'_> {
    fn amount(&self, value: f64) -> String {
        let figure = number(value, self.decimals);
        match self.unit {
            "" => figure,
            "%" => format!("{figure}%"),
            unit => format!("{figure} {unit}"),
        }
    }

    /// The size of a difference: of percentages in points.
    fn size(&self, value: f64) -> String {
        if self.unit == "%" { format!("{} points", number(value.abs(), self.decimals)) } else { self.amount(value.abs()) }
    }

    fn many(&self, n: u64) -> String {
        format!("{} {}", count(n), if n == 1 { self.each.0 } else { self.each.1 })
    }
}

fn count(n: u64) -> String {
    number(super::float(n), 0)
}

/// A share in per cent, or nothing more than its counts where there are too few.
fn share(s: &Side, percent: bool) -> String {
    let counted = format!("{} of {}", count(s.count.unwrap_or(0)), count(s.n));
    match s.figure {
        Some(p) if percent => format!("{counted} ({}%)", number(p * 100.0, 1)),
        _ => counted,
    }
}

/// "lower by between 1.3 s and 1.7 s", "between 0.4 s lower and 0.2 s higher"; nothing at an end that is none.
fn between(i: &Interval, size: impl Fn(f64) -> String) -> String {
    let upper = i.upper.unwrap_or(i.lower);
    let side = |v: f64| if v < 0.0 { "lower" } else { "higher" };
    if i.lower > 0.0 || upper < 0.0 {
        let (near, far) = if i.lower > 0.0 { (i.lower, upper) } else { (upper, i.lower) };
        return format!("it is {} by between {} and {}", side(near), size(near), size(far));
    }
    let end = |v: f64| if v == 0.0 { "no difference".to_owned() } else { format!("{} {}", size(v), side(v)) };
    format!("the difference lies between {} and {}", end(i.lower), end(upper))
}

impl Effect {
    /// The windows in figures: "median 2.9 s of 30 days before, 1.4 s of 9 after".
    #[must_use]
    pub fn figures(&self, w: &Wording<'_>) -> String {
        let (b, a) = (&self.before, &self.after);
        match self.method {
            Method::HodgesLehmann => {
                let one = |s: &Side| s.figure.map_or("nothing".to_owned(), |f| w.amount(f));
                format!("median {} of {} before, {} of {} after", one(b), w.many(b.n), one(a), count(a.n))
            }
            Method::Newcombe => {
                let percent = b.n.min(a.n) >= FEWEST_FOR_PERCENT;
                format!("{} before, {} after", share(b, percent), share(a, percent))
            }
            Method::PoissonRatio => format!(
                "{} in {} before, {} in {} after",
                count(b.count.unwrap_or(0)),
                w.many(b.n),
                count(a.count.unwrap_or(0)),
                count(a.n)
            ),
        }
    }

    /// The finding in two or three words with its size: "1.5 s lower", "no change shown".
    #[must_use]
    pub fn headline(&self, w: &Wording<'_>) -> String {
        let side = match self.finding {
            Finding::TooFew => return "too few to compare".into(),
            Finding::NoChange => return "no change shown".into(),
            Finding::Higher => "higher",
            Finding::Lower => "lower",
        };
        match (self.method, self.effect) {
            (Method::HodgesLehmann, Some(e)) => format!("{} {side}", w.size(e)),
            (Method::Newcombe, Some(e)) if self.before.n.min(self.after.n) >= FEWEST_FOR_PERCENT => {
                format!("{} points {side}", number(e.abs() * 100.0, 1))
            }
            (Method::PoissonRatio, Some(e)) => format!("{} times as many", number(e, 2)),
            _ => side.to_owned(),
        }
    }

    /// What may be said, with figures and interval.
    #[must_use]
    pub fn sentence(&self, w: &Wording<'_>) -> String {
        let figures = self.figures(w);
        let Some(interval) = &self.interval else {
            let why = if self.before.n.min(self.after.n) < FEWEST_A_SIDE {
                format!("From {FEWEST_A_SIDE} on either side on an interval is given.")
            } else {
                "There was nothing on either side, so there is nothing to compare.".to_owned()
            };
            return format!("Too few to compare: {figures}. {why}");
        };
        let lead = if self.finding == Finding::NoChange { "No change is shown".to_owned() } else { capitalised(&self.headline(w)) };
        let few = self.before.n.min(self.after.n) < FEWEST_FOR_PERCENT;
        let range = match self.method {
            Method::HodgesLehmann => format!("With 95% confidence {}.", between(interval, |v| w.size(v))),
            Method::Newcombe if few => {
                "Below twenty a side no percentage is given; the 95% interval of the difference ".to_owned()
                    + if self.finding == Finding::NoChange { "holds nought." } else { "leaves nought out." }
            }
            Method::Newcombe => {
                format!("With 95% confidence {}.", between(interval, |v| format!("{} points", number(v.abs() * 100.0, 1))))
            }
            Method::PoissonRatio => match interval.upper {
                Some(upper) => {
                    format!("With 95% confidence between {} and {} times as many.", number(interval.lower, 2), number(upper, 2))
                }
                None => format!("With 95% confidence at least {} times as many.", number(interval.lower, 2)),
            },
        };
        let percent = match self.percent {
            Some(p) if self.finding != Finding::NoChange => {
                format!(" That is {}% {}.", number(p.abs(), 0), if p < 0.0 { "less" } else { "more" })
            }
            _ => String::new(),
        };
        format!("{lead}: {figures}. {range}{percent}")
    }

    /// How it was found, in words.
    #[must_use]
    pub fn method_words(&self) -> String {
        match self.method {
            Method::HodgesLehmann => format!(
                "Shift after Hodges and Lehmann: the median of all {} differences between a value after and a value before; \
                 95% interval by the rank sum of Mann and Whitney",
                number(super::float(self.before.n) * super::float(self.after.n), 0)
            ),
            Method::Newcombe => "Difference of two proportions; 95% interval after Newcombe, from their Wilson intervals".into(),
            Method::PoissonRatio => "Ratio of two Poisson rates; 95% interval exact, given the number of all events".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::{Events, Share, Sides, compare};

    const WEEKS: (&str, &str) = ("week", "weeks");

    fn amounts(before: &[f64], after: &[f64], unit: &str) -> String {
        let w = Wording { unit, decimals: 1, each: ("day", "days") };
        compare(&Sides::Amounts { before, after }).unwrap().sentence(&w)
    }

    #[test]
    fn a_shift_is_told_with_its_interval() {
        let before: Vec<f64> = (0..30).map(|i| 2.7 + f64::from(i % 5) * 0.1).collect();
        let after: Vec<f64> = (0..9).map(|i| 1.2 + f64::from(i % 5) * 0.1).collect();
        assert_eq!(
            amounts(&before, &after, "s"),
            "1.5 s lower: median 2.9 s of 30 days before, 1.4 s of 9 after. With 95% confidence it is lower by between 1.4 s and 1.6 s."
        );
        let same = amounts(&before, &before, "%");
        assert!(same.starts_with("No change is shown: median 2.9% of 30 days before, 2.9% of 30 after."), "{same}");
        assert!(same.contains("the difference lies between 0.1 points lower and 0.1 points higher"), "{same}");
        assert!(amounts(&before, &[1.0], "s").ends_with("From 5 on either side on an interval is given."));
        let more: Vec<f64> = after.iter().cycle().take(30).copied().collect();
        assert!(amounts(&before, &more, "s").ends_with(" That is 52% less."));
    }

    #[test]
    fn shares_below_twenty_have_no_percentage() {
        let w = Wording { unit: "%", decimals: 0, each: WEEKS };
        let of = |b: (u64, u64), a: (u64, u64)| {
            let e = compare(&Sides::Shares { before: Share { k: b.0, n: b.1 }, after: Share { k: a.0, n: a.1 } }).unwrap();
            e.sentence(&w)
        };
        assert_eq!(
            of((34, 500), (10, 480)),
            "4.7 points lower: 34 of 500 (6.8%) before, 10 of 480 (2.1%) after. With 95% confidence it is lower by between 2.2 points and 7.4 points."
        );
        let few = of((9, 12), (1, 15));
        assert!(few.starts_with("Lower: 9 of 12 before, 1 of 15 after.") && !few.contains("points"), "{few}");
        assert!(few.contains("leaves nought out") && of((6, 12), (7, 15)).contains("holds nought"));
    }

    #[test]
    fn events_are_told_as_a_ratio() {
        let w = Wording { unit: "", decimals: 0, each: WEEKS };
        let of = |b: u64, a: u64, periods: u64| {
            let side = |count| Events { count, exposure: super::super::float(periods), periods };
            compare(&Sides::Events { before: side(b), after: side(a) }).unwrap().sentence(&w)
        };
        assert_eq!(
            of(60, 24, 12),
            "0.40 times as many: 60 in 12 weeks before, 24 in 12 after. With 95% confidence between 0.24 and 0.65 times as many. That is 60% less."
        );
        assert!(of(0, 9, 12).contains("With 95% confidence at least"), "{}", of(0, 9, 12));
        assert!(of(0, 0, 12).contains("nothing to compare") && of(9, 1, 4).starts_with("Too few"));
        assert!(!of(19, 40, 12).contains('%') || !of(19, 40, 12).contains("That is"), "nineteen before are too few for per cent");
    }
}
