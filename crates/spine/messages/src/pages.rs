//! Pages of channels, messages and what was given up.

pub mod channel;
pub mod dead;
pub mod mail;
pub mod message;

use html::{Cell, Column, Markup, State, bdi, html, state_as, table};
use kernel::time::Time;
use kernel::web::clock;

use crate::delivery::{Delivery, DeliveryState};

/// How a delivery stands, as glyph and words.
pub(crate) fn standing(d: &Delivery) -> Markup {
    let mark = match d.state {
        DeliveryState::Waiting if d.tries > 0 => State::InSprint,
        DeliveryState::Waiting => State::Planned,
        DeliveryState::Arrived => State::Pass,
        DeliveryState::GivenUp => State::Attention,
        DeliveryState::Dropped => State::NotApplicable,
    };
    state_as(mark, d.state.words())
}

/// When something became of it, or when the next try is due.
pub(crate) fn when(d: &Delivery, now: Time, zone: &str) -> Markup {
    html! {
        @match (d.ended_at, d.due_at) {
            (Some(at), _) => span.nb { (clock(at, now, zone)) },
            (None, Some(at)) if at <= now => "next try at once",
            (None, Some(at)) => { "next try " span.nb { (clock(at, now, zone)) } },
            (None, None) => {},
        }
        @if d.tries > 1 { br; span.by { (d.tries) " tries" } }
    }
}

/// What the last try said, and why it was dropped.
pub(crate) fn why(d: &Delivery) -> Markup {
    html! {
        @if let Some(fault) = &d.fault { (bdi(fault)) }
        @if !d.reason.is_empty() { br; span.by { "Dropped: " (bdi(&d.reason)) } }
    }
}

/// Deliveries in a table; `to` says where each goes, else the message stands there.
pub(crate) fn deliveries(caption: &str, all: &[Delivery], to: bool, now: Time, zone: &str) -> Markup {
    let row = |d: &Delivery| {
        vec![
            Cell::new(html! {
                @if to { a href={ "/channels/" (d.channel) } { (bdi(&d.channel_name)) } }
                @else { a href={ "/messages/" (d.message) } { (bdi(&d.title)) } br; " " span.by { (d.topic.title()) } }
                @if let Some(person) = &d.person { br; " " span.by { "to " (bdi(person)) } }
            }),
            Cell::new(html! { span.nb { (standing(d)) } }),
            Cell::new(when(d, now, zone)),
            Cell::new(why(d)),
        ]
    };
    table(&html::Table {
        caption: caption.into(),
        columns: vec![
            Column::text(if to { "To" } else { "Message" }),
            Column::text("State"),
            Column::text("When").class("lab"),
            Column::text("What the last try said").short("Last try"),
        ],
        rows: all.iter().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::tests::delivery;

    #[test]
    fn each_state_has_a_mark_a_word_and_what_is_known_of_it() {
        use DeliveryState::{Arrived, Dropped, GivenUp, Waiting};
        let now = delivery(Waiting).made_at;
        for (state, parts) in [
            (Waiting, ["Waiting", "next try at once"]),
            (Arrived, ["Arrived", "17 Nov 15:33"]),
            (GivenUp, ["Given up", "&lt;no&gt; team"]),
            (Dropped, ["Dropped", "The room &lt;is&gt; gone."]),
        ] {
            let d = delivery(state);
            let drawn = html! { (standing(&d)) (when(&d, now, "UTC")) (why(&d)) }.into_string();
            assert!(parts.iter().all(|p| drawn.contains(p)) && drawn.contains("<svg") && drawn.contains("3 tries"), "{drawn}");
        }
        let all = [delivery(Arrived)];
        assert!(deliveries("x", &all, true, now, "UTC").into_string().contains("/channels/architects"));
        assert!(deliveries("x", &all, false, now, "UTC").into_string().contains("Minutes of &lt;sprint&gt; 22"));
    }
}
