//! Templates of answers: what a platform or security team says to some questions of a lens, for many reviews. Pure.

mod fit;
mod used;

pub use fit::{Lacking, Use, Wanted, fit, lacking, wanted};
pub use used::{NewUse, Override, PassedOver, TemplateUse, UsedTemplate};

use std::collections::BTreeMap;

use kernel::error::{Error, Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::change::changed;
use crate::document::Titled;
use crate::lens::Lens;
use crate::review::Said;

/// Questions that one template answers at most.
pub const MOST: usize = 200;

/// Templates that one review uses at most.
pub const MOST_USED: usize = 20;

/// Reviews that one unit of work brings to the newest version of a template.
pub const STEP: usize = 20;

/// What a template says, by question.
pub type Answers = BTreeMap<String, Said>;

/// An answer of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateAnswer {
    /// Id of the question.
    pub question: String,
    /// What it says.
    pub said: Said,
}

/// A template of answers to make.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnswerTemplate {
    /// As people write it; such as "Account baseline".
    pub name: String,
    /// Name of the lens in addresses.
    pub lens: String,
    /// Slug of the team that owns it.
    pub team: String,
    /// Whom it is for, and what has to be true of a workload that uses it.
    #[serde(default)]
    pub about: String,
    /// In addresses; made from the name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
}

/// Other words for a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateChange {
    /// As people write it.
    pub name: String,
    /// Whom it is for.
    #[serde(default)]
    pub about: String,
}

/// A template in a file of configuration: its newest version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedTemplate {
    /// In addresses.
    pub slug: String,
    /// As people write it.
    pub name: String,
    /// Whom it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Name of the lens in addresses.
    pub lens: String,
    /// Slug of the team that owns it.
    pub team: String,
    /// Why the answers are these.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// By question, in the order of their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<TemplateAnswer>,
}

/// What the next version is to say to a question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDraftAnswer {
    /// Version of the draft that you saw. If somebody has changed it since, nothing is stored.
    pub based_on: i64,
    /// What it says; absent if the next version is not to answer this question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

/// A version to publish.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTemplateVersion {
    /// Version of the draft that you saw. If somebody has changed it since, nothing is published.
    pub based_on: i64,
    /// Why the answers are these from now on; reviews show it.
    pub why: String,
    /// All that it answers; the draft if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Vec<TemplateAnswer>>,
}

/// What the next version of a template would say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TemplateDraft {
    /// Raised with each change.
    pub version: i64,
    /// By question, in the order of their ids.
    pub answers: Vec<TemplateAnswer>,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Time,
}

/// A template of answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnswerTemplate {
    /// Its id.
    pub id: Id,
    /// In addresses.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// Whom it is for.
    pub about: String,
    /// Name of its lens in addresses.
    pub lens: String,
    /// The team that owns it.
    pub team: Titled,
    /// Number of the newest version; 0 until one is published.
    pub version: i64,
    /// Reviews that use it.
    pub used: i64,
    /// What the next version would say.
    pub draft: TemplateDraft,
}

/// A version of a template; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TemplateVersion {
    /// From 1.
    pub version: i64,
    /// Digest of the version of the lens that it was checked against.
    pub lens_digest: String,
    /// By question, in the order of their ids.
    pub answers: Vec<TemplateAnswer>,
    /// Why the answers are these.
    pub why: String,
    /// Who published it.
    pub by: String,
    /// When.
    pub at: Time,
}

/// Where the answer of a review comes from, if it is a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FromTemplate {
    /// In addresses.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// Name of the team that owns it.
    pub team: String,
    /// Which of its versions.
    pub version: i64,
}

impl FromTemplate {
    /// In words: “Platform Security, template Account baseline, version 3”.
    pub fn words(&self) -> String {
        format!("{}, template {}, version {}", self.team, self.name, self.version)
    }
}

/// A question of a review that a template answers, or would if the review did not say otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Covered {
    /// The template in its newest version.
    pub template: FromTemplate,
    /// What the template says here; absent if the review shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<Said>,
    /// Why the review says something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<Overridden>,
}

/// That a review says something else than a template, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Overridden {
    /// Why.
    pub reason: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Time,
}

/// As a list, for a caller.
pub fn listed(answers: &Answers) -> Vec<TemplateAnswer> {
    answers.iter().map(|(q, s)| TemplateAnswer { question: q.clone(), said: s.clone() }).collect()
}

/// By question, as a map.
pub fn mapped(all: &[TemplateAnswer]) -> Answers {
    all.iter().map(|a| (a.question.clone(), a.said.clone())).collect()
}

/// Words of a template, checked.
///
/// # Errors
/// Every fault with its field.
pub fn words(name: &str, about: &str) -> Result<(String, String)> {
    let mut faults = Faults::new();
    let name = text::name(&mut faults, "name", "The template’s name", name);
    let about = text::prose(&mut faults, "about", "What it is for", about);
    faults.done()?;
    Ok((name, about))
}

/// Why the answers of a version are these, checked.
///
/// # Errors
/// [`Error::Invalid`] at `why`.
pub fn why(typed: &str) -> Result<String> {
    let mut faults = Faults::new();
    let why = text::prose(&mut faults, "why", "The reason", typed);
    faults.check(
        !why.is_empty(),
        "why",
        "Say why the answers are these from now on. Every review that uses the template shows it.",
    );
    faults.done()?;
    Ok(why)
}

/// Answers of a template as they are stored, checked against a lens.
///
/// # Errors
/// Every fault, at `answers.QUESTION.FIELD`.
pub fn check(lens: &Lens, all: &[TemplateAnswer]) -> Result<Answers> {
    let mut faults = Faults::new();
    let mut out = Answers::new();
    faults.check(all.len() <= MOST, "answers", format!("A template answers {MOST} questions at most; these are {}.", all.len()));
    for a in all.iter().take(MOST) {
        let at = format!("answers.{}", text::shown(&a.question, 60));
        let Some(q) = lens.question(&a.question) else {
            faults.add(at, "The lens has no such question.");
            continue;
        };
        match one(q, &a.said) {
            Ok(said) => {
                faults.check(out.insert(a.question.clone(), said).is_none(), at, "The question is answered twice.");
            }
            Err(Error::Invalid(list)) => list.into_iter().for_each(|f| faults.add(format!("{at}.{}", f.at), f.message)),
            Err(e) => return Err(e),
        }
    }
    faults.done()?;
    Ok(out)
}

/// An answer of a template, checked: it says something.
///
/// # Errors
/// Every fault with its field.
pub fn one(q: &crate::lens::Question, said: &Said) -> Result<Said> {
    let said = said.check(q)?;
    if !said.answers() && said.does_not_apply.is_none() {
        return Err(Error::invalid("choices", "Tick what the template answers, or leave the question to each review."));
    }
    Ok(said)
}

/// What differs between two versions, question by question: its id, and in words.
pub fn differences(lens: &Lens, before: &Answers, after: &Answers) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut ids: Vec<&String> = before.keys().chain(after.keys().filter(|q| !before.contains_key(*q))).collect();
    let place = |id: &str| lens.questions().position(|(_, q)| q.id == id).unwrap_or(usize::MAX);
    ids.sort_by_key(|id| (place(id), (*id).clone()));
    for id in ids {
        let words = match (before.get(id), after.get(id), lens.question(id)) {
            (Some(was), Some(is), _) if was == is => continue,
            (Some(was), Some(is), Some(q)) => changed(q, Some(was), is),
            (None, Some(is), Some(q)) => format!("answered anew: {}", is.sentence(q)),
            (Some(_), None, _) => "not answered any more".to_owned(),
            (_, _, None) => "changed; this version of the lens does not ask it".to_owned(),
            (None, None, Some(_)) => continue,
        };
        out.push((id.clone(), words));
    }
    out
}

#[cfg(test)]
mod tests;
