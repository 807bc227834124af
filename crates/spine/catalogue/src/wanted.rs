//! What an import asks for, whatever its file looked like: things by their references. Pure.

use std::collections::{BTreeMap, BTreeSet};

use kernel::error::{Faults, Result};
use kernel::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::backstage::{Entity, EntityKind, EntityRef, Facts, Reading, Refused};

/// Most things that one import takes: they are stored in one transaction.
pub const MOST: usize = 5_000;
/// Most files of one import.
pub const MOST_FILES: usize = 1_000;

/// What a thing of the catalogue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ThingKind {
    /// Teams that review together.
    Group,
    /// A team.
    Team,
    /// A workload.
    Workload,
    /// A service.
    Service,
}

impl ThingKind {
    /// All of them, in the order in which they refer to each other.
    pub const ALL: [ThingKind; 4] = [ThingKind::Group, ThingKind::Team, ThingKind::Workload, ThingKind::Service];

    /// The word, as it is stored and written in files.
    pub fn key(self) -> &'static str {
        match self {
            ThingKind::Group => "group",
            ThingKind::Team => "team",
            ThingKind::Workload => "workload",
            ThingKind::Service => "service",
        }
    }

    /// From the word, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let key = text.trim().to_lowercase();
        ThingKind::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// A file with its name.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportedFile)]
pub struct File {
    /// Its name or path, as answers and pages show it.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// The calendar of groups that an import makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportedCalendar)]
pub struct NewCalendar {
    /// Time zone, `Europe/London`.
    pub zone: String,
    /// First day of the first sprint, `2026-11-04`.
    pub first_day: String,
    /// 7 to 42; 14 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sprint_days: Option<i64>,
    /// Number of the first sprint; 1 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_number: Option<i64>,
}

/// An import, as it is sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewImport {
    /// The files.
    pub files: Vec<File>,
    /// Where they come from, such as a repository's address; `files` if absent. What was imported from one source is
    /// not taken over by another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The files are all that the source has: what came from other files of it has disappeared. Otherwise only what
    /// disappeared from these files is marked orphaned.
    #[serde(default)]
    pub whole: bool,
    /// Slug of the group for teams whose own group is not in bellwether; groups are not made then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Groups that are not in bellwether are made with this calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<NewCalendar>,
    /// What somebody changed by hand since is overwritten.
    #[serde(default)]
    pub overwrite: bool,
    /// Only say what would change.
    #[serde(default)]
    pub dry_run: bool,
}

impl NewImport {
    /// Checks all but the files' text.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(mut self) -> Result<Self> {
        let mut faults = Faults::new();
        let source = self.source.as_deref().map(str::trim).filter(|s| !s.is_empty()).unwrap_or("files").to_owned();
        self.source = Some(text::name(&mut faults, "source", "The source", &source));
        faults.check(!self.files.is_empty(), "files", "There is no file. Send at least one.");
        faults.check(self.files.len() <= MOST_FILES, "files", format!("An import takes {MOST_FILES} files. Split it."));
        let mut names = BTreeSet::new();
        for (i, f) in self.files.iter_mut().enumerate().take(MOST_FILES) {
            let at = format!("files.{i}.name");
            let given = if f.name.chars().count() > text::NAME {
                // The end of a long path says more than its beginning.
                let all: Vec<char> = f.name.chars().collect();
                all[all.len() - text::NAME..].iter().collect()
            } else {
                f.name.clone()
            };
            f.name = text::name(&mut faults, &at, "The file’s name", &given);
            faults.check(names.insert(f.name.clone()), at, "Two files have this name. Name them differently.");
        }
        faults.done().map(|()| self)
    }
}

/// What another thing is pointed at with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What it is.
    pub kind: ThingKind,
    /// By its reference in the file.
    pub reference: String,
    /// By its slug or name in bellwether, if no reference fits; empty if only the reference counts.
    pub word: String,
}

/// A thing that a file speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What it becomes.
    pub kind: ThingKind,
    /// Its reference in the file.
    pub reference: String,
    /// File.
    pub file: String,
    /// Line, from 1; 0 if it is not known.
    pub line: i64,
    /// The slug that the file asks for.
    pub slug: Option<String>,
    /// As people write it.
    pub name: String,
    /// Other texts that the file states.
    pub texts: BTreeMap<&'static str, String>,
    /// What it belongs to: `group` of a team, `team` of a workload, `workload` and `team` of a service.
    pub points: BTreeMap<&'static str, Target>,
    /// The file speaks of a Component; the workload only follows from it.
    pub implied: bool,
}

impl Wanted {
    /// File and line.
    pub fn place(&self) -> String {
        if self.line == 0 { self.file.clone() } else { format!("{}:{}", self.file, self.line) }
    }
}

/// What was read from all files.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Which kind of file: `backstage`, `catalogue`.
    pub format: &'static str,
    /// What they speak of.
    pub wanted: Vec<Wanted>,
    /// Names of the files.
    pub files: Vec<String>,
    /// Files in which something could not be read, so that what is missing there has perhaps not disappeared.
    pub doubtful: BTreeSet<String>,
    /// How many entities are of kinds without a place here.
    pub skipped: usize,
    /// What is refused already.
    pub refused: Vec<Refused>,
    /// Of these, files of which nothing was read.
    pub unread: Vec<Refused>,
    /// What the files hold.
    pub facts: Option<Facts>,
}

/// File and line of a place.
fn parted(place: &str) -> (String, i64) {
    match place.rsplit_once(':').and_then(|(f, l)| Some((f, l.parse().ok()?))) {
        Some((file, line)) => (file.to_owned(), line),
        None => (place.to_owned(), 0),
    }
}

fn word_of(r: &EntityRef) -> String {
    r.as_str().rsplit('/').next().unwrap_or_default().to_owned()
}

fn target(kind: ThingKind, r: &EntityRef) -> Target {
    Target { kind, reference: r.as_str().to_owned(), word: word_of(r) }
}

/// Reads Backstage files.
pub fn backstage(files: &[File]) -> Asked {
    let found = crate::backstage::read(files.iter().map(|f| (f.name.as_str(), f.text.as_str())));
    things(found, files.iter().map(|f| f.name.clone()).collect())
}

/// Reads Backstage entities that were parsed already, each with its place.
pub fn entities(found: &[(String, serde_json::Value)]) -> Asked {
    things(crate::backstage::entities(found.iter().map(|(p, v)| (p.clone(), v))), Vec::new())
}

fn things(found: Reading, files: Vec<String>) -> Asked {
    let parents: BTreeSet<&EntityRef> = found.entities.iter().filter_map(|e| e.parent.as_ref()).collect();
    // A group may name its teams, or a team its group.
    let named: BTreeMap<&EntityRef, &EntityRef> =
        found.entities.iter().flat_map(|e| e.children.iter().map(move |c| (c, &e.reference))).collect();
    let mut wanted = Vec::new();
    for e in &found.entities {
        match e.kind {
            EntityKind::Group if !e.children.is_empty() || parents.contains(&e.reference) => {
                wanted.push(thing(ThingKind::Group, e, &[], &[]));
            }
            EntityKind::Group => {
                let group = e.parent.as_ref().or_else(|| named.get(&e.reference).copied());
                let points: Vec<_> = group.map(|g| ("group", target(ThingKind::Group, g))).into_iter().collect();
                wanted.push(thing(ThingKind::Team, e, &[], &points));
            }
            EntityKind::System => wanted.push(workload(e)),
            EntityKind::Component => {
                let own = Target { kind: ThingKind::Workload, reference: e.reference.as_str().to_owned(), word: String::new() };
                let above = e.system.as_ref().map_or(own, |s| target(ThingKind::Workload, s));
                if e.system.is_none() {
                    wanted.push(Wanted { implied: true, ..workload(e) });
                }
                let mut points = vec![("workload", above)];
                points.extend(e.owner.as_ref().map(|o| ("team", target(ThingKind::Team, o))));
                wanted.push(thing(ThingKind::Service, e, &[], &points));
            }
        }
    }
    Asked {
        format: "backstage",
        wanted,
        files,
        doubtful: found.refused.iter().map(|r| parted(&r.r#where).0).collect(),
        skipped: found.skipped,
        refused: found.refused,
        unread: found.unread,
        facts: Some(found.facts),
    }
}

fn workload(e: &Entity) -> Wanted {
    let texts: Vec<(&'static str, &String)> =
        [("goal", &e.description), ("lifecycle", &e.lifecycle)].into_iter().filter(|(_, t)| !t.is_empty()).collect();
    let points: Vec<_> = e.owner.as_ref().map(|o| ("team", target(ThingKind::Team, o))).into_iter().collect();
    thing(ThingKind::Workload, e, &texts, &points)
}

fn thing(kind: ThingKind, e: &Entity, texts: &[(&'static str, &String)], points: &[(&'static str, Target)]) -> Wanted {
    let (file, line) = parted(&e.place);
    Wanted {
        kind,
        reference: e.reference.as_str().to_owned(),
        file,
        line,
        slug: Some(text::slug(&word_of(&e.reference))),
        name: e.name.clone(),
        texts: texts.iter().map(|(k, t)| (*k, (*t).clone())).collect(),
        points: points.iter().cloned().collect(),
        implied: false,
    }
}
