//! What is stored, by everything that a file may call it.

use std::collections::BTreeMap;

use kernel::ids::Id;

use crate::rules::folded;
use crate::wanted::{Asked, Target, ThingKind, Wanted};

/// Fields of a thing by name, with slugs for what it belongs to.
pub type Form = BTreeMap<String, String>;

/// A thing that is stored, or will be.
#[derive(Debug, Clone)]
pub struct Stored {
    /// What it is.
    pub kind: ThingKind,
    /// None until it is made.
    pub id: Option<Id>,
    /// In URLs.
    pub slug: String,
    /// As people write it.
    pub name: String,
    /// Its fields.
    pub form: Form,
    /// What people say about it, whole.
    pub body: serde_json::Value,
    /// The team that answers for it.
    pub team: Option<Id>,
    /// That team's group.
    pub group: Option<Id>,
    /// What it was merged into.
    pub merged: Option<Id>,
}

/// What is remembered of an imported thing.
#[derive(Debug, Clone)]
pub struct Linked {
    /// What it is.
    pub kind: ThingKind,
    /// Its reference in the file.
    pub reference: String,
    /// Where the file comes from.
    pub source: String,
    /// File.
    pub file: String,
    /// Line.
    pub line: i64,
    /// The thing; none until it is made.
    pub thing: Option<Id>,
    /// What the source said last.
    pub form: Form,
    /// It follows from a Component.
    pub implied: bool,
    /// It disappeared from its source.
    pub orphaned: bool,
}

/// What is stored.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Everything in the catalogue, also what was put away.
    pub things: Vec<Stored>,
    /// What was imported from files of this kind.
    pub links: Vec<Linked>,
}

/// The same with ways to find it; what the plan makes is added.
pub(super) struct Book {
    things: Vec<Stored>,
    links: BTreeMap<(ThingKind, String), Linked>,
    ids: BTreeMap<Id, usize>,
    slugs: BTreeMap<(ThingKind, String), usize>,
    names: BTreeMap<(ThingKind, String), usize>,
    claims: BTreeMap<usize, String>,
    made: BTreeMap<(ThingKind, String), usize>,
    /// References of what the files speak of, so that one thing is not taken over for another.
    asked: BTreeMap<(ThingKind, String), ()>,
}

impl Book {
    pub(super) fn new(known: Known, asked: &Asked) -> Self {
        let mut book = Self {
            things: Vec::new(),
            links: known.links.into_iter().map(|l| ((l.kind, l.reference.clone()), l)).collect(),
            ids: BTreeMap::new(),
            slugs: BTreeMap::new(),
            names: BTreeMap::new(),
            claims: BTreeMap::new(),
            made: BTreeMap::new(),
            asked: asked.wanted.iter().map(|w| ((w.kind, w.reference.clone()), ())).collect(),
        };
        for t in known.things {
            book.add(t);
        }
        let claims: Vec<_> =
            book.links.values().filter(|l| !l.orphaned).filter_map(|l| Some((l.thing?, l.reference.clone()))).collect();
        for (id, reference) in claims {
            if let Some(at) = book.by_id(id) {
                book.claims.insert(at, reference);
            }
        }
        book
    }

    pub(super) fn add(&mut self, t: Stored) {
        let at = self.things.len();
        self.slugs.insert((t.kind, t.slug.clone()), at);
        self.names.insert((t.kind, folded(&t.name)), at);
        if let Some(id) = t.id {
            self.ids.insert(id, at);
        }
        self.things.push(t);
    }

    pub(super) fn things(&self) -> usize {
        self.things.len()
    }

    pub(super) fn at(&self, at: usize) -> &Stored {
        &self.things[at]
    }

    pub(super) fn change(&mut self, at: usize, form: Form) {
        let t = &mut self.things[at];
        self.names.remove(&(t.kind, folded(&t.name)));
        t.name = form.get("name").cloned().unwrap_or_else(|| t.name.clone());
        t.form = form;
        self.names.insert((t.kind, folded(&t.name)), at);
    }

    pub(super) fn by_id(&self, id: Id) -> Option<usize> {
        self.ids.get(&id).copied()
    }

    pub(super) fn by_slug(&self, kind: ThingKind, slug: &str) -> Option<&Stored> {
        self.slugs.get(&(kind, slug.to_owned())).map(|at| &self.things[*at])
    }

    /// True if another thing has this name.
    pub(super) fn taken(&self, kind: ThingKind, name: &str, at: usize) -> bool {
        self.names.get(&(kind, name.to_owned())).is_some_and(|other| *other != at)
    }

    pub(super) fn links(&self) -> impl Iterator<Item = &Linked> {
        self.links.values()
    }

    pub(super) fn link_of(&self, w: &Wanted) -> Option<&Linked> {
        self.links.get(&(w.kind, w.reference.clone()))
    }

    fn linked(&self, kind: ThingKind, reference: &str) -> Option<usize> {
        let key = (kind, reference.to_owned());
        self.made.get(&key).copied().or_else(|| self.by_id(self.links.get(&key)?.thing?))
    }

    fn called(&self, kind: ThingKind, slug: Option<&str>, name: &str) -> Option<usize> {
        let by_slug = slug.and_then(|s| self.slugs.get(&(kind, s.to_owned())));
        by_slug.or_else(|| self.names.get(&(kind, folded(name)))).copied()
    }

    /// The thing that a file speaks of, if it stands here already.
    pub(super) fn find(&self, w: &Wanted) -> Option<usize> {
        self.linked(w.kind, &w.reference).or_else(|| self.called(w.kind, w.slug.as_deref(), &w.name))
    }

    /// What a file points to. What the files themselves speak of is meant by its reference alone: if that was refused,
    /// nothing of a like name stands in for it.
    pub(super) fn resolve(&self, t: &Target) -> Option<Stored> {
        let at = self.linked(t.kind, &t.reference).or_else(|| {
            let here = self.asked.contains_key(&(t.kind, t.reference.clone()));
            (!here && !t.word.is_empty()).then(|| self.called(t.kind, Some(&t.word), &t.word)).flatten()
        });
        let at = at.map(|at| self.things[at].merged.and_then(|id| self.by_id(id)).unwrap_or(at));
        at.map(|at| self.things[at].clone())
    }

    pub(super) fn is_group(&self, reference: &str) -> bool {
        let key = (ThingKind::Group, reference.to_owned());
        self.asked.contains_key(&key) || self.links.contains_key(&key)
    }

    /// Which other reference a thing belongs to.
    pub(super) fn claimed_by(&self, at: usize, w: &Wanted) -> Option<&str> {
        self.claims.get(&at).map(String::as_str).filter(|r| *r != w.reference)
    }

    pub(super) fn claim(&mut self, w: &Wanted, at: usize) {
        self.claims.insert(at, w.reference.clone());
        self.made.insert((w.kind, w.reference.clone()), at);
    }
}
