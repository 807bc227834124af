//! The form of a question: choices, note, what does not apply.

use html::{Button, Field, FieldKind, Markup, bdi, button, field, html};

use super::QuestionPage;
use crate::lens::{Choice, Question};
use crate::pages::evidence::evidence;
use crate::pages::review::standing_mark;
use crate::review::{Said, Standing, WhyNot};

/// The keys beside the choices: the first nine that are no “none of these”.
fn keys(q: &Question) -> Vec<Option<String>> {
    let mut n = 0;
    q.choices
        .iter()
        .map(|c| {
            if c.none {
                return Some("0".to_owned());
            }
            n += 1;
            (n <= 9).then(|| n.to_string())
        })
        .collect()
}

/// Choices, note and buttons; without a form for those who may not answer.
pub(super) fn form(p: &QuestionPage<'_>) -> Markup {
    let q = p.question;
    let stored = p.shown.answer.as_ref();
    let nothing = Said::default();
    let said = p.sent.map(|s| s.said).or(stored.map(|a| &a.said)).unwrap_or(&nothing);
    let version = p.sent.and_then(|s| s.based_on).unwrap_or(stored.map_or(0, |a| a.version));
    let own_none = q.choices.iter().any(|c| c.none);
    let body = html! {
        input type="hidden" name="based_on" value=(version);
        fieldset disabled[!p.may_answer] id="choices" {
            legend.vh { "Which of these are in place?" }
            @if let Some(wrong) = p.wrong("choices") { (html::error_line("choices-e", wrong)) }
            @for (c, key) in q.choices.iter().zip(keys(q)) { (choice(c, said, key.as_deref(), p)) }
            @if !own_none { (none(said, p)) }
        }
        @if p.may_answer { (absent(p, said)) }
        div.cols.c2.sub {
            (field(&Field {
                id: "note",
                label: "Note for the record",
                hint: Some("Who said what, what is planned, where to look."),
                value: &said.note,
                kind: FieldKind::Textarea(6),
                error: p.wrong("note"),
                ..Field::default()
            }))
            (whole(p, said))
        }
        @if p.may_answer { (buttons(p)) }
    };
    if p.may_answer {
        // What was refused is stored, or given up for what came meanwhile, by a person and not by the page.
        let conflict = p.sent.map(|_| "");
        html! {
            form #answer action={ (p.here()) "/questions/" (q.id) } method="post" novalidate data-answer data-conflict=[conflict] {
                input type="hidden" name="csrf" value=(p.csrf);
                (body)
            }
        }
    } else {
        html! { fieldset disabled { (body) } }
    }
}

fn choice(c: &Choice, said: &Said, key: Option<&str>, p: &QuestionPage<'_>) -> Markup {
    let id = format!("c-{}", c.id);
    let described = (!c.what.trim().is_empty()).then(|| format!("{id}-d"));
    let ticked = said.choices.contains(&c.id) || (c.none && said.none);
    let wrong = if c.none { p.wrong("none") } else { None };
    html! {
        div.choice {
            input type="checkbox" name="choice" id=(id) value=(c.id) checked[ticked] aria-describedby=[described.as_deref()]
                data-hotkey=[key] data-none[c.none] autocomplete="off";
            div {
                label for=(id) { (bdi(&c.title)) @if let Some(key) = key { " " kbd { (key) } } }
                @if let Some(described) = &described { p.desc id=(described) { (bdi(c.what.trim())) } }
                @if let Some((name, was)) = p.then(&c.id).filter(|(_, was)| *was != ticked) {
                    p.by.pane-gap-s { @if was { "Ticked at " } @else { "Not ticked at " } (bdi(name)) }
                }
                @if let Some(found) = p.shown.choices.iter().find(|x| x.id == c.id).and_then(|x| x.evidence.as_ref()) {
                    (evidence(found, p.now, p.zone))
                }
                @if let Some(why) = said.ruled_out(&c.id) { p.ev { (standing_mark(Standing::NotApplicable)) span { (why.words()) } } }
                @if let Some(wrong) = wrong { (html::error_line("none", wrong)) }
            }
        }
    }
}

fn none(said: &Said, p: &QuestionPage<'_>) -> Markup {
    html! {
        div.choice {
            input type="checkbox" name="none" id="none" value="yes" checked[said.none] aria-describedby="none-d" data-hotkey="0" data-none autocomplete="off";
            div {
                label for="none" { "None of these " kbd { "0" } }
                p.desc id="none-d" { "Stands alone: the others are not ticked then." }
                @if let Some(wrong) = p.wrong("none") { (html::error_line("none-e", wrong)) }
            }
        }
    }
}

fn reasons(first: &'static str) -> Vec<(&'static str, String)> {
    let mut out = vec![("", first.to_owned())];
    out.extend(WhyNot::ALL.map(|w| (w.key(), html::capital(w.words()))));
    out
}

/// Choices that do not apply, folded: few need it.
fn absent(p: &QuestionPage<'_>, said: &Said) -> Markup {
    let options = reasons("It applies");
    let options: Vec<(&str, &str)> = options.iter().map(|(k, w)| (*k, w.as_str())).collect();
    let n = said.not_applicable.len();
    let summary = if n == 0 { "A choice does not apply".to_owned() } else { format!("Choices that do not apply: {n}") };
    html::disclosure(
        &summary,
        html! {
            p.hint { "Such a choice counts neither as done nor as missing, and every report says so." }
            @for c in p.question.choices.iter().filter(|c| !c.none) {
                @let (id, name) = (format!("a-{}", c.id), format!("absent.{}", c.id));
                (field(&Field {
                    id: &id,
                    name: &name,
                    label: &c.title,
                    value: said.ruled_out(&c.id).map_or("", WhyNot::key),
                    kind: FieldKind::Select(&options),
                    ..Field::default()
                }))
            }
        },
    )
}

fn whole(p: &QuestionPage<'_>, said: &Said) -> Markup {
    let options = reasons("It applies");
    let options: Vec<(&str, &str)> = options.iter().map(|(k, w)| (*k, w.as_str())).collect();
    field(&Field {
        id: "does_not_apply",
        label: "If the whole question does not apply, why?",
        hint: Some("It is listed as such in every report, and never counts as good."),
        value: said.does_not_apply.map_or("", WhyNot::key),
        kind: FieldKind::Select(&options),
        error: p.wrong("does_not_apply"),
        ..Field::default()
    })
}

fn buttons(p: &QuestionPage<'_>) -> Markup {
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
