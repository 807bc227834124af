//! Rules over facts that are data, and what they say: supported, contradicted, stale, none. Pure.

use std::time::Duration;

use kernel::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fact::{Fact, FactValue, Facts};
use crate::keys;

/// How a fact is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// It was observed at all.
    Exists,
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Every item is yes.
    AllTrue,
    /// One item is yes.
    AnyTrue,
}

impl Op {
    /// As it is written.
    pub fn read(text: &str) -> Option<Self> {
        Some(match text {
            "exists" => Op::Exists,
            "eq" => Op::Eq,
            "ne" => Op::Ne,
            "lt" => Op::Lt,
            "le" => Op::Le,
            "gt" => Op::Gt,
            "ge" => Op::Ge,
            "all_true" => Op::AllTrue,
            "any_true" => Op::AnyTrue,
            _ => return None,
        })
    }
}

/// A rule: all of several, any of several, or one comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// Every one holds.
    All(Vec<Rule>),
    /// One holds.
    Any(Vec<Rule>),
    /// One comparison.
    Term(Term),
}

/// One comparison of a fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Key of the fact.
    pub fact: String,
    /// How.
    pub op: Op,
    /// With what.
    pub value: Option<FactValue>,
    /// Days after which a fact says nothing any more.
    pub max_age: Option<u16>,
}

/// What supports a statement, and what contradicts it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    /// What supports it.
    pub supported: Option<Rule>,
    /// What contradicts it; this weighs more.
    pub contradicted: Option<Rule>,
}

/// What the facts say of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// They contradict it.
    Contradicted,
    /// They are too old to say anything.
    Stale,
    /// There are none.
    None,
    /// They support it.
    Supported,
}

impl Weight {
    /// In a word or two.
    pub fn words(self) -> &'static str {
        match self {
            Weight::Contradicted => "contradicted",
            Weight::Stale => "stale",
            Weight::None => "none",
            Weight::Supported => "supported",
        }
    }
}

/// A fact that was looked at, with its words as they were then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Because {
    /// Key of the fact.
    pub fact: String,
    /// What it says, as a sentence without its end: `Age of the newest backup: 200 h`.
    pub words: String,
    /// When it was observed.
    pub observed_at: Time,
    /// Who or what observed it.
    pub source: String,
    /// Where it can be looked up; empty if nowhere.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// What the facts say, and which they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Judged {
    /// What they say.
    pub weight: Weight,
    /// The facts behind it, at most eight.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Because>,
    /// Keys that were asked for and that nothing has observed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// Facts that are told of one statement.
const TOLD: usize = 8;

/// How a rule is read: support must hold for every item, a contradiction for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Support,
    Contradict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    Stale,
    Unknown,
}

/// True if a fact still says something.
fn fresh(fact: &Fact, max_age: Option<u16>, now: Time) -> bool {
    let ended = fact.valid_until.is_some_and(|until| until <= now);
    let old = max_age.is_some_and(|days| now.since(fact.observed_at) > Duration::from_secs(u64::from(days) * 86_400));
    !ended && !old
}

fn compares(op: Op, fact: &FactValue, with: Option<&FactValue>) -> bool {
    let Some(with) = with else { return false };
    match (fact, with) {
        (FactValue::Number(a), FactValue::Number(b)) => match op {
            Op::Eq => a == b,
            Op::Ne => a != b,
            Op::Lt => a < b,
            Op::Le => a <= b,
            Op::Gt => a > b,
            Op::Ge => a >= b,
            _ => false,
        },
        (a, b) => match op {
            Op::Eq => a == b,
            Op::Ne => a != b,
            _ => false,
        },
    }
}

impl Term {
    fn weigh(&self, facts: &Facts, now: Time, mode: Mode) -> Truth {
        let all = facts.of(&self.fact);
        if all.is_empty() {
            return Truth::Unknown;
        }
        let (young, old): (Vec<&Fact>, Vec<&Fact>) = all.iter().partition(|f| fresh(f, self.max_age, now));
        let holds = |f: &Fact| match self.op {
            Op::Exists => true,
            Op::AllTrue | Op::AnyTrue => f.value == FactValue::Yes(true),
            op => compares(op, &f.value, self.value.as_ref()),
        };
        // That something took place, or that one of several holds, needs one; everything else is said of every item.
        let one = matches!(self.op, Op::Exists | Op::AnyTrue) || (mode == Mode::Contradict && self.op != Op::AllTrue);
        if one {
            if young.iter().any(|f| holds(f)) {
                Truth::Yes
            } else if old.is_empty() {
                Truth::No
            } else {
                Truth::Stale
            }
        } else if young.iter().any(|f| !holds(f)) {
            Truth::No
        } else if old.is_empty() {
            Truth::Yes
        } else {
            Truth::Stale
        }
    }
}

impl Rule {
    fn weigh(&self, facts: &Facts, now: Time, mode: Mode) -> Truth {
        let each = |rules: &[Rule]| rules.iter().map(|r| r.weigh(facts, now, mode)).collect::<Vec<_>>();
        // The first of these that occurs decides.
        let first = |found: Vec<Truth>, order: [Truth; 4]| order.into_iter().find(|t| found.contains(t)).unwrap_or(Truth::Unknown);
        match self {
            Rule::All(rules) => first(each(rules), [Truth::No, Truth::Unknown, Truth::Stale, Truth::Yes]),
            Rule::Any(rules) => first(each(rules), [Truth::Yes, Truth::Stale, Truth::Unknown, Truth::No]),
            Rule::Term(term) => term.weigh(facts, now, mode),
        }
    }

    fn terms<'a>(&'a self, out: &mut Vec<&'a Term>) {
        match self {
            Rule::All(rules) | Rule::Any(rules) => rules.iter().for_each(|r| r.terms(out)),
            Rule::Term(term) => out.push(term),
        }
    }

    /// Keys that it asks for.
    pub fn keys(&self) -> Vec<&str> {
        let mut terms = Vec::new();
        self.terms(&mut terms);
        terms.iter().map(|t| t.fact.as_str()).collect()
    }
}

/// A fact in words.
pub fn because(fact: &Fact) -> Because {
    let title = keys::title(&fact.key);
    let unit = keys::unit(&fact.key);
    let mut words = title;
    match (&fact.value, keys::of(&fact.key).map(|k| k.kind)) {
        (FactValue::Yes(true), Some(keys::Kind::Event)) => {}
        (value, _) => {
            words = format!("{words}: {value}");
            if !unit.is_empty() {
                words = format!("{words} {unit}");
            }
        }
    }
    if !fact.item.is_empty() {
        words = format!("{words} ({})", fact.item);
    }
    Because { fact: fact.key.clone(), words, observed_at: fact.observed_at, source: fact.source.clone(), url: fact.url.clone() }
}

impl Evidence {
    /// What facts say at a time. They never answer: this is shown beside what people said.
    pub fn judge(&self, facts: &Facts, now: Time) -> Judged {
        let weigh = |rule: &Option<Rule>, mode| rule.as_ref().map_or(Truth::Unknown, |r| r.weigh(facts, now, mode));
        let against = weigh(&self.contradicted, Mode::Contradict);
        let for_it = weigh(&self.supported, Mode::Support);
        let (weight, rule) = if against == Truth::Yes {
            (Weight::Contradicted, &self.contradicted)
        } else if for_it == Truth::Yes {
            (Weight::Supported, &self.supported)
        } else if for_it == Truth::Stale {
            (Weight::Stale, &self.supported)
        } else if against == Truth::Stale && for_it == Truth::Unknown {
            (Weight::Stale, &self.contradicted)
        } else {
            (Weight::None, &None)
        };
        let mut terms = Vec::new();
        for rule in [&self.supported, &self.contradicted].into_iter().flatten() {
            rule.terms(&mut terms);
        }
        let mut missing: Vec<String> = Vec::new();
        if weight == Weight::None {
            for term in &terms {
                if facts.of(&term.fact).is_empty() && !missing.contains(&term.fact) {
                    missing.push(term.fact.clone());
                }
            }
        }
        let mut told: Vec<Because> = Vec::new();
        let mut asked = Vec::new();
        if let Some(rule) = rule {
            rule.terms(&mut asked);
        } else {
            asked = terms;
        }
        for term in asked {
            for fact in facts.of(&term.fact) {
                let young = fresh(fact, term.max_age, now);
                let speaks = match weight {
                    Weight::Contradicted => young && term.weigh(&Facts::new([fact.clone()]), now, Mode::Contradict) == Truth::Yes,
                    Weight::Supported | Weight::None => young,
                    Weight::Stale => !young,
                };
                let known = told.iter().any(|b| b.fact == fact.key && b.words == because(fact).words);
                if speaks && !known && told.len() < TOLD {
                    told.push(because(fact));
                }
            }
        }
        Judged { weight, because: told, missing }
    }

    /// Keys that it asks for, each once.
    pub fn keys(&self) -> Vec<&str> {
        let mut out: Vec<&str> = [&self.supported, &self.contradicted].into_iter().flatten().flat_map(Rule::keys).collect();
        out.sort_unstable();
        out.dedup();
        out
    }
}

#[cfg(test)]
mod tests;
