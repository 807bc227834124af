//! Evidence rules as data: `all` or `any` of {fact, op, value, max_age}, four deep, thirty-two terms.

use crate::tree::{Node, Value};

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
