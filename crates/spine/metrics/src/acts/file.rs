//! A team's values as a CSV file: what [`super::paste`] takes back unchanged.

use catalogue::Team;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::text::guarded;
use kernel::time::Time;
use kernel::web::Ctx;

use crate::store;
use crate::value::Value;

/// Columns of the file, in order.
pub const COLUMNS: [&str; 12] =
    ["metric", "subject", "period", "number", "numerator", "denominator", "unit", "note", "way", "source", "recorded_at", "kept"];

/// Values of a team, its workloads and services, by subject, metric and time; of one metric if it is named.
///
/// # Errors
/// No sign-in; [`Error::NotFound`] for a metric that is not there.
pub fn csv(cx: &Ctx, tx: &mut dyn Tx, team: &Team, metric: Option<&str>) -> Result<String> {
    cx.require_signed_in()?;
    if let Some(key) = metric {
        super::definition(tx, key)?;
    }
    let subjects = super::undo::subjects(tx, team)?;
    let units: std::collections::HashMap<String, String> =
        store::definitions(tx, "", 10_000)?.into_iter().map(|v| (v.definition.key, v.definition.unit)).collect();
    let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
    out.write_record(COLUMNS).map_err(Error::internal)?;
    for subject in subjects {
        for v in store::of_subject(tx, subject.id, Time(0), Time(i64::MAX))? {
            if v.number.is_some() && metric.is_none_or(|m| m == v.metric) {
                out.write_record(row(&subject.slug, &v, units.get(&v.metric).map_or("", String::as_str)))
                    .map_err(Error::internal)?;
            }
        }
    }
    let bytes = out.into_inner().map_err(|e| Error::internal(e.to_string()))?;
    String::from_utf8(bytes).map_err(Error::internal)
}

fn row(slug: &str, v: &Value, unit: &str) -> [String; 12] {
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    [
        v.metric.clone(),
        slug.to_owned(),
        v.period.clone(),
        number(v.number),
        number(v.numerator),
        number(v.denominator),
        guarded(unit),
        guarded(&v.note),
        v.way.key().to_owned(),
        guarded(&v.source),
        v.recorded_at.to_string(),
        if v.kept { "yes".into() } else { String::new() },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_that_begins_like_a_formula_is_no_formula() {
        assert_eq!(guarded("=1+1"), "'=1+1");
        assert_eq!(guarded("@SUM"), "'@SUM");
        assert_eq!(guarded("plain = text"), "plain = text");
        assert_eq!(guarded(""), "");
    }
}
