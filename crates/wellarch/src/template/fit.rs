//! What a template says in one review: onto the review's version of the lens, and beside other templates. Pure.

use std::collections::{BTreeMap, BTreeSet};

use kernel::ids::Id;
use serde::Serialize;
use utoipa::ToSchema;

use super::Answers;
use crate::lens::{Lens, Question};
use crate::review::Said;

/// A part of a template that the review’s version of the lens does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TemplateLacking)]
pub struct Lacking {
    /// Id of the question.
    pub question: String,
    /// Id of the choice; absent if the whole question is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// What becomes of it.
    pub why: String,
}

/// A template that a review uses, in its newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The template.
    pub template: Id,
    /// Its name in addresses.
    pub slug: String,
    /// Its newest version.
    pub version: i64,
    /// What that says.
    pub answers: Answers,
    /// Who published it.
    pub by: String,
    /// Questions that this review leaves out.
    pub left_out: BTreeSet<String>,
    /// The version that the review’s answers show.
    pub shown: i64,
}

/// What a template is to answer in a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// Which.
    pub from: &'a Use,
    /// What it says, as it was published.
    pub said: &'a Said,
}

/// An answer as a question can take it: without choices that the question does not have. None if nothing is left that answers it.
pub fn fit(said: &Said, q: &Question) -> Option<Said> {
    let mut out = said.clone();
    out.choices.retain(|c| q.choice(c).is_some());
    out.not_applicable.retain(|r| q.choice(&r.choice).is_some());
    let out = out.check(q).ok()?;
    (out.answers() || out.does_not_apply.is_some()).then_some(out)
}

/// What of a template’s answers a lens does not have.
pub fn lacking(answers: &Answers, lens: &Lens) -> Vec<Lacking> {
    let mut out = Vec::new();
    for (id, said) in answers {
        let mut tell = |choice: Option<&str>, why: &str| {
            out.push(Lacking { question: id.clone(), choice: choice.map(str::to_owned), why: why.to_owned() });
        };
        let Some(q) = lens.question(id) else {
            tell(None, "this version of the lens does not ask it");
            continue;
        };
        for c in said.choices.iter().chain(said.not_applicable.iter().map(|r| &r.choice)).filter(|c| q.choice(c).is_none()) {
            tell(Some(c), "this version of the lens does not have the choice");
        }
        if fit(said, q).is_none() {
            tell(None, "nothing is left of the answer, so the question stays with the review");
        }
    }
    out
}

/// Which template answers which question of a review. Whoever answers a question already goes on with it; else the template that
/// was taken up first. `uses` stand in the order in which they were taken up; `held` says who answers what so far.
pub fn wanted<'a>(uses: &'a [Use], lens: &Lens, held: &BTreeMap<String, Id>) -> BTreeMap<String, Wanted<'a>> {
    let mut out = BTreeMap::new();
    let can = |u: &'a Use, id: &str| {
        let said = u.answers.get(id).filter(|_| !u.left_out.contains(id))?;
        fit(said, lens.question(id)?)?;
        Some(Wanted { from: u, said })
    };
    for (id, template) in held {
        if let Some(w) = uses.iter().find(|u| u.template == *template).and_then(|u| can(u, id)) {
            out.insert(id.clone(), w);
        }
    }
    for u in uses {
        for id in u.answers.keys() {
            if let Some(w) = can(u, id) {
                out.entry(id.clone()).or_insert(w);
            }
        }
    }
    out
}
