//! Laws that hold for any series.

use proptest::prelude::*;
use verdict::{
    Baseline, Bounds, Direction, Divisive, Error, Judge, Judgement, Options, Ratio, Signal, Target, Test, Transform, Verdict,
    changes, counts, gap_counts, gaps, individuals, likeliest_start, proportions, rates,
};

use crate::noise::Noise;

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
        let open = values.last().copied().flatten();
        let others = [
            proportions(&ratios, &options), rates(&ratios, &options), gaps(&values, open, &options), gap_counts(&values, open, &options),
        ];
        for verdict in others.into_iter().flatten() {
            prop_assert!(sound(&verdict), "{:?}", verdict);
        }
        let ask = Divisive { fewest: 4, least: 2, magnitude: if bounded { 0.1 } else { 0.0 }, memory: log, ..Divisive::default() };
        if let Ok(found) = changes(&values, &ask) {
            prop_assert!(found.iter().all(|c| c.before.is_finite() && c.after.is_finite() && (0.0..=1.0).contains(&c.p)));
        }
    }

    #[test]
    fn whatever_is_accepted_stays_within_its_bounds(values in proptest::collection::vec(0..=100_u8, 5..40)) {
        let values: Vec<_> = values.into_iter().map(|v| Some(f64::from(v))).collect();
        let bounds = Bounds { min: Some(0.0), max: Some(100.0) };
        let limits = individuals(&values, &Options { bounds, ..Options::default() }).unwrap().limits.unwrap();
        prop_assert!(limits.lower >= 0.0 && limits.upper <= 100.0);
        // A limit that falls on the bound itself is cut or not by the last bit of a sum: 33, 38, 80, 50, 44, 55 give 50 +/- 50.
        let unclipped = limits.centre - 3.0 / 1.128 * limits.mr_mean;
        prop_assert!(unclipped.abs() < 1e-9 || limits.clipped_low == (limits.lower == 0.0 && unclipped < 0.0));
    }

    #[test]
    fn a_workbench_says_the_same_whatever_it_judged_before(values in series(), other in series()) {
        let mut bench = Judge::new();
        let options = Options { direction: Direction::Up, transform: Transform::None, ..Options::default() };
        let _ = bench.gaps(&other, Some(3.0), &options);
        let ratios: Vec<_> = other.iter().map(|v| v.map(|x| Ratio { part: x.abs(), whole: x.abs() + 1.0 })).collect();
        let _ = bench.proportions(&ratios, &options);
        let figures = bench.individuals(&values, &options).unwrap();
        let verdict = individuals(&values, &options).unwrap();
        prop_assert_eq!(bench.signals(), &signals(&verdict)[..]);
        prop_assert_eq!(figures.limits, verdict.limits);
        prop_assert_eq!(figures.sentence(&options), verdict.sentence());
        prop_assert_eq!(figures.notes(&options), verdict.notes);
    }

    #[test]
    fn gaps_stay_in_place(values in series(), at in 0..40_usize) {
        // Missing periods keep their places, in the points and before and after a hole is put in.
        let verdict = individuals(&values, &Options::default()).unwrap();
        let shown: Vec<_> = verdict.points.iter().map(|p| p.value).collect();
        prop_assert_eq!(&shown, &values);
        prop_assert!(verdict.points.iter().enumerate().all(|(i, p)| p.index == i));
        prop_assert!(verdict.points.iter().all(|p| p.value.is_some() || p.signal.is_none()));
        // A hole after the baseline moves what comes later by one and changes nothing else.
        let Some(end) = verdict.baseline.filter(|_| verdict.n >= 12).map(|b| b.end()) else { return Ok(()) };
        let at = end + at % (values.len() - end + 1);
        let mut holed = values.clone();
        holed.insert(at, None);
        let with = individuals(&holed, &Options::default()).unwrap();
        let mut said = signals(&with);
        said.remove(at);
        prop_assert_eq!(said, signals(&verdict));
        prop_assert_eq!(with.limits, verdict.limits);
    }

    #[test]
    fn a_settled_signal_depends_on_no_order_but_that_of_its_own_window(
        baseline in proptest::collection::vec(-50..50_i32, 12), mut middle in proptest::collection::vec(-50..50_i32, 1..10),
        tail in proptest::collection::vec(-50..50_i32, 8),
    ) {
        // Whatever the order of older values, the last one is judged by the baseline and the seven before it.
        let last = |middle: &[i32]| {
            let all: Vec<_> = baseline.iter().chain(middle).chain(&tail).map(|v| Some(f64::from(*v))).collect();
            individuals(&all, &Options::default()).unwrap().last.signal
        };
        let before = last(&middle);
        middle.sort_unstable();
        prop_assert_eq!(before, last(&middle));
    }

    #[test]
    fn a_count_in_another_unit_is_the_same_rate(
        parts in proptest::collection::vec((0..40_u8, 20..60_u8), 5..30), per in prop_oneof![Just(1.0), Just(100.0), Just(1000.0)],
    ) {
        let ratios: Vec<_> = parts.iter().map(|(k, n)| Some(Ratio { part: f64::from(*k.min(n)), whole: f64::from(*n) })).collect();
        let of = |per: f64| proportions(&ratios, &Options { per, ..Options::default() }).unwrap();
        let (one, many) = (of(1.0), of(per));
        prop_assert_eq!(signals(&one), signals(&many));
        let (a, b) = (one.limits.unwrap(), many.limits.unwrap());
        prop_assert!((a.upper * per - b.upper).abs() < 1e-9 * per && (a.centre * per - b.centre).abs() < 1e-9 * per);
    }

    #[test]
    fn a_change_of_level_moves_with_its_series(
        values in proptest::collection::vec(-100.0..100.0_f64, 30..80), step in 0.0..400.0_f64, scale in 0.01..50.0_f64,
    ) {
        let at = values.len() / 2;
        let series: Vec<_> = values.iter().enumerate().map(|(i, x)| Some(x + if i >= at { step } else { 0.0 })).collect();
        let places = |series: &[Option<f64>]| -> Vec<usize> {
            changes(series, &Divisive::default()).unwrap().iter().map(|c| c.index).collect()
        };
        let moved: Vec<_> = series.iter().map(|v| v.map(|x| scale * x - 1000.0)).collect();
        prop_assert_eq!(places(&series), places(&moved));
        // A hole in the middle of nowhere only moves what comes after it.
        let mut holed = series.clone();
        holed.insert(0, None);
        let shifted: Vec<_> = places(&series).into_iter().map(|i| i + 1).collect();
        prop_assert_eq!(places(&holed), shifted);
        prop_assert!(likeliest_start(&series, 5).unwrap().is_some_and(|i| (5..series.len() - 4).contains(&i)));
    }

    #[test]
    fn a_seed_gives_the_same_answer_each_time(values in proptest::collection::vec(-100.0..100.0_f64, 30..40), seed in any::<u64>()) {
        let series: Vec<_> = values.iter().enumerate().map(|(i, x)| Some(x + if i >= 15 { 150.0 } else { 0.0 })).collect();
        let ask = Divisive { test: Test::Permutation { rounds: 9, seed }, p: 0.11, ..Divisive::default() };
        prop_assert_eq!(changes(&series, &ask).unwrap(), changes(&series, &ask).unwrap());
    }
}

/// Any number that is not NaN, of any size, in any order, up to ten thousand of them.
#[test]
fn no_size_and_no_number_makes_it_panic() {
    let mut noise = Noise::new(7);
    let odd = [0.0, -0.0, 5e-324, 1e-300, 1e100, -1e100, 1e308, f64::INFINITY, f64::MIN, 1.0, 1.0 + f64::EPSILON, -1.0];
    for len in [0, 1, 2, 4, 5, 11, 12, 13, 29, 30, 31, 100, 999, 1000, 1001, 2503, 10_000] {
        for wild in [0.0, 0.01, 0.5] {
            let values: Vec<Option<f64>> = (0..len)
                .map(|_| {
                    let x = if noise.uniform() < wild { odd[noise.below(odd.len())] } else { noise.normal() };
                    (noise.uniform() > 0.05).then_some(x)
                })
                .collect();
            for transform in [Transform::None, Transform::Log] {
                let options = Options { transform, target: Some(Target::AtMost(1.0)), ..Options::default() };
                match individuals(&values, &options) {
                    Ok(verdict) => assert!(sound(&verdict) && verdict.points.len() == len),
                    Err(error) => assert!(error.index().is_some_and(|at| at < len), "{error}"),
                }
            }
            let tame: Vec<_> = values.iter().map(|v| v.map(|x| x.abs().min(1e100))).collect();
            let options = Options::default();
            let ratios: Vec<_> = tame.iter().map(|v| v.map(|x| Ratio { part: x, whole: x + 1.0 })).collect();
            for verdict in [
                counts(&tame, &options),
                gaps(&tame, Some(1e50), &options),
                gap_counts(&tame, Some(0.0), &options),
                rates(&ratios, &options),
                proportions(&ratios, &options),
            ] {
                assert!(sound(&verdict.unwrap()));
            }
            // Ten thousand values are looked at in ten windows and more: one time is enough.
            if len < 2000 || wild == 0.01 {
                match changes(&tame, &Divisive::default()) {
                    Ok(found) => assert!(found.iter().all(|c| c.index < len && (0.0..=1.0).contains(&c.p))),
                    Err(error) => assert!(matches!(error, Error::NotDense { .. }), "{error}"),
                }
            }
        }
    }
}
