//! The form of a question: choices, note, what does not apply; and what a template says to it.

use html::{Button, Field, FieldKind, Markup, button, field, html};

use super::QuestionPage;
use super::inputs::{Inputs, absent, choices, words};
use crate::lens::Choice;
use crate::pages::evidence::evidence;
use crate::pages::review::standing_mark;
use crate::review::{Said, Standing};

/// Choices, note and buttons; without a form for those who may not answer, and where a template does.
pub(super) fn form(p: &QuestionPage<'_>) -> Markup {
    let q = p.question;
    let stored = p.shown.answer.as_ref();
    let nothing = Said::default();
    let said = p.sent.map(|s| s.said).or(stored.map(|a| &a.said)).unwrap_or(&nothing);
    let version = p.sent.and_then(|s| s.based_on).unwrap_or(stored.map_or(0, |a| a.version));
    let i = Inputs { question: q, said, faults: p.sent.map_or(&[], |s| s.faults) };
    let open = p.may_answer && (!p.templated() || p.overriding());
    let body = html! {
        input type="hidden" name="based_on" value=(version);
        fieldset disabled[!open] id="choices" { (choices(&i, |c| below(c, said, p))) }
        @if open { (absent(&i)) (words(&i)) (buttons(p)) } @else { fieldset disabled { (words(&i)) } }
    };
    if !open {
        return body;
    }
    // What was refused is stored, or given up for what came meanwhile, by a person and not by the page.
    let conflict = p.sent.map(|_| "");
    // An override is stored when it is whole: it needs its reason.
    let live = (!p.overriding()).then_some("");
    html! {
        form #answer action={ (p.here()) "/questions/" (q.id) } method="post" novalidate data-answer=[live] data-conflict=[conflict] {
            input type="hidden" name="csrf" value=(p.csrf);
            @if p.overriding() { (reason(p, &i)) }
            (body)
        }
    }
}

fn below(c: &Choice, said: &Said, p: &QuestionPage<'_>) -> Markup {
    let ticked = said.choices.contains(&c.id) || (c.none && said.none);
    html! {
        @if let Some((name, was)) = p.then(&c.id).filter(|(_, was)| *was != ticked) {
            p.by.pane-gap-s { @if was { "Ticked at " } @else { "Not ticked at " } (html::bdi(name)) }
        }
        @if let Some(found) = p.shown.choices.iter().find(|x| x.id == c.id).and_then(|x| x.evidence.as_ref()) {
            (evidence(found, p.now, p.zone))
        }
        @if let Some(why) = said.ruled_out(&c.id) { p.ev { (standing_mark(Standing::NotApplicable)) span { (why.words()) } } }
    }
}

fn reason(p: &QuestionPage<'_>, i: &Inputs<'_>) -> Markup {
    html! {
        (field(&Field {
            id: "override",
            label: "Why does this workload answer otherwise?",
            hint: Some("The team that owns the template sees it, and so does every report."),
            value: p.sent.map_or("", |s| s.reason),
            kind: FieldKind::Textarea(3),
            error: i.wrong("override"),
            required: true,
            ..Field::default()
        }))
        div.sub {}
    }
}

fn buttons(p: &QuestionPage<'_>) -> Markup {
    let here = format!("{}/questions/{}", p.here(), p.question.id);
    if p.overriding() {
        return html! {
            div.btns.sub {
                button.btn.primary type="submit" name="act" value="stay" { "Override the template" }
                (button(&Button { label: "Leave it to the template", href: Some(&here), ..Button::default() }))
            }
        };
    }
    let next = p.document.after(&p.question.id);
    let back = p.document.before(&p.question.id).map(|q| format!("{}/questions/{q}", p.here()));
    let leave = next.map_or_else(|| p.here(), |q| format!("{}/questions/{q}", p.here()));
    html! {
        div.btns.sub {
            button.btn.primary type="submit" name="act" value="next" data-hotkey="Enter" {
                @if next.is_some() { "Save and go on" } @else { "Save and finish" } " " kbd { "Enter" }
            }
            (button(&Button { label: "Save and stay", sends: Some(("act", "stay")), ..Button::default() }))
            @if let Some(back) = &back { (button(&Button { label: "Back", href: Some(back), ..Button::default() })) }
            (button(&Button { label: "Leave it open", href: Some(&leave), ..Button::default() }))
        }
    }
}
