//! A lens: pillars, questions, choices and the rules that turn ticks into a risk.

mod read;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::risk::{Answer, Decided, Risk, RiskRule, decide};
use crate::tree::{Node, Place};

pub(crate) use read::{is_custom, read};

/// A lens.
#[derive(Debug, Clone)]
pub struct Lens {
    /// Short name in addresses.
    pub id: String,
    /// Name.
    pub name: String,
    /// Version, as its owner counts.
    pub version: String,
    /// What it is for.
    pub description: String,
    /// Pillars in order.
    pub pillars: Vec<Pillar>,
}

/// A pillar.
#[derive(Debug, Clone)]
pub struct Pillar {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its letter among security, cost, operations, reliability and performance, if it has one.
    pub scorp: Option<String>,
    /// Questions in order.
    pub questions: Vec<Question>,
    /// Where it stands.
    pub at: Place,
}

/// Ids of the same thing elsewhere, by framework: `aws`, `azure`, `google`; `finding` names a published figure.
pub type Maps = BTreeMap<String, Vec<String>>;

/// A question.
#[derive(Debug, Clone)]
pub struct Question {
    /// Id.
    pub id: String,
    /// The question.
    pub title: String,
    /// What it is about.
    pub intro: String,
    /// Ids elsewhere.
    pub maps: Maps,
    /// Choices in order, at most 64.
    pub choices: Vec<Choice>,
    /// Rules in order.
    pub rules: Vec<RiskRule>,
    /// Where each rule stands.
    pub rules_at: Vec<Place>,
    /// Where it stands.
    pub at: Place,
    nones: u64,
}

/// How much work a first step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// Done in an afternoon.
    Hours,
    /// Done in a sprint, beside the other work.
    Days,
    /// Has to be planned.
    Weeks,
}

impl Effort {
    /// As it is stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Days => "days",
            Self::Weeks => "weeks",
        }
    }

    /// From the word in parentheses at the end of a first step.
    #[must_use]
    pub fn of(first_step: &str) -> Option<Self> {
        let text = first_step.trim_end().trim_end_matches('.').trim_end();
        [(Self::Hours, "(hours)"), (Self::Days, "(days)"), (Self::Weeks, "(weeks)")]
            .into_iter()
            .find(|(_, word)| text.ends_with(word))
            .map(|(effort, _)| effort)
    }
}

/// A first step without the effort at its end, for where that stands beside it; as it is if it ends otherwise.
#[must_use]
pub(crate) fn step(first_step: &str) -> &str {
    let text = first_step.trim().trim_end_matches('.').trim_end();
    let known = ["(hours)", "(days)", "(weeks)"].into_iter().find_map(|word| text.strip_suffix(word));
    known.map_or(first_step.trim(), str::trim_end)
}

/// A choice: one observable practice, or "none of these".
#[derive(Debug, Clone)]
pub struct Choice {
    /// Id, unique in its question.
    pub id: String,
    /// The practice.
    pub title: String,
    /// What it looks like when done.
    pub what: String,
    /// What went wrong somewhere without it.
    pub why: String,
    /// What a team can start on Monday.
    pub first_step: String,
    /// How much that is.
    pub effort: Option<Effort>,
    /// Where to read on; only http and https.
    pub links: Vec<String>,
    /// Ids elsewhere.
    pub maps: Maps,
    /// Published figures that this choice is part of: each names a set of choices in its question.
    pub figures: Vec<String>,
    /// Rules over facts, as data.
    pub evidence: Option<Node>,
    /// The same, read; and what scans say of the requirements that it maps to.
    pub weighed: facts::Evidence,
    /// True for "none of these", by its title or by an id that ends in `_no`.
    pub none: bool,
    /// True for a "none of these" that excludes the others. In a custom lens of AWS only the id's ending does that.
    pub excludes: bool,
    /// Where it stands.
    pub at: Place,
}

/// A published figure as a set of choices: a workload counts when all of them are ticked.
#[derive(Debug, Clone, Copy)]
pub struct Figure<'a> {
    /// Its name.
    pub name: &'a str,
    /// The question.
    pub question: &'a Question,
    /// The choices, as bits.
    pub choices: u64,
}

/// How many of each a lens has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Pillars.
    pub pillars: usize,
    /// Questions.
    pub questions: usize,
    /// Choices, those for "none of these" among them.
    pub choices: usize,
    /// Rules, defaults among them.
    pub rules: usize,
}

impl Lens {
    /// Every question with its pillar, in order.
    pub fn questions(&self) -> impl Iterator<Item = (&Pillar, &Question)> {
        self.pillars.iter().flat_map(|p| p.questions.iter().map(move |q| (p, q)))
    }

    /// The question of that id.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions().map(|(_, q)| q).find(|q| q.id == id)
    }

    /// The published figures that choices are part of, in the order of the lens.
    #[must_use]
    pub fn figures(&self) -> Vec<Figure<'_>> {
        let mut out: Vec<Figure<'_>> = Vec::new();
        for (_, question) in self.questions() {
            for (i, choice) in question.choices.iter().enumerate() {
                for name in &choice.figures {
                    match out.iter_mut().find(|f| f.name == name && f.question.id == question.id) {
                        Some(figure) => figure.choices |= 1 << i,
                        None => out.push(Figure { name, question, choices: 1 << i }),
                    }
                }
            }
        }
        out
    }

    /// How many of each.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut out = Counts { pillars: self.pillars.len(), ..Counts::default() };
        for (_, q) in self.questions() {
            out.questions += 1;
            out.choices += q.choices.len();
            out.rules += q.rules.len();
        }
        out
    }
}

impl Question {
    /// The choices that exclude all others, as bits.
    #[must_use]
    pub fn nones(&self) -> u64 {
        self.nones
    }

    /// The number of the choice of that id.
    #[must_use]
    pub fn choice(&self, id: &str) -> Option<usize> {
        self.choices.iter().position(|c| c.id == id)
    }

    /// The risk of an answer, and the rule that decides.
    #[must_use]
    pub fn decide(&self, answer: Answer) -> Decided {
        decide(&self.rules, answer)
    }

    /// The risk of an answer.
    #[must_use]
    pub fn risk(&self, answer: Answer) -> Risk {
        self.decide(answer).risk
    }

    /// The choices of these bits, in order.
    pub fn named(&self, bits: u64) -> impl Iterator<Item = &Choice> {
        self.choices.iter().enumerate().filter(move |(i, _)| bits >> i & 1 == 1).map(|(_, c)| c)
    }

    /// The ids of the choices of these bits, in order.
    #[must_use]
    pub fn ids(&self, bits: u64) -> Vec<String> {
        self.named(bits).map(|c| c.id.clone()).collect()
    }

    /// An answer from ids.
    ///
    /// # Errors
    /// An id that the question does not have, one in both lists, or "none of these" beside another, as a sentence.
    pub fn answer(&self, ticked: &[String], absent: &[String]) -> Result<Answer, String> {
        let bits = |ids: &[String]| {
            ids.iter().try_fold(0u64, |bits, id| match self.choice(id) {
                Some(i) => Ok(bits | 1 << i),
                None => {
                    let all: Vec<_> = self.choices.iter().map(|c| c.id.as_str()).collect();
                    Err(format!("{} has no choice “{id}”. Its choices are {}.", self.id, all.join(", ")))
                }
            })
        };
        let answer = Answer { ticked: bits(ticked)?, absent: bits(absent)? };
        if let Some(both) = self.ids(answer.ticked & answer.absent).first() {
            return Err(format!("“{both}” is both ticked and not applicable. Name it once."));
        }
        if answer.ticked & self.nones != 0 && answer.ticked.count_ones() > 1 {
            let none = &self.ids(answer.ticked & self.nones)[0];
            return Err(format!("“{none}” means none of these, so nothing else can be ticked with it."));
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_step_stands_without_the_effort_at_its_end() {
        for (text, alone) in [
            ("Do a. (hours)", "Do a."),
            ("Do a. (days).", "Do a."),
            ("Do a (weeks)", "Do a"),
            ("Do a (at once)", "Do a (at once)"),
            (" Do a. ", "Do a."),
            ("", ""),
        ] {
            assert_eq!(step(text), alone, "{text}");
            assert_eq!(Effort::of(text).is_some(), text.trim() != alone, "{text}");
        }
    }
}
