//! Pages of the cycle, by noun.

pub mod cadence;
pub mod calendar;
pub mod session;

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
        Readiness::NotBegun => html::state_as(State::Unknown, "Not begun"),
        Readiness::Draft => html::state_as(State::Planned, "Draft"),
        Readiness::Ready => html::state_as(State::Done, "Ready"),
        Readiness::Reviewed => html::state_as(State::Pass, "Reviewed"),
    }
}
