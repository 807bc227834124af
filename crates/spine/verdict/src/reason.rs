//! The sentence about the newest period and the notes about the limits, made from the figures alone.

use crate::attributes::FEW;
use crate::baseline::FEWEST;
use crate::figures::Figures;
use crate::gaps::median_of;
use crate::options::{Chart, Options, Transform};
use crate::result::{Judgement, Limits, Signal};
use crate::words;

/// The difference to the value before.
pub(crate) fn text(figures: &Figures, options: &Options) -> String {
    let newest = &figures.newest;
    let Some((index, now)) = newest.index.zip(newest.value) else { return "no value".to_owned() };
    let Some((at, before)) = newest.compared_with.zip(newest.before) else { return "first value".to_owned() };
    let text = change(now, before, index - at, newest.signal.is_some(), options);
    if figures.facts.open { format!("{text} so far") } else { text }
}

/// Why the newest value counts as a change or does not.
pub(crate) fn reason(figures: &Figures, options: &Options) -> String {
    match (figures.newest.index, &figures.limits) {
        _ if figures.n == 0 => "no value yet".to_owned(),
        (None, _) => format!("the last value is {} old", periods(figures.facts.age, options)),
        (Some(_), Some(limits)) => against_limits(figures, limits, options),
        (Some(_), None) => without_limits(figures.n, options),
    }
}

/// Text, judgement and reason as one sentence.
pub(crate) fn sentence(text: &str, judgement: Option<Judgement>, reason: &str) -> String {
    let judged = match judgement {
        Some(judgement @ (Judgement::Better | Judgement::Worse)) => format!(", {}", judgement.word()),
        _ => String::new(),
    };
    words::capitalised(&format!("{text}{judged}; {reason}."))
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

/// What the line in the middle of the limits is called.
fn centre_noun(chart: Chart, options: &Options) -> &'static str {
    match chart {
        Chart::Individuals if options.transform == Transform::Log => "geometric mean",
        Chart::Gap => "usual gap",
        _ => "mean",
    }
}

fn against_limits(figures: &Figures, limits: &Limits, options: &Options) -> String {
    if limits.flat {
        return flat(figures, limits, options);
    }
    let newest = &figures.newest;
    let now = newest.value.unwrap_or(limits.centre);
    let readable = words::telling_apart(limits.lower, limits.upper, options.decimals);
    let Some(signal) = newest.signal else {
        let within = words::range_words(limits.lower, limits.upper, readable);
        // A gap that still grows may lie below the limits and yet end within them.
        let where_it_is = if figures.facts.differs { "still growing, with limits of" } else { "within" };
        return format!("{}{where_it_is} {within}", if limits.provisional { "provisional: " } else { "" });
    };
    let (above, centre) = (signal.is_above(), centre_noun(figures.chart, options));
    let why = match signal {
        Signal::OutsideAbove | Signal::OutsideBelow => {
            let crossed = if above { limits.upper } else { limits.lower };
            let decimals = words::telling_apart(now, crossed, readable);
            format!("outside {}", words::range_words(limits.lower, limits.upper, decimals))
        }
        Signal::RunAbove | Signal::RunBelow => run(figures, limits, options, now),
        Signal::NearUpper | Signal::NearLower => {
            let (name, limit) = if above { ("upper", limits.upper) } else { ("lower", limits.lower) };
            format!(
                "three of four values nearer to the {name} limit of {} than to the {centre} of {}",
                words::number(limit, options.decimals),
                words::number(limits.centre, options.decimals)
            )
        }
    };
    format!("{}signal: {why}", if limits.provisional { "provisional " } else { "" })
}

/// "eight sprints in a row below the mean of 11".
fn run(figures: &Figures, limits: &Limits, options: &Options, now: f64) -> String {
    let (newest, length) = (&figures.newest, figures.facts.length);
    let stretch = newest.index.zip(newest.since).map_or(length, |(index, since)| index + 1 - since);
    let noun = if length == stretch { options.period_noun.as_str() } else { "value" };
    let side = if newest.signal.is_some_and(Signal::is_above) { "above" } else { "below" };
    if figures.chart == Chart::GapCount {
        let middle = words::number(median_of(limits.centre), options.decimals);
        return format!("{} {noun}s in a row {side} the median of {middle}", words::count(length));
    }
    let decimals = words::telling_apart(now, limits.centre, options.decimals);
    let (name, centre) = (centre_noun(figures.chart, options), words::number(limits.centre, decimals));
    format!("{} {noun}s in a row {side} the {name} of {centre}", words::count(length))
}

/// Words for limits without width. They cannot tell a large change from a small one, so the sentence states what is known: how
/// many equal values stand behind them.
fn flat(figures: &Figures, limits: &Limits, options: &Options) -> String {
    let now = figures.newest.value.unwrap_or(limits.centre);
    let whose = if limits.provisional && !figures.facts.own { "before" } else { "of the baseline" };
    let equal = words::telling_apart(now, limits.centre, options.decimals);
    let all = format!("the {} values {whose} are all {}", words::count(limits.n), words::number(limits.centre, equal));
    let provisional = if limits.provisional { "provisional: " } else { "" };
    match (figures.newest.signal.is_some(), figures.facts.differs) {
        (true, _) => format!("signal: {all}"),
        (false, true) => format!("{provisional}{all}, too little to judge by"),
        (false, false) => format!("{provisional}the same as the {} values {whose}", words::count(limits.n)),
    }
}

/// What a reader should know about the limits.
pub(crate) fn notes(figures: &Figures, options: &Options) -> Vec<String> {
    let Some(limits) = &figures.limits else { return Vec::new() };
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
    if figures.facts.unsettled {
        notes.push("A value of the baseline lies outside the limits it helped to set; find its cause first.".to_owned());
    }
    if let (Chart::Proportion, Some(few)) = (figures.chart, figures.facts.few.filter(|whole| *whole < FEW)) {
        notes.push(format!(
            "The newest share is of {few} only; below {FEW} it is mostly noise, so look at several {}s together.",
            options.period_noun
        ));
    }
    notes
}

/// "one sprint", "three sprints".
fn periods(n: usize, options: &Options) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {}{plural}", words::count(n), options.period_noun)
}
