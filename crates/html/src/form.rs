//! Forms: fields, the summary of what was refused, buttons.

use maud::{Markup, html};

use crate::sprite::glyph;
use crate::text::{count_word_capital, plural};

/// What a field takes.
#[derive(Debug, Clone, Default)]
pub enum FieldKind<'a> {
    /// One line of text.
    #[default]
    Text,
    /// A word to look for.
    Search,
    /// A password; never filled in by the server.
    Password,
    /// A mail address.
    Email,
    /// A figure, typed in the usual way; the server reads it.
    Decimal,
    /// A date, typed or picked: `2026-11-30`.
    Date,
    /// One of several, as (value, label).
    Select(&'a [(&'a str, &'a str)]),
    /// Files of these types, as in `.yaml,.csv`; the form is an [`upload`].
    Files(&'a str),
    /// Several lines, this many of them shown.
    Textarea(u8),
    /// Yes or no; the value sent when ticked is the field's value, or `yes`.
    Checkbox(bool),
}

/// One field with label, hint and error, in this order.
#[derive(Debug, Clone, Default)]
pub struct Field<'a> {
    /// Unique on the page; also the name in the form unless `name` is given.
    pub id: &'a str,
    /// Name in the form; the id if empty.
    pub name: &'a str,
    /// Visible label.
    pub label: &'a str,
    /// One sentence below the label.
    pub hint: Option<&'a str>,
    /// What stands in the field: what was typed, also if it was refused.
    pub value: &'a str,
    /// What the field takes.
    pub kind: FieldKind<'a>,
    /// Why the value was refused and what to do.
    pub error: Option<&'a str>,
    /// Value of the `autocomplete` attribute.
    pub autocomplete: Option<&'a str>,
    /// An example or the value from last time, in grey.
    pub placeholder: Option<&'a str>,
    /// The field must be filled in; said to screen readers, checked by the server.
    pub required: bool,
    /// Id of the form that the field belongs to, for one that stands elsewhere on the page.
    pub form: Option<&'a str>,
}

/// Draws one field.
#[must_use]
pub fn field(field: &Field<'_>) -> Markup {
    if let FieldKind::Checkbox(checked) = field.kind {
        return checkbox(field, checked);
    }
    html! {
        div {
            label for=(field.id) { (field.label) }
            @if let Some(hint) = field.hint { p.hint id={ (field.id) "-h" } { (hint) } }
            (control(field))
            @if let Some(error) = field.error { (error_line(&format!("{}-e", field.id), error)) }
        }
    }
}

fn control(field: &Field<'_>) -> Markup {
    let name = name_of(field);
    let described = described_by(field);
    let invalid = field.error.map(|_| "true");
    let required = field.required.then_some("true");
    let input = |kind: &'static str, mode: Option<&'static str>, value: Option<&str>| {
        html! {
            input type=(kind) inputmode=[mode] id=(field.id) name=(name) form=[field.form] value=[value] placeholder=[field.placeholder]
                autocomplete=[field.autocomplete] aria-describedby=[described.as_deref()] aria-invalid=[invalid]
                aria-required=[required];
        }
    };
    match field.kind {
        FieldKind::Text | FieldKind::Checkbox(_) => input("text", None, Some(field.value)),
        FieldKind::Search => input("search", None, Some(field.value)),
        FieldKind::Password => input("password", None, None),
        FieldKind::Email => input("text", Some("email"), Some(field.value)),
        FieldKind::Decimal => input("text", Some("decimal"), Some(field.value)),
        FieldKind::Date => input("date", None, Some(field.value)),
        FieldKind::Select(options) => html! {
            select id=(field.id) name=(name) form=[field.form] autocomplete=[field.autocomplete] aria-describedby=[described.as_deref()]
                aria-invalid=[invalid] aria-required=[required] {
                @for (value, label) in options { option value=(value) selected[*value == field.value] { (label) } }
            }
        },
        FieldKind::Files(accept) => html! {
            input type="file" multiple id=(field.id) name=(name) accept=(accept) aria-describedby=[described.as_deref()]
                aria-invalid=[invalid] aria-required=[required];
        },
        FieldKind::Textarea(rows) => html! {
            textarea id=(field.id) name=(name) form=[field.form] rows=(rows) placeholder=[field.placeholder]
                aria-describedby=[described.as_deref()] aria-invalid=[invalid] aria-required=[required] {
                // A browser drops one line break at the start, so one is given to it.
                "\n" (field.value)
            }
        },
    }
}

fn checkbox(field: &Field<'_>, checked: bool) -> Markup {
    let value = if field.value.is_empty() { "yes" } else { field.value };
    html! {
        div {
            div.pick {
                label {
                    input type="checkbox" id=(field.id) name=(name_of(field)) value=(value) checked[checked]
                        aria-describedby=[described_by(field)] aria-invalid=[field.error.map(|_| "true")];
                    " " span { (field.label) }
                }
            }
            @if let Some(hint) = field.hint { p.hint id={ (field.id) "-h" } { (hint) } }
            @if let Some(error) = field.error { (error_line(&format!("{}-e", field.id), error)) }
        }
    }
}

fn name_of<'a>(field: &Field<'a>) -> &'a str {
    if field.name.is_empty() { field.id } else { field.name }
}

fn described_by(field: &Field<'_>) -> Option<String> {
    let hint = field.hint.map(|_| format!("{}-h", field.id));
    let error = field.error.map(|_| format!("{}-e", field.id));
    let ids: Vec<String> = hint.into_iter().chain(error).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// Why a field was refused, with the mark that goes with it. `id` is named by the field's `aria-describedby`.
#[must_use]
pub fn error_line(id: &str, words: &str) -> Markup {
    html! { p.err id=(id) { (glyph("attention")) span { (words) } } }
}

/// Several short fields side by side, as many as fit.
#[must_use]
pub fn fields(fields: &[Markup]) -> Markup {
    html! { div.fields { @for field in fields { (field) } } }
}

/// Several fields below each other in one narrow column.
#[must_use]
pub fn fields_one(fields: &[Markup]) -> Markup {
    html! { div class="fields one" { @for field in fields { (field) } } }
}

/// One of several answers, with a description: a radio button or a tick box.
#[derive(Debug, Clone, Default)]
pub struct Choice<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// Name in the form; the same for all answers of a question.
    pub name: &'a str,
    /// Value sent.
    pub value: &'a str,
    /// Title of the answer.
    pub label: &'a str,
    /// What it means.
    pub desc: Markup,
    /// Chosen.
    pub checked: bool,
    /// Several may be chosen.
    pub many: bool,
}

/// A question with its answers; `legend` is said to screen readers.
#[must_use]
pub fn choices(legend: &str, choices: &[Choice<'_>]) -> Markup {
    html! {
        fieldset {
            legend.vh { (legend) }
            @for choice in choices {
                @let described = (!choice.desc.0.is_empty()).then(|| format!("{}-d", choice.id));
                div.choice {
                    input type=(if choice.many { "checkbox" } else { "radio" }) name=(choice.name) id=(choice.id)
                        value=(choice.value) checked[choice.checked] aria-describedby=[described.as_deref()];
                    div {
                        label for=(choice.id) { (choice.label) }
                        @if let Some(id) = &described { p.desc id=(id) { (choice.desc) } }
                    }
                }
            }
        }
    }
}

/// Summary of what was refused, on top of the form: (id of the field, words). Nothing if nothing was refused.
#[must_use]
pub fn alert(faults: Vec<(String, String)>) -> Markup {
    alert_of(("field", "fields"), faults)
}

/// The same with another noun than "field", as (one, many): "One value needs another look".
#[must_use]
pub fn alert_of(noun: (&str, &str), faults: Vec<(String, String)>) -> Markup {
    let n = faults.len();
    let heading = faults.first().map(|(id, _)| format!("{id}-sum")).unwrap_or_default();
    html! {
        @if n > 0 {
            div.alert role="alert" aria-labelledby=(heading) tabindex="-1" {
                h2 id=(heading) {
                    (count_word_capital(n)) " " (plural(n, noun.0, noun.1)) " " (plural(n, "needs", "need")) " another look"
                }
                ul.ruled { @for (id, words) in faults { li { a href={ "#" (id) } { (words) } } } }
            }
        }
    }
}

/// A form that is posted, with the token that proves it came from our own page. The server does all checking.
#[must_use]
pub fn form(action: &str, csrf: &str, body: Markup) -> Markup {
    html! {
        form action=(action) method="post" novalidate { input type="hidden" name="csrf" value=(csrf); (body) }
    }
}

/// A form with files, else as [`form`].
#[must_use]
pub fn upload(action: &str, csrf: &str, body: Markup) -> Markup {
    html! {
        form action=(action) method="post" enctype="multipart/form-data" novalidate { input type="hidden" name="csrf" value=(csrf); (body) }
    }
}

/// What the script may do with a form beyond sending it. Without script the form is sent in the usual way.
#[derive(Debug, Clone, Copy, Default)]
pub struct Live<'a> {
    /// Id of the element that is replaced by the one of the same id in the answer.
    pub target: Option<&'a str>,
    /// Fields are saved when they are left.
    pub autosave: bool,
}

/// A posted form that the script sends by itself; see [`Live`].
#[must_use]
pub fn live_form(action: &str, csrf: &str, live: Live<'_>, body: Markup) -> Markup {
    let fetch = live.target.map(|_| "");
    let autosave = live.autosave.then_some("");
    html! {
        form action=(action) method="post" novalidate data-fetch=[fetch] data-target=[live.target] data-autosave=[autosave] {
            input type="hidden" name="csrf" value=(csrf);
            (body)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_field_names_its_error() {
        let text = field(&Field { id: "x", label: "Due", hint: Some("h"), value: "<", error: Some("e"), ..Field::default() })
            .into_string();
        assert!(text.contains("aria-describedby=\"x-h x-e\" aria-invalid=\"true\""), "{text}");
        assert!(text.contains("value=\"&lt;\""), "input is kept and escaped");
        assert!(text.contains("<p class=\"err\" id=\"x-e\">"));
    }

    #[test]
    fn passwords_are_never_sent_back() {
        let text = field(&Field { id: "p", value: "secret", kind: FieldKind::Password, ..Field::default() }).into_string();
        assert!(!text.contains("secret"), "{text}");
    }

    #[test]
    fn a_select_keeps_the_choice() {
        let options = [("a", "A"), ("b", "B")];
        let text = field(&Field { id: "s", value: "b", kind: FieldKind::Select(&options), ..Field::default() }).into_string();
        assert!(text.contains("<option value=\"b\" selected>B</option>") && !text.contains("value=\"a\" selected"));
    }

    #[test]
    fn alert_counts_in_words() {
        assert_eq!(alert(vec![]).into_string(), "");
        let one = alert(vec![("x".into(), "y".into())]).into_string();
        assert!(one.contains("One field needs another look") && one.contains("href=\"#x\""));
        let two = alert_of(("value", "values"), vec![("x".into(), "y".into()), ("z".into(), "y".into())]).into_string();
        assert!(two.contains("Two values need another look"));
    }

    #[test]
    fn every_form_carries_the_token() {
        for text in [form("/a", "t", html! {}).into_string(), live_form("/a", "t", Live::default(), html! {}).into_string()] {
            assert!(text.contains("method=\"post\" novalidate") && text.contains("name=\"csrf\" value=\"t\""), "{text}");
        }
    }
}
