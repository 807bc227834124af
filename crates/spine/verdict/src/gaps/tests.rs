//! Gaps between rare events.

use super::*;
use crate::{Direction, Judgement, Signal, Target};

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

fn days() -> Options {
    Options { direction: Direction::Up, period_noun: "gap".to_owned(), ..Options::default() }
}

/// Days between incidents, as an exponential distribution with a mean of about 30 gives them.
const CALM: [f64; 13] = [12.0, 41.0, 3.0, 25.0, 66.0, 8.0, 30.0, 19.0, 52.0, 5.0, 33.0, 27.0, 15.0];

#[test]
fn limits_are_those_of_nelsons_scale_given_back_in_days() {
    let verdict = gaps(&some(&CALM), None, &days()).unwrap();
    let limits = verdict.limits.unwrap();
    let scaled: Vec<f64> = CALM[..12].iter().map(|x| x.powf(1.0 / 3.6)).collect();
    let centre = scaled.iter().sum::<f64>() / 12.0;
    let range = scaled.windows(2).map(|w| (w[1] - w[0]).abs()).sum::<f64>() / 11.0;
    let back = |y: f64| y.max(0.0).powf(3.6);
    assert!((limits.centre - back(centre)).abs() < 1e-9);
    assert!((limits.upper - back(centre + 3.0 * range / 1.128)).abs() < 1e-9);
    assert!((limits.lower - back(centre - 3.0 * range / 1.128)).abs() < 1e-9);
    assert!(limits.lower >= 0.0 && limits.upper > 66.0);
    assert_eq!(verdict.last.signal, None);
}

#[test]
fn an_open_gap_is_a_signal_once_it_is_too_long_and_never_for_being_short() {
    let at = |open: f64| gaps(&some(&CALM), Some(open), &days()).unwrap();
    let long = at(900.0);
    assert_eq!((long.last.signal, long.last.judgement), (Some(Signal::OutsideAbove), Some(Judgement::Better)));
    assert!(long.sentence().starts_with("885 higher so far, better; signal: outside 0 to "), "{}", long.sentence());
    let short = at(0.0);
    assert_eq!((short.last.signal, short.points.len()), (None, 14));
    assert_eq!(long.limits.unwrap().centre, short.limits.unwrap().centre, "it has no part in the limits");
    // With many more values of the kind, nought would lie below the limits.
    let narrow = some(&[30.0, 31.0, 29.0].repeat(5));
    let young = gaps(&narrow, Some(0.5), &days()).unwrap();
    assert_eq!(young.sentence(), "29 lower so far; still growing, with limits of 27 to 34.");
    assert_eq!(gaps(&narrow, None, &days()).unwrap().last.signal, None);
    let closed = [narrow, vec![Some(0.5)]].concat();
    assert_eq!(gaps(&closed, None, &days()).unwrap().last.signal, Some(Signal::OutsideBelow));
}

#[test]
fn a_run_of_short_gaps_is_told_against_the_usual_gap() {
    let mut closed = some(&CALM[..12]);
    closed.extend([Some(9.0); 8]);
    let verdict = gaps(&closed, None, &days()).unwrap();
    assert_eq!((verdict.last.signal, verdict.last.judgement), (Some(Signal::RunBelow), Some(Judgement::Worse)));
    assert_eq!(verdict.last.reason, "signal: eight gaps in a row below the usual gap of 21");
    assert_eq!(verdict.proposed_baseline, Some(crate::Baseline { from: 12, len: 8 }));
}

#[test]
fn a_g_chart_has_the_limits_of_the_textbook_and_counts_runs_from_the_median() {
    let closed = some(&[20.0, 40.0].repeat(6));
    let verdict = gap_counts(&closed, None, &days()).unwrap();
    let limits = verdict.limits.unwrap();
    assert_eq!((limits.centre, limits.lower, limits.clipped_low), (30.0, 0.0, true));
    assert!((limits.upper - (30.0 + 3.0 * 930.0_f64.sqrt())).abs() < 1e-9);
    // The median of a geometric distribution with a mean of 30 is 21.
    assert_eq!(median_of(30.0), 21.0);
    let next = |gap: f64| {
        let closed = [closed.clone(), vec![Some(gap); 8]].concat();
        gap_counts(&closed, None, &days()).unwrap()
    };
    assert_eq!(next(22.0).last.signal, Some(Signal::RunAbove), "above the median although below the mean");
    assert_eq!(next(21.0).last.signal, None, "a gap on the median ends a run");
    assert_eq!(next(12.0).last.reason, "signal: eight gaps in a row below the median of 21");
    assert_eq!(next(125.0).last.signal, Some(Signal::OutsideAbove));
}

#[test]
fn medians_of_geometric_counts() {
    // Of a coin (mean 1) half the counts are nought.
    for (mean, median) in [(0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (2.0, 1.0), (10.0, 7.0), (200.0, 138.0)] {
        assert_eq!(median_of(mean), median, "{mean}");
    }
    assert!(median_of(1e100).is_finite());
}

#[test]
fn a_target_is_the_gap_that_was_promised() {
    let options = Options { target: Some(Target::AtLeast(30.0)), ..days() };
    let verdict = gaps(&some(&CALM), Some(40.0), &options).unwrap();
    assert_eq!((verdict.last.target_met, verdict.last.crossed), (Some(true), Some(Judgement::Better)));
}

#[test]
fn events_become_gaps_and_disorder_is_refused() {
    assert_eq!(between(&[3.0, 10.0, 10.0, 45.0]).unwrap(), some(&[7.0, 0.0, 35.0]));
    assert!(between(&[5.0]).unwrap().is_empty() && between(&[]).unwrap().is_empty());
    assert_eq!(between(&[3.0, 10.0, 9.0]), Err(Error::OutOfOrder { index: 2 }));
    assert_eq!(between(&[3.0, f64::NAN]), Err(Error::NotFinite { index: 1 }));
    assert!(Error::OutOfOrder { index: 2 }.to_string().contains("put the events in order"));
    assert_eq!(gaps(&[Some(-1.0)], None, &days()), Err(Error::OutsideBounds { index: 0, value: -1.0 }));
    assert_eq!(gaps(&some(&CALM), Some(f64::INFINITY), &days()), Err(Error::NotFinite { index: 13 }));
    // A baseline may not reach into the gap that still grows.
    let frozen = Options { baseline: Some(crate::Baseline { from: 0, len: 14 }), ..days() };
    assert_eq!(gaps(&some(&CALM), Some(4.0), &frozen), Err(Error::BaselineOutside { end: 14, len: 13 }));
}

#[test]
fn two_events_at_once_and_nothing_but_those_make_no_nan() {
    let verdict = gaps(&[Some(0.0); 14], Some(2.0), &days()).unwrap();
    assert_eq!(verdict.last.reason, "signal: the twelve values of the baseline are all 0");
    let verdict = gap_counts(&[Some(0.0); 14], None, &days()).unwrap();
    assert_eq!(verdict.last.reason, "the same as the twelve values of the baseline");
}
