//! One message: what was said, and where it went.

use html::{Head, Markup, Tight, bdi, head, html, section};
use kernel::time::Time;
use kernel::web::clock;

use super::deliveries;
use crate::delivery::Delivery;
use crate::message::{Block, Message};

/// A message as it was said, and each of its receivers.
pub fn one(m: &Message, all: &[Delivery], more: Option<&str>, now: Time, zone: &str) -> Markup {
    html! {
        (head(Head {
            kicker: vec![("Channels".into(), Some("/channels".into()))],
            title: m.title.clone(),
            lead: html! {},
            facts: vec![
                ("About".into(), html! { (m.topic.title()) @if let Some(g) = &m.group { ", " (bdi(g)) } }),
                ("Sent".into(), html! { (clock(m.made_at, now, zone)) }),
                ("By".into(), html! { (bdi(&m.made_by)) }),
                ("Page".into(), html! { a href=(m.href) { "Open it" } }),
            ],
        }))
        (section("said", "What was said", Some(html! { "Each channel shows it in its own form, and shortens it where it must." }), Tight(false), html! {
            @for block in &m.blocks { (piece(block)) }
        }))
        (section("went", "Where it goes", None, Tight(false), html! {
            @if all.is_empty() {
                (html::empty("No channel heard this topic when it was sent.", Some(("Channels", "/channels"))))
            } @else {
                (deliveries("Receivers of this message", all, true, now, zone))
                @if let Some(cursor) = more { (html::more(html! { a href={ "/messages/" (m.id) "?cursor=" (cursor) } { "More receivers" } })) }
            }
        }))
    }
}

fn piece(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Heading { text } => h3 { (bdi(text)) },
            Block::Paragraph { text } => @for line in text.split("\n\n") { p.prose { (bdi(line)) } },
            Block::List { items } => ul.ruled { @for item in items { li { (bdi(item)) } } },
            Block::Facts { facts } => (html::facts(html::FactsLook::Plain, &facts.iter().map(|f| (f.name.clone(), bdi(&f.value))).collect::<Vec<_>>())),
            Block::Link { words, href } => p { a href=(href) { (bdi(words)) } },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::DeliveryState;
    use crate::delivery::tests::delivery;
    use crate::format::sample::message;

    #[test]
    fn a_message_says_what_was_said_and_where_it_went() {
        let m = message();
        let page = one(&m, &[delivery(DeliveryState::Arrived)], Some("00"), m.made_at, "UTC").into_string();
        for part in [
            "&lt;!channel&gt; &amp; more",
            "Add jitter",
            "Ada &lt;Lovelace&gt;",
            "href=\"/actions\"",
            "href=\"/sessions/22\"",
            "#architects &lt;x&gt;",
            "Arrived",
            "More receivers",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(one(&m, &[], None, m.made_at, "UTC").into_string().contains("No channel heard this topic"));
    }
}
