//! Questions from readers: a question hangs on a value, the team answers there, open ones show on the report. Pure.

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Questions on one report at most.
pub const MOST: usize = 200;

/// A question about one number of one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Question {
    /// Its id.
    pub id: Id,
    /// Number of the sprint whose report is asked about.
    pub sprint: i64,
    /// Key of the metric.
    pub metric: String,
    /// Slug of the workload or service; empty for the team's own row.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The question.
    pub text: String,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: Time,
    /// The answer, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// What the team answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// The words.
    pub text: String,
    /// Who answered.
    pub by: String,
    /// When.
    pub at: Time,
}

/// A question as somebody asks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuestion {
    /// Key of the metric; it stands in the group's template.
    pub metric: String,
    /// Slug of the workload or service, if the row is one's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The question.
    pub text: String,
}

/// An answer as somebody gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    /// The words.
    pub text: String,
}

/// Words that may not be empty.
///
/// # Errors
/// At `text`.
pub fn words(what: &str, text: &str) -> Result<String> {
    let mut faults = Faults::new();
    let text = text::prose(&mut faults, "text", what, text);
    faults.check(!text.is_empty(), "text", format!("{what} is empty. Write a sentence."));
    faults.done().map(|()| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_question_is_refused() {
        assert!(words("The question", "  ").is_err());
        assert_eq!(words("The question", " Why? ").unwrap(), "Why?");
    }
}
