//! Dialogs: find and do, the list of keys, a dangerous act. The only boxes there are.

use maud::{Markup, html};

use crate::shell::{Place, Shell};

/// The palette: acts that are known without a search; the script adds what `/find.json?q=` answers.
pub(crate) fn palette(acts: &[(&str, &str)]) -> Markup {
    html! {
        dialog.dlg #find aria-labelledby="find-h" {
            h2.dlg-h #find-h { "Find or do" }
            label.vh for="find-q" { "Find or do" }
            input type="text" #find-q role="combobox" aria-expanded="true" aria-controls="find-hits"
                aria-autocomplete="list" autocomplete="off" spellcheck="false";
            div.hits #find-hits role="listbox" aria-label="Results" {
                @if !acts.is_empty() {
                    div role="group" aria-labelledby="find-do" data-acts {
                        p.h #find-do { "Do" }
                        @for (i, (label, href)) in acts.iter().enumerate() {
                            div.o id={ "find-a" (i) } role="option" aria-selected="false" data-href=(href) {
                                span { (label) } span.by { "act" }
                            }
                        }
                    }
                }
            }
            p.vh role="status" data-count {}
            p.more {
                kbd { "Up" } " " kbd { "Down" } " choose, " kbd { "Enter" } " open, " kbd { "Ctrl Enter" } " in a new tab, "
                kbd { "Esc" } " close."
            }
        }
    }
}

/// The list of keys: those of the page first, then everywhere, places that exist, lists.
pub(crate) fn key_list(shell: &Shell<'_>) -> Markup {
    let places: Vec<(&str, String)> = shell
        .places
        .iter()
        .filter(|(place, _, _)| *place != Place::None)
        .filter_map(|(place, label, _)| place.key().map(|key| (*label, format!("g {key}"))))
        .collect();
    let owned = |keys: &[(&'static str, &str)]| -> Vec<(&str, String)> {
        keys.iter().map(|(label, keys)| (*label, (*keys).to_owned())).collect()
    };
    let page: Vec<(&str, String)> = shell.keys.iter().map(|(label, keys)| (*label, (*keys).to_owned())).collect();
    let everywhere = owned(&[("These keys", "?"), ("Find", "/"), ("Go to or do", "Ctrl+K")]);
    let lists = owned(&[("Next, previous", "j k"), ("Open", "Enter"), ("Edit", "e"), ("New", "n")]);
    html! {
        dialog.dlg #keys aria-labelledby="keys-h" {
            h2.dlg-h #keys-h { "Keys" }
            div.keys {
                (key_group("This page", &page))
                (key_group("Everywhere", &everywhere))
                (key_group("Go to", &places))
                (key_group("In lists", &lists))
            }
            div.pick { label { input type="checkbox" checked data-single-keys; " " span { "Single keys are on" } } }
            form method="dialog" { button.btn type="submit" { "Close " kbd { "Esc" } } }
        }
    }
}

/// One group of keys: what they do and the keys, parted by spaces. An empty group draws nothing.
fn key_group(heading: &str, keys: &[(&str, String)]) -> Markup {
    html! {
        @if !keys.is_empty() {
            section aria-label=(heading) {
                h3.keys-h { (heading) }
                dl {
                    @for (label, keys) in keys {
                        div { dt { (label) } dd { @for key in keys.split(' ') { kbd { (key.replace('+', " ")) } " " } } }
                    }
                }
            }
        }
    }
}

/// An act that loses something for good.
#[derive(Debug, Clone, Default)]
pub struct Danger<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// The act as a question: "Delete the lens “Serverless, draft”?"
    pub question: &'a str,
    /// What is lost, what stays, how many.
    pub text: Markup,
    /// Label of the field for the name: "Type the name of the lens".
    pub label: &'a str,
    /// The name that must be typed; the server compares the field `confirm` with it.
    pub name: &'a str,
    /// Where the act is posted.
    pub action: &'a str,
    /// Token of the form.
    pub csrf: &'a str,
    /// Label of the safe way out and the page it leads to.
    pub keep: (&'a str, &'a str),
    /// Label of the act.
    pub act: &'a str,
    /// Why the last try was refused.
    pub error: Option<&'a str>,
}

/// Asks before something is lost. The safe way out is the primary button and has the focus.
#[must_use]
pub fn dangerous(danger: &Danger<'_>) -> Markup {
    let id = danger.id;
    let error_id = danger.error.map(|_| format!("{id}-e"));
    html! {
        div.dlg role="group" aria-labelledby={ (id) "-h" } aria-describedby={ (id) "-d" } {
            h3 id={ (id) "-h" } { (danger.question) }
            p.prose id={ (id) "-d" } { (danger.text) }
            form action=(danger.action) method="post" novalidate {
                input type="hidden" name="csrf" value=(danger.csrf);
                div class="fields one pane-gap-s" {
                    div {
                        label for={ (id) "-n" } { (danger.label) }
                        input type="text" id={ (id) "-n" } name="confirm" autocomplete="off" data-must-be=(danger.name)
                            aria-describedby=[error_id.as_deref()] aria-invalid=[error_id.as_ref().map(|_| "true")];
                        @if let (Some(id), Some(error)) = (&error_id, danger.error) { (crate::form::error_line(id, error)) }
                    }
                }
                div class="btns pane-gap-s" {
                    a class="btn primary" href=(danger.keep.1) autofocus { (danger.keep.0) }
                    button.btn type="submit" { (danger.act) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safe_way_out_is_primary_and_the_act_works_without_script() {
        let text = dangerous(&Danger {
            id: "d",
            name: "A",
            keep: ("Keep it", "/k"),
            act: "Delete",
            error: Some("That is another name."),
            ..Danger::default()
        })
        .into_string();
        assert!(text.contains("<a class=\"btn primary\" href=\"/k\" autofocus>Keep it</a>"), "{text}");
        assert!(text.contains("<button class=\"btn\" type=\"submit\">Delete</button>"), "{text}");
        assert!(text.contains("aria-describedby=\"d-e\" aria-invalid=\"true\""), "{text}");
    }

    #[test]
    fn keys_name_only_places_that_exist() {
        let places = [(Place::Reports, "Team reports", "/reports")];
        let shell = Shell { places: &places, keys: vec![("Add", "Ctrl+Enter")], ..Shell::default() };
        let text = key_list(&shell).into_string();
        assert!(text.contains("<dt>Team reports</dt><dd><kbd>g</kbd> <kbd>r</kbd> </dd>"), "{text}");
        assert!(text.contains("<kbd>Ctrl Enter</kbd>") && !text.contains("Council"), "{text}");
        assert!(text.find("This page") < text.find("Everywhere"));
    }
}
