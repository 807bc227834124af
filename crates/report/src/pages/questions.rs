//! Questions about a report: under the value they are about, and on a page of their own.

use html::{Field, FieldKind, Head, Markup, Note, Tight, field, head, html, section};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, day};

use crate::document::{Document, Row};
use crate::questions::Question;

fn is_about(q: &Question, row: &Row) -> bool {
    q.metric == row.metric && q.subject == row.subject.as_ref().map_or("", |s| s.slug.as_str())
}

/// Notes under a row: each question, and its answer if there is one.
pub(super) fn notes(questions: &[Question], row: &Row, zone: &str, now: Time) -> Vec<Note> {
    let mut out = Vec::new();
    for q in questions.iter().filter(|q| is_about(q, row)) {
        let open = if q.answer.is_none() { " Not answered yet." } else { "" };
        out.push(Note { text: format!("Question: {}{open}", q.text), author: q.by.clone(), when: day(q.at, now, zone) });
        if let Some(a) = &q.answer {
            out.push(Note { text: a.text.clone(), author: a.by.clone(), when: day(a.at, now, zone) });
        }
    }
    out
}

/// What the page of questions needs.
pub struct QuestionsPage<'a> {
    /// The report.
    pub document: &'a Document,
    /// Its questions, oldest first.
    pub questions: &'a [Question],
    /// The reader may answer.
    pub may_answer: bool,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

fn row_name(d: &Document, q: &Question) -> String {
    let row = d.rows().map(|(_, r)| r).find(|r| is_about(q, r));
    match row {
        Some(Row { title, subject: Some(s), .. }) => format!("{title}, {}", s.name),
        Some(r) => r.title.clone(),
        None => q.metric.clone(),
    }
}

/// The page on which readers ask and the team answers.
pub fn questions_page(p: &QuestionsPage<'_>) -> Markup {
    let d = p.document;
    let here = format!("/reports/{}/{}", d.team.slug, d.sprint);
    let open = p.questions.iter().filter(|q| q.answer.is_none()).count();
    let which = p.sent.map_or("", |(f, _)| f.get("form"));
    let was = |form: &str, name: &str| p.sent.filter(|_| which == form).map_or("", |(f, _)| f.get(name));
    let wrong = |form: &str| p.sent.filter(|_| which == form).and_then(|(_, faults)| faults.first()).map(|f| f.message.as_str());
    let rows: Vec<(String, String)> = d
        .rows()
        .map(|(_, r)| {
            let subject = r.subject.as_ref();
            let value = subject.map_or_else(|| r.metric.clone(), |s| format!("{} {}", r.metric, s.slug));
            (value, subject.map_or_else(|| r.title.clone(), |s| format!("{}, {}", r.title, s.name)))
        })
        .collect();
    let options: Vec<(&str, &str)> = rows.iter().map(|(v, l)| (v.as_str(), l.as_str())).collect();
    html! {
        (head(Head {
            kicker: vec![
                (d.team.name.clone(), Some(here.clone())),
                (format!("Sprint {}", d.sprint), Some(here.clone())),
            ],
            title: "Questions".into(),
            lead: html! { "Anybody may ask about a number. The team answers here, before the review if it can." },
            facts: vec![("Open".into(), html! { (open) " of " (p.questions.len()) })],
        }))
        (section("asked", "Asked", None, Tight(false), html! {
            @if p.questions.is_empty() { p.say { "Nobody has asked yet." } }
            @for q in p.questions {
                @let id = format!("q{}", q.id);
                div.sub id=(id) {
                    h3 { (row_name(d, q)) }
                    p.say { (html::bdi(&q.text)) }
                    p.by { (html::bdi(&q.by)) ", " (day(q.at, p.now, p.zone)) }
                    @match &q.answer {
                        Some(a) => { p.say { (html::bdi(&a.text)) } p.by { (html::bdi(&a.by)) ", " (day(a.at, p.now, p.zone)) } }
                        None if p.may_answer => (html::form(&format!("{here}/questions/{}/answer", q.id), p.csrf, html! {
                            input type="hidden" name="form" value=(id);
                            @let field_id = format!("answer-{}", q.id);
                            (field(&Field { id: &field_id, name: "text", label: "Answer", value: was(&id, "text"), kind: FieldKind::Textarea(2), error: wrong(&id), ..Field::default() }))
                            div.btns.pane-gap-s { button.btn type="submit" { "Answer" span.vh { " the question of " (q.by) } } }
                        })),
                        None => p.mute { "Not answered yet." },
                    }
                }
            }
        }))
        @if !options.is_empty() {
            (section("ask", "Ask", None, Tight(false), html::form(&format!("{here}/questions"), p.csrf, html! {
                input type="hidden" name="form" value="ask";
                (html::fields_one(&[
                    field(&Field { id: "row", label: "About", value: was("ask", "row"), kind: FieldKind::Select(&options), ..Field::default() }),
                    field(&Field { id: "text", label: "Question", value: was("ask", "text"), kind: FieldKind::Textarea(3), error: wrong("ask"), ..Field::default() }),
                ]))
                div.btns.pane-gap { button.btn.primary type="submit" { "Ask the team" } }
            })))
        }
    }
}
