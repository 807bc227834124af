//! The sentence about the newest period and the notes about the limits.

use crate::baseline::FEWEST;
use crate::engine::Judged;
use crate::judge;
use crate::options::Options;
use crate::result::{LastChange, Signal};
use crate::rules::Found;
use crate::words;

/// What happened in the newest period of a series. `present` are the indices with a value; `judged` is none where there are no
/// limits.
pub(crate) fn last_change(shown: &[Option<f64>], present: &[usize], judged: Option<&Judged>, options: &Options) -> LastChange {
    let Some((newest, now)) = present.last().and_then(|&i| Some((i, shown[i]?))) else {
        return nothing("no value yet".to_owned());
    };
    if newest + 1 < shown.len() {
        let age = shown.len() - 1 - newest;
        return nothing(format!("the last value is {} old", periods(age, options)));
    }
    let before = present.len().checked_sub(2).and_then(|at| Some((present[at], shown[present[at]]?)));
    let found = judged.and_then(|j| j.found[newest]);
    let signal = found.map(|f| f.signal);
    let strength = judged.and_then(|j| j.standings[newest]).filter(|_| found.is_some()).map_or(0.0, |s| s.beyond);
    LastChange {
        signal,
        judgement: judged
            .zip(signal)
            .map(|(j, signal)| judge::judge(signal, now, j.limits.centre, options.direction, options.target)),
        text: before.map_or_else(
            || "first value".to_owned(),
            |(index, before)| change(now, before, newest - index, found.is_some(), options),
        ),
        reason: match judged {
            Some(judged) => against_limits(judged, newest, now, found, options),
            None => without_limits(present.len(), options),
        },
        strength,
        since: found.map(|f| f.since),
        compared_with: before.map(|(index, _)| index),
        target_met: options.target.map(|target| target.met(now)),
        crossed: before.zip(options.target).and_then(|((_, before), target)| judge::crossed(now, before, target)),
    }
}

/// A newest period without a value: unknown, which is neither a change nor steady.
fn nothing(reason: String) -> LastChange {
    LastChange {
        signal: None,
        judgement: None,
        text: "no value".to_owned(),
        reason,
        strength: 0.0,
        since: None,
        compared_with: None,
        target_met: None,
        crossed: None,
    }
}

/// The difference, with the baseline of the comparison named where it is not the period before. A signal shows as many
/// decimals as it takes to see it.
fn change(now: f64, before: f64, apart: usize, signal: bool, options: &Options) -> String {
    let decimals = if signal { words::telling_apart(now, before, options.decimals) } else { options.decimals };
    let change = words::signed_change(now, before, decimals, &options.unit);
    match apart {
        ..=1 => change,
        _ if change == words::UNCHANGED => {
            format!("{change} from {} before", periods(apart, options))
        }
        _ => format!("{change} than {} before", periods(apart, options)),
    }
}

fn without_limits(n: usize, options: &Options) -> String {
    match n {
        1 => "nothing to compare with".to_owned(),
        ..FEWEST => format!("limits from the fifth {} on", options.period_noun),
        _ => format!("no limits: too few {}s in a row have a value", options.period_noun),
    }
}

fn against_limits(judged: &Judged, newest: usize, now: f64, found: Option<Found>, options: &Options) -> String {
    let limits = &judged.limits;
    let provisional = limits.provisional;
    if limits.flat {
        return flat(judged, newest, now, found.is_some(), options);
    }
    let readable = words::telling_apart(limits.lower, limits.upper, options.decimals);
    let Some(found) = found else {
        let within = words::range_words(limits.lower, limits.upper, readable);
        return format!("{}within {within}", if provisional { "provisional: " } else { "" });
    };
    let why = match found.signal {
        Signal::OutsideAbove | Signal::OutsideBelow => {
            let crossed = if found.signal.is_above() { limits.upper } else { limits.lower };
            let decimals = words::telling_apart(now, crossed, readable);
            format!("outside {}", words::range_words(limits.lower, limits.upper, decimals))
        }
        Signal::RunAbove | Signal::RunBelow => {
            let inside = &judged.standings[found.since..=newest];
            let length = inside.iter().flatten().count();
            let noun = if length == inside.len() { options.period_noun.as_str() } else { "value" };
            let side = if found.signal.is_above() { "above" } else { "below" };
            let decimals = words::telling_apart(now, limits.centre, options.decimals);
            let centre = words::number(limits.centre, decimals);
            format!("{} {noun}s in a row {side} the mean of {centre}", words::count(length))
        }
        Signal::NearUpper | Signal::NearLower => {
            let (name, limit) = if found.signal.is_above() { ("upper", limits.upper) } else { ("lower", limits.lower) };
            format!(
                "three of four values nearer to the {name} limit of {} than to the mean of {}",
                words::number(limit, options.decimals),
                words::number(limits.centre, options.decimals)
            )
        }
    };
    format!("{}signal: {why}", if provisional { "provisional " } else { "" })
}

/// Words for limits without width. They cannot tell a large change from a small one, so the sentence states what is known: how
/// many equal values stand behind them.
fn flat(judged: &Judged, newest: usize, now: f64, signal: bool, options: &Options) -> String {
    let limits = &judged.limits;
    let differs = judged.standings[newest].is_some_and(|standing| standing.outside);
    let whose = if limits.provisional && !judged.chosen.members.contains(&newest) { "before" } else { "of the baseline" };
    let equal = words::telling_apart(now, limits.centre, options.decimals);
    let all = format!("the {} values {whose} are all {}", words::count(limits.n), words::number(limits.centre, equal));
    let provisional = if limits.provisional { "provisional: " } else { "" };
    match (signal, differs) {
        (true, _) => format!("signal: {all}"),
        (false, true) => format!("{provisional}{all}, too little to judge by"),
        (false, false) => format!("{provisional}the same as the {} values {whose}", words::count(limits.n)),
    }
}

/// What a reader should know about the limits.
pub(crate) fn notes(judged: &Judged, options: &Options) -> Vec<String> {
    let limits = &judged.limits;
    let mut notes = Vec::new();
    if limits.provisional {
        notes.push(format!("The limits are provisional: they come from {} values.", words::count(limits.n)));
    }
    if limits.flat {
        notes.push("The values behind the limits are all the same, so the limits have no width.".to_owned());
    }
    if limits.clipped_low {
        let stop = words::number(limits.lower, options.decimals);
        notes.push(format!("The lower limit stops at {stop}: the quantity cannot be less."));
    }
    if limits.clipped_high {
        let stop = words::number(limits.upper, options.decimals);
        notes.push(format!("The upper limit stops at {stop}: the quantity cannot be more."));
    }
    let unsettled = |i: &&usize| judged.standings[**i].is_some_and(|standing| standing.outside);
    if judged.chosen.members.iter().any(|i| unsettled(&i)) {
        notes.push("A value of the baseline lies outside the limits it helped to set; find its cause first.".to_owned());
    }
    notes
}

/// "one sprint", "three sprints".
fn periods(n: usize, options: &Options) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {}{plural}", words::count(n), options.period_noun)
}
