//! The page of a question, drawn.

use super::*;
use crate::document::tests::document;
use crate::plan::AcceptedRisk;
use crate::review::tests::{said, small};
use crate::review::{ReviewAnswer, RuledOut, WhyNot};
use crate::template::{Covered, FromTemplate, Overridden};

const NOW: Time = Time(1_795_000_200_000_000);

fn draw(answers: &[(&str, Said)], id: &str, may_answer: bool, sent: Option<&Sent<'_>>) -> String {
    drawn(answers, id, may_answer, sent, |p| html! { (question_page(p)) })
}

fn drawn(
    answers: &[(&str, Said)],
    id: &str,
    may_answer: bool,
    sent: Option<&Sent<'_>>,
    part: fn(&QuestionPage<'_>) -> Markup,
) -> String {
    covered(answers, id, (may_answer, false), sent, None, part)
}

fn covered(
    answers: &[(&str, Said)],
    id: &str,
    (may_answer, override_): (bool, bool),
    sent: Option<&Sent<'_>>,
    template: Option<Covered>,
    part: fn(&QuestionPage<'_>) -> Markup,
) -> String {
    let (document, kept) = (document(answers), small());
    let (pillar, shown) = document.question(id).unwrap();
    let from = template.clone().filter(|c| c.overridden.is_none()).map(|c| FromTemplate { version: 2, ..c.template });
    let answer = shown.answer.clone().map(|a| ReviewAnswer { template: from, ..a });
    let shown = &ReviewQuestion { template, answer, ..shown.clone() };
    let question = kept.file.lens.question(id).unwrap();
    let (document, pillar, csrf, zone) = (&document, pillar, "c", "UTC");
    let before = crate::document::tests::document(&[("Q-01", said(&["bbb"])), ("Q-02", Said::default())]);
    let previous = Some(("Q3 <2026>", before.question(id).unwrap().1));
    let latest = shown.answer.clone().map(|answer| Latest { words: "ticked “<x>”".into(), mine: may_answer, answer });
    let here = [Here { name: "Samir <y>".into(), who: "person:1".into(), question: "Q-02".into() }];
    let bears = AcceptedRisk { decision: 7, by: "Ana <b>".into(), reason: "It <waits>.".into(), until: "2026-12-18".into() };
    let accepted = shown.standing.is_risk().then_some(&bears);
    let today = crate::plan::tests::today();
    let (latest, here, discussion) = (latest.as_ref(), &here[..], Discussion { may: may_answer, ..Discussion::default() });
    part(&QuestionPage {
        document,
        pillar,
        question,
        shown,
        previous,
        accepted,
        today,
        latest,
        here,
        discussion,
        evidence: EvidencePane::default(),
        vote: VotePane::default(),
        may_answer,
        override_,
        sent,
        csrf,
        now: NOW,
        zone,
    })
    .into_string()
}

#[test]
fn an_answered_question_says_its_risk_and_what_would_lower_it() {
    let page = draw(&[("Q-01", Said { note: "as <agreed>".into(), ..said(&["aaa"]) })], "Q-01", true, None);
    for part in [
        "How &lt;one&gt;?",
        "Tick &lt;a&gt;",
        "Rule 2 of 3 decides",
        "To none",
        "At <bdi>Q3 &lt;2026&gt;",
        "Tick b",
        "Maya &lt;Okafor&gt;",
        "as &lt;agreed&gt;",
        "name=\"based_on\" value=\"1\"",
        "data-hotkey=\"1\"",
        "data-hotkey=\"0\"",
        "Ledger &lt;core&gt;",
        "Since then: <bdi>ticked: “Tick &lt;a&gt;”",
        "Not ticked at <bdi>Q3 &lt;2026&gt;",
        "you <bdi>ticked “&lt;x&gt;”",
        "value=\"undo\"",
        "Samir &lt;y&gt;",
        "Accepted",
        "decision 7</a>: <bdi>It &lt;waits&gt;.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches(" checked").count(), 1);
}

#[test]
fn the_form_is_merged_and_not_replaced_and_what_follows_stands_beside_it() {
    let answers = [("Q-01", said(&["aaa"]))];
    let form = drawn(&answers, "Q-01", true, None, |p| html! { (form::form(p)) });
    assert!(form.starts_with("<form id=\"answer\"") && form.contains("data-answer") && !form.contains("data-conflict"), "{form}");
    let aid = drawn(&answers, "Q-01", true, None, |p| html! { (aid::aid(p)) });
    assert!(aid.contains("Rule 2 of 3 decides") && !aid.contains("<form"), "{aid}");
}

#[test]
fn an_open_question_gives_no_all_clear() {
    let page = draw(&[], "Q-02", true, None);
    assert!(page.contains("no all-clear") && page.contains("name=\"based_on\" value=\"0\""), "{page}");
    assert!(page.contains("Save and finish") && !page.contains("name=\"none\""), "the lens has its own: {page}");
    assert!(page.contains("href=\"/workloads/ledger/reviews/small/questions/Q-01\""));
}

#[test]
fn what_does_not_apply_says_why() {
    let absent = vec![RuledOut { choice: "bbb".into(), reason: WhyNot::Constraint }];
    let page = draw(&[("Q-01", Said { not_applicable: absent, ..said(&["aaa"]) })], "Q-01", true, None);
    assert!(page.contains("constraint of the architecture") && page.contains("Choices that do not apply: 1"), "{page}");
    let whole = Said { does_not_apply: Some(WhyNot::OutOfScope), ..Said::default() };
    let page = draw(&[("Q-01", whole)], "Q-01", true, None);
    assert!(page.contains("nothing to judge") && page.contains("value=\"out-of-scope\" selected"), "{page}");
}

#[test]
fn a_conflict_shows_both_answers_and_a_fault_its_field() {
    let mine = Said { note: "mine".into(), ..said(&["bbb"]) };
    let sent = Sent { said: &mine, faults: &[], conflict: Some("Samir has <answered>."), based_on: None, reason: "" };
    let page = draw(&[("Q-01", said(&["aaa"]))], "Q-01", true, Some(&sent));
    for part in ["Samir has &lt;answered&gt;.", "mine", "ticked “Tick &lt;a&gt;”", "value=\"bbb\" checked"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let faults = [Fault::new("none", "Not <both>."), Fault::new("choices", "No such."), Fault::new("does_not_apply", "Either.")];
    let sent = Sent { said: &mine, faults: &faults, conflict: None, based_on: Some(1), reason: "" };
    let page = draw(&[], "Q-01", true, Some(&sent));
    assert_eq!(page.matches("Not &lt;both&gt;.").count(), 2, "above and at the field: {page}");
    assert!(page.contains("No such.") && page.contains("Either."));
}

#[test]
fn who_may_not_answer_gets_no_form() {
    let page = draw(&[("Q-01", said(&["aaa"]))], "Q-01", false, None);
    assert!(!page.contains("<form") && page.contains("disabled") && !page.contains("Save and"), "{page}");
}

fn baseline() -> Covered {
    let template = FromTemplate { slug: "baseline".into(), name: "Base <line>".into(), team: "Security <x>".into(), version: 3 };
    Covered { template, says: None, overridden: None }
}

#[test]
fn what_a_template_answers_is_no_form_until_somebody_wants_to_override_it() {
    let answers = [("Q-01", said(&["aaa"]))];
    let draw = |may, override_, sent| {
        covered(&answers, "Q-01", (may, override_), sent, Some(baseline()), |p| html! { (question_page(p)) })
    };
    let page = draw(true, false, None);
    for part in [
        "Answered by <bdi>Security &lt;x&gt;</bdi>, template <a href=\"/reviews/templates/baseline\"><bdi>Base &lt;line&gt;</bdi></a>, version 2",
        "Version 3 says the same.",
        "?override=yes#override",
        "value=\"aaa\" checked",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        !page.contains("id=\"answer\"") && !page.contains("name=\"override\"") && page.contains("<fieldset disabled"),
        "{page}"
    );
    let form = draw(true, true, None);
    assert!(form.contains("id=\"answer\"") && form.contains("name=\"override\"") && form.contains("Leave it to the template"));
    assert!(!form.contains("data-answer"), "an override is not stored before it has its reason");
    let (mine, faults) = (said(&["bbb"]), [Fault::new("override", "Say <why>.")]);
    let sent = Sent { said: &mine, faults: &faults, conflict: None, based_on: None, reason: "typed <r>" };
    let refused = draw(true, false, Some(&sent));
    assert!(
        refused.contains("typed &lt;r&gt;")
            && refused.matches("Say &lt;why&gt;.").count() == 2
            && refused.contains("value=\"bbb\" checked")
    );
    let reader = draw(false, true, None);
    assert!(!reader.contains("<form") && !reader.contains("Answer otherwise"), "{reader}");
}

#[test]
fn an_override_stands_beside_what_the_template_says() {
    let overridden = Some(Overridden { reason: "Its own <account>.".into(), by: "Samir <y>".into(), at: NOW });
    let c = Covered { overridden, says: Some(said(&["aaa", "bbb"])), ..baseline() };
    let told =
        covered(&[("Q-01", said(&["bbb"]))], "Q-01", (true, false), None, Some(c.clone()), |p| html! { (template::template(p)) });
    assert!(told.contains("This review overrides") && !told.contains("data-answer"), "{told}");
    let page = covered(&[("Q-01", said(&["bbb"]))], "Q-01", (true, false), None, Some(c), |p| html! { (question_page(p)) });
    for part in [
        "This review overrides",
        "Its own &lt;account&gt;.",
        "Samir &lt;y&gt;",
        "The template says: <bdi>ticked “Tick &lt;a&gt;” and “Tick b”",
        "questions/Q-01/override/removal",
        "data-answer",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}
