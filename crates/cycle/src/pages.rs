//! Pages of the cycle, by noun.

pub mod agreement;
pub mod attendance;
pub mod cadence;
pub mod calendar;
pub mod capacity;
pub mod health;
pub mod minutes;
pub mod notice;
pub mod portfolio;
pub mod run;
pub mod session;
pub mod share;
pub mod together;

use html::{Markup, State};

use crate::plan::Readiness;
use crate::session::SessionState;

/// The mark and word of a session's state.
pub(crate) fn state(s: SessionState) -> Markup {
    match s {
        SessionState::Planned => html::state_as(State::Planned, "Planned"),
        SessionState::Open => html::state_as(State::InSprint, "Open now"),
        SessionState::Closed => html::state_as(State::Done, "Closed"),
        SessionState::CalledOff => html::state_as(State::No, "Called off"),
        SessionState::NotHeld => html::state_as(State::Unknown, "Not held"),
    }
}

/// The mark and word of how far a report is.
pub(crate) fn readiness(r: Readiness) -> Markup {
    match r {
        Readiness::NotBegun => html::state_as(State::Planned, "Not begun"),
        Readiness::Draft => html::state_as(State::Planned, "Draft"),
        Readiness::Ready => html::state_as(State::InSprint, "Ready"),
        Readiness::Reviewed => html::state_as(State::Done, "Reviewed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_mark_and_word() {
        let words = [
            (SessionState::Planned, "Planned"),
            (SessionState::Open, "Open now"),
            (SessionState::Closed, "Closed"),
            (SessionState::CalledOff, "Called off"),
            (SessionState::NotHeld, "Not held"),
        ];
        for (s, word) in words {
            let drawn = state(s).into_string();
            assert!(drawn.contains(word) && drawn.contains("<svg"), "{drawn}");
        }
        for r in [Readiness::NotBegun, Readiness::Draft, Readiness::Ready, Readiness::Reviewed] {
            let drawn = readiness(r).into_string();
            assert!(drawn.to_lowercase().contains(r.words()) && drawn.contains("<svg"), "{drawn}");
        }
    }
}
