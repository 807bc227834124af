//! Every component with sample data, in every state: what browser tests look at, and what a design change is judged by.
//!
//! Names of 120 letters, names written from right to left, empty parts and refused forms are part of it.

mod charts;
mod forms;
mod tables;
mod words;

use maud::{Markup, html};

use crate::error_page::{Fault, error_page};
use crate::head::{Head, Tight, head, section};
use crate::shell::Shell;

/// A name of 120 letters without a place to break it.
pub(crate) const LONG: &str =
    "Zahlungsverkehrsabwicklungsdienstleistungsverwaltungsgesellschaftsmitarbeiterversammlungsprotokollführerstellvertreterin";
/// A name written from right to left, with a part that is not.
pub(crate) const RIGHT_TO_LEFT: &str = "مدفوعات البطاقات (2)";
/// A name that would be markup if it were not escaped.
pub(crate) const MARKUP: &str = "O\u{2019}Hare <script> & Co. payments-api-v2_prod_eu-west-1_blue";

/// One page with every component. `shell` gives masthead and foot; its title is used if it has one.
#[must_use]
pub fn gallery(shell: &Shell<'_>) -> Markup {
    let shell = if shell.title.is_empty() { Shell { title: "Gallery", ..shell.clone() } } else { shell.clone() };
    let head = head(Head {
        kicker: vec![
            ("Digital Engineering".into(), Some("#signals".into())),
            (LONG.into(), Some("#tables".into())),
            ("Sprint 22, 4 to 17 November 2026".into(), None),
        ],
        title: "Every part of a page, in every state".into(),
        lead: html! { "What is drawn here is what the pages are made of. Nothing on this page is real, and nothing asks for your attention but " span.look { "this" } "." },
        facts: vec![
            (
                "Report".into(),
                html! { b { "Ready" } " since Tue 17 Nov, 15:48" br; a href="#form" { "Edit until the review starts" } },
            ),
            ("Prepared by".into(), crate::text::bdi(RIGHT_TO_LEFT)),
            ("Automated".into(), html! { "15 of 20 values; 9 of 20 in sprint 17" }),
            ("Written by".into(), crate::text::bdi(LONG)),
        ],
    });
    let parts = [words::parts(), tables::parts(), charts::parts(), forms::parts(shell.csrf)];
    shell.page(head, html! { @for part in parts { (part) } })
}

/// Every page about a fault, with a name for the file or test that looks at it.
#[must_use]
pub fn gallery_faults(shell: &Shell<'_>) -> Vec<(&'static str, Markup)> {
    let near =
        [("Payments, report of sprint 22".to_owned(), "#a".to_owned()), (format!("{LONG}, report of sprint 21"), "#b".to_owned())];
    let faults = [
        (
            "403",
            Fault::Forbidden {
                what: "Security findings of Identity",
                why: "Open findings are read by the team, its facilitator and security. You are an engineer of Payments. The counts are open to everyone: 2 open, none critical.",
                ask: Some(("Ask Pradeep Nair for access", "#ask")),
            },
        ),
        (
            "403-nobody",
            Fault::Forbidden { what: "Pay hours", why: "They are read by the person and the manager of the rota.", ask: None },
        ),
        (
            "404",
            Fault::NotFound {
                what: "There is no report “paymnets, sprint 22”.",
                asked: "paymnets",
                near: &near,
                find: Some("/find"),
            },
        ),
        ("404-bare", Fault::NotFound { what: "", asked: "", near: &[], find: None }),
        (
            "413",
            Fault::Refused {
                what: "The file is larger than 5 MB",
                why: "Nothing of it was read. Split it, or send the rows through the API.",
            },
        ),
        ("500", Fault::Broken { reference: "request 0199a4c1" }),
        ("503", Fault::Busy { retry_seconds: 5 }),
    ];
    faults.into_iter().map(|(name, fault)| (name, error_page(shell, &fault))).collect()
}

/// A section of the gallery.
fn part(id: &str, heading: &str, explain: &str, body: Markup) -> Markup {
    section(id, heading, Some(html! { (explain) }), Tight(false), body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::{Foot, Place, Theme};

    const PLACES: [(Place, &str, &str); 2] = [(Place::Overview, "Overview", "/"), (Place::Reports, "Team reports", "/reports")];

    fn pages() -> Vec<String> {
        let shell = Shell {
            place: Place::Reports,
            person: Some(MARKUP),
            csrf: "token",
            places: &PLACES,
            theme: Theme::Dark,
            live: Some("t"),
            palette: vec![("Raise a concern", "/x")],
            foot: Foot { organisation: "Aldersey Mutual", ..Foot::default() },
            ..Shell::default()
        };
        let bare = Shell { bare: true, slim: true, ..shell.clone() };
        let mut all: Vec<String> = [gallery(&shell), gallery(&bare)].into_iter().map(maud::Markup::into_string).collect();
        all.extend(gallery_faults(&shell).into_iter().map(|(_, page)| page.into_string()));
        all
    }

    #[test]
    fn nothing_that_a_content_security_policy_forbids() {
        for page in pages() {
            for banned in [" style=", "javascript:", "<style"] {
                assert!(!page.contains(banned), "{banned}");
            }
            let handler = page.match_indices(" on").find(|(at, _)| {
                let word: String = page[at + 1..].chars().take_while(char::is_ascii_lowercase).collect();
                page[at + 1 + word.len()..].starts_with("=\"")
            });
            assert_eq!(handler, None, "an event handler");
            assert_eq!(page.matches("<script").count(), 1, "only our own script");
        }
    }

    #[test]
    fn ids_are_unique() {
        for page in pages() {
            let mut seen = std::collections::BTreeSet::new();
            for (at, _) in page.match_indices(" id=\"") {
                let id: String = page[at + 5..].chars().take_while(|c| *c != '"').collect();
                assert!(seen.insert(id.clone()), "{id} twice");
            }
        }
    }

    #[test]
    fn references_lead_somewhere() {
        for page in pages() {
            for attribute in [" for=\"", "aria-labelledby=\"", "aria-describedby=\"", "aria-controls=\""] {
                for (at, _) in page.match_indices(attribute) {
                    let ids: String = page[at + attribute.len()..].chars().take_while(|c| *c != '"').collect();
                    for id in ids.split(' ') {
                        assert!(page.contains(&format!(" id=\"{id}\"")), "{attribute}{id}");
                    }
                }
            }
        }
    }

    #[test]
    fn one_heading_one_main_and_the_skip_link_first() {
        for page in pages() {
            assert_eq!(page.matches("<h1").count(), 1);
            assert_eq!(page.matches("<main").count(), 1);
            assert!(page.contains("<body><a class=\"skip\" href=\"#main\">"));
        }
    }

    #[test]
    fn every_public_function_is_shown() {
        let sources = [
            include_str!("mod.rs"),
            include_str!("words.rs"),
            include_str!("tables.rs"),
            include_str!("charts.rs"),
            include_str!("forms.rs"),
        ];
        let shown = sources.concat();
        // Text only, or used by the shell on every page.
        let elsewhere = ["assets", "gallery", "gallery_faults"];
        let exports: String =
            include_str!("../lib.rs").lines().filter(|l| l.starts_with("pub use") || l.starts_with("    ")).collect();
        let names = exports.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| {
            let component = name.chars().next().is_some_and(char::is_lowercase);
            component && !["pub", "use", "maud", "html"].contains(name)
        });
        let modules: Vec<&str> =
            include_str!("../lib.rs").lines().filter_map(|l| l.strip_prefix("mod ")?.strip_suffix(';')).collect();
        for name in names.filter(|name| !elsewhere.contains(name)) {
            let called = shown.contains(&format!("{name}(")) || shown.contains(&format!("({name}"));
            assert!(called || modules.contains(&name), "{name} is not in the gallery");
        }
    }

    #[test]
    fn long_names_are_as_long_as_promised() {
        assert_eq!(LONG.chars().count(), 120);
    }
}
