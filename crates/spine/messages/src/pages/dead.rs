//! What was given up: why, another try, or dropped with a reason.

use html::{Field, FieldKind, Head, Markup, Tight, bdi, count_word_capital, field, fields_one, head, html, plural, section};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, clock};

use crate::delivery::Delivery;

/// The page of dead letters.
pub struct DeadPage<'a> {
    /// Newest first, each with whether the reader may decide on it.
    pub deliveries: &'a [(Delivery, bool)],
    /// Cursor of what follows, if there is more.
    pub older: Option<&'a str>,
    /// A refused form: the id of its delivery.
    pub sent: Option<(&'a str, &'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// All of them.
pub fn list(p: &DeadPage<'_>) -> Markup {
    let n = p.deliveries.len();
    html! {
        (head(Head {
            kicker: vec![("Channels".into(), Some("/channels".into()))],
            title: "Messages that did not arrive".into(),
            lead: html! {
                @if n > 0 {
                    (count_word_capital(n)) " " (plural(n, "message was", "messages were")) " given up. "
                    "Each stays until somebody has it tried again or drops it; nothing is lost by waiting."
                } @else { "Nothing was given up. A message that its receiver refuses, or does not take for two days, will stand here." }
            },
            facts: vec![],
        }))
        @if let Some((id, _, faults)) = p.sent {
            (html::alert(faults.iter().map(|f| (format!("r-{id}"), f.message.clone())).collect()))
            div.sub {}
        }
        @if n > 0 {
            (section("dead", "Given up", Some(html! { "Newest first. A try sends the same message under the same id, so a receiver that has it already can tell." }), Tight(false), html! {
                @for (d, may) in p.deliveries { (one(d, *may, p)) }
                @if let Some(cursor) = p.older { (html::more(html! { a href={ "/dead-letters?cursor=" (cursor) } { "Older ones" } })) }
            }))
        }
    }
}

fn one(d: &Delivery, may: bool, p: &DeadPage<'_>) -> Markup {
    let refused = p.sent.filter(|(id, ..)| *id == d.id.to_string());
    let typed = refused.map_or("", |(_, form, _)| form.get("reason"));
    let error = refused.and_then(|(_, _, faults)| faults.first()).map(|f| f.message.as_str());
    let id = format!("r-{}", d.id);
    html! {
        article.pane-gap aria-labelledby={ "d-" (d.id) } {
            h3 id={ "d-" (d.id) } { a href={ "/messages/" (d.message) } { (bdi(&d.title)) } }
            p.by {
                (d.topic.title()) ", by " a href={ "/channels/" (d.channel) } { (bdi(&d.channel_name)) }
                @if let Some(to) = d.person.as_ref().or(d.address.as_ref()) { " to " (bdi(to)) }
                @if let Some(at) = d.ended_at { ", given up " (clock(at, p.now, p.zone)) }
                ", " (d.tries) " " (plural(usize::try_from(d.tries).unwrap_or(0), "try", "tries"))
            }
            @if let Some(fault) = &d.fault { p.prose { (bdi(fault)) } }
            @if may {
                (html::form(&format!("/dead-letters/{}/tries", d.id), p.csrf, html! {
                    div.btns { button.btn type="submit" { "Try it again" span.vh { ": " (d.title) } } }
                }))
                (html::form(&format!("/dead-letters/{}/dismissal", d.id), p.csrf, html! {
                    (fields_one(&[field(&Field { id: &id, name: "reason", label: "Why it is dropped", value: typed, kind: FieldKind::Text, error, ..Field::default() })]))
                    div.btns.pane-gap-s { button.btn type="submit" { "Drop it" span.vh { ": " (d.title) } } }
                }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::DeliveryState;
    use crate::delivery::tests::delivery;

    fn page(all: &[(Delivery, bool)], sent: Option<(&str, &Form, &[Fault])>) -> String {
        let now = delivery(DeliveryState::GivenUp).made_at;
        list(&DeadPage { deliveries: all, older: Some("00"), sent, csrf: "c", now, zone: "UTC" }).into_string()
    }

    #[test]
    fn what_was_given_up_says_why_and_can_be_tried_or_dropped() {
        let d = delivery(DeliveryState::GivenUp);
        let shown = page(&[(d.clone(), true)], None);
        for part in [
            "One message was given up",
            "status 404: “&lt;no&gt; team”",
            "3 tries",
            "Try it again",
            "Drop it",
            "to <bdi>Ada &lt;Lovelace&gt;",
            "Older ones",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!page(&[(d.clone(), false)], None).contains("Try it again"), "who may not, has no button");
        let form = Form(vec![("reason".into(), "<r>".into())]);
        let id = d.id.to_string();
        let refused = page(&[(d, true)], Some((&id, &form, &[Fault::new("reason", "Say why.")])));
        assert!(refused.contains("value=\"&lt;r&gt;\"") && refused.contains(&format!("href=\"#r-{id}\"")), "{refused}");
        assert!(page(&[], None).contains("Nothing was given up"));
    }
}
