//! Counted things. The published cases stand in `tests/it/cases.rs`.

use super::*;
use crate::Baseline;

fn whole(len: usize) -> Options {
    Options { baseline: Some(Baseline { from: 0, len }), period_noun: "sprint".to_owned(), ..Options::default() }
}

fn of(parts: &[f64], wholes: &[f64]) -> Vec<Option<Ratio>> {
    parts.iter().zip(wholes.iter().cycle()).map(|(&part, &whole)| Some(Ratio { part, whole })).collect()
}

#[test]
fn shares_and_their_limits_are_in_the_unit_asked_for() {
    let values = of(&[12.0, 15.0, 8.0, 10.0, 4.0, 7.0, 16.0, 9.0], &[50.0]);
    let one = proportions(&values, &whole(8)).unwrap().limits.unwrap();
    let per_cent = Options { per: 100.0, unit: "%".to_owned(), decimals: 1, ..whole(8) };
    let verdict = proportions(&values, &per_cent).unwrap();
    let limits = verdict.limits.unwrap();
    for (got, want) in [(limits.centre, one.centre), (limits.upper, one.upper), (limits.lower, one.lower)] {
        assert!((got - 100.0 * want).abs() < 1e-9);
    }
    assert_eq!(verdict.last.text, "14.0 points lower");
}

#[test]
fn a_whole_of_nought_is_no_data_and_not_a_share_of_nought() {
    let mut values = of(&[3.0, 2.0, 4.0, 3.0, 2.0, 3.0], &[40.0]);
    values.push(Some(Ratio { part: 0.0, whole: 0.0 }));
    let verdict = proportions(&values, &whole(6)).unwrap();
    assert_eq!((verdict.n, verdict.points[6].value), (6, None));
    assert_eq!(verdict.sentence(), "No value; the last value is one sprint old.");
}

#[test]
fn a_share_of_few_says_that_it_is_mostly_noise() {
    let values = of(&[1.0, 0.0, 1.0, 0.0, 1.0, 1.0], &[9.0]);
    let verdict = proportions(&values, &Options { baseline: None, ..whole(1) }).unwrap();
    assert!(verdict.notes.iter().any(|n| n.starts_with("The newest share is of 9 only; below 20")), "{:?}", verdict.notes);
}

#[test]
fn shares_that_are_all_nought_have_no_width_and_no_nan() {
    let mut values = of(&[0.0; 12], &[30.0]);
    values.push(Some(Ratio { part: 1.0, whole: 30.0 }));
    let options = Options { per: 100.0, unit: "%".to_owned(), period_noun: "sprint".to_owned(), ..Options::default() };
    let verdict = proportions(&values, &options).unwrap();
    assert_eq!(verdict.sentence(), "3 points higher; signal: the twelve values of the baseline are all 0.");
    assert_eq!(verdict.last.strength, 0.0);
    let verdict = counts(&[Some(0.0); 8], &options).unwrap();
    assert_eq!(verdict.last.reason, "provisional: the same as the seven values before");
}

#[test]
fn what_is_no_share_is_refused_with_its_place() {
    let refused = |part, whole| proportions(&[None, Some(Ratio { part, whole })], &Options::default()).unwrap_err();
    assert_eq!(refused(5.0, 4.0), Error::NotAShare { index: 1 });
    assert_eq!(refused(-1.0, 4.0), Error::NotAShare { index: 1 });
    assert_eq!(refused(0.0, f64::NAN), Error::NotFinite { index: 1 });
    assert_eq!(refused(0.0, 1e-300), Error::NotAShare { index: 1 });
    assert!(rates(&[Some(Ratio { part: 5.0, whole: 4.0 })], &Options::default()).is_ok());
    assert_eq!(counts(&[Some(-1.0)], &Options::default()), Err(Error::OutsideBounds { index: 0, value: -1.0 }));
    assert_eq!(counts(&[], &Options { per: 0.0, ..Options::default() }), Err(Error::Per));
}
