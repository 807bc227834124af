//! Why an answer has its risk, and what would lower it.

use serde::Serialize;

use crate::lens::Question;
use crate::risk::{Answer, Risk};
use crate::truth::MOST;

/// A smallest change that lowers the risk: leaving any part of it out does not get as low.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lower {
    /// Choices to tick, in the order of the question.
    pub add: Vec<String>,
    /// Choices that are ticked and must not be.
    pub remove: Vec<String>,
    /// The risk then.
    pub risk: Risk,
}

/// An answer explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The risk.
    pub risk: Risk,
    /// Number of the rule that decides, from 1; null if none does.
    pub rule: Option<usize>,
    /// In sentences.
    pub explanation: String,
    /// Smallest changes first.
    pub lower: Vec<Lower>,
    /// The condition of the rule as it is written; null for a default or no rule.
    pub condition: Option<String>,
    /// Choices that are ruled out.
    pub not_applicable: Vec<String>,
}

/// The most changes that are told.
const TOLD: usize = 64;

/// Above [`MOST`] choices no more than this many are changed at once.
const FEW: u32 = 3;

/// Explains an answer.
#[must_use]
pub fn explain(q: &Question, answer: Answer) -> Explained {
    let decided = q.decide(answer);
    let condition = decided.rule.and_then(|i| q.rules[i].when.as_ref());
    let mut text = format!("{}. ", capital(decided.risk.phrase()));
    match (decided.rule, condition) {
        (Some(i), Some(when)) => {
            text += &format!("Rule {} of {} is the first that holds: {}.", i + 1, q.rules.len(), when.text.trim());
            let named = when.mentions() & !answer.absent;
            let (ticked, open) = (q.ids(named & answer.ticked), q.ids(named & !answer.ticked));
            let parts: Vec<String> = [("ticked", ticked), ("not ticked", open)]
                .into_iter()
                .filter(|(_, ids)| !ids.is_empty())
                .map(|(word, ids)| format!("{word}: {}", ids.join(", ")))
                .collect();
            text += &format!(" Of what it names, {}.", parts.join("; "));
        }
        (Some(0), None) => text += "The default is the first rule, so it decides whatever is ticked.",
        (Some(i), None) => text += &format!("No rule before the default holds, so the default (rule {}) decides.", i + 1),
        (None, _) => {
            text += "No rule holds and there is no default, so the risk is high. The lens has to say which risk this answer is."
        }
    }
    let ruled_out = q.ids(answer.absent);
    if !ruled_out.is_empty() {
        text += &format!(" Not applicable, and so read out of every rule: {}.", ruled_out.join(", "));
        if q.choices.iter().enumerate().all(|(i, c)| c.none || answer.absent >> i & 1 == 1) {
            text += " No choice is left; mark the question as not applicable instead.";
        }
    }
    Explained {
        risk: decided.risk,
        rule: decided.rule.map(|i| i + 1),
        explanation: text,
        lower: lower(q, answer, decided.risk),
        condition: condition.map(|c| c.text.clone()),
        not_applicable: ruled_out,
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// The smallest changes that lower the risk, fewest choices first.
fn lower(q: &Question, answer: Answer, now: Risk) -> Vec<Lower> {
    if now == Risk::None {
        return Vec::new();
    }
    let named = q.rules.iter().filter_map(|r| r.when.as_ref()).fold(0, |bits, c| bits | c.mentions());
    let free: Vec<usize> = (0..q.choices.len()).filter(|i| named & !q.nones() & !answer.absent & 1 << i != 0).collect();
    let most = if free.len() <= MOST { u32::try_from(free.len()).unwrap_or(0) } else { FEW };
    // Whoever ticks a practice takes back “none of these”.
    let (start, none) = (answer.ticked & !q.nones(), answer.ticked & q.nones());
    let mut found: Vec<(u64, Risk)> = Vec::new();
    for size in 1..=most {
        each(&free, size, &mut |change| {
            if found.len() >= TOLD {
                return;
            }
            let risk = q.risk(Answer { ticked: start ^ change, absent: answer.absent });
            if risk < now && !found.iter().any(|(part, as_low)| part & change == *part && *as_low <= risk) {
                found.push((change, risk));
            }
        });
    }
    found
        .into_iter()
        .map(|(change, risk)| Lower { add: q.ids(change & !start), remove: q.ids(change & start | none), risk })
        .collect()
}

/// Every set of so many of `free`, in the order of the question.
fn each(free: &[usize], size: u32, tell: &mut dyn FnMut(u64)) {
    fn pick(free: &[usize], left: u32, set: u64, tell: &mut dyn FnMut(u64)) {
        if left == 0 {
            return tell(set);
        }
        for (i, bit) in free.iter().enumerate() {
            if free.len() - i < left as usize {
                break;
            }
            pick(&free[i + 1..], left - 1, set | 1 << bit, tell);
        }
    }
    pick(free, size, 0, tell);
}
