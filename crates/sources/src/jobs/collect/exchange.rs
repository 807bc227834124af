//! What JSON, tables and Datadog share: the limits of one run, an address with its period filled in, and an exchange whose
//! answer is held against what was asked for.

use std::time::Duration;

use kernel::http::{Client, Request, Response};
use kernel::time::Stopwatch;

use crate::rules::{Asked, PLACEHOLDERS, Reading, Span, Stamps};

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

/// Failures in a row after which no older period is asked for.
const PATIENCE: usize = 3;

/// What a far end is asked, and how long that may take.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    /// The one outgoing client.
    pub(crate) client: &'a Client,
    /// Periods, oldest first.
    pub(crate) asked: &'a [Asked],
    /// The zone of the periods.
    pub(crate) zone: &'a str,
    /// After so long no older period is asked for, so that what came is kept.
    pub(crate) patience: Duration,
}

/// Readings of a far end that is asked for one period after the other, the newest first. The newest must be readable; an older
/// one for which the far end says something that cannot be used has no value.
pub(crate) struct Backwards<'a> {
    question: Question<'a>,
    watch: Stopwatch,
    in_a_row: usize,
    out: Vec<Reading>,
}

impl<'a> Backwards<'a> {
    pub(crate) fn new(question: Question<'a>) -> Self {
        Self { question, watch: Stopwatch::start(), in_a_row: 0, out: Vec::with_capacity(question.asked.len()) }
    }

    /// The next period to ask for. `None` if all were, or if it is not worth while: the rest have no value then.
    pub(crate) fn next(&mut self) -> Option<&'a Asked> {
        let asked = self.question.asked;
        let patience = self.question.patience;
        let why = if self.in_a_row >= PATIENCE {
            format!("not asked for, after {PATIENCE} failures in a row")
        } else if self.watch.elapsed() >= patience && !self.out.is_empty() {
            format!("not asked for, as the {} s for this run were over", patience.as_secs())
        } else {
            return asked.len().checked_sub(self.out.len() + 1).map(|i| &asked[i]);
        };
        self.out.resize(asked.len(), Reading::None { why, fault: true });
        None
    }

    /// Takes what came of it. Errors: it is the newest, and has no number.
    pub(crate) fn take(&mut self, came: Result<Reading, String>) -> Result<(), String> {
        match came {
            Err(why) if self.out.is_empty() => return Err(why),
            Err(why) => {
                self.in_a_row += 1;
                self.out.push(Reading::None { why, fault: true });
            }
            Ok(reading) => {
                self.in_a_row = 0;
                self.out.push(reading);
            }
        }
        Ok(())
    }

    /// In the order of the periods.
    pub(crate) fn done(mut self) -> Vec<Reading> {
        self.out.reverse();
        self.out
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

/// How many values a JSON answer has at most.
pub(crate) fn values(response: &Response) -> usize {
    response.body.iter().filter(|b| matches!(b, b',' | b'[' | b'{')).count()
}

/// Whether a JSON answer can be read without taking too much memory; `remedy` says what to do if not.
///
/// Errors: too many values; a sentence or two.
pub(crate) fn bearable(response: &Response, remedy: &str) -> Result<(), String> {
    if values(response) > VALUES {
        return Err(format!("The answer has more than {VALUES} values, which is the limit of one page. {remedy}"));
    }
    Ok(())
}

/// Reads a JSON answer, unless it would take too much memory.
///
/// Errors: no JSON, or too many values; a sentence.
pub(crate) fn parsed(response: &Response) -> Result<serde_json::Value, String> {
    bearable(response, "Ask for less at once, or in pages.")?;
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
    fn older_periods_are_left_when_the_far_end_has_gone_or_the_time_is_over() {
        let asked: Vec<Asked> = (0..9).map(|n| Asked { span: (n, n + 1), label: n.to_string() }).collect();
        let client = Client::new(kernel::http::Policy::default()).unwrap();
        let question = |patience| Question { client: &client, asked: &asked, zone: "UTC", patience: Duration::from_secs(patience) };
        let number = |value: f64| Ok(Reading::Number { value, detail: String::new() });
        let mut b = Backwards::new(question(600));
        let mut seen = Vec::new();
        while let Some(a) = b.next() {
            seen.push(a.label.clone());
            b.take(if a.label == "8" || a.label == "5" { number(1.0) } else { Err("gone".into()) }).unwrap();
        }
        assert_eq!(seen, ["8", "7", "6", "5", "4", "3", "2"]);
        let done = b.done();
        assert!(
            matches!(&done[1], Reading::None { why, .. } if why.contains("3 failures in a row")) && done.len() == 9,
            "{done:?}"
        );
        assert!(matches!(&done[8], Reading::Number { .. }) && matches!(&done[6], Reading::None { why, .. } if why == "gone"));

        let mut b = Backwards::new(question(0));
        assert_eq!(b.next().map(|a| a.label.as_str()), Some("8"), "the newest is asked for in any case");
        b.take(number(1.0)).unwrap();
        assert!(b.next().is_none());
        assert!(matches!(&b.done()[0], Reading::None { why, .. } if why.contains("were over")));
        assert!(Backwards::new(question(600)).take(Err("gone".into())).is_err());
    }

    #[test]
    fn limits_are_stated() {
        let mut used = Used::default();
        assert!(used.rows(ROWS).is_ok() && used.rows(1).unwrap_err().contains("100000 rows"));
        assert!(used.bytes(BYTES).is_ok() && used.bytes(1).unwrap_err().contains("33554432 bytes"));
    }
}
