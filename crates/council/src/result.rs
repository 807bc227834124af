//! Before and after of a concern: what somebody says of a result, what was compared, and what came of it. Pure.

use actions::action::Move;
use jiff::civil::Date;
use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::time::Time;
use metrics::compared::Point;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use verdict::effect::{self, Effect, Finding, Method, Wording};

use crate::concern::{address, day, words};

/// Numbers a side that are stored with a result.
pub const MOST_POINTS: usize = effect::MOST_A_SIDE;
/// Results of one concern.
pub const MOST_RESULTS: usize = 100;

/// Where a result was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ResultEnvironment)]
pub enum Environment {
    /// With real users; only this proves a concern.
    #[default]
    Production,
    /// Anywhere else; shown, but it closes nothing.
    PreProduction,
}

impl Environment {
    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            Environment::Production => "production",
            Environment::PreProduction => "pre-production",
        }
    }

    /// As it was stored or sent.
    pub fn read(key: &str) -> Option<Self> {
        [Environment::Production, Environment::PreProduction].into_iter().find(|e| e.key() == key)
    }
}

/// A result as somebody sends it. Without numbers of its own it compares the metric of the concern.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewResult {
    /// The day of the change, `2026-11-04`; it counts to neither side.
    pub changed: String,
    /// First day before; the concern's baseline if empty.
    pub from: String,
    /// First day that does not count any more; today if empty.
    pub until: String,
    /// Where it was measured: `production` or `pre-production`.
    pub environment: String,
    /// Numbers that are in no metric: `amounts`, `shares` or `events`; empty for the concern's metric.
    pub typed: String,
    /// What these are, with their unit: "Duration of a quote, s".
    pub typed_what: String,
    /// Before: `2.9 3.1 2.8`, `34 of 500` or `12 in 30` (30 periods).
    pub typed_before: String,
    /// After, in the same form.
    pub typed_after: String,
    /// What else changed meanwhile.
    pub also_changed: String,
    /// How the counter-metric did.
    pub counter: String,
    /// The experiment that proves it, such as a game day, in words.
    pub experiment: String,
    /// Its page: `https://..` or a path of this server.
    pub experiment_url: String,
    /// What of the council's checklist was instrumented.
    pub instrumented: Vec<String>,
}

/// Everything of a result but its numbers, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Where.
    pub environment: Environment,
    /// The day of the change.
    pub changed: Option<Date>,
    /// First day before.
    pub from: Option<Date>,
    /// First day after the window.
    pub until: Option<Date>,
    /// What is said beside the numbers.
    pub said: Said,
}

/// What is said beside the numbers of a result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ResultSaid)]
pub struct Said {
    /// What else changed meanwhile.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub also_changed: String,
    /// How the counter-metric did.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub counter: String,
    /// The experiment that proves it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub experiment: String,
    /// Its page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub experiment_url: String,
    /// What of the checklist was instrumented.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instrumented: Vec<String>,
    /// What of it was not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_instrumented: Vec<String>,
}

/// One side of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ResultSide)]
pub struct Side {
    /// Observations: amounts, cases of which a share was counted, or periods in which events were.
    pub n: u64,
    /// Median, share between 0 and 1, or events for each period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<f64>,
    /// Those that were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The numbers, oldest first, if they are periods or were typed as amounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<Point>,
}

impl Side {
    /// Observations, to be written as a number.
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub fn n_float(&self) -> f64 {
        self.n as f64
    }
}

/// What was compared and what came of it, as it was when the result was recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ResultNumbers)]
pub struct Measured {
    /// What was measured: title of the metric, or as it was typed.
    pub what: String,
    /// Its page; empty if it is no metric.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub href: String,
    /// Unit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Decimals shown.
    #[serde(default)]
    pub decimals: u8,
    /// `hodges-lehmann`, `newcombe` or `poisson-ratio`.
    pub method: String,
    /// The same in words.
    pub method_words: String,
    /// Before.
    pub before: Side,
    /// After.
    pub after: Side,
    /// Shift, difference of shares or ratio of rates; none below five a side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<f64>,
    /// Lower end of its 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    /// Upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    /// In per cent of before; none below twenty a side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
    /// `too-few`, `higher`, `lower` or `no-change`.
    pub finding: String,
    /// In a few words: "1.5 s lower".
    pub headline: String,
    /// In full.
    pub sentence: String,
    /// Against the hypothesis, as a sentence; empty if there is none in numbers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub against: String,
}

/// A result of a concern; never changed, a later one stands beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConcernResult {
    /// Its id.
    pub id: Id,
    /// Where it was measured.
    pub environment: Environment,
    /// The day of the change; empty for typed numbers without one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub changed: String,
    /// First day before; empty if the window has no bound.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// First day that did not count any more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// The numbers.
    pub numbers: Measured,
    /// What is said beside them.
    pub said: Said,
    /// Who recorded it.
    pub by: String,
    /// When.
    pub at: Time,
}

impl NewResult {
    /// Checks everything but the numbers. `checklist` is what the council asks for.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self, checklist: &[String], baseline: &str) -> Result<Asked> {
        let mut faults = Faults::new();
        let environment = Environment::read(self.environment.trim());
        faults.check(environment.is_some(), "environment", "Where was it measured? Choose production or pre-production.");
        let typed = !self.typed.trim().is_empty();
        let (_, changed) = day(&mut faults, "changed", &self.changed);
        faults.check(
            typed || changed.is_some() || !self.changed.trim().is_empty(),
            "changed",
            "On which day did it change? What lies before is compared with what comes after; the day itself counts to neither.",
        );
        let from = if self.from.trim().is_empty() { baseline } else { &self.from };
        let (_, from) = day(&mut faults, "from", from);
        let (_, until) = day(&mut faults, "until", &self.until);
        if let (Some(changed), Some(from)) = (changed, from) {
            faults.check(from < changed, "from", format!("The window before begins before {changed}, the day of the change."));
        }
        if let (Some(changed), Some(until)) = (changed, until) {
            faults.check(until > changed, "until", format!("The window after ends after {changed}, the day of the change."));
        }
        let experiment = words(&mut faults, "experiment", "The experiment", &self.experiment);
        let own = self.experiment_url.trim();
        let path = own.starts_with('/') && !own.starts_with("//") && own.len() <= 2_000 && !own.contains(char::is_whitespace);
        let experiment_url = if path && !own.contains(['\\', '\0']) {
            own.to_owned()
        } else {
            address(&mut faults, "experiment_url", &self.experiment_url)
        };
        let (instrumented, not_instrumented) =
            checklist.iter().cloned().partition(|item| self.instrumented.iter().any(|i| i.trim() == item));
        let said = Said {
            also_changed: words(&mut faults, "also_changed", "What else changed", &self.also_changed),
            counter: words(&mut faults, "counter", "The counter-metric", &self.counter),
            experiment,
            experiment_url,
            instrumented,
            not_instrumented,
        };
        faults.done()?;
        Ok(Asked { environment: environment.unwrap_or_default(), changed, from, until, said })
    }
}

fn method_key(m: Method) -> &'static str {
    match m {
        Method::HodgesLehmann => "hodges-lehmann",
        Method::Newcombe => "newcombe",
        Method::PoissonRatio => "poisson-ratio",
    }
}

fn finding_key(f: Finding) -> &'static str {
    match f {
        Finding::TooFew => "too-few",
        Finding::Higher => "higher",
        Finding::Lower => "lower",
        Finding::NoChange => "no-change",
    }
}

/// A comparison in the form in which it is kept.
pub fn measured(what: String, href: String, w: &Wording<'_>, e: &Effect, (before, after): (Vec<Point>, Vec<Point>)) -> Measured {
    let side = |s: &effect::Side, points: Vec<Point>| Side { n: s.n, figure: s.figure, count: s.count, points };
    Measured {
        what,
        href,
        unit: w.unit.to_owned(),
        decimals: w.decimals,
        method: method_key(e.method).into(),
        method_words: e.method_words(),
        before: side(&e.before, before),
        after: side(&e.after, after),
        effect: e.effect,
        lower: e.interval.map(|i| i.lower),
        upper: e.interval.and_then(|i| i.upper),
        percent: e.percent,
        finding: finding_key(e.finding).into(),
        headline: e.headline(w),
        sentence: e.sentence(w),
        against: String::new(),
    }
}

/// How a result stands to the hypothesis. `words` is what was expected: "lower by 1.4 s".
pub fn against(e: &Effect, direction: Option<Move>, by: Option<f64>, expected: &str) -> String {
    let Some(direction) = direction else { return String::new() };
    let moved = match e.finding {
        Finding::TooFew => return format!("The hypothesis was {expected}; too few observations to say."),
        Finding::NoChange => return format!("The hypothesis was {expected}; no change is shown."),
        Finding::Higher => Move::Up,
        Finding::Lower => Move::Down,
    };
    if moved != direction {
        return format!("The hypothesis was {expected}; it went the other way.");
    }
    match (by, e.effect, e.method) {
        (Some(by), Some(effect), Method::HodgesLehmann) if effect.abs() < by => {
            format!("The hypothesis was {expected}; it went that way, but less far.")
        }
        (Some(_), Some(_), Method::HodgesLehmann) => format!("The hypothesis was {expected}; it was reached."),
        _ => format!("The hypothesis was {expected}; it went that way."),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    pub(crate) use crate::typed::tests::typed;
    use kernel::error::Error;

    fn places<T>(r: Result<T>) -> Vec<String> {
        match r {
            Ok(_) => Vec::new(),
            Err(Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect(),
            Err(e) => panic!("{e}"),
        }
    }

    #[test]
    fn a_result_says_where_and_when() {
        let list = ["Traces".to_owned(), "Alert".into()];
        let ok = NewResult {
            changed: "2026-11-04".into(),
            environment: "production".into(),
            instrumented: vec!["Alert".into(), "x".into()],
            ..NewResult::default()
        };
        let asked = ok.check(&list, "2026-09-01").unwrap();
        assert_eq!((asked.said.instrumented, asked.said.not_instrumented), (vec!["Alert".to_owned()], vec!["Traces".to_owned()]));
        assert_eq!(asked.from.map(|d| d.to_string()).as_deref(), Some("2026-09-01"), "the baseline of the concern");
        assert_eq!(places(NewResult::default().check(&list, "")), ["environment", "changed"]);
        let swapped = NewResult { from: "2026-11-04".into(), until: "2026-11-01".into(), ..ok.clone() };
        assert_eq!(places(swapped.check(&list, "")), ["from", "until"]);
        let bad = NewResult { changed: "soon".into(), experiment_url: "//evil.example".into(), ..ok.clone() };
        assert_eq!(places(bad.check(&list, "")), ["changed", "experiment_url"]);
        let fine = NewResult { experiment_url: "/game-days/8".into(), ..ok };
        assert_eq!(fine.check(&list, "").unwrap().said.experiment_url, "/game-days/8");
    }

    #[test]
    fn a_result_is_held_against_the_hypothesis() {
        let of = |after: &str, direction, by| {
            let (_, e) = typed("amounts", "2.9 3.1 2.8 2.7 3.0 2.9", after).typed().unwrap().unwrap();
            against(&e, direction, by, "lower by 1.4 s")
        };
        let good = "1.4 1.5 1.3 1.6 1.2";
        assert!(of(good, Some(Move::Down), Some(1.4)).ends_with("it was reached."));
        assert!(of(good, Some(Move::Down), Some(9.0)).ends_with("but less far."));
        assert!(of(good, Some(Move::Up), None).ends_with("the other way."));
        assert!(of("2.9 3.1 2.8 2.7 3.0 2.9", Some(Move::Down), None).ends_with("no change is shown."));
        assert!(of("1", Some(Move::Down), None).ends_with("too few observations to say."));
        assert_eq!(of(good, None, None), "");
    }
}
