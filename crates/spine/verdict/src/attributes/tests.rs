//! Published cases of counted things.

use super::*;
use crate::{Baseline, Signal};

fn whole(len: usize) -> Options {
    Options { baseline: Some(Baseline { from: 0, len }), period_noun: "sprint".to_owned(), ..Options::default() }
}

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

fn of(parts: &[f64], wholes: &[f64]) -> Vec<Option<Ratio>> {
    parts.iter().zip(wholes.iter().cycle()).map(|(&part, &whole)| Some(Ratio { part, whole })).collect()
}

/// Centre, lower and upper limit of the newest value agree to the published digits.
fn agrees(verdict: &Verdict, centre: f64, upper: f64, lower: f64, digits: i32) {
    let limits = verdict.limits.clone().unwrap();
    let slack = 0.6 * 10.0_f64.powi(-digits);
    for (got, want) in [(limits.centre, centre), (limits.upper, upper), (limits.lower, lower)] {
        assert!((got - want).abs() < slack, "{got} against {want}");
    }
}

#[test]
fn nist_6_3_3_1_counts_chart() {
    let counted =
        [16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13].map(f64::from);
    let verdict = counts(&some(&counted), &whole(25)).unwrap();
    agrees(&verdict, 16.0, 28.0, 4.0, 6);
    let outside: Vec<_> = verdict.points.iter().filter(|p| p.signal == Some(Signal::OutsideAbove)).map(|p| p.index).collect();
    assert_eq!(outside, [23], "28 lies on the limit and is within");
}

#[test]
fn montgomery_c_chart() {
    let counted =
        [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15].map(f64::from);
    let verdict = counts(&some(&counted), &whole(26)).unwrap();
    agrees(&verdict, 19.846, 33.211, 6.481, 3);
    assert_eq!(verdict.points[5].signal, Some(Signal::OutsideBelow));
    assert_eq!(verdict.points[19].signal, Some(Signal::OutsideAbove));
}

#[test]
fn montgomery_and_nist_6_3_3_2_p_chart() {
    let failing =
        [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6].map(f64::from);
    let verdict = proportions(&of(&failing, &[50.0]), &whole(30)).unwrap();
    agrees(&verdict, 0.2313, 0.4102, 0.0524, 4);
    assert_eq!(verdict.points[14].signal, Some(Signal::OutsideAbove));
    assert_eq!(verdict.points[22].signal, Some(Signal::OutsideAbove));
    let per_cent = Options { per: 100.0, unit: "%".to_owned(), decimals: 1, ..whole(30) };
    agrees(&proportions(&of(&failing, &[50.0]), &per_cent).unwrap(), 23.13, 41.02, 5.24, 2);
}

#[test]
fn qcc_u_chart_with_limits_for_each_period() {
    let parts = [14, 12, 20, 11, 7, 10, 21, 16, 19, 23].map(f64::from);
    let wholes = [10, 8, 13, 10, 10, 10, 12, 11, 12, 13].map(f64::from);
    let verdict = rates(&of(&parts, &wholes), &whole(10)).unwrap();
    assert!((verdict.limits.as_ref().unwrap().centre - 1.4037).abs() < 0.00006);
    let upper = |i: usize| verdict.points[i].band.unwrap().1;
    assert!((upper(0) - 2.5276).abs() < 0.00006);
    assert!((upper(7) - 2.4753).abs() < 0.00006);
    assert!(upper(1) > upper(0) && upper(0) > upper(2));
    assert_eq!(verdict.limits.unwrap().upper, upper(9));
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
