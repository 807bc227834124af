//! The page that takes a review in from elsewhere.

use html::{
    Button, Cell, Column, Field, FieldKind, Head, Markup, Table, Tight, Weight, bdi, button, field, fields, fields_one, head, html,
    plural, section, table,
};
use kernel::error::Fault;

use crate::moving::{ImportKind, Imported, NewImport, Unmapped};
use crate::published::LensVersion;

/// Lines of what has no counterpart that are shown.
const SHOWN: usize = 200;

/// What the page needs.
pub struct ImportPage<'a> {
    /// Slug and name.
    pub workload: (&'a str, &'a str),
    /// Slug and name of its team.
    pub team: (&'a str, &'a str),
    /// All versions of all lenses.
    pub lenses: &'a [LensVersion],
    /// What was sent.
    pub sent: Option<&'a NewImport>,
    /// What would be taken.
    pub found: Option<&'a Imported>,
    /// Why it was refused.
    pub faults: &'a [Fault],
    /// The reader may take a review in.
    pub may: bool,
    /// Token for forms.
    pub csrf: &'a str,
}

fn key(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::AwsAnswers => "aws-answers",
        ImportKind::AzureWar => "azure-war",
        ImportKind::Archive => "archive",
    }
}

fn lost(u: &Unmapped) -> Vec<Cell> {
    vec![
        Cell::new(html! { (bdi(&u.question)) @if let Some(c) = &u.choice { ", " (bdi(c)) } }),
        Cell::new(bdi(&u.why)),
        Cell::new(html! { span.by { (bdi(&u.r#where)) } }),
    ]
}

/// The page.
pub fn import(p: &ImportPage<'_>) -> Markup {
    let here = format!("/workloads/{}/review-imports", p.workload.0);
    html! {
        (head(Head {
            kicker: vec![
                (p.team.1.to_owned(), Some(format!("/teams/{}", p.team.0))),
                (p.workload.1.to_owned(), Some(format!("/workloads/{}/reviews", p.workload.0))),
            ],
            title: "Take in a review".into(),
            lead: html! { "From the AWS Well-Architected Tool, from an export of Azure’s review, or from another bellwether. It is looked at first; nothing is stored until you say so, and then all of it or nothing." },
            facts: vec![],
        }))
        (html::alert(p.faults.iter().map(|f| (f.at.clone(), f.message.clone())).collect()))
        @if let (Some(found), Some(sent)) = (p.found, p.sent) { (preview(p, found, sent, &here)) }
        @if p.may { (form(p, &here)) } @else {
            (section("form", "The files", None, Tight(false), html! { p.say { "That is for the team’s principal engineer and delivery lead, and for the facilitator of its group." } }))
        }
    }
}

fn preview(p: &ImportPage<'_>, found: &Imported, sent: &NewImport, here: &str) -> Markup {
    let n = found.unmapped.len();
    section(
        "preview",
        "What would be taken",
        Some(html! { "Nothing is stored yet." }),
        Tight(false),
        html! {
            p.say {
                (html::count_word_capital(found.taken)) " " (plural(found.taken, "answer", "answers")) " against the lens “" (bdi(&found.lens)) "”"
                @if found.new_lens { ", which is published with them" } @if found.new_review { "; a review begins" }
                ". " (html::count_word_capital(found.skipped)) " " (plural(found.skipped, "question has", "questions have")) " no answer, or one that is here already."
            }
            @if n > 0 {
                (table(&Table {
                    caption: "What has no counterpart here".into(),
                    columns: vec![Column::text("Has no counterpart here"), Column::text("Why"), Column::text("Where").class("lab")],
                    rows: found.unmapped.iter().take(SHOWN).map(lost).collect(),
                    class: "stack flow".into(),
                    foot: None,
                }))
            }
            (html::form(here, p.csrf, html! {
                input type="hidden" name="kind" value=(key(sent.kind));
                input type="hidden" name="lens" value=(sent.lens.as_deref().unwrap_or(""));
                @for f in &sent.files {
                    input type="hidden" name="file.name" value=(f.name);
                    input type="hidden" name="file" value=(f.text);
                }
                @if n > 0 {
                    (fields_one(&[field(&Field { id: "accept_unmapped", label: "Take the rest without these", kind: FieldKind::Checkbox(sent.accept_unmapped), ..Field::default() })]))
                }
                div.btns.pane-gap { (button(&Button { label: "Take it in", weight: Weight::Primary, sends: Some(("act", "take")), ..Button::default() })) }
            }))
        },
    )
}

fn form(p: &ImportPage<'_>, here: &str) -> Markup {
    let kinds = [
        ("aws-answers", "AWS: ListAnswers, GetAnswer or consolidated report (JSON)"),
        ("azure-war", "Azure: export of the review (CSV)"),
        ("archive", "bellwether: archive of a review (JSON)"),
    ];
    let mut lenses: Vec<(&str, &str)> = vec![("", "as the file says")];
    for v in p.lenses {
        if !lenses.iter().any(|(slug, _)| *slug == v.slug) {
            lenses.push((&v.slug, &v.name));
        }
    }
    let wrong = |at: &str| p.faults.iter().find(|f| f.at == at).map(|f| f.message.as_str());
    section(
        "form",
        "The files",
        Some(
            html! { "Answers of AWS meet questions and choices of a published lens by their ids; publish it first if it is not here." },
        ),
        Tight(false),
        html::upload(
            here,
            p.csrf,
            html! {
                (fields(&[
                    field(&Field { id: "kind", label: "From", kind: FieldKind::Select(&kinds), value: p.sent.map_or("", |s| key(s.kind)), ..Field::default() }),
                    field(&Field { id: "lens", label: "Lens, for answers of AWS", kind: FieldKind::Select(&lenses), value: p.sent.and_then(|s| s.lens.as_deref()).unwrap_or(""), error: wrong("lens"), ..Field::default() }),
                ]))
                (fields_one(&[field(&Field { id: "file", label: "Files", kind: FieldKind::Files(".json,.csv"), error: wrong("file"), ..Field::default() })]))
                div.btns.pane-gap { (button(&Button { label: "Look at it", sends: Some(("act", "look")), ..Button::default() })) }
            },
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::LensFile;

    #[test]
    fn what_would_be_taken_is_shown_before_it_is() {
        let sent = NewImport {
            kind: ImportKind::AwsAnswers,
            files: vec![LensFile { name: "a.json".into(), text: "{\"<x>\": 1}".into() }],
            lens: Some("small".into()),
            accept_unmapped: false,
            dry_run: true,
        };
        let unmapped = vec![Unmapped {
            r#where: "a.json, Answer".into(),
            question: "Q-<9>".into(),
            choice: Some("c".into()),
            why: "the lens has no such choice".into(),
        }];
        let found = Imported {
            done: false,
            lens: "small".into(),
            digest: "0".into(),
            new_lens: false,
            new_review: true,
            taken: 2,
            skipped: 1,
            unmapped,
        };
        let draw = |found, faults: &[Fault], may| {
            let (workload, team) = (("ledger", "Ledger <core>"), ("checkout", "Checkout"));
            import(&ImportPage { workload, team, lenses: &[], sent: Some(&sent), found, faults, may, csrf: "c" }).into_string()
        };
        let page = draw(Some(&found), &[], true);
        for part in [
            "Two answers against the lens",
            "a review begins",
            "Q-&lt;9&gt;",
            "Take the rest without these",
            "{&quot;&lt;x&gt;&quot;: 1}",
            "Ledger &lt;core&gt;",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let refused = draw(None, &[Fault::new("file", "This is <no> JSON.")], true);
        assert!(refused.contains("This is &lt;no&gt; JSON.") && refused.contains("href=\"#file\""), "{refused}");
        assert!(!draw(None, &[], false).contains("<form"));
    }
}
