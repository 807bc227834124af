//! Where answers and evidence part: an answer says yes and the facts say no, or the other way round. Pure.

use facts::{Because, Weight};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::document::{LensNamed, ReviewDocument, Titled};
use crate::review::ReviewAnswer;

/// How an answer and the facts part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Parting {
    /// The answer says yes, the evidence says no.
    Contradicted,
    /// The answer says yes, and what supported it has grown old.
    Stale,
    /// The answer says no or nothing, the evidence says yes.
    Unclaimed,
}

impl Parting {
    /// All, in their order.
    pub const ALL: [Parting; 3] = [Parting::Contradicted, Parting::Stale, Parting::Unclaimed];

    /// As a heading.
    pub fn title(self) -> &'static str {
        match self {
            Parting::Contradicted => "The answer says yes, the evidence says no",
            Parting::Stale => "The answer says yes, the evidence has grown old",
            Parting::Unclaimed => "The evidence says yes, the answer does not",
        }
    }
}

/// One choice whose answer and evidence part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Contradiction {
    /// How.
    pub parting: Parting,
    /// The team.
    pub team: Titled,
    /// The workload.
    pub workload: Titled,
    /// The lens.
    pub lens: LensNamed,
    /// Id of the question.
    pub question: String,
    /// The question.
    pub question_title: String,
    /// Id of the choice.
    pub choice: String,
    /// The practice.
    pub title: String,
    /// Who answered; empty if nobody has.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answered_by: String,
    /// The facts behind it.
    pub because: Vec<Because>,
}

/// Where the answers of a review and the facts part, in the order of the lens. Choices and questions that do not apply are left
/// out: nothing is claimed of them.
pub fn of(d: &ReviewDocument) -> Vec<Contradiction> {
    let mut out = Vec::new();
    for (_, q) in d.questions() {
        if q.answer.as_ref().is_some_and(|a| a.said.does_not_apply.is_some()) {
            continue;
        }
        for c in q.choices.iter().filter(|c| !c.none && c.not_applicable.is_none()) {
            let Some(found) = &c.evidence else { continue };
            let parting = match (found.weight, c.ticked) {
                (Weight::Contradicted, true) => Parting::Contradicted,
                (Weight::Stale, true) => Parting::Stale,
                (Weight::Supported, false) => Parting::Unclaimed,
                _ => continue,
            };
            out.push(Contradiction {
                parting,
                team: d.team.clone(),
                workload: d.workload.clone(),
                lens: d.lens.clone(),
                question: q.id.clone(),
                question_title: q.title.clone(),
                choice: c.id.clone(),
                title: c.title.clone(),
                answered_by: q.answer.as_ref().map(ReviewAnswer::who).unwrap_or_default(),
                because: found.because.clone(),
            });
        }
    }
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::document::tests::document;
    use crate::review::tests::said;
    use crate::review::{RuledOut, Said, WhyNot};
    use facts::Judged;
    use kernel::time::Time;

    /// A document whose choices have these weights.
    pub(crate) fn weighed(answers: &[(&str, Said)], weights: &[(&str, Weight)]) -> ReviewDocument {
        let mut d = document(answers);
        for q in d.pillars.iter_mut().flat_map(|p| &mut p.questions) {
            for c in &mut q.choices {
                let because = Because {
                    fact: "backup.age_hours".into(),
                    words: "Age of the newest backup: 200 h <db>".into(),
                    observed_at: Time(1_795_000_000_000_000),
                    source: "drill <x>".into(),
                    url: "https://backup.example".into(),
                };
                let weight = weights.iter().find(|(id, _)| *id == c.id).map(|(_, w)| *w);
                c.evidence = weight.map(|weight| Judged { weight, because: vec![because], missing: Vec::new() });
            }
        }
        d
    }

    #[test]
    fn what_parts_is_told_and_nothing_else() {
        let all = [("aaa", Weight::Contradicted), ("bbb", Weight::Supported), ("ccc", Weight::Stale)];
        let d = weighed(&[("Q-01", said(&["aaa"])), ("Q-02", said(&["ccc"]))], &all);
        let told: Vec<(Parting, String)> = of(&d).into_iter().map(|c| (c.parting, c.choice)).collect();
        let expected = [(Parting::Contradicted, "aaa"), (Parting::Unclaimed, "bbb"), (Parting::Stale, "ccc")];
        assert_eq!(told, expected.map(|(p, c)| (p, c.to_owned())));
        let agreed = [("aaa", Weight::Supported), ("bbb", Weight::Contradicted), ("ccc", Weight::None)];
        assert!(of(&weighed(&[("Q-01", said(&["aaa"]))], &agreed)).is_empty());
    }

    #[test]
    fn nothing_is_claimed_of_what_does_not_apply() {
        let weights = [("aaa", Weight::Contradicted), ("bbb", Weight::Supported), ("ccc", Weight::Supported)];
        let out = Said { not_applicable: vec![RuledOut { choice: "bbb".into(), reason: WhyNot::OutOfScope }], ..said(&["aaa"]) };
        let whole = Said { does_not_apply: Some(WhyNot::OutOfScope), ..Said::default() };
        let told: Vec<String> = of(&weighed(&[("Q-01", out), ("Q-02", whole)], &weights)).into_iter().map(|c| c.choice).collect();
        assert_eq!(told, ["aaa"]);
    }
}
