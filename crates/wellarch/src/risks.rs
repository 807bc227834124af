//! The risks of a workload over all its reviews, by pillar, and what would be done about them first. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::burn::BurnPoint;
use crate::document::{ReviewDocument, ReviewQuestion, Titled};
use crate::plan::{AcceptedRisk, RiskAction, Settled};
use crate::review::Standing;

/// A question that stands at a risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OpenRisk {
    /// The lens in addresses.
    pub lens: String,
    /// Id of the question.
    pub question: String,
    /// The question.
    pub title: String,
    /// Medium or high.
    pub standing: Standing,
    /// Which rule decides, of what it names, and what is ticked; with ids.
    pub explanation: String,
    /// Smallest sets of choices that would lower it, by their titles; fewest choices first, at most three.
    pub lower: Vec<Lowering>,
    /// Note of the answer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Version of the answer.
    pub answer_version: i64,
    /// Which protected thing of the workload is exposed; empty if the catalogue does not say what it protects.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub exposed: String,
    /// An approver bears it for a time. It stays a risk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<AcceptedRisk>,
    /// Open actions about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<RiskAction>,
}

/// A set of choices that would lower a risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Lowering {
    /// Titles of choices to fulfil, or to take back.
    pub choices: Vec<String>,
    /// Where the question stands then.
    pub then: Standing,
}

/// The risks of a pillar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PillarRisks {
    /// Name; pillars of several lenses meet by it.
    pub name: String,
    /// High ones first, else in the order of the lens.
    pub risks: Vec<OpenRisk>,
}

/// A choice that is not in place, in a question that stands at a risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Improvement {
    /// The lens in addresses.
    pub lens: String,
    /// Id of the question.
    pub question: String,
    /// Id of the choice.
    pub choice: String,
    /// The practice.
    pub title: String,
    /// What to do first; empty if the lens does not say.
    pub first_step: String,
    /// `hours`, `days` or `weeks`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<String>,
    /// The risk of its question.
    pub standing: Standing,
    /// The action about it: the open one, or the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<RiskAction>,
}

/// The risks of a workload, as its reviews stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkloadRisks {
    /// The workload.
    pub workload: Titled,
    /// Reviews that they come from.
    pub reviews: usize,
    /// High risks.
    pub high: usize,
    /// Medium risks.
    pub medium: usize,
    /// Questions that nobody has answered.
    pub unanswered: usize,
    /// Pillars that have risks, in the order of the lenses.
    pub pillars: Vec<PillarRisks>,
    /// What is not in place: high risks first, and of these what takes least.
    pub improvements: Vec<Improvement>,
    /// Risks that an approver bears for a time; they count among the high and medium ones.
    pub accepted: usize,
    /// Open actions whose practice is in place, by the review's own answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<Settled>,
    /// Found and closed over time, from the history of answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub burn: Vec<BurnPoint>,
}

/// Sets that are told of each risk.
const TOLD: usize = 3;

fn title<'a>(q: &'a ReviewQuestion, id: &'a str) -> &'a str {
    q.choices.iter().find(|c| c.id == id).map_or(id, |c| c.title.as_str())
}

fn risk(lens: &str, q: &ReviewQuestion) -> OpenRisk {
    let lowering = |l: &crate::document::LowerSet| Lowering {
        choices: l.add.iter().chain(&l.remove).map(|id| title(q, id).to_owned()).collect(),
        then: l.then,
    };
    OpenRisk {
        lens: lens.to_owned(),
        question: q.id.clone(),
        title: q.title.clone(),
        standing: q.standing,
        explanation: q.explanation.clone(),
        lower: q.lower.iter().take(TOLD).map(lowering).collect(),
        note: q.answer.as_ref().map(|a| a.said.note.clone()).unwrap_or_default(),
        answer_version: q.answer.as_ref().map_or(0, |a| a.version),
        exposed: String::new(),
        accepted: None,
        actions: Vec::new(),
    }
}

/// How much a first step is, least first; what nobody estimated comes last.
fn weight(effort: Option<&str>) -> u8 {
    match effort {
        Some("hours") => 0,
        Some("days") => 1,
        Some("weeks") => 2,
        _ => 3,
    }
}

impl WorkloadRisks {
    /// The risks of a workload's reviews.
    pub fn of(workload: Titled, documents: &[ReviewDocument]) -> Self {
        let reviews = documents.len();
        let mut out = Self {
            workload,
            reviews,
            high: 0,
            medium: 0,
            unanswered: 0,
            pillars: Vec::new(),
            improvements: Vec::new(),
            accepted: 0,
            settled: Vec::new(),
            burn: Vec::new(),
        };
        for d in documents {
            out.high += d.counts.high;
            out.medium += d.counts.medium;
            out.unanswered += d.counts.questions - d.counts.answered;
            for (pillar, q) in d.questions().filter(|(_, q)| q.standing.is_risk()) {
                let found = risk(&d.lens.slug, q);
                match out.pillars.iter_mut().find(|p| p.name == pillar.name) {
                    Some(known) => known.risks.push(found),
                    None => out.pillars.push(PillarRisks { name: pillar.name.clone(), risks: vec![found] }),
                }
                let open = q.choices.iter().filter(|c| !c.ticked && !c.none && c.not_applicable.is_none());
                out.improvements.extend(open.map(|c| Improvement {
                    lens: d.lens.slug.clone(),
                    question: q.id.clone(),
                    choice: c.id.clone(),
                    title: c.title.clone(),
                    first_step: c.first_step.clone(),
                    effort: c.effort.clone(),
                    standing: q.standing,
                    action: None,
                }));
            }
        }
        for p in &mut out.pillars {
            p.risks.sort_by_key(|r| r.standing != Standing::High);
        }
        out.improvements.sort_by_key(|i| (i.standing != Standing::High, weight(i.effort.as_deref())));
        out
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::document::tests::document;
    use crate::review::tests::said;
    use crate::review::{RuledOut, Said, WhyNot};

    pub(crate) fn risks(answers: &[(&str, Said)]) -> WorkloadRisks {
        let d = document(answers);
        WorkloadRisks::of(d.workload.clone(), &[d])
    }

    #[test]
    fn high_risks_come_first_and_of_these_what_takes_least() {
        let none = Said { none: true, ..said(&["none"]) };
        let r = risks(&[("Q-01", said(&["aaa"])), ("Q-02", none)]);
        assert_eq!((r.high, r.medium, r.unanswered), (1, 1, 0));
        let order: Vec<&str> = r.pillars[0].risks.iter().map(|r| r.question.as_str()).collect();
        assert_eq!(order, ["Q-02", "Q-01"]);
        let items: Vec<(&str, Option<&str>)> = r.improvements.iter().map(|i| (i.choice.as_str(), i.effort.as_deref())).collect();
        assert_eq!(items, [("ccc", Some("days")), ("bbb", Some("weeks"))]);
        let lowering = Lowering { choices: vec!["Tick b".into()], then: Standing::None };
        assert_eq!(r.pillars[0].risks[1].lower, [lowering]);
    }

    #[test]
    fn what_is_answered_well_or_does_not_apply_asks_for_nothing() {
        let absent = vec![RuledOut { choice: "aaa".into(), reason: WhyNot::OutOfScope }];
        let r = risks(&[("Q-01", Said { none: true, not_applicable: absent, ..Said::default() }), ("Q-02", said(&["ccc"]))]);
        assert_eq!(r.improvements.iter().map(|i| i.choice.as_str()).collect::<Vec<_>>(), ["bbb"]);
        let r = risks(&[]);
        assert_eq!((r.pillars.len(), r.improvements.len(), r.unanswered), (0, 0, 2));
    }
}
