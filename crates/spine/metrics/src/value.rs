//! A value: a number or a numerator over a denominator, with where it came from.

use kernel::error::{Fault, Faults};
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::definition::{Aggregation, Definition};
use crate::judged::Observed;
use crate::period::Period;

/// How a value came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    /// Typed by a person.
    Typed,
    /// Pushed with a token.
    Pushed,
    /// Pulled by a collector.
    Pulled,
}

impl Provenance {
    /// As it is stored.
    pub fn key(self) -> &'static str {
        match self {
            Provenance::Typed => "typed",
            Provenance::Pushed => "pushed",
            Provenance::Pulled => "pulled",
        }
    }

    /// As it was stored.
    pub fn read(key: &str) -> Self {
        match key {
            "pushed" => Provenance::Pushed,
            "pulled" => Provenance::Pulled,
            _ => Provenance::Typed,
        }
    }
}

/// A value as a caller sends it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewValue {
    /// Key of the metric.
    pub metric: String,
    /// Slug of the team, workload or service; the metric says which of the three.
    pub subject: String,
    /// `22` for a sprint, `2026-11`, `2026-W48`, `2026-11-24`.
    pub period: String,
    /// The number; leave it out for a ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<f64>,
    /// Counted events; with `denominator`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<f64>,
    /// All events; above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<f64>,
    /// The unit that the caller means; refused if the metric has another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Words on the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Set by the entry form's "still": the value is the last one, and so is the day on which it was measured.
    #[serde(default)]
    pub kept: bool,
}

/// A value as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Value {
    /// Key of the metric.
    pub metric: String,
    /// Id of the subject.
    pub subject: String,
    /// First moment of the period.
    pub starts: Time,
    /// First moment after it.
    pub ends: Time,
    /// The period as it is written.
    pub period: String,
    /// The number; for a ratio in the metric's unit (per cent if that is `%`).
    pub number: Option<f64>,
    /// Counted events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numerator: Option<f64>,
    /// All events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<f64>,
    /// Version of the definition.
    pub version: i64,
    /// How it came in.
    pub way: Provenance,
    /// Who: `person:ID`, `token:ID`, `job:NAME`.
    pub actor: String,
    /// Name of the source, or of the person.
    pub source: String,
    /// When it was stored.
    pub recorded_at: Time,
    /// When it was measured; earlier than stored if it was kept from before.
    pub measured_at: Time,
    /// "Still 24": kept on purpose.
    pub kept: bool,
    /// Words on the value.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Who wrote them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note_by: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note_at: Option<Time>,
}

impl Value {
    /// As a chart judges it; none without a number.
    pub fn observed(&self) -> Option<Observed> {
        Some(Observed { number: self.number?, pair: self.numerator.zip(self.denominator) })
    }
}

/// The number that a definition makes of what was sent.
///
/// # Errors
/// The fault: what is wrong and how to mend it; the caller adds the place.
pub fn number_of(d: &Definition, v: &NewValue) -> Result<f64, String> {
    if let Some(unit) = &v.unit
        && unit.trim() != d.unit
    {
        let ours = if d.unit.is_empty() { "no unit".to_owned() } else { format!("“{}”", d.unit) };
        return Err(format!("{} is kept in {ours}, not in “{}”. Convert the number first.", d.title, unit.trim()));
    }
    let number = match (v.number, v.numerator, v.denominator) {
        (Some(n), None, None) if d.aggregation != Aggregation::Ratio => n,
        (None, Some(k), Some(n)) if d.aggregation == Aggregation::Ratio => {
            if !(k.is_finite() && n.is_finite()) || k < 0.0 || n <= 0.0 {
                return Err("A ratio needs a numerator of at least 0 and a denominator above 0. \
                            Leave the value out if nothing was counted."
                    .into());
            }
            k / n * if d.unit == "%" { 100.0 } else { 1.0 }
        }
        (Some(n), None, None) => n,
        (None, None, None) => return Err("The number is missing. A period without a value is left out, not sent as 0.".into()),
        _ => {
            return Err(if d.aggregation == Aggregation::Ratio {
                "Send numerator and denominator, or the number alone.".into()
            } else {
                "This metric takes a number, not a numerator and a denominator.".into()
            });
        }
    };
    if !number.is_finite() || number.abs() > 1e15 {
        return Err(format!("{number} is no number that can be stored. Numbers go up to 1e15."));
    }
    let show = |x: f64| html::with_unit(x, d.decimals, &d.unit);
    if let Some(most) = d.greatest
        && number > most
    {
        let meant = number / 10.0;
        let hint =
            if d.unit == "%" && meant <= most { format!(" Did you mean {}?", html::number(meant, 1)) } else { String::new() };
        return Err(format!("{} is more than {}.{hint}", html::number(number, trimmed(number, d.decimals)), show(most)));
    }
    if let Some(least) = d.least
        && number < least
    {
        return Err(format!("{} is less than {}.", html::number(number, trimmed(number, d.decimals)), show(least)));
    }
    Ok(number)
}

/// Decimals that show a wrong number as it was typed.
fn trimmed(number: f64, decimals: u8) -> u8 {
    if number.fract() == 0.0 { 0 } else { decimals.max(2) }
}

/// Refuses periods that have not begun.
pub fn check_period(faults: &mut Faults, at: &str, period: &Period, now: Time) {
    if period.starts > now {
        let begins = period.starts.to_string();
        faults
            .add(at, format!("The period {} has not begun (it begins {begins}). Values are for what has happened.", period.label));
    }
}

/// Two rows of one batch for the same metric, subject and period must agree.
pub fn contradiction(first: usize, second: usize) -> Fault {
    Fault::new(
        format!("/values/{second}"),
        format!(
            "Values {first} and {second} are for the same metric, subject and period, but differ. Send one of them. \
             (Counted from 0.)"
        ),
    )
}

/// One value out of several, by a metric's aggregation.
///
/// # Errors
/// The reason if they must not be combined.
pub fn combine(aggregation: Aggregation, unit: &str, values: &[&Value]) -> Result<Option<f64>, &'static str> {
    let numbers: Vec<f64> = values.iter().filter_map(|v| v.number).collect();
    let Some(last) = numbers.last().copied() else { return Ok(None) };
    Ok(Some(match aggregation {
        Aggregation::Sum => numbers.iter().sum(),
        Aggregation::Mean => numbers.iter().sum::<f64>() / count(numbers.len()),
        Aggregation::Max => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Aggregation::Min => numbers.iter().copied().fold(f64::INFINITY, f64::min),
        Aggregation::Last => last,
        Aggregation::Ratio => {
            let pairs: Option<Vec<(f64, f64)>> = values.iter().map(|v| v.numerator.zip(v.denominator)).collect();
            let Some(pairs) = pairs else { return Err("some values have no numerator and denominator to pool") };
            let (k, n) = pairs.iter().fold((0.0, 0.0), |(k, n), p| (k + p.0, n + p.1));
            k / n * if unit == "%" { 100.0 } else { 1.0 }
        }
        Aggregation::None if numbers.len() == 1 => last,
        Aggregation::None => return Err("percentiles are never averaged; their source has to compute them"),
    }))
}

fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::sample;

    fn sent(number: f64) -> NewValue {
        NewValue {
            metric: "m".into(),
            subject: "s".into(),
            period: "1".into(),
            number: Some(number),
            numerator: None,
            denominator: None,
            unit: None,
            note: None,
            kept: false,
        }
    }

    fn percent() -> Definition {
        Definition { unit: "%".into(), aggregation: Aggregation::Ratio, greatest: Some(100.0), least: Some(0.0), ..sample() }
    }

    #[test]
    fn a_wrong_unit_is_refused_with_the_right_one() {
        let v = NewValue { unit: Some("s".into()), ..sent(1.0) };
        assert!(number_of(&sample(), &v).unwrap_err().contains("“ms”"));
        assert_eq!(number_of(&sample(), &NewValue { unit: Some("ms".into()), ..sent(1.0) }), Ok(1.0));
    }

    #[test]
    fn more_than_all_is_refused_with_a_guess() {
        let e = number_of(&percent(), &sent(740.0)).unwrap_err();
        assert!(e.starts_with("740 is more than 100") && e.ends_with("Did you mean 74.0?"), "{e}");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for bad in [f64::NAN, f64::INFINITY, 1e16, -1.0] {
            assert!(number_of(&sample(), &sent(bad)).is_err(), "{bad}");
        }
        assert!(number_of(&sample(), &NewValue { number: None, ..sent(0.0) }).unwrap_err().contains("not sent as 0"));
    }

    #[test]
    fn a_ratio_is_kept_with_what_it_was_counted_from() {
        let ratio = |k, n| NewValue { number: None, numerator: Some(k), denominator: Some(n), ..sent(0.0) };
        assert_eq!(number_of(&percent(), &ratio(1.0, 4.0)), Ok(25.0));
        assert!(number_of(&percent(), &ratio(1.0, 0.0)).is_err());
        assert!(number_of(&sample(), &ratio(1.0, 4.0)).is_err());
    }

    fn stored(number: f64, pair: Option<(f64, f64)>) -> Value {
        Value {
            metric: String::new(),
            subject: String::new(),
            starts: Time(0),
            ends: Time(1),
            period: String::new(),
            number: Some(number),
            numerator: pair.map(|p| p.0),
            denominator: pair.map(|p| p.1),
            version: 1,
            way: Provenance::Typed,
            actor: String::new(),
            source: String::new(),
            recorded_at: Time(0),
            measured_at: Time(0),
            kept: false,
            note: String::new(),
            note_by: String::new(),
            note_at: None,
        }
    }

    #[test]
    fn ratios_pool_and_percentiles_are_never_averaged() {
        let (a, b) = (stored(50.0, Some((1.0, 2.0))), stored(10.0, Some((10.0, 100.0))));
        let pooled = combine(Aggregation::Ratio, "%", &[&a, &b]).unwrap().unwrap();
        assert!((pooled - 1100.0 / 102.0).abs() < 1e-12);
        assert!(combine(Aggregation::None, "ms", &[&a, &b]).is_err());
        assert_eq!(combine(Aggregation::Sum, "", &[&a, &b]), Ok(Some(60.0)));
        assert_eq!(combine(Aggregation::Last, "", &[]), Ok(None));
    }
}
