//! Changes of level in dense series: a naive implementation beside the crate, Otava's published answers, and how often it cries wolf.

use verdict::{Change, Divisive, Test, changes, likeliest_start};

use crate::cases::tigerbeetle;
use crate::noise::Noise;

/// What a naive search is asked. With `population`, `whole` and `weaker` it is Otava's, otherwise ours.
#[derive(Clone, Copy)]
struct Ask {
    p: f64,
    magnitude: f64,
    least: usize,
    window: usize,
    memory: bool,
    /// The population standard deviation, which divides by n.
    population: bool,
    /// Test against all that follows, not only up to the right end of the split.
    whole: bool,
    /// Split at a greater probability than merging asks for.
    weaker: bool,
    /// After a merge look again at the two changes that follow, and not at the one before.
    stale: bool,
}

const OURS: Ask = Ask {
    p: 0.001,
    magnitude: 0.0,
    least: 5,
    window: 1000,
    memory: true,
    population: false,
    whole: false,
    weaker: false,
    stale: false,
};

/// Two-sided tail of Student's t, by adding up the density over the angle whose tangent is t / sqrt(df).
fn tail(t: f64, df: f64) -> f64 {
    let density = |angle: f64| angle.cos().max(0.0).powf(df - 1.0);
    let area = |from: f64| {
        let (steps, to) = (4000, std::f64::consts::FRAC_PI_2);
        let h = (to - from) / f64::from(steps);
        let inner: f64 = (1..steps).map(|k| f64::from(2 + 2 * (k % 2)) * density(from + h * f64::from(k))).sum();
        (density(from) + inner + density(to)) * h / 3.0
    };
    area((t / df.sqrt()).atan()) / area(0.0)
}

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

fn squares(x: &[f64]) -> f64 {
    x.iter().map(|v| (v - mean(x)).powi(2)).sum()
}

/// Probability of the difference of two stretches by chance.
fn chance(left: &[f64], right: &[f64], memory: f64, population: bool) -> f64 {
    let (m, n) = (left.len() as f64, right.len() as f64);
    let worth = (1.0 - memory) / (1.0 + memory);
    let df = (m + n) * worth - 2.0;
    if left.is_empty() || right.is_empty() || df < 1.0 {
        return 1.0;
    }
    let ss = squares(left) + squares(right);
    // Population standard deviations put where sample ones belong: each is weighed by n - 1 once more.
    let variance = if population {
        let weighed = (m - 1.0).max(0.0) * squares(left) / m + (n - 1.0).max(0.0) * squares(right) / n;
        weighed / (m + n - 2.0)
    } else {
        ss / (m + n - 2.0 / worth).max(1.0)
    };
    let difference = (mean(left) - mean(right)).abs();
    if difference == 0.0 {
        return 1.0;
    }
    if variance <= 0.0 {
        return 0.0;
    }
    tail(difference / (variance * (1.0 / (m * worth) + 1.0 / (n * worth))).sqrt(), df)
}

/// The best split and right end of a stretch, each energy distance from the sums of blocks of the table of all distances.
fn best_split(x: &[f64], least: usize) -> Option<(f64, usize, usize)> {
    let n = x.len();
    let mut sums = vec![vec![0.0; n + 1]; n + 1];
    for i in 0..n {
        for j in 0..n {
            sums[i + 1][j + 1] = sums[i][j + 1] + sums[i + 1][j] - sums[i][j] + (x[i] - x[j]).abs();
        }
    }
    let block = |a: usize, b: usize, c: usize, d: usize| sums[b][d] - sums[a][d] - sums[b][c] + sums[a][c];
    let mut best: Option<(f64, usize, usize)> = None;
    for end in 2 * least..=n {
        for at in least..=end - least {
            let (l, r) = (at as f64, (end - at) as f64);
            let within = |from: usize, to: usize, k: f64| if k > 1.0 { block(from, to, from, to) / (k * (k - 1.0)) } else { 0.0 };
            let across = block(0, at, at, end) / (l * r);
            let q = l * r / (l + r) * (2.0 * across - within(0, at, l) - within(at, end, r));
            if best.is_none_or(|(most, ..)| q > most + 1e-9 * most.abs()) {
                best = Some((q, at, end));
            }
        }
    }
    best
}

/// Splits a window. Otava takes the best split of all stretches and stops at the first that may be chance; ours goes on in the other
/// stretches.
fn split_window(x: &[f64], p: f64, ask: &Ask) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    let mut open = vec![(0, x.len())];
    loop {
        let candidates =
            open.iter().enumerate().filter_map(|(k, &(from, to))| Some((k, from, to, best_split(&x[from..to], ask.least)?)));
        let Some((k, from, to, (_, at, end))) = candidates.max_by(|a, b| a.3.0.total_cmp(&b.3.0)) else { break };
        let end = if ask.whole { to } else { from + end };
        open.remove(k);
        if chance(&x[from..from + at], &x[from + at..end], 0.0, ask.population) < p {
            found.push(from + at);
            open.extend([(from, from + at), (from + at, to)]);
        } else if ask.whole {
            break;
        }
    }
    found.sort_unstable();
    found
}

/// All changes, or none if a probability is too near the limit to be sure of.
fn naive(x: &[f64], ask: &Ask) -> Vec<usize> {
    let first = match (ask.weaker, ask.p) {
        (false, p) => p,
        (true, p) if p < 0.05 => 10.0 * p,
        (true, p) => (2.0 * p).min(p.max(0.5)),
    };
    let (mut places, mut start): (Vec<usize>, usize) = (Vec::new(), 0);
    while start < x.len() {
        let end = (start + ask.window).min(x.len());
        let found: Vec<usize> = split_window(&x[start..end], first, ask).iter().map(|at| at + start).collect();
        let last = found.last().copied().unwrap_or(0);
        places.extend(found.into_iter().filter(|at| !places.contains(at)).collect::<Vec<_>>());
        start = last.max(start + ask.window / 2);
    }
    places.sort_unstable();
    let stretches = |places: &[usize]| -> Vec<usize> { [&[0], places, &[x.len()]].concat() };
    let memory = if ask.memory {
        let ends = stretches(&places);
        let (mut products, mut all) = (0.0, 0.0);
        for w in ends.windows(2) {
            let of = &x[w[0]..w[1]];
            let m = mean(of);
            products += (1..of.len()).map(|i| (of[i] - m) * (of[i - 1] - m)).sum::<f64>();
            all += squares(of);
        }
        let r = if all > 0.0 { products / all } else { 0.0 };
        if all > 0.0 { (r + (places.len() + 1) as f64 * (1.0 + 3.0 * r) / x.len() as f64).clamp(0.0, 0.99) } else { 0.0 }
    } else {
        0.0
    };
    let told = |places: &[usize], k: usize| {
        let ends = stretches(places);
        let (left, right) = (&x[ends[k]..ends[k + 1]], &x[ends[k + 1]..ends[k + 2]]);
        let (a, b) = (mean(left), mean(right));
        (chance(left, right, memory, ask.population), (b / a - 1.0).abs().max((a / b - 1.0).abs()))
    };
    let mut all: Vec<(f64, f64)> = (0..places.len()).map(|k| told(&places, k)).collect();
    loop {
        let Some(weak) = (0..all.len()).rev().max_by(|a, b| all[*a].0.total_cmp(&all[*b].0)) else { return places };
        let small = (0..all.len()).min_by(|a, b| all[*a].1.total_cmp(&all[*b].1)).filter(|k| all[*k].1 <= ask.magnitude);
        let gone = match small {
            _ if all[weak].0 >= ask.p => weak,
            Some(small) if ask.magnitude > 0.0 => small,
            _ => return places,
        };
        places.remove(gone);
        all.remove(gone);
        let again = if ask.stale { gone..(gone + 2).min(all.len()) } else { 0..all.len() };
        again.for_each(|k| all[k] = told(&places, k));
    }
}

fn places(found: &[Change]) -> Vec<usize> {
    found.iter().map(|c| c.index).collect()
}

fn some(x: &[f64]) -> Vec<Option<f64>> {
    x.iter().copied().map(Some).collect()
}

/// One to four levels with white or slow noise.
fn levels(noise: &mut Noise) -> Vec<f64> {
    let slow = if noise.below(3) == 0 { 0.5 } else { 0.0 };
    let (mut level, mut before) = (100.0, 0.0);
    let n = 30 + noise.below(50);
    let jumps = noise.below(4);
    let at: Vec<usize> = (0..jumps).map(|_| noise.below(n)).collect();
    (0..n)
        .map(|i| {
            if at.contains(&i) {
                level += 4.0 * noise.normal();
            }
            before = slow * before + noise.normal();
            level + before
        })
        .collect()
}

#[test]
fn a_naive_search_finds_the_same_changes() {
    let mut noise = Noise::new(5);
    let mut changes_seen = 0;
    for case in 0..crate::cases(10_000, 150) {
        let x = levels(&mut noise);
        let ask = Ask { memory: case % 3 != 0, magnitude: if case % 5 == 0 { 0.02 } else { 0.0 }, ..OURS };
        let found = changes(&some(&x), &Divisive { memory: ask.memory, magnitude: ask.magnitude, ..Divisive::default() }).unwrap();
        changes_seen += found.len();
        assert_eq!(places(&found), naive(&x, &ask), "{x:?}");
    }
    assert!(changes_seen > 50, "{changes_seen}");
}

#[test]
fn otavas_answers_come_out_by_otavas_rules() {
    let series: Vec<f64> = tigerbeetle().into_iter().flatten().collect();
    let otava = Ask {
        p: 0.01,
        magnitude: 0.05,
        least: 1,
        window: 30,
        memory: false,
        population: true,
        whole: true,
        weaker: true,
        stale: true,
    };
    assert_eq!(naive(&series, &otava), [15, 71]);
    assert_eq!(naive(&series, &Ask { p: 0.05, ..otava }), [15, 71]);
    assert_eq!(naive(&series, &Ask { p: 0.1, ..otava }), [10, 11, 15, 71, 363]);
    // Of the last, 363 is there because the change before a merged one keeps its old probability, and 10 and 11 because a stretch may
    // have one value, which has no spread. Neither is a change of level.
    assert_eq!(naive(&series, &Ask { p: 0.1, stale: false, ..otava }), [10, 11, 15, 71]);
    assert_eq!(naive(&series, &Ask { p: 0.1, stale: false, least: 2, ..otava }), [15, 71]);
}

#[test]
fn calm_series_have_few_changes_and_slow_waves_fewer_than_without_memory() {
    let mut noise = Noise::new(8);
    let (mut white, mut slow, mut careless) = (0_u32, 0_u32, 0_u32);
    let runs = crate::cases(4000, 120);
    for _ in 0..runs {
        let x: Vec<f64> = (0..60).map(|_| noise.normal()).collect();
        white += u32::from(!changes(&some(&x), &Divisive::default()).unwrap().is_empty());
        let mut before = 0.0;
        let wave: Vec<f64> = (0..100)
            .map(|_| {
                before = 0.6 * before + noise.normal();
                before
            })
            .collect();
        slow += u32::from(!changes(&some(&wave), &Divisive::default()).unwrap().is_empty());
        careless += u32::from(!changes(&some(&wave), &Divisive { memory: false, ..Divisive::default() }).unwrap().is_empty());
    }
    let share = |k: u32| f64::from(k) / f64::from(runs);
    assert!(share(white) < 0.08, "{}", share(white));
    assert!(share(slow) < 0.35 && share(slow) * 2.0 < share(careless), "{} {}", share(slow), share(careless));
}

#[test]
fn a_shift_and_its_return_are_both_found() {
    let mut noise = Noise::new(11);
    let mut hit = 0;
    for _ in 0..20 {
        let x: Vec<f64> = (0..120).map(|i| noise.normal() + if (50..70).contains(&i) { 3.0 } else { 0.0 }).collect();
        let found = places(&changes(&some(&x), &Divisive::default()).unwrap());
        hit += usize::from(found.len() == 2 && found[0].abs_diff(50) < 3 && found[1].abs_diff(70) < 3);
    }
    assert!(hit >= 17, "{hit} of 20");
}

#[test]
fn a_permutation_test_finds_a_clear_step_and_no_more() {
    let mut noise = Noise::new(12);
    let x: Vec<f64> = (0..40).map(|i| noise.normal() + if i >= 25 { 5.0 } else { 0.0 }).collect();
    let ask = Divisive { test: Test::Permutation { rounds: 199, seed: 3 }, p: 0.01, ..Divisive::default() };
    let found = changes(&some(&x), &ask).unwrap();
    assert_eq!(places(&found), [25]);
    assert_eq!(found[0].p, 1.0 / 200.0, "none of 199 shuffles splits as well");
    assert_eq!(likeliest_start(&some(&x), 3).unwrap(), Some(25));
}

#[test]
fn holes_are_left_out_and_places_are_those_of_the_series() {
    let mut x = some(&[1.0, 2.0].repeat(8));
    x.extend(some(&[9.0, 8.0].repeat(8)));
    for at in [3, 3, 20, 30] {
        x.insert(at, None);
    }
    let found = changes(&x, &Divisive::default()).unwrap();
    assert_eq!(places(&found), [18]);
    assert_eq!((found[0].before, found[0].after), (1.5, 8.5));
}
