use super::*;
use crate::pages::risks;
use crate::plan::tests::{joined, today};
use crate::review::Said;
use crate::review::tests::said;
use crate::risks::tests::risks as of;

fn draw(r: &WorkloadRisks, view: View, may: bool, sent: Option<(&str, &Form, &[Fault])>) -> String {
    let acceptable = ["Only".to_owned()];
    risks::risks(&RisksPage {
        team: ("checkout", "Checkout <x>"),
        risks: r,
        view,
        says_nothing: false,
        may_plan: may,
        may_raise: may,
        acceptable: if may { &acceptable } else { &[] },
        sent,
        csrf: "c",
        today: today(),
    })
    .into_string()
}

#[test]
fn risks_say_why_what_they_expose_and_what_is_done() {
    let page = draw(&joined(), View::Pillar, true, None);
    for part in [
        "Two risks are open",
        "Ledger &lt;core&gt;",
        "Checkout &lt;x&gt;",
        "How &lt;one&gt;?",
        "Rule 2 of 3",
        "To no risk: “",
        "in &lt;May&gt;",
        "Do b.",
        "exposes the goal “Ships &lt;leave&gt;”",
        "Accepted",
        "until 31 Mar 2027 by <bdi>Ingrid &lt;Solberg&gt;",
        "One is accepted for a time and stays a risk",
        "Put into the register",
        "Principal engineer",
        "12 days late",
        "Quick wins: hours or days (1)",
        "1 found",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let read = draw(&joined(), View::Pillar, false, None);
    assert!(!read.contains("<form"), "who may do nothing sees no form: {read}");
}

#[test]
fn the_other_orders_show_the_same_risks() {
    let due = draw(&joined(), View::Due, true, None);
    assert!(due.contains("By last day") && due.contains("How &lt;one&gt;?"), "{due}");
    let quick = draw(&joined(), View::Quick, true, None);
    assert!(
        quick.contains("id=\"quick-wins\"") && quick.contains("Do c.") && !quick.contains("Do b.") && !quick.contains("(days)"),
        "{quick}"
    );
    assert_eq!((View::read("quick"), View::read("x"), View::Due.query()), (View::Quick, View::Pillar, "?view=due".to_owned()));
}

#[test]
fn a_refused_acceptance_stands_at_its_question() {
    let form = Form(vec![("reason".into(), "we <bear> it".into()), ("until".into(), "9999-01-01".into())]);
    let faults = [Fault::new("until", "Too far.")];
    let page = draw(&joined(), View::Pillar, true, Some(("small/Q-02", &form, &faults)));
    assert!(
        page.contains("href=\"#until-small-q-02\"")
            && page.contains("we &lt;bear&gt; it")
            && page.contains("id=\"until-small-q-02\""),
        "{page}"
    );
}

#[test]
fn nothing_reviewed_and_nothing_answered_are_told_apart() {
    let empty = draw(&of(&[]), View::Pillar, false, None);
    let titled = crate::document::Titled { slug: "ledger".into(), name: "Ledger".into() };
    let nothing = draw(&WorkloadRisks::of(titled, &[]), View::Pillar, false, None);
    assert!(nothing.contains("Nothing was reviewed yet"), "{nothing}");
    assert!(empty.contains("No risk found so far") && empty.contains("Two questions are not answered"), "{empty}");
    let none = Said { none: true, ..said(&["none"]) };
    let plain = draw(&of(&[("Q-02", none)]), View::Quick, false, None);
    assert!(plain.contains("Not planned"), "{plain}");
    assert_eq!(burn("b", &of(&[]), today()).into_string(), "");
}

#[test]
fn what_is_done_says_who_by_when_or_that_nobody_does() {
    let r = joined();
    let at = |question: &str| {
        r.pillars[0].risks.iter().find(|x| x.question == question).map(|x| risks::done_about(x, today()).into_string()).unwrap()
    };
    assert!(at("Q-01").contains("Accepted") && at("Q-01").contains("12 days late"), "{}", at("Q-01"));
    assert!(at("Q-02").contains("Not planned"), "{}", at("Q-02"));
    let item = r.improvements.iter().find_map(|i| i.action.as_ref()).unwrap();
    assert!(risks::action_words(item, today()).into_string().contains("Principal engineer"));
}
