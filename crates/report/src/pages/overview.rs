//! The group's overview: how far the reports are, what changed, state by team and pillar. Teams stand in their fixed
//! order; nothing here sorts or adds up by value.

use std::sync::Arc;

use html::{
    Cell, Column, Head, Judgement, Markup, Matrix, MatrixCell, MatrixRow, Signal, State, Table, Tight, head, html, matrix, more,
    section, signals, table, wins,
};
use kernel::time::Time;
use kernel::web::day;

use crate::document::{RowState, Stage};
use crate::overview::{Digest, Found, GroupList, Overview, Pillar, found, headline, sentence};

/// Signals shown on the page at most.
const MOST: usize = 7;

fn stage_mark(stage: Stage) -> Markup {
    match stage {
        Stage::Draft => html::state_as(State::Planned, "Draft"),
        Stage::Ready => html::state_as(State::InSprint, "Ready"),
        Stage::Reviewed => html::state_as(State::Done, "Reviewed"),
    }
}

/// The list of all teams' reports.
pub fn list_page(groups: &[GroupList], _: Time) -> Markup {
    html! {
        (head(Head {
            kicker: vec![],
            title: "Team reports".into(),
            lead: html! { "One report for each team and sprint. Groups and teams stand in alphabetical order, always." },
            facts: vec![],
        }))
        @if groups.is_empty() {
            (section("none", "No group yet", None, Tight(false), html::empty("Teams that review together form a group. Its reports will stand here.", Some(("Make the first group", "/groups/new")))))
        }
        @for list in groups {
            @let explain = list.sprint.as_ref().map(|s| html! { "Sprint " (s.number) ", " (crate::rules::dates(s.first_day, s.end_day)) });
            (section(&list.group.slug, &list.group.name, explain, Tight(false), html! {
                @if list.teams.is_empty() {
                    (html::empty("No team belongs to this group yet.", Some(("Add teams", "/teams/new"))))
                } @else {
                    (table(&Table {
                        caption: format!("Reports of {}", list.group.name),
                        columns: vec![Column::text("Team"), Column::text("Report")],
                        rows: list.teams.iter().map(|(team, stage)| {
                            let href = list.sprint.as_ref().map_or(format!("/reports/{}", team.slug), |s| format!("/reports/{}/{}", team.slug, s.number));
                            vec![Cell::name(&team.name, Some(&href)).class("strong"), Cell::new(stage_mark(*stage))]
                        }).collect(),
                        class: "stack flow even".into(),
                        foot: None,
                    }))
                }
                (more(html! { a href={ "/overview/" (list.group.slug) } { "Overview of " (html::bdi(&list.group.name)) } }))
            }))
        }
    }
}

/// One cell of the matrix: the gravest state of a section.
pub fn section_state(pillar: Option<&Pillar>) -> MatrixCell {
    let any = |state: RowState| pillar.is_some_and(|p| p.states.contains(&state));
    let state = if any(RowState::Attention) {
        State::Attention
    } else if any(RowState::Stale) {
        State::Stale
    } else if any(RowState::Unknown) {
        State::Unknown
    } else if any(RowState::Pass) {
        State::Pass
    } else {
        State::NotApplicable
    };
    let judged = match pillar {
        Some(p) if p.worse => Some(Judgement::Worse),
        Some(p) if p.better => Some(Judgement::Better),
        _ => None,
    };
    MatrixCell { state, judged }
}

/// What stands under the drawing: "412 ms to **655 ms**", or the day of a stale value.
fn beside(f: &Found, zone: &str, now: Time) -> Option<Markup> {
    let show = |f_: &crate::document::Figure| html::with_unit(f_.number, f.row.decimals, &f.row.unit);
    match (&f.row.before, &f.row.now) {
        (_, Some(value)) if f.kind == "stale" => Some(html! { "measured " (day(value.measured_at, now, zone)) }),
        (Some(before), Some(value)) => Some(html! { (show(before)) " to " b { (show(value)) } }),
        _ => None,
    }
}

fn signal(f: &Found, reports: &[Arc<Digest>], n: usize, now: Time) -> Signal {
    let d = reports.iter().find(|d| d.team.slug == f.team);
    let state = match f.kind.as_str() {
        "worse" => State::Worse,
        "stale" => State::Stale,
        _ => State::Better,
    };
    let why = if f.kind == "stale" { &f.row.reason } else { &f.row.change.reason };
    Signal {
        subject: d.map_or_else(|| f.team.clone(), |d| d.team.name.clone()),
        area: Some(f.pillar.clone()),
        state,
        word: (f.kind == "worse").then(|| "worse".into()),
        what: headline(&f.row),
        href: d.map(|d| format!("/reports/{}/{}", d.team.slug, d.sprint)),
        why: html! { (html::capital(why)) "." },
        spark: (f.row.series.iter().flatten().count() > 1).then(|| html::Spark {
            id: format!("g{n}"),
            values: f.row.series.clone(),
            limits: f.row.limits.as_ref().map(|l| (l.lower, l.upper, l.centre)),
            last: if f.kind == "worse" {
                html::Mark::Worse
            } else if f.kind == "better" {
                html::Mark::Better
            } else {
                html::Mark::Dot
            },
            ticks: Vec::new(),
            title: format!("{}, the last {} periods", f.row.title, f.row.series.len()),
            desc: sentence(&f.row),
        }),
        by: beside(f, d.map_or("UTC", |d| &d.zone), now),
    }
}

/// The finding as a title: "Three measures got worse, one got better".
pub fn title(signals: &[&Found]) -> String {
    let count = |kind: &str| signals.iter().filter(|f| f.kind == kind).count();
    let part = |n: usize, one: &str, many: &str| match n {
        0 => None,
        1 => Some(format!("one {one}")),
        n => Some(format!("{} {many}", html::count_word(n))),
    };
    let parts: Vec<String> = [
        part(count("worse"), "measure got worse", "measures got worse"),
        part(count("better"), "got better", "got better"),
        part(count("stale"), "has gone stale", "have gone stale"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { "Everything moved within its usual range".into() } else { html::capital(&html::listed(&parts)) }
}

/// The page.
pub fn page(o: &Overview, now: Time) -> Markup {
    let signals_found = found(&o.reports);
    let pillars: Vec<(String, String)> =
        o.reports.first().map_or_else(Vec::new, |d| d.pillars.iter().map(|s| (s.pillar.clone(), s.title.clone())).collect());
    let in_ = o.reports.iter().filter(|d| d.stage != Stage::Draft).count();
    let drafts: Vec<&Arc<Digest>> = o.reports.iter().filter(|d| d.stage == Stage::Draft).collect();
    let (k, n) = o.reports.iter().fold((0, 0), |(k, n), d| (k + d.automated.k, n + d.automated.n));
    let chance: f64 = o.reports.iter().map(|d| d.expected_false_alarms).sum();
    let values: usize = o.reports.iter().map(|d| d.filled.k).sum();
    html! {
        (head(Head {
            kicker: vec![
                (o.organisation.clone(), Some("/".into())),
                (o.group.name.clone(), Some(format!("/groups/{}", o.group.slug))),
                (format!("Sprint {}, {}", o.sprint.number, o.dates), None),
            ],
            title: if o.reports.is_empty() { o.group.name.clone() } else if values == 0 { "Nothing has been reported yet".into() } else { title(&signals_found) },
            lead: html! { (html::capital(&html::count_word(in_))) " of " (html::count_word(o.reports.len())) " reports " (html::plural(in_, "is", "are")) " ready for the review of sprint " (o.sprint.number) "." },
            facts: super::ahead::fact(o.ahead.as_ref()).into_iter().chain([
                ("Reports".into(), html! {
                    (in_) " of " (o.reports.len()) " ready"
                    @for d in drafts.iter().take(3) { br; a href={ "/reports/" (d.team.slug) "/" (d.sprint) } { (html::bdi(&d.team.name)) } " is a draft (" (d.filled.k) " of " (d.filled.n) ")" }
                    @if drafts.len() > 3 { br; a href="/reports" { "and " (drafts.len() - 3) " more" } }
                }),
                ("Facilitator".into(), html! {
                    @if o.facilitators.is_empty() { "nobody yet" }
                    @for (i, name) in o.facilitators.iter().enumerate() { @if i > 0 { ", " } (html::bdi(name)) }
                }),
                ("Automated".into(), html! { (k) " of " (n) " values" }),
            ]).collect(),
        }))
        @if o.reports.is_empty() {
            (section("none", "No team yet", None, Tight(false), html::empty("Each team of the group will stand here with its state by pillar.", Some(("Add teams", "/teams/new")))))
        } @else {
            (section("changed", "What changed", Some(html! {
                (html::capital(&html::count_word(signals_found.len()))) " " (html::plural(signals_found.len(), "signal", "signals")) " among " (values) " values. A signal is a value outside its natural limits, a run, or a value gone stale."
                @if chance >= 0.05 { " About " (html::number(chance, 1)) " would appear by chance alone." }
            }), Tight(false), html! {
                @if values == 0 {
                    p.say { "The first report fills this page. The first comparison comes with the second, the first limits with the fifth." }
                } @else if signals_found.is_empty() {
                    p.say { "No value of this sprint is a signal. The others moved within their usual range." }
                } @else {
                    (signals(&signals_found.iter().take(MOST).enumerate().map(|(n, f)| signal(f, &o.reports, n, now)).collect::<Vec<_>>()))
                    @if signals_found.len() > MOST { (more(html! { (signals_found.len() - MOST) " more stand in the teams’ reports." })) }
                }
            }))
            (section("matrix", "State by team and pillar", Some(html! { "Teams stand in alphabetical order, always. There is no total: two teams’ pillars are not comparable. A word after the state appears only where the direction is a signal." }), Tight(false), html! {
                @if pillars.is_empty() {
                    (html::empty("The group has not agreed what to look at yet.", Some(("Agree a template", &format!("/groups/{}/template", o.group.slug)))))
                } @else {
                    (matrix(&Matrix {
                        caption: format!("State and direction by team and pillar, sprint {}", o.sprint.number),
                        first: "Team".into(),
                        columns: pillars.iter().map(|(_, t)| t.replace("Operational", "Oper.")).collect(),
                        rows: o.reports.iter().map(|d| MatrixRow {
                            name: d.team.name.clone(),
                            href: Some(format!("/reports/{}/{}", d.team.slug, d.sprint)),
                            cells: pillars.iter().map(|(key, _)| section_state(d.pillars.iter().find(|s| s.pillar == *key))).collect(),
                        }).collect(),
                    }))
                }
            }))
            (super::shared::shared(o.shared.as_ref()))
            (super::work::of_group(&o.work))
            (super::ahead::notices(o.ahead.as_ref()))
            (super::automation::of_group(o))
            @let said: Vec<(String, Markup)> = o.reports.iter().filter_map(|d| d.win.as_ref().map(|w| (w.text.clone(), html! { b { (html::bdi(&d.team.name)) } ", " (html::bdi(&w.by)) }))).collect();
            (section("wins", "Wins", Some(html! { "Every review opens with these." }), Tight(false), html! {
                @if said.is_empty() { (html::empty("What went well will stand here, in the teams’ own words.", None)) } @else { (wins(&said)) }
            }))
        }
    }
}
