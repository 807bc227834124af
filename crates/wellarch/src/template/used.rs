//! That a review uses a template, as both sides see it.

use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{FromTemplate, Lacking, Overridden};
use crate::document::Titled;

/// A template to use in a review.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTemplateUse)]
pub struct NewUse {
    /// Ids of questions that the template is not to answer here: the review answers them, or another template.
    #[serde(default)]
    pub left_out: Vec<String>,
}

/// A question that a review answers otherwise than its template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TemplateOverride)]
pub struct Override {
    /// Id of the question.
    pub question: String,
    /// Who, when and why.
    #[serde(flatten)]
    pub overridden: Overridden,
}

/// A question that a template does not answer in a review, because another one does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TemplatePassedOver)]
pub struct PassedOver {
    /// Id of the question.
    pub question: String,
    /// The template that answers it.
    pub template: String,
}

/// A template in one review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UsedTemplate {
    /// The template in its newest version.
    pub template: FromTemplate,
    /// The version that the review's answers show; behind the newest for a moment after one is published.
    pub shown: i64,
    /// Who took it up.
    pub by: String,
    /// When.
    pub at: Time,
    /// Ids of the questions that it answers here, overridden ones among them.
    pub covers: Vec<String>,
    /// Ids of questions that the review leaves out.
    pub left_out: Vec<String>,
    /// Questions that another template answers here.
    pub passed_over: Vec<PassedOver>,
    /// What the review's version of the lens does not have.
    pub lacking: Vec<Lacking>,
    /// Questions that the review answers otherwise.
    pub overrides: Vec<Override>,
}

/// A review that uses a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TemplateUse {
    /// The workload.
    pub workload: Titled,
    /// Its team.
    pub team: Titled,
    /// How it uses it.
    #[serde(flatten)]
    pub used: UsedTemplate,
}
