//! What an import would do: what was read is held against what is stored and against what the import before said. Pure.
//! What a person changed since is kept; what disappeared is orphaned, never deleted.

mod known;
mod make;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use kernel::ids::Id;
use kernel::web::Right;
use people::rights;

pub use known::{Form, Known, Linked, Stored};
pub use make::Make;
pub use step::{Deed, Field, Plan, Step};

use crate::backstage::Refused;
use crate::rules::folded;
use crate::wanted::{Asked, NewCalendar, ThingKind, Wanted};
use known::Book;

/// What an import was asked for beside its files.
#[derive(Debug, Clone, Default)]
pub struct How {
    /// Where the files come from.
    pub source: String,
    /// The files are all that the source has.
    pub whole: bool,
    /// Group for teams whose own is not here.
    pub group: Option<String>,
    /// Calendar of groups that are made.
    pub calendar: Option<NewCalendar>,
    /// What was changed by hand is overwritten.
    pub overwrite: bool,
}

/// Whether the caller holds a right there; `None` is everywhere.
pub type May<'a> = &'a dyn Fn(&Right, Option<Id>) -> bool;

struct Planner<'a> {
    asked: &'a Asked,
    how: &'a How,
    may: May<'a>,
    book: Book,
    plan: Plan,
}

/// Plans an import.
pub fn plan(asked: &Asked, how: &How, known: Known, may: May<'_>) -> Plan {
    let plan = Plan {
        skipped: asked.skipped,
        refused: asked.refused.clone(),
        facts: asked.facts.clone(),
        dry_run: true,
        ..Plan::default()
    };
    let mut p = Planner { asked, how, may, book: Book::new(known, asked), plan };
    for kind in ThingKind::ALL {
        for w in asked.wanted.iter().filter(|w| w.kind == kind) {
            if let Err(why) = p.take(w) {
                p.plan.refused.push(Refused { r#where: w.place(), why });
            }
        }
    }
    p.orphan();
    p.plan
}

fn no_right(right: &Right) -> String {
    format!("You may not {}; {} may.", right.what, right.who)
}

impl Planner<'_> {
    fn take(&mut self, w: &Wanted) -> Result<(), String> {
        if w.kind == ThingKind::Group && self.how.group.is_some() && self.book.find(w).is_none() {
            // Its teams go into the group that was named.
            self.plan.skipped += 1;
            return Ok(());
        }
        let mut form: Form = w.texts.iter().map(|(k, t)| ((*k).to_owned(), t.clone())).collect();
        form.insert("name".into(), w.name.clone());
        let (mut team, mut group) = (None, None);
        for (field, t) in &w.points {
            let above = self.book.resolve(t).or_else(|| self.stand_in(t.kind));
            let Some(above) = above else {
                return Err(self.missing(w, t.kind, &t.reference, &t.word));
            };
            form.insert((*field).to_owned(), above.slug.clone());
            (team, group) = match t.kind {
                ThingKind::Group => (None, above.id),
                ThingKind::Team => (above.id, above.group),
                _ => (above.team, above.group),
            };
        }
        if w.kind == ThingKind::Team && !w.points.contains_key("group") {
            match self.stand_in(ThingKind::Group) {
                Some(g) => {
                    form.insert("group".into(), g.slug.clone());
                    group = g.id;
                }
                None if self.book.find(w).is_none() => {
                    return Err("It has no parent group. Name the group for such teams, or write spec.parent.".into());
                }
                None => {}
            }
        }
        if w.kind == ThingKind::Service && self.asked.format == "backstage" {
            self.own_team(&mut form);
        }
        match self.book.find(w) {
            Some(at) => self.meet(w, at, form, (team, group)),
            None => self.create(w, form, (team, group)),
        }
    }

    /// A service states its own team only where it is not that of its workload.
    fn own_team(&self, form: &mut Form) {
        let above = form.get("workload").and_then(|s| self.book.by_slug(ThingKind::Workload, s));
        if let (Some(above), Some(own)) = (above, form.get("team"))
            && above.form.get("team") == Some(own)
        {
            form.insert("team".into(), String::new());
        }
    }

    fn stand_in(&self, kind: ThingKind) -> Option<Stored> {
        let slug = self.how.group.as_deref().filter(|_| kind == ThingKind::Group)?;
        self.book.by_slug(kind, slug).cloned()
    }

    fn missing(&self, w: &Wanted, kind: ThingKind, reference: &str, word: &str) -> String {
        let noun = kind.key();
        if word.is_empty() {
            return "The workload of its name is not taken, so neither is the service.".into();
        }
        if kind == ThingKind::Team && self.book.is_group(reference) {
            return format!("Its owner {reference} is a group of teams, and a team answers for a {}. Name one team.", w.kind.key());
        }
        format!("There is no {noun} “{word}”: it is neither in the files nor in bellwether. Add it, or name another.")
    }

    fn allowed(&self, kind: ThingKind, (team, group): (Option<Id>, Option<Id>), own: Option<Id>) -> Result<(), String> {
        let may = self.may;
        let right = if kind == ThingKind::Group { &rights::GROUPS } else { &rights::TEAMS };
        let places = if kind == ThingKind::Group { [own, None] } else { [team, group] };
        let good = may(right, None) || places.into_iter().flatten().any(|id| may(right, Some(id)));
        if good { Ok(()) } else { Err(no_right(right)) }
    }

    fn create(&mut self, w: &Wanted, mut form: Form, at: (Option<Id>, Option<Id>)) -> Result<(), String> {
        // What the source says, without the calendar, which it does not.
        let link = self.link(w, None, &form);
        if w.kind == ThingKind::Group {
            let Some(c) = &self.how.calendar else {
                return Err(format!(
                    "There is no group “{}”. Make it first, name the group for its teams, or give time zone and first day of its calendar.",
                    w.name
                ));
            };
            form.insert("zone".into(), c.zone.clone());
            form.insert("first_day".into(), c.first_day.clone());
        }
        self.allowed(w.kind, at, None)?;
        let slug = w.slug.clone().unwrap_or_else(|| kernel::text::slug(&w.name));
        if let Some(other) = self.book.by_slug(w.kind, &slug) {
            return Err(format!("The key “{slug}” is that of {}. Give the {} a key of its own.", other.name, w.kind.key()));
        }
        let make = make::new(w.kind, &slug, &form, self.how.calendar.as_ref())?;
        let fields = form.iter().filter(|(k, v)| *k != "name" && !v.is_empty());
        let fields = fields.map(|(k, v)| Field { name: k.clone(), before: String::new(), after: v.clone() }).collect();
        self.book.add(Stored {
            kind: w.kind,
            id: None,
            slug: slug.clone(),
            name: w.name.clone(),
            form,
            body: serde_json::Value::Null,
            team: at.0,
            group: at.1,
            merged: None,
        });
        self.book.claim(w, self.book.things() - 1);
        self.step(w, Deed::Create, slug, (fields, Vec::new()), None, Some(make), Some(link));
        Ok(())
    }

    /// A thing that stands here already.
    fn meet(&mut self, w: &Wanted, at: usize, form: Form, place: (Option<Id>, Option<Id>)) -> Result<(), String> {
        let old = self.book.at(at).clone();
        if old.merged.is_some() {
            // It is part of the other one now; what the source says of the duplicate changes neither.
            self.book.claim(w, at);
            self.plan.unchanged += 1;
            return Ok(());
        }
        let link = old.id.and_then(|_| self.book.link_of(w)).cloned();
        if let Some(l) = &link
            && l.source != self.how.source
            && !l.orphaned
        {
            return Err(format!(
                "{} comes from the source “{}” already. Remove it there, or import it from there.",
                w.name, l.source
            ));
        }
        if let Some(other) = self.book.claimed_by(at, w) {
            return Err(format!("{} is {} already. Give one of them another name.", old.name, other));
        }
        self.book.claim(w, at);
        let (mut fields, mut kept) = (Vec::new(), Vec::new());
        let mut next = old.form.clone();
        for (name, after) in &form {
            let before = old.form.get(name).map_or("", String::as_str);
            let said = link.as_ref().and_then(|l| l.form.get(name)).map(String::as_str);
            let shown = Field { name: name.clone(), before: before.to_owned(), after: after.clone() };
            let by_hand = said.map_or(!before.is_empty(), |s| s != before);
            let taken = name == "name" && self.book.taken(w.kind, &folded(after), at);
            if before == after {
            } else if taken || by_hand && !self.how.overwrite {
                kept.push(shown);
            } else {
                fields.push(shown);
                next.insert(name.clone(), after.clone());
            }
        }
        let known = link.as_ref().is_some_and(|l| {
            (&l.form, &l.file, l.line, l.implied, l.orphaned, &l.source)
                == (&form, &w.file, w.line, w.implied, false, &self.how.source)
        });
        let mut make = None;
        if !fields.is_empty() {
            self.allowed(w.kind, (old.team, old.group), old.id)?;
            if fields.iter().any(|f| ["group", "team", "workload"].contains(&f.name.as_str())) {
                self.allowed(w.kind, place, old.id)?;
            }
            make = Some(make::change(&old, &next)?);
        } else if link.is_none() || link.as_ref().is_some_and(|l| l.orphaned) {
            self.allowed(w.kind, (old.team, old.group), old.id)?;
        }
        let deed = match &link {
            Some(l) if l.orphaned => Deed::Return,
            None => Deed::Adopt,
            Some(_) if fields.is_empty() => Deed::Keep,
            Some(_) => Deed::Change,
        };
        let name = next.get("name").cloned().unwrap_or_default();
        if !fields.is_empty() {
            self.book.change(at, next);
        }
        let linked = (!known).then(|| self.link(w, old.id, &form));
        if deed == Deed::Keep {
            self.plan.unchanged += 1;
        }
        if deed != Deed::Keep || !kept.is_empty() || linked.is_some() {
            self.step(&Wanted { name, ..w.clone() }, deed, old.slug, (fields, kept), old.id, make, linked);
        }
        Ok(())
    }

    fn link(&self, w: &Wanted, thing: Option<Id>, form: &Form) -> Linked {
        Linked {
            kind: w.kind,
            reference: w.reference.clone(),
            source: self.how.source.clone(),
            file: w.file.clone(),
            line: w.line,
            thing,
            form: form.clone(),
            implied: w.implied,
            orphaned: false,
        }
    }

    #[allow(clippy::too_many_arguments, reason = "a row of the plan")]
    fn step(
        &mut self,
        w: &Wanted,
        action: Deed,
        slug: String,
        (fields, kept): (Vec<Field>, Vec<Field>),
        id: Option<Id>,
        make: Option<Make>,
        link: Option<Linked>,
    ) {
        let (kind, name, implied) = (w.kind, w.name.clone(), w.implied);
        self.plan.steps.push(Step { action, kind, slug, name, r#where: w.place(), fields, kept, implied, id, make, link });
    }

    /// Things of this source that are not in it any more.
    fn orphan(&mut self) {
        let here: BTreeSet<(ThingKind, &str)> = self.asked.wanted.iter().map(|w| (w.kind, w.reference.as_str())).collect();
        let files: BTreeSet<&str> = self.asked.files.iter().map(String::as_str).collect();
        let gone: BTreeMap<(ThingKind, String), Linked> = self
            .book
            .links()
            .filter(|l| l.source == self.how.source && !l.orphaned && !here.contains(&(l.kind, l.reference.as_str())))
            .filter(|l| self.how.whole || files.contains(l.file.as_str()))
            .filter(|l| !self.asked.doubtful.contains(&l.file))
            .map(|l| ((l.kind, l.reference.clone()), l.clone()))
            .collect();
        for l in gone.into_values() {
            let Some(at) = l.thing.and_then(|id| self.book.by_id(id)) else { continue };
            let old = self.book.at(at).clone();
            if old.merged.is_some() {
                continue;
            }
            let place = if l.line == 0 { l.file.clone() } else { format!("{}:{}", l.file, l.line) };
            if let Err(why) = self.allowed(l.kind, (old.team, old.group), old.id) {
                self.plan.refused.push(Refused { r#where: place, why });
                continue;
            }
            self.plan.steps.push(Step {
                action: Deed::Orphan,
                kind: l.kind,
                slug: old.slug,
                name: old.name,
                r#where: place,
                fields: Vec::new(),
                kept: Vec::new(),
                implied: l.implied,
                id: old.id,
                make: None,
                link: Some(Linked { orphaned: true, ..l }),
            });
        }
    }
}
