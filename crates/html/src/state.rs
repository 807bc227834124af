//! States: always a glyph and a word, never a colour alone.

use maud::{Markup, html};

use crate::sprite::glyph;

/// Everything that a mark beside a word can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Target met, or inside the natural limits.
    Pass,
    /// Target missed, or a signal for the worse.
    Attention,
    /// An approved exception.
    Exempt,
    /// Ruled out, with a reason.
    NotApplicable,
    /// No value; the source says why.
    Unknown,
    /// Older than agreed.
    Stale,
    /// A signal in the direction of the goal.
    Better,
    /// A signal against the goal.
    Worse,
    /// No signal.
    Steady,
    /// High risk.
    High,
    /// Medium risk.
    Medium,
    /// No risk.
    NoRisk,
    /// Evidence speaks for it.
    Supported,
    /// Evidence speaks against it.
    Contradicted,
    /// Evidence is too old to speak.
    EvidenceStale,
    /// Nothing was found either way.
    NoEvidence,
    /// Work not begun.
    Planned,
    /// Work under way.
    InSprint,
    /// Work finished.
    Done,
    /// Covered.
    Yes,
    /// Not covered.
    No,
    /// Late.
    Overdue,
}

/// All states, in the order of their declaration.
pub const STATES: [State; 22] = [
    State::Pass,
    State::Attention,
    State::Exempt,
    State::NotApplicable,
    State::Unknown,
    State::Stale,
    State::Better,
    State::Worse,
    State::Steady,
    State::High,
    State::Medium,
    State::NoRisk,
    State::Supported,
    State::Contradicted,
    State::EvidenceStale,
    State::NoEvidence,
    State::Planned,
    State::InSprint,
    State::Done,
    State::Yes,
    State::No,
    State::Overdue,
];

impl State {
    /// Class, glyph and word of the state. The accent is spent by the classes attention, high, contradicted and overdue alone.
    const fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Pass => ("pass", "pass", "Pass"),
            Self::Attention => ("attention", "attention", "Attention"),
            Self::Exempt => ("exempt", "exempt", "Exempt"),
            Self::NotApplicable => ("na", "na", "Not applicable"),
            Self::Unknown => ("unknown", "unknown", "Unknown"),
            Self::Stale => ("stale", "stale", "Stale"),
            Self::Better => ("better", "better", "better"),
            Self::Worse => ("attention", "attention", "worse"),
            Self::Steady => ("steady", "steady", "steady"),
            Self::High => ("high", "high", "High"),
            Self::Medium => ("medium", "medium", "Medium"),
            Self::NoRisk => ("none", "none", "None"),
            Self::Supported => ("supported", "pass", "Supported"),
            Self::Contradicted => ("contradicted", "attention", "Contradicted"),
            Self::EvidenceStale => ("stale", "stale", "Stale"),
            Self::NoEvidence => ("na", "na", "No evidence"),
            Self::Planned => ("open", "open", "Planned"),
            Self::InSprint => ("half", "half", "In sprint"),
            Self::Done => ("done", "done", "Done"),
            Self::Yes => ("pass", "pass", "Yes"),
            Self::No => ("no", "no", "No"),
            Self::Overdue => ("overdue", "attention", "Overdue"),
        }
    }

    /// The word of the state as it stands beside its glyph.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.parts().2
    }
}

/// Glyph and word; `extra` is a second, fainter word after a comma ("Attention, worse").
#[must_use]
pub fn state(state: State, extra: Option<&str>) -> Markup {
    match extra {
        None => state_as(state, state.word()),
        Some(extra) => html! { (state_as(state, &format!("{},", state.word()))) " " span.dir { (extra) } },
    }
}

/// Glyph of a state with another word than its own, for example "Fresh" for a pass or "Signal 2" for attention.
#[must_use]
pub fn state_as(state: State, word: &str) -> Markup {
    let (class, drawing, _) = state.parts();
    html! { span class={ "st " (class) } { (glyph(drawing)) span { (word) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_glyph_and_word() {
        for s in STATES {
            let text = state(s, None).into_string();
            assert!(text.contains("<use href=\"#g-"), "{s:?}");
            assert!(text.contains(&format!("<span>{}</span>", s.word())), "{s:?}");
        }
    }

    #[test]
    fn accent_is_for_what_asks_for_attention() {
        let accent = ["st attention", "st high", "st contradicted", "st overdue"];
        let loud: Vec<State> =
            STATES.into_iter().filter(|s| accent.iter().any(|a| state(*s, None).into_string().contains(a))).collect();
        assert_eq!(loud, [State::Attention, State::Worse, State::High, State::Contradicted, State::Overdue]);
    }

    #[test]
    fn second_word_is_fainter() {
        let text = state(State::Attention, Some("worse")).into_string();
        assert!(text.ends_with("<span>Attention,</span></span> <span class=\"dir\">worse</span>"), "{text}");
    }
}
