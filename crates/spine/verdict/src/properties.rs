//! Laws that hold for any series, and a second, plain implementation that must agree.

use proptest::prelude::*;

use crate::testing::Noise;
use crate::{
    Baseline, Bounds, Direction, Judgement, Options, Ratio, Signal, Target, Transform, Verdict, counts, individuals, proportions,
    rates,
};

/// Series as teams have them: whole numbers (with ties) or measured ones, some periods missing.
fn series() -> impl Strategy<Value = Vec<Option<f64>>> {
    series_of(0..40)
}

fn series_of(lengths: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Option<f64>>> {
    let value = prop_oneof![(-50_i32..50).prop_map(f64::from), -1000.0..1000.0_f64];
    proptest::collection::vec(proptest::option::weighted(0.9, value), lengths)
}

fn signals(verdict: &Verdict) -> Vec<Option<Signal>> {
    verdict.points.iter().map(|p| p.signal).collect()
}

fn mirrored(signal: Signal) -> Signal {
    match signal {
        Signal::OutsideAbove => Signal::OutsideBelow,
        Signal::OutsideBelow => Signal::OutsideAbove,
        Signal::RunAbove => Signal::RunBelow,
        Signal::RunBelow => Signal::RunAbove,
        Signal::NearUpper => Signal::NearLower,
        Signal::NearLower => Signal::NearUpper,
    }
}

/// No number of the answer is NaN or infinite, and limits stand in order.
fn sound(verdict: &Verdict) -> bool {
    let limits = verdict.limits.iter().flat_map(|l| [l.centre, l.lower, l.upper, l.mr_mean, l.mr_limit]);
    let bands = verdict.points.iter().filter_map(|p| p.band).flat_map(|(lower, upper)| [lower, upper]);
    let rest = [verdict.last.strength, verdict.false_alarm, verdict.false_alarm_all_rules, verdict.expected_false_alarms];
    let text = format!("{} {} {}", verdict.sentence(), verdict.notes.join(" "), verdict.proposal.as_deref().unwrap_or(""));
    limits.chain(bands).chain(rest).all(f64::is_finite)
        && verdict.limits.iter().all(|l| l.lower <= l.upper)
        && (0.0..=1.0).contains(&verdict.false_alarm)
        && !text.contains("NaN")
        && !text.contains("inf")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shift_and_scale_change_no_signal(values in series(), scale in 0.01..100.0_f64, shift in -1000.0..1000.0_f64) {
        let moved: Vec<_> = values.iter().map(|v| v.map(|x| scale * x + shift)).collect();
        let (a, b) = (individuals(&values, &Options::default()).unwrap(), individuals(&moved, &Options::default()).unwrap());
        prop_assert_eq!(signals(&a), signals(&b));
        prop_assert_eq!(a.proposed_baseline, b.proposed_baseline);
        prop_assert!((a.last.strength - b.last.strength).abs() <= 1e-6 * (1.0 + a.last.strength));
    }

    #[test]
    fn a_mirror_mirrors_the_signals_and_keeps_the_judgement(values in series()) {
        let mirror: Vec<_> = values.iter().map(|v| v.map(|x| -x)).collect();
        let judged = |values: &[Option<f64>], direction| {
            individuals(values, &Options { direction, ..Options::default() }).unwrap()
        };
        let (up, down) = (judged(&values, Direction::Up), judged(&mirror, Direction::Down));
        let expected: Vec<_> = signals(&up).into_iter().map(|s| s.map(mirrored)).collect();
        prop_assert_eq!(expected, signals(&down));
        prop_assert_eq!(up.last.judgement, down.last.judgement);
    }

    #[test]
    fn the_other_direction_turns_the_judgement_round(values in series()) {
        let judged = |direction| {
            individuals(&values, &Options { direction, ..Options::default() }).unwrap().last.judgement
        };
        let turned = judged(Direction::Up).map(|j| match j {
            Judgement::Better => Judgement::Worse,
            Judgement::Worse => Judgement::Better,
            Judgement::Neutral => Judgement::Neutral,
        });
        prop_assert_eq!(turned, judged(Direction::Down));
        prop_assert_eq!(judged(Direction::None).is_some(), turned.is_some());
    }

    #[test]
    fn order_within_a_trial_baseline_leaves_its_mean(mut values in proptest::collection::vec(-50..50_i32, 5..12)) {
        let centre = |values: &[i32]| {
            let values: Vec<_> = values.iter().map(|v| Some(f64::from(*v))).collect();
            individuals(&values, &Options::default()).unwrap().limits.map(|l| l.centre)
        };
        let before = centre(&values);
        let earlier = values.len() - 1;
        values[..earlier].sort_unstable();
        let after = centre(&values);
        prop_assert!(before.zip(after).is_some_and(|(a, b)| (a - b).abs() < 1e-9));
    }

    #[test]
    fn a_new_value_changes_neither_settled_limits_nor_what_was_said(values in series_of(18..40), next in -1e6..1e6_f64) {
        let before = individuals(&values, &Options::default()).unwrap();
        prop_assume!(before.n >= 12);
        let mut more = values.clone();
        more.push(Some(next));
        let after = individuals(&more, &Options::default()).unwrap();
        prop_assert_eq!(before.limits, after.limits);
        prop_assert_eq!(&before.points[..], &after.points[..values.len()]);
    }

    #[test]
    fn nothing_is_ever_nan(
        values in proptest::collection::vec(
            proptest::option::weighted(0.9, prop_oneof![
                Just(0.0), Just(0.1), Just(1e100), Just(-1e100), Just(5e-324), Just(1.0), Just(1.0 + f64::EPSILON), any::<f64>(),
            ]),
            0..30,
        ),
        at in 0..20_usize, len in 0..20_usize, log in any::<bool>(), bounded in any::<bool>(),
    ) {
        let options = Options {
            direction: Direction::Range,
            target: Some(Target::Band { low: -1.0, high: 1.0 }),
            baseline: (len > 0).then_some(Baseline { from: at, len }),
            transform: if log { Transform::Log } else { Transform::None },
            bounds: Bounds { min: bounded.then_some(0.0), max: None },
            ..Options::default()
        };
        if let Ok(verdict) = individuals(&values, &options) {
            prop_assert!(sound(&verdict), "{:?}", verdict);
        }
        if let Ok(verdict) = counts(&values, &options) {
            prop_assert!(sound(&verdict), "{:?}", verdict);
        }
        let ratios: Vec<_> = values
            .iter()
            .zip(values.iter().rev())
            .map(|(part, whole)| Some(Ratio { part: (*part)?, whole: (*whole)? }))
            .collect();
        for verdict in [proportions(&ratios, &options), rates(&ratios, &options)].into_iter().flatten() {
            prop_assert!(sound(&verdict), "{:?}", verdict);
        }
    }

    #[test]
    fn whatever_is_accepted_stays_within_its_bounds(values in proptest::collection::vec(0..=100_u8, 5..40)) {
        let values: Vec<_> = values.into_iter().map(|v| Some(f64::from(v))).collect();
        let bounds = Bounds { min: Some(0.0), max: Some(100.0) };
        let limits = individuals(&values, &Options { bounds, ..Options::default() }).unwrap().limits.unwrap();
        prop_assert!(limits.lower >= 0.0 && limits.upper <= 100.0);
        prop_assert_eq!(limits.clipped_low, limits.lower == 0.0 && limits.centre - 3.0 / 1.128 * limits.mr_mean < 0.0);
    }
}

/// The rules again, written from the reference and not from the code: no standings, no tolerance, each window read anew.
fn naive(values: &[Option<f64>]) -> Vec<Option<Signal>> {
    let present: Vec<usize> = (0..values.len()).filter(|i| values[*i].is_some()).collect();
    let at = |i: usize| values[i].unwrap();
    let members = match present.len() {
        0..=4 => return vec![None; values.len()],
        n @ 5..=11 => &present[..n - 1],
        _ => &present[..12],
    };
    let centre = members.iter().map(|&i| at(i)).sum::<f64>() / members.len() as f64;
    let mut ranges = Vec::new();
    for &i in members {
        if i > members[0] && values[i - 1].is_some() {
            ranges.push((at(i) - at(i - 1)).abs());
        }
    }
    if ranges.len() < 3 {
        return vec![None; values.len()];
    }
    let half_width = 3.0 / 1.128 * ranges.iter().sum::<f64>() / ranges.len() as f64;
    let mut out = vec![None; values.len()];
    for (k, &i) in present.iter().enumerate() {
        let x = at(i);
        if x > centre + half_width {
            out[i] = Some(Signal::OutsideAbove);
            continue;
        }
        if x < centre - half_width {
            out[i] = Some(Signal::OutsideBelow);
            continue;
        }
        if members.len() < 12 {
            continue;
        }
        let back = |n: usize| present[(k + 1).saturating_sub(n)..=k].iter().map(|&i| at(i)).collect::<Vec<_>>();
        let eight = back(8);
        let four = back(4);
        let close_up = |v: &&f64| centre + half_width - **v < **v - centre;
        let close_down = |v: &&f64| **v - (centre - half_width) < centre - **v;
        if eight.len() == 8 && eight.iter().all(|v| *v > centre) {
            out[i] = Some(Signal::RunAbove);
        } else if eight.len() == 8 && eight.iter().all(|v| *v < centre) {
            out[i] = Some(Signal::RunBelow);
        } else if close_up(&&x) && four.iter().filter(close_up).count() >= 3 {
            out[i] = Some(Signal::NearUpper);
        } else if close_down(&&x) && four.iter().filter(close_down).count() >= 3 {
            out[i] = Some(Signal::NearLower);
        }
    }
    out
}

#[test]
fn a_naive_second_implementation_agrees_on_ten_thousand_series() {
    let mut noise = Noise::new(42);
    let mut seen = std::collections::HashMap::new();
    for case in 0..10_000 {
        let len = (noise.uniform() * 41.0) as usize;
        let shift = if case % 3 == 0 { noise.uniform() * 5.0 } else { 0.0 };
        let values: Vec<_> = (0..len)
            .map(|i| {
                let x = noise.normal() + if i * 2 > len { shift } else { 0.0 };
                (noise.uniform() > 0.07).then_some(x)
            })
            .collect();
        let got = signals(&individuals(&values, &Options::default()).unwrap());
        assert_eq!(got, naive(&values), "{values:?}");
        for signal in got.into_iter().flatten() {
            *seen.entry(signal).or_insert(0) += 1;
        }
    }
    assert!(seen.len() == 6 && seen.values().all(|n| *n > 100), "each signal was met often: {seen:?}");
}
