//! One template: what it answers, what its next version would change, who uses it, who overrides it, its versions.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, field, fields_one, head, html, plural,
    section, table,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, clock, day};

use super::says;
use crate::lens::Lens;
use crate::template::{AnswerTemplate, Answers, TemplateUse, TemplateVersion, differences, mapped};

/// What the page of a template needs.
pub struct TemplatePage<'a> {
    /// The template.
    pub template: &'a AnswerTemplate,
    /// Its lens in the newest version.
    pub lens: &'a Lens,
    /// Versions, newest first; the last only to say what the one before it changed, if `more_versions`.
    pub versions: &'a [TemplateVersion],
    /// There are more versions than are shown.
    pub more_versions: bool,
    /// Reviews that use it, by workload.
    pub uses: &'a [TemplateUse],
    /// There are more than are shown.
    pub more_uses: bool,
    /// The reader may change and publish.
    pub may: bool,
    /// A refused form, and what is wrong with it.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Why the last act could not be done.
    pub conflict: Option<&'a str>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

impl TemplatePage<'_> {
    fn here(&self) -> String {
        format!("/reviews/templates/{}", self.template.slug)
    }

    fn newest(&self) -> Answers {
        self.versions.first().map(|v| mapped(&v.answers)).unwrap_or_default()
    }

    fn title(&self, id: &str) -> Markup {
        match self.lens.question(id) {
            Some(q) => html! { (bdi(&q.title)) },
            None => html! { code { (id) } span.mute { ", which this version of the lens does not ask" } },
        }
    }

    fn value<'a>(&'a self, form: &str, name: &str, stored: &'a str) -> &'a str {
        self.sent.filter(|(sent, _)| sent.get("form") == form).map_or(stored, |(sent, _)| sent.get(name))
    }

    fn wrong(&self, form: &str, name: &str) -> Option<&str> {
        let (_, faults) = self.sent.filter(|(sent, _)| sent.get("form") == form)?;
        faults.iter().find(|f| f.at == name).map(|f| f.message.as_str())
    }
}

/// Answers in the order of the lens; those to questions that it does not ask come last.
fn in_order<'a>(lens: &Lens, all: &'a Answers) -> Vec<(&'a String, &'a crate::review::Said)> {
    let mut out: Vec<_> = all.iter().collect();
    out.sort_by_key(|(id, _)| lens.questions().position(|(_, q)| q.id == **id).unwrap_or(usize::MAX));
    out
}

fn answers(p: &TemplatePage<'_>) -> Markup {
    let newest = p.newest();
    let row = |(id, said): &(&String, &crate::review::Said)| {
        let q = p.lens.question(id);
        let pillar = p.lens.questions().find(|(_, q)| q.id == **id).map(|(pillar, _)| pillar.name.as_str());
        let mut out = vec![
            Cell::new(html! { (p.title(id)) @if let Some(pillar) = pillar { br; " " span.by { (bdi(pillar)) } } }),
            Cell::new(html! { @if let Some(q) = q { (says(said, q)) } @else { span.mute { "nothing" } } }),
        ];
        if p.may {
            out.push(Cell::new(
                html! { @if q.is_some() { a href={ (p.here()) "/questions/" (id) } { "Change" span.vh { " what is answered to " (p.title(id)) } } } },
            ));
        }
        out
    };
    let mut columns = vec![Column::text("Question"), Column::text("Answer")];
    if p.may {
        columns.push(Column::text("Change"));
    }
    let rows: Vec<Vec<Cell>> = in_order(p.lens, &newest).iter().map(row).collect();
    html! {
        @if rows.is_empty() {
            (html::empty("No version is published yet, so no review can use it.", None))
        } @else {
            (table(&Table {
                caption: format!("What {} answers", p.template.name),
                columns,
                rows,
                class: "stack flow".into(),
                foot: None,
            }))
        }
    }
}

fn changes(p: &TemplatePage<'_>, all: &[(String, String)]) -> Markup {
    html! { ul.ruled { @for (id, words) in all { li { (p.title(id)) " " span.by { (bdi(&html::capital(words))) "." } } } } }
}

fn next(p: &TemplatePage<'_>) -> Markup {
    let (draft, newest, number) = (mapped(&p.template.draft.answers), p.newest(), p.template.version + 1);
    let told = differences(p.lens, &newest, &draft);
    let open: Vec<_> = p.lens.questions().filter(|(_, q)| !draft.contains_key(&q.id)).collect();
    let used = usize::try_from(p.template.used).unwrap_or(0);
    html! {
        @if told.is_empty() {
            p.say { "The draft says what is published." @if p.may { " Change an answer, or answer another question, and publish the change." } }
        } @else {
            p.say { "Version " (number) " would change " (html::count_word(told.len())) " " (plural(told.len(), "answer", "answers")) "." }
            (changes(p, &told))
            p.by.pane-gap-s { "Draft changed last by " b { (bdi(&p.template.draft.by)) } ", " (clock(p.template.draft.at, p.now, p.zone)) }
            @if p.may {
                (html::form(&format!("{}/versions", p.here()), p.csrf, html! {
                    input type="hidden" name="form" value="publish";
                    input type="hidden" name="based_on" value=(p.template.draft.version);
                    (fields_one(&[field(&Field {
                        id: "why",
                        label: "Why are the answers these from now on?",
                        hint: Some("Every review that uses the template shows it in its history."),
                        value: p.value("publish", "why", ""),
                        kind: FieldKind::Textarea(3),
                        error: p.wrong("publish", "why"),
                        required: true,
                        ..Field::default()
                    })]))
                    @let label = format!("Publish version {number}");
                    div.btns.pane-gap {
                        (button(&Button { label: &label, weight: Weight::Primary, ..Button::default() }))
                        span.hint { @if used == 0 { "No review uses it yet." } @else { (used) " " (plural(used, "review follows", "reviews follow")) " at once." } }
                    }
                }))
            }
        }
        @if p.may && !draft.is_empty() {
            (html::disclosure(&format!("Questions in the draft: {}", draft.len()), html! {
                ul.ruled { @for (id, _) in in_order(p.lens, &draft) { li { a href={ (p.here()) "/questions/" (id) } { (p.title(id)) } } } }
            }))
        }
        @if p.may && !open.is_empty() {
            (html::disclosed(&format!("Questions that it leaves to each review: {}", open.len()), draft.is_empty(), html! {
                ul.ruled { @for (pillar, q) in &open { li { a href={ (p.here()) "/questions/" (q.id) } { (bdi(&q.title)) } " " span.by { (bdi(&pillar.name)) } } } }
            }))
        }
    }
}

fn uses(p: &TemplatePage<'_>) -> Markup {
    let row = |u: &TemplateUse| {
        let (n, o) = (u.used.covers.len(), u.used.overrides.len());
        let review = format!("/workloads/{}/reviews/{}", u.workload.slug, p.template.lens);
        vec![
            Cell::name(&u.workload.name, Some(&review)),
            Cell::name(&u.team.name, Some(&format!("/teams/{}", u.team.slug))),
            Cell::new(html! { (bdi(&u.used.by)) ", " (day(u.used.at, p.now, p.zone)) }).class("by"),
            Cell::new(html! {
                (n) " " (plural(n, "question", "questions")) @if o > 0 { ", " (o) " overridden" }
                @if u.used.shown < u.used.template.version { br; " " span.by { "still shows version " (u.used.shown) } }
                @if !u.used.left_out.is_empty() { br; " " span.by { "leaves out " (bdi(&html::listed(&u.used.left_out))) } }
                @for o in &u.used.passed_over { br; " " span.by { (o.question) " is answered by " (bdi(&o.template)) } }
                @for l in &u.used.lacking { br; " " span.by { (l.question) @if let Some(c) = &l.choice { "/" (c) } ": " (l.why) } }
            }),
        ]
    };
    html! {
        @if p.uses.is_empty() { p.say { "No review uses it yet." } } @else {
            (table(&Table {
                caption: format!("Reviews that use {}", p.template.name),
                columns: vec![Column::text("Workload"), Column::text("Team").class("lab"), Column::text("Taken up by").class("lab"), Column::text("What it answers there").class("lab")],
                rows: p.uses.iter().map(row).collect(),
                class: "stack flow".into(),
                foot: None,
            }))
        }
        @if p.more_uses { p.hint { "These are the first " (p.uses.len()) "; the API lists all of them." } }
    }
}

fn overrides(p: &TemplatePage<'_>) -> Markup {
    let all = p.uses.iter().flat_map(|u| u.used.overrides.iter().map(move |o| (u, o)));
    let rows = all.map(|(u, o)| {
        let at = format!("/workloads/{}/reviews/{}/questions/{}", u.workload.slug, p.template.lens, o.question);
        vec![
            Cell::name(&u.workload.name, Some(&at)),
            Cell::new(p.title(&o.question)),
            Cell::new(html! { span.say { (bdi(&o.overridden.reason)) } }),
            Cell::new(html! { (bdi(&o.overridden.by)) ", " (day(o.overridden.at, p.now, p.zone)) }).class("by"),
        ]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    html! {
        @if rows.is_empty() { p.say { "No review answers otherwise." } } @else {
            (table(&Table {
                caption: format!("Reviews that answer otherwise than {}", p.template.name),
                columns: vec![Column::text("Workload"), Column::text("Question"), Column::text("Why"), Column::text("Who").class("lab")],
                rows,
                class: "stack flow".into(),
                foot: None,
            }))
        }
    }
}

fn versions(p: &TemplatePage<'_>) -> Markup {
    let shown = if p.more_versions { p.versions.len().saturating_sub(1) } else { p.versions.len() };
    let row = |i: usize, v: &TemplateVersion| {
        let before = p.versions.get(i + 1).map(|b| mapped(&b.answers)).unwrap_or_default();
        let told = differences(p.lens, &before, &mapped(&v.answers));
        vec![
            Cell::new(html! { (v.version) }),
            Cell::new(html! { b { (bdi(&v.by)) } ", " (clock(v.at, p.now, p.zone)) }).class("by"),
            Cell::new(bdi(&v.why)),
            Cell::new(changes(p, &told)),
        ]
    };
    html! {
        (table(&Table {
            caption: format!("Versions of {}", p.template.name),
            columns: vec![Column::text("Version").class("lab"), Column::text("Published by"), Column::text("Why"), Column::text("What changed")],
            rows: p.versions.iter().take(shown).enumerate().map(|(i, v)| row(i, v)).collect(),
            class: "stack flow".into(),
            foot: None,
        }))
        @if p.more_versions { p.hint { "These are the newest " (shown) "; the API lists all of them." } }
    }
}

fn words(p: &TemplatePage<'_>) -> Markup {
    let refused = p.sent.is_some_and(|(sent, _)| sent.get("form") == "words");
    html::disclosed(
        "Change its name, or whom it is for",
        refused,
        html::form(
            &p.here(),
            p.csrf,
            html! {
                input type="hidden" name="form" value="words";
                (fields_one(&[
                    field(&Field { id: "name", label: "Name", value: p.value("words", "name", &p.template.name), error: p.wrong("words", "name"), required: true, ..Field::default() }),
                    field(&Field { id: "about", label: "Whom it is for", value: p.value("words", "about", &p.template.about), kind: FieldKind::Textarea(3), error: p.wrong("words", "about"), ..Field::default() }),
                ]))
                div.btns.pane-gap { button.btn type="submit" { "Save" } }
            },
        ),
    )
}

/// One template.
pub fn template(p: &TemplatePage<'_>) -> Markup {
    let t = p.template;
    let (asked, used) = (p.lens.questions().count(), usize::try_from(t.used).unwrap_or(0));
    html! {
        (head(Head {
            kicker: vec![
                (t.team.name.clone(), Some(format!("/teams/{}", t.team.slug))),
                ("Templates of answers".into(), Some("/reviews/templates".into())),
            ],
            title: t.name.clone(),
            lead: html! { @if t.about.is_empty() { "Answers that " (bdi(&t.team.name)) " gives for every workload that uses this template." } @else { (bdi(&t.about)) } },
            facts: vec![
                ("Lens".into(), html! { a href={ "/lenses/" (t.lens) } { (bdi(&p.lens.name)) } }),
                ("Newest".into(), html! { @match p.versions.first() { Some(v) => { "version " (v.version) ", " (day(v.at, p.now, p.zone)) ", by " (bdi(&v.by)) }, None => "not published yet" } }),
                ("Answers".into(), html! { (p.newest().len()) " of " (asked) " questions" }),
                ("Used by".into(), html! { (used) " " (plural(used, "review", "reviews")) }),
            ],
        }))
        @if let Some(conflict) = p.conflict {
            div.alert role="alert" aria-labelledby="conflict" tabindex="-1" { h2 id="conflict" { "That could not be done" } p { (bdi(conflict)) } }
        }
        @if let Some((_, faults)) = p.sent { (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) }
        (section("answers", "What it answers", Some(html! { "As the newest version says. Reviews of another version of the lens show what that version has." }), Tight(false), answers(p)))
        (section("next", "The next version", Some(html! { "A version never changes once it is published; a change is the next one." }), Tight(false), next(p)))
        (section("reviews", "Used by", Some(html! { "By workload. Each follows the newest version." }), Tight(false), uses(p)))
        (section("overrides", "Answered otherwise", Some(html! { "A reason that returns may be one for the next version." }), Tight(false), overrides(p)))
        @if !p.versions.is_empty() { (section("versions", "Versions", Some(html! { "Newest first." }), Tight(false), versions(p))) }
        @if p.may { (words(p)) }
    }
}

#[cfg(test)]
pub(in crate::pages) mod tests;
