//! Compares the pairs of windows that come as JSON, one a line, and writes what it finds, one a line: for the check against an
//! independent computation, `tests/effect/compare.py`.

use std::io::{BufRead, Write};

use serde_json::{Value, json};
use verdict::effect::{Events, Share, Sides, compare};

fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().map(|a| a.iter().filter_map(Value::as_f64).collect()).unwrap_or_default()
}

fn share(v: &Value) -> Share {
    Share { k: v[0].as_u64().unwrap_or(0), n: v[1].as_u64().unwrap_or(0) }
}

fn events(v: &Value) -> Events {
    Events { count: v[0].as_u64().unwrap_or(0), exposure: v[1].as_f64().unwrap_or(0.0), periods: 12 }
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let pair: Value = serde_json::from_str(&line?)?;
        let (before, after) = (&pair["before"], &pair["after"]);
        let (b, a) = (numbers(before), numbers(after));
        let sides = match pair["kind"].as_str() {
            Some("amounts") => Sides::Amounts { before: &b, after: &a },
            Some("shares") => Sides::Shares { before: share(before), after: share(after) },
            _ => Sides::Events { before: events(before), after: events(after) },
        };
        let found = compare(&sides).map(|e| json!(e)).unwrap_or_else(|e| json!({ "error": e.to_string() }));
        writeln!(out, "{found}")?;
    }
    out.flush()
}
