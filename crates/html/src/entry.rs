//! The row in which one value is typed by hand.

use maud::{Markup, html};

use crate::form::error_line;
use crate::text::bdi;

/// What taking an entry back does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undo {
    /// Sent as `undo`.
    pub value: String,
    /// On the button: "Take 24 back".
    pub button: String,
    /// What counts then: "22 counts again, by Ines".
    pub then: String,
}

/// One value to be typed.
#[derive(Debug, Clone, Default)]
pub struct EntryRow {
    /// Unique on the page, and the name of the value in the form; the note is sent as `{id}-n`, the confirmation as `keep={id}`.
    pub id: String,
    /// Name of the metric.
    pub name: String,
    /// What to count, in a few words.
    pub hint: Option<String>,
    /// Unit behind the field; may be empty.
    pub unit: String,
    /// What was typed, also if it was refused; empty if nothing was.
    pub value: String,
    /// The last value, in grey.
    pub placeholder: String,
    /// The last value as the button says it ("Still 24"); no button without one.
    pub last_text: Option<String>,
    /// The last value was confirmed on purpose.
    pub kept: bool,
    /// How this value could come by itself.
    pub automate_hint: Option<Markup>,
    /// Why the value was refused and what to do.
    pub error: Option<String>,
    /// Note on the value.
    pub note: String,
    /// The note's field is open.
    pub note_open: bool,
    /// The reader's own entry can be taken back.
    pub undo: Option<Undo>,
    /// The page opens with the focus here.
    pub focus: bool,
}

/// Draws the row. Without script the button sends the form with `keep={id}`.
#[must_use]
pub fn entry_row(row: &EntryRow) -> Markup {
    let id = &row.id;
    let described: Vec<String> = [
        row.hint.as_ref().map(|_| format!("{id}-d")),
        row.automate_hint.as_ref().map(|_| format!("{id}-h")),
        row.error.as_ref().map(|_| format!("{id}-e")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    html! {
        div.ent data-row=(id) {
            div {
                label for=(id) { (bdi(&row.name)) }
                @if let Some(hint) = &row.hint { p.hint id={ (id) "-d" } { (hint) } }
            }
            div {
                div.val {
                    input type="text" inputmode="decimal" id=(id) name=(id) value=(row.value) placeholder=(row.placeholder)
                        autocomplete="off" autofocus[row.focus] aria-describedby=[described] aria-invalid=[row.error.as_ref().map(|_| "true")];
                    span class="mute small" { (row.unit) }
                    @if let Some(last) = &row.last_text {
                        button.btn.slim type="submit" name="keep" value=(id) aria-pressed=(row.kept) data-keep=(last) {
                            // One node: a gap of the button would part word and figure.
                            span data-word { (if row.kept { "Kept " } else { "Still " }) (last) }
                            span.vh { " for " (row.name) }
                        }
                    }
                }
                @if let Some(error) = &row.error { (error_line(&format!("{id}-e"), error)) }
                @if let Some(undo) = &row.undo {
                    p.hint.back {
                        button.btn.slim type="submit" name="undo" value=(undo.value) data-focus=(id) { (undo.button) span.vh { " for " (row.name) } }
                        " " (undo.then)
                    }
                }
            }
            div {
                (note_field(row))
                @if let Some(hint) = &row.automate_hint { p.hint id={ (id) "-h" } { (hint) } }
            }
        }
    }
}

fn note_field(row: &EntryRow) -> Markup {
    let area = html! {
        label.vh for={ (row.id) "-n" } { "Note on " (row.name) }
        textarea id={ (row.id) "-n" } name={ (row.id) "-n" } rows="2" { "\n" (row.note) }
    };
    html! {
        @if row.note_open || !row.note.is_empty() {
            div { (area) }
        } @else {
            details.addnote { summary { "Add a note" span.vh { " on " (row.name) } } (area) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> EntryRow {
        EntryRow {
            id: "f1".into(),
            name: "Restore".into(),
            placeholder: "24".into(),
            last_text: Some("24".into()),
            ..EntryRow::default()
        }
    }

    #[test]
    fn the_last_value_is_offered_never_filled_in() {
        let text = entry_row(&row()).into_string();
        assert!(text.contains("value=\"\" placeholder=\"24\""), "{text}");
        assert!(text.contains("type=\"submit\" name=\"keep\" value=\"f1\" aria-pressed=\"false\""), "{text}");
        assert!(text.contains("<span data-word>Still 24</span><span class=\"vh\"> for Restore</span>"), "{text}");
    }

    #[test]
    fn kept_is_pressed() {
        let text = entry_row(&EntryRow { kept: true, ..row() }).into_string();
        assert!(text.contains("aria-pressed=\"true\"") && text.contains("Kept"), "{text}");
        assert!(!entry_row(&EntryRow { last_text: None, ..row() }).into_string().contains("<button"));
    }

    #[test]
    fn an_entry_of_ones_own_is_taken_back_and_says_what_counts_then() {
        let undo = Undo { value: "f1=9".into(), button: "Take 26 back".into(), then: "24 counts again".into() };
        let text = entry_row(&EntryRow { undo: Some(undo), ..row() }).into_string();
        assert!(text.contains("name=\"undo\" value=\"f1=9\"") && text.contains("24 counts again"), "{text}");
        assert!(!entry_row(&row()).into_string().contains("undo"));
    }

    #[test]
    fn one_field_is_where_the_page_begins() {
        let text = entry_row(&EntryRow { focus: true, ..row() }).into_string();
        assert!(text.contains(" autocomplete=\"off\" autofocus>"), "{text}");
        assert!(!entry_row(&row()).into_string().contains("autofocus"));
    }

    #[test]
    fn a_written_note_is_open() {
        assert!(entry_row(&row()).into_string().contains("<details class=\"addnote\">"));
        let text = entry_row(&EntryRow { note: "112 days old".into(), ..row() }).into_string();
        assert!(!text.contains("<details") && text.contains("112 days old</textarea>"));
    }

    #[test]
    fn error_is_named_by_the_field() {
        let text = entry_row(&EntryRow { error: Some("no".into()), ..row() }).into_string();
        assert!(text.contains("aria-describedby=\"f1-e\" aria-invalid=\"true\""), "{text}");
    }
}
