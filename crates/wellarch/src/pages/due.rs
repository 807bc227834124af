//! When reviews are due: words for a list, the form that plans one, the page that says how often.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, State, Table, Tight, bdi, button, field, fields_one, head, html, plural,
    section, state_as, table,
};
use kernel::error::Fault;

use crate::due::{Due, DueState, Interval, MOST_MONTHS};

/// What the page of how often needs.
pub struct CalendarPage<'a> {
    /// The organisation first, then groups that have said something of their own.
    pub intervals: &'a [Interval],
    /// All groups: name in addresses, name, whether the reader may say how often there.
    pub groups: &'a [(String, String, bool)],
    /// The reader may say how often for all.
    pub may_all: bool,
    /// The reader is a person with an account.
    pub person: bool,
    /// A calendar address that was just made.
    pub address: Option<&'a str>,
    /// What was refused: place, what was typed, why.
    pub sent: Option<(&'a str, &'a str, &'a Fault)>,
    /// Token for forms.
    pub csrf: &'a str,
}

/// "12 Dec 2026".
fn day(text: &str) -> String {
    text.parse::<jiff::civil::Date>().map_or_else(|_| text.to_owned(), |d| d.strftime("%-d %b %Y").to_string())
}

/// When the next review is due, for a cell of a list.
pub fn due_words(d: &Due) -> Markup {
    html! {
        @match (d.state, &d.due) {
            (DueState::Due, Some(due)) => {
                (state_as(State::Overdue, "Due")) " "
                span.by { "since " (day(due)) @if d.overdue_days > 0 { ", " (d.overdue_days) " " (plural(usize::try_from(d.overdue_days).unwrap_or(2), "day", "days")) } }
            }
            (DueState::Later, Some(due)) => (day(due)),
            _ => span.mute { "no milestone yet" },
        }
        @if let Some(p) = &d.planned {
            br; " " span.by { "planned for " (day(&p.day)) @if p.missed { ", which is over" } }
        }
    }
}

/// The section of a workload's page that plans the next review; `typed` is what was refused.
pub fn plan(d: &Due, here: &str, csrf: &str, may_plan: bool, typed: &str, wrong: Option<&str>) -> Markup {
    let value = if wrong.is_some() { typed } else { d.planned.as_ref().map_or("", |p| p.day.as_str()) };
    let words = html! { "Every " (d.months) " " (plural(usize::try_from(d.months).unwrap_or(2), "month", "months")) " from the last milestone. " a href="/reviews/calendar" { "How often, and as a calendar" } };
    section(
        "next",
        "Next review",
        Some(words),
        Tight(false),
        html! {
            p.say {
                @match (d.state, &d.due) {
                    (DueState::Due, Some(due)) => { "Due since " (day(due)) "." }
                    (DueState::Later, Some(due)) => { "Due on " (day(due)) "." }
                    _ => "No milestone was saved yet, so the first review is due now.",
                }
                @if let Some(p) = &d.planned {
                    " Planned for " (day(&p.day)) " by " (bdi(&p.by)) @if p.missed { "; that day is over and no milestone was saved since" } "."
                }
            }
            @if may_plan {
                div.pane-gap { (html::form(&format!("{here}/plan"), csrf, html! {
                    (fields_one(&[field(&Field { id: "day", label: "Day of the next review", kind: FieldKind::Date, value, error: wrong, ..Field::default() })]))
                    div.btns.pane-gap {
                        (button(&Button { label: "Plan this day", sends: Some(("act", "plan")), ..Button::default() }))
                        @if d.planned.is_some() { (button(&Button { label: "Take the plan back", sends: Some(("act", "none")), ..Button::default() })) }
                    }
                })) }
            } @else if let Some(wrong) = wrong { (html::error_line("day-e", wrong)) }
        },
    )
}

fn interval_form(p: &CalendarPage<'_>, place: &str, action: &str, label: &str, months: i64) -> Markup {
    let sent = p.sent.filter(|(at, ..)| *at == place);
    let shown = months.to_string();
    let id = format!("months-{place}");
    html::form(
        action,
        p.csrf,
        html! {
            (fields_one(&[field(&Field {
                id: &id,
                name: "months",
                label,
                kind: FieldKind::Decimal,
                value: sent.map_or(shown.as_str(), |(_, typed, _)| typed),
                error: sent.map(|(.., f)| f.message.as_str()),
                ..Field::default()
            })]))
            div.btns.pane-gap { (button(&Button { label: "Save", ..Button::default() })) }
        },
    )
}

/// How often reviews are due, and as a calendar.
pub fn calendar(p: &CalendarPage<'_>) -> Markup {
    let all = p.intervals.first();
    let own = |slug: &str| p.intervals.iter().skip(1).find(|i| i.place == slug);
    let months_all = all.map_or(3, |i| i.months);
    let row = |(slug, name, _): &(String, String, bool)| {
        let said = own(slug);
        vec![
            Cell::name(name, Some(&format!("/groups/{slug}"))),
            Cell::new(html! { (said.map_or(months_all, |i| i.months)) " months" }),
            said.map_or_else(
                || Cell::new(html! { span.mute { "as the organisation" } }),
                |i| Cell::new(html! { "said by " (bdi(&i.by)) }),
            ),
        ]
    };
    html! {
        (head(Head {
            kicker: vec![("Well-Architected reviews".into(), Some("/reviews".into()))],
            title: "Calendar of reviews".into(),
            lead: html! { "A review is due so many months after a workload’s last milestone. A planned day stands in the calendar until the milestone is saved." },
            facts: vec![("In the organisation".into(), html! { "every " (months_all) " months" })],
        }))
        (section("often", "How often", Some(html! { "1 to " (MOST_MONTHS) " months. A group that says nothing follows the organisation." }), Tight(false), html! {
            @if !p.groups.is_empty() {
                (table(&Table {
                    caption: "How often reviews are due".into(),
                    columns: vec![Column::text("Group"), Column::text("Every"), Column::text("Who says so")],
                    rows: p.groups.iter().map(row).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
            @if p.may_all { div.pane-gap { (interval_form(p, "organisation", "/reviews/interval", "Months in the organisation", months_all)) } }
            @for (slug, name, may) in p.groups {
                @if *may { div.pane-gap { (interval_form(p, slug, &format!("/groups/{slug}/review-interval"), &format!("Months in {name}"), own(slug).map_or(months_all, |i| i.months))) } }
            }
        }))
        (section("feed", "In your calendar", Some(html! { "Whole days: the planned one, else the one on which the review is due." }), Tight(false), html! {
            @if let Some(address) = p.address {
                p.say { "Give this address to your calendar program. It is shown once; an earlier address of yours has ended." }
                p { code { (address) } }
                p.by { "Whoever knows it can read these days, and nothing else. Add ?group= and a group’s name in addresses for one group." }
            } @else if p.person {
                p.say { "A calendar program cannot sign in, so it reads an address that only you know. Making one ends the one before." }
                (html::form("/reviews/feed", p.csrf, html! { div.btns { (button(&Button { label: "Make my calendar address", ..Button::default() })) } }))
            } @else {
                p.say { "Programs with a token read /api/v1/reviews/calendar." }
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::due::tests::due;

    #[test]
    fn a_list_says_when_and_since_when() {
        let words = |last: Option<&str>, plan: Option<&str>| due_words(&due(last, plan, "2026-11-29T08:00:00Z")).into_string();
        let late = words(Some("2026-08-17T10:00:00Z"), Some("2026-12-03"));
        for part in ["Due", "since 17 Nov 2026, 12 days", "planned for 3 Dec 2026"] {
            assert!(late.contains(part), "{part}: {late}");
        }
        assert!(words(Some("2026-11-01T10:00:00Z"), None).contains("1 Feb 2027"));
        assert!(
            words(None, Some("2026-11-03")).contains("no milestone yet")
                && words(None, Some("2026-11-03")).contains("which is over")
        );
    }

    #[test]
    fn a_day_is_planned_by_whoever_may() {
        let d = due(Some("2026-08-17T10:00:00Z"), Some("2026-12-03"), "2026-11-29T08:00:00Z");
        let page = plan(&d, "/workloads/ledger/reviews", "c", true, "", None).into_string();
        for part in ["Due since 17 Nov 2026", "value=\"2026-12-03\"", "Take the plan back", "/workloads/ledger/reviews/plan"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let refused = plan(&d, "/x", "c", true, "<b>", Some("That is <no> day.")).into_string();
        assert!(refused.contains("value=\"&lt;b&gt;\"") && refused.contains("&lt;no&gt; day"), "{refused}");
        assert!(!plan(&d, "/x", "c", false, "", None).into_string().contains("<form"));
    }

    #[test]
    fn how_often_is_said_for_all_and_for_groups() {
        let one = |place: &str, months, by: &str| Interval { place: place.into(), months, version: 1, by: by.into(), at: None };
        let intervals = [one("organisation", 3, ""), one("shop", 6, "Ingrid <x>")];
        let groups = [("shop".to_owned(), "Shop <& co>".to_owned(), true), ("quay".to_owned(), "Quay".to_owned(), false)];
        let fault = Fault::new("months", "Reviews are due every 1 to 36 months.");
        let draw = |address, sent| {
            let page =
                CalendarPage { intervals: &intervals, groups: &groups, may_all: true, person: true, address, sent, csrf: "c" };
            calendar(&page).into_string()
        };
        let page = draw(None, Some(("shop", "<99>", &fault)));
        for part in [
            "Shop &lt;&amp; co&gt;",
            "6 months",
            "said by <bdi>Ingrid &lt;x&gt;</bdi>",
            "as the organisation",
            "value=\"&lt;99&gt;\"",
            "1 to 36 months.",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(draw(Some("https://x/reviews/feed/1"), None).contains("shown once"));
    }
}
