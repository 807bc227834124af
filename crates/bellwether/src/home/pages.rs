//! The first steps, as in the mock-up `start.html`, and find.

mod settings;
mod tour;

use catalogue::{Group, Team};
use html::{
    Cell, Choice, Column, Columns, Field, FieldKind, Head, Markup, StepState, Table, Tight, alert, bdi, choices, columns, field,
    fields, head, html, section, steps, table,
};
use kernel::error::Fault;
use kernel::ids::Ref;
use kernel::time::Time;
use kernel::trail::{Record, Verified};
use kernel::web::Form;
use kernel::web::clock;
use people::Organisation;

use super::finding::Hit;
pub(super) use settings::settings;
pub(super) use tour::tour;

/// How far the set-up is.
#[derive(Debug)]
pub(super) struct Progress {
    pub(super) organisation: Organisation,
    pub(super) group: Option<Group>,
    pub(super) teams: Vec<Team>,
    /// Version of the group's template; 0 if none is agreed.
    pub(super) template: i64,
}

impl Progress {
    fn step(&self) -> u8 {
        match (&self.group, self.teams.is_empty(), self.template) {
            (None, _, _) => 1,
            (Some(_), true, _) => 2,
            (Some(_), false, 0) => 3,
            _ => 4,
        }
    }
}

struct Sent<'a>(Option<(&'a Form, &'a [Fault])>);

impl Sent<'_> {
    fn value<'b>(&'b self, name: &str, otherwise: &'b str) -> &'b str {
        self.0.and_then(|(f, _)| f.opt(name)).unwrap_or(otherwise)
    }

    fn error(&self, name: &str) -> Option<&str> {
        self.0.and_then(|(_, faults)| faults.iter().find(|f| f.at == name)).map(|f| f.message.as_str())
    }

    fn summary(&self, step: &str) -> Markup {
        match self.0 {
            Some((form, faults)) if form.get("step") == step => html! {
                (alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect()))
                div.sub {}
            },
            _ => html! {},
        }
    }
}

/// The three steps; each can be skipped and none is final.
pub(super) fn welcome(p: &Progress, sent: Option<(&Form, &[Fault])>, csrf: &str, today: &str, may: bool) -> Markup {
    let sent = Sent(sent);
    let step = p.step();
    let at = |n: u8| match n.cmp(&step) {
        std::cmp::Ordering::Less => StepState::Done,
        std::cmp::Ordering::Equal => StepState::Now,
        std::cmp::Ordering::Greater => StepState::Todo,
    };
    let organisation =
        p.group.as_ref().map_or_else(|| "name, zone, calendar".to_owned(), |g| format!("{}, {}", p.organisation.name, g.name));
    let teams = match p.teams.len() {
        0 => "paste a list".to_owned(),
        n => format!("{n} {}", html::plural(n, "team", "teams")),
    };
    let template = if p.template > 0 { format!("version {}", p.template) } else { "nine rows to begin with".into() };
    let lead = match step {
        1 => "Name the organisation and the first group, paste the teams, agree on a template. Then the overview opens.",
        2 => "The organisation is saved. Paste the teams, agree on a template, and the overview opens.",
        3 => "The teams are saved. Agree on a template, and the overview opens.",
        _ => "All three steps are done. Everything can be changed on its own page.",
    };
    html! {
        (head(Head {
            kicker: vec![("New installation".into(), None)],
            title: if step == 4 { "Ready for the first report".into() } else { "Three steps to the first report".into() },
            lead: html! { (lead) },
            facts: vec![
                ("Progress".into(), html! { @if step < 4 { b { "Step " (step) " of 3" } } @else { b { "Done" } } }),
                ("Saved".into(), html! { "every step by itself; you can close this page" }),
                ("Nothing final".into(), html! { "all of it can be changed later" }),
                ("Or by file".into(), html! { code { "bellwether apply first.yaml" } }),
            ],
        }))
        div { (steps(&[
            ("Sign in", "done", StepState::Done),
            ("1 Organisation", &organisation, at(1)),
            ("2 Teams", &teams, at(2)),
            ("3 Template", &template, at(3)),
        ])) }
        div.sub {}
        @if !may && step == 1 {
            (section("wait", "Not set up yet", None, Tight(false), html! { p.prose { "The platform engineer sets the organisation up. Come back when that is done." } }))
        } @else {
            (first(p, &sent, csrf, today))
            @if step > 1 { (second(p, &sent, csrf)) }
            @if step > 2 { (third(p, &sent, csrf)) }
        }
        @if step > 1 { (after(p)) }
    }
}

fn first(p: &Progress, sent: &Sent<'_>, csrf: &str, today: &str) -> Markup {
    let explain = html! { "Sprints follow the zone of their group; months and quarters that of the organisation." };
    section(
        "organisation",
        "1 Organisation and zone",
        Some(explain),
        Tight(false),
        html! {
            @if let Some(g) = &p.group {
                p.say { "Saved: " (bdi(&p.organisation.name)) ", with the group " a href={ "/groups/" (g.slug) } { (bdi(&g.name)) } " in " (g.zone) "." }
            } @else {
                (sent.summary("organisation"))
                (html::form("/welcome/organisation", csrf, html! {
                    input type="hidden" name="step" value="organisation";
                    (fields(&[
                        field(&Field { id: "organisation", label: "Organisation", hint: Some("As it stands on reports."), value: sent.value("organisation", &p.organisation.name), error: sent.error("organisation"), autocomplete: Some("organization"), ..Field::default() }),
                        field(&Field { id: "name", label: "First group", hint: Some("Teams that review together."), value: sent.value("name", ""), error: sent.error("name"), ..Field::default() }),
                        field(&Field { id: "zone", label: "Time zone", hint: Some("Such as Europe/London or UTC."), value: sent.value("zone", &p.organisation.zone), error: sent.error("zone"), ..Field::default() }),
                    ]))
                    (fields(&[
                        field(&Field { id: "sprint_days", label: "Sprint length in days", hint: Some("Can change later."), value: sent.value("sprint_days", "14"), kind: FieldKind::Decimal, error: sent.error("sprint_days"), ..Field::default() }),
                        field(&Field { id: "first_number", label: "First sprint", hint: Some("Its number."), value: sent.value("first_number", "1"), kind: FieldKind::Decimal, error: sent.error("first_number"), ..Field::default() }),
                        field(&Field { id: "first_day", label: "Began on", hint: Some("Earlier sprints can then be typed in too."), value: sent.value("first_day", today), kind: FieldKind::Date, error: sent.error("first_day"), ..Field::default() }),
                    ]))
                    div.btns.pane-gap { button.btn.primary type="submit" { "Save and go on" } }
                    p.more { "You become the group’s facilitator until you name somebody else." }
                }))
            }
        },
    )
}

fn second(p: &Progress, sent: &Sent<'_>, csrf: &str) -> Markup {
    let explain = html! { "From a sheet, a directory or your memory. Members and services can follow, by hand or by import." };
    let list = Field {
        id: "list",
        label: "One team in a line",
        hint: Some("Team; workload. Semicolons or tabs. The workload may be missing."),
        value: sent.value("list", ""),
        kind: FieldKind::Textarea(10),
        error: sent.error("list"),
        ..Field::default()
    };
    let form = html! {
        (sent.summary("teams"))
        (html::form("/welcome/teams", csrf, html! {
            input type="hidden" name="step" value="teams";
            div.fields.one { (field(&list)) }
            div.btns.pane-gap {
                button.btn.primary type="submit" { @if p.teams.is_empty() { "Add these teams and go on" } @else { "Add these teams" } }
            }
        }))
    };
    let known = html! {
        @if p.teams.is_empty() {
            (html::empty("The teams that were read will stand here, in alphabetical order.", None))
        } @else {
            h3 { (html::count_word_capital(p.teams.len())) " " (html::plural(p.teams.len(), "team", "teams")) }
            ul.prose { @for t in &p.teams { li { a href={ "/teams/" (t.slug) } { (bdi(&t.name)) } } } }
        }
    };
    section("teams", "2 Teams", Some(explain), Tight(false), columns(Columns::Even, &[form, known]))
}

fn third(p: &Progress, sent: &Sent<'_>, csrf: &str) -> Markup {
    let explain = html! { "What a team reports each sprint. The group may change it at any review; a change makes a new version." };
    section(
        "template",
        "3 Template",
        Some(explain),
        Tight(false),
        html! {
            @if p.template > 0 {
                @if let Some(g) = &p.group {
                    p.say { "Agreed: " a href={ "/groups/" (g.slug) "/template" } { "version " (p.template) } "." }
                }
            } @else {
                (sent.summary("template"))
                (html::form("/welcome/template", csrf, html! {
                    input type="hidden" name="step" value="template";
                    (choices("Begin with", &[
                        Choice { id: "rows-few", name: "rows", value: "few", label: "Nine rows, all by hand", desc: html! { "Most teams know these numbers already. A report takes five minutes." }, checked: sent.value("rows", "few") != "all", many: false },
                        Choice { id: "rows-all", name: "rows", value: "all", label: "Fourteen rows", desc: html! { "For groups that have reported before." }, checked: sent.value("rows", "few") == "all", many: false },
                    ]))
                    div.btns.pane-gap { button.btn.primary type="submit" { "Finish and open the overview" } a.small href="/" { "Skip: decide in the first review" } }
                }))
            }
        },
    )
}

fn after(p: &Progress) -> Markup {
    section(
        "next",
        "What is left",
        None,
        Tight(false),
        html! {
            ul.prose {
                li { a href="/people" { "Invite people" } " and say which team they are in; only members of a team fill in its report." }
                li { a href="/sources" { "Add a source" } " that fills a number in by itself." }
                @if let Some(t) = p.teams.first() { li { a href={ "/reports/" (t.slug) } { "Open the first report" } "." } }
            }
        },
    )
}

/// What was found.
pub(super) fn find(question: &str, hits: &[Hit]) -> Markup {
    let mut kinds: Vec<&str> = Vec::new();
    for hit in hits {
        if !kinds.contains(&hit.kind) {
            kinds.push(hit.kind);
        }
    }
    html! {
        (head(Head {
            title: "Find".into(),
            lead: html! { @if !question.trim().is_empty() { (html::count_word_capital(hits.len())) " " (html::plural(hits.len(), "result", "results")) " for “" (bdi(question.trim())) "”." } },
            ..Head::default()
        }))
        (section("ask", "What", Some(html! { "Any part of a name." }), Tight(false), html! {
            form action="/find" method="get" role="search" {
                div.fields.one { (field(&Field { id: "q", label: "Find", value: question, kind: FieldKind::Search, ..Field::default() })) }
                div.btns.pane-gap-s { button.btn.primary type="submit" { "Find" } }
            }
        }))
        @for kind in kinds {
            (section(&html::slug(kind), kind, None, Tight(true), html! {
                ul.ruled { @for hit in hits.iter().filter(|h| h.kind == kind) {
                    li { a href=(hit.href) { (bdi(&hit.title)) } " " span.by { (bdi(&hit.note)) } }
                } }
            }))
        }
    }
}

/// What the page of the trail needs.
pub(super) struct Trail<'a> {
    /// Newest first; one more than `limit` if there are older ones.
    pub(super) records: &'a [Record],
    pub(super) limit: usize,
    /// The thing whose records these are; all things if none.
    pub(super) subject: Option<&'a Ref>,
    /// Names of people by the key that the trail has.
    pub(super) names: &'a [(String, String)],
    pub(super) verified: Option<&'a Verified>,
    pub(super) csrf: &'a str,
    pub(super) now: Time,
    pub(super) zone: &'a str,
}

/// Who did what to which thing, when, and the seal that proves it.
pub(super) fn trail(t: &Trail<'_>) -> Markup {
    let who = |actor: &str| match t.names.iter().find(|(key, _)| key == actor) {
        Some((_, name)) => name.clone(),
        None => actor.to_owned(),
    };
    let shown = &t.records[..t.records.len().min(t.limit)];
    let rows = shown.iter().map(|r| {
        let thing = format!("/trail?kind={}&id={}", r.subject.kind, r.subject.id);
        vec![
            Cell::text(&clock(r.at, t.now, t.zone)).class("nb"),
            Cell::new(bdi(&who(&r.actor))),
            Cell::text(&r.verb.replace('-', " ")),
            Cell::new(html! { a href=(thing) { (r.subject.kind) } }),
            Cell::new(bdi(&r.reason)),
            Cell::text(&r.seal.map_or_else(|| "waits".into(), |n| n.to_string())),
        ]
    });
    let older = shown.last().filter(|_| t.records.len() > t.limit).map(|r| {
        let subject = t.subject.map(|s| format!("&kind={}&id={}", s.kind, s.id)).unwrap_or_default();
        format!("/trail?before={}{subject}", r.id)
    });
    html! {
        (head(Head {
            kicker: t.subject.map(|_| vec![("Trail".into(), Some("/trail".into()))]).unwrap_or_default(),
            title: t.subject.map_or_else(|| "Trail".into(), |s| format!("Trail of one {}", s.kind)),
            lead: html! { "Every change, as a record that nothing changes afterwards. Records are sealed into a chain; whoever changes one breaks every seal after it." },
            facts: t.verified.map(|v| vec![
                ("Checked".to_owned(), html! { @if v.valid { b { "sound" } } @else { b { "broken" } } ", " (v.records) " records in " (v.seals) " seals" }),
                ("Newest seal".to_owned(), html! { (v.checkpoint.number) ", " span.by { (v.checkpoint.hash.get(..16).unwrap_or("")) "…" } }),
            ]).unwrap_or_default(),
        }))
        @if let Some(fault) = t.verified.and_then(|v| v.first_fault.as_ref()) {
            (section("fault", "Broken", None, Tight(false), html! { p.say { "At seal " (fault.seal) ": " (fault.message) "." } p.prose { "Compare with a backup, and with a checkpoint that was kept elsewhere." } }))
        }
        (section("records", "Records", Some(html! { "Newest first." }), Tight(false), html! {
            @if shown.is_empty() { p.say { "There is no record of this." } } @else {
                (table(&Table {
                    caption: "Records of the trail".into(),
                    columns: ["When", "Who", "What", "Thing", "Why", "Seal"].map(Column::text).to_vec(),
                    rows: rows.collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
            @if let Some(href) = older { p.more { a href=(href) { "Older records" } } }
        }))
        (section("check", "How do you know?", None, Tight(false), html! {
            p.prose { "Recompute it: every record is hashed again and held against its seal, every seal against the one before. A trail whose end was cut shows only against a checkpoint kept elsewhere: backups and exports print one." }
            (html::form("/trail/verification", t.csrf, html! { div.btns.pane-gap-s { button.btn type="submit" { "Recompute the whole trail" } } }))
        }))
    }
}
