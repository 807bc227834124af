//! Pages that are rarely needed, in one place.

use html::{Head, Markup, Tight, html};
use kernel::web::Actor;

use crate::home::shelf::SHELVES;

/// What this reader may open.
pub(in crate::home) fn settings(actor: &Actor) -> Markup {
    html! {
        (html::head(Head {
            title: "Settings".into(),
            lead: html! { "What is set once and looked at rarely. Groups, teams, workloads, metrics, templates and sources can also be kept as a file: " code { "bellwether export" } "." },
            ..Head::default()
        }))
        @for shelf in &SHELVES {
            (html::section(&html::slug(shelf.title), shelf.title, None, Tight(true), html! {
                ul.ruled { @for e in shelf.entries.iter().filter(|e| e.open_to(actor)) {
                    li { a href=(e.href) { (e.title) } " " span.by { (e.why) } }
                } }
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_open_a_page_is_not_sent_there() {
        let reader = settings(&Actor::anonymous()).into_string();
        let owner = settings(&crate::doctor::owner()).into_string();
        assert!(owner.contains("href=\"/tokens\"") && owner.contains("href=\"/sources\""), "{owner}");
        assert!(!reader.contains("href=\"/tokens\"") && reader.contains("href=\"/sources\""), "{reader}");
    }
}
