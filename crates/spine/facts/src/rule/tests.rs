//! Rules over facts.

use super::*;
use crate::fact::tests::{NOW, fact};

fn term(fact: &str, op: Op, value: Option<FactValue>, max_age: u16) -> Rule {
    Rule::Term(Term { fact: fact.into(), op, value, max_age: Some(max_age) })
}

fn zero_and_scanned() -> Evidence {
    let zero = Some(FactValue::Number(0.0));
    Evidence {
        supported: Some(Rule::All(vec![
            term("finding.scan.at", Op::Exists, None, 2),
            term("finding.open.critical", Op::Eq, zero.clone(), 2),
        ])),
        contradicted: Some(Rule::Any(vec![term("finding.open.critical", Op::Gt, zero, 7)])),
    }
}

fn weight(e: &Evidence, facts: &[Fact]) -> Weight {
    e.judge(&Facts::new(facts.to_vec()), NOW).weight
}

#[test]
fn facts_support_contradict_or_grow_old() {
    let e = zero_and_scanned();
    let scan = |days| fact("finding.scan.at", "", FactValue::Yes(true), days);
    let open = |n, days| fact("finding.open.critical", "", FactValue::Number(n), days);
    assert_eq!(weight(&e, &[]), Weight::None);
    assert_eq!(weight(&e, &[scan(1), open(0.0, 1)]), Weight::Supported);
    assert_eq!(weight(&e, &[open(0.0, 1)]), Weight::None, "nothing says that a scan ran");
    assert_eq!(weight(&e, &[scan(1), open(3.0, 1)]), Weight::Contradicted);
    assert_eq!(weight(&e, &[scan(1), open(3.0, 5)]), Weight::Contradicted, "a contradiction lives longer here");
    assert_eq!(weight(&e, &[scan(1), open(0.0, 5)]), Weight::Stale);
    assert_eq!(weight(&e, &[scan(9), open(3.0, 9)]), Weight::Stale);
}

#[test]
fn support_needs_every_item_and_a_contradiction_one() {
    let e = zero_and_scanned();
    let scan = fact("finding.scan.at", "", FactValue::Yes(true), 1);
    let open = |item: &str, n, days| fact("finding.open.critical", item, FactValue::Number(n), days);
    assert_eq!(weight(&e, &[scan.clone(), open("a", 0.0, 1), open("b", 0.0, 1)]), Weight::Supported);
    let judged = e.judge(&Facts::new([scan.clone(), open("a", 0.0, 1), open("b", 2.0, 1)]), NOW);
    assert_eq!(judged.weight, Weight::Contradicted);
    let words: Vec<&str> = judged.because.iter().map(|b| b.words.as_str()).collect();
    assert_eq!(words, ["Critical findings open: 2 (b)"], "only what contradicts is told");
    assert_eq!(weight(&e, &[scan, open("a", 0.0, 1), open("b", 0.0, 30)]), Weight::Stale, "of b nobody knows");
}

#[test]
fn all_true_is_of_every_item() {
    let e = Evidence {
        supported: Some(term("breakglass.reviewed", Op::AllTrue, None, 365)),
        contradicted: Some(term("breakglass.reviewed", Op::Eq, Some(FactValue::Yes(false)), 365)),
    };
    let used = |item: &str, yes, days| fact("breakglass.reviewed", item, FactValue::Yes(yes), days);
    assert_eq!(weight(&e, &[used("may", true, 30), used("june", true, 3)]), Weight::Supported);
    assert_eq!(weight(&e, &[used("may", true, 30), used("june", false, 3)]), Weight::Contradicted);
    assert_eq!(weight(&e, &[used("may", true, 400)]), Weight::Stale);
}

#[test]
fn what_ends_says_nothing_afterwards() {
    let e = Evidence { supported: Some(term("slo.defined", Op::AllTrue, None, 365)), contradicted: None };
    let mut ended = fact("slo.defined", "", FactValue::Yes(true), 3);
    ended.valid_until = Some(NOW);
    assert_eq!(weight(&e, &[ended]), Weight::Stale);
}

#[test]
fn values_of_another_kind_support_and_contradict_nothing() {
    let e = zero_and_scanned();
    let scan = fact("finding.scan.at", "", FactValue::Yes(true), 1);
    let word = fact("finding.open.critical", "", FactValue::Word("none".into()), 1);
    assert_eq!(weight(&e, &[scan, word]), Weight::None);
}

#[test]
fn no_evidence_says_what_is_missing() {
    let judged = zero_and_scanned().judge(&Facts::default(), NOW);
    assert_eq!(judged.missing, ["finding.scan.at", "finding.open.critical"]);
    assert_eq!(zero_and_scanned().keys(), ["finding.open.critical", "finding.scan.at"]);
}

#[test]
fn a_fact_is_told_with_unit_item_and_source() {
    let told = because(&fact("backup.age_hours", "ledger", FactValue::Number(200.0), 1));
    assert_eq!((told.words.as_str(), told.source.as_str()), ("Age of the newest backup: 200 h (ledger)", "drill"));
    assert_eq!(because(&fact("gameday.held_at", "", FactValue::Yes(true), 1)).words, "A game day was held");
}
