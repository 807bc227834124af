//! The page of a workload's risks: what is open, what it exposes, what is being done, and the two ways to answer a risk.

use actions::action::day_words;
use html::{
    BurnUp, Cell, Column, Field, FieldKind, Head, Markup, State, Table, Tight, bdi, burn_up, field, fields_one, head, html, plural,
    section, table, views,
};
use jiff::civil::Date;
use kernel::error::Fault;
use kernel::web::Form;

use super::review::standing_mark;
use crate::lens::step;
use crate::plan::{AcceptedRisk, RiskAction, about, quick_wins};
use crate::risks::{Improvement, Lowering, OpenRisk, WorkloadRisks};

/// In which order the page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// By pillar, high risks first.
    #[default]
    Pillar,
    /// By last day of what is being done.
    Due,
    /// What takes hours or days.
    Quick,
}

impl View {
    /// As it stands in the address.
    pub fn read(key: &str) -> Self {
        match key {
            "due" => View::Due,
            "quick" => View::Quick,
            _ => View::Pillar,
        }
    }

    fn key(self) -> &'static str {
        match self {
            View::Pillar => "",
            View::Due => "due",
            View::Quick => "quick",
        }
    }

    /// Of the address: `?view=due`.
    pub fn query(self) -> String {
        if self == View::Pillar { String::new() } else { format!("?view={}", self.key()) }
    }
}

/// What the page needs.
pub struct RisksPage<'a> {
    /// Slug and name of the team.
    pub team: (&'a str, &'a str),
    /// The risks, joined to what is being done.
    pub risks: &'a WorkloadRisks,
    /// In which order.
    pub view: View,
    /// The catalogue says nothing of what the workload protects.
    pub says_nothing: bool,
    /// The reader may put improvements into the register.
    pub may_plan: bool,
    /// The reader may raise a concern.
    pub may_raise: bool,
    /// Names of the pillars whose risks the reader may accept.
    pub acceptable: &'a [String],
    /// A refused form: of which lens and question, what was sent, why.
    pub sent: Option<(&'a str, &'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// Today, as last days count.
    pub today: Date,
}

fn title(r: &WorkloadRisks) -> String {
    let n = r.high + r.medium;
    match n {
        0 if r.reviews == 0 => "Nothing was reviewed yet".to_owned(),
        0 if r.unanswered > 0 => "No risk found so far".to_owned(),
        0 => "No risk is open".to_owned(),
        n => format!("{} {} open", html::count_word_capital(n), plural(n, "risk is", "risks are")),
    }
}

fn lead(p: &RisksPage<'_>) -> Markup {
    let r = p.risks;
    html! {
        @if r.reviews == 0 { "Hold the workload against a lens first; without answers nothing is known, and nothing is good." }
        @else if r.unanswered > 0 { (html::count_word_capital(r.unanswered)) " " (plural(r.unanswered, "question is", "questions are")) " not answered, so this is not all there is." }
        @else { "Every question is answered." }
        @if r.accepted > 0 { " " (html::count_word_capital(r.accepted)) " " (plural(r.accepted, "is", "are")) " accepted for a time and " (plural(r.accepted, "stays a risk", "stay risks")) "." }
        @if p.says_nothing && r.high + r.medium > 0 { " The catalogue does not say what this workload protects; " a href={ "/workloads/" (r.workload.slug) "/edit" } { "say it" } ", and each risk names what it exposes." }
    }
}

/// Found and closed over time, as a chart with a sentence; nothing while there is one day alone.
pub fn burn(id: &str, r: &WorkloadRisks, today: Date) -> Markup {
    let labels: Vec<String> = r.burn.iter().map(|p| day_words(&p.day, today)).collect();
    let found: Vec<usize> = r.burn.iter().map(|p| p.found).collect();
    let closed: Vec<usize> = r.burn.iter().map(|p| p.closed).collect();
    if labels.len() < 2 {
        return html! {};
    }
    let chart = burn_up(&BurnUp {
        id,
        what: "risks",
        title: "Risks found and risks closed",
        labels: &labels,
        found: &found,
        closed: &closed,
    });
    let row = |p: &crate::burn::BurnPoint| {
        vec![
            Cell::text(&day_words(&p.day, today)),
            Cell::new(html! { (p.found) }),
            Cell::new(html! { (p.closed) }),
            Cell::new(html! { (p.found - p.closed) }),
        ]
    };
    let figures = table(&Table {
        caption: "Risks found, closed and open by day".into(),
        columns: vec![Column::text("Day"), Column::text("Found"), Column::text("Closed"), Column::text("Open")],
        rows: r.burn.iter().map(row).collect(),
        class: String::new(),
        foot: None,
    });
    html::columns(html::Columns::WideFirst, &[chart, figures])
}

/// A workload's risks, in the order that was asked for.
pub fn risks(p: &RisksPage<'_>) -> Markup {
    let r = p.risks;
    let here = format!("/workloads/{}/reviews", r.workload.slug);
    let planned = r.improvements.iter().filter(|i| i.action.as_ref().is_some_and(|a| a.state.is_open())).count();
    html! {
        (head(Head {
            kicker: vec![
                (p.team.1.to_owned(), Some(format!("/teams/{}", p.team.0))),
                (r.workload.name.clone(), Some(here.clone())),
            ],
            title: title(r),
            lead: lead(p),
            facts: vec![
                ("High".into(), html! { b { (r.high) } }),
                ("Medium".into(), html! { (r.medium) }),
                ("To do".into(), html! { (r.improvements.len()) " " (plural(r.improvements.len(), "practice", "practices")) " not in place, " (planned) " in the " a href={ "/teams/" (p.team.0) "/actions" } { "register" } }),
            ],
        }))
        @if let Some((which, _, faults)) = p.sent { (html::alert(faults.iter().map(|f| (field_id(which, &f.at), f.message.clone())).collect())) div.sub {} }
        @if r.burn.len() > 1 {
            (section("burn-up", "Found and closed", Some(html! { "A review that finds more is not a worse review; that is why found and closed are drawn apart." }), Tight(false), burn("burn", r, p.today)))
        }
        @if r.high + r.medium > 0 { (orders(p)) }
        @match p.view {
            View::Pillar => @for pillar in &r.pillars {
                (section(&format!("pillar-{}", html::slug(&pillar.name)), &pillar.name, None, Tight(false), open_risks(p, &format!("Risks of {}", pillar.name), &pillar.risks.iter().map(|x| (pillar.name.as_str(), x)).collect::<Vec<_>>())))
            },
            View::Due => (section("by-due", "By last day", Some(html! { "What is due first; what nobody has planned stands last." }), Tight(false), open_risks(p, "Risks by last day", &by_due(r)))),
            View::Quick => (quick(p)),
        }
        @if !r.settled.is_empty() { (settled(r)) }
        @if p.view != View::Quick && !r.improvements.is_empty() {
            (section("improvements", "What to do first", Some(html! { "Practices that are not in place: high risks first, and of these what takes least." }), Tight(false), practices(p, "Improvements", &r.improvements.iter().collect::<Vec<_>>())))
        }
    }
}

fn orders(p: &RisksPage<'_>) -> Markup {
    let at = |view: View| format!("/workloads/{}/risks{}", p.risks.workload.slug, view.query());
    let (pillar, due, quick) = (at(View::Pillar), at(View::Due), at(View::Quick));
    let label = format!("Quick wins: hours or days ({})", quick_wins(p.risks).len());
    views(
        "Order of the risks",
        &[
            ("By pillar", &pillar, p.view == View::Pillar),
            ("By last day", &due, p.view == View::Due),
            (&label, &quick, p.view == View::Quick),
        ],
    )
}

fn by_due(r: &WorkloadRisks) -> Vec<(&str, &OpenRisk)> {
    let mut out: Vec<(&str, &OpenRisk)> = r.pillars.iter().flat_map(|p| p.risks.iter().map(|x| (p.name.as_str(), x))).collect();
    let first = |x: &OpenRisk| x.actions.iter().filter(|a| !a.due.is_empty()).map(|a| a.due.clone()).min();
    out.sort_by_key(|(_, x)| (first(x).is_none(), first(x), x.actions.is_empty()));
    out
}

fn quick(p: &RisksPage<'_>) -> Markup {
    let wins = quick_wins(p.risks);
    section(
        "quick-wins",
        "Quick wins",
        Some(html! { "What takes hours, then what takes days; of each what lowers a high risk first." }),
        Tight(false),
        html! {
            @if wins.is_empty() { (html::empty("Nothing that is not in place takes only hours or days.", None)) }
            @else { (practices(p, "Quick wins", &wins)) }
        },
    )
}

fn settled(r: &WorkloadRisks) -> Markup {
    section(
        "settled",
        "In place, by the review",
        Some(html! { "The answer says that these are done. Nothing closes by itself: look, and close the action with that as its evidence." }),
        Tight(false),
        table(&Table {
            caption: "Open actions whose practice is in place".into(),
            columns: vec![Column::text("Action"), Column::text("What says so"), Column::text("Who")],
            rows: r
                .settled
                .iter()
                .map(|s| {
                    vec![
                        Cell::name(&s.action.what, Some(&format!("/actions/{}", s.action.id))),
                        Cell::new(html! { "The review says it is in place: " a href={ "/workloads/" (r.workload.slug) "/reviews/" (s.lens) "/questions/" (s.question) } { (bdi(&s.title)) } ", answered by " (bdi(&s.by)) }),
                        Cell::new(bdi(&s.action.owner)),
                    ]
                })
                .collect(),
            class: "stack flow".into(),
            foot: None,
        }),
    )
}

fn lowering(l: &Lowering) -> Markup {
    html! { "To " (l.then.words()) ": " @for (i, title) in l.choices.iter().enumerate() { @if i > 0 { "; " } "“" (bdi(title)) "”" } }
}

/// The question, and which protected thing it exposes.
fn named(here: &str, r: &OpenRisk) -> Cell {
    Cell::new(html! {
        a href={ (here) "/" (r.lens) "/questions/" (r.question) } { (bdi(&r.title)) }
        @if !r.exposed.is_empty() { br; " " span.by { (bdi(&r.exposed)) } }
    })
}

fn why(r: &OpenRisk) -> Cell {
    Cell::new(html! {
        (bdi(&r.explanation))
        @if !r.note.is_empty() { " " br; span.mute { (bdi(&r.note)) } }
        @if !r.lower.is_empty() { ul.ruled { @for l in &r.lower { li { (lowering(l)) } } } }
    })
}

/// "Accepted until 31 Mar" with who and why.
pub(in crate::pages) fn accepted(a: &AcceptedRisk, today: Date) -> Markup {
    html! {
        (html::state_as(State::Exempt, "Accepted"))
        br; " " span.by { "until " (day_words(&a.until, today)) " by " (bdi(&a.by)) ", " a href={ "/decisions/" (a.decision) } { "decision " (a.decision) } ": " (bdi(&a.reason)) }
    }
}

/// Who does what by when about a risk, or that it is accepted, or that nobody does anything.
pub(super) fn done_about(r: &OpenRisk, today: Date) -> Markup {
    html! {
        @if let Some(a) = &r.accepted { (accepted(a, today)) }
        @if r.actions.is_empty() && r.accepted.is_none() { (html::state_as(State::Unknown, "Not planned")) }
        @for (i, a) in r.actions.iter().enumerate() {
            @if i > 0 || r.accepted.is_some() { br; " " }
            a href={ "/actions/" (a.id) } { (bdi(&a.owner)) } ", " (due(a, today))
        }
    }
}

fn due(a: &RiskAction, today: Date) -> Markup {
    html! {
        (day_words(&a.due, today))
        @if let Some(days) = a.due_in_days.filter(|d| *d < 0) { ", " span.over { (html::days_words(days)) } }
    }
}

fn open_risks(p: &RisksPage<'_>, caption: &str, risks: &[(&str, &OpenRisk)]) -> Markup {
    let here = format!("/workloads/{}/reviews", p.risks.workload.slug);
    let row = |(pillar, r): &(&str, &OpenRisk)| {
        let may = p.acceptable.iter().any(|a| a == pillar) && r.accepted.is_none();
        vec![
            named(&here, r),
            Cell::new(standing_mark(r.standing)),
            why(r),
            Cell::new(html! {
                (done_about(r, p.today))
                @if p.may_raise { br; " " a.noprint href={ "/council/concerns/new?from=risk:" (p.risks.workload.slug) "/" (r.lens) "/" (kernel::text::percent(&r.question)) } { "Raise it to the council" span.vh { ": " (r.title) } } }
                @if may { (accept_form(p, &here, r)) }
            }),
        ]
    };
    table(&Table {
        caption: caption.into(),
        columns: vec![
            Column::text("Question"),
            Column::text("Risk"),
            Column::text("Why, and what would lower it"),
            Column::text("What is done about it"),
        ],
        rows: risks.iter().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

/// The id of a field of a question's form; a page has many.
fn field_id(which: &str, at: &str) -> String {
    format!("{at}-{}", html::slug(which))
}

fn accept_form(p: &RisksPage<'_>, here: &str, r: &OpenRisk) -> Markup {
    let which = about(&r.lens, &r.question);
    let sent = p.sent.filter(|(of, form, _)| *of == which && form.opt("until").is_some());
    let was = |name: &str| sent.map_or("", |(_, f, _)| f.get(name));
    let wrong = |at: &str| sent.and_then(|(_, _, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str());
    let (reason, until) = (field_id(&which, "reason"), field_id(&which, "until"));
    let form = html::form(
        &format!("{here}/{}/questions/{}/acceptance", r.lens, r.question),
        p.csrf,
        html! {
            input type="hidden" name="view" value=(p.view.key());
            (fields_one(&[
                field(&Field { id: &reason, name: "reason", label: "Why the business bears it", value: was("reason"), kind: FieldKind::Textarea(2), error: wrong("reason"), ..Field::default() }),
                field(&Field { id: &until, name: "until", label: "Until", hint: Some("At most 366 days ahead."), value: was("until"), kind: FieldKind::Date, error: wrong("until"), ..Field::default() }),
            ]))
            div.btns.pane-gap-s { button.btn.slim type="submit" { "Accept the risk" span.vh { ": " (r.title) } } }
        },
    );
    if sent.is_some() { form } else { html::disclosure("Accept it for a time", form) }
}

/// What is done about a practice: the action, or the button that puts one into the register.
fn registered(p: &RisksPage<'_>, here: &str, i: &Improvement) -> Markup {
    let open = i.action.as_ref().filter(|a| a.state.is_open());
    html! {
        @if let Some(a) = &i.action { (action_words(a, p.today)) }
        @if open.is_none() && p.may_plan {
            (html::form(&format!("{here}/{}/questions/{}/improvement", i.lens, i.question), p.csrf, html! {
                input type="hidden" name="view" value=(p.view.key());
                input type="hidden" name="choice" value=(i.choice);
                button.btn.slim type="submit" { "Put into the register" span.vh { ": " (i.title) } }
            }))
        } @else if i.action.is_none() { (html::state_as(State::Unknown, "Not planned")) }
    }
}

/// "In progress, Maya, 18 Dec".
pub(super) fn action_words(a: &RiskAction, today: Date) -> Markup {
    html! { a href={ "/actions/" (a.id) } { (html::capital(a.state.words())) } ", " (bdi(&a.owner)) @if a.state.is_open() { ", " (due(a, today)) } " " }
}

fn practices(p: &RisksPage<'_>, caption: &str, all: &[&Improvement]) -> Markup {
    let here = format!("/workloads/{}/reviews", p.risks.workload.slug);
    let row = |i: &&Improvement| {
        let mut cells = improvement(&here, i);
        cells.push(Cell::new(registered(p, &here, i)));
        cells
    };
    table(&Table {
        caption: caption.into(),
        columns: vec![
            Column::text("Practice"),
            Column::text("First step"),
            Column::text("Effort").class("lab"),
            Column::text("Risk"),
            Column::text("In the register"),
        ],
        rows: all.iter().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

/// A row of the report: question with what it exposes, risk, why, what is done about it.
pub(super) fn risk(here: &str, r: &OpenRisk, today: Date) -> Vec<Cell> {
    vec![named(here, r), Cell::new(standing_mark(r.standing)), why(r), Cell::new(done_about(r, today))]
}

/// A row: practice, first step, effort, risk.
pub(super) fn improvement(here: &str, i: &Improvement) -> Vec<Cell> {
    vec![
        Cell::name(&i.title, Some(&format!("{here}/{}/questions/{}", i.lens, i.question))),
        Cell::new(bdi(step(&i.first_step))),
        i.effort.as_deref().map_or_else(Cell::none, Cell::text),
        Cell::new(standing_mark(i.standing)),
    ]
}

#[cfg(test)]
mod tests;
