//! Reads Backstage catalogue files (`catalog-info.yaml`): several YAML documents in a file, each an entity. Pure. What a
//! file points at (`$text`, targets of a Location) is never fetched. A file that is no YAML is refused whole; an entity
//! with a fault is refused alone, with its place.

use std::collections::{BTreeMap, BTreeSet};

use kernel::error::Faults;
use kernel::text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Largest file in bytes.
pub const MAX_FILE: usize = 4 * 1024 * 1024;
/// Most documents in a file.
pub const MAX_DOCUMENTS: usize = 10_000;
/// Deepest nesting of a document.
const MAX_DEPTH: usize = 64;
/// Most lists, maps and texts of a file, after aliases are followed.
const MAX_NODES: usize = 500_000;

/// What an entity becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntityKind {
    /// A team, or a group if it is another's parent.
    Group,
    /// A workload.
    System,
    /// A service.
    Component,
}

/// The name by which entities refer to each other, `kind:namespace/name` in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntityRef(String);

impl EntityRef {
    /// Reads `[kind:][namespace/]name`; what is left out is `kind` and `namespace`.
    ///
    /// # Errors
    /// The reason, as a sentence.
    pub fn read(text: &str, kind: &str, namespace: &str) -> Result<Self, String> {
        let (kind, rest) = text.trim().split_once(':').unwrap_or((kind, text.trim()));
        let (namespace, name) = rest.split_once('/').unwrap_or((namespace, rest));
        if !(is_word(kind) && is_word(namespace) && is_word(name)) {
            return Err(format!("“{}” is no reference. Write it like group:default/payments.", shown(text)));
        }
        Ok(Self(format!("{kind}:{namespace}/{name}").to_lowercase()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An entity that bellwether takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What it becomes.
    pub kind: EntityKind,
    /// Its reference.
    pub reference: EntityRef,
    /// As people write it: display name, else title, else name.
    pub name: String,
    /// File and line.
    pub place: String,
    /// Free text.
    pub description: String,
    /// The group above a Group.
    pub parent: Option<EntityRef>,
    /// Groups below a Group.
    pub children: Vec<EntityRef>,
    /// Who owns a System or a Component.
    pub owner: Option<EntityRef>,
    /// The System of a Component; without one, the Component stands as a workload of its own too.
    pub system: Option<EntityRef>,
    /// `experimental`, `production`, `deprecated`, or any word.
    pub lifecycle: String,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RefusedEntity)]
pub struct Refused {
    /// File and line.
    pub r#where: String,
    /// A sentence: what is wrong and how to mend it.
    pub why: String,
}

/// What the files hold, whether taken or not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CatalogueFileFacts)]
pub struct Facts {
    /// Documents that are not empty.
    pub documents: usize,
    /// How many of each `apiVersion/Kind`.
    pub kinds: BTreeMap<String, usize>,
    /// Names of the entities in the order of the files.
    pub names: Vec<String>,
    /// Groups that become teams.
    pub teams: usize,
    /// Groups that are parents, and become groups.
    pub groups: usize,
    /// Systems, and Components without one.
    pub workloads: usize,
    /// Components without a System: each makes a workload of its name.
    pub workloads_of_components: usize,
    /// Components.
    pub services: usize,
}

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What is taken, in the order of the files.
    pub entities: Vec<Entity>,
    /// How many entities are of kinds that bellwether has no place for.
    pub skipped: usize,
    /// What is refused.
    pub refused: Vec<Refused>,
    /// Of these, files of which nothing was read.
    pub unread: Vec<Refused>,
    /// What the files hold.
    pub facts: Facts,
}

/// Reads files, each with its name.
pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Reading {
    let mut out = Reading::default();
    let mut seen = BTreeMap::new();
    for (file, text) in files {
        match documents(text) {
            Err((line, why)) => {
                let refused = Refused { r#where: place(file, line), why };
                out.unread.push(refused.clone());
                out.refused.push(refused);
            }
            Ok(found) => found.into_iter().for_each(|(line, value)| out.take(place(file, line), &value, &mut seen)),
        }
    }
    out.count();
    out
}

/// Reads entities that were parsed already, each with its place.
pub fn entities<'a>(found: impl IntoIterator<Item = (String, &'a Value)>) -> Reading {
    let mut out = Reading::default();
    let mut seen = BTreeMap::new();
    found.into_iter().for_each(|(place, value)| out.take(place, value, &mut seen));
    out.count();
    out
}

fn place(file: &str, line: u64) -> String {
    if line == 0 { file.to_owned() } else { format!("{file}:{line}") }
}

/// Documents with their lines, or the line and the reason why the file is none.
fn documents(text: &str) -> Result<Vec<(u64, Value)>, (u64, String)> {
    if text.len() > MAX_FILE {
        return Err((0, format!("The file is larger than {} MiB. Split it.", MAX_FILE / 1_048_576)));
    }
    let text = text.trim_start_matches('\u{feff}');
    if let Some(at) = text.find('\0') {
        let line = text[..at].matches('\n').count() as u64 + 1;
        return Err((line, "The file contains a NUL character, so it is no text. Save it as UTF-8.".into()));
    }
    let options = serde_saphyr::options! {
        with_snippet: false,
        budget: serde_saphyr::budget! { max_depth: MAX_DEPTH, max_documents: MAX_DOCUMENTS, max_nodes: MAX_NODES },
    };
    let found: Vec<serde_saphyr::Spanned<Value>> = serde_saphyr::from_multiple_with_options(text, options).map_err(|e| {
        let line = e.location().map_or(0, |l| l.line());
        (line, format!("The file is not read, and nothing of it is taken: {e}."))
    })?;
    Ok(found.into_iter().filter(|d| !d.value.is_null()).map(|d| (d.referenced.line(), d.value)).collect())
}

impl Reading {
    fn take(&mut self, place: String, value: &Value, seen: &mut BTreeMap<EntityRef, String>) {
        self.facts.documents += 1;
        match entity(&place, value) {
            Err(why) => self.refused.push(Refused { r#where: place, why }),
            Ok(Found { version, kind, name, reference, taken }) => {
                *self.facts.kinds.entry(format!("{version}/{kind}")).or_default() += 1;
                self.facts.names.push(name);
                if let Some(first) = seen.get(&reference) {
                    let why = format!("{} stands already in {first}. Remove one of them.", reference.as_str());
                    self.refused.push(Refused { r#where: place, why });
                    return;
                }
                seen.insert(reference, place.clone());
                match taken {
                    Ok(Some(entity)) => self.entities.push(entity),
                    Ok(None) => self.skipped += 1,
                    Err(why) => self.refused.push(Refused { r#where: place, why }),
                }
            }
        }
    }

    fn count(&mut self) {
        let parents: BTreeSet<&EntityRef> = self.entities.iter().filter_map(|e| e.parent.as_ref()).collect();
        let f = &mut self.facts;
        for e in &self.entities {
            match e.kind {
                EntityKind::Group if !e.children.is_empty() || parents.contains(&e.reference) => f.groups += 1,
                EntityKind::Group => f.teams += 1,
                EntityKind::System => f.workloads += 1,
                EntityKind::Component => {
                    f.services += 1;
                    if e.system.is_none() {
                        f.workloads += 1;
                        f.workloads_of_components += 1;
                    }
                }
            }
        }
    }
}

/// An envelope that is in order, and what its content becomes.
struct Found {
    version: String,
    kind: String,
    name: String,
    reference: EntityRef,
    /// None for kinds without a place here.
    taken: Result<Option<Entity>, String>,
}

fn entity(place: &str, value: &Value) -> Result<Found, String> {
    if !value.is_object() {
        return Err("The document is no entity: it has no apiVersion, kind and metadata.".into());
    }
    let version = required(value, "/apiVersion")?;
    let kind = required(value, "/kind")?;
    let name = required(value, "/metadata/name")?;
    let namespace = optional(value, "/metadata/namespace")?.unwrap_or_else(|| "default".into());
    for (at, word) in [("kind", &kind), ("metadata.name", &name), ("metadata.namespace", &namespace)] {
        if word.contains("{{") {
            return Err(format!("{at} is “{}”, the placeholder of a template. Fill it in first.", shown(word)));
        }
        if !is_word(word) {
            return Err(format!("{at} is “{}”. It has 1 to 63 letters and digits, with - _ or . between.", shown(word)));
        }
    }
    if version.len() > 100 || version.chars().any(|c| !c.is_ascii_alphanumeric() && !"./-".contains(c)) {
        return Err(format!("apiVersion is “{}”. Write it like backstage.io/v1alpha1.", shown(&version)));
    }
    let reference = EntityRef::read(&format!("{kind}:{namespace}/{name}"), "", "")?;
    let known = match kind.to_lowercase().as_str() {
        _ if !version.starts_with("backstage.io/") => None,
        "group" => Some(EntityKind::Group),
        "system" => Some(EntityKind::System),
        "component" => Some(EntityKind::Component),
        _ => None,
    };
    let taken = known.map(|k| content(k, &reference, &namespace, &name, place, value)).transpose();
    Ok(Found { version, kind, name, reference, taken })
}

fn content(
    kind: EntityKind,
    reference: &EntityRef,
    namespace: &str,
    word: &str,
    place: &str,
    value: &Value,
) -> Result<Entity, String> {
    let refers = |at: &str, kind: &str| {
        let text = optional(value, at)?;
        text.map(|t| EntityRef::read(&t, kind, namespace).map_err(|e| format!("{}: {e}", dotted(at)))).transpose()
    };
    let group = kind == EntityKind::Group;
    let called = if group { optional(value, "/spec/profile/displayName")? } else { None };
    let called = match called {
        Some(c) => c,
        None => optional(value, "/metadata/title")?.unwrap_or_else(|| word.to_owned()),
    };
    let mut faults = Faults::new();
    let name = text::name(&mut faults, "name", "The display name or title", &called);
    let description = optional(value, "/metadata/description")?.unwrap_or_default();
    let description = text::prose(&mut faults, "description", "metadata.description", &description);
    let lifecycle = if group { None } else { optional(value, "/spec/lifecycle")? }.unwrap_or_default();
    let lifecycle = text::prose(&mut faults, "lifecycle", "spec.lifecycle", &lifecycle);
    faults.done().map_err(|e| e.to_string())?;
    let children = match value.pointer("/spec/children") {
        Some(Value::Array(list)) if group => list
            .iter()
            .map(|c| EntityRef::read(c.as_str().unwrap_or(""), "group", namespace).map_err(|e| format!("spec.children: {e}")))
            .collect::<Result<_, _>>()?,
        None | Some(Value::Null | Value::Array(_)) => Vec::new(),
        Some(_) => return Err("spec.children is no list. Write it like [payments, claims].".into()),
    };
    let owner = if group { None } else { refers("/spec/owner", "group")? };
    match &owner {
        None if !group => return Err("spec.owner is missing. Name the group that owns it.".into()),
        Some(o) if !o.as_str().starts_with("group:") => {
            return Err(format!("spec.owner is {}. Name a group: a team answers for it, not a person.", o.as_str()));
        }
        _ => {}
    }
    Ok(Entity {
        kind,
        reference: reference.clone(),
        name,
        place: place.to_owned(),
        description,
        parent: if group { refers("/spec/parent", "group")? } else { None },
        children,
        owner,
        system: if kind == EntityKind::Component { refers("/spec/system", "system")? } else { None },
        lifecycle,
    })
}

fn required(value: &Value, at: &str) -> Result<String, String> {
    optional(value, at)?.ok_or_else(|| format!("{} is missing. Every entity has one.", dotted(at)))
}

/// A text; numbers and booleans are read as they were written for people, as YAML takes 42 or true for a name.
fn optional(value: &Value, at: &str) -> Result<Option<String>, String> {
    match value.pointer(at) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(s)) => Ok(Some(s.clone())),
        Some(v @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(v.to_string())),
        Some(Value::Object(o)) if o.keys().any(|k| k.starts_with('$')) => {
            Err(format!("{} points to another file, which is not fetched. Write the text here.", dotted(at)))
        }
        Some(_) => Err(format!("{} is no text.", dotted(at))),
    }
}

fn dotted(at: &str) -> String {
    at.trim_start_matches('/').replace('/', ".")
}

/// 1 to 63 letters and digits, with single `-`, `_` or `.` between.
fn is_word(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.split(['-', '_', '.']).all(|run| !run.is_empty() && run.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Foreign text in a sentence: short, and nothing that a terminal obeys.
fn shown(text: &str) -> String {
    kernel::text::shown(text, 60)
}
