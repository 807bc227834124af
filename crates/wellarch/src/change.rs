//! What an answer changed, in words, for those who have the question open. Pure.

use crate::lens::Question;
use crate::review::{ReviewAnswer, Said};

/// The newest answer to a question, and what it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// The answer.
    pub answer: ReviewAnswer,
    /// What it changed, to follow a name: “ticked “A””.
    pub words: String,
    /// The reader gave it.
    pub mine: bool,
}

fn titles(q: &Question, bits: u64) -> String {
    html::listed(&q.named(bits).filter(|c| !c.none).map(|c| format!("“{}”", c.title)).collect::<Vec<_>>())
}

/// What `after` says that `before` did not, to follow a name: “ticked “A”, unticked “B” and changed the note”.
pub fn changed(q: &Question, before: Option<&Said>, after: &Said) -> String {
    let nothing = Said::default();
    let before = before.unwrap_or(&nothing);
    let (was, is) = (before.ticks(q), after.ticks(q));
    let mut out = Vec::new();
    for (verb, bits) in [("ticked", is.ticked & !was.ticked), ("unticked", was.ticked & !is.ticked)] {
        let named = titles(q, bits);
        if !named.is_empty() {
            out.push(format!("{verb} {named}"));
        }
    }
    match (before.none, after.none) {
        (false, true) => out.push("said “none of these”".to_owned()),
        (true, false) => out.push("took back “none of these”".to_owned()),
        _ => {}
    }
    match (before.does_not_apply, after.does_not_apply) {
        (was, Some(why)) if was != Some(why) => out.push(format!("said that the question does not apply ({})", why.words())),
        (Some(_), None) => out.push("said that the question applies".to_owned()),
        _ => {}
    }
    if before.not_applicable != after.not_applicable {
        out.push("changed which choices apply".to_owned());
    }
    match (before.note.is_empty(), after.note.is_empty()) {
        _ if before.note == after.note => {}
        (true, _) => out.push("wrote a note".to_owned()),
        (_, true) => out.push("removed the note".to_owned()),
        _ => out.push("changed the note".to_owned()),
    }
    if out.is_empty() { "confirmed the answer".to_owned() } else { html::listed(&out) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::tests::{said, small};
    use crate::review::{RuledOut, WhyNot};

    #[test]
    fn each_change_is_told() {
        let kept = small();
        let q = kept.file.lens.question("Q-01").unwrap();
        let told = |before: &Said, after: &Said| changed(q, Some(before), after);
        assert_eq!(changed(q, None, &said(&["aaa"])), "ticked “Tick <a>”");
        assert_eq!(told(&said(&["aaa"]), &said(&["bbb"])), "ticked “Tick b” and unticked “Tick <a>”");
        let none = Said { none: true, ..Said::default() };
        assert_eq!(told(&said(&["aaa"]), &none), "unticked “Tick <a>” and said “none of these”");
        assert_eq!(told(&none, &Said::default()), "took back “none of these”");
        let out = Said { does_not_apply: Some(WhyNot::Constraint), ..Said::default() };
        assert!(told(&Said::default(), &out).contains("constraint of the architecture"));
        assert_eq!(told(&out, &Said::default()), "said that the question applies");
        let absent = vec![RuledOut { choice: "bbb".into(), reason: WhyNot::Constraint }];
        assert_eq!(told(&Said::default(), &Said { not_applicable: absent, ..Said::default() }), "changed which choices apply");
        let note = |text: &str| Said { note: text.into(), ..Said::default() };
        assert_eq!(told(&note(""), &note("a")), "wrote a note");
        assert_eq!(told(&note("a"), &note("b")), "changed the note");
        assert_eq!(told(&note("a"), &note("")), "removed the note");
        assert_eq!(told(&note("a"), &note("a")), "confirmed the answer");
    }
}
