//! Asking a server for periods, one after the other, over the one outgoing client.

use kernel::http::{Client, Request, Response};

use super::{How, PromError, Reading as Read, instant, range, read_instant, read_range, reduce_instant, reduce_range};
use crate::jobs::collect::exchange::{Backwards, Question, bearable};
use crate::rules::{Mode, Prometheus, Reading, Span};

/// Steps of a range are at least so long.
const SHORTEST_STEP_US: i64 = 60_000_000;

/// Most points that a range is asked for; the server allows a few more.
const POINTS: i64 = 10_000;

/// The step of a period in microseconds: whole minutes, as many as keep the points few enough.
fn step(length_us: i64) -> i64 {
    let minutes = (length_us / POINTS + SHORTEST_STEP_US - 1) / SHORTEST_STEP_US;
    minutes.max(1) * SHORTEST_STEP_US
}

/// The query with the length of the period and of a step put in.
fn filled(query: &str, (from, to): Span) -> String {
    let seconds = |us: i64| format!("{}s", us / 1_000_000);
    query.replace("$period", &seconds(to - from)).replace("$step", &seconds(step(to - from)))
}

/// Asks for each period, the newest first; readings come back in the order of the periods (oldest first).
///
/// Errors: why the newest has no number, as a sentence or two.
pub(crate) async fn ask(question: Question<'_>, p: &Prometheus) -> Result<Vec<Reading>, String> {
    let mut backwards = Backwards::new(question);
    while let Some(a) = backwards.next() {
        backwards.take(one(question.client, p, a.span).await)?;
    }
    Ok(backwards.done())
}

/// The reading of one period. Errors: there is no answer, or none that can be used.
async fn one(client: &Client, p: &Prometheus, span: Span) -> Result<Reading, String> {
    let query = filled(&p.query, span);
    let spec = match p.mode {
        // Periods are half-open: the last moment of one, not the first of the next.
        Mode::Instant => instant(&p.url, &query, span.1 - 1000),
        Mode::Range => range(&p.url, &query, span.0, span.1, step(span.1 - span.0)),
    };
    let spec = spec.map_err(|e| e.to_string())?;
    let mut request = Request::get(spec.url).accept("application/json");
    request.query = spec.query.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    request.secret = p.secret.clone();
    let response = client.send(request).await.map_err(|e| e.to_string())?;
    // Whatever the far end said may repeat what it was sent.
    let clean = |text: &str| response.excerpt(text, 600);
    match read(p, span, &response) {
        Ok(Reading::Number { value, detail }) => Ok(Reading::Number { value, detail: clean(&detail) }),
        Ok(Reading::None { why, fault }) => Ok(Reading::None { why: clean(&why), fault }),
        // No query gives one.
        Ok(ratio @ Reading::Ratio { .. }) => Ok(ratio),
        Err(e) => Err(clean(&e)),
    }
}

fn read(p: &Prometheus, span: Span, response: &Response) -> Result<Reading, String> {
    let said = |e: PromError| e.to_string();
    bearable(response, "Aggregate in the query, so that it gives fewer series.")?;
    if !response.is_success() {
        // The server puts the reason for a refusal into the body; anything else is told by its status.
        return Err(match read_instant(&response.body) {
            Err(e @ PromError::Refused { .. }) => said(e),
            _ => not_json(response),
        });
    }
    let kind = response.content_type.as_deref().unwrap_or("");
    let media = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let readable = || match p.mode {
        Mode::Instant => {
            let answer = read_instant(&response.body).map_err(said)?;
            Ok::<_, String>((reduce_instant(&answer.rows, p.across()).map_err(said)?, answer.warnings))
        }
        Mode::Range => {
            let answer = read_range(&response.body).map_err(said)?;
            Ok((reduce_range(&answer.rows, p.how(), span.0, span.1).map_err(said)?, answer.warnings))
        }
    };
    if media != "application/json" {
        // A page says more by what it is than by its label.
        if let Err(PromError::NotJson { .. }) = read_instant(&response.body) {
            return Err(not_json(response));
        }
        let shown = if kind.is_empty() { "no content type".to_owned() } else { format!("content type {kind}") };
        return Err(format!(
            "The answer has {shown} where application/json is read. Check that the address is that of the Prometheus API."
        ));
    }
    let (reading, warnings) = readable()?;
    Ok(told(p, reading, &warnings, span))
}

/// Why an answer that is none is none: status, type and how it begins.
fn not_json(response: &Response) -> String {
    match response.expect_json::<serde::de::IgnoredAny>() {
        Err(e) => e.to_string(),
        Ok(_) => format!("The server answered with status {} and JSON that is no answer of the Prometheus API.", response.status),
    }
}

fn told(p: &Prometheus, reading: Read, warnings: &[String], (from, to): Span) -> Reading {
    let (value, n, left_out) = match reading {
        Read::NoData { reason } => {
            let when = if p.mode == Mode::Instant { " at the end of the period" } else { "" };
            return Reading::None { why: format!("{reason}{when}"), fault: true };
        }
        Read::Value { value, n, left_out, .. } => (value, n, left_out),
    };
    let mut detail = match p.mode {
        Mode::Instant if n == 1 => "from one series".to_owned(),
        Mode::Instant => format!("from {n} series"),
        Mode::Range if p.how() == How::Last => "the last point of the period".to_owned(),
        Mode::Range => format!("from {n} of {} points", (to - from - 1) / step(to - from) + 1),
    };
    if left_out > 0 {
        detail.push_str(&format!(", {left_out} left out as NaN or infinite"));
    }
    if let Some(first) = warnings.first() {
        detail.push_str(&format!("; the server warns: {first}"));
    }
    Reading::Number { value, detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    #[test]
    fn steps_keep_the_points_within_what_a_server_answers() {
        for days in [1, 7, 14, 31, 366] {
            let length = days * DAY;
            let points = (length - 1) / step(length) + 1;
            assert!(points <= super::super::MOST_POINTS && step(length) % SHORTEST_STEP_US == 0, "{days}: {points}");
        }
        assert_eq!(step(DAY), SHORTEST_STEP_US);
        assert_eq!(step(14 * DAY), 3 * SHORTEST_STEP_US);
    }

    #[test]
    fn lengths_are_put_into_the_query() {
        assert_eq!(filled("sum(increase(x[$period])) / $step", (0, 14 * DAY)), "sum(increase(x[1209600s])) / 180s");
        // The end of a pattern is no length.
        assert_eq!(filled("x{a=~\"b$\"}", (0, DAY)), "x{a=~\"b$\"}");
    }
}
