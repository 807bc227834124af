//! Texts and links of a lens: nothing in it is trusted.

use std::collections::BTreeSet;

use super::{Finding, Severity};
use crate::tree::{Node, Value};

/// What is wrong with a link: code, weight, message, remedy; `None` if it is one address of the web.
pub(crate) fn url(raw: &str) -> Option<(&'static str, Severity, String, &'static str)> {
    let trimmed = raw.trim();
    if trimmed.is_empty() {
        return Some(("empty-url", Severity::Note, "A link is empty.".into(), "Leave it out."));
    }
    // A scheme as browsers see it: they drop control characters and blanks on the way.
    let bare: String = trimmed.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect::<String>().to_lowercase();
    if !bare.starts_with("http://") && !bare.starts_with("https://") {
        let shown: String = bare.chars().take(30).collect();
        return Some((
            "bad-url",
            Severity::Fault,
            format!("The link “{shown}” is no http or https address."),
            "Write one, or remove it.",
        ));
    }
    if bare.matches("http://").count() + bare.matches("https://").count() > 1 && trimmed.contains(char::is_whitespace) {
        return Some((
            "two-urls",
            Severity::Warning,
            "Two links stand in one field.".into(),
            "Keep one; put the other into the text.",
        ));
    }
    if trimmed.contains(|c: char| c.is_whitespace() || c.is_control()) || trimmed.contains(['<', '>', '"', '\'']) {
        let message = "A link has blanks, quotes or brackets in it.".into();
        return Some(("broken-url", Severity::Warning, message, "Write the address as the browser shows it."));
    }
    None
}

/// Checks every text and link. `own` for our own form, in which the keys of others stand under `aws`.
pub(crate) fn check(native: &Node, name: &str, own: bool, out: &mut Vec<Finding>) {
    let first = out.len();
    walk(native, &mut Vec::new(), out);
    for pillar in native.get("pillars").map_or(&[][..], Node::items) {
        for q in pillar.get("questions").map_or(&[][..], Node::items) {
            let from = out.len();
            let id = q.get("id").and_then(Node::scalar).unwrap_or_default().to_owned();
            for (key, inner) in q.members().iter().filter(|(k, _)| k != "choices") {
                leaf(key, inner, out);
                walk(inner, &mut vec![key], out);
            }
            for c in q.get("choices").map_or(&[][..], Node::items) {
                let begin = out.len();
                walk(c, &mut Vec::new(), out);
                for f in &mut out[begin..] {
                    f.choice = c.get("id").and_then(Node::scalar).map(str::to_owned);
                }
            }
            for f in &mut out[from..] {
                f.question = Some(id.clone());
            }
        }
    }
    if !own {
        foreign_name(native, name, out);
    }
    out[first..].sort_by_key(|f| f.at);
}

/// Everything but the questions, which are walked one by one.
fn walk<'a>(node: &'a Node, path: &mut Vec<&'a str>, out: &mut Vec<Finding>) {
    match &node.value {
        Value::Map(members) => {
            for (key, inner) in members.iter().filter(|(k, _)| k != "questions") {
                leaf(key, inner, out);
                path.push(key);
                walk(inner, path, out);
                path.pop();
            }
        }
        Value::List(items) => items.iter().for_each(|n| walk(n, path, out)),
        _ => {}
    }
}

fn leaf(key: &str, node: &Node, out: &mut Vec<Finding>) {
    if matches!(&node.value, Value::Number(n) if !crate::json::is_number(n)) {
        let message = format!("“{key}” is a bare NaN or Infinity, which is no JSON.");
        out.push(Finding::new("not-a-number", Severity::Warning, node.at, message).remedy("Write text in quotes."));
    }
    let Some(text) = node.str() else { return };
    let lower = key.to_lowercase();
    if lower == "url" || lower.ends_with("_url") {
        if let Some((code, severity, message, remedy)) = url(text) {
            out.push(Finding::new(code, severity, node.at, message).remedy(remedy));
        } else if text.trim() != text {
            let message = "A link has blanks before or after it.";
            out.push(Finding::new("blank-in-url", Severity::Note, node.at, message).remedy("Remove them."));
        }
        if key == "Url" || key == "URL" {
            let message = format!("A link stands under “{key}”; only “url” is read.");
            out.push(Finding::new("key-case", Severity::Warning, node.at, message).remedy("Write “url”."));
        }
        return;
    }
    if text.chars().any(|c| {
        (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    }) {
        let message = format!("“{key}” holds characters that are not seen and can turn text round.");
        out.push(Finding::new("hidden-character", Severity::Warning, node.at, message).remedy("Remove them."));
    }
    if ["<script", "<iframe", "<img", "<svg", "javascript:"].iter().any(|w| text.to_lowercase().contains(w)) {
        let message = format!("“{key}” holds markup or a script. It is shown as text and never run.");
        out.push(Finding::new("markup", Severity::Warning, node.at, message).remedy("Write plain text."));
    }
}

/// Words that say nothing about the subject of a lens.
const COMMON: [&str; 24] = [
    "aws",
    "amazon",
    "lens",
    "best",
    "practice",
    "practices",
    "custom",
    "well",
    "architected",
    "framework",
    "for",
    "the",
    "and",
    "of",
    "on",
    "sample",
    "review",
    "business",
    "journey",
    "with",
    "unofficial",
    "wa",
    "in",
    "readiness",
];

/// A name of which no word occurs in the lens was copied from another one.
fn foreign_name(native: &Node, name: &str, out: &mut Vec<Finding>) {
    let words = |text: &str| text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
    let subject: BTreeSet<String> = words(name).into_iter().filter(|w| w.len() > 2 && !COMMON.contains(&w.as_str())).collect();
    let mut seen = BTreeSet::new();
    let mut questions = 0;
    let mut stack: Vec<&Node> = native.get("pillars").into_iter().collect();
    while let Some(node) = stack.pop() {
        match &node.value {
            Value::Text(text) => seen.extend(words(text)),
            Value::List(items) => stack.extend(items),
            Value::Map(members) => {
                questions += usize::from(node.get("choices").is_some());
                stack.extend(members.iter().map(|(_, n)| n));
            }
            _ => {}
        }
    }
    // One word alone can be the name of a programme that the questions need not repeat.
    if subject.len() > 1 && questions >= 5 && subject.is_disjoint(&seen) {
        let at = native.get("name").map_or(native.at, |n| n.at);
        let message = format!("No word of the name “{name}” occurs in its questions. Was it copied from another lens?");
        out.push(Finding::new("foreign-name", Severity::Warning, at, message).remedy("Give it its own name."));
    }
}
