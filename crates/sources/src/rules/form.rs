//! A source as its form sends it, and what the form is filled with: each field in both directions.

use std::collections::BTreeMap;

use kernel::error::{Error, Faults, Result};
use kernel::web::Form;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::csv::Csv;
use super::datadog::Datadog;
use super::json::{Json, Paging};
use super::kind::Kind;
use super::pull::{Git, Prometheus, Pull};
use super::source::{NewSource, Source};

/// The field of the form that a fault belongs to.
pub(crate) fn field_of(at: &str) -> &str {
    match at.strip_prefix("pull.").unwrap_or(at) {
        "every_minutes" => "every",
        "slug" => "name",
        "paging.path" => "paging_path",
        "paging.parameter" => "paging_parameter",
        "paging.first" => "paging_first",
        other => other,
    }
}

fn text(form: &Form, name: &str) -> String {
    form.get(name).trim().to_owned()
}

fn opt(form: &Form, name: &str) -> Option<String> {
    Some(text(form, name)).filter(|t| !t.is_empty())
}

fn choice<T: DeserializeOwned>(form: &Form, name: &str) -> Result<T> {
    serde_json::from_value(Value::String(text(form, name))).map_err(|_| Error::invalid(name, "This is none of the choices."))
}

fn maybe<T: DeserializeOwned>(form: &Form, name: &str) -> Result<Option<T>> {
    if form.get(name).trim().is_empty() { Ok(None) } else { choice(form, name).map(Some) }
}

/// Lines of `name: value`.
fn headers(form: &Form) -> Result<BTreeMap<String, String>> {
    let (mut out, mut faults) = (BTreeMap::new(), Faults::new());
    for (i, line) in form.get("headers").lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        match line.split_once(':') {
            Some((name, value)) if !name.trim().is_empty() => {
                if out.insert(name.trim().to_owned(), value.trim().to_owned()).is_some() {
                    faults.add("headers", format!("Line {} has a header that an earlier line has already.", i + 1));
                }
            }
            _ => faults.add("headers", format!("Line {} is no header. Write it as name: value.", i + 1)),
        }
    }
    faults.done().map(|()| out)
}

fn paging(form: &Form) -> Result<Option<Paging>> {
    let path = text(form, "paging_path");
    let parameter = text(form, "paging_parameter");
    Ok(Some(match form.get("paging") {
        "" => return Ok(None),
        "next" => Paging::Next { path },
        "link" => Paging::Link,
        "cursor" => Paging::Cursor { path, parameter },
        "offset" => Paging::Offset { parameter },
        "page" => {
            let first = opt(form, "paging_first").unwrap_or_else(|| "1".into());
            let first =
                first.parse().map_err(|_| Error::invalid("paging_first", "The number of the first page is no whole number."))?;
            Paging::Page { parameter, first }
        }
        _ => return Err(Error::invalid("paging", "This is none of the choices.")),
    }))
}

fn pull_of(kind: Kind, form: &Form) -> Result<Pull> {
    let t = |name: &str| text(form, name);
    let secret = opt(form, "secret");
    Ok(match kind {
        Kind::Prometheus => Pull::Prometheus(Prometheus {
            url: t("url"),
            query: form.get("query").to_owned(),
            mode: choice(form, "mode")?,
            reduce: maybe(form, "reduce")?,
            secret,
        }),
        Kind::Git => Pull::Git(Git { location: t("location"), what: choice(form, "what")?, branch: t("branch"), secret }),
        Kind::Json => Pull::Json(Json {
            url: t("url"),
            method: choice(form, "method")?,
            body: form.get("body").to_owned(),
            headers: headers(form)?,
            secret,
            rows: t("rows"),
            value: t("value"),
            numerator: t("numerator"),
            denominator: t("denominator"),
            time: t("time"),
            time_format: t("time_format"),
            combine: maybe(form, "combine")?,
            paging: paging(form)?,
        }),
        Kind::Csv => Pull::Csv(Csv {
            location: t("location"),
            secret,
            delimiter: choice(form, "delimiter")?,
            value: t("value"),
            numerator: t("numerator"),
            denominator: t("denominator"),
            time: t("time"),
            time_format: t("time_format"),
            decimal: choice(form, "decimal")?,
            combine: maybe(form, "combine")?,
        }),
        Kind::Datadog => Pull::Datadog(Datadog {
            site: t("site"),
            call: choice(form, "call")?,
            query: form.get("query").to_owned(),
            combine: choice(form, "combine")?,
            api_key: t("api_key"),
            application_key: t("application_key"),
        }),
    })
}

/// Reads a source from its form; `old` is the one that is changed.
///
/// # Errors
/// A choice that is none, a number that is none, a header that is none, at its field.
pub(crate) fn source_of(form: &Form, old: Option<&Source>) -> Result<NewSource> {
    let pull = pull_of(old.map_or_else(|| Kind::read(form.get("kind")), |s| s.pull.kind()), form)?;
    let every_minutes = minutes_of(form)?;
    let subject = form.get("subject");
    Ok(NewSource {
        name: text(form, "name"),
        slug: None,
        metric: old.map_or_else(|| text(form, "metric"), |s| s.metric.clone()),
        subject: old.map_or_else(|| subject.rsplit('/').next().unwrap_or("").to_owned(), |s| s.subject.clone()),
        every_minutes,
        pull,
        version: form.get("version").parse().ok(),
    })
}

/// The schedule that a form states, in minutes.
///
/// # Errors
/// A number that is none, at its field.
pub(super) fn minutes_of(form: &Form) -> Result<i64> {
    let number = form.get("every").trim();
    let factor = match form.get("unit") {
        "minutes" => 1,
        "days" => 1440,
        _ => 60,
    };
    number
        .parse::<i64>()
        .ok()
        .and_then(|n| n.checked_mul(factor))
        .ok_or_else(|| Error::invalid("every", format!("“{}” is no whole number.", number.chars().take(40).collect::<String>())))
}

/// Minutes as the largest whole unit.
pub(super) fn every(minutes: i64) -> (String, &'static str) {
    match minutes {
        m if m % 1440 == 0 => ((m / 1440).to_string(), "days"),
        m if m % 60 == 0 => ((m / 60).to_string(), "hours"),
        m => (m.to_string(), "minutes"),
    }
}

/// What stands in a field of the form of a source before anything is typed.
pub(crate) fn stored(source: &Source, name: &str) -> String {
    let (number, unit) = every(source.every_minutes);
    match name {
        "name" => source.name.clone(),
        "every" => number,
        "unit" => unit.into(),
        _ => of_pull(&source.pull, name),
    }
}

/// The form's fields have the names of the pull's, so what is stored says what stands in them.
fn of_pull(pull: &Pull, name: &str) -> String {
    let Ok(all) = serde_json::to_value(pull) else { return String::new() };
    let paging = |key: &str| &all["paging"][key];
    let found = match name {
        "paging" => paging("by"),
        "paging_path" => paging("path"),
        "paging_parameter" => paging("parameter"),
        "paging_first" => paging("first"),
        name => &all[name],
    };
    match (found, name) {
        (Value::String(text), _) => text.clone(),
        (Value::Number(n), _) => n.to_string(),
        (Value::Object(headers), "headers") => {
            headers.iter().map(|(n, v)| format!("{n}: {}", v.as_str().unwrap_or_default())).collect::<Vec<_>>().join("\n")
        }
        // What stands for a field that is left out when it is stored.
        (_, "method") => "get".into(),
        (_, "delimiter") => "comma".into(),
        (_, "decimal") => "point".into(),
        (_, "rows") => "$".into(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::source::tests::{new, source};
    use super::*;

    const FIELDS: [&str; 35] = [
        "name",
        "every",
        "unit",
        "url",
        "secret",
        "query",
        "mode",
        "reduce",
        "location",
        "branch",
        "what",
        "method",
        "body",
        "headers",
        "rows",
        "value",
        "numerator",
        "denominator",
        "time",
        "time_format",
        "combine",
        "paging",
        "paging_path",
        "paging_parameter",
        "paging_first",
        "delimiter",
        "decimal",
        "site",
        "call",
        "api_key",
        "application_key",
        "metric",
        "subject",
        "version",
        "kind",
    ];

    #[test]
    fn what_the_form_is_filled_with_is_what_it_sends() {
        for pull in [
            json!({ "kind": "prometheus", "url": "https://mon.example.org", "query": "up", "mode": "range", "reduce": "p95", "secret": "mon" }),
            json!({ "kind": "git", "location": "https://h/a.git", "what": "p85-lead-days", "branch": "main" }),
            json!({ "kind": "json", "url": "https://h/a?from={from}", "value": "$.n" }),
            json!({ "kind": "json", "url": "https://h/a", "method": "post", "body": "{\"a\":\n1}", "headers": { "X-A": "b: c", "X-D": "e" },
                "rows": "$.a[*]", "numerator": "$.k", "denominator": "$.n", "time": "$.t", "time_format": "%d.%m.%Y", "combine": "sum",
                "paging": { "by": "page", "parameter": "p", "first": 0 }, "secret": "s" }),
            json!({ "kind": "json", "url": "https://h/a", "rows": "$[*]", "combine": "count", "time": "$.t", "paging": { "by": "link" } }),
            json!({ "kind": "json", "url": "https://h/a", "rows": "$[*]", "value": "$", "paging": { "by": "next", "path": "$.n" } }),
            json!({ "kind": "json", "url": "https://h/a", "rows": "$[*]", "value": "$", "paging": { "by": "offset", "parameter": "o" } }),
            json!({ "kind": "json", "url": "https://h/a", "value": "$", "paging": { "by": "cursor", "path": "$.n", "parameter": "c" } }),
            json!({ "kind": "csv", "location": "/srv/figures/a.csv", "value": "n", "time": "day", "delimiter": "semicolon", "decimal": "comma" }),
            json!({ "kind": "csv", "location": "https://h/a.csv", "value": "n", "secret": "s", "combine": "last" }),
            json!({ "kind": "datadog", "site": "datadoghq.eu", "call": "scalar", "query": "avg:x{*}", "combine": "max", "api_key": "a",
                "application_key": "b" }),
        ] {
            let old = source(new(pull.clone()).check().unwrap());
            let form = Form(FIELDS.iter().map(|f| ((*f).to_owned(), stored(&old, f))).collect());
            let sent = source_of(&form, Some(&old)).unwrap().check().unwrap();
            assert_eq!(NewSource { slug: old.sent().slug, ..sent }, old.sent(), "{pull}");
        }
    }

    #[test]
    fn choices_and_headers_that_are_none_are_named_at_their_field() {
        let with = |pairs: &[(&str, &str)]| {
            let base = [("kind", "json"), ("method", "get"), ("every", "1"), ("unit", "days")];
            let all = pairs.iter().chain(&base).map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
            match source_of(&Form(all.collect()), None).unwrap_err() {
                Error::Invalid(faults) => (faults[0].at.clone(), faults[0].message.clone()),
                e => panic!("{e}"),
            }
        };
        for (field, value) in [
            ("method", "put"),
            ("combine", "average"),
            ("paging", "scroll"),
            ("every", "often"),
            ("headers", "no header"),
            ("headers", "a: b\na: c"),
        ] {
            assert_eq!(with(&[(field, value)]).0, field);
        }
        assert_eq!(with(&[("paging", "page"), ("paging_first", "x")]).0, "paging_first");
        assert!(with(&[("headers", "x-a: b\n: c")]).1.contains("Line 2"));
    }
}
