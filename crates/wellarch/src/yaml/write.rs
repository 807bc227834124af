//! Trees as YAML that a person likes to edit: blocks, short lists on one line, quotes only where they are needed.

use crate::json::quote;
use crate::tree::{Node, Value};

/// The longest collection on one line.
const WIDE: usize = 120;

/// Writes a document.
#[must_use]
pub fn write(node: &Node) -> String {
    let mut out = String::new();
    match &node.value {
        Value::Map(m) if !m.is_empty() => block(&mut out, node, 0),
        Value::List(l) if !l.is_empty() => block(&mut out, node, 0),
        _ => {
            scalar(&mut out, node, false);
            out.push('\n');
        }
    }
    out
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// A collection, its first line not indented: the caller stands where it begins.
fn block(out: &mut String, node: &Node, depth: usize) {
    match &node.value {
        Value::Map(members) => {
            for (i, (key, inner)) in members.iter().enumerate() {
                if i > 0 {
                    indent(out, depth);
                }
                text(out, key, true);
                out.push(':');
                value(out, inner, depth + 1, false);
            }
        }
        Value::List(items) => {
            for (i, inner) in items.iter().enumerate() {
                if i > 0 {
                    indent(out, depth);
                }
                out.push('-');
                value(out, inner, depth + 1, true);
            }
        }
        _ => {}
    }
}

/// What follows a key or a dash, with the line break.
fn value(out: &mut String, node: &Node, depth: usize, item: bool) {
    let collection = !node.members().is_empty() || !node.items().is_empty();
    if collection {
        if let Some(line) = flow(node, 2).filter(|l| l.chars().count() + 2 * depth <= WIDE) {
            out.push(' ');
            out.push_str(&line);
            out.push('\n');
        } else if item {
            out.push(' ');
            block(out, node, depth);
        } else {
            out.push('\n');
            indent(out, depth);
            block(out, node, depth);
        }
        return;
    }
    out.push(' ');
    if let Some(lines) = node.str().and_then(literal) {
        out.push_str(lines.head);
        for line in lines.text.split('\n') {
            out.push('\n');
            if !line.is_empty() {
                indent(out, depth);
                out.push_str(line);
            }
        }
    } else {
        scalar(out, node, false);
    }
    out.push('\n');
}

/// The collection on one line; `None` if it nests more than `levels` or holds longer text.
fn flow(node: &Node, levels: usize) -> Option<String> {
    let mut out = String::new();
    match &node.value {
        Value::Map(members) if !members.is_empty() => {
            if levels == 0 {
                return None;
            }
            out.push_str("{ ");
            for (i, (key, inner)) in members.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                if key.len() > WIDE {
                    return None;
                }
                // In quotes unless it is a word: a colon would belong to it otherwise.
                text(&mut out, key, true);
                out.push_str(": ");
                out.push_str(&flow(inner, levels - 1)?);
            }
            out.push_str(" }");
        }
        Value::List(items) if !items.is_empty() => {
            if levels == 0 {
                return None;
            }
            out.push('[');
            for (i, inner) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                out.push_str(&flow(inner, levels - 1)?);
            }
            out.push(']');
        }
        _ => {
            if node.str().is_some_and(|t| t.len() > WIDE) {
                return None;
            }
            scalar(&mut out, node, true);
        }
    }
    (out.len() <= 4 * WIDE).then_some(out)
}

fn scalar(out: &mut String, node: &Node, in_flow: bool) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => out.push_str(match n.as_str() {
            "NaN" => ".nan",
            "Infinity" => ".inf",
            "-Infinity" => "-.inf",
            n => n,
        }),
        Value::List(_) => out.push_str("[]"),
        Value::Map(_) => out.push_str("{}"),
        Value::Text(t) => text(out, t, in_flow),
    }
}

/// Text, in quotes where YAML would read something else. `tight` where commas and brackets mean something.
fn text(out: &mut String, text: &str, tight: bool) {
    if is_plain(text, tight) { out.push_str(text) } else { quote(out, text) }
}

fn is_plain(text: &str, tight: bool) -> bool {
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"];
    let mut chars = text.chars();
    let first = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || (c.is_alphabetic() && c > '\u{bf}'));
    let known = |c: char| c.is_ascii_alphanumeric() || c == '_' || "-./ ;'()+".contains(c);
    let more = |c: char| !tight && (",?!%’“”–".contains(c) || (c.is_alphabetic() && c > '\u{bf}'));
    first
        && !text.ends_with(' ')
        && text.chars().all(|c| known(c) || more(c))
        && !words.contains(&text.to_ascii_lowercase().as_str())
}

struct Literal<'a> {
    head: &'static str,
    text: &'a str,
}

/// Text of several lines that a literal block gives back exactly.
fn literal(text: &str) -> Option<Literal<'_>> {
    let (head, body) = match text.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", text),
    };
    let clean = |line: &str| !line.starts_with([' ', '\t']) && !line.ends_with([' ', '\t']);
    let printable = |c: char| c == '\n' || (c >= ' ' && !matches!(c, '\u{7f}'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}'));
    let fits = body.contains('\n') && !body.starts_with('\n') && !body.ends_with('\n');
    (fits && body.split('\n').all(clean) && body.chars().all(printable)).then_some(Literal { head, text: body })
}
