//! Import from files: the form, and what would be taken or was.

use html::{
    Cell, Column, Field, FieldKind, Head, Markup, State, Table, Tight, bdi, field, fields, fields_one, head, html, more, section,
    state_as, table,
};
use kernel::error::Fault;
use kernel::web::Form;

use super::{alert, error_at};
use crate::backstage::Refused;
use crate::plan::{Deed, Field as Changed, Plan, Step};
use crate::rules::Group;
use crate::wanted::NewImport;

fn top(title: &str, lead: &str) -> Markup {
    head(Head {
        kicker: vec![("Catalogue".into(), Some("/catalogue".into()))],
        title: title.into(),
        lead: html! { (lead) },
        facts: vec![],
    })
}

/// The form: files or pasted text, and how they are taken.
pub fn form(groups: &[Group], sent: Option<(&Form, &[Fault])>, csrf: &str) -> Markup {
    let was = |name: &str| sent.map_or("", |(f, _)| f.get(name));
    let ticked = |name: &str| sent.is_some_and(|(f, _)| !f.get(name).is_empty());
    let kinds = [("backstage", "Backstage catalogue (catalog-info.yaml)"), ("catalogue", "Sheet (CSV)")];
    let mut into = vec![("", "the groups that the files name")];
    into.extend(groups.iter().map(|g| (g.slug.as_str(), g.name.as_str())));
    let one = |id: &str, label: &str, hint: &str, kind: FieldKind<'_>| {
        field(&Field { id, label, hint: Some(hint), value: was(id), kind, error: error_at(sent, id), ..Field::default() })
    };
    html! {
        (top("Import", "Groups, teams, workloads and services from a Backstage catalogue or a sheet. You see what would change before anything does."))
        (alert(sent))
        (html::upload("/catalogue/import", csrf, html! {
            (section("what", "What to read", None, Tight(true), html! {
                (fields(&[
                    one("kind", "Kind of file", "A sheet has a column kind (group, team, workload, service), a column name, and others as needed.", FieldKind::Select(&kinds)),
                    one("file", "Files", "UTF-8, several at once if you like.", FieldKind::Files(".yaml,.yml,.csv,.txt")),
                ]))
                div.pane-gap { (fields_one(&[one("text", "Or paste the text here", "One file; several YAML documents are parted by ---.", FieldKind::Textarea(10))])) }
            }))
            (section("how", "How to take it", None, Tight(true), html! {
                (fields(&[
                    one("source", "Where the files come from", "Such as the address of a repository. What disappears from there is marked orphaned. Empty: files.", FieldKind::Text),
                    one("group", "Group of the teams", "For teams whose own group is not here yet.", FieldKind::Select(&into)),
                    one("zone", "Time zone of new groups", "Like Europe/London; only if the files bring new groups.", FieldKind::Text),
                    one("first_day", "First day of their first sprint", "Like 2026-11-04.", FieldKind::Date),
                ]))
                div.pane-gap {
                    (fields_one(&[
                        field(&Field { id: "whole", label: "These files are all that the source has", hint: Some("What came from other files of it has disappeared then."), kind: FieldKind::Checkbox(ticked("whole")), ..Field::default() }),
                        field(&Field { id: "overwrite", label: "Overwrite what was changed here by hand", hint: Some("Otherwise it is kept, and shown."), kind: FieldKind::Checkbox(ticked("overwrite")), ..Field::default() }),
                    ]))
                }
            }))
            (section("go", "Look first", None, Tight(true), html! {
                div.btns { button.btn.primary type="submit" name="act" value="preview" { "Show what would change" } }
            }))
        }))
        (more(html! { a href="/feeds" { "Read it by itself: from Backstage’s API or from git" } }))
    }
}

fn fields_of(list: &[Changed], before: bool) -> Markup {
    html! {
        @for (i, f) in list.iter().enumerate() {
            @if i > 0 { "; " br; }
            (f.name) ": "
            @if before && !f.before.is_empty() { del { (bdi(&f.before)) } " " }
            @if f.after.is_empty() { "nothing" } @else { ins { (bdi(&f.after)) } }
        }
    }
}

fn steps(title: &str, explain: &str, id: &str, list: &[&Step], done: bool) -> Markup {
    let linked = |s: &Step| done || s.id.is_some();
    let row = |s: &&Step| {
        let href = format!("/{}s/{}", s.kind.key(), s.slug);
        let name = if linked(s) { Cell::name(&s.name, Some(&href)) } else { Cell::name(&s.name, None) };
        let what = html! { (s.kind.key()) @if s.implied { ", follows from a component" } };
        let changes = html! {
            (fields_of(&s.fields, s.action != Deed::Create))
            @if !s.kept.is_empty() {
                @if !s.fields.is_empty() { br; }
                "Kept as it stands here: " @for (i, f) in s.kept.iter().enumerate() { @if i > 0 { ", " } (f.name) " " (bdi(&f.before)) " (the source says " @if f.after.is_empty() { "nothing" } @else { (bdi(&f.after)) } ")" }
            }
        };
        vec![name.class("strong"), Cell::new(what), Cell::new(changes), Cell::new(bdi(&s.r#where))]
    };
    html! {
        @if !list.is_empty() {
            (section(id, title, Some(html! { (explain) }), Tight(false), table(&Table {
                caption: title.into(),
                columns: vec![Column::text("Name"), Column::text("Kind"), Column::text("Fields"), Column::text("Place")],
                rows: list.iter().map(row).collect(),
                class: "stack flow".into(),
                foot: None,
            })))
        }
    }
}

fn refusals(list: &[Refused]) -> Markup {
    html! {
        @if !list.is_empty() {
            (section("refused", "Refused", Some(html! { "Each with its place. The rest is taken without them." }), Tight(false), table(&Table {
                caption: "Refused".into(),
                columns: vec![Column::text("Place"), Column::text("Why")],
                rows: list.iter().map(|r| vec![Cell::new(html! { (state_as(State::Attention, &r.r#where)) }), Cell::new(bdi(&r.why))]).collect(),
                class: "stack flow".into(),
                foot: None,
            })))
        }
    }
}

fn of(plan: &Plan, deeds: &[Deed]) -> Vec<Step> {
    plan.steps.iter().filter(|s| deeds.contains(&s.action)).cloned().collect()
}

/// What is refused and what happens to each thing, in sections.
pub fn shown(plan: &Plan) -> Markup {
    let parts: [(&str, &str, &str, &[Deed]); 5] = [
        ("New", "Made here for the first time.", "new", &[Deed::Create]),
        (
            "Changed",
            "What stands here already, with what changes; it belongs to the source from now on.",
            "changed",
            &[Deed::Change, Deed::Adopt],
        ),
        ("Back again", "In the source again: the mark goes.", "back", &[Deed::Return]),
        ("Orphaned", "Not in the source any more: marked, never deleted.", "orphaned", &[Deed::Orphan]),
        ("Kept", "Changed here by hand, so it stays.", "kept", &[Deed::Keep]),
    ];
    html! {
        (refusals(&plan.refused))
        @for (title, explain, id, deeds) in parts {
            @let list = of(plan, deeds);
            (steps(title, explain, id, &list.iter().collect::<Vec<_>>(), !plan.dry_run))
        }
    }
}

/// What would be taken, with the button that takes it; or what was.
pub fn plan(plan: &Plan, kind: &str, new: &NewImport, csrf: &str) -> Markup {
    let work = plan.steps.iter().any(|s| s.action != Deed::Keep);
    let title = if plan.dry_run { "What would change" } else { "Imported" };
    html! {
        (top(title, &plan.summary()))
        @if plan.dry_run {
            (section("take", if work { "Nothing is stored yet" } else { "Nothing to take" }, None, Tight(false), html! {
                @if work {
                    (html::upload("/catalogue/import", csrf, html! {
                        (kept_fields(kind, new))
                        div.btns {
                            button.btn.primary type="submit" name="act" value="take" { "Take it" }
                            " " a.btn href="/catalogue/import" { "Leave it" }
                        }
                    }))
                } @else {
                    div.btns { a.btn href="/catalogue/import" { "Back to the form" } }
                }
            }))
        }
        (shown(plan))
        @if !plan.dry_run { (more(html! { a href="/catalogue" { "The whole catalogue" } })) }
    }
}

/// The import as it was sent, for the form that takes it.
fn kept_fields(kind: &str, new: &NewImport) -> Markup {
    let calendar = new.calendar.as_ref();
    let pairs = [
        ("kind", kind),
        ("source", new.source.as_deref().unwrap_or("")),
        ("group", new.group.as_deref().unwrap_or("")),
        ("zone", calendar.map_or("", |c| &c.zone)),
        ("first_day", calendar.map_or("", |c| &c.first_day)),
        ("whole", if new.whole { "yes" } else { "" }),
        ("overwrite", if new.overwrite { "yes" } else { "" }),
    ];
    html! {
        @for (name, value) in pairs { input type="hidden" name=(name) value=(value); }
        @for f in &new.files {
            input type="hidden" name="file.name" value=(f.name);
            input type="hidden" name="file" value=(f.text);
        }
    }
}
