//! What JSON, tables and Datadog share: the limits of one run, an address with its period filled in, and an exchange whose
//! answer is held against what was asked for.

use kernel::http::{Client, Request, Response};

use crate::rules::{PLACEHOLDERS, Span, Stamps};

/// Pages of one list.
pub(crate) const PAGES: usize = 100;

/// Bytes of all answers of one run.
pub(crate) const BYTES: usize = 32 << 20;

/// Rows of all answers of one run.
pub(crate) const ROWS: usize = 100_000;

/// Commas and opening brackets of one JSON answer: each value takes up to a hundred times its bytes while it is read.
const VALUES: usize = 500_000;

/// What a run has used of its limits.
#[derive(Debug, Default)]
pub(crate) struct Used {
    bytes: usize,
    rows: usize,
}

impl Used {
    /// Errors: more bytes than fit, as a sentence.
    pub(crate) fn bytes(&mut self, n: usize) -> Result<(), String> {
        self.bytes += n;
        if self.bytes > BYTES {
            return Err(format!("The answers have more than {BYTES} bytes in all, which is the limit. Ask for less at once."));
        }
        Ok(())
    }

    /// Errors: more rows than fit, as a sentence.
    pub(crate) fn rows(&mut self, n: usize) -> Result<(), String> {
        self.rows += n;
        if self.rows > ROWS {
            return Err(format!(
                "There are more than {ROWS} rows, which is the limit. Ask for less at once, or let the far end count."
            ));
        }
        Ok(())
    }
}

/// Whether a text has a placeholder.
pub(crate) fn varies(text: &str) -> bool {
    PLACEHOLDERS.iter().any(|p| text.contains(p))
}

/// A text with the period put in.
pub(crate) fn filled(text: &str, (from, to): Span, label: &str, stamps: &Stamps) -> String {
    if !varies(text) {
        return text.to_owned();
    }
    let written =
        |us: i64| jiff::Timestamp::from_second(us.div_euclid(1_000_000)).map_or_else(|_| String::new(), |t| t.to_string());
    let (first, last) = stamps.days((from, to));
    let values = [
        written(from),
        written(to),
        (from / 1_000_000).to_string(),
        (to / 1_000_000).to_string(),
        (from / 1000).to_string(),
        (to / 1000).to_string(),
        first,
        last,
        label.to_owned(),
    ];
    PLACEHOLDERS.iter().zip(values).fold(text.to_owned(), |text, (p, v)| text.replace(p, &v))
}

/// Sends a request and takes an answer of a type that is read.
///
/// Errors: no answer, no success, another type, compressed, more than fits in all; a sentence.
pub(crate) async fn send(client: &Client, request: Request, wanted: Wanted, used: &mut Used) -> Result<Response, String> {
    let response = client.send(request).await.map_err(|e| e.to_string())?;
    used.bytes(response.body.len())?;
    let clean = |text: String| response.excerpt(&text, 600);
    if !response.is_success() || response.header("content-encoding").is_some_and(|e| !e.eq_ignore_ascii_case("identity")) {
        return Err(match response.expect_json::<serde::de::IgnoredAny>() {
            Err(e) => e.to_string(),
            Ok(_) => clean(format!("The server answered with status {}.", response.status)),
        });
    }
    let kind = response.content_type.as_deref().unwrap_or("");
    let media = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if !wanted.takes(&media) {
        return Err(clean(format!(
            "The answer has content type {kind} where {} is read. A sign-in page or a proxy may have answered: check the address and the access.",
            wanted.words()
        )));
    }
    Ok(response)
}

/// What an answer is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Json,
    Table,
}

impl Wanted {
    /// File servers label what they have as text, or not at all.
    fn takes(self, media: &str) -> bool {
        let plain = matches!(media, "" | "text/plain" | "application/octet-stream");
        plain
            || match self {
                Wanted::Json => matches!(media, "application/json" | "text/json") || media.ends_with("+json"),
                Wanted::Table => {
                    matches!(media, "text/csv" | "application/csv" | "text/tab-separated-values" | "application/vnd.ms-excel")
                }
            }
    }

    fn words(self) -> &'static str {
        match self {
            Wanted::Json => "JSON",
            Wanted::Table => "CSV",
        }
    }
}

/// Reads a JSON answer, unless it would take too much memory.
///
/// Errors: no JSON, or too many values; a sentence.
pub(crate) fn parsed(response: &Response) -> Result<serde_json::Value, String> {
    let values = response.body.iter().filter(|b| matches!(b, b',' | b'[' | b'{')).count();
    if values > VALUES {
        return Err(format!(
            "The answer has more than {VALUES} values, which is the limit of one page. Ask for less at once, or in pages."
        ));
    }
    response.expect_json().map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_put_into_addresses() {
        let span = (1_794_182_400_000_000, 1_794_787_200_000_000);
        let fill = |text| filled(text, span, "2026-W46", &Stamps::new("UTC", ""));
        assert_eq!(fill("?a={from}&b={to}"), "?a=2026-11-09T00:00:00Z&b=2026-11-16T00:00:00Z");
        assert_eq!(
            fill("{from_s} {to_ms} {first_day} {last_day} {period}"),
            "1794182400 1794787200000 2026-11-09 2026-11-15 2026-W46"
        );
        assert_eq!(fill(r#"{"from":1}"#), r#"{"from":1}"#);
    }

    #[test]
    fn a_million_values_are_refused_before_they_are_read() {
        let body = format!("[{}1]", "1,".repeat(1_000_000));
        let said = parsed(&Response::new(200, Some("application/json"), body, "https://a.example")).unwrap_err();
        assert!(said.contains("500000 values"), "{said}");
    }

    #[test]
    fn limits_are_stated() {
        let mut used = Used::default();
        assert!(used.rows(ROWS).is_ok() && used.rows(1).unwrap_err().contains("100000 rows"));
        assert!(used.bytes(BYTES).is_ok() && used.bytes(1).unwrap_err().contains("33554432 bytes"));
    }
}
