//! The templates of answers that a review uses.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, field, head, html, plural, section,
    table,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, day};

use super::template::linked;
use crate::document::ReviewDocument;
use crate::template::{AnswerTemplate, UsedTemplate};

/// What the page of a review's templates needs.
pub struct UsingPage<'a> {
    /// The review.
    pub document: &'a ReviewDocument,
    /// Templates that it uses.
    pub used: &'a [UsedTemplate],
    /// Published templates of its lens that it does not use.
    pub offered: &'a [AnswerTemplate],
    /// The reader may take them up and give them up.
    pub may: bool,
    /// A refused form, and what is wrong with it.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

impl UsingPage<'_> {
    fn here(&self) -> String {
        format!("/workloads/{}/reviews/{}", self.document.workload.slug, self.document.lens.slug)
    }

    fn title(&self, id: &str) -> Markup {
        let found = self.document.questions().find(|(_, q)| q.id == id);
        html! { @match found { Some((_, q)) => a href={ (self.here()) "/questions/" (id) } { (bdi(&q.title)) }, None => code { (id) } } }
    }
}

fn one(p: &UsingPage<'_>, u: &UsedTemplate) -> Markup {
    let row = |id: &String| {
        let over = u.overrides.iter().find(|o| o.question == *id);
        vec![
            Cell::new(p.title(id)),
            Cell::new(html! {
                @match over {
                    None => "the template",
                    Some(o) => { "the review, by " (bdi(&o.overridden.by)) ", " (day(o.overridden.at, p.now, p.zone)) ": " span.say { (bdi(&o.overridden.reason)) } },
                }
            }),
        ]
    };
    let told: Vec<Markup> =
        u.passed_over
            .iter()
            .map(|o| html! { (p.title(&o.question)) " is answered by the template " (bdi(&o.template)) "." })
            .chain(u.left_out.iter().map(|id| html! { (p.title(id)) " is left out." }))
            .chain(u.lacking.iter().map(
                |l| html! { (p.title(&l.question)) @if let Some(c) = &l.choice { ", choice " code { (c) } } ": " (l.why) "." },
            ))
            .collect();
    html! {
        p.say { (linked(&u.template)) @if u.shown < u.template.version { "; this review follows from version " (u.shown) " in a moment" } "." }
        p.by.pane-gap-s { "Taken up by " b { (bdi(&u.by)) } ", " (day(u.at, p.now, p.zone)) }
        @if u.covers.is_empty() { p.say { "It answers no question here now." } } @else {
            div.sub {}
            (table(&Table {
                caption: format!("Questions that {} answers here", u.template.name),
                columns: vec![Column::text("Question"), Column::text("Who answers")],
                rows: u.covers.iter().map(row).collect(),
                class: "stack flow".into(),
                foot: None,
            }))
        }
        @if !told.is_empty() { ul.ruled.pane-gap-s { @for line in &told { li { (line) } } } }
        @if p.may {
            (html::form(&format!("{}/templates/{}/removal", p.here(), u.template.slug), p.csrf, html! {
                div.btns.pane-gap-s {
                    button.btn type="submit" { "Give the template up" span.vh { ": " (u.template.name) } }
                    span.hint { "Its questions go back to what stood there before; nothing is lost." }
                }
            }))
        }
    }
}

fn take_up(p: &UsingPage<'_>) -> Markup {
    let typed = |name: &str| p.sent.map_or("", |(form, _)| form.get(name));
    let faults = p.sent.map_or(&[][..], |(_, faults)| faults);
    let wrong = |name: &str| faults.iter().find(|f| f.at == name).map(|f| f.message.as_str());
    let options: Vec<(String, String)> =
        p.offered.iter().map(|t| (t.slug.clone(), format!("{}, of {}, version {}", t.name, t.team.name, t.version))).collect();
    let options: Vec<(&str, &str)> = options.iter().map(|(s, w)| (s.as_str(), w.as_str())).collect();
    html::form(
        &format!("{}/templates", p.here()),
        p.csrf,
        html! {
            div.fields.one {
                (field(&Field { id: "template", label: "Template", value: typed("template"), kind: FieldKind::Select(&options), error: wrong("template"), ..Field::default() }))
                (field(&Field {
                    id: "left_out",
                    label: "Questions to leave out",
                    hint: Some("Ids, one to a line. The review answers them, or the template that does already."),
                    value: typed("left_out"),
                    kind: FieldKind::Textarea(3),
                    error: wrong("left_out"),
                    ..Field::default()
                }))
            }
            div.btns { (button(&Button { label: "Use the template", weight: Weight::Primary, ..Button::default() })) }
        },
    )
}

/// The templates that a review uses, and the forms to take one up and to give one up.
pub fn using(p: &UsingPage<'_>) -> Markup {
    let d = p.document;
    let n: usize = p.used.iter().map(|u| u.covers.len() - u.overrides.len()).sum();
    html! {
        (head(Head {
            kicker: vec![
                (d.workload.name.clone(), Some(format!("/workloads/{}/reviews", d.workload.slug))),
                (d.lens.name.clone(), Some(p.here())),
            ],
            title: "Templates of this review".into(),
            lead: html! {
                @if p.used.is_empty() { "The review answers every question itself." }
                @else { "Templates answer " (n) " of " (d.counts.questions) " questions. They follow the newest version of each template." }
            },
            facts: vec![("All templates".into(), html! { a href="/reviews/templates" { "what they answer, and who owns them" } })],
        }))
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        @for u in p.used {
            @let words = html! { (u.covers.len()) " " (plural(u.covers.len(), "question", "questions")) };
            (section(&format!("use-{}", u.template.slug), &u.template.name, Some(words), Tight(false), one(p, u)))
        }
        @if p.may {
            (section("take-up", "Use another", Some(html! { "What stands at its questions is kept below it. A question that another template answers has to be left out." }), Tight(false), html! {
                @if p.offered.is_empty() { p.say { "There is no other published template of this lens." } } @else { (take_up(p)) }
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::document;
    use crate::pages::template::sample::{template, used};

    #[test]
    fn a_review_names_its_templates_and_who_answers_what() {
        let d = document(&[]);
        let form = Form(vec![("left_out".into(), "Q-77 <x>".into())]);
        let faults = [Fault::new("left_out", "No <such>.")];
        let (all, offered) = ([used().used], [template(3)]);
        let draw = |used: &[UsedTemplate], offered: &[AnswerTemplate], may, sent| {
            using(&UsingPage { document: &d, used, offered, may, sent, csrf: "c", now: Time(1_795_000_000_000_000), zone: "UTC" })
                .into_string()
        };
        let page = draw(&all, &offered, true, Some((&form, &faults[..])));
        for part in [
            "Account &lt;baseline&gt;",
            "How &lt;one&gt;?",
            "An account &lt;of its own&gt;",
            "How two?",
            "is left out",
            "Other &lt;t&gt;",
            "choice <code>zzz</code>: gone",
            "Give the template up",
            "Q-77 &lt;x&gt;",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert_eq!(page.matches("No &lt;such&gt;.").count(), 2);
        let empty = draw(&[], &[], false, None);
        assert!(empty.contains("answers every question itself") && !empty.contains("<form"));
        assert!(draw(&[], &[], true, None).contains("no other published template"));
    }
}
