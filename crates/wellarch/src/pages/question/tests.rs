//! The page of a question, drawn.

use super::*;
use crate::document::tests::document;
use crate::review::RuledOut;
use crate::review::tests::{said, small};

const NOW: Time = Time(1_795_000_200_000_000);

fn draw(answers: &[(&str, Said)], id: &str, may_answer: bool, sent: Option<&Sent<'_>>) -> String {
    let (document, kept) = (document(answers), small());
    let (pillar, shown) = document.question(id).unwrap();
    let question = kept.file.lens.question(id).unwrap();
    let (document, pillar, csrf, zone) = (&document, pillar, "c", "UTC");
    let before = crate::document::tests::document(&[("Q-01", said(&["bbb"])), ("Q-02", Said::default())]);
    let previous = Some(("Q3 <2026>", before.question(id).unwrap().1));
    question_page(&QuestionPage { document, pillar, question, shown, previous, may_answer, sent, csrf, now: NOW, zone })
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
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("checked").count(), 1);
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
    let sent = Sent { said: &mine, faults: &[], conflict: Some("Samir has <answered>.") };
    let page = draw(&[("Q-01", said(&["aaa"]))], "Q-01", true, Some(&sent));
    for part in ["Samir has &lt;answered&gt;.", "mine", "ticked “Tick &lt;a&gt;”", "value=\"bbb\" checked"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let faults = [Fault::new("none", "Not <both>."), Fault::new("choices", "No such."), Fault::new("does_not_apply", "Either.")];
    let sent = Sent { said: &mine, faults: &faults, conflict: None };
    let page = draw(&[], "Q-01", true, Some(&sent));
    assert_eq!(page.matches("Not &lt;both&gt;.").count(), 2, "above and at the field: {page}");
    assert!(page.contains("No such.") && page.contains("Either."));
}

#[test]
fn who_may_not_answer_gets_no_form() {
    let page = draw(&[("Q-01", said(&["aaa"]))], "Q-01", false, None);
    assert!(!page.contains("<form") && page.contains("disabled") && !page.contains("Save and"), "{page}");
}
