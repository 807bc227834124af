//! Capacity for improvement of a team: sprint by sprint, and the form that states it.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, field, fields, head, html, section,
    table,
};
use kernel::error::Fault;
use kernel::web::Form;

use crate::capacity::Capacity;

/// What the page of a team's capacity needs.
pub struct CapacityPage<'a> {
    /// Name of the team in addresses, and its name.
    pub team: (&'a str, &'a str),
    /// The sprints that can be stated now, earliest first, with what was said.
    pub open: &'a [Capacity],
    /// What was said, latest sprint first.
    pub past: &'a [Capacity],
    /// The reader may state it.
    pub may: bool,
    /// A refused form, and what is wrong with it.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Why it could not be stored.
    pub conflict: Option<&'a str>,
    /// Token for forms.
    pub csrf: &'a str,
}

fn state(p: &CapacityPage<'_>, c: &Capacity) -> Markup {
    let sprint = c.sprint.to_string();
    let sent = p.sent.filter(|(form, _)| form.get("sprint") == sprint);
    let one = |name: &str, label: &str, stored: Option<i64>| {
        let id = format!("{name}-{sprint}");
        let shown = sent.map_or_else(|| stored.map_or_else(String::new, |n| n.to_string()), |(form, _)| form.get(name).to_owned());
        let wrong = sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == name)).map(|f| f.message.as_str());
        field(&Field { id: &id, name, label, value: &shown, kind: FieldKind::Decimal, error: wrong, ..Field::default() })
    };
    let (note_id, note) = (format!("note-{sprint}"), sent.map_or(c.note.as_str(), |(form, _)| form.get("note")));
    html! {
        h3 { "Sprint " (c.sprint) }
        (html::form(&format!("/teams/{}/capacity/{sprint}", p.team.0), p.csrf, html! {
            input type="hidden" name="sprint" value=(sprint);
            input type="hidden" name="version" value=(c.version);
            (fields(&[one("asked", "Asked for", c.asked), one("agreed", "Agreed", c.agreed), one("used", "Used", c.used),
                field(&Field { id: &note_id, name: "note", label: "Note", hint: Some("What took its place, or what it went into."), value: note, ..Field::default() })]))
            div.btns.pane-gap-s { (button(&Button { label: "State it", weight: Weight::Plain, object: Some(&format!("sprint {sprint}")), ..Button::default() })) }
        }))
    }
}

fn number(label: &str) -> Column {
    Column { class: "num".into(), ..Column::text(label) }
}

/// Capacity for improvement of a team.
pub fn capacity(p: &CapacityPage<'_>) -> Markup {
    let hours = |n: Option<i64>| n.map_or_else(|| Cell::new(html! { span.mute { "–" } }), |n| Cell::new(html! { (n) }));
    let row = |c: &Capacity| {
        vec![
            Cell::text(&format!("Sprint {}", c.sprint)),
            hours(c.asked),
            hours(c.agreed),
            hours(c.used),
            Cell::new(html! { (c.gap()) @if !c.note.is_empty() { " " span.by { (bdi(&c.note)) } } }),
            Cell::new(html! { span.by { (bdi(&c.by)) } }),
        ]
    };
    html! {
        (head(Head {
            kicker: vec![(p.team.1.to_owned(), Some(format!("/teams/{}", p.team.0)))],
            title: "Capacity for improvement".into(),
            lead: html! { "Hours of people: what the team asked for, what was agreed, what was used. The gap shows in the group’s session and its minutes." },
            ..Head::default()
        }))
        @if let Some(conflict) = p.conflict {
            div.alert role="alert" aria-labelledby="conflict" tabindex="-1" { h2 id="conflict" { "That could not be stored" } p { (bdi(conflict)) } }
        }
        @if let Some((form, faults)) = p.sent {
            (html::alert(faults.iter().map(|f| (format!("{}-{}", f.at, form.get("sprint")), f.message.clone())).collect()))
        }
        @if p.may {
            (section("state", "State it", Some(html! { "Empty means not said. Each change is kept with who and when." }), Tight(false), html! {
                @for (i, c) in p.open.iter().enumerate() { div class=[(i > 0).then_some("pane-gap")] { (state(p, c)) } }
            }))
        }
        (section("past", "Sprint by sprint", None, Tight(false), html! {
            @if p.past.is_empty() { p.say { "Nothing was stated yet." } } @else {
                (table(&Table {
                    caption: "Capacity by sprint".into(),
                    columns: vec![Column::text("Sprint"), number("Asked for"), number("Agreed"), number("Used"), Column::text("Gap"), Column::text("By")],
                    rows: p.past.iter().map(row).collect(),
                    class: "stack".into(),
                    foot: None,
                }))
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capacity::tests::capacity as sample;

    fn draw(past: &[Capacity], may: bool, sent: Option<(&Form, &[Fault])>, conflict: Option<&str>) -> String {
        let open = [sample(Some(40), None, None)];
        capacity(&CapacityPage { team: ("pay", "Payments <P>"), open: &open, past, may, sent, conflict, csrf: "c" }).into_string()
    }

    #[test]
    fn a_team_states_its_hours() {
        let page = draw(&[sample(Some(40), Some(24), Some(24))], true, None, Some("It is <newer>."));
        for part in [
            "Payments &lt;P&gt;",
            "id=\"asked-22\" name=\"asked\" value=\"40\"",
            "16 hours less agreed",
            "It is &lt;newer&gt;.",
            "Maya &lt;O&gt;",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(draw(&[], false, None, None).contains("Nothing was stated yet") && !draw(&[], false, None, None).contains("<form"));
    }

    #[test]
    fn a_refused_statement_keeps_what_was_typed() {
        let form = Form(vec![("sprint".into(), "22".into()), ("used".into(), "<many>".into())]);
        let page = draw(&[], true, Some((&form, &[Fault::new("used", "No <number>.")])), None);
        assert!(
            page.contains("value=\"&lt;many&gt;\"") && page.matches("No &lt;number&gt;.").count() == 2 && page.contains("#used-22"),
            "{page}"
        );
    }
}
