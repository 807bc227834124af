//! Standards that the organisation agreed on: a small list, each with a reason and a way to check it. Pure.

mod adoption;

use kernel::error::{Faults, Result};
use kernel::ids::Id;
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use adoption::looked_at;
pub use adoption::{Adopted, Adoption, AdoptionState, NewAdoption, Prevalence, Said, adopted, prevalence};

use crate::rules::check_slug;

/// Standards in use at most: a list that nobody remembers is no agreement.
pub const MOST: usize = 100;

/// A standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Standard {
    /// Its id.
    pub id: Id,
    /// In URLs.
    pub slug: String,
    /// What is agreed, in one line.
    pub statement: String,
    /// Why.
    pub why: String,
    /// Key of the pillar that it belongs to.
    pub pillar: String,
    /// How it is checked.
    pub how: String,
    /// When it was put away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Time>,
    /// Raised with each change.
    pub version: i64,
}

/// A new standard, or a changed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStandard {
    /// What is agreed, in one line.
    pub statement: String,
    /// Why.
    pub why: String,
    /// Key of the pillar that it belongs to.
    pub pillar: String,
    /// How it is checked.
    pub how: String,
    /// In URLs; made from the statement if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// The version that the caller saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl NewStandard {
    /// Checks what somebody typed; that the pillar exists is checked where pillars are known.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        self.statement = text::name(&mut faults, "statement", "The standard", &self.statement);
        self.why = text::prose(&mut faults, "why", "The reason", &self.why);
        self.how = text::prose(&mut faults, "how", "The check", &self.how);
        self.pillar = self.pillar.trim().to_owned();
        faults.check(!self.why.is_empty(), "why", "Say why it was agreed; a rule without a reason is not kept for long.");
        faults.check(!self.how.is_empty(), "how", "Say how it is checked, so that two people find the same.");
        faults.check(!self.pillar.is_empty(), "pillar", "Say which pillar it belongs to.");
        check_slug(&mut faults, &mut self.slug, &self.statement);
        faults.done().map(|()| self)
    }
}

/// What changes of a standard; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StandardPatch {
    /// What is agreed.
    pub statement: Option<String>,
    /// Why.
    pub why: Option<String>,
    /// Key of the pillar.
    pub pillar: Option<String>,
    /// How it is checked.
    pub how: Option<String>,
    /// The version that the caller saw.
    pub version: Option<i64>,
}

impl StandardPatch {
    /// The whole, from what is stored.
    pub fn onto(&self, old: &Standard) -> NewStandard {
        let or = |new: &Option<String>, old: &str| new.clone().unwrap_or_else(|| old.to_owned());
        NewStandard {
            statement: or(&self.statement, &old.statement),
            why: or(&self.why, &old.why),
            pillar: or(&self.pillar, &old.pillar),
            how: or(&self.how, &old.how),
            slug: Some(old.slug.clone()),
            version: self.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn standard() -> Standard {
        Standard {
            id: Id::from_u128(1),
            slug: "runbooks".into(),
            statement: "Every alarm has a runbook".into(),
            why: "Nobody thinks well at night".into(),
            pillar: "operations".into(),
            how: "The alarm links to it".into(),
            archived_at: None,
            version: 1,
        }
    }

    #[test]
    fn every_fault_names_its_field() {
        let new = NewStandard {
            statement: " ".into(),
            why: String::new(),
            pillar: " ".into(),
            how: " ".into(),
            slug: Some("No".into()),
            version: None,
        };
        let kernel::Error::Invalid(faults) = new.check().unwrap_err() else { panic!() };
        let at: Vec<_> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(at, ["statement", "why", "how", "pillar", "slug"]);
    }

    #[test]
    fn what_a_patch_leaves_out_stays() {
        let patch: StandardPatch = serde_json::from_str(r#"{"why":"Because"}"#).unwrap();
        let new = patch.onto(&standard());
        assert_eq!((new.why.as_str(), new.how.as_str(), new.version), ("Because", "The alarm links to it", None));
    }
}
