//! Datadog's metrics API: `GET /api/v1/query`, `POST /api/v2/query/scalar` and `/timeseries`. Times of points are Unix
//! milliseconds; a missing point is null.

use kernel::http::{Client, Request};
use serde_json::{Value, json};

use super::exchange::{Backwards, Question, Used, Wanted, parsed, send};
use crate::rules::{Call, Datadog, Figure, Placed, Reading, Span, combined};

/// Asks for each period, the newest first; readings come back in the order of `asked` (oldest first).
///
/// Errors: why the newest period has no number, as a sentence or two.
pub(crate) async fn ask(question: Question<'_>, d: &Datadog) -> Result<Vec<Reading>, String> {
    let mut used = Used::default();
    let mut backwards = Backwards::new(question);
    while let Some(a) = backwards.next() {
        backwards.take(one(question.client, d, a.span, &mut used).await)?;
    }
    Ok(backwards.done())
}

fn request(d: &Datadog, (from, to): Span) -> Request {
    let base = d.base();
    let query = |extra: Value| {
        let mut query = json!({ "data_source": "metrics", "name": "a", "query": d.query });
        for (name, value) in extra.as_object().into_iter().flatten() {
            query[name] = value.clone();
        }
        query
    };
    let post = |call: &str, kind: &str, query: Value| {
        let attributes = json!({ "from": from / 1000, "to": to / 1000, "formulas": [{ "formula": "a" }], "queries": [query] });
        let body = json!({ "data": { "type": kind, "attributes": attributes } });
        Request::post(format!("{base}/api/v2/query/{call}"), "application/json", body.to_string().into_bytes())
    };
    let mut request = match d.call {
        // The end counts in, so it is a second before the next period.
        Call::Query => Request::get(format!("{base}/api/v1/query"))
            .query("from", (from / 1_000_000).to_string())
            .query("to", (to / 1_000_000 - 1).to_string())
            .query("query", d.query.clone()),
        Call::Scalar => post("scalar", "scalar_request", query(json!({ "aggregator": d.aggregator() }))),
        Call::Timeseries => post("timeseries", "timeseries_request", query(json!({}))),
    };
    request.secret = Some(d.api_key.clone());
    request.second_secret = Some(d.application_key.clone());
    request.accept("application/json")
}

async fn one(client: &Client, d: &Datadog, span: Span, used: &mut Used) -> Result<Reading, String> {
    let response = send(client, request(d, span), Wanted::Json, used).await?;
    let clean = |text: String| response.excerpt(&text, 600);
    let answer = parsed(&response)?;
    if let Some(why) = refusal(&answer) {
        return Err(clean(format!("Datadog refused the query: {why}")));
    }
    let points = match d.call {
        Call::Query => points_v1(&answer),
        Call::Scalar => return scalar(&answer).map_err(clean),
        Call::Timeseries => points_v2(&answer),
    };
    let points: Vec<Placed> = points
        .map_err(clean)?
        .into_iter()
        .filter_map(|(ms, x)| Some((ms.checked_mul(1000)?, x?)))
        .filter(|(at, x)| (span.0..span.1).contains(at) && x.is_finite())
        .map(|(at, x)| Placed { at, figure: Figure::Number(x) })
        .collect();
    used.rows(points.len())?;
    if points.is_empty() {
        return Ok(Reading::None { why: "the query gave no point in the period".into(), fault: true });
    }
    Ok(match combined(&points, Some(d.combine)) {
        Reading::Number { value, .. } => Reading::Number { value, detail: format!("from {} points", points.len()) },
        other => other,
    })
}

/// What the API says when it answers with success and has none.
fn refusal(answer: &Value) -> Option<String> {
    let text = |v: &Value| v.as_str().filter(|t| !t.is_empty()).map(str::to_owned);
    let first = answer.get("errors").and_then(|e| text(e).or_else(|| text(e.get(0)?)));
    first
        .or_else(|| text(answer.get("error")?))
        .or_else(|| (answer.get("status")?.as_str()? == "error").then(|| "it gave no reason".into()))
}

fn off(what: &str) -> String {
    format!("The answer is not of the API's shape: {what}. Check the site and the call.")
}

fn several(n: usize) -> String {
    format!("The query gives {n} series, one is wanted. Aggregate in the query, without “by”.")
}

type Points = Vec<(i64, Option<f64>)>;

fn points_v1(answer: &Value) -> Result<Points, String> {
    let series = answer.get("series").and_then(Value::as_array).ok_or_else(|| off("there are no series"))?;
    match series.as_slice() {
        [] => Ok(Vec::new()),
        [one] => {
            let list = one.get("pointlist").and_then(Value::as_array).ok_or_else(|| off("a series has no points"))?;
            list.iter()
                .map(|p| Some((p.get(0)?.as_f64()? as i64, p.get(1)?.as_f64())))
                .collect::<Option<_>>()
                .ok_or_else(|| off("a point has no time"))
        }
        many => Err(several(many.len())),
    }
}

fn points_v2(answer: &Value) -> Result<Points, String> {
    let found = answer.pointer("/data/attributes").ok_or_else(|| off("there are no attributes"))?;
    let list = |name: &str| found.get(name).and_then(Value::as_array).ok_or_else(|| off(&format!("there are no {name}")));
    let (times, values) = (list("times")?, list("values")?);
    match values.as_slice() {
        [] => Ok(Vec::new()),
        [one] => {
            let one = one.as_array().filter(|v| v.len() == times.len()).ok_or_else(|| off("times and values differ in number"))?;
            times
                .iter()
                .zip(one)
                .map(|(t, v)| Some((t.as_i64()?, v.as_f64())))
                .collect::<Option<_>>()
                .ok_or_else(|| off("a point has no time"))
        }
        many => Err(several(many.len())),
    }
}

fn scalar(answer: &Value) -> Result<Reading, String> {
    let columns =
        answer.pointer("/data/attributes/columns").and_then(Value::as_array).ok_or_else(|| off("there are no columns"))?;
    let numbers: Vec<&Value> = columns.iter().filter(|c| c.get("type").and_then(Value::as_str) == Some("number")).collect();
    let none = || Ok(Reading::None { why: "the query gave no number for the period".into(), fault: true });
    let [one] = numbers.as_slice() else { return if numbers.is_empty() { none() } else { Err(several(numbers.len())) } };
    let values = one.get("values").and_then(Value::as_array).ok_or_else(|| off("a column has no values"))?;
    match values.as_slice() {
        [] | [Value::Null] => none(),
        [x] => {
            let value = x.as_f64().ok_or_else(|| off("a value is no number"))?;
            Ok(Reading::Number { value, detail: "aggregated by Datadog".into() })
        }
        many => Err(several(many.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_another_shape_are_no_numbers() {
        for answer in [
            json!({}),
            json!([]),
            json!({ "series": 1 }),
            json!({ "series": [{}] }),
            json!({ "series": [{ "pointlist": [[null, 1]] }] }),
        ] {
            assert!(points_v1(&answer).is_err(), "{answer}");
        }
        for attributes in [
            json!({}),
            json!({ "times": [1] }),
            json!({ "times": [1], "values": [[]] }),
            json!({ "times": ["x"], "values": [[1]] }),
        ] {
            assert!(points_v2(&json!({ "data": { "attributes": attributes } })).is_err());
        }
        assert!(scalar(&json!({ "data": { "attributes": { "columns": [{ "type": "number", "values": ["x"] }] } } })).is_err());
    }

    #[test]
    fn several_series_and_none_are_told_apart() {
        let series = json!({ "series": [{ "pointlist": [] }, { "pointlist": [] }] });
        assert!(points_v1(&series).unwrap_err().contains("2 series"));
        assert_eq!(points_v1(&json!({ "series": [] })), Ok(vec![]));
        let columns = |v: Value| json!({ "data": { "attributes": { "columns": [{ "type": "group", "values": [["a"]] }, { "type": "number", "values": v }] } } });
        assert!(scalar(&columns(json!([1, 2]))).unwrap_err().contains("2 series"));
        assert!(matches!(scalar(&columns(json!([null]))), Ok(Reading::None { fault: true, .. })));
        assert!(matches!(scalar(&columns(json!([0.5]))), Ok(Reading::Number { value, .. }) if value == 0.5));
    }

    #[test]
    fn refusals_are_found_wherever_they_stand() {
        for answer in [json!({ "errors": ["no"] }), json!({ "errors": "no" }), json!({ "status": "error", "error": "no" })] {
            assert_eq!(refusal(&answer).as_deref(), Some("no"), "{answer}");
        }
        assert_eq!(refusal(&json!({ "status": "ok", "errors": [], "error": "" })), None);
    }
}
