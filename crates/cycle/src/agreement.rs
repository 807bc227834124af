//! The working agreement of a forum: versions of a text, each signed for a team by somebody. Pure.

use kernel::error::{Faults, Result};
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of an agreement at most: what does not fit on a screen is not read aloud.
pub const LONGEST: usize = 4_000;

/// A new version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgreement {
    /// The text, up to 4,000 characters; a paragraph for each line.
    pub text: String,
    /// Why it changes; may be empty for the first.
    #[serde(default)]
    pub why: String,
    /// The version that you saw; 0 if there was none.
    #[serde(default)]
    pub version: i64,
}

impl NewAgreement {
    /// Checks what somebody wrote.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self) -> Result<(String, String)> {
        let mut faults = Faults::new();
        let body = text::prose(&mut faults, "text", "The agreement", &self.text);
        faults.check(!body.is_empty(), "text", "The agreement is empty. Say how you work together.");
        let n = body.chars().count();
        faults.check(n <= LONGEST, "text", format!("The agreement has {n} characters; at most {LONGEST} fit on a screen."));
        let why = if self.version > 0 {
            text::name(&mut faults, "why", "The reason of the change", &self.why)
        } else {
            text::prose(&mut faults, "why", "The reason", &self.why)
        };
        faults.done().map(|()| (body, why))
    }
}

/// That a team signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgreementSignature {
    /// Name of the team in addresses.
    pub team: String,
    /// Its name.
    pub name: String,
    /// Who signed for it; absent if nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

/// A version of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkingAgreement {
    /// Counts the versions; 0 for a text that stands in the catalogue and was never agreed here.
    pub version: i64,
    /// The text.
    pub text: String,
    /// Why it was changed; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Who wrote it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// Teams in their fixed order, each with who signed this version for it.
    pub signatures: Vec<AgreementSignature>,
}

impl WorkingAgreement {
    /// "Version 4, signed by all ten teams."
    #[must_use]
    pub fn words(&self) -> String {
        let (n, all) = (self.signatures.iter().filter(|s| s.by.is_some()).count(), self.signatures.len());
        let signed = match (n, all) {
            _ if self.version == 0 => return "Not agreed here yet, so no team has signed it.".into(),
            (_, 0) => "there is no team to sign it".to_owned(),
            _ if n == all => format!("signed by all {} teams", html::count_word(all)),
            (0, _) => "signed by no team yet".to_owned(),
            _ => format!("signed by {} of {} teams", html::count_word(n), html::count_word(all)),
        };
        format!("Version {}, {signed}.", self.version)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn agreement(signed: usize) -> WorkingAgreement {
        let name = |n: usize| AgreementSignature {
            team: format!("t{n}"),
            name: format!("Team <{n}>"),
            by: (n < signed).then(|| "Maya <O>".to_owned()),
            at: (n < signed).then_some(Time(1_795_000_000_000_000)),
        };
        WorkingAgreement {
            version: 4,
            text: "We look at <systems>.\nWe end on time.".into(),
            why: "Too <long>".into(),
            by: "Ingrid <S>".into(),
            at: Some(Time(1_795_000_000_000_000)),
            signatures: (0..2).map(name).collect(),
        }
    }

    #[test]
    fn an_agreement_says_who_signed_it() {
        assert_eq!(
            [0, 1, 2].map(|n| agreement(n).words()),
            ["Version 4, signed by no team yet.", "Version 4, signed by one of two teams.", "Version 4, signed by all two teams."]
        );
        assert!(WorkingAgreement { version: 0, ..agreement(2) }.words().starts_with("Not agreed here"));
    }

    #[test]
    fn a_change_has_a_reason_and_fits_on_a_screen() {
        let new = |text: &str, why: &str, version| NewAgreement { text: text.into(), why: why.into(), version }.check();
        assert_eq!(new(" We end on time. ", "", 0).unwrap(), ("We end on time.".to_owned(), String::new()));
        assert!(new("", "", 0).is_err() && new("x", "", 1).is_err() && new(&"x".repeat(4_001), "", 0).is_err());
    }
}
