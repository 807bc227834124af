//! The crate and the naive implementation say the same of random series of every chart.

use std::collections::BTreeMap;

use verdict::{
    Baseline, Bounds, Direction, Error, Options, Ratio, Target, Transform, Verdict, counts, gap_counts, gaps, individuals,
    proportions, rates,
};

use crate::cases;
use crate::naive::{self, Ask, Data};
use crate::noise::Noise;

/// Asks the crate.
fn ask(data: &Data, ask: &Ask) -> Result<Verdict, Error> {
    let options = Options {
        direction: ask.direction,
        target: ask.target,
        bounds: Bounds { min: ask.least, max: ask.most },
        baseline: ask.frozen,
        transform: if matches!(data, Data::Logs(_)) { Transform::Log } else { Transform::None },
        ..Options::default()
    };
    let ratios = |v: &[Option<(f64, f64)>]| -> Vec<Option<Ratio>> {
        v.iter().map(|r| r.map(|(part, whole)| Ratio { part, whole })).collect()
    };
    match data {
        Data::Individuals(v) | Data::Logs(v) => individuals(v, &options),
        Data::Counts(v) => counts(v, &options),
        Data::Shares(v) => proportions(&ratios(v), &options),
        Data::Rates(v) => rates(&ratios(v), &options),
        Data::Gaps(v, open) => gaps(v, *open, &options),
        Data::Chances(v, open) => gap_counts(v, *open, &options),
    }
}

/// A series of some chart, mostly short, some periods missing, a third of them with a shift in the second half.
fn series(noise: &mut Noise) -> Data {
    let len = if noise.below(10) == 0 { 60 + noise.below(60) } else { noise.below(45) };
    let shift = if noise.below(3) == 0 { noise.uniform() * 4.0 - 2.0 } else { 0.0 };
    let holes = if noise.below(3) == 0 { 0.0 } else { 0.1 };
    let kind = noise.below(8);
    let mut of = |make: &mut dyn FnMut(&mut Noise, f64) -> f64| -> Vec<Option<f64>> {
        (0..len)
            .map(|i| {
                let x = make(noise, if i * 2 > len { shift } else { 0.0 });
                (noise.uniform() >= holes).then_some(x)
            })
            .collect()
    };
    let ratio = |noise: &mut Noise, s: f64, share: bool| {
        let whole = 5 + noise.below(60);
        let whole = if noise.below(25) == 0 { 0 } else { whole };
        let p = (0.3 + 0.12 * s).clamp(0.02, 0.98);
        let part = if share { noise.binomial(whole, p) } else { noise.poisson(p * whole as f64) };
        (part, whole as f64)
    };
    match kind {
        0 | 1 => Data::Individuals(of(&mut |noise, s| 5.0 + noise.normal() + s)),
        // Whole numbers, with ties on the mean and on limits.
        2 => Data::Individuals(of(&mut |noise, s| (20.0 + 2.0 * (noise.normal() + s)).round())),
        3 => Data::Logs(of(&mut |noise, s| (0.8 * (noise.normal() + s)).exp())),
        4 => Data::Counts(of(&mut |noise, s| noise.poisson((9.0 + 3.0 * s).max(0.2)))),
        5 => {
            let share = noise.below(2) == 0;
            let values = (0..len).map(|i| {
                let r = ratio(noise, if i * 2 > len { shift } else { 0.0 }, share);
                (noise.uniform() >= holes).then_some(r)
            });
            let values = values.collect();
            if share { Data::Shares(values) } else { Data::Rates(values) }
        }
        6 => {
            let closed = of(&mut |noise, s| 30.0 * noise.exponential() * s.exp());
            let open = (noise.below(2) == 0).then(|| 60.0 * noise.exponential());
            Data::Gaps(closed, open)
        }
        _ => {
            let closed = of(&mut |noise, s| (30.0 * noise.exponential() * s.exp()).floor());
            let open = (noise.below(2) == 0).then(|| (80.0 * noise.exponential()).floor());
            Data::Chances(closed, open)
        }
    }
}

fn question(noise: &mut Noise, data: &Data) -> Ask {
    let shown = naive::shown(data);
    let most = shown.iter().flatten().fold(0.0_f64, |a, b| a.max(*b));
    let level = noise.uniform() * (most + 1.0);
    let target = match noise.below(4) {
        0 => None,
        1 => Some(Target::AtMost(level)),
        2 => Some(Target::AtLeast(level)),
        _ => Some(Target::Band { low: level * 0.7, high: level }),
    };
    let open = usize::from(matches!(data, Data::Gaps(_, Some(_)) | Data::Chances(_, Some(_))));
    let closed = shown.len() - open;
    let frozen = (noise.below(4) == 0 && closed > 6).then(|| {
        let from = noise.below(closed - 5);
        Baseline { from, len: 5 + noise.below(closed - from - 4) }
    });
    let bounded = noise.below(3) == 0;
    Ask {
        direction: [Direction::Up, Direction::Down, Direction::Range, Direction::None][noise.below(4)],
        target,
        least: (bounded && !shown.iter().flatten().any(|x| *x < 0.0)).then_some(0.0),
        most: bounded.then_some(most + 0.5).filter(|_| !matches!(data, Data::Shares(_))),
        frozen,
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

#[test]
fn a_naive_second_implementation_agrees_on_ten_thousand_series() {
    let mut noise = Noise::new(42);
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..cases(100_000, 10_000) {
        let data = series(&mut noise);
        let question = question(&mut noise, &data);
        let got = ask(&data, &question);
        let name = format!("{data:?}").split('(').next().unwrap_or_default().to_owned();
        let got = match got {
            Ok(got) => got,
            Err(Error::BaselineShort { values }) => {
                assert!(values < 5);
                *seen.entry("baseline too short".to_owned()).or_default() += 1;
                continue;
            }
            Err(other) => panic!("{other} for {question:?} of {data:?}"),
        };
        let want = naive::judge(&data, &question);
        let context = || format!("{question:?} of {data:?}");
        let signals: Vec<_> = got.points.iter().map(|p| p.signal).collect();
        assert_eq!(signals, want.signals, "{}", context());
        assert_eq!(got.limits.is_some(), want.limits.is_some(), "{}", context());
        if let (Some(limits), Some((centre, lower, upper))) = (got.limits, want.limits) {
            let same = near(limits.centre, centre) && near(limits.lower, lower) && near(limits.upper, upper);
            assert!(same, "{limits:?} against {centre} {lower} {upper}, {}", context());
        }
        assert_eq!(got.last.judgement, want.judgement, "{}", context());
        assert_eq!(got.assurance, want.assurance, "{}", context());
        assert_eq!(got.proposed_baseline, want.proposed, "{}", context());
        for signal in signals.into_iter().flatten() {
            *seen.entry(format!("{name} {signal:?}")).or_default() += 1;
        }
        *seen.entry(format!("{name} {:?}", got.assurance)).or_default() += 1;
        if let Some(judgement) = got.last.judgement {
            *seen.entry(format!("{judgement:?}")).or_default() += 1;
        }
        if got.proposed_baseline.is_some() {
            *seen.entry(format!("{name} proposal")).or_default() += 1;
        }
    }
    // Each thing that can be said was said; what a chart cannot say it never said.
    let times = |what: &str| seen.get(what).copied().unwrap_or(0);
    for chart in ["Individuals", "Logs", "Counts", "Shares", "Rates", "Gaps", "Chances"] {
        for what in
            ["OutsideAbove", "RunAbove", "RunBelow", "AlwaysMet", "NeverMet", "HitAndMiss", "NoTarget", "Unknown", "proposal"]
        {
            assert!(times(&format!("{chart} {what}")) >= 3, "{chart} {what}: {seen:?}");
        }
        for what in ["OutsideBelow", "NearUpper", "NearLower"] {
            let said = times(&format!("{chart} {what}"));
            assert_eq!(said >= 3, chart != "Chances", "{chart} {what}: {seen:?}");
        }
    }
    assert!(
        times("Better") > 100 && times("Worse") > 100 && times("Neutral") > 100 && times("baseline too short") > 10,
        "{seen:?}"
    );
}
