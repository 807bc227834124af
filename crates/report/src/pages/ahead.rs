//! What lies ahead of a group, on its overview.

use html::{Cell, Column, Markup, Table, Tight, bdi, html, more, section, table, units};

use crate::ahead::{Ahead, AheadNotice};

/// The fact at the head: the session that is open, or comes next.
pub(super) fn fact(a: Option<&Ahead>) -> Option<(String, Markup)> {
    let s = a?.session.as_ref()?;
    let words = html! {
        b { @if s.open { "Open now" } @else { (s.when) } }
        br; a href=(s.href) { (bdi(&s.title)) }
        @if !s.agenda.is_empty() { ", " (s.agenda) }
    };
    Some(("Next review".into(), words))
}

fn row((i, n): (usize, &AheadNotice)) -> Vec<Cell> {
    let words = format!("{} of {} teams have acknowledged", n.acknowledged, n.of);
    vec![
        Cell::new(html! {
            b { (n.label) } " " a href=(n.href) { (bdi(&n.title)) }
            br; " " span.by { (n.kind) "; " } span class=(if n.late { "by over" } else { "by" }) { @if !n.late { "by " } (n.by) }
        }),
        Cell::new(
            html! { (units(&format!("na{i}"), n.acknowledged, n.of, 0, &words)) " " span.by { (n.acknowledged) " of " (n.of) ". Awaiting " (bdi(&n.missing)) } },
        ),
    ]
}

/// Notices that wait for teams of the group; nothing where nobody tells.
pub(super) fn notices(a: Option<&Ahead>) -> Markup {
    let Some(a) = a else { return html! {} };
    let explain = html! { "What the group’s teams have yet to acknowledge." };
    section(
        "notices",
        "Notices to all developers",
        Some(explain),
        Tight(false),
        html! {
            @if a.notices.is_empty() { p.say { "Every team has acknowledged what is asked of it." } } @else {
                (table(&Table {
                    caption: format!("Notices awaiting acknowledgement: {}", a.notices.len()),
                    columns: vec![Column::text("Notice"), Column::text("Acknowledged")],
                    rows: a.notices.iter().enumerate().map(row).collect(),
                    class: "stack".into(),
                    foot: None,
                }))
            }
            (more(html! { a href="/notices" { "All notices" } ", " a href="/decisions" { "decisions" } }))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ahead::AheadSession;

    #[test]
    fn what_lies_ahead_names_the_session_and_who_is_missing() {
        let session = AheadSession {
            title: "Review of <22>".into(),
            when: "Thursday 19 November 2026, 10:00 to 12:00".into(),
            open: false,
            agenda: "114 of 120 minutes are planned".into(),
            href: "/sessions/7".into(),
        };
        let notice = AheadNotice {
            label: "N-31".into(),
            title: "TLS <1.2>".into(),
            kind: "action required".into(),
            by: "3 days late".into(),
            late: true,
            acknowledged: 8,
            of: 10,
            missing: "Billing and Search".into(),
            href: "/notices/31".into(),
        };
        let a = Ahead { session: Some(session), notices: vec![notice] };
        let head = fact(Some(&a)).unwrap().1.into_string();
        assert!(head.contains("Review of &lt;22&gt;") && head.contains("114 of 120"), "{head}");
        let page = notices(Some(&a)).into_string();
        for part in ["TLS &lt;1.2&gt;", "8 of 10. Awaiting", "by over", "3 days late", "/notices/31", "/decisions"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(notices(Some(&Ahead::default())).into_string().contains("Every team has acknowledged"));
        assert!(notices(None).into_string().is_empty() && fact(Some(&Ahead::default())).is_none());
    }
}
