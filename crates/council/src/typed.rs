//! Numbers of a result that are in no metric, as somebody typed them. Pure.

use kernel::error::{Error, Faults, Result};
use kernel::text;
use metrics::compared::Point;
use verdict::effect::{self, Effect, Share, Sides, Wording};

use crate::result::{MOST_POINTS, Measured, NewResult, measured};

impl NewResult {
    /// The numbers that were typed, compared. None if the metric of the concern is meant.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn typed(&self) -> Result<Option<(Measured, Effect)>> {
        let kind = self.typed.trim();
        if kind.is_empty() {
            return Ok(None);
        }
        let mut faults = Faults::new();
        let what = text::name(&mut faults, "typed_what", "What the numbers are", &self.typed_what);
        let (what, unit) = match what.rsplit_once(',') {
            Some((what, unit)) if unit.trim().chars().count() <= 12 => (what.trim().to_owned(), unit.trim().to_owned()),
            _ => (what, String::new()),
        };
        let both = [("typed_before", &self.typed_before), ("typed_after", &self.typed_after)];
        let mut points = [Vec::new(), Vec::new()];
        let mut pairs = [(0, 0.0); 2];
        for (i, (at, typed)) in both.into_iter().enumerate() {
            match kind {
                "amounts" => points[i] = amounts(&mut faults, at, typed),
                "shares" => pairs[i] = pair(&mut faults, at, typed, "of"),
                "events" => pairs[i] = pair(&mut faults, at, typed, "in"),
                _ => {}
            }
        }
        let known = ["amounts", "shares", "events"].contains(&kind);
        faults.check(known, "typed", "Numbers are amounts, shares or events; leave it empty to compare the concern’s metric.");
        faults.done()?;
        let decimals = points.iter().flatten().map(decimals_of).max().unwrap_or(0);
        let numbers = points.clone().map(|p| p.iter().map(|p: &Point| p.number).collect::<Vec<f64>>());
        let periods = |x: f64| whole(x).unwrap_or(0);
        let sides = match kind {
            "shares" => {
                let share = |(k, n): (u64, f64)| Share { k, n: periods(n) };
                Sides::Shares { before: share(pairs[0]), after: share(pairs[1]) }
            }
            "events" => {
                let events = |(count, n): (u64, f64)| effect::Events { count, exposure: n, periods: periods(n) };
                Sides::Events { before: events(pairs[0]), after: events(pairs[1]) }
            }
            _ => Sides::Amounts { before: &numbers[0], after: &numbers[1] },
        };
        let found = effect::compare(&sides).map_err(|e| Error::invalid("typed_before", format!("{e}.")))?;
        let w = Wording { unit: &unit, decimals, each: if kind == "events" { ("period", "periods") } else { ("value", "values") } };
        let [before, after] = points;
        let m = measured(what, String::new(), &w, &found, (before, after));
        Ok(Some((m, found)))
    }
}

fn whole(x: f64) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "looked at just before")]
    ((0.0..=1e15).contains(&x) && x.fract() == 0.0).then_some(x as u64)
}

fn decimals_of(p: &Point) -> u8 {
    let digits = format!("{}", p.number);
    u8::try_from(digits.split_once('.').map_or(0, |(_, rest)| rest.len()).min(4)).unwrap_or(4)
}

/// "2.9 3.1; 2.8".
fn amounts(faults: &mut Faults, at: &str, typed: &str) -> Vec<Point> {
    let mut out = Vec::new();
    for (i, word) in typed.split(|c: char| c.is_whitespace() || c == ';' || c == ',').filter(|w| !w.is_empty()).enumerate() {
        match word.parse::<f64>() {
            Ok(number) if number.is_finite() && number.abs() <= 1e15 => {
                out.push(Point { period: (i + 1).to_string(), number, numerator: None, denominator: None });
            }
            _ => {
                let shown = text::shown(word, 40);
                faults.add(at, format!("“{shown}” is no number. Write them like 2.9 3.1 2.8, with a point and no unit."));
                return out;
            }
        }
    }
    faults.check(!out.is_empty(), at, "There are no numbers. Write them like 2.9 3.1 2.8.");
    faults.check(out.len() <= MOST_POINTS, at, format!("These are {} numbers; at most {MOST_POINTS} fit.", out.len()));
    out
}

/// "34 of 500", "12 in 30".
fn pair(faults: &mut Faults, at: &str, typed: &str, word: &str) -> (u64, f64) {
    let mut parts = typed.split_whitespace();
    let found = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(k), Some(w), Some(n), None) if w == word => k.parse::<u64>().ok().zip(n.parse::<u32>().ok()),
        _ => None,
    };
    let sound = found.is_some_and(|(k, n)| n > 0 && k <= 1_000_000_000 && (word == "in" || k <= u64::from(n)));
    let example = if word == "of" { "34 of 500: so many of so many" } else { "12 in 30: so many events in so many periods" };
    faults.check(sound, at, format!("Write it like {example}, in whole numbers."));
    found.map_or((0, 1.0), |(k, n)| (k, f64::from(n)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn typed(kind: &str, before: &str, after: &str) -> NewResult {
        NewResult {
            environment: "production".into(),
            typed: kind.into(),
            typed_what: "Morning quote, s".into(),
            typed_before: before.into(),
            typed_after: after.into(),
            ..NewResult::default()
        }
    }

    fn places<T>(r: Result<T>) -> Vec<String> {
        match r {
            Ok(_) => Vec::new(),
            Err(Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect(),
            Err(e) => panic!("{e}"),
        }
    }

    #[test]
    fn typed_numbers_are_compared_by_their_kind() {
        let (m, _) = typed("amounts", "2.9 3.1; 2.8, 2.7\n3.0", "1.4 1.5 1.3 1.6 1.2").typed().unwrap().unwrap();
        assert_eq!((m.what.as_str(), m.unit.as_str(), m.decimals, m.method.as_str()), ("Morning quote", "s", 1, "hodges-lehmann"));
        assert_eq!((m.finding.as_str(), m.headline.as_str(), m.before.points.len()), ("lower", "1.5 s lower", 5));
        let (m, _) = typed("shares", "34 of 500", "10 of 480").typed().unwrap().unwrap();
        assert_eq!((m.method.as_str(), m.before.count, m.headline.as_str()), ("newcombe", Some(34), "4.7 points lower"));
        let (m, _) = typed("events", "60 in 12", "24 in 12").typed().unwrap().unwrap();
        assert_eq!((m.method.as_str(), m.finding.as_str(), m.before.n), ("poisson-ratio", "lower", 12));
        assert!(NewResult::default().typed().unwrap().is_none());
    }

    #[test]
    fn typed_numbers_that_are_none_are_refused_at_their_field() {
        let bad = |kind, before, after| places(typed(kind, before, after).typed());
        assert_eq!(bad("amounts", "2.9 s", ""), ["typed_before", "typed_after"]);
        assert_eq!(bad("amounts", "NaN", "1e999"), ["typed_before", "typed_after"]);
        assert_eq!(bad("shares", "501 of 500", "3/4"), ["typed_before", "typed_after"]);
        assert_eq!(bad("events", "12 in 0", "-1 in 5"), ["typed_before", "typed_after"]);
        assert_eq!(bad("guesses", "1", "2"), ["typed"]);
        assert_eq!(bad("amounts", &"1 ".repeat(MOST_POINTS + 1), "1"), ["typed_before"]);
    }
}
