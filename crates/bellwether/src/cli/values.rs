//! Values from a CSV file for `value push`: read strictly, refused whole with the line.

use anyhow::{Context, bail};
use serde_json::{Value, json};

const NUMBERS: [&str; 3] = ["number", "numerator", "denominator"];
const TEXTS: [&str; 5] = ["metric", "subject", "period", "unit", "note"];

/// Reads a file with a header line; columns in any order.
///
/// # Errors
/// An unknown or missing column, or a number that is none, with its line.
pub(super) fn read_csv(text: &str) -> anyhow::Result<Vec<Value>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header: Vec<String> = reader.headers().context("the file has no header line")?.iter().map(str::to_lowercase).collect();
    for name in &header {
        if !NUMBERS.contains(&name.as_str()) && !TEXTS.contains(&name.as_str()) {
            bail!("line 1: there is no column “{name}”. Use {} and {}.", TEXTS.join(", "), NUMBERS.join(", "));
        }
    }
    for name in &TEXTS[..3] {
        if !header.iter().any(|h| h == name) {
            bail!("line 1: the column “{name}” is missing.");
        }
    }
    let mut out = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let mut value = json!({});
        for (name, cell) in header.iter().zip(record.iter()).filter(|(_, cell)| !cell.is_empty()) {
            value[name.as_str()] = if NUMBERS.contains(&name.as_str()) {
                let n: f64 = cell.parse().map_err(|_| anyhow::anyhow!("line {line}: “{cell}” in column {name} is no number."))?;
                if !n.is_finite() {
                    bail!("line {line}: “{cell}” in column {name} cannot be stored. Leave out what was not measured.");
                }
                json!(n)
            } else {
                json!(cell)
            };
        }
        if let Some(name) = TEXTS[..3].iter().find(|name| value.get(**name).is_none()) {
            bail!("line {line}: {name} is empty.");
        }
        if value.get("number").is_none() && (value.get("numerator").is_none() || value.get("denominator").is_none()) {
            bail!("line {line}: there is no number, and no numerator with a denominator. Leave out what was not measured.");
        }
        out.push(value);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_may_stand_in_any_order_and_empty_cells_are_left_out() {
        let values = read_csv("\u{feff}Period,metric,subject,number,note\n22, lead-time ,payments,4.5,\n").unwrap();
        assert_eq!(values, [json!({ "period": "22", "metric": "lead-time", "subject": "payments", "number": 4.5 })]);
    }

    #[test]
    fn faults_name_the_line() {
        for (text, part) in [
            ("metric,subject,period,number\na,b,1,x\n", "line 2: “x”"),
            ("metric,subject,period,number\na,b,1,NaN\n", "line 2: “NaN”"),
            ("metric,subject,period,number\na,,1,2\n", "line 2: subject is empty"),
            ("metric,subject,period,number,numerator\na,b,1,,2\n", "line 2: there is no number"),
            ("metric,subject,number\n", "“period” is missing"),
            ("metric,subject,period,value\n", "no column “value”"),
        ] {
            let e = format!("{:#}", read_csv(text).unwrap_err());
            assert!(e.contains(part), "{e}");
        }
        assert!(read_csv("metric,subject,period,number\na,b\n").is_err());
    }
}
