//! Findings of Prowler as facts: for each check and each requirement of the Well-Architected Framework that the check names, whether
//! every resource that was looked at passed. Reads OCSF JSON (Detection Finding), Prowler's own JSON of version 3, and its CSV, as a
//! list or as one document a line. Pure.

use std::collections::BTreeMap;

use kernel::time::Time;
use serde_json::Value;

use crate::fact::{FactValue, NewFact, is_key};

/// Bytes of a file at most.
pub const MAX_FILE: usize = 64 * 1_048_576;

/// What a file held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Read {
    /// Facts, by requirement, then check.
    pub facts: Vec<NewFact>,
    /// Findings in the file.
    pub findings: usize,
    /// Findings that passed or failed and name a requirement of the framework.
    pub used: usize,
    /// Findings that a person has muted.
    pub muted: usize,
}

/// One finding, whatever the form.
struct Finding {
    check: String,
    passed: Option<bool>,
    muted: bool,
    requirements: Vec<String>,
    at: Option<Time>,
}

/// `SEC03-BP06` as a key; `None` for an id of another shape.
fn key(id: &str) -> Option<String> {
    let id = id.trim().to_ascii_lowercase();
    let (question, practice) = id.split_once("-bp")?;
    let letters = question.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = |s: &str| !s.is_empty() && s.len() <= 2 && s.chars().all(|c| c.is_ascii_digit());
    let good = letters.len() >= 3 && letters.len() <= 4 && letters.chars().all(|c| c.is_ascii_lowercase());
    let key = format!("requirement.{id}");
    (good && digits(&question[letters.len()..]) && digits(practice) && is_key(&key)).then_some(key)
}

/// The key of a requirement that a lens maps to; `None` if no scan can speak of it.
pub fn requirement(id: &str) -> Option<String> {
    key(id)
}

fn time(text: &str) -> Option<Time> {
    let text = text.trim().replacen(' ', "T", 1);
    // Prowler writes UTC without a zone.
    Time::parse(&text).or_else(|_| Time::parse(&format!("{text}Z"))).ok()
}

fn passed(status: &str) -> Option<bool> {
    match status {
        "PASS" => Some(true),
        "FAIL" => Some(false),
        _ => None,
    }
}

fn well_architected(framework: &str) -> bool {
    framework.to_ascii_lowercase().contains("well-architected")
}

fn of_map(compliance: &Value) -> Vec<String> {
    let mut out = Vec::new();
    for (framework, ids) in compliance.as_object().into_iter().flatten() {
        if well_architected(framework) {
            out.extend(ids.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
        }
    }
    out
}

fn of_json(v: &Value) -> Option<Finding> {
    let text = |v: &Value| v.as_str().map(str::to_owned);
    if let Some(check) = text(&v["metadata"]["event_code"]) {
        let seconds = v["time"].as_i64().map(|s| Time(s.saturating_mul(1_000_000)));
        let at = [&v["time_dt"], &v["event_time"], &v["finding_info"]["created_time_dt"], &v["finding_info"]["created_time"]];
        return Some(Finding {
            check,
            passed: passed(v["status_code"].as_str().unwrap_or("")),
            muted: v["status"] == "Suppressed",
            requirements: of_map(&v["unmapped"]["compliance"]),
            at: at.into_iter().filter_map(|t| t.as_str()).find_map(time).or(seconds),
        });
    }
    Some(Finding {
        check: text(&v["CheckID"])?,
        passed: passed(v["Status"].as_str().unwrap_or("")),
        muted: v["Status"] == "MUTED" || v["Status"] == "WARNING",
        requirements: of_map(&v["Compliance"]),
        at: v["AssessmentStartTime"].as_str().and_then(time),
    })
}

/// `CIS-1.4: 1.20 | AWS-Well-Architected-Framework-Security-Pillar: SEC03-BP03, SEC10-BP01`.
fn of_cell(cell: &str) -> Vec<String> {
    let mut out = Vec::new();
    for part in cell.split('|') {
        if let Some((_, ids)) = part.split_once(':').filter(|(f, _)| well_architected(f)) {
            out.extend(ids.split(',').map(|id| id.trim().to_owned()));
        }
    }
    out
}

fn csv_findings(text: &str) -> Result<Vec<Finding>, String> {
    let head = text.lines().next().unwrap_or("");
    let delimiter = if head.matches(';').count() >= head.matches(',').count() { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| e.to_string())?.clone();
    let column = |name: &str| header.iter().position(|h| h.trim().eq_ignore_ascii_case(name));
    let need = |name: &str| column(name).ok_or_else(|| format!("line 1: there is no column {name}. Is this Prowler's CSV?"));
    let (check, status, compliance) = (need("CHECK_ID")?, need("STATUS")?, need("COMPLIANCE")?);
    let (muted, stamp) = (column("MUTED"), column("TIMESTAMP"));
    let mut out = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| e.to_string())?;
        let cell = |at: usize| row.get(at).unwrap_or("").trim();
        out.push(Finding {
            check: cell(check).to_owned(),
            passed: passed(cell(status)),
            muted: muted.is_some_and(|m| cell(m).eq_ignore_ascii_case("true")),
            requirements: of_cell(cell(compliance)),
            at: stamp.and_then(|s| time(cell(s))),
        });
    }
    Ok(out)
}

fn json_findings(text: &str) -> Result<Vec<Finding>, String> {
    let items: Vec<Value> = if text.starts_with('[') {
        serde_json::from_str(text).map_err(|e| e.to_string())?
    } else {
        let lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
        lines.map(|(i, l)| serde_json::from_str(l).map_err(|e| format!("line {}: {e}", i + 1))).collect::<Result<_, _>>()?
    };
    items
        .iter()
        .enumerate()
        .map(|(i, v)| {
            of_json(v).ok_or_else(|| format!("finding {}: neither metadata.event_code nor CheckID. Is this Prowler's?", i + 1))
        })
        .collect()
}

/// Reads a file. `url` leads to where it can be looked up, or is empty.
///
/// # Errors
/// What is wrong and where, in a sentence.
pub fn read(text: &str, url: &str) -> Result<Read, String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Ok(Read::default());
    }
    let found = if text.starts_with('[') || text.starts_with('{') { json_findings(text)? } else { csv_findings(text)? };
    let mut out = Read { findings: found.len(), ..Read::default() };
    let mut by: BTreeMap<(String, String), (bool, Option<Time>)> = BTreeMap::new();
    for f in found {
        if f.muted {
            out.muted += 1;
            continue;
        }
        let Some(good) = f.passed else { continue };
        let keys: Vec<String> = f.requirements.iter().filter_map(|id| key(id)).collect();
        out.used += usize::from(!keys.is_empty());
        for key in keys {
            let (all, at) = by.entry((key, f.check.clone())).or_insert((true, None));
            *all &= good;
            *at = (*at).max(f.at);
        }
    }
    out.facts = by
        .into_iter()
        .map(|((key, item), (good, observed_at))| NewFact {
            key,
            item,
            value: FactValue::Yes(good),
            observed_at,
            valid_until: None,
            source: "Prowler".into(),
            url: url.to_owned(),
        })
        .collect();
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: &str = "AWS-Well-Architected-Framework-Security-Pillar";

    fn told(read: &Read) -> Vec<(&str, &str, bool)> {
        read.facts.iter().map(|f| (f.key.as_str(), f.item.as_str(), f.value == FactValue::Yes(true))).collect()
    }

    fn ocsf(check: &str, status: &str, state: &str, ids: &str) -> String {
        format!(
            "{{\"metadata\":{{\"event_code\":\"{check}\"}},\"status_code\":\"{status}\",\"status\":\"{state}\",\"time_dt\":\"2026-11-01T10:00:00.5\",\
             \"unmapped\":{{\"compliance\":{{\"{FRAME}\":[{ids}],\"CIS-1.4\":[\"1.20\"]}}}}}}"
        )
    }

    #[test]
    fn a_check_passes_only_if_every_resource_does() {
        let text = format!(
            "[{},{},{},{},{}]",
            ocsf("iam_mfa", "PASS", "New", "\"SEC02-BP01\""),
            ocsf("iam_mfa", "FAIL", "New", "\"SEC02-BP01\",\"SEC03-BP02\""),
            ocsf("s3_block", "PASS", "New", "\"SEC03-BP07\",\"odd\""),
            ocsf("s3_block", "FAIL", "Suppressed", "\"SEC03-BP07\""),
            ocsf("by_hand", "MANUAL", "New", "\"SEC01-BP01\""),
        );
        let found = read(&text, "https://scan.example").unwrap();
        let expected = [
            ("requirement.sec02-bp01", "iam_mfa", false),
            ("requirement.sec03-bp02", "iam_mfa", false),
            ("requirement.sec03-bp07", "s3_block", true),
        ];
        assert_eq!(told(&found), expected);
        assert_eq!((found.findings, found.used, found.muted), (5, 3, 1));
        assert_eq!(found.facts[0].observed_at.unwrap().to_string(), "2026-11-01T10:00:00.5Z");
        let lines = text.trim_matches(['[', ']']).replace("},{\"metadata", "}\n{\"metadata");
        assert_eq!(told(&read(&lines, "").unwrap()), expected, "one document a line says the same");
    }

    #[test]
    fn csv_and_the_older_json_are_read_too() {
        let csv = format!(
            "TIMESTAMP;CHECK_ID;STATUS;MUTED;COMPLIANCE\n2026-11-01 10:00:00.1;a;FAIL;False;CIS: 1 | {FRAME}: SEC03-BP03, SEC10-BP01 | X: y\n2026-11-01 10:00:00.1;b;FAIL;True;{FRAME}: SEC03-BP03\n"
        );
        let found = read(&csv, "").unwrap();
        assert_eq!(told(&found), [("requirement.sec03-bp03", "a", false), ("requirement.sec10-bp01", "a", false)]);
        assert_eq!(found.muted, 1);
        let old = format!(
            "[{{\"CheckID\":\"c\",\"Status\":\"PASS\",\"AssessmentStartTime\":\"2026-11-01T10:00:00\",\"Compliance\":{{\"{FRAME}\":[\"SEC01-BP01\"]}}}}]"
        );
        assert_eq!(told(&read(&old, "").unwrap()), [("requirement.sec01-bp01", "c", true)]);
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        for (text, part) in [
            ("[{\"a\":1}]", "finding 1"),
            ("{\"metadata\":{\"event_code\":\"x\"}}\n{", "line 2"),
            ("a;b\n1;2\n", "no column CHECK_ID"),
            ("[", "EOF"),
        ] {
            let why = read(text, "").unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
        assert_eq!(read(" \n", "").unwrap(), Read::default());
    }

    #[test]
    fn only_ids_of_practices_are_requirements() {
        assert_eq!(requirement("SEC03-BP06").as_deref(), Some("requirement.sec03-bp06"));
        assert_eq!(requirement("COST01-BP02").as_deref(), Some("requirement.cost01-bp02"));
        for id in ["SEC 3", "SEC03", "03-BP06", "SEC03-BP", "SEC003-BP01", "SE:05"] {
            assert_eq!(requirement(id), None, "{id}");
        }
    }
}
