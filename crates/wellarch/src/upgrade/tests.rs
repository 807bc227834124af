//! Two versions of a small lens, and what becomes of answers between them.

use std::sync::Arc;

use kernel::time::Time;

use super::*;
use crate::published::{LensFile, NewLens, read};
use crate::review::tests::{SMALL, said, small};
use crate::review::{RuledOut, WhyNot};

pub(crate) fn kept(text: &str) -> Arc<Kept> {
    let files = vec![LensFile { name: "small.yaml".into(), text: text.into() }];
    Arc::new(read(&NewLens { files, slug: None }).unwrap())
}

fn answers(all: &[(&str, Said)]) -> BTreeMap<String, ReviewAnswer> {
    let one = |s: &Said| ReviewAnswer { template: None, version: 1, said: s.clone(), by: "Maya".into(), at: Time(0) };
    all.iter().map(|(q, s)| ((*q).to_owned(), one(s))).collect()
}

/// Version 2: `bbb` is gone, `aaa` has another title, `ddd` is new, `Q-02` has become `Q-03`, its choice `ccc` is `measured`.
pub(crate) fn newer() -> Arc<Kept> {
    let text = SMALL
        .replace("version: \"1\"", "version: \"2\"")
        .replace("title: Tick <a>", "title: Tick a and mean it")
        .replace("{ id: bbb, title: Tick b,", "{ id: ddd, title: Tick d,")
        .replace("aaa && bbb", "aaa && ddd")
        .replace("id: Q-02", "id: Q-03")
        .replace("{ id: ccc,", "{ id: measured,")
        .replace("when: ccc", "when: measured");
    assert!(text.contains("Q-03") && text.contains("measured") && text.contains("ddd"));
    kept(&text)
}

const MAP: &str = "Q-02 = Q-03\nQ-02/ccc = measured";

fn fate<'a>(p: &'a Planned, id: &str) -> &'a QuestionFate {
    p.upgrade.questions.iter().find(|q| q.id == id).unwrap()
}

#[test]
fn the_same_version_changes_nothing() {
    let k = small();
    let all = answers(&[("Q-01", said(&["aaa"])), ("Q-02", Said { none: true, ..said(&["none"]) })]);
    let p = plan(&k, &k, &all, &[]).unwrap();
    assert_eq!((p.upgrade.questions.len(), p.upgrade.same, p.upgrade.carried, p.answers.len()), (0, 2, 2, 0));
}

#[test]
fn choices_that_came_went_or_were_retitled_are_told_and_so_is_the_risk() {
    let p = plan(&small(), &newer(), &answers(&[("Q-01", said(&["aaa", "bbb"]))]), &read_map(MAP).unwrap()).unwrap();
    let q = fate(&p, "Q-01");
    let told: Vec<(&str, Fate, bool)> = q.choices.iter().map(|c| (c.id.as_str(), c.fate, c.ticked)).collect();
    assert_eq!(told, [("aaa", Fate::Changed, true), ("ddd", Fate::New, false), ("bbb", Fate::Gone, true)]);
    assert_eq!((q.before, q.after), (Some(Standing::None), Some(Standing::Medium)));
    assert!(q.rules, "what made it safe is another choice now");
    assert_eq!(p.answers, [("Q-01".to_owned(), said(&["aaa"]))]);
    let lost: Vec<_> = p.upgrade.not_carried.iter().map(|l| (l.question.as_str(), l.choice.as_deref())).collect();
    assert_eq!((lost, p.upgrade.carried), (vec![("Q-01", Some("bbb"))], 1));
}

#[test]
fn answers_follow_ids_that_the_table_renames() {
    let with = answers(&[("Q-02", Said { note: "n".into(), ..said(&["ccc"]) })]);
    let p = plan(&small(), &newer(), &with, &read_map(MAP).unwrap()).unwrap();
    let q = fate(&p, "Q-03");
    assert_eq!((q.fate, q.id_before.as_deref(), q.rules), (Fate::Renamed, Some("Q-02"), false));
    assert_eq!((q.before, q.after), (Some(Standing::None), Some(Standing::None)));
    assert_eq!(p.answers, [("Q-03".to_owned(), Said { note: "n".into(), ..said(&["measured"]) })]);
    assert!(p.upgrade.not_carried.is_empty());
    // Without the table the question is gone, and so is its answer: it is told, and stays in the milestone.
    let p = plan(&small(), &newer(), &with, &[]).unwrap();
    assert_eq!((fate(&p, "Q-02").fate, fate(&p, "Q-03").fate, p.answers.len()), (Fate::Gone, Fate::New, 0));
    assert_eq!(p.upgrade.not_carried[0].why, "the question is gone");
}

#[test]
fn an_answer_of_which_nothing_is_left_is_told_as_a_whole() {
    let p = plan(&small(), &newer(), &answers(&[("Q-01", said(&["bbb"]))]), &[]).unwrap();
    let whys: Vec<&str> = p.upgrade.not_carried.iter().map(|l| l.why.as_str()).collect();
    assert_eq!(whys, ["the choice is gone; it was ticked", "every choice that was ticked is gone"]);
    assert_eq!((fate(&p, "Q-01").after, p.upgrade.carried), (Some(Standing::Unanswered), 0));
    // Ruled out but for one that is gone: then none would be left, which is no answer.
    let out = vec![RuledOut { choice: "aaa".into(), reason: WhyNot::OutOfScope }];
    let only = newer().parts[0]
        .text
        .replace("          - { id: ddd, title: Tick d, what: wb, why: yb, first_step: Do b. (weeks) }\n", "")
        .replace("aaa && ddd", "aaa");
    let p = plan(&small(), &kept(&only), &answers(&[("Q-01", Said { not_applicable: out, ..said(&["bbb"]) })]), &[]).unwrap();
    assert!(p.upgrade.not_carried.iter().any(|l| l.why.contains("does not fit")), "{:?}", p.upgrade.not_carried);
    assert_eq!(p.answers[0].1, Said::default());
}

#[test]
fn none_and_not_applicable_are_carried_as_they_are() {
    let none = Said { none: true, ..said(&["none"]) };
    let all = answers(&[("Q-01", Said { does_not_apply: Some(WhyNot::Constraint), ..Said::default() }), ("Q-02", none.clone())]);
    let p = plan(&small(), &newer(), &all, &read_map(MAP).unwrap()).unwrap();
    assert_eq!(p.answers, [("Q-03".to_owned(), none)], "what says the same under the same id is no new row");
    assert_eq!(fate(&p, "Q-01").after, Some(Standing::NotApplicable));
}

#[test]
fn an_old_answer_under_a_new_id_is_not_taken_for_its_own() {
    // Q-03 was asked in an earlier version, and an answer is still there.
    let p = plan(&small(), &newer(), &answers(&[("Q-03", said(&["measured"]))]), &[]).unwrap();
    assert_eq!(p.answers, [("Q-03".to_owned(), Said::default())]);
    let p = plan(&small(), &newer(), &answers(&[("Q-03", said(&["x"]))]), &read_map(MAP).unwrap()).unwrap();
    assert_eq!(p.answers, [("Q-03".to_owned(), Said::default())], "nobody has answered what it continues");
}

#[test]
fn ids_that_change_places_change_places() {
    let map = read_map("Q-01/aaa = bbb\nQ-01/bbb = aaa").unwrap();
    let p = plan(&small(), &small(), &answers(&[("Q-01", said(&["aaa"]))]), &map).unwrap();
    assert_eq!(p.answers, [("Q-01".to_owned(), said(&["bbb"]))]);
    assert_eq!((fate(&p, "Q-01").before, fate(&p, "Q-01").after), (Some(Standing::Medium), Some(Standing::High)));
    assert!(fate(&p, "Q-01").rules);
}
