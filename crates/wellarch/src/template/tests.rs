use std::collections::BTreeSet;

use super::*;
use crate::published::Kept;
use crate::review::tests::{said, small};
use crate::review::{RuledOut, WhyNot};
use proptest::prelude::*;

fn lens() -> std::sync::Arc<Kept> {
    small()
}

fn answer(question: &str, choices: &[&str]) -> TemplateAnswer {
    TemplateAnswer { question: question.into(), said: said(choices) }
}

fn faults<T: std::fmt::Debug>(found: Result<T>) -> Vec<String> {
    match found {
        Err(Error::Invalid(list)) => list.into_iter().map(|f| f.at).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn answers_are_checked_as_a_reviews_are_and_say_something() {
    let k = lens();
    let lens = &k.file.lens;
    let good = check(lens, &[answer("Q-01", &["bbb", "aaa"]), answer("Q-02", &["none"])]).unwrap();
    assert_eq!(good["Q-01"].choices, ["aaa", "bbb"]);
    assert!(good["Q-02"].none);
    let all = [answer("Q-01", &["zzz"]), answer("Q-02", &[]), answer("Q-09", &["a"])];
    assert_eq!(faults(check(lens, &all)), ["answers.Q-01.choices", "answers.Q-02.choices", "answers.Q-09"]);
    assert_eq!(faults(check(lens, &[answer("Q-01", &["aaa"]), answer("Q-01", &["bbb"])])), ["answers.Q-01"]);
    let many = vec![answer("Q-01", &["aaa"]); MOST + 1];
    assert!(faults(check(lens, &many)).contains(&"answers".to_owned()));
    assert_eq!(faults(words("", "x")), ["name"]);
    assert_eq!(faults(why(" \n")), ["why"]);
}

#[test]
fn differences_are_told_question_by_question_in_the_order_of_the_lens() {
    let k = lens();
    let lens = &k.file.lens;
    let of = |all: &[TemplateAnswer]| check(lens, all).unwrap();
    let before = of(&[answer("Q-01", &["aaa"]), answer("Q-02", &["ccc"])]);
    let after = of(&[answer("Q-01", &["aaa", "bbb"])]);
    let told = differences(lens, &before, &after);
    assert_eq!(told, [("Q-01".into(), "ticked “Tick b”".into()), ("Q-02".into(), "not answered any more".into())]);
    assert_eq!(differences(lens, &after, &after), []);
    let anew = differences(lens, &Answers::new(), &after);
    assert_eq!(anew, [("Q-01".into(), "answered anew: ticked “Tick <a>” and “Tick b”".into())]);
}

#[test]
fn an_answer_loses_what_the_question_does_not_have_and_says_so() {
    let k = lens();
    let q = k.file.lens.question("Q-01").unwrap();
    assert_eq!(fit(&said(&["aaa", "gone"]), q), Some(said(&["aaa"])));
    assert_eq!(fit(&said(&["gone"]), q), None);
    let whole = Said { does_not_apply: Some(WhyNot::Constraint), ..Said::default() };
    assert_eq!(fit(&whole, q), Some(whole.clone()));
    let out = Said { not_applicable: vec![RuledOut { choice: "gone".into(), reason: WhyNot::Constraint }], ..said(&["bbb"]) };
    assert_eq!(fit(&out, q), Some(said(&["bbb"])));
    let all: Answers = [("Q-01", said(&["gone"])), ("Q-02", said(&["ccc", "gone"])), ("Q-09", said(&["a"]))]
        .map(|(q, s)| (q.to_owned(), s))
        .into();
    let told: Vec<(String, Option<String>)> = lacking(&all, &k.file.lens).into_iter().map(|l| (l.question, l.choice)).collect();
    let gone = Some("gone".to_owned());
    assert_eq!(told, [("Q-01".into(), gone.clone()), ("Q-01".into(), None), ("Q-02".into(), gone), ("Q-09".into(), None)]);
}

fn id(n: u8) -> Id {
    format!("01960000-0000-7000-8000-0000000000{n:02x}").parse().unwrap()
}

fn using(n: u8, answers: &[(&str, &str)], left_out: &[&str]) -> Use {
    Use {
        template: id(n),
        slug: format!("t{n}"),
        version: 1,
        answers: answers.iter().map(|(q, c)| ((*q).to_owned(), said(&[c]))).collect(),
        by: "Maya".into(),
        left_out: left_out.iter().map(|q| (*q).to_owned()).collect(),
        shown: 1,
    }
}

#[test]
fn who_answers_already_goes_on_and_else_the_first_does() {
    let k = lens();
    let lens = &k.file.lens;
    let both = [using(1, &[("Q-01", "aaa"), ("Q-02", "ccc")], &[]), using(2, &[("Q-01", "bbb")], &[])];
    let who = |uses: &[Use], held: &[(&str, u8)]| {
        let held = held.iter().map(|(q, n)| ((*q).to_owned(), id(*n))).collect();
        wanted(uses, lens, &held).into_iter().map(|(q, w)| (q, w.from.slug.clone())).collect::<Vec<_>>()
    };
    let pairs = |all: &[(&str, &str)]| all.iter().map(|(q, t)| ((*q).to_owned(), (*t).to_owned())).collect::<Vec<_>>();
    assert_eq!(who(&both, &[]), pairs(&[("Q-01", "t1"), ("Q-02", "t1")]));
    assert_eq!(who(&both, &[("Q-01", 2)]), pairs(&[("Q-01", "t2"), ("Q-02", "t1")]));
    assert_eq!(who(&both[1..], &[("Q-01", 1)]), pairs(&[("Q-01", "t2")]), "whoever held it is gone");
    let out = [using(1, &[("Q-01", "aaa")], &["Q-01"]), using(2, &[("Q-01", "bbb")], &[])];
    assert_eq!(who(&out, &[("Q-01", 1)]), pairs(&[("Q-01", "t2")]), "what is left out is not answered");
    assert_eq!(who(&[using(1, &[("Q-01", "gone"), ("Q-09", "a")], &[])], &[]), []);
}

proptest! {
    /// Settling twice is settling once: who answers stays, whatever the order, and each question has one template that answers it.
    #[test]
    fn a_settled_review_stays_as_it_is(
        first in prop::collection::btree_map(prop::sample::select(vec!["Q-01", "Q-02"]), prop::sample::select(vec!["aaa", "ccc", "none"]), 0..3),
        second in prop::collection::btree_map(prop::sample::select(vec!["Q-01", "Q-02"]), prop::sample::select(vec!["bbb", "ccc"]), 0..3),
        left in prop::collection::btree_set(prop::sample::select(vec!["Q-01", "Q-02"]), 0..2),
    ) {
        let k = lens();
        let left: BTreeSet<&str> = left;
        let flat = |m: std::collections::BTreeMap<&'static str, &'static str>| m.into_iter().collect::<Vec<_>>();
        let uses = [using(1, &flat(first), &left.iter().copied().collect::<Vec<_>>()), using(2, &flat(second), &[])];
        let held = |w: &BTreeMap<String, Wanted<'_>>| w.iter().map(|(q, w)| (q.clone(), w.from.template)).collect::<BTreeMap<_, _>>();
        let once = held(&wanted(&uses, &k.file.lens, &BTreeMap::new()));
        prop_assert_eq!(&held(&wanted(&uses, &k.file.lens, &once)), &once);
        for (q, t) in &once {
            let u = uses.iter().find(|u| u.template == *t).unwrap();
            prop_assert!(u.answers.contains_key(q) && !u.left_out.contains(q));
        }
    }
}
