//! What a team has agreed to do, on its report; and the counts of a group's teams, on its overview.

use html::{Cell, Column, Markup, Table, Tight, bdi, html, section, table};
use kernel::time::Time;
use kernel::web::day;

use crate::document::Document;
use crate::work::{ReportAction, TeamWork};

/// "18 Dec" from an ISO day, seen from the reader's now.
fn day_of(due: &str, now: Time) -> String {
    let noon = Time::parse(&format!("{due}T12:00:00Z"));
    noon.map_or_else(|_| "no date yet".to_owned(), |at| day(at, now, "UTC"))
}

fn named(a: &ReportAction) -> Cell {
    Cell::new(html! {
        a href=(a.href) { (bdi(&a.what)) }
        @if !a.goal.is_empty() { br; " " span.by { "Goal: " (bdi(&a.goal)) } }
    })
}

fn from(a: &ReportAction) -> Cell {
    Cell::new(html! { @if a.origin_href.is_empty() { (bdi(&a.origin)) } @else { a href=(a.origin_href) rel="noreferrer" { (bdi(&a.origin)) } } })
        .class("by")
}

fn open(a: &ReportAction, now: Time) -> Vec<Cell> {
    let carried = usize::try_from(a.carried).unwrap_or(0);
    vec![
        named(a),
        Cell::new(bdi(&a.owner)),
        Cell::new(html! {
            span {
                (day_of(&a.due, now))
                @if let Some(days) = a.due_in_days { br; " " span class=(if days < 0 { "by over" } else { "by" }) { (html::days_words(days)) } }
            }
        })
        .class("nb"),
        Cell::text(&if carried == 0 { "new".to_owned() } else { format!("carried {}", html::times(carried)) }).class("by"),
        from(a),
    ]
}

fn closed(a: &ReportAction) -> Vec<Cell> {
    let state = if a.state == "done" { html::state(html::State::Done, None) } else { html::state_as(html::State::No, "Dropped") };
    vec![named(a), Cell::new(bdi(&a.owner)), Cell::new(state), Cell::new(bdi(&a.why)), from(a)]
}

/// Open actions of the report's team, late ones first, and what was closed since the last report; nothing if there is nothing.
pub fn work_section(d: &Document, now: Time) -> Markup {
    let Some(w) = &d.work else { return html! {} };
    let href = format!("/teams/{}/actions", d.team.slug);
    let words = match w.late {
        0 => html! { (w.open) " open. " a href=(href) { "The register" } },
        late => html! { (w.open) " open, " (late) " late. " a href=(href) { "The register" } },
    };
    section(
        "actions",
        "Actions",
        Some(words),
        Tight(true),
        html! {
            @if !w.actions.is_empty() {
                (table(&Table {
                    caption: actions::view::caption(w.open, w.late),
                    columns: vec![Column::text("What"), Column::text("Who"), Column::text("Due").class("lab"), Column::text("Carried"), Column::text("From").class("lab")],
                    rows: w.actions.iter().map(|a| open(a, now)).collect(),
                    class: "stack flow shown".into(),
                    foot: None,
                }))
                @if w.open > w.actions.len() { (html::more(html! { a href=(href) { "All " (w.open) } })) }
            }
            @if !w.closed.is_empty() {
                (table(&Table {
                    caption: format!("Closed since the last report: {}", w.closed.len()),
                    columns: vec![Column::text("What"), Column::text("Who"), Column::text("State"), Column::text("What shows it"), Column::text("From").class("lab")],
                    rows: w.closed.iter().map(closed).collect(),
                    class: "stack flow shown".into(),
                    foot: None,
                }))
            }
        },
    )
}

/// How many actions of each team are open and late; nothing if no team has any.
pub fn of_group(teams: &[TeamWork]) -> Markup {
    if teams.is_empty() {
        return html! {};
    }
    let row = |t: &TeamWork| {
        vec![
            Cell::name(&t.team.name, Some(&format!("/teams/{}/actions", t.team.slug))),
            Cell::new(html! { (t.open) }),
            Cell::new(html! { @if t.late > 0 { span.over { (t.late) } } @else { "0" } }),
        ]
    };
    section(
        "actions",
        "Agreed and open",
        Some(
            html! { "What the teams have agreed to do, in their fixed order. Counts, not a rank: who finds more has more to do. " a href="/actions" { "All actions" } },
        ),
        Tight(false),
        table(&Table {
            caption: "Open and late actions by team".into(),
            columns: vec![Column::text("Team"), Column::text("Open").class("lab"), Column::text("Late").class("lab")],
            rows: teams.iter().map(row).collect(),
            class: "stack flow".into(),
            foot: None,
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Named, Stage};
    use crate::pages::tests::document;

    #[test]
    fn a_report_names_what_is_open_how_late_and_what_was_closed() {
        let now = Time(1_795_000_000_000_000);
        let mut d = document(Vec::new(), Stage::Draft);
        assert_eq!(work_section(&d, now).into_string(), "");
        d.work = Some(crate::work::tests::sample());
        let page = work_section(&d, now).into_string();
        for part in [
            "Actions: 2 open, 1 late",
            "Restore the &lt;ledger&gt;",
            "6 days late",
            "carried 3 times",
            "no date yet",
            "Closed since the last report: 1",
            "rotated on &lt;Monday&gt;",
            "is recovery &lt;tested&gt;?",
            "30 minutes is a &lt;fact&gt;",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }

    #[test]
    fn a_group_shows_counts_in_the_order_of_its_teams() {
        let team = |name: &str, open, late| TeamWork { team: Named { slug: html::slug(name), name: name.into() }, open, late };
        let page = of_group(&[team("Accounts", 1, 0), team("Booking <x>", 7, 3)]).into_string();
        assert!(
            page.find("Accounts").unwrap() < page.find("Booking &lt;x&gt;").unwrap() && page.contains("/teams/booking-x/actions"),
            "{page}"
        );
        assert_eq!(of_group(&[]).into_string(), "");
    }
}
