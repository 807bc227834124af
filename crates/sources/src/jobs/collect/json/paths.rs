//! The places of a JSON answer in which numbers stand (RFC 9535).

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::rules::{Combine, Figure, Json, Paging};

/// A path with its text.
struct Path {
    text: String,
    path: JsonPath,
}

impl Path {
    fn of(text: &str) -> Result<Option<Self>, String> {
        if text.is_empty() {
            return Ok(None);
        }
        let path = JsonPath::parse(text).map_err(|e| format!("“{text}” is no JSONPath: {e}."))?;
        Ok(Some(Self { text: text.to_owned(), path }))
    }

    /// The one node that it finds.
    fn one<'a>(&self, node: &'a Value) -> Result<&'a Value, String> {
        let found = self.path.query(node).all();
        match found.as_slice() {
            [one] => Ok(one),
            [] => Err(format!("{} finds nothing; has the answer another shape than it had? It is {}", self.text, shape(node))),
            many => Err(format!("{} finds {} values where one is wanted", self.text, many.len())),
        }
    }
}

/// What a source reads of an answer.
pub(super) struct Paths {
    rows: Path,
    /// What holds the rows: an empty list and a list that is gone are two things.
    list: Option<Path>,
    value: Option<Path>,
    ratio: Option<(Path, Path)>,
    time: Option<Path>,
    more: Option<Path>,
    counts: bool,
}

impl Paths {
    /// Errors: a path that is none; they were checked when the source was made.
    pub(super) fn of(j: &Json) -> Result<Self, String> {
        let list = j.rows.strip_suffix("[*]").or_else(|| j.rows.strip_suffix(".*"));
        let more = match &j.paging {
            Some(Paging::Next { path } | Paging::Cursor { path, .. }) => path,
            _ => "",
        };
        Ok(Self {
            rows: Path::of(&j.rows)?.ok_or("The path of the rows is missing.")?,
            list: list.map(Path::of).transpose()?.flatten(),
            value: Path::of(&j.value)?,
            ratio: Path::of(&j.numerator)?.zip(Path::of(&j.denominator)?),
            time: Path::of(&j.time)?,
            more: Path::of(more)?,
            counts: j.combine == Some(Combine::Count),
        })
    }

    pub(super) fn has_time(&self) -> bool {
        self.time.is_some()
    }

    /// The rows of an answer. Errors: what should hold them is not there.
    pub(super) fn rows<'a>(&self, document: &'a Value) -> Result<Vec<&'a Value>, String> {
        let rows = self.rows.path.query(document).all();
        if rows.is_empty() {
            let gone = match &self.list {
                Some(list) => list.path.query(document).all().iter().all(|n| !n.is_array() && !n.is_object()),
                None => !self.counts,
            };
            if gone {
                return Err(format!(
                    "The path {} finds no rows; has the answer another shape than it had? It is {}.",
                    self.rows.text,
                    shape(document)
                ));
            }
        }
        Ok(rows)
    }

    /// The time of a row, as text. Errors: a clause.
    pub(super) fn time(&self, row: &Value) -> Result<String, String> {
        let Some(path) = &self.time else { return Ok(String::new()) };
        match path.one(row)? {
            Value::String(text) => Ok(text.clone()),
            Value::Number(n) => Ok(n.to_string()),
            other => Err(format!("the time is {}", shape(other))),
        }
    }

    /// What a row says; `None` if it says null, which is no data. Errors: a clause.
    pub(super) fn figure(&self, row: &Value) -> Result<Option<Figure>, String> {
        if self.counts {
            return Ok(Some(Figure::One));
        }
        if let Some((k, n)) = &self.ratio {
            let (k, n) = (number(k, row)?, number(n, row)?);
            return Ok(k.zip(n).map(|(k, n)| Figure::Ratio(k, n)));
        }
        let Some(path) = &self.value else { return Ok(None) };
        Ok(number(path, row)?.map(Figure::Number))
    }

    /// What leads to the next page. Errors: it is no text and no number; a sentence.
    pub(super) fn more(&self, document: &Value) -> Result<Option<String>, String> {
        let Some(path) = &self.more else { return Ok(None) };
        match path.path.query(document).all().first() {
            None | Some(Value::Null) | Some(Value::Bool(false)) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(n)) => Ok(Some(n.to_string())),
            Some(other) => Err(format!("What {} finds leads to no next page: it is {}.", path.text, shape(other))),
        }
    }
}

fn number(path: &Path, row: &Value) -> Result<Option<f64>, String> {
    let found = path.one(row)?;
    let number = match found {
        Value::Null => return Ok(None),
        Value::Number(n) => n.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match number.filter(|x: &f64| x.is_finite()) {
        Some(x) => Ok(Some(x)),
        None => Err(format!("{} finds {} where a number is wanted", path.text, shape(found))),
    }
}

/// What a node is, in words, with the first names in it.
fn shape(node: &Value) -> String {
    let cut = |text: &str, n: usize| kernel::text::shown(text, n);
    match node {
        Value::Null => "null".into(),
        Value::Bool(b) => format!("{b}"),
        Value::Number(n) => format!("the number {n}"),
        Value::String(text) => format!("the text “{}”", cut(text, 40)),
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Object(fields) if fields.is_empty() => "an object without fields".into(),
        Value::Object(fields) => {
            let names: Vec<String> = fields.keys().take(6).map(|k| cut(k, 30)).collect();
            let more = if fields.len() > names.len() { " and others" } else { "" };
            format!("an object with {}{more}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(more: serde_json::Value) -> Paths {
        let mut all = json!({ "url": "https://a.example", "rows": "$.items[*]", "value": "$.n" });
        for (k, v) in more.as_object().unwrap() {
            all[k] = v.clone();
        }
        Paths::of(&serde_json::from_value(all).unwrap()).unwrap()
    }

    #[test]
    fn an_empty_list_and_a_list_that_is_gone_are_two_things() {
        let p = paths(json!({}));
        assert_eq!(p.rows(&json!({ "items": [] })).unwrap().len(), 0);
        let said = p.rows(&json!({ "results": [{ "n": 1 }] })).unwrap_err();
        assert!(said.contains("$.items[*]") && said.contains("an object with results"), "{said}");
        assert!(p.rows(&json!({ "items": "none" })).is_err());
    }

    #[test]
    fn null_is_no_data_and_anything_else_that_is_no_number_is_a_fault() {
        let p = paths(json!({}));
        assert_eq!(p.figure(&json!({ "n": 2 })), Ok(Some(Figure::Number(2.0))));
        assert_eq!(p.figure(&json!({ "n": " 2.5 " })), Ok(Some(Figure::Number(2.5))));
        assert_eq!(p.figure(&json!({ "n": null })), Ok(None));
        for row in [json!({}), json!({ "n": true }), json!({ "n": [1] }), json!({ "n": "NaN" }), json!({ "n": {} }), json!(7)] {
            assert!(p.figure(&row).is_err(), "{row}");
        }
        let p = paths(json!({ "value": "", "numerator": "$.k", "denominator": "$.n" }));
        assert_eq!(p.figure(&json!({ "k": 1, "n": 4 })), Ok(Some(Figure::Ratio(1.0, 4.0))));
        assert_eq!(p.figure(&json!({ "k": null, "n": 4 })), Ok(None));
    }

    #[test]
    fn what_leads_on_is_a_text_or_a_number() {
        let p = paths(json!({ "paging": { "by": "cursor", "path": "$.next", "parameter": "after" } }));
        for (document, expected) in [
            (json!({ "next": "x" }), Some("x")),
            (json!({ "next": 7 }), Some("7")),
            (json!({ "next": null }), None),
            (json!({}), None),
        ] {
            assert_eq!(p.more(&document).unwrap().as_deref(), expected);
        }
        assert!(p.more(&json!({ "next": {} })).is_err());
    }
}
