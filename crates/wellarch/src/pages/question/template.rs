//! What a template says to a question, above its form.

use html::{Button, Markup, bdi, button, html};
use kernel::web::day;

use super::QuestionPage;
use crate::pages::template::{linked, said_so};
use crate::template::{Covered, Overridden};

/// Who answers the question instead of the review, or did; nothing if no template does.
pub(super) fn template(p: &QuestionPage<'_>) -> Markup {
    let Some(c) = &p.shown.template else { return html! {} };
    html! {
        div.pane-gap #template {
            @match &c.overridden {
                Some(o) => (overridden(p, c, o)),
                None => (answered(p, c)),
            }
        }
    }
}

fn answered(p: &QuestionPage<'_>, c: &Covered) -> Markup {
    let from = p.shown.answer.as_ref().and_then(|a| Some((a, a.template.as_ref()?)));
    let next = p.document.after(&p.question.id).map(|q| format!("{}/questions/{q}", p.here()));
    let over = format!("{}/questions/{}?override=yes#override", p.here(), p.question.id);
    html! {
        p.say {
            @if let Some((a, t)) = from {
                "Answered by " (linked(t)) ", " (day(a.at, p.now, p.zone)) "."
                @if t.version < c.template.version { " Version " (c.template.version) " says the same." }
            } @else { "Answered by " (linked(&c.template)) "." }
            " A new version of the template changes it here too."
        }
        @if p.may_answer && !p.overriding() {
            div.btns.pane-gap-s {
                @if let Some(next) = &next { (button(&Button { label: "Go on", href: Some(next), ..Button::default() })) }
                (button(&Button { label: "Answer otherwise, with a reason", href: Some(&over), ..Button::default() }))
            }
        }
    }
}

fn overridden(p: &QuestionPage<'_>, c: &Covered, o: &Overridden) -> Markup {
    html! {
        p.say { "This review overrides " (linked(&c.template)) ": " (bdi(&o.reason)) }
        p.by.pane-gap-s { b { (bdi(&o.by)) } ", " (day(o.at, p.now, p.zone)) }
        p.small.pane-gap-s {
            @match &c.says { Some(said) => { "The template says: " (said_so(said, p.question)) }, None => "The template does not say anything to this version of the question any more." }
        }
        @if p.may_answer {
            (html::form(&format!("{}/questions/{}/override/removal", p.here(), p.question.id), p.csrf, html! {
                div.btns.pane-gap-s { button.btn.slim type="submit" { "Take the override back" } }
            }))
        }
    }
}
