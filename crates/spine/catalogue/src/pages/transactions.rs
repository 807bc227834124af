//! The matrix of critical transactions, and the page on which a team keeps it.

use html::{
    Cell, Column, Field, FieldKind, Head, Markup, State, Table, Tight, bdi, field, fields, head, html, section, state, table,
};
use jiff::civil::Date;
use kernel::error::Fault;
use kernel::web::Form;

use super::standards::day_words;
use super::{alert, error_at};
use crate::rules::{Team, Workload};
use crate::transactions::{Cover, CoverKind, Transaction, age_days};

/// Whether one thing covers a transaction, as a cell of the matrix.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'a> {
    /// What the transaction is called.
    pub name: &'a str,
    /// By what.
    pub kind: CoverKind,
    /// It does, it does not, or nobody has said.
    pub covered: Option<bool>,
    /// Where that can be seen.
    pub evidence: &'a [String],
    /// Days since then.
    pub age_days: Option<i64>,
    /// Longer ago than agreed.
    pub stale: bool,
}

/// Headings of the matrix after the first, in the order of [`CoverKind::ALL`].
pub fn columns() -> Vec<Column> {
    ["Tested", "On a dashboard", "Alarmed", "Load-tested"].into_iter().map(|label| Column::text(label).class("lab")).collect()
}

/// One cell: the state, how old it is, and the way to the evidence.
pub fn cell(c: &Covered<'_>) -> Cell {
    let mark = match c.covered {
        None => State::Unknown,
        Some(_) if c.stale => State::Stale,
        Some(true) => State::Yes,
        Some(false) => State::No,
    };
    let age = match c.age_days {
        Some(0) => "today".to_owned(),
        Some(1) => "yesterday".to_owned(),
        Some(n) => format!("{n} days ago"),
        None => String::new(),
    };
    let what = format!(" for {}, {}", c.name, c.kind.title().to_lowercase());
    let several = c.evidence.len() > 1;
    Cell::new(html! {
        (state(mark, None))
        @if c.stale { span.by { " was " (if c.covered == Some(true) { "yes" } else { "no" }) } }
        @if c.covered.is_some() {
            br; " " span.by { (age) }
            @for (i, url) in c.evidence.iter().enumerate() {
                @if i > 0 || !age.is_empty() { span.by { ", " } }
                a.by href=(url) rel="noreferrer" { "evidence" @if several { " " (i + 1) } span.vh { (what) } }
            }
        }
    })
}

fn row(t: &Transaction, today: Date) -> Vec<Cell> {
    let of = |kind: CoverKind| {
        let c: Option<&Cover> = t.cover.get(kind);
        cell(&Covered {
            name: &t.name,
            kind,
            covered: c.map(|c| c.covered),
            evidence: c.map_or(&[], |c| &c.evidence),
            age_days: c.and_then(|c| age_days(&c.day, today)),
            stale: false,
        })
    };
    std::iter::once(Cell::new(bdi(&t.name)).class("strong")).chain(CoverKind::ALL.map(of)).collect()
}

/// The matrix on a workload's page.
pub fn of_workload(w: &Workload, all: &[Transaction], may_change: bool, today: Date) -> Markup {
    section(
        "transactions",
        "Critical transactions",
        Some(html! { "What the business cannot do without, and whether we would know." }),
        Tight(false),
        html! {
            @if all.is_empty() {
                p.say { "No critical transaction has been written down. One is what a user must be able to do: pay, sign in, get an answer." }
            } @else {
                (matrix(w, all.iter().map(|t| row(t, today)).collect(), false))
            }
            @if may_change { p.more.noprint { a href={ "/workloads/" (w.slug) "/transactions" } { "Keep the matrix" } } }
        },
    )
}

fn matrix(w: &Workload, rows: Vec<Vec<Cell>>, acts: bool) -> Markup {
    let mut heads = vec![Column::text("Transaction")];
    heads.extend(columns());
    if acts {
        heads.push(Column::text("Change"));
    }
    let caption = format!("Critical transactions of {}", w.name);
    table(&Table { caption, columns: heads, rows, class: "stack flow".into(), foot: None })
}

/// What the page needs.
pub struct KeepPage<'a> {
    /// The workload.
    pub workload: &'a Workload,
    /// Its team.
    pub team: &'a Team,
    /// In the order in which they were written down.
    pub transactions: &'a [Transaction],
    /// The one that is being changed.
    pub editing: Option<&'a Transaction>,
    /// Today in the zone of the team's group.
    pub today: Date,
    /// The reader may change them.
    pub may_change: bool,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
}

/// The page on which a team keeps the matrix of a workload.
pub fn keep(p: &KeepPage<'_>) -> Markup {
    let w = p.workload;
    let here = format!("/workloads/{}/transactions", w.slug);
    let rows = p.transactions.iter().map(|t| {
        let mut cells = row(t, p.today);
        if p.may_change {
            cells.push(Cell::new(acts(t, &here, p.csrf)));
        }
        cells
    });
    // What somebody is at comes first; else what there is, and then what could be added.
    let first = p.may_change && (p.editing.is_some() || p.sent.is_some() || p.transactions.is_empty());
    html! {
        (head(Head {
            kicker: vec![(p.team.name.clone(), Some(format!("/teams/{}", p.team.slug))), (w.name.clone(), Some(format!("/workloads/{}", w.slug)))],
            title: "Critical transactions".into(),
            lead: html! { "What the business cannot do without, and whether each is tested, on a dashboard, alarmed and load-tested. The team’s report shows this matrix." },
            facts: vec![("Transactions".into(), html! { (p.transactions.len()) })],
        }))
        (alert(p.sent))
        @if first { (form(p, &here)) }
        (section("matrix", "Matrix", Some(html! { "Each answer has the day on which somebody looked." }), Tight(false), html! {
            @if p.transactions.is_empty() {
                p.say { "No critical transaction has been written down yet." }
            } @else {
                (matrix(w, rows.collect(), p.may_change))
            }
        }))
        @if p.may_change && !first { (form(p, &here)) }
    }
}

fn acts(t: &Transaction, here: &str, csrf: &str) -> Markup {
    html! {
        div.btns {
            a.btn.slim href={ (here) "?transaction=" (t.id) } { "Edit" span.vh { " " (t.name) } }
            (html::form(&format!("{here}/{}/removal", t.id), csrf, html! {
                button.btn.slim type="submit" { "Take out" span.vh { " " (t.name) } }
            }))
        }
    }
}

/// Names of the fields of one column: `alarm`, `alarm-evidence`, `alarm-day`.
fn column_fields(p: &KeepPage<'_>, kind: CoverKind) -> [Markup; 3] {
    let key = kind.key();
    let stored = p.editing.and_then(|t| t.cover.get(kind));
    let was = |name: &str, stored: String| p.sent.map_or(stored, |(f, _)| f.get(name).to_owned());
    let (evidence_id, day_id) = (format!("{key}-evidence"), format!("{key}-day"));
    let said = was(key, stored.map_or("", |c| if c.covered { "yes" } else { "no" }).to_owned());
    let evidence = was(&evidence_id, stored.map(|c| c.evidence.join(" ")).unwrap_or_default());
    let day = was(&day_id, stored.map(|c| c.day.clone()).unwrap_or_default());
    let wrong = |at: &str| error_at(p.sent, at);
    let options = [("", "nobody has said"), ("yes", "yes"), ("no", "no")];
    let label = format!("{}: where it can be seen", kind.title());
    let day_label = format!("{}: looked at", kind.title());
    [
        field(&Field {
            id: key,
            label: kind.title(),
            value: &said,
            kind: FieldKind::Select(&options),
            error: wrong(key),
            ..Field::default()
        }),
        field(&Field {
            id: &evidence_id,
            label: &label,
            hint: Some("https://…; several with a space between."),
            value: &evidence,
            error: wrong(&evidence_id),
            ..Field::default()
        }),
        field(&Field {
            id: &day_id,
            label: &day_label,
            hint: Some("Empty: today."),
            value: &day,
            kind: FieldKind::Date,
            error: wrong(&day_id),
            ..Field::default()
        }),
    ]
}

fn form(p: &KeepPage<'_>, here: &str) -> Markup {
    let name = p.sent.map_or_else(|| p.editing.map(|t| t.name.clone()).unwrap_or_default(), |(f, _)| f.get("name").to_owned());
    let wrong = error_at(p.sent, "name");
    let looked = p.editing.map(|t| {
        let oldest = CoverKind::ALL.iter().filter_map(|k| t.cover.get(*k)).map(|c| c.day.as_str()).min();
        oldest.map(|d| format!("The oldest answer is of {}.", day_words(d))).unwrap_or_default()
    });
    section(
        "transaction",
        if p.editing.is_some() { "Change a transaction" } else { "Add a transaction" },
        looked.filter(|w| !w.is_empty()).map(|words| html! { (words) }),
        Tight(false),
        html::form(
            here,
            p.csrf,
            html! {
                @if let Some(t) = p.editing {
                    input type="hidden" name="transaction" value=(t.id);
                    input type="hidden" name="version" value=(t.version);
                }
                (html::fields_one(&[field(&Field { id: "name", label: "What a user does", hint: Some("Like “Pay by card”."), value: &name, error: wrong, required: true, ..Field::default() })]))
                @for kind in CoverKind::ALL { div.sub { (fields(&column_fields(p, kind))) } }
                div.btns.pane-gap {
                    button.btn.primary type="submit" { @if p.editing.is_some() { "Save the transaction" } @else { "Add the transaction" } }
                    @if p.editing.is_some() { a.small href=(here) { "Leave it as it is" } }
                }
            },
        ),
    )
}
