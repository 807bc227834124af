//! What an import would do, step by step, or did: data that pages and programs are shown.

use kernel::ids::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Linked, Make};
use crate::backstage::{Facts, Refused};
use crate::wanted::ThingKind;

/// What happens to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Deed {
    /// It is made.
    Create,
    /// Some of it changes.
    Change,
    /// It stands here already, and belongs to the source from now on.
    Adopt,
    /// Nothing.
    Keep,
    /// It is not in the source any more.
    Orphan,
    /// It is in the source again.
    Return,
}

/// A field with what stands here and what the source says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportedField)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What stands here.
    pub before: String,
    /// What the source says.
    pub after: String,
}

/// One thing of a plan.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportStep)]
pub struct Step {
    /// What happens.
    pub action: Deed,
    /// What it is.
    pub kind: ThingKind,
    /// Its slug.
    pub slug: String,
    /// As people write it.
    pub name: String,
    /// File and line.
    pub r#where: String,
    /// What changes.
    pub fields: Vec<Field>,
    /// What somebody changed by hand, or what stood here before the source: it is kept.
    pub kept: Vec<Field>,
    /// A workload that only follows from a Component without a System.
    pub implied: bool,
    /// The thing, if it stands here already.
    #[serde(skip)]
    pub id: Option<Id>,
    /// What is made or changed.
    #[serde(skip)]
    pub make: Option<Make>,
    /// What is remembered of it; none if that is known already.
    #[serde(skip)]
    pub link: Option<Linked>,
}

/// What an import would do, or did.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportPlan)]
pub struct Plan {
    /// Nothing was stored.
    pub dry_run: bool,
    /// What happens, groups first; things that stay as they are stand here only if something of theirs is kept.
    pub steps: Vec<Step>,
    /// How many things stay as they are.
    pub unchanged: usize,
    /// How many entities are of kinds without a place here.
    pub skipped: usize,
    /// What is not taken, with place and reason.
    pub refused: Vec<Refused>,
    /// What the files hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
}

fn count(n: usize, noun: &str) -> Option<String> {
    (n > 0).then(|| format!("{n} {noun}"))
}

impl Plan {
    /// "8 new, 2 changed, 1 refused, 5 as they are."
    pub fn summary(&self) -> String {
        let n = |deeds: &[Deed]| self.steps.iter().filter(|s| deeds.contains(&s.action)).count();
        let parts: Vec<String> = [
            count(n(&[Deed::Create]), "new"),
            count(n(&[Deed::Change, Deed::Adopt]), "changed"),
            count(n(&[Deed::Return]), "back again"),
            count(n(&[Deed::Orphan]), "orphaned"),
            count(self.refused.len(), "refused"),
            count(self.unchanged, "as they are"),
            count(self.skipped, "of kinds that have no place here"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if parts.is_empty() { "There is nothing in it that has a place here.".into() } else { format!("{}.", parts.join(", ")) }
    }
}
