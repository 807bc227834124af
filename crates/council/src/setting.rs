//! How the council works: its remit, the scale of its scores, the limits of its board, what it wants instrumented. Pure.

use kernel::error::{Faults, Result};
use kernel::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::concern::words;

/// Steps of the scale at most.
pub const MOST_STEPS: usize = 12;
/// The greatest step.
pub const MOST_STEP: u32 = 1_000;
/// Things on the checklist at most.
pub const MOST_ITEMS: usize = 20;
/// Concerns that a column may hold at most, if it has a limit.
pub const MOST_LIMIT: u32 = 100;

/// The council's own rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CouncilSetting)]
pub struct Setting {
    /// Always `council`: there is one.
    #[serde(default = "name")]
    pub name: String,
    /// Who facilitates and is the contact between meetings; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub champion: String,
    /// What the council takes on.
    #[serde(default = "remit")]
    pub remit: String,
    /// What it sends on, and where to.
    #[serde(default = "not_remit")]
    pub not_remit: String,
    /// Steps of a score, rising.
    #[serde(default = "scale")]
    pub scale: Vec<u32>,
    /// Concerns in sprint at once; none for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_in_sprint: Option<u32>,
    /// Concerns being measured at once; none for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_measuring: Option<u32>,
    /// What should be instrumented before a result is believed.
    #[serde(default = "checklist")]
    pub checklist: Vec<String>,
}

fn name() -> String {
    "council".into()
}

fn remit() -> String {
    "Reliability and scalability that no single team can settle in its own backlog: what hurts users, what we cannot see, what will \
     not hold under load."
        .into()
}

fn not_remit() -> String {
    "Urgent needs of one customer go to the team’s product owner; functional faults and new features to its backlog; running \
     infrastructure to the platform team; business reporting to those who run it."
        .into()
}

fn scale() -> Vec<u32> {
    vec![1, 2, 3, 5, 8, 13, 20]
}

fn checklist() -> Vec<String> {
    [
        "The number itself, before and after",
        "An alert on it",
        "A dashboard that shows it",
        "The counter-metric",
        "Logs or traces to find out why",
    ]
    .map(str::to_owned)
    .to_vec()
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            name: name(),
            champion: String::new(),
            remit: remit(),
            not_remit: not_remit(),
            scale: scale(),
            most_in_sprint: None,
            most_measuring: None,
            checklist: checklist(),
        }
    }
}

impl Setting {
    /// Checks what somebody sent.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self) -> Result<Self> {
        let mut faults = Faults::new();
        faults.check(self.name.trim() == "council", "name", "There is one council; its name is council.");
        let champion = match self.champion.trim() {
            "" => String::new(),
            typed => text::name(&mut faults, "champion", "The champion", typed),
        };
        let remit = words(&mut faults, "remit", "The remit", &self.remit);
        let not_remit = words(&mut faults, "not_remit", "What is sent on", &self.not_remit);
        let rising = self.scale.windows(2).all(|w| w[0] < w[1]);
        let sound = (2..=MOST_STEPS).contains(&self.scale.len()) && rising;
        let inside = self.scale.iter().all(|s| (1..=MOST_STEP).contains(s));
        faults.check(
            sound && inside,
            "scale",
            format!("A scale has 2 to {MOST_STEPS} whole steps from 1 to {MOST_STEP}, rising, such as 1, 2, 3, 5, 8."),
        );
        for (at, limit) in [("most_in_sprint", self.most_in_sprint), ("most_measuring", self.most_measuring)] {
            let good = limit.is_none_or(|l| (1..=MOST_LIMIT).contains(&l));
            faults.check(good, at, format!("A limit is from 1 to {MOST_LIMIT}; leave it out for none."));
        }
        faults.check(self.checklist.len() <= MOST_ITEMS, "checklist", format!("At most {MOST_ITEMS} things fit on the checklist."));
        let checklist: Vec<String> = self
            .checklist
            .iter()
            .take(MOST_ITEMS)
            .map(|i| text::name(&mut faults, "checklist", "A thing on the checklist", i))
            .collect();
        let mut once = checklist.clone();
        once.sort();
        once.dedup();
        faults.check(once.len() == checklist.len(), "checklist", "A thing stands on the checklist once.");
        faults.done()?;
        Ok(Self { name: name(), champion, remit, not_remit, checklist, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(s: &Setting) -> Vec<String> {
        match s.check() {
            Ok(_) => Vec::new(),
            Err(kernel::Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect(),
            Err(e) => panic!("{e}"),
        }
    }

    #[test]
    fn what_is_left_out_takes_its_default() {
        let read: Setting = serde_json::from_str("{}").unwrap();
        assert_eq!(read, Setting::default());
        assert_eq!(places(&read), [""; 0]);
    }

    #[test]
    fn scales_rise_and_limits_have_limits() {
        for scale in [vec![], vec![1], vec![1, 1], vec![3, 2], vec![0, 1], vec![1, 2_000], (1..=13).collect()] {
            assert_eq!(places(&Setting { scale, ..Setting::default() }), ["scale"]);
        }
        let bad = Setting {
            name: "other".into(),
            most_in_sprint: Some(0),
            most_measuring: Some(101),
            checklist: vec!["a".into(), "a".into()],
            ..Setting::default()
        };
        assert_eq!(places(&bad), ["name", "most_in_sprint", "most_measuring", "checklist"]);
    }
}
