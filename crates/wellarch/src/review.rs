//! A review: a workload against one version of a lens, question by question. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalogue::{Team, Workload};
use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::evidence::Known;
use crate::lens::{Choice, Question};
use crate::published::Kept;
use crate::risk::{Answer, Risk};
use crate::template::{Covered, FromTemplate};

/// Why a question or a choice does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhyNot {
    /// The workload has nothing of the kind.
    OutOfScope,
    /// The business has decided against it.
    BusinessPriority,
    /// The architecture does not allow it.
    Constraint,
    /// As the note says.
    Other,
}

impl WhyNot {
    /// All, in the order in which they are offered.
    pub const ALL: [WhyNot; 4] = [WhyNot::OutOfScope, WhyNot::BusinessPriority, WhyNot::Constraint, WhyNot::Other];

    /// As it is stored and sent.
    pub fn key(self) -> &'static str {
        match self {
            WhyNot::OutOfScope => "out-of-scope",
            WhyNot::BusinessPriority => "business-priority",
            WhyNot::Constraint => "constraint",
            WhyNot::Other => "other",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            WhyNot::OutOfScope => "out of scope",
            WhyNot::BusinessPriority => "business priority",
            WhyNot::Constraint => "constraint of the architecture",
            WhyNot::Other => "another reason, see the note",
        }
    }

    /// As it was sent.
    pub fn read(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.key() == key)
    }
}

/// A choice that does not apply to the workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuledOut {
    /// Id of the choice.
    pub choice: String,
    /// Why.
    pub reason: WhyNot,
}

/// What an answer says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Said {
    /// Ids of the ticked choices, in the order of the question.
    pub choices: Vec<String>,
    /// None of these is in place.
    pub none: bool,
    /// Choices that do not apply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_applicable: Vec<RuledOut>,
    /// The whole question does not apply, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub does_not_apply: Option<WhyNot>,
    /// A note for the record.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// An answer as a caller sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReviewAnswer {
    /// Version of the answer that you saw; 0 if there was none. If somebody has answered since, nothing is stored.
    pub based_on: i64,
    /// What you say.
    pub said: Said,
    /// Why this workload answers otherwise than the template that answers the question; only where one does.
    #[serde(default, rename = "override", skip_serializing_if = "Option::is_none")]
    pub overrides: Option<String>,
}

impl NewReviewAnswer {
    /// Why it answers otherwise than a template, checked; none if it does not say.
    ///
    /// # Errors
    /// [`kernel::Error::Invalid`] at `override`.
    pub fn reason(&self) -> Result<Option<String>> {
        let mut faults = Faults::new();
        let reason = text::prose(&mut faults, "override", "The reason", self.overrides.as_deref().unwrap_or(""));
        faults.done()?;
        Ok(Some(reason).filter(|r| !r.is_empty()))
    }
}

/// An answer as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewAnswer {
    /// From 1; each change is a new version, and all are kept.
    pub version: i64,
    /// What it says.
    pub said: Said,
    /// Who gave it; of a template, who published that version.
    pub by: String,
    /// When it began to count here.
    pub at: Time,
    /// The template that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<FromTemplate>,
}

impl ReviewAnswer {
    /// Who says so: a person, or “Platform Security, template Account baseline, version 3”.
    pub fn who(&self) -> String {
        self.template.as_ref().map_or_else(|| self.by.clone(), FromTemplate::words)
    }
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its id.
    pub id: Id,
    /// The workload.
    pub workload: Id,
    /// Name of the lens in addresses.
    pub lens: String,
    /// The version of the lens.
    pub digest: String,
    /// Who began it.
    pub begun_by: String,
    /// When.
    pub begun_at: Time,
}

/// Everything that a page of a review needs.
#[derive(Debug)]
pub struct Sheet {
    /// Whose workload it is.
    pub team: Team,
    /// The workload.
    pub workload: Workload,
    /// The review.
    pub review: Review,
    /// The lens.
    pub lens: Arc<Kept>,
    /// Newest answers by question.
    pub answers: BTreeMap<String, ReviewAnswer>,
    /// Questions that templates answer, or would.
    pub covered: BTreeMap<String, Covered>,
    /// What is known of the workload, as far as the lens asks for it.
    pub known: Known,
}

/// Where a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = QuestionStanding)]
pub enum Standing {
    /// Nobody has ticked anything.
    Unanswered,
    /// It does not apply, with a reason.
    NotApplicable,
    /// Answered: no risk.
    None,
    /// Answered: medium risk.
    Medium,
    /// Answered: high risk.
    High,
}

impl Standing {
    /// In a word or two.
    pub fn words(self) -> &'static str {
        match self {
            Standing::Unanswered => "not answered",
            Standing::NotApplicable => "not applicable",
            Standing::None => "no risk",
            Standing::Medium => "medium risk",
            Standing::High => "high risk",
        }
    }

    /// True for a risk.
    pub fn is_risk(self) -> bool {
        matches!(self, Standing::Medium | Standing::High)
    }
}

impl From<Risk> for Standing {
    fn from(risk: Risk) -> Self {
        match risk {
            Risk::None => Standing::None,
            Risk::Medium => Standing::Medium,
            Risk::High => Standing::High,
        }
    }
}

impl Said {
    /// True if it answers the question.
    pub fn answers(&self) -> bool {
        self.none || !self.choices.is_empty()
    }

    /// As ticks; ids that the question does not have are passed over.
    pub fn ticks(&self, q: &Question) -> Answer {
        let bits = |ids: &mut dyn Iterator<Item = &String>| ids.filter_map(|id| q.choice(id)).fold(0u64, |bits, i| bits | 1 << i);
        Answer { ticked: bits(&mut self.choices.iter()), absent: bits(&mut self.not_applicable.iter().map(|r| &r.choice)) }
    }

    /// Why a choice does not apply.
    pub fn ruled_out(&self, choice: &str) -> Option<WhyNot> {
        self.not_applicable.iter().find(|r| r.choice == choice).map(|r| r.reason)
    }

    /// Checked, in the form in which it is stored: choices in the order of the question, “none of these” as the lens has it.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self, q: &Question) -> Result<Said> {
        let mut faults = Faults::new();
        let note = text::prose(&mut faults, "note", "The note", &self.note);
        let mut wanted: BTreeSet<&str> = self.choices.iter().map(String::as_str).collect();
        let own_none = q.choices.iter().find(|c| c.none).map(|c| c.id.as_str());
        let none = self.none || own_none.is_some_and(|id| wanted.contains(id));
        if none && wanted.iter().any(|id| Some(*id) != own_none) {
            faults.add("none", "None of these clears the others. Untick either it or them.");
        }
        if let Some(id) = own_none.filter(|_| none) {
            wanted.insert(id);
        }
        let absent: Vec<String> = self.not_applicable.iter().map(|r| r.choice.clone()).collect();
        let ticked: Vec<String> = wanted.iter().map(|id| (*id).to_owned()).collect();
        let at = if none { "none" } else { "choices" };
        match q.answer(&ticked, &absent) {
            Err(say) if faults.is_empty() => faults.add(at, say),
            Ok(_) if !absent.is_empty() && q.choices.iter().filter(|c| !c.none).all(|c| absent.contains(&c.id)) => {
                faults.add("does_not_apply", "No choice is left. Say that the question does not apply instead.");
            }
            _ => {}
        }
        if self.does_not_apply.is_some() && (none || !wanted.is_empty()) {
            faults.add("does_not_apply", "A question that does not apply has no ticks. Take back either.");
        }
        let other = self.does_not_apply == Some(WhyNot::Other) || self.not_applicable.iter().any(|r| r.reason == WhyNot::Other);
        if other && note.is_empty() {
            faults.add("note", "Say in the note why it does not apply.");
        }
        faults.done()?;
        let ids = |keep: &dyn Fn(&Choice) -> bool| q.choices.iter().filter(|c| keep(c)).map(|c| c.id.clone()).collect::<Vec<_>>();
        let ruled = |c: &Choice| self.not_applicable.iter().find(|r| r.choice == c.id).cloned();
        Ok(Said {
            choices: ids(&|c| wanted.contains(c.id.as_str())),
            none,
            not_applicable: if self.does_not_apply.is_some() { Vec::new() } else { q.choices.iter().filter_map(ruled).collect() },
            does_not_apply: self.does_not_apply,
            note,
        })
    }

    /// In a sentence, with titles: what it says, for somebody who was about to say something else.
    pub fn sentence(&self, q: &Question) -> String {
        let titles: Vec<String> = q.named(self.ticks(q).ticked).map(|c| format!("“{}”", c.title)).collect();
        match self.does_not_apply {
            Some(why) => format!("the question does not apply ({})", why.words()),
            None if self.none => "none of these".to_owned(),
            None if titles.is_empty() => "nothing ticked".to_owned(),
            None => format!("ticked {}", html::listed(&titles)),
        }
    }
}

/// Where a question stands with an answer.
pub fn standing(q: &Question, said: Option<&Said>) -> Standing {
    match said {
        Some(s) if s.does_not_apply.is_some() => Standing::NotApplicable,
        Some(s) if s.answers() => q.risk(s.ticks(q)).into(),
        _ => Standing::Unanswered,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::published::{LensFile, NewLens, read};
    use kernel::error::Error;

    /// A lens of two questions in one pillar; the second has its own “none of these”.
    pub(crate) const SMALL: &str = "lens: small\nname: Small <lens>\nversion: \"1\"\npillars:\n  - id: only\n    name: Only\n    questions:\n      \
        - id: Q-01\n        title: How <one>?\n        choices:\n          - { id: aaa, title: Tick <a>, what: wa, why: ya, first_step: Do a. \
        (hours) }\n          - { id: bbb, title: Tick b, what: wb, why: yb, first_step: Do b. (weeks) }\n        risk:\n          - { when: \
        aaa && bbb, then: none }\n          - { when: aaa, then: medium }\n          - { default: high }\n      - id: Q-02\n        title: How \
        two?\n        choices:\n          - { id: ccc, title: Tick c, what: wc, why: yc, first_step: Do c. (days) }\n          - { id: \
        none, title: None of these }\n        risk:\n          - { when: ccc, then: none }\n          - { default: high }\n";

    pub(crate) fn small() -> Arc<Kept> {
        let files = vec![LensFile { name: "small.yaml".into(), text: SMALL.into() }];
        Arc::new(read(&NewLens { files, slug: None }).unwrap())
    }

    pub(crate) fn said(choices: &[&str]) -> Said {
        Said { choices: choices.iter().map(|c| (*c).to_owned()).collect(), ..Said::default() }
    }

    fn faults(q: &Question, said: &Said) -> Vec<String> {
        match said.check(q) {
            Err(Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_answer_is_stored_in_the_order_of_the_question() {
        let kept = small();
        let q = kept.file.lens.question("Q-01").unwrap();
        let stored = Said { note: " x ".into(), ..said(&["bbb", "aaa", "aaa"]) }.check(q).unwrap();
        assert_eq!((stored.choices, stored.note.as_str()), (vec!["aaa".to_owned(), "bbb".to_owned()], "x"));
    }

    #[test]
    fn none_of_these_stands_alone_and_is_the_lenses_own_if_it_has_one() {
        let kept = small();
        let (one, two) = (kept.file.lens.question("Q-01").unwrap(), kept.file.lens.question("Q-02").unwrap());
        let none = Said { none: true, ..Said::default() };
        assert!(none.check(one).unwrap().choices.is_empty());
        assert_eq!(none.check(two).unwrap().choices, ["none"]);
        assert!(said(&["none"]).check(two).unwrap().none);
        assert_eq!(faults(one, &Said { none: true, ..said(&["aaa"]) }), ["none"]);
        assert_eq!(faults(two, &said(&["ccc", "none"])), ["none"]);
    }

    #[test]
    fn what_does_not_apply_needs_a_reason_and_has_no_ticks() {
        let kept = small();
        let q = kept.file.lens.question("Q-01").unwrap();
        let out = |choice: &str, reason| RuledOut { choice: choice.into(), reason };
        let whole = Said { does_not_apply: Some(WhyNot::OutOfScope), ..Said::default() };
        assert_eq!(standing(q, Some(&whole.check(q).unwrap())), Standing::NotApplicable);
        assert_eq!(faults(q, &Said { does_not_apply: Some(WhyNot::Other), ..Said::default() }), ["note"]);
        assert_eq!(faults(q, &Said { does_not_apply: Some(WhyNot::Constraint), ..said(&["aaa"]) }), ["does_not_apply"]);
        let both = vec![out("aaa", WhyNot::OutOfScope), out("bbb", WhyNot::OutOfScope)];
        assert_eq!(faults(q, &Said { not_applicable: both, ..Said::default() }), ["does_not_apply"]);
        let one = Said { not_applicable: vec![out("bbb", WhyNot::Constraint)], ..said(&["aaa"]) };
        assert_eq!(standing(q, Some(&one.check(q).unwrap())), Standing::None, "a rule is read without what does not apply");
        assert_eq!(faults(q, &Said { not_applicable: vec![out("aaa", WhyNot::OutOfScope)], ..said(&["aaa"]) }), ["choices"]);
        assert_eq!(faults(q, &said(&["zzz"])), ["choices"]);
    }

    #[test]
    fn a_question_stands_where_its_rules_put_it() {
        let kept = small();
        let q = kept.file.lens.question("Q-01").unwrap();
        let note = Said { note: "later".into(), ..Said::default() };
        assert_eq!(standing(q, None), Standing::Unanswered);
        assert_eq!(standing(q, Some(&note)), Standing::Unanswered, "a note alone answers nothing");
        assert_eq!(standing(q, Some(&said(&["aaa"]))), Standing::Medium);
        assert_eq!(standing(q, Some(&said(&["aaa", "bbb"]))), Standing::None);
        assert_eq!(standing(q, Some(&Said { none: true, ..Said::default() })), Standing::High);
        assert_eq!(said(&["aaa", "bbb"]).sentence(q), "ticked “Tick <a>” and “Tick b”");
    }

    #[test]
    fn reasons_are_read_as_they_are_written() {
        for why in WhyNot::ALL {
            assert_eq!(WhyNot::read(why.key()), Some(why));
            assert_eq!(serde_json::to_value(why).unwrap(), why.key());
        }
    }
}
