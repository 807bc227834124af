//! How much of a report comes in by itself: beside the report, for each team of a group, and as a page of its own.

use html::{Cell, Column, Head, Markup, Spark, Table, Tight, head, html, more, section, table};
use kernel::time::Time;

use super::source;
use crate::automation::{Automation, SprintShare, TypedRow, earlier, is_typed};
use crate::document::{Document, Named, Row};
use crate::overview::Overview;

fn of(s: SprintShare) -> String {
    format!("{} of {}", s.k, s.n)
}

/// "four of nine", "none of nine".
fn in_words(k: usize, n: usize) -> String {
    let k = if k == 0 { "none".to_owned() } else { html::count_word(k) };
    format!("{k} of {}", html::count_word(n))
}

/// "sprint 17: 18 of 29, sprint 18: 20 of 29": what somebody reads who does not see the drawing.
fn all(sprints: &[SprintShare]) -> String {
    sprints.iter().map(|s| format!("sprint {}: {}", s.sprint, of(*s))).collect::<Vec<_>>().join(", ")
}

/// The share of each sprint as a line. Counts stand beside it; whether it changed is not for a line to say.
fn line(id: &str, sprints: &[SprintShare]) -> Markup {
    let exact = |n: usize| u32::try_from(n).map_or(f64::MAX, f64::from);
    html::spark(&Spark {
        id: id.to_owned(),
        values: sprints.iter().map(|s| (s.n > 0).then(|| exact(s.k) / exact(s.n))).collect(),
        title: "Values that came in by themselves, of all values".into(),
        desc: html::capital(&all(sprints)),
        ..Spark::default()
    })
}

/// The fact in a report's head: how many now, how many when the line begins, and where to read more.
pub fn fact(d: &Document) -> Markup {
    html! {
        (d.automated.k) " of " (d.automated.n) " values"
        @if let Some(then) = earlier(d) { ", " (of(then)) " in sprint " (then.sprint) br; (line("auto", &d.automation)) }
        span.noprint { br; a href={ "/reports/" (d.team.slug) "/automation" } { "where they come from" } }
    }
}

/// The section of a group's overview: each team's own count, now and before, in the fixed order.
pub fn of_group(o: &Overview) -> Markup {
    let rows = o.reports.iter().map(|d| {
        vec![
            Cell::name(&d.team.name, Some(&format!("/reports/{}/automation", d.team.slug))).class("strong"),
            Cell::text(&format!("{} of {}", d.automated.k, d.automated.n)),
            Cell::text(&d.earlier.map(|s| format!("{}, sprint {}", of(s), s.sprint)).unwrap_or_default()),
        ]
    });
    let explain = html! { "Values that came in by themselves, of all values of a report. Compare a team with its own past: templates ask for different things." };
    section(
        "automated",
        "Not typed any more",
        Some(explain),
        Tight(false),
        table(&Table {
            caption: "Values that came in by themselves, by team".into(),
            columns: vec![Column::text("Team"), Column::text(&format!("Sprint {}", o.sprint.number)), Column::text("Before")],
            rows: rows.collect(),
            class: "stack flow".into(),
            foot: None,
        }),
    )
}

fn named(title: &str, subject: Option<&Named>) -> String {
    match subject {
        Some(s) => format!("{title}, {}", s.name),
        None => title.to_owned(),
    }
}

fn href(team: &Named, metric: &str, subject: Option<&Named>) -> String {
    format!("/metrics/{metric}/{}", subject.map_or(&team.slug, |s| &s.slug))
}

/// The source that could replace the typing of a row, or that nobody has named one.
pub(super) fn could_come_from(metric: &str, words: &str, may_define: bool) -> Markup {
    html! {
        @if !words.is_empty() { (words) }
        @else {
            "Nobody has named a source that could replace the typing."
            @if may_define { " " a href={ "/metrics-list/" (metric) "/edit" } { "Name one" } }
        }
    }
}

/// "for 6 periods": how long a row has been typed on end.
pub(super) fn typed_for(n: usize, at_most: i64) -> String {
    let most = usize::try_from(at_most).unwrap_or(usize::MAX);
    match n {
        0 | 1 => String::new(),
        n if n >= most => format!(" for {n} periods and more"),
        n => format!(" for {n} periods"),
    }
}

/// The page of one team.
pub fn page(a: &Automation, d: &Document, may_define: bool, now: Time) -> Markup {
    let by_itself: Vec<&Row> = d.sections.iter().flat_map(|s| &s.rows).filter(|r| r.now.is_some() && !is_typed(r)).collect();
    let none = d.automated.n == 0;
    html! {
        (head(Head {
            kicker: vec![
                (d.group.name.clone(), Some(format!("/overview/{}", d.group.slug))),
                (d.team.name.clone(), Some(format!("/reports/{}/{}", d.team.slug, d.sprint))),
                (format!("Sprint {}, {}", d.sprint, d.dates), None),
            ],
            title: "Where the values come from".into(),
            lead: html! {
                @if none { "No value has come in yet for this sprint." }
                @else {
                    (html::capital(&in_words(d.automated.k, d.automated.n))) " values of sprint " (d.sprint) " came in by themselves"
                    @if let Some(then) = earlier(d) { "; in sprint " (then.sprint) " it was " (in_words(then.k, then.n)) }
                    "."
                }
            },
            facts: vec![("Values".into(), html! { a href={ "/values/" (d.team.slug) } { "Paste a table, or download them" } })],
        }))
        @if !a.sprints.is_empty() {
            (section("sprints", "Sprint by sprint", Some(html! { "Counted over the rows of this report’s template." }), Tight(true), html! {
                (line("auto", &a.sprints))
                (table(&Table {
                    caption: "Values that came in by themselves, by sprint".into(),
                    columns: vec![Column::text("Sprint"), Column::text("By themselves"), Column::text("Typed")],
                    rows: a.sprints.iter().rev().map(|s| vec![Cell::text(&format!("Sprint {}", s.sprint)), Cell::text(&of(*s)), Cell::text(&(s.n - s.k).to_string())]).collect(),
                    class: String::new(),
                    foot: None,
                }))
            }))
        }
        (section("typed", "Typed by hand", Some(html! { "Each with the source that could replace the typing, as its definition names it." }), Tight(true), html! {
            @if a.typed.is_empty() { (html::empty("Nothing of this report is typed.", None)) }
            @else { (typed(a, may_define)) }
        }))
        @if !by_itself.is_empty() {
            (section("pulled", "By themselves", Some(html! { "Pulled by a source or pushed with a token." }), Tight(true), table(&Table {
                caption: "Values that came in by themselves".into(),
                columns: vec![Column::text("Metric"), Column::text("From")],
                rows: by_itself.iter().map(|r| vec![
                    Cell::name(&named(&r.title, r.subject.as_ref()), Some(&href(&d.team, &r.metric, r.subject.as_ref()))).class("strong"),
                    Cell::new(source(r, &d.zone, now)),
                ]).collect(),
                class: "stack flow even".into(),
                foot: None,
            })))
        }
    }
}

fn typed(a: &Automation, may_define: bool) -> Markup {
    let row = |r: &TypedRow| {
        vec![
            Cell::name(&named(&r.title, r.subject.as_ref()), Some(&href(&a.team, &r.metric, r.subject.as_ref()))).class("strong"),
            Cell::text(&html::capital(format!("typed{}", typed_for(r.typed_for, crate::automation::LOOKED_AT)).as_str())),
            Cell::new(could_come_from(&r.metric, &r.could_come_from, may_define)),
        ]
    };
    let without = a.typed.iter().filter(|r| r.could_come_from.is_empty()).count();
    html! {
        (table(&Table {
            caption: "Rows that are typed".into(),
            columns: vec![Column::text("Metric"), Column::text("Since"), Column::text("What could replace it")],
            rows: a.typed.iter().map(row).collect(),
            class: "stack flow".into(),
            foot: None,
        }))
        @if without > 0 { (more(html! { (html::capital(&html::count_word(without))) " of them " (html::plural(without, "names", "name")) " no source yet." })) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ESCAPED, HOSTILE, NOW, an_overview, document, hides, row, shows};
    use super::*;
    use crate::document::Stage;

    /// One row that somebody typed and one that a source pulled, in the eighth sprint of a team that typed both before.
    fn a_report() -> Document {
        let mut d = document(vec![row("deployments", Some(101.0)), row("latency-p95", Some(101.0))], Stage::Draft);
        let pulled = d.sections[0].rows[1].now.as_mut().unwrap();
        (pulled.way, pulled.source) = ("pulled".into(), HOSTILE.into());
        d.automated = crate::rules::automated(&d.sections);
        d.automation = vec![SprintShare { sprint: 7, k: 0, n: 2 }, SprintShare { sprint: 8, k: 1, n: 2 }];
        d
    }

    fn typed(typed_for: usize, could_come_from: &str) -> TypedRow {
        let (metric, title) = ("deployments".into(), HOSTILE.into());
        TypedRow { metric, title, subject: None, typed_for, could_come_from: could_come_from.into() }
    }

    fn of_team(d: &Document, typed: Vec<TypedRow>) -> Automation {
        Automation { team: d.team.clone(), sprint: d.sprint, sprints: d.automation.clone(), typed }
    }

    #[test]
    fn the_fact_counts_now_and_then_and_leads_to_the_rest() {
        let d = a_report();
        let text = fact(&d);
        shows(
            &text,
            &["1 of 2 values, 0 of 2 in sprint 7", "<svg", "Sprint 7: 0 of 2, sprint 8: 1 of 2", "/reports/intake/automation"],
        );
        let first = fact(&Document { automation: d.automation[1..].to_vec(), ..d });
        shows(&first, &["1 of 2 values"]);
        hides(&first, "in sprint");
    }

    #[test]
    fn each_team_of_a_group_stands_beside_its_own_past() {
        let mut o = an_overview(&[a_report(), document(Vec::new(), Stage::Draft)]);
        let text = of_group(&o);
        shows(&text, &["Not typed any more", "1 of 2", "0 of 2, sprint 7", "0 of 0", ESCAPED]);
        o.reports.clear();
        hides(&of_group(&o), "/automation");
    }

    #[test]
    fn a_typed_row_names_its_source_or_that_nobody_has_named_one() {
        shows(&could_come_from("deployments", HOSTILE, true), &[ESCAPED]);
        hides(&could_come_from("deployments", HOSTILE, true), "Name one");
        shows(&could_come_from("deployments", "", true), &["Nobody has named a source", "/metrics-list/deployments/edit"]);
        hides(&could_come_from("deployments", "", false), "<a");
    }

    #[test]
    fn the_page_tells_typed_rows_from_those_that_came_in_by_themselves() {
        let d = a_report();
        let text = page(&of_team(&d, vec![typed(4, HOSTILE), typed(60, "")]), &d, true, NOW);
        shows(&text, &["One of two values of sprint 8 came in by themselves; in sprint 7 it was none of two."]);
        shows(&text, &["Typed for 4 periods", "Typed for 60 periods and more", "One of them names no source yet.", ESCAPED]);
        shows(&text, &["Values that came in by themselves, by sprint", "/metrics/latency-p95/intake"]);
    }

    #[test]
    fn the_page_of_a_report_without_values_says_so() {
        let d = document(Vec::new(), Stage::Draft);
        let text = page(&of_team(&d, Vec::new()), &d, false, NOW);
        shows(&text, &["No value has come in yet for this sprint.", "Nothing of this report is typed."]);
        hides(&text, "<table");
    }
}
