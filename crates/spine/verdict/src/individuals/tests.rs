//! The policy, logs, and what is refused. The published cases stand in `tests/it/cases.rs`.

use super::*;
use crate::{Assurance, Baseline, Bounds, Target, VerdictJson};

const NIST: [f64; 10] = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

fn frozen(len: usize) -> Options {
    Options { baseline: Some(Baseline { from: 0, len }), ..sprint() }
}

fn sprint() -> Options {
    Options { period_noun: "sprint".to_owned(), ..Options::default() }
}

#[test]
fn limits_need_neighbours_with_a_value() {
    let start = [None, None, Some(1.0), Some(1.2), Some(0.5)];
    let verdict = individuals(&start, &Options { decimals: 1, ..sprint() }).unwrap();
    assert_eq!((verdict.n, verdict.limits), (3, None));
    assert_eq!(verdict.last.text, "0.7 lower");
    assert_eq!(verdict.last.reason, "limits from the fifth sprint on");

    // Every other sprint is missing: values enough, but no two neighbours.
    let sparse: Vec<_> = (0..13).map(|i| (i % 2 == 0).then_some(f64::from(i))).collect();
    let verdict = individuals(&sparse, &sprint()).unwrap();
    assert_eq!((verdict.n, verdict.limits), (7, None));
    assert_eq!(verdict.last.text, "2 higher than two sprints before");
    assert_eq!(verdict.last.reason, "no limits: too few sprints in a row have a value");
    assert_eq!(verdict.assurance, Assurance::NoTarget);
}

#[test]
fn the_policy_by_number_of_values() {
    let values = some(&[20.0, 22.0, 19.0, 21.0, 20.0, 23.0, 18.0, 20.0, 22.0, 21.0, 19.0, 20.0, 21.0]);
    let reason = |n: usize| individuals(&values[..n], &sprint()).unwrap().last.reason;
    assert_eq!(reason(0), "no value yet");
    assert_eq!(reason(1), "nothing to compare with");
    assert_eq!(reason(4), "limits from the fifth sprint on");
    assert_eq!(reason(5), "provisional: within 14 to 27");
    assert_eq!(reason(13), "within 15 to 26");
    let at = |n: usize| individuals(&values[..n], &sprint()).unwrap();
    assert_eq!(at(1).last.text, "first value");
    assert_eq!(at(0).last.text, "no value");
    assert_eq!(at(5).limits.map(|l| (l.n, l.provisional)), Some((4, true)));
    assert_eq!(at(11).limits.map(|l| (l.n, l.provisional)), Some((10, true)));
    assert_eq!(at(12).limits.map(|l| (l.n, l.provisional)), Some((12, false)));
    assert_eq!(at(12).limits, at(13).limits);
    assert_eq!(at(13).baseline, Some(Baseline { from: 0, len: 12 }));
}

#[test]
fn logs_give_limits_in_the_unit_and_never_below_nought() {
    let values = some(&[1.0, 10.0, 1.0, 10.0, 1.0, 10.0, 1.0, 10.0, 1.0, 10.0, 1.0, 10.0]);
    let log = Options { transform: Transform::Log, ..sprint() };
    let limits = individuals(&values, &log).unwrap().limits.unwrap();
    let reach = 10.0_f64.powf(3.0 / 1.128);
    assert!((limits.centre - 10.0_f64.sqrt()).abs() < 1e-9);
    assert!((limits.upper / (10.0_f64.sqrt() * reach) - 1.0).abs() < 1e-9);
    assert!((limits.lower / (10.0_f64.sqrt() / reach) - 1.0).abs() < 1e-9);
    // The way through logs and back may lose a last digit, which must not push equal values under their bound.
    for bound in (1..500).map(|k| f64::from(k) / 10.0) {
        let bounds = Bounds { min: Some(bound), max: Some(bound) };
        let verdict = individuals(&vec![Some(bound); 13], &Options { bounds, ..log.clone() }).unwrap();
        let limits = verdict.limits.unwrap();
        assert!(limits.lower <= limits.upper && !limits.clipped_low && !limits.clipped_high);
        assert_eq!(verdict.last.signal, None);
    }
    let wild = some(&[1e-100, 1e100].repeat(7));
    let limits = individuals(&wild, &log).unwrap().limits.unwrap();
    assert_eq!((limits.lower, limits.upper), (0.0, f64::MAX));
    assert_eq!(individuals(&some(&[1.0, 0.0]), &log), Err(Error::NotPositive { index: 1, value: 0.0 }));
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let refused = |values: &[Option<f64>], options: &Options| individuals(values, options).unwrap_err();
    let plain = sprint();
    assert_eq!(refused(&[Some(1.0), None, Some(f64::NAN)], &plain), Error::NotFinite { index: 2 });
    assert_eq!(refused(&[Some(f64::INFINITY)], &plain).index(), Some(0));
    assert_eq!(refused(&[Some(-1e101)], &plain), Error::TooLarge { index: 0 });
    let bounded = Options { bounds: Bounds { min: Some(0.0), max: Some(100.0) }, ..sprint() };
    let error = refused(&[Some(74.0), Some(740.0)], &bounded);
    assert_eq!(error, Error::OutsideBounds { index: 1, value: 740.0 });
    assert!(error.to_string().contains("index 1 is 740"));
    let band = Target::Band { low: 2.0, high: 1.0 };
    assert_eq!(refused(&[], &Options { target: Some(band), ..sprint() }), Error::Target);
    let bounds = Bounds { min: Some(f64::NAN), max: None };
    assert_eq!(refused(&[], &Options { bounds, ..sprint() }), Error::Bounds);
    assert_eq!(refused(&some(&NIST), &frozen(11)), Error::BaselineOutside { end: 11, len: 10 });
    assert_eq!(refused(&some(&NIST), &frozen(4)), Error::BaselineShort { values: 4 });
    let whole = Baseline { from: usize::MAX, len: 2 };
    assert!(matches!(refused(&some(&NIST), &Options { baseline: Some(whole), ..sprint() }), Error::BaselineOutside { .. }));
}

#[test]
fn false_alarms_of_a_chart_are_counted_over_its_points() {
    let values: Vec<_> = [10.0, 12.0, 11.0].repeat(10).into_iter().map(Some).collect();
    let json = VerdictJson::from(&individuals(&values, &sprint()).unwrap());
    // Twelve values of the baseline, then eighteen: the first at 2.3 %, rising to the eighth and all later ones at 5.0 %.
    let rising: f64 = (0..7).map(|k| 0.02311 + f64::from(k) / 7.0 * (0.05029 - 0.02311)).sum();
    assert!((json.expected_false_alarms - (12.0 * 0.00371 + rising + 11.0 * 0.05029)).abs() < 1e-9);
}
