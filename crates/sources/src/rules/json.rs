//! A JSON answer over HTTP: what to ask, and where in the answer the numbers are (JSONPath, RFC 9535).

use std::collections::BTreeMap;

use kernel::error::Faults;
use serde::{Deserialize, Serialize};
use serde_json_path::JsonPath;
use utoipa::ToSchema;

use super::checks::{check_address, check_placeholders, check_shape, name_of_secret, one_line};
use super::rows::Combine;

/// Longest body of a request in characters.
const BODY: usize = 20_000;

/// What a list that is counted through needs.
const ENDS: &str = "A page without rows ends the list, so the path of the rows is needed, such as $.items[*].";

/// Headers that a source may add.
const HEADERS: usize = 20;

/// How the question is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Without a body.
    #[default]
    Get,
    /// With a body.
    Post,
}

/// How the next page is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "lowercase", deny_unknown_fields)]
pub enum Paging {
    /// Its address stands in the answer.
    Next {
        /// JSONPath of it; null, empty or nothing ends the list.
        path: String,
    },
    /// Its address stands in the `Link` header, as `rel="next"` (RFC 8288).
    Link,
    /// Pages have numbers; one without rows ends the list.
    Page {
        /// Name of the query parameter.
        parameter: String,
        /// Number of the first page.
        #[serde(default = "one")]
        first: i64,
    },
    /// How many rows came so far is sent for more; a page without rows ends the list.
    Offset {
        /// Name of the query parameter.
        parameter: String,
    },
    /// The answer says what to send for more.
    Cursor {
        /// JSONPath of it; null, empty or nothing ends the list.
        path: String,
        /// Name of the query parameter that it is sent in.
        parameter: String,
    },
}

fn one() -> i64 {
    1
}

fn whole() -> String {
    "$".into()
}

fn is_whole(path: &str) -> bool {
    path == "$"
}

fn is_get(method: &Method) -> bool {
    *method == Method::Get
}

/// A question over HTTP that is answered in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Json {
    /// Address, with placeholders for the period: `{from}` and `{to}` (RFC 3339), `{from_s}` and `{to_s}` (Unix seconds),
    /// `{from_ms}` and `{to_ms}`, `{first_day}` and `{last_day}`, `{period}`.
    pub url: String,
    /// How it is sent; `get` if it is left out.
    #[serde(default, skip_serializing_if = "is_get")]
    pub method: Method,
    /// Body of a `post`, with the same placeholders; JSON unless a `content-type` header says otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// Headers; none that carries credentials, for which there are secrets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Name of the secret to send, as the configuration has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// JSONPath of the rows, such as `$.items[*]`; the whole answer is one row if it is left out.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub rows: String,
    /// JSONPath of the number, from the row.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// JSONPath of the numerator, for a ratio.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub numerator: String,
    /// JSONPath of the denominator.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub denominator: String,
    /// JSONPath of the time, from the row; with it one question is asked for all periods, without it one for each.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub time: String,
    /// How times are written, in the letters of strftime; RFC 3339, dates and Unix times need none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub time_format: String,
    /// How several numbers of a period become one; without it there must be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub combine: Option<Combine>,
    /// How the next page is found; without it there is one page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
}

fn check_path(faults: &mut Faults, at: &str, what: &str, path: &mut String, needed: bool) {
    *path = one_line(faults, at, what, path, 500);
    if path.is_empty() {
        faults.check(!needed, at, format!("{what} is missing. Write a JSONPath such as $.count."));
    } else if let Err(e) = JsonPath::parse(path) {
        let why: String = e.to_string().lines().next().unwrap_or_default().chars().take(120).collect();
        faults.add(at, format!("{what} is no JSONPath ({why}). Write one such as $.items[*].count."));
    }
}

fn check_parameter(faults: &mut Faults, at: &str, name: &mut String) {
    *name = one_line(faults, at, "The parameter", name, 100);
    faults.check(!name.is_empty(), at, "The name of the query parameter is missing, such as page or cursor.");
}

impl Json {
    /// Trims what was typed; adds its faults.
    pub(super) fn check(&mut self, faults: &mut Faults) {
        self.url = one_line(faults, "pull.url", "The address", &self.url, 2000);
        check_address(faults, "pull.url", &self.url);
        check_placeholders(faults, "pull.url", &self.url);
        self.body = self.body.trim().replace("\r\n", "\n");
        if self.method == Method::Get && !self.body.is_empty() {
            faults.add("pull.body", "A get has no body. Leave it out, or choose post.");
        }
        let length = self.body.chars().count();
        faults.check(length <= BODY, "pull.body", format!("The body has {length} characters; at most {BODY} fit."));
        faults.check(!self.body.contains('\0'), "pull.body", "The body contains a control character. Remove it.");
        self.check_headers(faults);
        name_of_secret(faults, "pull.secret", &mut self.secret);
        if self.rows.trim().is_empty() {
            self.rows = whole();
        }
        check_path(faults, "pull.rows", "The path of the rows", &mut self.rows, true);
        check_path(faults, "pull.value", "The path of the value", &mut self.value, false);
        check_path(faults, "pull.numerator", "The path of the numerator", &mut self.numerator, false);
        check_path(faults, "pull.denominator", "The path of the denominator", &mut self.denominator, false);
        check_path(faults, "pull.time", "The path of the time", &mut self.time, false);
        self.time_format = one_line(faults, "pull.time_format", "The form of times", &self.time_format, 100);
        check_shape(faults, [&self.value, &self.numerator, &self.denominator], self.combine);
        match &mut self.paging {
            Some(Paging::Next { path }) => check_path(faults, "pull.paging.path", "The path of the next page", path, true),
            Some(Paging::Page { parameter, first }) => {
                check_parameter(faults, "pull.paging.parameter", parameter);
                faults.check(
                    (0..=1_000_000).contains(first),
                    "pull.paging.first",
                    "The first page has a number from 0 to 1000000.",
                );
                faults.check(!is_whole(&self.rows), "pull.rows", ENDS);
            }
            Some(Paging::Offset { parameter }) => {
                check_parameter(faults, "pull.paging.parameter", parameter);
                faults.check(!is_whole(&self.rows), "pull.rows", ENDS);
            }
            Some(Paging::Cursor { path, parameter }) => {
                check_path(faults, "pull.paging.path", "The path of the cursor", path, true);
                check_parameter(faults, "pull.paging.parameter", parameter);
            }
            Some(Paging::Link) | None => {}
        }
    }

    fn check_headers(&mut self, faults: &mut Faults) {
        let n = self.headers.len();
        faults.check(n <= HEADERS, "pull.headers", format!("There are {n} headers; at most {HEADERS} fit."));
        for (name, value) in &self.headers {
            let shown = kernel::text::shown(name, 60);
            let token =
                !name.is_empty() && name.len() <= 100 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            faults.check(token, "pull.headers", format!("“{shown}” is no name of a header."));
            let low = name.to_ascii_lowercase();
            // The value is not repeated: it may be the very secret that does not belong here.
            let secret =
                ["authorization", "cookie", "api-key", "apikey", "token", "secret", "password"].iter().any(|w| low.contains(w));
            faults.check(
                !secret,
                "pull.headers",
                format!("The header {shown} carries a secret. Define it as a [[secret]] of the configuration and give its name."),
            );
            faults.check(
                value.chars().count() <= 1000 && !value.chars().any(char::is_control),
                "pull.headers",
                format!("The value of {shown} has a line break, or more than 1000 characters."),
            );
        }
    }
}
