//! What notices still ask of a team, on its report: beside the document, as it stands now.

use html::{Cell, Column, Markup, State, Table, Tight, bdi, html, section, state_as, table};
use kernel::time::Time;
use kernel::web::day;

use crate::asked::AskedNotice;

fn row(n: &AskedNotice, now: Time) -> Vec<Cell> {
    let by = Time::parse(&format!("{}T12:00:00Z", n.by));
    vec![
        Cell::new(html! { a href=(n.href) { b { (n.label) } " " (bdi(&n.title)) } br; " " span.by { (n.kind) } }),
        Cell::text(&by.map_or_else(|_| String::new(), |at| day(at, now, "UTC"))).class("nb"),
        Cell::new(
            html! { @if n.acknowledged { (state_as(State::Yes, "Acknowledged")) } @else { (state_as(State::Planned, "Not yet acknowledged")) } },
        ),
        Cell::new(html! { @if n.workloads.is_empty() { span.mute { "none" } } @else { (bdi(&html::listed(&n.workloads))) } }),
    ]
}

/// Notices that ask something of the team; nothing if none does.
pub fn asked_section(all: &[AskedNotice], now: Time) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    section(
        "notices",
        "Notices",
        Some(html! { "What is still asked of the team, as it stands now. " a href="/notices?view=mine" { "All of them" } }),
        Tight(true),
        table(&Table {
            caption: "Notices that ask something of the team".into(),
            columns: vec![
                Column::text("Notice"),
                Column::text("By").class("lab"),
                Column::text("State"),
                Column::text("Workloads to adopt").short("To adopt").class("lab"),
            ],
            rows: all.iter().map(|n| row(n, now)).collect(),
            class: "stack flow shown".into(),
            foot: None,
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_named_and_nothing_is_no_section() {
        let n = AskedNotice {
            label: "N-32".into(),
            href: "/notices/32".into(),
            title: "Only <signed> images".into(),
            kind: "mandate".into(),
            by: "2026-12-04".into(),
            acknowledged: false,
            workloads: vec!["Ledger <x>".into()],
        };
        let now = Time(1_794_929_580_000_000);
        let page = asked_section(&[n.clone(), AskedNotice { acknowledged: true, workloads: vec![], ..n }], now).into_string();
        for part in ["N-32", "Only &lt;signed&gt; images", "4 Dec", "Not yet acknowledged", "Acknowledged", "Ledger &lt;x&gt;"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert_eq!(asked_section(&[], now).into_string(), "");
    }
}
