//! What happened to a concern, as somebody would tell it. Pure.

use kernel::time::Time;

use crate::concern::Content;
use crate::moving::ConcernVersion;
use crate::state::{ConcernState, Way};

/// A line of what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: Time,
    /// Who.
    pub by: String,
    /// What.
    pub says: String,
    /// Why.
    pub why: String,
}

fn changed(a: &Content, b: &Content) -> Vec<&'static str> {
    let pairs = [
        ("title", a.title != b.title),
        ("why it is SRE", a.why_sre != b.why_sre),
        ("why it is important", a.why_important != b.why_important),
        ("what is involved", a.involved != b.involved),
        ("whether our data confirm it", a.confirmed != b.confirmed || a.seen != b.seen),
        ("the metric", (&a.metric, &a.subject) != (&b.metric, &b.subject)),
        ("the baseline", (&a.baseline, &a.baseline_from, &a.baseline_until) != (&b.baseline, &b.baseline_from, &b.baseline_until)),
        ("the hypothesis", (&a.hypothesis, a.direction, a.by) != (&b.hypothesis, b.direction, b.by)),
    ];
    pairs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// A move as somebody would tell it: "Sent back for information".
fn moved_words(from: ConcernState, v: &ConcernVersion) -> String {
    use ConcernState::{
        Accepted, Done, Epic, InSprint, Measured, NeedsInformation, Presented, Raised, Rejected, ResultPresented, Roadmap, SentOn,
        Stories, Vetted,
    };
    if let Some(way) = from.way(v.state).filter(Way::is_back) {
        return match way.to {
            Raised => "Raised again".into(),
            to => format!("Taken back a step, to “{}”", to.words()),
        };
    }
    match v.state {
        Raised => "Raised".into(),
        Presented if from == NeedsInformation => "Presented again, with the information".into(),
        Presented => "Presented to the council".into(),
        NeedsInformation => "Sent back for information".into(),
        Accepted => "Accepted by the council".into(),
        Rejected => "Rejected by the council".into(),
        SentOn => format!("Sent on to {}", v.course.sent_to),
        Epic => "Written as an epic".into(),
        Vetted => "The epic was vetted".into(),
        Stories => "Cut into stories".into(),
        InSprint => "Pulled into sprints".into(),
        Done => "All its stories were closed".into(),
        Measured => "Measured and judged".into(),
        ResultPresented => "The result was presented".into(),
        Roadmap => "Put on the roadmap".into(),
    }
}

/// What happened to a concern, newest first.
pub fn history(versions: &[ConcernVersion]) -> Vec<Told> {
    let mut out: Vec<Told> = Vec::new();
    for (i, v) in versions.iter().enumerate() {
        let before = i.checked_sub(1).map(|b| &versions[b]);
        let says = match before {
            None => "Raised".to_owned(),
            Some(b) if b.state != v.state => {
                let says = moved_words(b.state, v);
                let decision = v.course.decision.filter(|_| v.course.decision != b.course.decision);
                decision.map_or(says.clone(), |n| format!("{says}; decision {n}"))
            }
            Some(b) => format!("Changed {}", html::listed(&changed(&b.content, &v.content))),
        };
        out.push(Told { at: v.at, by: v.by.clone(), says, why: v.why.clone() });
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concern::Course;
    use crate::concern::tests::{concern, content};

    #[test]
    fn history_says_moves_with_reasons_and_which_parts_changed() {
        let c = concern(1, ConcernState::Raised);
        let first = ConcernVersion {
            version: 1,
            state: ConcernState::Raised,
            content: c.content.clone(),
            course: Course::default(),
            why: String::new(),
            by: "Aoife".into(),
            at: Time(1),
        };
        let second = ConcernVersion {
            version: 2,
            content: Content { title: "x".into(), by: None, ..content() },
            at: Time(2),
            ..first.clone()
        };
        let course = Course { decision: Some(4), ..Course::default() };
        let third = ConcernVersion {
            version: 3,
            state: ConcernState::Accepted,
            course,
            why: "8 of 9".into(),
            at: Time(3),
            ..second.clone()
        };
        let told: Vec<(String, String)> = history(&[first, second, third]).into_iter().map(|t| (t.says, t.why)).collect();
        assert_eq!(told[0], ("Accepted by the council; decision 4".into(), "8 of 9".into()));
        assert_eq!((told[1].0.as_str(), told[2].0.as_str()), ("Changed title and the hypothesis", "Raised"));
    }

    #[test]
    fn every_move_is_told_in_words_of_its_own() {
        let c = concern(1, ConcernState::Raised);
        let at = |state| ConcernVersion {
            version: 1,
            state,
            content: c.content.clone(),
            course: Course { sent_to: "The guild".into(), ..Course::default() },
            why: String::new(),
            by: "Aoife".into(),
            at: Time(1),
        };
        let told = |from, to| moved_words(from, &at(to));
        use ConcernState::{NeedsInformation, Presented, Raised, Rejected, SentOn, Stories, Vetted};
        assert_eq!(told(Presented, NeedsInformation), "Sent back for information");
        assert_eq!(told(NeedsInformation, Presented), "Presented again, with the information");
        assert_eq!(told(Presented, SentOn), "Sent on to The guild");
        assert_eq!(
            (told(Rejected, Raised), told(Stories, Vetted)),
            ("Raised again".into(), "Taken back a step, to “vetted”".into())
        );
        for w in &crate::state::WAYS {
            assert!(!told(w.from, w.to).is_empty() && !told(w.from, w.to).contains(", was "), "{w:?}");
        }
    }
}
