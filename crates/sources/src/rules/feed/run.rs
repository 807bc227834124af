//! One run of a feed, and what it found.

use catalogue::plan::{Deed, Plan};
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Steps, and refusals, of a run that are kept.
pub const STEPS: usize = 200;

/// How a run of a feed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FeedOutcome {
    /// Something of the catalogue changed.
    Imported,
    /// The catalogue says already what the source says.
    Unchanged,
    /// The source has nothing where it had something, so nothing was imported until somebody confirms it.
    Empty,
    /// Not everything could be read, so nothing was imported.
    Failed,
}

impl FeedOutcome {
    /// As it is stored.
    pub fn key(self) -> &'static str {
        match self {
            FeedOutcome::Imported => "imported",
            FeedOutcome::Unchanged => "unchanged",
            FeedOutcome::Empty => "empty",
            FeedOutcome::Failed => "failed",
        }
    }

    /// As it was stored.
    pub fn read(key: &str) -> Self {
        match key {
            "imported" => FeedOutcome::Imported,
            "unchanged" => FeedOutcome::Unchanged,
            "empty" => FeedOutcome::Empty,
            _ => FeedOutcome::Failed,
        }
    }

    /// Nothing was imported though it should have been.
    pub fn is_bad(self) -> bool {
        matches!(self, FeedOutcome::Empty | FeedOutcome::Failed)
    }
}

/// How many things a run made, changed and so on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeedCounts {
    /// Made here for the first time.
    pub made: usize,
    /// Changed, or taken over from what stood here.
    pub changed: usize,
    /// Not in the source any more: marked.
    pub orphaned: usize,
    /// In the source again.
    pub returned: usize,
    /// As they were.
    pub unchanged: usize,
    /// Refused, each with its place.
    pub refused: usize,
}

impl FeedCounts {
    /// Of a plan.
    pub fn of(plan: &Plan) -> Self {
        let n = |deeds: &[Deed]| plan.steps.iter().filter(|s| deeds.contains(&s.action)).count();
        Self {
            made: n(&[Deed::Create]),
            changed: n(&[Deed::Change, Deed::Adopt]),
            orphaned: n(&[Deed::Orphan]),
            returned: n(&[Deed::Return]),
            unchanged: plan.unchanged,
            refused: plan.refused.len(),
        }
    }

    /// Nothing of the catalogue changes.
    pub fn is_still(&self) -> bool {
        self.made + self.changed + self.orphaned + self.returned == 0
    }
}

/// One run of a feed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FeedRun {
    /// From 1 for each feed.
    pub number: i64,
    /// When it began.
    pub started_at: Time,
    /// When it ended.
    pub ended_at: Time,
    /// Name of whoever asked for it; absent if its schedule did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// How it ended.
    pub outcome: FeedOutcome,
    /// What happened, as a sentence or two.
    pub message: String,
    /// How many things were made, changed and so on.
    pub counts: FeedCounts,
}

/// What a run would do now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FeedPreview {
    /// How it would end.
    pub outcome: FeedOutcome,
    /// What would happen, as a sentence or two.
    pub message: String,
    /// What would become of each thing; absent if not everything could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
}

/// How a plan ends, unless a person confirmed that the source is empty.
pub fn outcome_of(plan: &Plan, empty: bool, confirmed: bool) -> FeedOutcome {
    let counts = FeedCounts::of(plan);
    match (empty && counts.orphaned > 0 && !confirmed, counts.is_still()) {
        (true, _) => FeedOutcome::Empty,
        (_, true) => FeedOutcome::Unchanged,
        _ => FeedOutcome::Imported,
    }
}

/// What a run says that read everything.
pub fn told_feed(outcome: FeedOutcome, plan: &Plan, passed_over: usize, would: bool) -> String {
    let counts = FeedCounts::of(plan);
    let mut text = match outcome {
        FeedOutcome::Empty => {
            let n = counts.orphaned;
            let (things, were) = if n == 1 { ("thing", "was") } else { ("things", "were") };
            format!(
                "The source has no group, system or component, and {n} {things} {were} imported from it. Nothing {}. Look whether the \
                 address and its rights are right. If the source is really empty, run it with a confirmation: then what came from it \
                 is marked orphaned.",
                if would { "would be imported" } else { "was imported" }
            )
        }
        _ => plan.summary(),
    };
    if passed_over > 0 {
        let links = if passed_over == 1 { "link of that name was" } else { "links of these names were" };
        text.push_str(&format!(" {passed_over} {links} passed over, as links are not followed."));
    }
    text
}

/// What a run says that did not read everything.
pub fn failed(why: &str) -> String {
    super::super::reason(&format!("{} Nothing was imported, so that nothing is marked orphaned by mistake.", why.trim_end()))
}

/// A plan as it is kept with its run: without what the files hold, and cut.
pub fn cut(mut plan: Plan) -> Plan {
    plan.facts = None;
    plan.steps.truncate(STEPS);
    plan.refused.truncate(STEPS);
    plan
}

#[cfg(test)]
mod tests {
    use catalogue::plan::Step;
    use catalogue::wanted::ThingKind;

    use super::*;

    fn plan(deeds: &[Deed]) -> Plan {
        let step = |action: &Deed| Step {
            action: *action,
            kind: ThingKind::Team,
            slug: "a".into(),
            name: "A".into(),
            r#where: "group:default/a".into(),
            fields: Vec::new(),
            kept: Vec::new(),
            implied: false,
            id: None,
            make: None,
            link: None,
        };
        Plan { steps: deeds.iter().map(step).collect(), ..Plan::default() }
    }

    #[test]
    fn an_empty_source_orphans_nothing_until_somebody_confirms_it() {
        let gone = plan(&[Deed::Orphan, Deed::Orphan]);
        assert_eq!(outcome_of(&gone, true, false), FeedOutcome::Empty);
        assert_eq!(outcome_of(&gone, true, true), FeedOutcome::Imported);
        assert_eq!(outcome_of(&gone, false, false), FeedOutcome::Imported);
        assert_eq!(outcome_of(&plan(&[]), true, false), FeedOutcome::Unchanged);
        assert_eq!(outcome_of(&plan(&[Deed::Keep]), false, false), FeedOutcome::Unchanged);
        let said = told_feed(FeedOutcome::Empty, &gone, 1, false);
        assert!(said.contains("2 things were imported from it. Nothing was imported.") && said.contains("1 link"), "{said}");
    }

    #[test]
    fn what_is_kept_of_a_plan_is_cut_and_read_again() {
        let mut long = plan(&[Deed::Create; 300]);
        long.facts = Some(catalogue::backstage::Facts::default());
        let kept = serde_json::to_string(&cut(long)).unwrap();
        let read: Plan = serde_json::from_str(&kept).unwrap();
        assert_eq!((read.steps.len(), read.facts), (STEPS, None));
    }
}
