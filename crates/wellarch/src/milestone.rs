//! Milestones: a review as it stood, and what changed between two of them. Pure.

use kernel::error::{Faults, Result};
use kernel::text;
use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::document::{ReviewCounts, ReviewDocument, ReviewQuestion};
use crate::review::Standing;

/// Milestones of one review at most.
pub const MOST: usize = 500;

/// A milestone to save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMilestone {
    /// Such as "Q4 2026"; unique in the review.
    pub name: String,
}

/// A milestone, without its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Milestone {
    /// In addresses.
    pub slug: String,
    /// As people wrote it.
    pub name: String,
    /// SHA-256 of the document; also in the trail.
    pub digest: String,
    /// Who saved it.
    pub by: String,
    /// When.
    pub at: Time,
}

impl NewMilestone {
    /// Name and slug, checked.
    ///
    /// # Errors
    /// Every fault with its field.
    pub fn check(&self) -> Result<(String, String)> {
        let mut faults = Faults::new();
        let name = text::name(&mut faults, "name", "The milestone’s name", &self.name);
        let slug = text::slug(&name);
        faults.check(slug != "now", "name", "“now” is how the review stands. Give the milestone another name.");
        faults.done()?;
        Ok((name, slug))
    }
}

/// One end of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Side {
    /// Name of the milestone, or "now".
    pub name: String,
    /// When it was saved.
    pub at: Time,
    /// Version of the lens.
    pub lens_version: String,
    /// How all questions stood.
    pub counts: ReviewCounts,
}

/// What changed in a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuestionChange {
    /// Name of its pillar.
    pub pillar: String,
    /// Id.
    pub question: String,
    /// The question.
    pub title: String,
    /// Where it stood; absent if it was not asked then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Standing>,
    /// Where it stands; absent if it is not asked any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Standing>,
    /// Titles of choices that are in place now and were not.
    pub gained: Vec<String>,
    /// Titles of choices that were in place and are not.
    pub lost: Vec<String>,
    /// Titles of choices that apply now and did not, or the other way round.
    pub applies: Vec<String>,
    /// The note is another.
    pub note: bool,
}

/// What changed between two states of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// The earlier one.
    pub from: Side,
    /// The later one.
    pub to: Side,
    /// Risks that were there and are not.
    pub resolved: usize,
    /// Risks that are there and were not.
    pub new: usize,
    /// Risks that were high and are medium.
    pub lowered: usize,
    /// Risks that were medium and are high.
    pub raised: usize,
    /// Questions whose answer, risk or note changed.
    pub changes: Vec<QuestionChange>,
}

fn titles(of: &ReviewQuestion, keep: impl Fn(&str) -> bool) -> Vec<String> {
    of.choices.iter().filter(|c| keep(&c.id)).map(|c| c.title.clone()).collect()
}

fn ticked(q: Option<&ReviewQuestion>, id: &str) -> bool {
    q.is_some_and(|q| q.choices.iter().any(|c| c.id == id && c.ticked))
}

fn ruled_out(q: Option<&ReviewQuestion>, id: &str) -> bool {
    q.is_some_and(|q| q.choices.iter().any(|c| c.id == id && c.not_applicable.is_some()))
}

fn note(q: Option<&ReviewQuestion>) -> &str {
    q.and_then(|q| q.answer.as_ref()).map_or("", |a| a.said.note.as_str())
}

/// What changed in one question; none if nothing did.
pub fn change(pillar: &str, before: Option<&ReviewQuestion>, after: Option<&ReviewQuestion>) -> Option<QuestionChange> {
    let q = after.or(before)?;
    let out = QuestionChange {
        pillar: pillar.to_owned(),
        question: q.id.clone(),
        title: q.title.clone(),
        before: before.map(|q| q.standing),
        after: after.map(|q| q.standing),
        gained: after.map_or_else(Vec::new, |a| titles(a, |id| ticked(after, id) && !ticked(before, id))),
        lost: before.map_or_else(Vec::new, |b| titles(b, |id| ticked(before, id) && !ticked(after, id))),
        applies: after.map_or_else(Vec::new, |a| titles(a, |id| before.is_some() && ruled_out(after, id) != ruled_out(before, id))),
        note: note(before) != note(after),
    };
    let same = out.before == out.after && out.gained.is_empty() && out.lost.is_empty() && out.applies.is_empty() && !out.note;
    (!same).then_some(out)
}

/// What changed, in the order of the later lens; what is not asked any more comes last.
pub fn compare((from, before): (Side, &ReviewDocument), (to, after): (Side, &ReviewDocument)) -> Comparison {
    let earlier = |id: &str| before.questions().find(|(_, q)| q.id == id).map(|(_, q)| q);
    let mut changes: Vec<QuestionChange> =
        after.questions().filter_map(|(p, q)| change(&p.name, earlier(&q.id), Some(q))).collect();
    let gone = before.questions().filter(|(_, q)| after.question(&q.id).is_err());
    changes.extend(gone.filter_map(|(p, q)| change(&p.name, Some(q), None)));
    let risk = |at: Option<Standing>| at.is_some_and(Standing::is_risk);
    Comparison {
        from,
        to,
        resolved: changes.iter().filter(|c| risk(c.before) && !risk(c.after)).count(),
        new: changes.iter().filter(|c| !risk(c.before) && risk(c.after)).count(),
        lowered: moved(&changes, Standing::High, Standing::Medium),
        raised: moved(&changes, Standing::Medium, Standing::High),
        changes,
    }
}

fn moved(changes: &[QuestionChange], from: Standing, to: Standing) -> usize {
    changes.iter().filter(|c| c.before == Some(from) && c.after == Some(to)).count()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::document::tests::document;
    use crate::review::tests::said;
    use crate::review::{RuledOut, Said, WhyNot};

    pub(crate) fn side(name: &str, d: &ReviewDocument) -> Side {
        Side { name: name.into(), at: Time(1_795_000_000_000_000), lens_version: "1".into(), counts: d.counts }
    }

    pub(crate) fn compared(before: &[(&str, Said)], after: &[(&str, Said)]) -> Comparison {
        let (b, a) = (document(before), document(after));
        compare((side("Q3 <2026>", &b), &b), (side("now", &a), &a))
    }

    #[test]
    fn nothing_changed_is_no_change() {
        let same = [("Q-01", said(&["aaa"]))];
        assert!(compared(&same, &same).changes.is_empty());
    }

    #[test]
    fn changes_are_told_at_question_choice_and_risk() {
        let none = Said { none: true, ..said(&["none"]) };
        let c = compared(&[("Q-01", said(&["aaa"])), ("Q-02", said(&["ccc"]))], &[("Q-01", said(&["aaa", "bbb"])), ("Q-02", none)]);
        assert_eq!((c.resolved, c.new), (1, 1));
        let first = &c.changes[0];
        assert_eq!((first.before, first.after), (Some(Standing::Medium), Some(Standing::None)));
        assert_eq!((first.gained.as_slice(), first.lost.len()), (["Tick b".to_owned()].as_slice(), 0));
        assert_eq!(c.changes[1].lost, ["Tick c"]);
        let (none, one) = ([("Q-01", Said { none: true, ..Said::default() })], [("Q-01", said(&["aaa"]))]);
        let (down, up) = (compared(&none, &one), compared(&one, &none));
        assert_eq!((down.lowered, down.raised, up.lowered, up.raised), (1, 0, 0, 1));
        assert_eq!((down.resolved, down.new, up.resolved, up.new), (0, 0, 0, 0));
        let absent = vec![RuledOut { choice: "bbb".into(), reason: WhyNot::Constraint }];
        let c = compared(&[("Q-01", said(&["aaa"]))], &[("Q-01", Said { not_applicable: absent, ..said(&["aaa"]) })]);
        assert_eq!(c.changes[0].applies, ["Tick b"]);
        let c = compared(&[("Q-01", said(&["aaa"]))], &[("Q-01", Said { note: "x".into(), ..said(&["aaa"]) })]);
        assert!(c.changes[0].note && c.changes[0].before == c.changes[0].after);
    }

    #[test]
    fn a_question_that_came_or_went_is_told() {
        let (b, mut a) = (document(&[("Q-01", said(&["aaa"]))]), document(&[]));
        a.pillars[0].questions.remove(0);
        let c = compare((side("a", &b), &b), (side("b", &a), &a));
        assert_eq!((c.changes.len(), c.changes[0].after, c.resolved), (1, None, 1));
        let c = compare((side("b", &a), &a), (side("a", &b), &b));
        assert_eq!((c.changes[0].before, c.new), (None, 1));
    }

    #[test]
    fn a_milestone_has_a_name_that_an_address_can_hold() {
        let check = |name: &str| NewMilestone { name: name.into() }.check();
        assert_eq!(check(" Q4 2026 ").unwrap(), ("Q4 2026".to_owned(), "q4-2026".to_owned()));
        assert!(check("").is_err() && check("Now").is_err());
    }
}
