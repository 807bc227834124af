//! The page of a template, drawn; and a template to draw.

use super::*;
use crate::document::Titled;
use crate::review::Said;
use crate::review::tests::{said, small};
use crate::template::{FromTemplate, Lacking, Overridden, Override, PassedOver, TemplateAnswer, TemplateDraft, UsedTemplate};

const AT: Time = Time(1_795_000_000_000_000);

fn answer(question: &str, choices: &[&str]) -> TemplateAnswer {
    TemplateAnswer { question: question.into(), said: Said { note: "as <agreed>".into(), ..said(choices) } }
}

pub(in crate::pages) fn template(version: i64) -> AnswerTemplate {
    AnswerTemplate {
        id: "01960000-0000-7000-8000-000000000001".parse().unwrap(),
        slug: "account-baseline".into(),
        name: "Account <baseline>".into(),
        about: "For <all> accounts.".into(),
        lens: "small".into(),
        team: Titled { slug: "sec".into(), name: "Security <x>".into() },
        version,
        used: 2,
        draft: TemplateDraft { version: 4, answers: vec![answer("Q-01", &["aaa", "bbb"])], by: "Maya <o>".into(), at: AT },
    }
}

fn version(n: i64, answers: Vec<TemplateAnswer>) -> TemplateVersion {
    TemplateVersion { version: n, lens_digest: "d".into(), answers, why: "Because <so>.".into(), by: "Maya <o>".into(), at: AT }
}

pub(in crate::pages) fn used() -> TemplateUse {
    let titled = |slug: &str, name: &str| Titled { slug: slug.into(), name: name.into() };
    TemplateUse {
        workload: titled("ledger", "Ledger <core>"),
        team: titled("checkout", "Checkout"),
        used: UsedTemplate {
            template: FromTemplate {
                slug: "account-baseline".into(),
                name: "Account <baseline>".into(),
                team: "Security".into(),
                version: 2,
            },
            shown: 1,
            by: "Ingrid".into(),
            at: AT,
            covers: vec!["Q-01".into()],
            left_out: vec!["Q-02".into()],
            passed_over: vec![PassedOver { question: "Q-03".into(), template: "Other <t>".into() }],
            lacking: vec![Lacking { question: "Q-04".into(), choice: Some("zzz".into()), why: "gone".into() }],
            overrides: vec![Override {
                question: "Q-01".into(),
                overridden: Overridden { reason: "An account <of its own>".into(), by: "Samir".into(), at: AT },
            }],
        },
    }
}

fn draw(
    template_: &AnswerTemplate,
    versions: &[TemplateVersion],
    uses: &[TemplateUse],
    may: bool,
    sent: Option<(&Form, &[Fault])>,
) -> String {
    let k = small();
    super::template(&TemplatePage {
        template: template_,
        lens: &k.file.lens,
        versions,
        more_versions: false,
        uses,
        more_uses: true,
        may,
        sent,
        conflict: may.then_some("Somebody <else>."),
        csrf: "c",
        now: AT,
        zone: "UTC",
    })
    .into_string()
}

#[test]
fn a_template_shows_answers_next_version_uses_overrides_and_versions() {
    let versions = [version(2, vec![answer("Q-01", &["aaa"])]), version(1, vec![answer("Q-01", &["aaa"]), answer("Q-09", &["x"])])];
    let page = draw(&template(2), &versions, &[used()], true, None);
    for part in [
        "Account &lt;baseline&gt;",
        "Ticked “Tick &lt;a&gt;”",
        "Version 3 would change one answer",
        "Ticked “Tick b”",
        "2 reviews follow",
        "Ledger &lt;core&gt;",
        "1 question, 1 overridden",
        "still shows version 1",
        "leaves out <bdi>Q-02",
        "Q-03 is answered by",
        "Q-04/zzz: gone",
        "An account &lt;of its own&gt;",
        "Because &lt;so&gt;.",
        "Not answered any more",
        "which this version of the lens does not ask",
        "the API lists all of them",
        "Somebody &lt;else&gt;.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let reader = draw(&template(2), &versions, &[used()], false, None);
    assert!(!reader.contains("<form") && !reader.contains(">Change<"), "{reader}");
}

#[test]
fn a_template_without_a_version_says_so_and_a_refused_form_keeps_its_words() {
    let form = Form(vec![("form".into(), "publish".into()), ("why".into(), "typed <w>".into())]);
    let faults = [Fault::new("why", "Say <why>.")];
    let page = draw(&template(0), &[], &[], true, Some((&form, &faults)));
    for part in ["not published yet", "No review uses it yet", "typed &lt;w&gt;", "No review answers otherwise"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("Say &lt;why&gt;.").count(), 2);
}
