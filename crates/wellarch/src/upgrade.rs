//! From one version of a lens to another: what differs, choice by choice, and what becomes of the answers. Pure.

mod renamed;

pub use renamed::{Renamed, RenamedChoice, read as read_map};

use std::collections::BTreeMap;

use kernel::error::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::condition::Op;
use crate::document::LensNamed;
use crate::lens::{Choice, Lens, Question};
use crate::published::Kept;
use crate::review::{ReviewAnswer, Said, Standing, standing};

/// A review to move to another version of its lens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewUpgrade {
    /// Digest of the version; the newest if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Digest of the version that you saw it on; if it has moved since, nothing is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Name of the milestone that keeps the review as it stands before.
    pub milestone: String,
    /// Ids that are others in the newer version.
    pub map: Vec<Renamed>,
    /// Only say what would change.
    pub dry_run: bool,
}

/// What becomes of a question or a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It was not asked before.
    New,
    /// It is not asked any more.
    Gone,
    /// It has another id, as the table says.
    Renamed,
    /// The same id with other words or, for a question, other rules or choices.
    Changed,
    /// Nothing of it changed.
    Same,
}

/// A choice that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChoiceFate {
    /// Its id: the newer one, or the older one of a choice that is gone.
    pub id: String,
    /// What becomes of it.
    pub fate: Fate,
    /// Title in the newer version; the older one if it is gone.
    pub title: String,
    /// Title before, if it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_before: Option<String>,
    /// It is ticked today.
    pub ticked: bool,
}

/// A question that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuestionFate {
    /// Name of its pillar.
    pub pillar: String,
    /// Its id: the newer one, or the older one of a question that is gone.
    pub id: String,
    /// Id before, if it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_before: Option<String>,
    /// What becomes of it.
    pub fate: Fate,
    /// The question, in the newer version if it is there.
    pub title: String,
    /// The question before, if it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_before: Option<String>,
    /// Its risk rules are others.
    pub rules: bool,
    /// Choices that differ.
    pub choices: Vec<ChoiceFate>,
    /// Where it stands today; absent if it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Standing>,
    /// Where it would stand with today's answers; absent if it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Standing>,
}

/// A part of an answer that could not be carried over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NotCarried {
    /// Id of the question in the older version.
    pub question: String,
    /// Id of the choice; absent if the whole answer is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// Title of the choice or the question.
    pub title: String,
    /// Why.
    pub why: String,
}

/// What differs between two versions, and what would become of the answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Upgrade {
    /// The version today.
    pub from: LensNamed,
    /// The other one.
    pub to: LensNamed,
    /// True if it was done; false if it was only looked at.
    pub done: bool,
    /// Questions that stay as they are.
    pub same: usize,
    /// Questions that differ, in the order of the newer version; those that are gone come last.
    pub questions: Vec<QuestionFate>,
    /// Answers that are carried over, whole or in part.
    pub carried: usize,
    /// What could not be carried over; it stays in the milestone.
    pub not_carried: Vec<NotCarried>,
    /// Name of the milestone that keeps the review as it stood; a suggestion until it is done.
    pub milestone: String,
}

/// An upgrade with the answers to store: question of the newer version, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What differs.
    pub upgrade: Upgrade,
    /// Answers that are new rows, since they say something else or stand under another id.
    pub answers: Vec<(String, Said)>,
}

fn named(kept: &Kept) -> LensNamed {
    LensNamed {
        slug: kept.slug.clone(),
        name: kept.file.lens.name.clone(),
        version: kept.file.lens.version.clone(),
        digest: kept.digest.clone(),
    }
}

/// The pair of a question in both versions, with its line of the table.
struct Pair<'a> {
    old: &'a Question,
    new: &'a Question,
    line: Option<&'a Renamed>,
}

impl<'a> Pair<'a> {
    /// The choice of the newer version that a choice of the older one has become.
    fn turned(&self, old: &Choice) -> Option<&'a Choice> {
        let said = self.line.and_then(|l| l.choices.iter().find(|c| c.from == old.id));
        // An id that the table gives to another choice is not this one's any more.
        let taken = self.line.is_some_and(|l| l.choices.iter().any(|c| c.to == old.id && c.from != old.id));
        let id = said.map(|c| c.to.as_str()).or((!taken).then_some(old.id.as_str()))?;
        self.new.choices.iter().find(|c| c.id == id)
    }

    fn choices(&self, said: Option<&Said>) -> Vec<ChoiceFate> {
        let ticked = |id: &str| said.is_some_and(|s| s.choices.iter().any(|c| c == id));
        let mut out = Vec::new();
        for new in &self.new.choices {
            let from = self.old.choices.iter().find(|o| self.turned(o).is_some_and(|t| t.id == new.id));
            let (fate, before, ticked) = match from {
                None => (Fate::New, None, false),
                Some(o) if o.id != new.id => (Fate::Renamed, (o.title != new.title).then(|| o.title.clone()), ticked(&o.id)),
                Some(o) if o.title != new.title => (Fate::Changed, Some(o.title.clone()), ticked(&o.id)),
                Some(_) => continue,
            };
            out.push(ChoiceFate { id: new.id.clone(), fate, title: new.title.clone(), title_before: before, ticked });
        }
        for old in self.old.choices.iter().filter(|o| self.turned(o).is_none()) {
            let (id, title) = (old.id.clone(), old.title.clone());
            out.push(ChoiceFate { fate: Fate::Gone, title, title_before: None, ticked: ticked(&old.id), id });
        }
        out
    }

    /// The rules are others, however they are written.
    fn rules_differ(&self) -> bool {
        let number = |c: &Choice| self.new.choice(&c.id).and_then(|i| u8::try_from(i).ok());
        // A choice of the older version that is gone is never ticked any more.
        let turn = |op: &Op| match op {
            Op::Choice(i) => {
                let turned = self.old.choices.get(usize::from(*i)).and_then(|c| self.turned(c)).and_then(number);
                turned.map_or(Op::Never, Op::Choice)
            }
            other => *other,
        };
        let old = self.old.rules.iter().map(|r| (r.risk, r.when.as_ref().map(|w| w.ops().iter().map(turn).collect::<Vec<_>>())));
        let new = self.new.rules.iter().map(|r| (r.risk, r.when.as_ref().map(|w| w.ops().to_vec())));
        !old.eq(new)
    }

    /// What an answer says in the newer version, and what of it could not be carried.
    fn carry(&self, said: &Said, lost: &mut Vec<NotCarried>) -> Said {
        let mut tell = |choice: Option<&Choice>, why: &str| {
            let title = choice.map_or(&self.old.title, |c| &c.title).clone();
            let choice = choice.map(|c| c.id.clone());
            lost.push(NotCarried { question: self.old.id.clone(), choice, title, why: why.to_owned() });
        };
        let mut out = Said { none: said.none, does_not_apply: said.does_not_apply, note: said.note.clone(), ..Said::default() };
        for c in self.old.choices.iter().filter(|c| !c.none) {
            let (ticked, out_of) = (said.choices.contains(&c.id), said.not_applicable.iter().find(|r| r.choice == c.id));
            match self.turned(c) {
                Some(to) if ticked => out.choices.push(to.id.clone()),
                Some(to) => {
                    if let Some(r) = out_of {
                        out.not_applicable.push(crate::review::RuledOut { choice: to.id.clone(), reason: r.reason });
                    }
                }
                None if ticked => tell(Some(c), "the choice is gone; it was ticked"),
                None if out_of.is_some() => tell(Some(c), "the choice is gone; it was ruled out"),
                None => {}
            }
        }
        match out.check(self.new) {
            Ok(good) => {
                if said.answers() && !good.answers() {
                    tell(None, "every choice that was ticked is gone");
                }
                good
            }
            Err(_) => {
                tell(None, "what is left of the answer does not fit the question any more");
                Said { note: said.note.clone(), ..Said::default() }
            }
        }
    }
}

/// What moving a review from one version to another would do with its answers.
///
/// # Errors
/// Faults of the table.
pub fn plan(before: &Kept, after: &Kept, answers: &BTreeMap<String, ReviewAnswer>, map: &[Renamed]) -> Result<Planned> {
    let (old_lens, new_lens) = (&before.file.lens, &after.file.lens);
    renamed::check(map, old_lens, new_lens)?;
    let mut out = Planned {
        upgrade: Upgrade {
            from: named(before),
            to: named(after),
            done: false,
            same: 0,
            questions: Vec::new(),
            carried: 0,
            not_carried: Vec::new(),
            milestone: format!("Before version {}", new_lens.version),
        },
        answers: Vec::new(),
    };
    let said = |id: &str| answers.get(id).map(|a| &a.said);
    for (pillar, new) in new_lens.questions() {
        match source(old_lens, new, map) {
            Some((old, line)) => {
                let pair = Pair { old, new, line };
                let (found, lost) = (said(&old.id), out.upgrade.not_carried.len());
                let carried = found.map(|s| pair.carry(s, &mut out.upgrade.not_carried));
                if let (Some(s), Some(now)) = (found, &carried) {
                    let whole = out.upgrade.not_carried[lost..].iter().any(|l| l.choice.is_none());
                    out.upgrade.carried += usize::from(*s != Said::default() && !whole);
                    if old.id != new.id || s != now {
                        out.answers.push((new.id.clone(), now.clone()));
                    }
                } else if old.id != new.id && said(&new.id).is_some() {
                    out.answers.push((new.id.clone(), Said::default()));
                }
                let fate = QuestionFate {
                    pillar: pillar.name.clone(),
                    id: new.id.clone(),
                    id_before: (old.id != new.id).then(|| old.id.clone()),
                    fate: if old.id == new.id { Fate::Changed } else { Fate::Renamed },
                    title: new.title.clone(),
                    title_before: (old.title != new.title).then(|| old.title.clone()),
                    rules: pair.rules_differ(),
                    choices: pair.choices(found),
                    before: Some(standing(old, found)),
                    after: Some(standing(new, carried.as_ref())),
                };
                let same = fate.id_before.is_none()
                    && fate.title_before.is_none()
                    && !fate.rules
                    && fate.choices.is_empty()
                    && fate.before == fate.after;
                if same { out.upgrade.same += 1 } else { out.upgrade.questions.push(fate) }
            }
            None => {
                // What an earlier version asked under this id was another question.
                if said(&new.id).is_some() {
                    out.answers.push((new.id.clone(), Said::default()));
                }
                out.upgrade.questions.push(alone(pillar.name.clone(), new, Fate::New, None));
            }
        }
    }
    for (pillar, old) in old_lens.questions() {
        let stays = new_lens.questions().any(|(_, new)| source(old_lens, new, map).is_some_and(|(o, _)| o.id == old.id));
        if !stays {
            let found = said(&old.id);
            if found.is_some_and(|s| *s != Said::default()) {
                let why = "the question is gone".to_owned();
                let (question, title) = (old.id.clone(), old.title.clone());
                out.upgrade.not_carried.push(NotCarried { question, choice: None, title, why });
            }
            out.upgrade.questions.push(alone(pillar.name.clone(), old, Fate::Gone, Some(standing(old, found))));
        }
    }
    Ok(out)
}

fn alone(pillar: String, q: &Question, fate: Fate, before: Option<Standing>) -> QuestionFate {
    QuestionFate {
        pillar,
        id: q.id.clone(),
        id_before: None,
        fate,
        title: q.title.clone(),
        title_before: None,
        rules: false,
        choices: Vec::new(),
        before,
        after: (fate == Fate::New).then_some(Standing::Unanswered),
    }
}

/// The question of the older version that a question of the newer one continues.
fn source<'a>(old: &'a Lens, new: &Question, map: &'a [Renamed]) -> Option<(&'a Question, Option<&'a Renamed>)> {
    if let Some(line) = map.iter().find(|r| r.target() == new.id) {
        return old.question(&line.question).map(|q| (q, Some(line)));
    }
    let moved = map.iter().any(|r| r.question == new.id);
    old.question(&new.id).filter(|_| !moved).map(|q| (q, None))
}

#[cfg(test)]
pub(crate) mod tests;
