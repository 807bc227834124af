//! Pages of the register.

pub mod form;
pub mod list;
pub mod one;
#[cfg(test)]
mod sample;

use html::{Markup, State, html};
use jiff::civil::Date;

use crate::action::{Action, ActionState, day_words};
use crate::origin::Origin;

/// The mark and word of a state; one that is late says so.
pub fn state_mark(a: &Action, today: Date) -> Markup {
    match a.state {
        ActionState::Open | ActionState::InProgress if a.is_late(today) => html::state(State::Overdue, None),
        _ => progress_mark(a),
    }
}

/// How far it is, for where [`due_cell`] stands beside it and says that it is late: nothing is said in the accent twice.
pub fn progress_mark(a: &Action) -> Markup {
    match a.state {
        ActionState::Open if !a.content.blocked_by.is_empty() => html::state_as(State::Stale, "Waits"),
        ActionState::Open => html::state_as(State::Planned, "Open"),
        ActionState::InProgress => html::state_as(State::InSprint, "In progress"),
        ActionState::Done => html::state(State::Done, None),
        ActionState::Dropped => html::state_as(State::No, "Dropped"),
    }
}

/// "18 Dec", and below it how far away that is.
pub fn due_cell(a: &Action, today: Date) -> Markup {
    html! {
        span {
            (day_words(&a.content.due, today))
            @if let Some(days) = a.due_in(today) {
                br; " " span class=(if days < 0 { "by over" } else { "by" }) { (html::days_words(days)) }
            }
        }
    }
}

/// Where it comes from, with the way there.
pub fn origin_words(o: &Origin) -> Markup {
    html! {
        @if o.url.is_empty() { (html::bdi(o.shown())) } @else { a href=(o.url) rel="noreferrer" { (html::bdi(o.shown())) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::tests::{action, today};

    #[test]
    fn every_state_has_its_mark_and_word() {
        let at = |state: ActionState| state_mark(&Action { state, ..action(1) }, today()).into_string();
        for (state, word) in ActionState::ALL.into_iter().zip(["Open", "In progress", "Done", "Dropped"]) {
            assert!(at(state).contains(word), "{word}");
        }
        let mut late = action(1);
        late.content.due = "2026-11-01".into();
        assert!(state_mark(&late, today()).into_string().contains("Overdue"));
        assert!(due_cell(&late, today()).into_string().contains("29 days late"));
        assert!(progress_mark(&late).into_string().contains("Open"), "the day beside it says that it is late");
        late.content.due = String::new();
        late.content.blocked_by = "a range".into();
        assert!(state_mark(&late, today()).into_string().contains("Waits"));
        assert!(due_cell(&late, today()).into_string().contains("no date yet"));
    }

    #[test]
    fn an_origin_leads_to_its_page_if_it_has_one() {
        let plain = Origin { words: "Incident <412>".into(), ..Origin::default() };
        assert!(!origin_words(&plain).into_string().contains("href"));
        let linked = origin_words(&Origin { url: "/x".into(), ..plain }).into_string();
        assert!(linked.contains("href=\"/x\"") && linked.contains("Incident &lt;412&gt;"), "{linked}");
    }
}
