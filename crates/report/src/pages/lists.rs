//! Lists in a report, and the page on which a team keeps one.

use html::{Cell, Column, Field, FieldKind, Head, Markup, State, Table, Tight, field, fields, head, html, section, table};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, day};

use super::state_of;
use crate::document::{Document, ListBlock, RowState};
use crate::lists::{ColumnKind, Entry, ListColumn, ListKind, TemplateList};

fn cell(column: &ListColumn, content: Option<&String>) -> Cell {
    match (column.kind, content) {
        (_, None) => Cell::none(),
        (ColumnKind::Link, Some(url)) => {
            let shown = url.trim_start_matches("https://").trim_start_matches("http://").to_owned();
            Cell::new(html! { a href=(url) rel="noreferrer" { (html::bdi(&shown)) } })
        }
        (ColumnKind::Number, Some(n)) if !column.unit.is_empty() => Cell::text(&format!("{n} {}", column.unit)),
        (_, Some(text)) => Cell::new(html::bdi(text)),
    }
}

/// Columns of a links list without the address: the title leads there.
fn shown_columns(kind: ListKind, columns: &[ListColumn]) -> Vec<&ListColumn> {
    columns.iter().filter(|c| kind != ListKind::Links || c.key != "url").collect()
}

fn row(kind: ListKind, columns: &[ListColumn], e: &Entry, now: Time, zone: &str) -> Vec<Cell> {
    let mut out = Vec::new();
    if kind == ListKind::Events {
        out.push(Cell::text(&day_words(e.day.as_deref().unwrap_or(""))).class("nb"));
    }
    for c in shown_columns(kind, columns) {
        let linked = kind == ListKind::Links && c.key == "title";
        out.push(match (linked, e.cells.get("url"), e.cells.get("title")) {
            (true, Some(url), Some(title)) => Cell::new(html! { a href=(url) rel="noreferrer" { (html::bdi(title)) } }),
            _ => cell(c, e.cells.get(&c.key)),
        });
    }
    if let Some(first) = out.first_mut() {
        first.class = "strong".into();
    }
    if kind == ListKind::Inventory {
        out.push(Cell::new(html! { (day(e.at, now, zone)) br; " " (html::bdi(&e.by)) }).class("by"));
    }
    out
}

/// "24 Nov".
fn day_words(text: &str) -> String {
    text.parse::<jiff::civil::Date>().map_or_else(|_| text.to_owned(), |d| d.strftime("%-d %b").to_string())
}

fn heads(kind: ListKind, columns: &[ListColumn]) -> Vec<Column> {
    let mut out = Vec::new();
    if kind == ListKind::Events {
        out.push(Column::text("Day"));
    }
    out.extend(shown_columns(kind, columns).into_iter().map(|c| Column::typed(&c.title)));
    if kind == ListKind::Inventory {
        out.push(Column::text("Looked at"));
    }
    out
}

fn empty_words(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Events => "Nothing happened in this sprint, as far as the team has written.",
        ListKind::Inventory => "Nothing is in this list yet.",
        ListKind::Links => "No link yet.",
    }
}

/// One list below the rows of its section.
pub(super) fn block(d: &Document, b: &ListBlock, may_fill: bool, now: Time) -> Markup {
    html! {
        div.sub {
            h3 { (b.title) " "
                @if matches!(b.state, RowState::Stale | RowState::Unknown) { (html::state(state_of(b.state), None)) }
            }
            @if b.entries.is_empty() {
                p.small.mute { (empty_words(b.kind)) }
            } @else {
                (table(&Table {
                    caption: b.title.clone(),
                    columns: heads(b.kind, &b.columns),
                    rows: b.entries.iter().map(|e| row(b.kind, &b.columns, e, now, &d.zone)).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
            @if !b.reason.is_empty() { p.more { (html::capital(&b.reason)) "." } }
            @if may_fill { p.more.noprint { a href={ "/reports/" (d.team.slug) "/lists/" (b.key) } { "Keep this list" } } }
        }
    }
}

/// What the page of a list needs.
pub struct ListPage<'a> {
    /// Slug and name of the team.
    pub team: (&'a str, &'a str),
    /// The list.
    pub list: &'a TemplateList,
    /// Its entries in use.
    pub entries: &'a [Entry],
    /// The entry that is being changed.
    pub editing: Option<&'a Entry>,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// The reader may write.
    pub may_write: bool,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
    /// Today in the group's zone, as a placeholder.
    pub today: &'a str,
}

/// The page on which a team keeps one list.
pub fn list_page(p: &ListPage<'_>) -> Markup {
    let list = p.list;
    let columns = list.all_columns();
    let here = format!("/reports/{}/lists/{}", p.team.0, list.key);
    let lead = match list.kind {
        ListKind::Events => "Each entry stands in the report of the sprint in which it happened.",
        ListKind::Inventory => "Each entry stands in every report until it is taken out.",
        ListKind::Links => "These addresses stand in every report.",
    };
    let mut heads = heads(list.kind, &columns);
    if p.may_write {
        heads.push(Column::text("Change"));
    }
    html! {
        (head(Head {
            kicker: vec![(p.team.1.to_owned(), Some(format!("/reports/{}", p.team.0))), (list.title.clone(), None)],
            title: list.title.clone(),
            lead: html! { (lead) @if let Some(n) = list.fresh_days { " Somebody looks at each at least every " (n) " days." } },
            facts: vec![("Entries".into(), html! { (p.entries.len()) })],
        }))
        @if let Some((_, faults)) = p.sent {
            (html::alert(faults.iter().map(|f| (f.at.replace('/', "-"), f.message.clone())).collect())) div.sub {}
        }
        @if p.may_write { (form(p, &columns, &here)) }
        (section("entries", "Entries", None, Tight(false), html! {
            @if p.entries.is_empty() {
                p.say { (empty_words(list.kind)) }
            } @else {
                (table(&Table {
                    caption: list.title.clone(),
                    columns: heads,
                    rows: p.entries.iter().map(|e| {
                        let mut cells = row(list.kind, &columns, e, p.now, p.zone);
                        if p.may_write { cells.push(Cell::new(acts(p, e, &here))); }
                        cells
                    }).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
        }))
    }
}

fn acts(p: &ListPage<'_>, e: &Entry, here: &str) -> Markup {
    let name = e.cells.values().next().map_or("", String::as_str);
    html! {
        div.btns {
            a.btn.slim href={ (here) "?entry=" (e.id) } { "Edit" span.vh { " " (name) } }
            (html::form(&format!("{here}/{}/removal", e.id), p.csrf, html! {
                button.btn.slim type="submit" { "Take out" span.vh { " " (name) } }
            }))
        }
    }
}

fn form(p: &ListPage<'_>, columns: &[ListColumn], here: &str) -> Markup {
    let was = |name: &str, stored: Option<&String>| match p.sent {
        Some((f, _)) => f.get(name).to_owned(),
        None => stored.cloned().unwrap_or_default(),
    };
    let wrong = |at: &str| p.sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str());
    let mut parts = Vec::new();
    if p.list.kind == ListKind::Events {
        let stored = p.editing.and_then(|e| e.day.clone());
        let value = was("day", stored.as_ref().or(Some(&p.today.to_owned())));
        parts.push(field(&Field {
            id: "day",
            label: "Day",
            hint: Some("On which it happened."),
            value: &value,
            kind: FieldKind::Date,
            error: wrong("day"),
            ..Field::default()
        }));
    }
    for c in columns {
        let (id, at) = (format!("cells-{}", c.key), format!("cells/{}", c.key));
        let value = was(&id, p.editing.and_then(|e| e.cells.get(&c.key)));
        let hint = match (c.kind, c.unit.is_empty()) {
            (ColumnKind::Number, false) => Some(format!("In {}.", c.unit)),
            (ColumnKind::Date, _) => Some("Like 2026-11-24.".to_owned()),
            (ColumnKind::Link, _) => Some("https://…".to_owned()),
            _ => None,
        };
        let kind = if c.kind == ColumnKind::Number { FieldKind::Decimal } else { FieldKind::Text };
        parts.push(field(&Field {
            id: &id,
            label: &c.title,
            hint: hint.as_deref(),
            value: &value,
            kind,
            error: wrong(&at),
            ..Field::default()
        }));
    }
    let heading = if p.editing.is_some() { "Change an entry" } else { "Add an entry" };
    section(
        "entry",
        heading,
        None,
        Tight(false),
        html::form(
            here,
            p.csrf,
            html! {
                @if let Some(e) = p.editing {
                    input type="hidden" name="entry" value=(e.id);
                    input type="hidden" name="version" value=(e.version);
                }
                (fields(&parts))
                div.btns.pane-gap {
                    button.btn.primary type="submit" { @if p.editing.is_some() { "Save the entry" } @else { "Add the entry" } }
                    @if p.editing.is_some() { a.small href=(here) { "Leave it as it is" } }
                }
            },
        ),
    )
}

/// The glyph for a list's state; used by the overview.
pub fn list_state(b: &ListBlock) -> State {
    state_of(b.state)
}
