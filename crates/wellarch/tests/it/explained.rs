//! Why an answer has its risk, and what would lower it: held against trying every change.

use std::collections::BTreeSet;

use wellarch::{Answer, Explained, Lower, Question, builtin, explain};

use crate::{published, question, read};

/// Every smallest change that lowers the risk, by trying all of them.
fn slowly(q: &Question, answer: Answer) -> BTreeSet<(Vec<String>, Vec<String>, &'static str)> {
    let now = q.risk(answer);
    let real = (0..q.choices.len()).filter(|i| (q.nones() | answer.absent) >> i & 1 == 0).fold(0u64, |b, i| b | 1 << i);
    let start = answer.ticked & !q.nones();
    let risk = |change: u64| q.risk(Answer { ticked: start ^ change, absent: answer.absent });
    let parts = |set: u64| (0..=set).filter(move |part| part & !set == 0);
    let lower = parts(real).filter(|c| *c != 0 && risk(*c) < now);
    let smallest = lower.filter(|c| !parts(*c).any(|p| p != 0 && p != *c && risk(p) <= risk(*c)));
    let told = smallest.map(|c| (q.ids(c & !start), q.ids(c & start | answer.ticked & q.nones()), risk(c).word()));
    told.collect()
}

fn told(explained: &Explained) -> BTreeSet<(Vec<String>, Vec<String>, &'static str)> {
    explained.lower.iter().map(|Lower { add, remove, risk }| (add.clone(), remove.clone(), risk.word())).collect()
}

fn check(q: &Question) {
    let real = (0..q.choices.len()).filter(|i| q.nones() >> i & 1 == 0).fold(0u64, |b, i| b | 1 << i);
    let nones = (0..q.choices.len()).map(|i| 1u64 << i).filter(|b| q.nones() & b != 0);
    for ticked in (0..=real).filter(|t| t & !real == 0).chain(nones) {
        // One choice after the other is ruled out, and none of them.
        for absent in (0..q.choices.len()).map(|i| 1u64 << i & real & !ticked).chain([0]) {
            let answer = Answer { ticked, absent };
            let found = explain(q, answer);
            let decided = q.decide(answer);
            assert_eq!((found.risk, found.rule), (decided.risk, decided.rule.map(|i| i + 1)), "{}", q.id);
            assert_eq!(told(&found), slowly(q, answer), "{} with {:?} without {:?}", q.id, q.ids(ticked), q.ids(absent));
            let sizes: Vec<usize> = found.lower.iter().map(|l| l.add.len() + l.remove.len()).collect();
            assert!(sizes.is_sorted(), "{}: smallest first", q.id);
        }
    }
}

#[test]
fn changes_are_the_smallest_that_lower_the_risk() {
    for b in builtin() {
        b.read().unwrap().lens.questions().for_each(|(_, q)| check(q));
    }
    for (_, bytes) in published() {
        let file = read(&bytes).unwrap();
        file.lens.questions().filter(|(_, q)| q.choices.len() <= 6).for_each(|(_, q)| check(q));
    }
}

const RULES: &str =
    "{ when: \"goals && strategy && tested\", then: none }\n{ when: \"goals && strategy\", then: medium }\n{ default: high }";

#[test]
fn an_explanation_names_the_rule_and_the_choices() {
    let file = read(question(&["goals", "strategy", "tested", "none_no"], RULES)).unwrap();
    let q = file.lens.question("ONE-01").unwrap();
    let of = |ticked: &[&str], absent: &[&str]| {
        let ids = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        q.answer(&ids(ticked), &ids(absent)).map(|a| explain(q, a))
    };
    let medium = of(&["goals", "strategy"], &[]).unwrap();
    assert_eq!((medium.risk.word(), medium.rule, medium.condition.as_deref()), ("medium", Some(2), Some("goals && strategy")));
    assert!(medium.explanation.contains("Rule 2 of 3 is the first that holds"), "{}", medium.explanation);
    assert_eq!(medium.lower, [Lower { add: vec!["tested".into()], remove: vec![], risk: wellarch::Risk::None }]);
    let high = of(&["none_no"], &[]).unwrap();
    assert!(high.explanation.contains("the default (rule 3) decides"), "{}", high.explanation);
    assert!(high.lower.iter().all(|l| l.remove == ["none_no"]), "{:?}", high.lower);
    let ruled_out = of(&["goals"], &["strategy", "tested"]).unwrap();
    assert_eq!(ruled_out.risk, wellarch::Risk::None);
    assert!(ruled_out.explanation.contains("Not applicable, and so read out of every rule: strategy, tested."));
    assert!(of(&["goals"], &["goals"]).unwrap_err().contains("both ticked and not applicable"));
    assert!(of(&["goals", "none_no"], &[]).unwrap_err().contains("none of these"));
    assert!(of(&["golas"], &[]).unwrap_err().contains("Its choices are goals, strategy, tested, none_no"));
}

#[test]
fn an_answer_that_no_rule_takes_says_so() {
    let file = read(question(&["a", "b"], "{ when: \"a && b\", then: none }")).unwrap();
    let q = file.lens.question("ONE-01").unwrap();
    let found = explain(q, Answer::default());
    assert_eq!((found.risk.word(), found.rule), ("high", None));
    assert!(found.explanation.contains("No rule holds and there is no default"), "{}", found.explanation);
}
