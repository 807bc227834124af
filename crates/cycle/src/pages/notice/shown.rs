//! One notice with its teams and workloads.

use html::{
    Cell, Column, Columns, Field, FieldKind, Head, Markup, State, Tight, bdi, columns, field, fields, fields_one, head, html,
    plural, section, state_as, table,
};
use jiff::civil::Date;
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, day};

use super::form::form;
use super::{FormPage, state, text, when};
use crate::notice::{Notice, NoticeKind, NoticeState, NoticeTeam, NoticeVersion, NoticeWorkload, label, named};

/// One notice.
pub struct OnePage<'a> {
    /// The notice.
    pub notice: &'a Notice,
    /// Everything that it ever said, newest first.
    pub versions: &'a [NoticeVersion],
    /// Slug and name of the reader's teams that have not acknowledged it.
    pub asked: &'a [(String, String)],
    /// A refused acknowledgement.
    pub refused: Option<(&'a Form, &'a [Fault])>,
    /// A refused withdrawal.
    pub kept: Option<(&'a Form, &'a [Fault])>,
    /// The form that changes it; none for who may not, or if it does not stand.
    pub form: Option<&'a FormPage<'a>>,
    /// Token for forms.
    pub csrf: &'a str,
    /// Today, as days of notices count.
    pub today: Date,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// "; it had until 27 Nov and is 3 days late. "
fn until(n: &Notice, today: Date, teams: usize) -> Markup {
    let had = if n.late(today).is_some() { "had" } else { plural(teams, "has", "have") };
    html! { "; " (plural(teams, "it", "they")) " " (had) " until " (when(&n.content.acknowledge_by, today)) (late(n, today)) }
}

/// ", which was 3 days ago. "
fn late(n: &Notice, today: Date) -> Markup {
    html! { @if let Some(days) = n.late(today) { ", " span.over { (html::days_words(-days)) } } ". " }
}

fn lead(n: &Notice, today: Date) -> Markup {
    let ((k, of), missing) = (n.acknowledged(), n.missing());
    let c = n.adopted();
    html! {
        @match n.state {
            NoticeState::Withdrawn => @if let Some(w) = &n.withdrawn { (bdi(&w.by)) " withdrew it: " (bdi(&w.why)) },
            NoticeState::Superseded => @if let Some(by) = n.superseded_by { a href={ "/notices/" (by) } { (label(by)) } " took its place." },
            NoticeState::Expired => { "It was over on " (when(&n.content.expires, today)) "." },
            _ => {
                @let by = when(&n.content.acknowledge_by, today);
                @match (missing.len(), k) {
                    (0, _) => "Every team has acknowledged it. ",
                    (1, 0) => { (bdi(missing[0])) " has yet to acknowledge it" (until(n, today, 1)) },
                    (_, 0) => { "None of the " (html::count_word(of)) " teams has acknowledged it yet" (until(n, today, 2)) },
                    (m, _) => {
                        (html::count_word_capital(k)) " of " (html::count_word(of)) " teams " (plural(k, "has", "have")) " acknowledged it; "
                        (bdi(&named(&missing))) " " @if n.late(today).is_some() { "had" } @else { (plural(m, "has", "have")) } " until " (by) (late(n, today))
                    },
                }
                @if !n.content.standard.is_empty() && c.all > 0 {
                    (html::count_word_capital(c.adopted)) " of " (html::count_word(c.all)) " workloads " (plural(c.adopted, "has", "have")) " adopted it"
                    @if c.exempt > 0 { ", " (html::count_word(c.exempt)) " " (plural(c.exempt, "is", "are")) " exempt" }
                    @if c.unknown > 0 { ", of " (html::count_word(c.unknown)) " nobody has said anything" } "."
                }
            }
        }
    }
}

fn acknowledged(t: &NoticeTeam, p: &OnePage<'_>) -> Markup {
    html! {
        @match &t.acknowledged {
            None if p.notice.state.stands() => span.strong { (state_as(State::Planned, "Not yet")) },
            None => (state_as(State::Planned, "Not")),
            Some(a) => {
                (state_as(State::Yes, "Yes")) br; " " span.by {
                    (bdi(&a.by)) ", " (day(a.at, p.now, p.zone))
                    @if !a.plan.is_empty() { "; " (bdi(a.plan.trim_end_matches('.'))) }
                    @if !a.planned.is_empty() { "; planned for " (when(&a.planned, p.today)) }
                }
            }
        }
    }
}

fn adopted(w: &NoticeWorkload, planned: bool) -> Markup {
    match (w.adopted, &w.exempt) {
        (Some(true), _) => state_as(State::Pass, "Adopted"),
        (_, Some(e)) if e.until.is_empty() => state_as(State::NotApplicable, "Does not apply"),
        (_, Some(_)) => state_as(State::Exempt, "Exempt"),
        (Some(false), None) if planned => state_as(State::InSprint, "Under way"),
        (Some(false), None) => state_as(State::Planned, "Not begun"),
        (None, None) => state_as(State::Unknown, "Unknown"),
    }
}

/// What a state rests on.
fn ground(w: &NoticeWorkload, p: &OnePage<'_>) -> Markup {
    html! {
        @match (&w.exempt, w.adopted) {
            (Some(e), a) if a != Some(true) => {
                (bdi(e.reason.trim_end_matches('.'))) @if !e.until.is_empty() { "; until " (when(&e.until, p.today)) } "; " (bdi(&e.by))
            }
            (_, None) => "nobody has typed a state",
            _ => {
                (bdi(w.evidence.trim_end_matches('.'))) @if !w.evidence.is_empty() { "; " } (bdi(&w.by))
                @if !w.day.is_empty() { ", " (when(&w.day, p.today)) }
            }
        }
    }
}

fn teams(p: &OnePage<'_>) -> Markup {
    let n = p.notice;
    let standard = !n.content.standard.is_empty();
    let by_workload = standard || n.content.by_workload();
    let mut rows = Vec::new();
    for t in &n.teams {
        let mut first = vec![
            Cell::new(html! { b { a href={ "/teams/" (t.team.slug) } { (bdi(&t.team.name)) } } }),
            Cell::new(acknowledged(t, p)),
        ];
        if !by_workload {
            rows.push(first);
            continue;
        }
        if t.workloads.is_empty() {
            first.push(Cell::new(html! { span.mute { "none" } }));
            if standard {
                first.extend([Cell::text(""), Cell::text("")]);
            }
            rows.push(first);
            continue;
        }
        for (i, w) in t.workloads.iter().enumerate() {
            let mut cells = if i == 0 {
                first.clone()
            } else {
                vec![Cell::new(html! { (bdi(&t.team.name)) }), Cell::new(html! { span.mute { "as above" } })]
            };
            cells.push(Cell::new(html! { a href={ "/workloads/" (w.workload.slug) "/standards" } { (bdi(&w.workload.name)) } }));
            if standard {
                let planned = t.acknowledged.as_ref().is_some_and(|a| !a.planned.is_empty() || !a.plan.is_empty());
                cells.push(Cell::new(adopted(w, planned)));
                cells.push(Cell::new(ground(w, p)).class("by"));
            }
            rows.push(cells);
        }
    }
    let mut columns = vec![Column::text("Team"), Column::text("Acknowledged").class("lab")];
    if by_workload {
        columns.push(Column::text("Workload"));
    }
    if standard {
        columns.extend([Column::text("Mandate"), Column::text("Evidence")]);
    }
    table(&html::Table {
        caption: "Acknowledgement per team, adoption per workload".into(),
        columns,
        rows,
        class: "stack flow".into(),
        foot: None,
    })
}

fn acknowledge(p: &OnePage<'_>) -> Markup {
    let was = |name: &str| p.refused.map_or("", |(f, _)| f.get(name));
    let wrong = |at: &str| p.refused.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str());
    let teams: Vec<(&str, &str)> = p.asked.iter().map(|(s, n)| (s.as_str(), n.as_str())).collect();
    let (to, asks) = (format!("{}/acknowledgements", p.notice.href()), p.notice.content.kind != NoticeKind::Information);
    html! {
        (html::form(&to, p.csrf, html! {
            input type="hidden" name="version" value=(p.notice.version);
            @if let [(slug, _)] = p.asked { input type="hidden" name="team" value=(slug); }
            @else { (fields_one(&[field(&Field { id: "ack-team", name: "team", label: "Team", value: was("team"), kind: FieldKind::Select(&teams), error: wrong("team"), ..Field::default() })])) }
            @if asks {
                (fields(&[
                    field(&Field { id: "plan", label: "What the team will do", value: was("plan"), kind: FieldKind::Textarea(2), error: wrong("plan"), ..Field::default() }),
                    field(&Field { id: "planned", label: "By", value: was("planned"), kind: FieldKind::Date, error: wrong("planned"), ..Field::default() }),
                ]))
            }
            div.btns.pane-gap-s {
                button.btn.primary type="submit" { @if let [(_, name)] = p.asked { "Acknowledge for " (name) } @else { "Acknowledge" } }
            }
        }))
    }
}

/// One notice.
pub fn one(p: &OnePage<'_>) -> Markup {
    let (n, c) = (p.notice, &p.notice.content);
    let (k, of) = n.acknowledged();
    let mut facts = vec![
        (
            "Kind".to_owned(),
            html! { b { (html::capital(c.kind.words())) } @if !c.effective.is_empty() { ", in force from " (when(&c.effective, p.today)) } },
        ),
        (
            "Acknowledge".to_owned(),
            html! { "by " (when(&c.acknowledge_by, p.today)) "; " (k) " of " (of) " " (plural(of, "team", "teams")) },
        ),
        ("State".to_owned(), state(n)),
    ];
    if let Some(old) = n.supersedes {
        facts.push(("Supersedes".into(), html! { a href={ "/notices/" (old) } { (label(old)) } }));
    }
    facts.push(("From".into(), html! { (bdi(&n.issued_by)) ", " (day(n.issued_at, p.now, p.zone)) }));
    let mut kicker = Vec::new();
    if let Some(g) = &n.group {
        kicker.push((g.name.clone(), Some(format!("/groups/{}", g.slug))));
    }
    kicker.push(("Notices".into(), Some("/notices".into())));
    kicker.push((format!("{}, notice to all developers (NOTAD)", n.label()), None));
    let faults: Vec<Fault> =
        [p.refused, p.kept, p.form.and_then(|f| f.sent)].iter().flatten().flat_map(|(_, f)| f.to_vec()).collect();
    let mut more: Vec<(String, Markup)> = [("Why", &c.why), ("To do", &c.to_do), ("Help", &c.help)]
        .iter()
        .filter(|(_, t)| !t.is_empty())
        .map(|(name, t)| ((*name).to_owned(), bdi(t)))
        .collect();
    if !c.standard.is_empty() {
        more.push(("Standard".into(), html! { a href={ "/standards/" (c.standard) } { (bdi(&c.standard)) } }));
        let a = n.adopted();
        facts.insert(2, ("Adopted".into(), html! { (a.adopted) " of " (a.all) " " (plural(a.all, "workload", "workloads")) @if a.exempt > 0 { ", " (a.exempt) " exempt" } }));
    }
    html! {
        (head(Head { kicker, title: c.title.clone(), lead: lead(n, p.today), facts }))
        @if !faults.is_empty() { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        (section("notice", "The notice", Some(html! { "Version " (n.version) ". A change of it asks for the acknowledgement again." }), Tight(false), html! {
            (columns(Columns::WideFirst, &[
                text(&c.body),
                html! {
                    (html::facts(html::FactsLook::Plain, &more))
                    @if !p.asked.is_empty() { div.pane-gap-s #acknowledge { (acknowledge(p)) } }
                },
            ]))
        }))
        (section("teams", if c.standard.is_empty() { "Teams" } else { "Teams and workloads" }, Some(html! {
            "To acknowledge is to have read and planned" @if !c.standard.is_empty() { "; to adopt is to be done, as the team says on its workload’s page" } ". Alphabetical."
        }), Tight(false), teams(p)))
        (section("course", "Course", Some(html! { "It stands until it is superseded, withdrawn or over." }), Tight(false), html! {
            ol.tl {
                @if let Some(w) = &n.withdrawn { li { time datetime=(w.at) { (day(w.at, p.now, p.zone)) } span.k { "withdrawn" } span { (bdi(&w.why)) " " span.by { (bdi(&w.by)) } } } }
                @for v in p.versions {
                    li {
                        time datetime=(v.at) { (day(v.at, p.now, p.zone)) }
                        span.k { "issued" }
                        span { "Version " (v.version) @if !v.why.is_empty() { ": " (bdi(&v.why)) } " " span.by { (bdi(&v.by)) } }
                    }
                }
            }
        }))
        @if let Some(f) = p.form {
            (section("change", "Change it", None, Tight(false), html::disclosure("The form", form(&n.href(), Some(n), f, p.csrf))))
            (section("withdraw", "Withdraw it", Some(html! { "It stays to be read, with the reason." }), Tight(true), html::disclosed("Withdraw this notice", p.kept.is_some(), html::form(&format!("{}/withdrawal", n.href()), p.csrf, html! {
                @let typed = p.kept.map_or("", |(f, _)| f.get("why-withdrawn"));
                @let error = p.kept.and_then(|(_, faults)| faults.first()).map(|f| f.message.as_str());
                (fields_one(&[field(&Field { id: "why-withdrawn", label: "Why", value: typed, error, ..Field::default() })]))
                div.btns.pane-gap-s { button.btn type="submit" { "Withdraw " (n.label()) } }
            }))))
        }
    }
}
