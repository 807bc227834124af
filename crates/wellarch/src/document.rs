//! A review as one document: what is shown, exported and kept as a milestone. Made from answers and lens; needs neither afterwards.

use facts::Judged;
use kernel::error::Result;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::evidence::{Known, judge};
use crate::explain::explain;
use crate::lens::{Choice, Question};
use crate::review::{ReviewAnswer, Sheet, Standing, WhyNot, standing};
use crate::template::Covered;

/// What names a thing: name in addresses, name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Titled {
    /// In addresses.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
}

/// Which version of which lens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LensNamed {
    /// In addresses.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Version as its owner counts.
    pub version: String,
    /// SHA-256 of its file.
    pub digest: String,
}

/// How many questions stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewCounts {
    /// Questions.
    pub questions: usize,
    /// Answered, or said not to apply.
    pub answered: usize,
    /// Said not to apply.
    pub not_applicable: usize,
    /// High risks.
    pub high: usize,
    /// Medium risks.
    pub medium: usize,
    /// Answered without a risk.
    pub none: usize,
}

/// A smallest change that would lower the risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LowerSet {
    /// Ids of choices to fulfil.
    pub add: Vec<String>,
    /// Ids of choices that are ticked and must not be.
    pub remove: Vec<String>,
    /// Where the question stands then.
    pub then: Standing,
}

/// A choice, and whether it is in place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewChoice {
    /// Id, unique in its question.
    pub id: String,
    /// The practice.
    pub title: String,
    /// Ticked.
    pub ticked: bool,
    /// It does not apply, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_applicable: Option<WhyNot>,
    /// "None of these".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub none: bool,
    /// What facts say of it; absent if nothing could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Judged>,
    /// What to do first; empty if the lens does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub first_step: String,
    /// `hours`, `days` or `weeks`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<String>,
}

/// A question with its answer and what follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewQuestion {
    /// Id.
    pub id: String,
    /// The question.
    pub title: String,
    /// Where it stands.
    pub standing: Standing,
    /// Number of the rule that decides, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<usize>,
    /// How many rules there are.
    pub rules: usize,
    /// The condition of that rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Why it stands there; empty if it has no risk rating.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub explanation: String,
    /// Smallest changes that would lower the risk, fewest choices first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lower: Vec<LowerSet>,
    /// Choices in the order of the lens.
    pub choices: Vec<ReviewChoice>,
    /// The answer; absent if nobody has given one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<ReviewAnswer>,
    /// The template that answers the question, or would if the review did not say otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Covered>,
}

/// A pillar with its questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewPillar {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// How its questions stand.
    pub counts: ReviewCounts,
    /// In the order of the lens.
    pub questions: Vec<ReviewQuestion>,
}

/// A review of a workload against a lens, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewDocument {
    /// The workload.
    pub workload: Titled,
    /// Its team.
    pub team: Titled,
    /// The lens.
    pub lens: LensNamed,
    /// Who began it.
    pub begun_by: String,
    /// When.
    pub begun_at: Time,
    /// How all questions stand.
    pub counts: ReviewCounts,
    /// Pillars in the order of the lens.
    pub pillars: Vec<ReviewPillar>,
}

fn choice(c: &Choice, answer: Option<&ReviewAnswer>, known: &Known) -> ReviewChoice {
    ReviewChoice {
        id: c.id.clone(),
        title: c.title.clone(),
        ticked: answer.is_some_and(|a| a.said.choices.contains(&c.id)),
        not_applicable: answer.and_then(|a| a.said.ruled_out(&c.id)),
        none: c.none,
        evidence: judge(c, known),
        first_step: c.first_step.trim().to_owned(),
        effort: c.effort.map(|e| e.key().to_owned()),
    }
}

/// A question with an answer, as the document has it.
pub fn question(q: &Question, answer: Option<&ReviewAnswer>, known: &Known) -> ReviewQuestion {
    let said = answer.map(|a| &a.said);
    let at = standing(q, said);
    let rated = matches!(at, Standing::None | Standing::Medium | Standing::High);
    let explained = said.filter(|_| rated).map(|s| explain(q, s.ticks(q)));
    ReviewQuestion {
        id: q.id.clone(),
        title: q.title.clone(),
        standing: at,
        rule: explained.as_ref().and_then(|e| e.rule),
        rules: q.rules.len(),
        condition: explained.as_ref().and_then(|e| e.condition.clone()),
        explanation: explained.as_ref().map(|e| e.explanation.clone()).unwrap_or_default(),
        lower: explained.map_or_else(Vec::new, |e| {
            e.lower.into_iter().map(|l| LowerSet { add: l.add, remove: l.remove, then: l.risk.into() }).collect()
        }),
        choices: q.choices.iter().map(|c| choice(c, answer, known)).collect(),
        answer: answer.cloned(),
        template: None,
    }
}

impl ReviewCounts {
    fn of<'a>(questions: impl Iterator<Item = &'a ReviewQuestion>) -> Self {
        let mut out = Self::default();
        for q in questions {
            out.questions += 1;
            out.answered += usize::from(q.standing != Standing::Unanswered);
            match q.standing {
                Standing::Unanswered => {}
                Standing::NotApplicable => out.not_applicable += 1,
                Standing::None => out.none += 1,
                Standing::Medium => out.medium += 1,
                Standing::High => out.high += 1,
            }
        }
        out
    }
}

impl ReviewDocument {
    /// A review as it stands.
    pub fn of(sheet: &Sheet) -> Self {
        let lens = &sheet.lens.file.lens;
        let pillar = |p: &crate::lens::Pillar| {
            let one = |q: &Question| ReviewQuestion {
                template: sheet.covered.get(&q.id).cloned(),
                ..question(q, sheet.answers.get(&q.id), &sheet.known)
            };
            let questions: Vec<ReviewQuestion> = p.questions.iter().map(one).collect();
            ReviewPillar { id: p.id.clone(), name: p.name.clone(), counts: ReviewCounts::of(questions.iter()), questions }
        };
        let pillars: Vec<ReviewPillar> = lens.pillars.iter().map(pillar).collect();
        Self {
            workload: Titled { slug: sheet.workload.slug.clone(), name: sheet.workload.name.clone() },
            team: Titled { slug: sheet.team.slug.clone(), name: sheet.team.name.clone() },
            lens: LensNamed {
                slug: sheet.review.lens.clone(),
                name: lens.name.clone(),
                version: lens.version.clone(),
                digest: sheet.review.digest.clone(),
            },
            begun_by: sheet.review.begun_by.clone(),
            begun_at: sheet.review.begun_at,
            counts: ReviewCounts::of(pillars.iter().flat_map(|p| &p.questions)),
            pillars,
        }
    }

    /// All questions with their pillars, in order.
    pub fn questions(&self) -> impl Iterator<Item = (&ReviewPillar, &ReviewQuestion)> {
        self.pillars.iter().flat_map(|p| p.questions.iter().map(move |q| (p, q)))
    }

    /// The question of that id.
    ///
    /// # Errors
    /// [`kernel::Error::NotFound`].
    pub fn question(&self, id: &str) -> Result<(&ReviewPillar, &ReviewQuestion)> {
        let shown = || kernel::text::shown(id, 60);
        self.questions().find(|(_, q)| q.id == id).ok_or_else(|| kernel::error::Error::not_found("question of this lens", shown()))
    }

    /// The id of the question after this one; `None` after the last.
    pub fn after(&self, id: &str) -> Option<&str> {
        self.questions().map(|(_, q)| q.id.as_str()).skip_while(|q| *q != id).nth(1)
    }

    /// The id of the question before this one.
    pub fn before(&self, id: &str) -> Option<&str> {
        self.questions().map(|(_, q)| q.id.as_str()).take_while(|q| *q != id).last()
    }

    /// The first question that nobody has answered.
    pub fn first_open(&self) -> Option<&str> {
        self.questions().find(|(_, q)| q.standing == Standing::Unanswered).map(|(_, q)| q.id.as_str())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::review::Said;
    use crate::review::tests::{said, small};
    use kernel::time::Time;

    pub(crate) fn answer(said: Said) -> ReviewAnswer {
        ReviewAnswer { version: 1, said, by: "Maya <Okafor>".into(), at: Time(1_795_000_000_000_000), template: None }
    }

    /// The small lens with these answers.
    pub(crate) fn document(answers: &[(&str, Said)]) -> ReviewDocument {
        let kept = small();
        let lens = &kept.file.lens;
        let given = |id: &str| answers.iter().find(|(q, _)| *q == id).map(|(_, s)| answer(s.clone()));
        let pillar = |p: &crate::lens::Pillar| {
            let questions: Vec<ReviewQuestion> =
                p.questions.iter().map(|q| question(q, given(&q.id).as_ref(), &Known::default())).collect();
            ReviewPillar { id: p.id.clone(), name: p.name.clone(), counts: ReviewCounts::of(questions.iter()), questions }
        };
        let pillars: Vec<ReviewPillar> = lens.pillars.iter().map(pillar).collect();
        let titled = |slug: &str, name: &str| Titled { slug: slug.into(), name: name.into() };
        ReviewDocument {
            workload: titled("ledger", "Ledger <core>"),
            team: titled("checkout", "Checkout"),
            lens: LensNamed { slug: "small".into(), name: lens.name.clone(), version: "1".into(), digest: kept.digest.clone() },
            begun_by: "Ingrid".into(),
            begun_at: Time(1_795_000_000_000_000),
            counts: ReviewCounts::of(pillars.iter().flat_map(|p| &p.questions)),
            pillars,
        }
    }

    #[test]
    fn a_document_counts_and_explains() {
        let d = document(&[("Q-01", said(&["aaa"]))]);
        assert_eq!((d.counts.questions, d.counts.answered, d.counts.medium), (2, 1, 1));
        let (_, q) = d.question("Q-01").unwrap();
        assert_eq!((q.rule, q.condition.as_deref()), (Some(2), Some("aaa")));
        let lower = LowerSet { add: vec!["bbb".into()], remove: vec![], then: Standing::None };
        assert_eq!(q.lower, [lower]);
        assert_eq!(q.choices[0].effort.as_deref(), Some("hours"));
        let (_, open) = d.question("Q-02").unwrap();
        assert_eq!((open.standing, open.explanation.as_str()), (Standing::Unanswered, ""));
        assert!(d.question("Q-03").is_err());
        assert_eq!(
            (d.after("Q-01"), d.after("Q-02"), d.before("Q-01"), d.before("Q-02")),
            (Some("Q-02"), None, None, Some("Q-01"))
        );
        assert_eq!(d.first_open(), Some("Q-02"));
    }

    #[test]
    fn a_document_is_read_back_as_it_was_written() {
        let d =
            document(&[("Q-01", Said { note: "n".into(), ..said(&["aaa"]) }), ("Q-02", Said { none: true, ..said(&["none"]) })]);
        let text = serde_json::to_string(&d).unwrap();
        assert_eq!(serde_json::from_str::<ReviewDocument>(&text).unwrap(), d);
    }
}
