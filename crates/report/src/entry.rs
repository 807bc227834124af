//! What a team fills in: which rows are typed, how a number is read, what a sent form asks to store.

use std::collections::HashMap;

use kernel::error::Fault;
use kernel::ids::Id;
use kernel::web::Form;
use metrics::definition::{Definition, PeriodKind};
use metrics::value::NewValue;

use crate::automation::Typed;
use crate::document::{Document, Row, RowState, Words};

/// What the entry form shows: the draft, the words with their versions, and which rows are typed.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The report as it would be now.
    pub document: Document,
    /// Win, ask, learnings with versions.
    pub words: Vec<(String, Words, i64)>,
    /// Definitions of its rows by key.
    pub definitions: HashMap<String, Definition>,
    /// What is known of each typed row beyond the report, by the id of its field.
    pub typed: HashMap<String, Typed>,
    /// The reader may change definitions.
    pub may_define: bool,
}

/// The id of a row's field: metric and subject, which never contain a dot.
pub fn field_id(row: &Row, team: &str) -> String {
    format!("v.{}.{}", row.metric, row.subject.as_ref().map_or(team, |s| s.slug.as_str()))
}

/// True for rows that somebody types: of this sprint, and not pulled or pushed.
pub fn by_hand(entry: &Entry, row: &Row) -> bool {
    let sprint = entry.definitions.get(&row.metric).is_some_and(|d| d.period == PeriodKind::Sprint);
    let automatic = |f: &crate::document::Figure| f.way != "typed";
    let wanted = !matches!(row.state, RowState::NotYet | RowState::NotApplicable);
    sprint
        && wanted
        && !row.now.as_ref().is_some_and(automatic)
        && !(row.now.is_none() && row.before.as_ref().is_some_and(automatic))
}

/// True for what says "the last value still holds" in a field: `u`, as the key does, or the word. No number begins like it.
pub fn still(text: &str) -> bool {
    matches!(text.trim().to_lowercase().as_str(), "u" | "still" | "unchanged")
}

/// What a button asks to take back: the field's id and the entry that was seen. `None` if nothing is.
pub fn undone(form: &Form) -> Option<(&str, Option<Id>)> {
    let (field, entry) = form.opt("undo")?.rsplit_once('=')?;
    Some((field, entry.parse().ok()))
}

/// Metric and subject of a field's id; `None` for another text.
pub fn of_field(id: &str) -> Option<(&str, &str)> {
    id.strip_prefix("v.")?.split_once('.')
}

/// A number as its field shows it.
pub fn plain(number: f64, decimals: u8) -> String {
    format!("{number:.*}", usize::from(decimals))
}

/// A number as people type it: a comma or a point before decimals, spaces between thousands, a trailing unit.
///
/// # Errors
/// What is wrong, with the way to write it.
pub fn read_number(text: &str, unit: &str) -> Result<f64, String> {
    let mut plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\u{2009}' && *c != '\u{202f}').collect();
    plain = plain.replace('\u{2212}', "-");
    if !unit.is_empty()
        && let Some(rest) = plain.strip_suffix(&unit.replace(' ', ""))
    {
        plain = rest.to_owned();
    }
    if plain.contains(',') && plain.contains('.') {
        return Err(format!("“{text}” has a comma and a point. Write 1234.5."));
    }
    if grouped(&plain) {
        let without = plain.replace(',', "");
        return Err(format!("“{text}” may be {without} or {}. Write it without a comma.", plain.replace(',', ".")));
    }
    let shape = plain.replace(',', ".");
    let good = !shape.is_empty() && shape.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    match shape.parse::<f64>() {
        Ok(n) if good && n.is_finite() => Ok(n),
        _ => Err(format!("“{}” is no number. Write it like 1234.5.", text.chars().take(40).collect::<String>())),
    }
}

/// "1,234": a thousand to one reader, one and a bit to another.
fn grouped(plain: &str) -> bool {
    let mut parts = plain.trim_start_matches('-').split(',');
    let first = parts.next().unwrap_or("");
    let rest: Vec<&str> = parts.collect();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let thousands = rest.iter().all(|part| part.len() == 3 && digits(part));
    digits(first) && first.len() <= 3 && first != "0" && !rest.is_empty() && thousands
}

/// What a sent form asks to store: values with the field they came from, or the faults of reading them.
pub fn read(entry: &Entry, form: &Form) -> (Vec<(String, NewValue)>, Vec<Fault>) {
    let (mut values, mut faults) = (Vec::new(), Vec::new());
    let d = &entry.document;
    let kept: Vec<&str> = form.all("keep");
    let all = form.opt("all-kept").is_some();
    let back = undone(form).map(|(id, _)| id);
    for row in d.sections.iter().flat_map(|s| &s.rows).filter(|r| by_hand(entry, r)) {
        let id = field_id(row, &d.team.slug);
        // What is taken back is not typed in the same breath.
        if back == Some(id.as_str()) {
            continue;
        }
        let text = form.get(&id).trim();
        let note = form.get(&format!("{id}-n")).trim();
        let keep = kept.contains(&id.as_str()) || still(text) || (all && text.is_empty() && row.now.is_none());
        let stored = row.now.as_ref();
        // A field that still shows the stored value was not typed into: its further decimals stay.
        let untouched = stored.is_some_and(|f| text == plain(f.number, row.decimals));
        let (number, kept) = match (text, keep, &row.before) {
            // "Still 24" is the value that it was, to its last decimal, whatever stands in the field.
            (_, true, Some(before)) => (before.number, true),
            (_, true, None) => {
                faults.push(Fault::new(&id, format!("{} has no earlier value to keep. Type one.", row.title)));
                continue;
            }
            ("", false, _) => continue,
            (text, false, _) => match (read_number(text, &row.unit), stored) {
                (_, Some(f)) if untouched => (f.number, f.kept),
                (Ok(n), _) => (n, false),
                (Err(message), _) => {
                    faults.push(Fault::new(&id, message));
                    continue;
                }
            },
        };
        let same = stored.is_some_and(|f| f.number.to_bits() == number.to_bits() && f.kept == kept);
        let old_note = row.note.as_ref().map_or("", |n| n.text.as_str());
        if same && note == old_note {
            continue;
        }
        values.push((
            id,
            NewValue {
                metric: row.metric.clone(),
                subject: row.subject.as_ref().map_or(&d.team.slug, |s| &s.slug).clone(),
                period: d.sprint.to_string(),
                number: Some(number),
                numerator: None,
                denominator: None,
                unit: None,
                note: (!note.is_empty()).then(|| note.to_owned()),
                kept,
            },
        ));
    }
    (values, faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_says_that_the_last_value_still_holds_and_no_number_does() {
        for text in ["u", "U", " still ", "Unchanged"] {
            assert!(still(text), "{text}");
            assert!(read_number(text, "u").is_err(), "{text} is no number in any unit");
        }
        for text in ["", "24", "0", "un", "2u"] {
            assert!(!still(text), "{text}");
        }
    }

    #[test]
    fn a_button_names_the_field_and_the_entry_that_was_seen() {
        let id = Id::from_u128(7);
        let form = |value: &str| Form(vec![("undo".into(), value.into())]);
        assert_eq!(undone(&form(&format!("v.deployments.intake={id}"))), Some(("v.deployments.intake", Some(id))));
        assert_eq!(undone(&form("v.a.b=nonsense")), Some(("v.a.b", None)));
        assert_eq!((undone(&form("nothing")), undone(&Form::default())), (None, None));
        assert_eq!((of_field("v.deployments.intake"), of_field("win")), (Some(("deployments", "intake")), None));
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, expected) in [
            ("74", 74.0),
            ("74,5", 74.5),
            (" 1 234.5 ", 1234.5),
            ("−3", -3.0),
            ("74 %", 74.0),
            ("0", 0.0),
            ("0,125", 0.125),
            ("1,2345", 1.2345),
        ] {
            assert_eq!(read_number(text, "%"), Ok(expected), "{text}");
        }
        for bad in ["", "abc", "1.2.3", "1,234.5", "1,234", "12,345,678", "NaN", "inf", "1e5", "--1", "1-2"] {
            assert!(read_number(bad, "").is_err(), "{bad}");
        }
    }
}
