//! Evidence rules as data: `all` or `any` of {fact, op, value, max_age}, four deep, thirty-two terms; and what facts say of a
//! choice by them.

use std::collections::BTreeSet;

use facts::fact::FactValue;
use facts::rule::{Op, Term};
use facts::{Evidence, Facts, Judged, Rule, Weight};
use kernel::time::Time;

use crate::lens::{Choice, Lens};
use crate::tree::{Node, Value};

/// Days for which a scan speaks of a requirement.
const SCAN: u16 = 30;

/// The facts of a workload at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The newest of each.
    pub facts: Facts,
    /// When they are looked at.
    pub at: Time,
}

/// How a fact is compared.
const OPS: [&str; 9] = ["exists", "eq", "ne", "lt", "le", "gt", "ge", "all_true", "any_true"];

/// Checks the evidence of a choice and tells each fault.
pub(crate) fn check(node: &Node, tell: &mut dyn FnMut(&Node, String)) {
    if node.members().is_empty() {
        tell(node, format!("a mapping with “supported” or “contradicted” belongs here; this is {}.", node.kind()));
    }
    for (key, rule) in node.members() {
        if key != "supported" && key != "contradicted" {
            tell(rule, format!("“{key}” is neither “supported” nor “contradicted”."));
            continue;
        }
        let mut terms = 0;
        group(rule, 1, &mut terms, tell);
        if terms > 32 {
            tell(rule, format!("it has {terms} terms; at most 32 are taken."));
        }
    }
}

fn group(node: &Node, depth: usize, terms: &mut usize, tell: &mut dyn FnMut(&Node, String)) {
    if depth > 4 {
        return tell(node, "it nests more than four deep.".into());
    }
    match node.members() {
        [(key, list)] if (key == "all" || key == "any") && !list.items().is_empty() => {
            list.items().iter().for_each(|n| group(n, depth + 1, terms, tell));
        }
        members if node.get("fact").is_some() => {
            *terms += 1;
            term(node, members.iter().map(|(k, _)| k.as_str()), tell);
        }
        _ => tell(node, "{ all: [..] }, { any: [..] } or { fact: .., op: .. } belongs here.".into()),
    }
}

fn term<'a>(node: &Node, keys: impl Iterator<Item = &'a str>, tell: &mut dyn FnMut(&Node, String)) {
    for key in keys {
        if !["fact", "op", "value", "max_age"].contains(&key) {
            tell(node, format!("“{key}” means nothing here. Known are fact, op, value, max_age."));
        }
    }
    let fact = node.get("fact").and_then(Node::str).unwrap_or("");
    if fact.is_empty() || !fact.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c)) {
        tell(node, "a fact's key has small letters, digits, dots, - and _.".into());
    }
    let op = node.get("op").and_then(Node::str).unwrap_or("");
    if !OPS.contains(&op) {
        tell(node, format!("“{op}” is no comparison. Known are {}.", OPS.join(", ")));
    }
    let needs = !matches!(op, "exists" | "all_true" | "any_true");
    let has = node.get("value").is_some_and(|v| v.scalar().is_some());
    if OPS.contains(&op) && needs != has {
        tell(node, if needs { format!("“{op}” needs a value.") } else { format!("“{op}” takes no value.") });
    }
    if let Some(age) = node.get("max_age") {
        let days = age.str().and_then(|t| t.strip_suffix('d')).and_then(|t| t.parse::<u16>().ok()).filter(|d| *d > 0);
        if days.is_none() || matches!(age.value, Value::Null) {
            tell(age, "an age is a number of days such as 90d.".into());
        }
    }
}

impl Default for Known {
    fn default() -> Self {
        Self { facts: Facts::default(), at: Time(0) }
    }
}

/// The rules of a choice: those of the lens, and what scans say of the requirements that it maps to. A scan that fails contradicts
/// it; one that passes supports it only where the lens has no rule of its own, and only if every requirement was looked at.
pub(crate) fn rules(node: Option<&Node>, aws: &[String]) -> Evidence {
    let mut out = Evidence {
        supported: node.and_then(|n| n.get("supported")).and_then(rule),
        contradicted: node.and_then(|n| n.get("contradicted")).and_then(rule),
    };
    let keys: Vec<Option<String>> = aws.iter().map(|id| facts::prowler::requirement(id)).collect();
    let term = |key: &String, op, value| Rule::Term(Term { fact: key.clone(), op, value, max_age: Some(SCAN) });
    let failed: Vec<Rule> = keys.iter().flatten().map(|k| term(k, Op::Eq, Some(FactValue::Yes(false)))).collect();
    if !failed.is_empty() {
        out.contradicted = Some(Rule::Any(out.contradicted.into_iter().chain(failed).collect()));
    }
    if out.supported.is_none() && !keys.is_empty() && keys.iter().all(Option::is_some) {
        out.supported = Some(Rule::All(keys.iter().flatten().map(|k| term(k, Op::AllTrue, None)).collect()));
    }
    out
}

/// A rule that was checked; `None` where it is none.
fn rule(node: &Node) -> Option<Rule> {
    if let [(key, list)] = node.members()
        && (key == "all" || key == "any")
    {
        let rules: Vec<Rule> = list.items().iter().map(rule).collect::<Option<_>>()?;
        return (!rules.is_empty()).then(|| if key == "all" { Rule::All(rules) } else { Rule::Any(rules) });
    }
    let value = match node.get("value").map(|v| &v.value) {
        None => None,
        Some(Value::Bool(yes)) => Some(FactValue::Yes(*yes)),
        Some(Value::Number(n)) => Some(FactValue::Number(n.parse().ok()?)),
        Some(Value::Text(word)) => Some(FactValue::Word(word.clone())),
        Some(_) => return None,
    };
    let max_age = match node.get("max_age") {
        None => None,
        Some(age) => Some(age.str()?.strip_suffix('d')?.parse().ok()?),
    };
    Some(Rule::Term(Term { fact: node.get("fact")?.str()?.to_owned(), op: Op::read(node.get("op")?.str()?)?, value, max_age }))
}

/// Keys of facts that a lens asks for.
pub(crate) fn keys(lens: &Lens) -> BTreeSet<String> {
    let choices = lens.pillars.iter().flat_map(|p| &p.questions).flat_map(|q| &q.choices);
    choices.flat_map(|c| c.weighed.keys()).map(str::to_owned).collect()
}

/// What facts say of a choice; `None` if nothing could.
pub(crate) fn judge(c: &Choice, known: &Known) -> Option<Judged> {
    let mut out = c.weighed.judge(&known.facts, known.at);
    // That no scan has run is no news for each of hundreds of choices.
    out.missing.retain(|key| !key.starts_with("requirement."));
    let nothing = out.weight == Weight::None && out.missing.is_empty() && out.because.is_empty();
    (!nothing).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published::built_in;

    fn scan(key: &str, check: &str, good: bool) -> facts::Fact {
        facts::Fact {
            key: key.into(),
            item: check.into(),
            value: FactValue::Yes(good),
            observed_at: Time(0),
            valid_until: None,
            source: "Prowler".into(),
            url: String::new(),
            by: String::new(),
        }
    }

    #[test]
    fn every_rule_of_a_lens_that_comes_with_the_program_is_read_whole() {
        let mut rules_read = 0;
        for kept in built_in().unwrap() {
            let lens = &kept.file.lens;
            for c in lens.pillars.iter().flat_map(|p| &p.questions).flat_map(|q| &q.choices) {
                let Some(node) = &c.evidence else { continue };
                for side in ["supported", "contradicted"] {
                    if let Some(node) = node.get(side) {
                        assert!(rule(node).is_some(), "{} of {}", side, c.id);
                        rules_read += 1;
                    }
                }
                // A key that is misspelt would never be observed.
                let known =
                    |k: &str| facts::keys::of(k).is_some() || facts::keys::derived(k).is_some() || k.starts_with("requirement.");
                let odd: Vec<&str> = c.weighed.keys().into_iter().filter(|k| !known(k)).collect();
                assert!(odd.is_empty(), "{}: {odd:?}", c.id);
            }
        }
        assert!(rules_read > 60, "{rules_read}");
    }

    #[test]
    fn a_scan_that_fails_contradicts_and_one_that_passes_supports_what_it_saw_whole() {
        let aws = ["SEC03-BP02".to_owned(), "SEC03-BP04".to_owned()];
        let weigh = |facts: &[facts::Fact]| rules(None, &aws).judge(&Facts::new(facts.to_vec()), Time(0)).weight;
        let (two, four) = ("requirement.sec03-bp02", "requirement.sec03-bp04");
        assert_eq!(weigh(&[]), Weight::None);
        assert_eq!(weigh(&[scan(two, "a", true)]), Weight::None, "nothing looked at the other");
        assert_eq!(weigh(&[scan(two, "a", true), scan(four, "b", true)]), Weight::Supported);
        assert_eq!(weigh(&[scan(two, "a", true), scan(four, "b", true), scan(four, "c", false)]), Weight::Contradicted);
        // An id that no scan has is no support for the rest.
        let odd = rules(None, &["SEC03-BP02".to_owned(), "OPS 4".to_owned()]);
        assert_eq!(odd.judge(&Facts::new([scan(two, "a", true)]), Time(0)).weight, Weight::None);
    }
}
