//! Pages that say why there is no page. None of them blames.

use maud::{Markup, html};

use crate::button::{Button, buttons};
use crate::form::{Field, FieldKind, field, fields_one};
use crate::head::{Head, head};
use crate::shell::Shell;

/// Why there is no page.
#[derive(Debug, Clone)]
pub enum Fault<'a> {
    /// 403: the person may not see it.
    Forbidden {
        /// The thing: "Security findings of Identity".
        what: &'a str,
        /// Who may, who the person is, and what is open to everyone anyway.
        why: &'a str,
        /// Who can give the right: label of the button and its address.
        ask: Option<(&'a str, &'a str)>,
    },
    /// 404: there is nothing at this address.
    NotFound {
        /// What is not there, as one or more sentences: "There is no report “paymnets”. It has ..".
        what: &'a str,
        /// What was asked for, as the person wrote it; stands in the field that finds.
        asked: &'a str,
        /// The nearest names and their addresses.
        near: &'a [(String, String)],
        /// Page that finds, by `?q=`.
        find: Option<&'a str>,
    },
    /// 400, 409, 413, 422, 429: the request was refused.
    Refused {
        /// What was refused: "The file is larger than 5 MB".
        what: &'a str,
        /// What to do.
        why: &'a str,
    },
    /// 500: our own fault.
    Broken {
        /// Words that the log entry also carries.
        reference: &'a str,
    },
    /// 503: too busy, or a part of the system is away.
    Busy {
        /// Seconds after which to try again.
        retry_seconds: u32,
    },
}

/// A whole page about a fault; the caller sets the status. `shell.title` is kept if it is not empty.
#[must_use]
pub fn error_page(shell: &Shell<'_>, fault: &Fault<'_>) -> Markup {
    let (title, lead, body) = words(fault);
    let head = head(Head { title: title.clone(), lead: html! { (lead) }, ..Head::default() });
    let shell = if shell.title.is_empty() { Shell { title: &title, ..shell.clone() } } else { shell.clone() };
    shell.page(head, html! { div.sec { div.body.full { (body) } } })
}

fn words(fault: &Fault<'_>) -> (String, String, Markup) {
    match fault {
        Fault::Forbidden { what, why, ask } => {
            let ask = html! {
                @if let Some((label, href)) = ask {
                    (buttons(&[Button { label, href: Some(href), ..Button::default() }]))
                } @else {
                    p.prose { "The facilitator of your group can give this right." }
                }
            };
            ((*what).to_owned(), (*why).to_owned(), ask)
        }
        Fault::NotFound { what, asked, near, find } => not_found(what, asked, near, *find),
        Fault::Refused { what, why } => ((*what).to_owned(), (*why).to_owned(), back()),
        Fault::Broken { reference } => (
            "This page could not be made".to_owned(),
            "The fault is ours and it is written down. Nothing that was saved is lost; what you sent just now may not have been saved."
                .to_owned(),
            html! {
                p.prose { "Load the page again. If it fails again, tell the people who run this server: " code { (reference) } "." }
            },
        ),
        Fault::Busy { retry_seconds } => (
            "Too much at once".to_owned(),
            "The server has more work than it can do just now. Nothing was changed by this request.".to_owned(),
            html! {
                p.prose {
                    "Try again in " (retry_seconds) " " (crate::text::plural(*retry_seconds as usize, "second", "seconds")) "."
                }
            },
        ),
    }
}

fn not_found(what: &str, asked: &str, near: &[(String, String)], find: Option<&str>) -> (String, String, Markup) {
    let (title, more) = what.split_once(". ").unwrap_or((what, ""));
    let title = if title.is_empty() { "There is no such page" } else { title.trim_end_matches('.') };
    let lead = match (more, near.is_empty(), find.is_some()) {
        ("", false, _) => "It may have another name now. The nearest names:",
        ("", true, true) => "It may have another name now. Any part of the name finds it.",
        ("", true, false) => "Nothing has this address.",
        (more, _, _) => more,
    };
    let body = html! {
        @if !near.is_empty() {
            ul.ruled { @for (name, href) in near { li { a href=(href) { (crate::text::bdi(name)) } } } }
        }
        @if let Some(find) = find {
            form action=(find) method="get" {
                (fields_one(&[
                    field(&Field { id: "nf", name: "q", label: "Find", value: asked, kind: FieldKind::Search, ..Field::default() }),
                    html! { div { button.btn type="submit" { "Find" } } },
                ]))
            }
        }
        @if near.is_empty() && find.is_none() { (back()) }
    };
    (title.to_owned(), lead.to_owned(), body)
}

fn back() -> Markup {
    html! { (buttons(&[Button { label: "Go to the start", href: Some("/"), ..Button::default() }])) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(fault: &Fault<'_>) -> String {
        error_page(&Shell::default(), fault).into_string()
    }

    #[test]
    fn each_fault_has_a_heading_and_something_to_do() {
        let near = [("Payments".to_owned(), "/p".to_owned())];
        let faults = [
            (Fault::Forbidden { what: "Findings", why: "w", ask: Some(("Ask", "/a")) }, "href=\"/a\""),
            (
                Fault::NotFound {
                    what: "There is no team “paymnets”. It left.",
                    asked: "paymnets",
                    near: &near,
                    find: Some("/find"),
                },
                "value=\"paymnets\"",
            ),
            (Fault::NotFound { what: "", asked: "", near: &[], find: None }, "Go to the start"),
            (Fault::Refused { what: "Too large", why: "w" }, "Go to the start"),
            (Fault::Broken { reference: "r-17" }, "r-17"),
            (Fault::Busy { retry_seconds: 1 }, "in 1 second."),
        ];
        for (fault, needed) in faults {
            let text = page(&fault);
            assert_eq!(text.matches("<h1>").count(), 1, "{fault:?}");
            assert!(text.contains(needed), "{fault:?}: {text}");
            assert!(!text.contains("<title> - "), "{fault:?} has no title");
        }
    }

    #[test]
    fn what_was_asked_is_escaped() {
        let text = page(&Fault::NotFound { what: "No “<script>” here.", asked: "<script>", near: &[], find: Some("/find") });
        assert!(!text.contains("<script>\u{201d}") && text.contains("<h1><bdi>No “&lt;script&gt;” here</bdi></h1>"), "{text}");
    }
}
