//! Pages of lenses: the list, and one version with what its check found.

use html::{
    Cell, Column, FactsLook, Field, FieldKind, Head, Markup, State, Table, Tight, bdi, facts, field, fields_one, head, html,
    plural, section, state_as, table,
};
use kernel::error::Fault;
use kernel::time::Time;
use kernel::web::{Form, day};

use crate::lens::{Choice, Lens, Question, step};
use crate::published::{LensFinding, LensVersion};
use crate::risk::{Risk, RiskRule};

/// What the list of lenses needs.
pub struct LensesPage<'a> {
    /// All versions, each lens oldest first.
    pub versions: &'a [LensVersion],
    /// The reader may publish.
    pub may_publish: bool,
    /// A refused form.
    pub sent: Option<(&'a Form, &'a [Fault])>,
    /// Token for forms.
    pub csrf: &'a str,
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// What the page of a lens needs.
pub struct LensPage<'a> {
    /// The version that is shown.
    pub version: &'a LensVersion,
    /// All versions, oldest first.
    pub versions: &'a [LensVersion],
    /// What it says.
    pub lens: &'a Lens,
    /// What its check found.
    pub findings: &'a [LensFinding],
    /// The reader's now.
    pub now: Time,
    /// The reader's zone.
    pub zone: &'a str,
}

/// The newest version of each lens, in the order of the list, with the number of its versions.
fn newest(all: &[LensVersion]) -> Vec<(&LensVersion, usize)> {
    let mut out: Vec<(&LensVersion, usize)> = Vec::new();
    for v in all {
        match out.iter_mut().find(|(known, _)| known.slug == v.slug) {
            Some(known) => *known = (v, known.1 + 1),
            None => out.push((v, 1)),
        }
    }
    out
}

fn from(v: &LensVersion, now: Time, zone: &str) -> Markup {
    html! {
        @if v.built_in { "comes with the program" } @else { (bdi(&v.by)) @if let Some(at) = v.at { ", " (day(at, now, zone)) } }
    }
}

/// The list of lenses, and the form that publishes one.
pub fn lenses(p: &LensesPage<'_>) -> Markup {
    let listed = newest(p.versions);
    let row = |(v, n): &(&LensVersion, usize)| {
        vec![
            Cell::name(&v.name, Some(&format!("/lenses/{}", v.slug))),
            Cell::new(html! { (bdi(&v.version)) @if *n > 1 { span.mute { ", " (n) " versions" } } }),
            Cell::new(html! { (v.questions) }),
            Cell::new(html! { (v.choices) }),
            Cell::new(from(v, p.now, p.zone)).class("by"),
        ]
    };
    html! {
        (head(Head {
            title: "Lenses".into(),
            lead: html! { "What a Well-Architected review asks, which answers mean which risk, and what to do first. Custom lenses of AWS are read as they are." },
            facts: vec![("Lenses".into(), html! { (listed.len()) })],
            ..Head::default()
        }))
        @if let Some((_, faults)) = p.sent {
            (html::alert(faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect())) div.sub {}
        }
        (section("lenses", "Published", None, Tight(false), table(&Table {
            caption: "Lenses, the newest version of each".into(),
            columns: vec![
                Column::text("Lens"),
                Column::text("Version"),
                Column::text("Questions").class("lab"),
                Column::text("Choices").class("lab"),
                Column::text("From"),
            ],
            rows: listed.iter().map(row).collect(),
            class: "stack flow".into(),
            foot: None,
        })))
        @if p.may_publish { (form(p)) }
    }
}

fn form(p: &LensesPage<'_>) -> Markup {
    let wrong = |at: &str| p.sent.and_then(|(_, faults)| faults.iter().find(|f| f.at == at)).map(|f| f.message.as_str());
    let parts = [
        field(&Field {
            id: "file",
            label: "File",
            hint: Some("Custom lens JSON of AWS or our YAML; or lens.yaml with a file for each pillar. It is kept byte for byte."),
            kind: FieldKind::Files(".json,.yaml,.yml"),
            error: wrong("file"),
            ..Field::default()
        }),
        field(&Field {
            id: "slug",
            label: "Name in addresses",
            hint: Some(
                "Empty takes it from the file. A published name gets a new version; reviews stay with the version they began with.",
            ),
            value: p.sent.map_or("", |(f, _)| f.get("slug")),
            error: wrong("slug"),
            ..Field::default()
        }),
    ];
    section(
        "publish",
        "Publish a lens",
        Some(
            html! { "A file that cannot be read is refused whole, with the place. What the check finds is shown and keeps nobody back." },
        ),
        Tight(false),
        html::upload(
            "/lenses",
            p.csrf,
            html! {
                (fields_one(&parts))
                div.btns.pane-gap { button.btn.primary type="submit" { "Publish the lens" } }
            },
        ),
    )
}

/// One version of a lens: what its check found, its questions, all versions.
pub fn lens(p: &LensPage<'_>) -> Markup {
    let v = p.version;
    let newest = p.versions.last().is_none_or(|n| n.digest == v.digest);
    let about = p.lens.description.trim();
    let (lead, rest) = about.find(". ").map_or((about, ""), |i| (&about[..=i], about[i + 1..].trim()));
    html! {
        (head(Head {
            kicker: vec![("Lenses".into(), Some("/lenses".into()))],
            title: v.name.clone(),
            lead: html! { (bdi(lead)) },
            facts: vec![
                ("Version".into(), html! { (bdi(&v.version)) @if !newest { ", " a href={ "/lenses/" (v.slug) } { "there is a newer one" } } }),
                ("Asks".into(), html! { (v.questions) " questions, " (v.choices) " choices, " (v.rules) " rules" }),
                ("From".into(), from(v, p.now, p.zone)),
                ("Digest".into(), html! { code { (v.digest.chars().take(12).collect::<String>()) } }),
            ],
        }))
        @if !rest.is_empty() { (section("about", "About it", None, Tight(false), html::prose(bdi(rest)))) }
        (section("check", "What the check found", Some(html! { "Every answer to every question was tried." }), Tight(false), found(p.findings)))
        @for pillar in &p.lens.pillars {
            @let n = pillar.questions.len();
            @let id = format!("pillar-{}", html::slug(&pillar.id));
            (section(&id, &pillar.name, Some(html! { (n) " " (plural(n, "question", "questions")) }), Tight(false), html! {
                @for q in &pillar.questions { (question(q)) }
            }))
        }
        (section("versions", "Versions", Some(html! { "A version never changes; its digest is that of its file." }), Tight(false), versions(p)))
    }
}

fn place(f: &LensFinding) -> String {
    let mut parts = Vec::new();
    if !f.file.is_empty() {
        parts.push(f.file.clone());
    }
    if f.line > 0 {
        parts.push(format!("line {}, column {}", f.line, f.column));
    }
    parts.join(", ")
}

fn found(findings: &[LensFinding]) -> Markup {
    if findings.is_empty() {
        return html! { p.say { "Nothing: every rule decides some answer, and each question can reach every risk." } };
    }
    let row = |f: &LensFinding| {
        let mark = match f.severity.as_str() {
            "fault" => state_as(State::Attention, "Fault"),
            "warning" => state_as(State::Medium, "Warning"),
            _ => state_as(State::NoRisk, "Note"),
        };
        let about = [f.question.clone(), f.choice.clone(), f.rule.map(|r| format!("rule {r}"))];
        let about: Vec<String> = about.into_iter().flatten().collect();
        vec![
            Cell::new(mark),
            Cell::new(bdi(&about.join(", "))),
            Cell::new(html! { (bdi(&f.message)) @if !f.remedy.is_empty() { " " (bdi(&f.remedy)) } }),
            Cell::new(html! { (place(f)) }).class("by"),
            Cell::new(html! { code { (f.code) } }),
        ]
    };
    table(&Table {
        caption: "Findings, heaviest first".into(),
        columns: vec![
            Column::text("Weight"),
            Column::text("Of"),
            Column::text("What, and how to mend it"),
            Column::text("Where"),
            Column::text("Kind"),
        ],
        rows: findings.iter().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

/// A risk as a mark with its word.
pub(crate) fn risk_mark(risk: Risk) -> Markup {
    html::state(
        match risk {
            Risk::High => State::High,
            Risk::Medium => State::Medium,
            Risk::None => State::NoRisk,
        },
        None,
    )
}

fn question(q: &Question) -> Markup {
    html::disclosure(
        &q.title,
        html! {
            @if !q.intro.trim().is_empty() { p.prose.pane-gap-s { (bdi(q.intro.trim())) } }
            @for c in &q.choices { (choice(c)) }
            p.small.pane-gap-s { "The first rule that holds decides:" }
            ul.ruled { @for r in &q.rules { li { (rule(r)) } } }
        },
    )
}

fn rule(r: &RiskRule) -> Markup {
    html! {
        @match &r.when { Some(when) => code { (when.text.trim()) }, None => { "else" } }
        " gives " (risk_mark(r.risk))
    }
}

fn choice(c: &Choice) -> Markup {
    let part = |term: &str, text: &str| (!text.trim().is_empty()).then(|| (term.to_owned(), bdi(text.trim())));
    let said: Vec<(String, Markup)> = [
        part("What", &c.what),
        part("Why", &c.why),
        part("First step", step(&c.first_step)),
        c.effort.and_then(|e| part("Effort", e.key())),
    ]
    .into_iter()
    .flatten()
    .collect();
    html! { div.sub { h3 { (bdi(&c.title)) } (facts(FactsLook::Plain, &said)) } }
}

fn versions(p: &LensPage<'_>) -> Markup {
    let row = |v: &LensVersion| {
        let to = format!("/lenses/{}?version={}", v.slug, v.digest);
        let file = format!("/lenses/{}/file?version={}", v.slug, v.digest);
        vec![
            Cell::name(&v.version, (v.digest != p.version.digest).then_some(to.as_str())),
            Cell::new(from(v, p.now, p.zone)).class("by"),
            Cell::new(html! { code { (v.digest.chars().take(12).collect::<String>()) } }),
            Cell::new(html! { a href=(file) { "File" span.vh { " of version " (v.version) } } }),
        ]
    };
    table(&Table {
        caption: "Versions, newest first".into(),
        columns: vec![Column::text("Version"), Column::text("From"), Column::text("Digest"), Column::text("As it came")],
        rows: p.versions.iter().rev().map(row).collect(),
        class: "stack flow".into(),
        foot: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::{LensFile, NewLens, built_in, read};

    const NOW: Time = Time(1_795_000_000_000_000);

    fn version(slug: &str, name: &str) -> LensVersion {
        LensVersion {
            slug: slug.into(),
            name: name.into(),
            at: Some(NOW),
            by: "Ingrid <b>".into(),
            ..built_in().unwrap()[1].version(false)
        }
    }

    fn list(versions: &[LensVersion], may_publish: bool) -> String {
        lenses(&LensesPage { versions, may_publish, sent: None, csrf: "c", now: NOW, zone: "UTC" }).into_string()
    }

    #[test]
    fn a_risk_is_a_mark_and_a_word() {
        for (risk, word) in [(Risk::High, "High"), (Risk::Medium, "Medium"), (Risk::None, "None")] {
            assert!(risk_mark(risk).into_string().contains(&format!("<span>{word}</span>")));
        }
    }

    #[test]
    fn the_list_shows_the_newest_of_each_and_who_may_publish_sees_the_form() {
        let two = [version("a", "A <i>"), version("a", "A <i>"), version("b", "B")];
        let page = list(&two, false);
        assert_eq!(page.matches("href=\"/lenses/a\"").count(), 1);
        assert!(page.contains("A &lt;i&gt;") && page.contains("2 versions") && !page.contains("<form"));
        assert!(list(&two, true).contains("enctype=\"multipart/form-data\""));
        assert!(list(&[], true).contains("Lenses"));
    }

    #[test]
    fn a_lens_shows_findings_with_their_place_and_every_question() {
        let text = "lens: s\nname: S <x>\nversion: \"1\"\npillars:\n  - id: p\n    name: P\n    questions:\n      - id: Q-01\n        title: \
            How <q>?\n        choices:\n          - { id: aa, title: Tick <a>, what: w, why: y, first_step: f (hours) }\n        risk:\n          \
            - { when: aa, then: none }\n          - { when: aa, then: medium }\n          - { default: high }\n";
        let files = vec![LensFile { name: "s.yaml".into(), text: text.into() }];
        let kept = read(&NewLens { files, slug: None }).unwrap();
        let v = LensVersion { at: Some(NOW), ..kept.version(false) };
        let draw = |findings: &[LensFinding]| {
            let versions = std::slice::from_ref(&v);
            lens(&LensPage { version: &v, versions, lens: &kept.file.lens, findings, now: NOW, zone: "UTC" }).into_string()
        };
        let page = draw(kept.findings());
        for part in ["S &lt;x&gt;", "How &lt;q&gt;?", "Tick &lt;a&gt;", "dead-rule", "line 14", "Fault", "gives"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(draw(&[]).contains("Nothing: every rule"));
    }
}
