//! The ledger of one value: every entry that was ever made for it, and which of them count after some were taken back.

use catalogue::Subject;
use kernel::ids::Id;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::value::Provenance;

/// Values of one moment that are listed; all of them are taken back.
pub const LISTED: usize = 500;

/// One entry of a value's ledger, with all that a value needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Its id.
    pub id: Id,
    /// The entry that this one takes back.
    pub undoes: Option<Id>,
    /// The number.
    pub number: Option<f64>,
    /// Counted events.
    pub numerator: Option<f64>,
    /// All events.
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
    /// "Still 24".
    pub kept: bool,
    /// Words on it.
    pub note: String,
}

/// The entries that count, newest first: neither taken back nor a record that something was. The first of them is the value.
pub fn live(entries: &[Past]) -> Vec<&Past> {
    let gone: Vec<Id> = entries.iter().filter_map(|e| e.undoes).collect();
    entries.iter().filter(|e| e.undoes.is_none() && !gone.contains(&e.id)).collect()
}

/// What is taken back: one entry, or all of one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Key of the metric; with `period`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// Slug of the workload or service; the team's own if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The period, as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// The entry that the caller saw; refused if another is newer by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Id>,
    /// Instead of all these: everything of the team that the caller recorded at that moment, as `recorded_at` of a paste says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

/// What counts after an entry was taken back.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Withdrawn {
    /// Key of the metric.
    pub metric: String,
    /// Slug of the subject.
    pub subject: String,
    /// The period.
    pub period: String,
    /// The number that was taken back.
    pub was: Option<f64>,
    /// The number that counts now; none if there was none before.
    pub number: Option<f64>,
}

/// All that was taken back.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AllWithdrawn {
    /// How many values.
    pub count: usize,
    /// The first 500.
    pub values: Vec<Withdrawn>,
}

/// What taking one's own newest entry back would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The entry that counts now.
    pub entry: Id,
    /// Its number.
    pub number: f64,
    /// When it was recorded.
    pub at: Time,
    /// The period, as it is written.
    pub period: String,
    /// The number that counts then; none if there was none before.
    pub restores: Option<f64>,
    /// Name of the source or person of that number.
    pub by: String,
}

/// What somebody recorded of a team last, and may take back.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// When.
    pub at: Time,
    /// How many values.
    pub count: usize,
    /// The first of them: subject, key of the metric, what taking it back does.
    pub values: Vec<(Subject, String, Offer)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: u128, number: f64, undoes: Option<u128>) -> Past {
        Past {
            id: Id::from_u128(id),
            undoes: undoes.map(Id::from_u128),
            number: Some(number),
            numerator: None,
            denominator: None,
            version: 1,
            way: Provenance::Typed,
            actor: "person:1".into(),
            source: "Ada".into(),
            recorded_at: Time(0),
            kept: false,
            note: String::new(),
        }
    }

    #[test]
    fn what_was_taken_back_counts_no_more_and_what_stood_before_does() {
        // 22, then 24, taken back, then 30, taken back; newest first.
        let all =
            [entry(5, 22.0, Some(4)), entry(4, 30.0, None), entry(3, 22.0, Some(2)), entry(2, 24.0, None), entry(1, 22.0, None)];
        let numbers = |entries: &[Past]| live(entries).iter().map(|e| e.number.unwrap()).collect::<Vec<_>>();
        assert_eq!(numbers(&all), [22.0]);
        assert_eq!(numbers(&all[1..]), [30.0, 22.0]);
        assert_eq!(numbers(&all[3..]), [24.0, 22.0]);
        assert!(live(&[]).is_empty());
    }
}
