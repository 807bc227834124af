//! The form of an action: to put one into the register, and to change one.

use html::{Field, FieldKind, Markup, field, fields, fields_one, html};
use kernel::error::Fault;
use kernel::web::Form;

use crate::action::ActionEffort;
use crate::origin::Origin;

/// What the form needs.
pub struct FormPage<'a> {
    /// Where it is sent.
    pub to: &'a str,
    /// Slug and name of the team's workloads.
    pub workloads: &'a [(String, String)],
    /// Who can be named, as (value, label): roles, then people of the team.
    pub owners: &'a [(String, String)],
    /// Metrics of the team's things, as (`key subject`, label).
    pub metrics: &'a [(String, String)],
    /// What stands in the fields at first.
    pub initial: &'a Form,
    /// Where an action that is put in comes from.
    pub origin: &'a Origin,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
}

impl FormPage<'_> {
    fn was(&self, name: &str) -> &str {
        self.sent.map_or(self.initial, |(form, _)| form).get(name)
    }

    fn wrong(&self, at: &str) -> Option<&str> {
        self.sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str())
    }
}

/// The summary of what was refused.
pub fn refusals(p: &FormPage<'_>) -> Markup {
    html! {
        @if let Some((_, faults)) = p.sent {
            (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect()))
        }
    }
}

fn options<'a>(none: Option<&'a str>, all: &'a [(String, String)]) -> Vec<(&'a str, &'a str)> {
    none.map(|label| ("", label)).into_iter().chain(all.iter().map(|(v, l)| (v.as_str(), l.as_str()))).collect()
}

/// What both forms ask.
fn common(p: &FormPage<'_>, workload: Option<Markup>) -> Markup {
    let owners = options(None, p.owners);
    let metrics = options(Some("None"), p.metrics);
    let efforts: Vec<(&str, &str)> =
        std::iter::once(("", "Not said")).chain(ActionEffort::ALL.iter().map(|e| (e.key(), e.key()))).collect();
    let moves = [("down", "Lower"), ("up", "Higher")];
    let text = |id: &'static str, label: &'static str, hint: Option<&'static str>| {
        field(&Field { id, label, hint, value: p.was(id), error: p.wrong(id), ..Field::default() })
    };
    let select = |id: &'static str, label: &'static str, kind: FieldKind<'_>| {
        field(&Field { id, label, value: p.was(id), kind, error: p.wrong(id), ..Field::default() })
    };
    html! {
        (fields_one(&[
            text("what", "What is done", Some("So that somebody else could tell when it is. Up to 200 characters.")),
            text("goal", "So that", Some("The goal, or nothing.")),
        ]))
        (fields(&[
            select("owner", "Who", FieldKind::Select(&owners)),
            field(&Field { id: "due", label: "Last day", hint: Some("Empty if none is agreed yet."), value: p.was("due"), kind: FieldKind::Date, error: p.wrong("due"), ..Field::default() }),
            select("effort", "Effort", FieldKind::Select(&efforts)),
        ]))
        @if let Some(workload) = workload { (fields(&[workload])) }
        (fields(&[
            select("expected", "Metric that it should move", FieldKind::Select(&metrics)),
            select("direction", "Which way", FieldKind::Select(&moves)),
            field(&Field { id: "by", label: "By how much", hint: Some("In the metric’s unit, or nothing."), value: p.was("by"), kind: FieldKind::Decimal, error: p.wrong("by"), ..Field::default() }),
        ]))
        (fields(&[
            text("blocked_by", "Waits for", None),
            text("issue", "Issue elsewhere", Some("https://… or nothing.")),
        ]))
    }
}

/// The form that puts an action into the register.
pub fn add(p: &FormPage<'_>) -> Markup {
    let workloads = options(Some("None in particular"), p.workloads);
    let workload = field(&Field {
        id: "workload",
        label: "About",
        value: p.was("workload"),
        kind: FieldKind::Select(&workloads),
        error: p.wrong("workload"),
        ..Field::default()
    });
    let o = p.origin;
    let hidden = [("origin-kind", o.kind.key()), ("origin-id", &o.id), ("origin-url", &o.url), ("origin-words", &o.words)];
    html::form(
        p.to,
        p.csrf,
        html! {
            @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
            @if !o.words.is_empty() { p.hint { "Comes from " (html::bdi(&o.words)) "." } }
            (common(p, Some(workload)))
            div.btns.pane-gap { button.btn.primary type="submit" { "Put it into the register" } }
        },
    )
}

/// The form that changes an action.
pub fn edit(p: &FormPage<'_>, version: i64) -> Markup {
    html::form(
        p.to,
        p.csrf,
        html! {
            input type="hidden" name="version" value=(version);
            (common(p, None))
            (fields_one(&[field(&Field { id: "reason", label: "Why it changes", hint: Some("Needed when the day moves back."), value: p.was("reason"), error: p.wrong("reason"), ..Field::default() })]))
            div.btns.pane-gap { button.btn type="submit" { "Save the change" } }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample::Parts;

    #[test]
    fn a_form_has_what_it_was_given_and_says_what_was_wrong() {
        let parts = Parts::new();
        let plain = add(&parts.page(None)).into_string();
        assert!(
            plain.contains("value=\"Do &lt;it&gt;\"") && plain.contains("A &lt;b&gt;") && plain.contains("&lt;p95&gt;"),
            "{plain}"
        );
        let sent = Form(vec![("what".into(), String::new()), ("due".into(), "9999-01-01".into())]);
        let faults = [Fault::new("what", "Say what."), Fault::new("due", "Too far.")];
        let page = parts.page(Some((&sent, &faults)));
        let refused = refusals(&page).into_string();
        assert!(refused.contains("Two fields need another look") && refused.contains("href=\"#due\""), "{refused}");
        let form = add(&page).into_string();
        assert!(form.contains("value=\"9999-01-01\"") && form.contains("Too far."), "{form}");
        assert_eq!(refusals(&parts.page(None)).into_string(), "");
    }

    #[test]
    fn a_change_states_the_version_it_was_made_from() {
        let page = edit(&Parts::new().page(None), 7).into_string();
        assert!(page.contains("name=\"version\" value=\"7\"") && page.contains("name=\"reason\""), "{page}");
    }
}
