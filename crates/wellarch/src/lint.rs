//! The lens check: every answer to every question is looked at, and what does not make sense is told with its place and remedy.

mod limits;
mod question;
mod texts;

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::lens::Lens;
use crate::tree::Place;

pub(crate) use texts::url;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The lens must not be published with it.
    Fault,
    /// It may be, but somebody should look.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// `fault`, `warning`, `note`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One thing that the check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable name of the kind, such as `dead-rule`.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// Id of the question; null for the lens as a whole.
    pub question: Option<String>,
    /// Id of the choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// Number of the rule, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<usize>,
    /// Where it stands.
    #[serde(flatten, serialize_with = "place")]
    pub at: Place,
    /// What is wrong.
    pub message: String,
    /// How to mend it; may be empty.
    pub remedy: String,
}

fn place<S: Serializer>(at: &Place, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap;
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("line", &at.line)?;
    map.serialize_entry("column", &at.column)?;
    map.end()
}

impl Finding {
    /// A finding of the lens as a whole.
    #[must_use]
    pub fn new(code: &'static str, severity: Severity, at: Place, message: impl Into<String>) -> Self {
        Self { code, severity, question: None, choice: None, rule: None, at, message: message.into(), remedy: String::new() }
    }

    /// Of this question.
    #[must_use]
    pub fn question(self, id: impl Into<String>) -> Self {
        Self { question: Some(id.into()), ..self }
    }

    /// Of this choice.
    #[must_use]
    pub fn choice(self, id: impl Into<String>) -> Self {
        Self { choice: Some(id.into()), ..self }
    }

    /// Of this rule, from 1.
    #[must_use]
    pub fn rule(self, number: usize) -> Self {
        Self { rule: Some(number), ..self }
    }

    /// How to mend it.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: remedy.into(), ..self }
    }
}

/// Checks what the rules of a lens do. What was odd in the file is in [`crate::File::findings`].
#[must_use]
pub fn rules(lens: &Lens) -> Vec<Finding> {
    let mut out = Vec::new();
    for pillar in &lens.pillars {
        if pillar.questions.is_empty() {
            let message = format!("The pillar “{}” has no questions.", pillar.name);
            out.push(Finding::new("empty-pillar", Severity::Warning, pillar.at, message).remedy("Add one, or drop the pillar."));
        }
        pillar.questions.iter().for_each(|q| question::check(q, &mut out));
    }
    out
}

pub(crate) use limits::{SCHEMA, check as limits};
pub(crate) use texts::check as texts;

/// Heaviest first, then in the order of the file; findings of one kind that would drown the others are told once with their number.
#[must_use]
pub fn ordered(findings: Vec<Finding>) -> Vec<Finding> {
    const FOLDED: [&str; 4] = ["empty-url", "blank-in-url", "unknown-key-kept", "none-by-title"];
    let (mut out, mut folded) = (Vec::new(), BTreeMap::<(&str, String), (Finding, usize)>::new());
    for finding in findings {
        if FOLDED.contains(&finding.code) {
            folded.entry((finding.code, finding.message.clone())).or_insert((finding, 0)).1 += 1;
        } else {
            out.push(finding);
        }
    }
    for ((..), (mut finding, n)) in folded {
        if n > 1 {
            finding.message = format!("{} This is the first of {n}.", finding.message);
        }
        out.push(finding);
    }
    out.sort_by_key(|f| (f.severity, f.at));
    out
}
