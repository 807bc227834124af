//! Exemptions: asked for, given, refused, over; and the form that asks for one.

use html::{
    Cell, Column, Field, FieldKind, Head, Markup, State, Table, Tight, bdi, field, fields, head, html, section, state, state_as,
    table,
};
use kernel::error::Fault;
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{Form, day};

use super::standards::day_words;
use super::{alert, error_at};
use crate::exemptions::{Exemption, ExemptionKind, ExemptionStanding};

/// An exemption as a page shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The exemption.
    pub exemption: Exemption,
    /// How it stands today.
    pub standing: ExemptionStanding,
    /// Slug and name of its team.
    pub team: (String, String),
    /// Title of the pillar.
    pub pillar: String,
    /// The reader may decide on it.
    pub may_decide: bool,
    /// The reader could decide but asked for it.
    pub own: bool,
    /// The reader may take it back.
    pub may_withdraw: bool,
}

/// What the page shows.
pub struct ExemptionsPage<'a> {
    /// Oldest first.
    pub all: &'a [Shown],
    /// The exemption whose form was refused, the form, and why.
    pub sent: Option<(Id, &'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

fn standing(s: &Shown) -> Markup {
    let na = s.exemption.kind == ExemptionKind::NotApplicable;
    match s.standing {
        ExemptionStanding::Asked => state_as(State::Planned, "Asked"),
        ExemptionStanding::Holds if na => state(State::NotApplicable, None),
        ExemptionStanding::Holds => state(State::Exempt, None),
        ExemptionStanding::Refused => state_as(State::No, "Refused"),
        ExemptionStanding::Expired => state_as(State::Done, "Over"),
        ExemptionStanding::Withdrawn => state_as(State::Done, "Taken back"),
    }
}

/// What was asked, why, by whom and until when, and what was decided.
fn words(s: &Shown, now: Time, zone: &str) -> Markup {
    let e = &s.exemption;
    html! {
        p.prose { (bdi(&e.reason)) }
        p.by {
            @if e.kind == ExemptionKind::Exempt { "Until " (day_words(&e.until)) "; asked for by " } @else { "Ruled out by " }
            (bdi(&e.asked_name)) ", " (day(e.asked_at, now, zone))
            @if !e.decided_name.is_empty() {
                "; " (if e.approved { "approved" } else { "refused" }) " by " (bdi(&e.decided_name))
                @if let Some(at) = e.decided_at { ", " (day(at, now, zone)) }
                @if !e.words.is_empty() { ": " (bdi(&e.words)) }
            }
            @if let Some(at) = e.ended_at { "; taken back by " (bdi(&e.ended_name)) ", " (day(at, now, zone)) }
        }
    }
}

/// Rows of exemptions, for this page and a team's.
pub fn rows(caption: &str, all: &[&Shown], with_team: bool, csrf: &str, now: Time, zone: &str) -> Markup {
    let mut columns = vec![Column::text("From what"), Column::text("State"), Column::text("Why")];
    if all.iter().any(|s| s.may_withdraw) {
        columns.push(Column::text("Change"));
    }
    let row = |s: &&Shown| {
        let e = &s.exemption;
        vec![
            Cell::new(html! {
                b { (bdi(&e.title)) }
                br; " " span.by { @if with_team { a href={ "/teams/" (s.team.0) } { (bdi(&s.team.1)) } ", " } (bdi(&s.pillar)) }
            })
            .class("plain"),
            Cell::new(standing(s)),
            Cell::new(words(s, now, zone)),
            Cell::new(html! {
                @if s.may_withdraw {
                    (html::form(&format!("/exemptions/{}/withdrawal", e.id), csrf, html! {
                        button.btn.slim type="submit" { "Take back" span.vh { " " (e.title) } }
                    }))
                }
            }),
        ]
    };
    table(&Table { caption: caption.into(), columns, rows: all.iter().map(row).collect(), class: "stack flow".into(), foot: None })
}

fn decide_form(p: &ExemptionsPage<'_>, s: &Shown) -> Markup {
    let e = &s.exemption;
    let sent = p.sent.filter(|(id, ..)| *id == e.id).map(|(_, f, faults)| (f, faults));
    let reason = sent.map_or("", |(f, _)| f.get("reason"));
    // One page has many of these forms, and an id stands once on a page.
    let id = format!("reason-{}", e.id);
    html::form(
        &format!("/exemptions/{}/decision", e.id),
        p.csrf,
        html! {
            (html::fields_one(&[field(&Field { id: &id, name: "reason", label: "Your words", hint: Some("Needed to refuse: what would have to change."), value: reason, error: error_at(sent, "reason"), ..Field::default() })]))
            div.btns.pane-gap {
                button.btn.primary type="submit" name="approve" value="yes" { "Approve" span.vh { ": " (e.title) } }
                button.btn type="submit" name="approve" value="no" { "Refuse" span.vh { ": " (e.title) } }
            }
        },
    )
}

/// Faults of a refused decision, where the reader finds them: at its form, or above the list if somebody else decided.
fn placed(p: &ExemptionsPage<'_>) -> Vec<Fault> {
    let Some((id, _, faults)) = p.sent else { return Vec::new() };
    let open = p.all.iter().any(|s| s.exemption.id == id && s.standing == ExemptionStanding::Asked && s.may_decide);
    let at = |f: &Fault| if open { format!("{}-{id}", f.at) } else { "asked".to_owned() };
    faults.iter().map(|f| Fault::new(at(f), f.message.clone())).collect()
}

/// All exemptions.
pub fn page(p: &ExemptionsPage<'_>) -> Markup {
    let of = |wanted: &[ExemptionStanding]| p.all.iter().filter(|s| wanted.contains(&s.standing)).collect::<Vec<_>>();
    let (asked, holds) = (of(&[ExemptionStanding::Asked]), of(&[ExemptionStanding::Holds]));
    let over = of(&[ExemptionStanding::Refused, ExemptionStanding::Expired, ExemptionStanding::Withdrawn]);
    let placed = placed(p);
    html! {
        (head(Head {
            kicker: vec![],
            title: "Exemptions".into(),
            lead: html! { "What a team need not meet for a time, with the reason. An approver of the pillar decides, never whoever asked; when its last day is over, the row says again what its value says." },
            facts: vec![
                ("Asked".into(), html! { (asked.len()) " " (html::plural(asked.len(), "waits", "wait")) " for a decision" }),
                ("In force".into(), html! { (holds.len()) }),
            ],
        }))
        (alert(p.sent.map(|(_, f, _)| (f, &placed[..]))))
        (section("asked", "Waiting for a decision", Some(html! { "Oldest first." }), Tight(false), html! {
            @if asked.is_empty() { p.say { "Nothing waits for a decision." } }
            @for (i, s) in asked.iter().enumerate() {
                div class=[(i > 0).then_some("sub")] {
                    h3 { (bdi(&s.exemption.title)) }
                    p.by { a href={ "/teams/" (s.team.0) } { (bdi(&s.team.1)) } ", " (bdi(&s.pillar)) }
                    (words(s, p.now, p.zone))
                    @if s.may_decide { div.pane-gap { (decide_form(p, s)) } }
                    @else if s.own { p.small.mute { "You asked for it, so another approver of " (bdi(&s.pillar)) " decides." } }
                    @if s.may_withdraw {
                        (html::form(&format!("/exemptions/{}/withdrawal", s.exemption.id), p.csrf, html! {
                            div.btns.pane-gap { button.btn.slim type="submit" { "Take the request back" span.vh { ": " (s.exemption.title) } } }
                        }))
                    }
                }
            }
        }))
        (section("holds", "In force", None, Tight(false), html! {
            @if holds.is_empty() { p.say { "No exemption is in force." } } @else { (rows("Exemptions in force", &holds, true, p.csrf, p.now, p.zone)) }
        }))
        @if !over.is_empty() {
            (section("over", "Over", Some(html! { "Refused, expired or taken back." }), Tight(false), rows("Exemptions that are over", &over, true, p.csrf, p.now, p.zone)))
        }
    }
}

/// What the form that asks needs.
pub struct AskForm<'a> {
    /// Where it is sent.
    pub action: &'a str,
    /// From what.
    pub what: &'a str,
    /// Title of the pillar whose approvers decide.
    pub pillar: Option<&'a str>,
    /// Last day of a request that waits already, or nothing.
    pub waits: &'a str,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
}

/// The form that asks for an exemption, or rules something out.
pub fn ask_form(p: &AskForm<'_>) -> Markup {
    let was = |name: &str| p.sent.map_or("", |(f, _)| f.get(name));
    let kinds = [("exempt", "exempt for a time"), ("not-applicable", "not applicable")];
    let kind = if was("kind").is_empty() { "exempt" } else { was("kind") };
    let explain = html! {
        "Exempt for a time is decided by an approver of " @match p.pillar { Some(t) => (bdi(t)), None => "the pillar" }
        ". Not applicable is the team’s own word, with a reason that everybody sees."
    };
    section(
        "ask",
        &format!("Exemption: {}", p.what),
        Some(explain),
        Tight(false),
        html! {
            @if p.waits.is_empty() {
                (html::form(p.action, p.csrf, html! {
                    (fields(&[
                        field(&Field { id: "kind", label: "What you ask for", value: kind, kind: FieldKind::Select(&kinds), error: error_at(p.sent, "kind"), ..Field::default() }),
                        field(&Field { id: "until", label: "Its last day", hint: Some("At most 366 days; empty for what does not apply."), value: was("until"), kind: FieldKind::Date, error: error_at(p.sent, "until"), ..Field::default() }),
                    ]))
                    // Below the others: they would be as tall as it beside it.
                    div.sub { (html::fields_one(&[field(&Field { id: "reason", label: "Reason", value: was("reason"), kind: FieldKind::Textarea(3), error: error_at(p.sent, "reason"), required: true, ..Field::default() })])) }
                    div.btns.pane-gap { button.btn type="submit" { "Ask for it" } }
                }))
            } @else {
                p.prose { "An exemption until " (day_words(p.waits)) " was asked for and " a href="/exemptions" { "waits for an approver" } "." }
            }
        },
    )
}
