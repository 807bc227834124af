//! What the rules of one question do, over all its answers.

use super::{Finding, Severity};
use crate::lens::Question;
use crate::risk::{Answer, Risk};
use crate::truth::{MOST, Table, Truth, count, first, is_empty};

pub(super) fn check(q: &Question, out: &mut Vec<Finding>) {
    let mut tell = |code, severity, message: String, remedy: &str| {
        out.push(Finding::new(code, severity, q.at, message).question(&q.id).remedy(remedy));
    };
    if q.choices.iter().all(|c| c.none) {
        tell("no-choices", Severity::Fault, format!("{} has no choices.", q.id), "Add choices, or drop the question.");
    }
    if q.rules.is_empty() {
        tell("no-rules", Severity::Fault, format!("{} has no rules, so every answer is high risk.", q.id), "Add rules.");
        return;
    }
    if q.rules.iter().all(|r| r.when.is_some()) {
        let message = format!("{} has no default.", q.id);
        tell(
            "no-default",
            Severity::Warning,
            message,
            "Add a default as the last rule. Until then, what no rule takes is high risk.",
        );
    }
    let Some(truth) = Truth::of(&q.rules, q.choices.len(), q.nones()) else {
        let message = format!("The rules of {} name more than {MOST} choices, so not all answers were looked at.", q.id);
        tell("not-checked", Severity::Warning, message, "Split the question.");
        return;
    };
    rules(q, &truth, out);
    answers(q, &truth, out);
    nones(q, out);
    choices(q, &truth, out);
}

/// A finding of the question.
fn of(q: &Question, code: &'static str, severity: Severity, message: String, remedy: &str) -> Finding {
    Finding::new(code, severity, q.at, message).question(&q.id).remedy(remedy)
}

fn rules(q: &Question, truth: &Truth, out: &mut Vec<Finding>) {
    let by_none = |i: usize| truth.nones.iter().any(|(_, _, rule)| *rule == Some(i));
    for (i, rule) in q.rules.iter().enumerate() {
        let number = i + 1;
        let of = |code, severity, message: String, remedy: &str| {
            Finding { at: q.rules_at[i], ..of(q, code, severity, message, remedy) }.rule(number)
        };
        let Some(when) = &rule.when else {
            if i + 1 < q.rules.len() {
                let message = format!("The default of {} is rule {number}, so the rules after it are never read.", q.id);
                out.push(of("default-not-last", Severity::Fault, message, "Put the default last."));
            } else if is_empty(&truth.decides[i]) && !by_none(i) {
                let message = format!("The default of {} is never needed: the rules before it take every answer.", q.id);
                out.push(of("dead-default", Severity::Note, message, "Leave it; it does no harm."));
            }
            continue;
        };
        let same =
            (0..i).find(|j| q.rules[*j].when.is_some() && truth.holds[*j] == truth.holds[i] && when.mentions() & q.nones() == 0);
        if let Some(j) = same.filter(|_| !is_empty(&truth.holds[i])) {
            let message = format!("Rule {number} of {} asks the same as rule {}.", q.id, j + 1);
            out.push(of("repeated-condition", Severity::Warning, message, "One of the two was meant to be different."));
        }
        if !is_empty(&truth.decides[i]) || by_none(i) {
            continue;
        }
        let needs_none = q.named(when.mentions() & q.nones()).next();
        if !is_empty(&truth.holds[i]) {
            let who =
                (0..i).filter(|j| overlap(&truth.holds[i], &truth.decides[*j])).map(|j| (j + 1).to_string()).collect::<Vec<_>>();
            let message = match who.as_slice() {
                [one] => format!("Rule {number} of {} can never decide: rule {one} already takes every answer it names.", q.id),
                all => format!("Rule {number} of {} can never decide: rules {} take every answer it names.", q.id, all.join(", ")),
            };
            out.push(of("dead-rule", Severity::Fault, message, "Put it before them, or delete it. No answer changes."));
        } else if let Some(none) = needs_none {
            let message =
                format!("Rule {number} of {} wants “{}” together with others, and that excludes all others.", q.id, none.id);
            let finding = of("none-with-others", Severity::Fault, message, "Take it out of the condition, or put ! before it.");
            out.push(finding.choice(&none.id));
            let message = format!("Rule {number} of {} can never decide: no answer fulfils it.", q.id);
            out.push(of("dead-rule", Severity::Fault, message, "Correct the condition."));
        } else {
            let message = format!("Rule {number} of {} can never decide: its condition contradicts itself.", q.id);
            out.push(of("contradiction", Severity::Fault, message, "Correct the condition."));
            let message = format!("Rule {number} of {} can never decide: no answer fulfils it.", q.id);
            out.push(of("dead-rule", Severity::Fault, message, "Correct the condition."));
        }
    }
}

fn overlap(a: &Table, b: &Table) -> bool {
    a.iter().zip(b).any(|(x, y)| x & y != 0)
}

fn answers(q: &Question, truth: &Truth, out: &mut Vec<Finding>) {
    let (all, spread) = truth.spread();
    let lost =
        (u128::from(count(&truth.undecided)) << truth.unnamed) + truth.nones.iter().filter(|n| n.2.is_none()).count() as u128;
    if lost > 0 {
        let ticks = first(&truth.undecided).map_or_else(|| "none of these".to_owned(), |n| shown(q, truth.ticks(n)));
        let message = format!("{lost} of {all} answers to {} match no rule and are high risk, such as {ticks}.", q.id);
        out.push(of(q, "no-match", Severity::Fault, message, "Add a default that says which risk they are."));
    }
    let reached = |risk: Risk| spread[risk as usize] > 0;
    if let [Some(only), None, None] = {
        let mut some = Risk::ALL.into_iter().filter(|r| reached(*r));
        [some.next(), some.next(), some.next()]
    } {
        let message = format!("Every answer to {} gives {}. The question takes time and tells nothing.", q.id, only.phrase());
        let remedy = "Give the best and the worst answer different risks, or drop the question.";
        out.push(of(q, "constant", Severity::Warning, message, remedy));
    }
    for risk in Risk::ALL.into_iter().filter(|r| !reached(*r)) {
        let named = q.rules.iter().any(|r| r.risk == risk);
        let severity = if risk == Risk::Medium && !named { Severity::Note } else { Severity::Warning };
        let message = match (risk, named) {
            (_, true) => format!("No answer to {} leads to {}, although a rule gives it.", q.id, risk.phrase()),
            _ => format!("No answer to {} leads to {}.", q.id, risk.phrase()),
        };
        out.push(of(q, "unreachable", severity, message, "Say so on purpose, or change the conditions."));
    }
    let worst = Risk::ALL.into_iter().rev().find(|r| reached(*r)).unwrap_or(Risk::High);
    let nothing = truth.risk(0);
    if nothing < worst && worst == Risk::High {
        let message =
            format!("Ticking nothing in {} gives {}, while other answers give {}.", q.id, nothing.phrase(), worst.phrase());
        out.push(of(q, "blank-is-mild", Severity::Warning, message, "Give the worst risk when nothing is ticked."));
    }
}

fn nones(q: &Question, out: &mut Vec<Finding>) {
    let high = q.rules.iter().any(|r| r.risk == Risk::High);
    for (i, c) in q.choices.iter().enumerate().filter(|(_, c)| c.none) {
        let risk = q.risk(Answer { ticked: 1 << i, absent: 0 });
        let mild = match risk {
            Risk::High => false,
            Risk::Medium => high,
            Risk::None => true,
        };
        if mild {
            let why = if high { ", although a rule gives high risk" } else { "" };
            let message = format!("“None of these” in {} gives {}{why}.", q.id, risk.phrase());
            let finding = of(q, "none-is-mild", Severity::Warning, message, "Whoever does none of it has the worst risk.");
            out.push(finding.choice(&c.id));
        }
    }
}

fn choices(q: &Question, truth: &Truth, out: &mut Vec<Finding>) {
    for (i, c) in q.choices.iter().enumerate().filter(|(_, c)| !c.none) {
        let of = |code, severity, message: String, remedy: &str| {
            Finding { at: c.at, ..of(q, code, severity, message, remedy) }.choice(&c.id)
        };
        let (up, down) = match truth.names.iter().position(|x| *x == i) {
            Some(j) => truth.moves(j),
            None => (Vec::new(), Vec::new()),
        };
        match (first(&up), first(&down)) {
            (None, None) if truth.spread().1.iter().filter(|n| **n > 0).count() > 1 => {
                let message = format!("Ticking “{}” never changes the risk of {}.", c.id, q.id);
                out.push(of(
                    "idle-choice",
                    Severity::Note,
                    message,
                    "Name it in a rule, unless it goes beyond what no risk needs.",
                ));
            }
            (Some(_), None) => {
                let message = format!("“{}” in {} is a bad practice: ticking it can only raise the risk.", c.id, q.id);
                out.push(of(
                    "negative-choice",
                    Severity::Warning,
                    message,
                    "Ask for the good practice instead; readers tick what is good.",
                ));
            }
            (Some(answer), Some(_)) => {
                let (ticks, after) = (truth.ticks(answer), truth.ticks(answer) | 1 << i);
                let (from, to) = (truth.risk(answer), truth.risk(truth.number(after)));
                let message = format!(
                    "One more tick makes it worse: with {}, ticking “{}” turns {} into {}.",
                    shown(q, ticks),
                    c.id,
                    from.phrase(),
                    to.phrase()
                );
                out.push(of("not-monotone", Severity::Warning, message, "Add the missing answers to the rule for the lower risk."));
            }
            _ => {}
        }
    }
}

/// The ticks in words.
fn shown(q: &Question, ticks: u64) -> String {
    let ids = q.ids(ticks);
    if ids.is_empty() { "nothing ticked".to_owned() } else { format!("{} ticked", ids.join(", ")) }
}
