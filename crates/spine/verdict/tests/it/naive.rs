//! The charts again, written from the text of the reference and not from the code: slow, each window read anew for each value, no
//! buffers, one comparison with a slack for rounding. It knows nothing of the crate but its types.

use verdict::{Assurance, Baseline, Direction, Judgement, Signal, Target};

/// Which chart, and what it is made of.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    Individuals(Vec<Option<f64>>),
    Logs(Vec<Option<f64>>),
    Counts(Vec<Option<f64>>),
    /// Part and whole.
    Shares(Vec<Option<(f64, f64)>>),
    Rates(Vec<Option<(f64, f64)>>),
    /// Closed gaps and the one that still grows.
    Gaps(Vec<Option<f64>>, Option<f64>),
    Chances(Vec<Option<f64>>, Option<f64>),
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask {
    pub(crate) direction: Direction,
    pub(crate) target: Option<Target>,
    pub(crate) least: Option<f64>,
    pub(crate) most: Option<f64>,
    pub(crate) frozen: Option<Baseline>,
}

/// The whole answer in numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    /// Centre, lower and upper at the newest value, rounded by the caller.
    pub(crate) limits: Option<(f64, f64, f64)>,
    pub(crate) signals: Vec<Option<Signal>>,
    pub(crate) judgement: Option<Judgement>,
    pub(crate) assurance: Assurance,
    pub(crate) proposed: Option<Baseline>,
}

/// More than rounding apart.
fn above(a: f64, b: f64) -> bool {
    a - b > 1e-9 * (1.0 + a.abs().max(b.abs()))
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The value of each period in its own unit.
pub(crate) fn shown(data: &Data) -> Vec<Option<f64>> {
    match data {
        Data::Individuals(v) | Data::Logs(v) | Data::Counts(v) => v.clone(),
        Data::Shares(v) | Data::Rates(v) => v.iter().map(|r| r.and_then(|(k, n)| (n > 0.0).then(|| k / n))).collect(),
        Data::Gaps(v, open) | Data::Chances(v, open) => v.iter().copied().chain(open.map(Some)).collect(),
    }
}

fn on_scale(data: &Data, x: f64) -> f64 {
    match data {
        Data::Logs(_) => x.ln(),
        Data::Gaps(..) => x.powf(1.0 / 3.6),
        _ => x,
    }
}

fn off_scale(data: &Data, x: f64) -> f64 {
    match data {
        Data::Logs(_) => x.exp(),
        Data::Gaps(..) if x < 0.0 => 0.0,
        Data::Gaps(..) => x.powf(3.6),
        _ => x,
    }
}

/// Centre, the line for runs, and the distance of the limits from the centre at each period.
fn fit(data: &Data, work: &[Option<f64>], members: &[usize]) -> Option<(f64, f64, Vec<f64>)> {
    let of: Vec<f64> = members.iter().map(|&i| work[i].unwrap()).collect();
    let wide = |w: f64| vec![w; work.len()];
    match data {
        Data::Individuals(_) | Data::Logs(_) | Data::Gaps(..) => {
            // Neighbouring periods that both have a value and both belong to the baseline.
            let pairs: Vec<f64> = members
                .iter()
                .filter(|&&i| i > members[0] && work[i - 1].is_some())
                .map(|&i| (work[i].unwrap() - work[i - 1].unwrap()).abs())
                .collect();
            (pairs.len() >= 3).then(|| (average(&of), average(&of), wide(3.0 * average(&pairs) / 1.128)))
        }
        Data::Counts(_) => Some((average(&of), average(&of), wide(3.0 * average(&of).sqrt()))),
        Data::Chances(..) => {
            let g = average(&of);
            // The least whole number that at least half of a geometric distribution of this mean does not exceed.
            let (mut median, mut reached, p) = (0.0, 1.0 / (g + 1.0), 1.0 / (g + 1.0));
            while reached < 0.5 - 1e-12 {
                median += 1.0;
                reached += p * (1.0 - p).powf(median);
            }
            Some((g, median, wide(3.0 * (g * (g + 1.0)).sqrt())))
        }
        Data::Shares(v) | Data::Rates(v) => {
            let parts: f64 = members.iter().map(|&i| v[i].unwrap().0).sum();
            let wholes: f64 = members.iter().map(|&i| v[i].unwrap().1).sum();
            let p = parts / wholes;
            let one = if matches!(data, Data::Shares(_)) { (p * (1.0 - p)).max(0.0) } else { p };
            Some((p, p, v.iter().map(|r| r.map_or(0.0, |(_, n)| 3.0 * (one / n).sqrt())).collect()))
        }
    }
}

/// Judges a series from nothing.
pub(crate) fn judge(data: &Data, ask: &Ask) -> Answer {
    let shown = shown(data);
    let work: Vec<Option<f64>> = shown.iter().map(|v| v.map(|x| on_scale(data, x))).collect();
    let present: Vec<usize> = (0..work.len()).filter(|&i| work[i].is_some()).collect();
    let open = matches!(data, Data::Gaps(_, Some(_)) | Data::Chances(_, Some(_)));
    let closed: Vec<usize> = if open { present[..present.len() - 1].to_vec() } else { present.clone() };
    let nothing = |assurance| Answer { limits: None, signals: vec![None; work.len()], judgement: None, assurance, proposed: None };
    let without = if ask.target.is_some() { Assurance::Unknown } else { Assurance::NoTarget };

    let members: Vec<usize> = if let Some(b) = ask.frozen {
        present.iter().copied().filter(|&i| i >= b.from && i < b.from + b.len).collect()
    } else if present.len() < 5 {
        return nothing(without);
    } else if closed.len() >= 12 {
        closed[..12].to_vec()
    } else {
        present[..present.len() - 1].to_vec()
    };
    let start = ask.frozen.map_or(members[0], |b| b.from);
    let Some((centre, middle, reach)) = fit(data, &work, &members) else { return nothing(without) };
    let settled = members.len() >= 12;
    let judged: Vec<usize> = present.iter().copied().filter(|&i| i >= start).collect();
    let newest = *present.last().unwrap();

    let at = |i: usize| work[i].unwrap();
    let outside_above = |i: usize| above(at(i), centre + reach[i]);
    let outside_below = |i: usize| above(centre - reach[i], at(i));
    let over = |i: usize| if outside_below(i) { false } else { outside_above(i) || above(at(i), middle) };
    let under = |i: usize| if outside_above(i) { false } else { outside_below(i) || above(middle, at(i)) };
    let near_upper = |i: usize| reach[i] > 0.0 && above(at(i) - centre, centre + reach[i] - at(i));
    let near_lower = |i: usize| reach[i] > 0.0 && above(centre - at(i), at(i) - (centre - reach[i]));
    let flat = members.iter().all(|&i| !above(at(i), at(members[0])) && !above(at(members[0]), at(i)));
    let flat = flat && reach.iter().all(|r| *r < 1e-9) || reach[newest] == 0.0;

    let mut signals = vec![None; work.len()];
    for (k, &i) in judged.iter().enumerate() {
        let last = |n: usize| if k + 1 >= n { &judged[k + 1 - n..=k] } else { &[] };
        let most_of_four = |near: &dyn Fn(usize) -> bool| {
            let four = &judged[(k + 1).saturating_sub(4)..=k];
            near(i) && four.iter().filter(|&&j| near(j)).count() >= 3
        };
        let signal = if flat && !settled {
            None
        } else if outside_above(i) {
            Some(Signal::OutsideAbove)
        } else if outside_below(i) {
            Some(Signal::OutsideBelow)
        } else if !settled {
            None
        } else if last(8).len() == 8 && last(8).iter().all(|&j| over(j)) {
            Some(Signal::RunAbove)
        } else if last(8).len() == 8 && last(8).iter().all(|&j| under(j)) {
            Some(Signal::RunBelow)
        } else if matches!(data, Data::Chances(..)) {
            None
        } else if most_of_four(&near_upper) {
            Some(Signal::NearUpper)
        } else if most_of_four(&near_lower) {
            Some(Signal::NearLower)
        } else {
            None
        };
        let too_short_so_far =
            open && i == newest && !matches!(signal, Some(Signal::OutsideAbove | Signal::RunAbove | Signal::NearUpper));
        signals[i] = if too_short_so_far { None } else { signal };
    }

    let least =
        if matches!(data, Data::Individuals(_) | Data::Logs(_)) { ask.least } else { Some(ask.least.unwrap_or(0.0).max(0.0)) };
    let most = if matches!(data, Data::Shares(_)) { Some(ask.most.unwrap_or(1.0).min(1.0)) } else { ask.most };
    let lower = off_scale(data, centre - reach[newest]).max(least.unwrap_or(f64::NEG_INFINITY));
    let upper = off_scale(data, centre + reach[newest]).min(most.unwrap_or(f64::INFINITY));
    let centre_shown = off_scale(data, centre);
    let current = work.last().is_some_and(Option::is_some);
    let judgement = signals[newest].filter(|_| current).map(|s| judgement(s, shown[newest].unwrap(), centre_shown, ask));
    let assurance = ask.target.map_or(Assurance::NoTarget, |target| {
        let met = |x: f64| match target {
            Target::AtMost(t) => x <= t,
            Target::AtLeast(t) => x >= t,
            Target::Band { low, high } => low <= x && x <= high,
        };
        let misses_all = match target {
            Target::AtMost(t) => lower > t,
            Target::AtLeast(t) => upper < t,
            Target::Band { low, high } => upper < low || lower > high,
        };
        if met(lower) && met(upper) {
            Assurance::AlwaysMet
        } else if misses_all {
            Assurance::NeverMet
        } else {
            Assurance::HitAndMiss
        }
    });
    Answer {
        limits: Some((centre_shown, lower, upper)),
        judgement,
        assurance,
        proposed: proposal(&judged, &closed, &members, start, ask.frozen.is_some(), &over, &under),
        signals,
    }
}

fn judgement(signal: Signal, value: f64, centre: f64, ask: &Ask) -> Judgement {
    let up = matches!(signal, Signal::OutsideAbove | Signal::RunAbove | Signal::NearUpper);
    let off = |x: f64| match ask.target {
        Some(Target::AtMost(t)) => (x - t).max(0.0),
        Some(Target::AtLeast(t)) => (t - x).max(0.0),
        Some(Target::Band { low, high }) => (low - x).max(x - high).max(0.0),
        None => 0.0,
    };
    match ask.direction {
        Direction::None => Judgement::Neutral,
        Direction::Up if up => Judgement::Better,
        Direction::Down if !up => Judgement::Better,
        Direction::Up | Direction::Down => Judgement::Worse,
        Direction::Range if off(value) < off(centre) => Judgement::Better,
        Direction::Range if off(value) > off(centre) => Judgement::Worse,
        Direction::Range => Judgement::Neutral,
    }
}

/// After a run of eight a new baseline from the first of the eight, of up to twelve values, while most values stay on that side; or
/// a short frozen one filled up to twelve.
fn proposal(
    judged: &[usize],
    closed: &[usize],
    members: &[usize],
    start: usize,
    frozen: bool,
    over: &dyn Fn(usize) -> bool,
    under: &dyn Fn(usize) -> bool,
) -> Option<Baseline> {
    let twelve_from = |first: usize| -> Vec<usize> { closed.iter().copied().filter(|&i| i >= first).take(12).collect() };
    let stretch = |of: &[usize]| Baseline { from: of[0], len: of[of.len() - 1] + 1 - of[0] };
    // The last place at which eight or more in a row end, and where that row began.
    for end in (0..judged.len()).rev() {
        for side in [over, under] {
            let row = (0..=end).rev().take_while(|&k| side(judged[k])).count();
            if row < 8 {
                continue;
            }
            let first = end + 1 - row;
            let since = &judged[first..];
            let stayed = since.iter().filter(|&&i| side(i)).count();
            if judged[first] > start && 2 * stayed > since.len() {
                return Some(stretch(&twelve_from(judged[first])));
            }
            return fill(frozen, members, start, &twelve_from, &stretch);
        }
    }
    fill(frozen, members, start, &twelve_from, &stretch)
}

fn fill(
    frozen: bool,
    members: &[usize],
    start: usize,
    twelve_from: &dyn Fn(usize) -> Vec<usize>,
    stretch: &dyn Fn(&[usize]) -> Baseline,
) -> Option<Baseline> {
    let values = twelve_from(start);
    (frozen && members.len() < 12 && values.len() == 12).then(|| stretch(&values))
}
