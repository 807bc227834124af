//! Weighted shortest job first: cost of delay over size, shown with its parts. It orders concerns, never teams. Pure.
//!
//! Source: D. G. Reinertsen, The principles of product development flow, 2009, section 7; the parts of the cost of delay as the
//! Scaled Agile Framework names them.

use kernel::error::{Faults, Result};
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The voter that stands for the council as a whole.
pub const COUNCIL: &str = "council";

/// What somebody gives a concern; each is a step of the council's scale.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WsjfParts)]
pub struct Parts {
    /// What users and the business gain.
    pub value: u32,
    /// How much is lost by waiting.
    pub urgency: u32,
    /// Which risk goes, or what it makes possible.
    pub risk: u32,
    /// How much work it is, by the same scale.
    pub size: u32,
}

impl Parts {
    /// Value, urgency and risk together.
    pub fn cost_of_delay(&self) -> u32 {
        self.value + self.urgency + self.risk
    }
}

/// A score as somebody sends it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWsjf {
    /// What users and the business gain.
    pub value: u32,
    /// How much is lost by waiting.
    pub urgency: u32,
    /// Which risk goes, or what it makes possible.
    pub risk: u32,
    /// How much work it is.
    pub size: u32,
    /// For the council as a whole: it counts instead of the members' own.
    #[serde(default)]
    pub council: bool,
}

impl NewWsjf {
    /// Checks it against the scale.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self, scale: &[u32]) -> Result<Parts> {
        let mut faults = Faults::new();
        let steps = scale.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        for (at, what, given) in [
            ("value", "The value", self.value),
            ("urgency", "The urgency", self.urgency),
            ("risk", "The risk", self.risk),
            ("size", "The size", self.size),
        ] {
            faults.check(scale.contains(&given), at, format!("{what} is a step of the scale: {steps}."));
        }
        let out = Parts { value: self.value, urgency: self.urgency, risk: self.risk, size: self.size };
        faults.done().map(|()| out)
    }
}

/// A score that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WsjfVote)]
pub struct Vote {
    /// Who: a name, or "The council".
    pub by: String,
    /// It is the council's as a whole.
    pub council: bool,
    /// What was given.
    #[serde(flatten)]
    pub parts: Parts,
    /// When.
    pub at: Time,
}

/// What counts for a concern.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = WsjfScore)]
pub struct Score {
    /// Cost of delay over size, to one decimal.
    pub score: f64,
    /// The parts that it is made of.
    pub value: f64,
    /// How much is lost by waiting.
    pub urgency: f64,
    /// Which risk goes.
    pub risk: f64,
    /// How much work it is.
    pub size: f64,
    /// From how many members; none if the council gave it as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<usize>,
}

/// The middle of several steps; between two of them, half way.
fn median(mut all: Vec<u32>) -> Option<f64> {
    all.sort_unstable();
    let last = all.len().checked_sub(1)?;
    Some(f64::midpoint(f64::from(all[last / 2]), f64::from(all[last.div_ceil(2)])))
}

/// The council's own score if it gave one, else the median of the members' for each part. None if nobody gave one.
pub fn score(votes: &[Vote]) -> Option<Score> {
    let whole = votes.iter().find(|v| v.council);
    let counted: Vec<&Vote> = whole.map_or_else(|| votes.iter().collect(), |v| vec![v]);
    let part = |of: fn(&Parts) -> u32| median(counted.iter().map(|v| of(&v.parts)).collect());
    let (value, urgency, risk, size) = (part(|p| p.value)?, part(|p| p.urgency)?, part(|p| p.risk)?, part(|p| p.size)?);
    let score = if size > 0.0 { ((value + urgency + risk) / size * 10.0).round() / 10.0 } else { 0.0 };
    Some(Score { score, value, urgency, risk, size, members: whole.is_none().then_some(counted.len()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE: [u32; 7] = [1, 2, 3, 5, 8, 13, 20];

    fn vote(parts: (u32, u32, u32, u32), council: bool) -> Vote {
        let (value, urgency, risk, size) = parts;
        Vote { by: "Maya".into(), council, parts: Parts { value, urgency, risk, size }, at: Time(1) }
    }

    #[test]
    fn the_middle_of_the_members_counts_until_the_council_speaks() {
        assert_eq!(score(&[]), None);
        let three = [vote((8, 5, 3, 2), false), vote((13, 5, 8, 5), false), vote((8, 8, 3, 3), false)];
        let s = score(&three).unwrap();
        assert_eq!((s.value, s.urgency, s.risk, s.size, s.score, s.members), (8.0, 5.0, 3.0, 3.0, 5.3, Some(3)));
        let two = score(&three[..2]).unwrap();
        assert_eq!((two.value, two.size), (10.5, 3.5));
        let whole = [vote((1, 1, 1, 1), false), vote((20, 20, 20, 2), true)];
        assert_eq!(score(&whole).map(|s| (s.score, s.members)), Some((30.0, None)));
    }

    #[test]
    fn a_score_is_given_in_steps_of_the_scale() {
        let new = NewWsjf { value: 4, urgency: 0, risk: 3, size: 0, council: false };
        match new.check(&SCALE) {
            Err(kernel::Error::Invalid(f)) => {
                assert_eq!(f.iter().map(|f| f.at.as_str()).collect::<Vec<_>>(), ["value", "urgency", "size"]);
                assert!(f[0].message.contains("1, 2, 3, 5, 8, 13, 20"));
            }
            other => panic!("{other:?}"),
        }
        let good = NewWsjf { value: 8, urgency: 5, risk: 3, size: 2, council: true };
        assert_eq!(good.check(&SCALE).unwrap().cost_of_delay(), 16);
    }
}
