//! What a source asks, as facts of its page.

use html::{Markup, html};

use super::source::points_words;
use crate::rules::{Call, Combine, Csv, Datadog, DecimalMark, Delimiter, Json, Method, Mode, Paging, Pull, Reduce};

type Facts = Vec<(String, Markup)>;

/// Each fact with its name.
pub(crate) fn asks(pull: &Pull) -> Facts {
    let mut out: Facts = match pull {
        Pull::Prometheus(q) => vec![
            ("Server".into(), html! { code { (q.url) } }),
            ("Query".into(), html! { code { (q.query) } }),
            (
                "How".into(),
                html! {
                    @match q.mode {
                        Mode::Instant => { "once, at the end of the period" @if let Some(r) = q.reduce { "; " (series_words(r)) } }
                        Mode::Range => { "over the whole period; " (points_words(q.reduce.unwrap_or(Reduce::Last))) }
                    }
                },
            ),
        ],
        Pull::Git(g) => vec![
            ("Repository".into(), html! { code { (g.location) } }),
            ("Figure".into(), html! { (g.what.words()) }),
            ("Branch".into(), html! { @if g.branch.is_empty() { "the default branch" } @else { code { (g.branch) } } }),
        ],
        Pull::Json(j) => json(j),
        Pull::Csv(c) => csv(c),
        Pull::Datadog(d) => datadog(d),
    };
    for (field, name) in pull.secrets() {
        let what = match field {
            "api_key" => "API key",
            "application_key" => "Application key",
            _ => "Secret",
        };
        out.push((what.into(), html! { "“" (name) "” of the configuration" }));
    }
    out
}

/// Where the number stands, and how several become one.
fn figure([value, numerator, denominator]: [&str; 3], combine: Option<Combine>) -> (String, Markup) {
    let how = combine.filter(|c| *c != Combine::Count).map(Combine::words);
    let what = html! {
        @if combine == Some(Combine::Count) { "how many rows there are" }
        @else if value.is_empty() { code { (numerator) } " of " code { (denominator) } }
        @else { code { (value) } }
        @if let Some(how) = how { "; of several " (how) }
    };
    ("Number".into(), what)
}

fn time(time: &str, format: &str) -> (String, Markup) {
    let what = html! {
        @if time.is_empty() { "none: what comes stands for the period that was asked for" }
        @else { code { (time) } @if !format.is_empty() { ", written " code { (format) } } }
    };
    ("Time".into(), what)
}

fn json(j: &Json) -> Facts {
    let mut out = vec![
        ("Address".into(), html! { @if j.method == Method::Post { "POST " } code { (j.url) } }),
        ("Rows".into(), html! { code { (j.rows) } }),
        figure([&j.value, &j.numerator, &j.denominator], j.combine),
        time(&j.time, &j.time_format),
    ];
    let pages = match &j.paging {
        None => html! { "one" },
        Some(Paging::Next { path }) => html! { "the next one’s address stands at " code { (path) } },
        Some(Paging::Link) => html! { "the next one’s address stands in the Link header" },
        Some(Paging::Page { parameter, first }) => html! { "numbered from " (first) " in " code { (parameter) } },
        Some(Paging::Offset { parameter }) => html! { "the rows so far are sent in " code { (parameter) } },
        Some(Paging::Cursor { path, parameter }) => html! { "what stands at " code { (path) } " is sent in " code { (parameter) } },
    };
    out.push(("Pages".into(), pages));
    if !j.headers.is_empty() {
        let names: Vec<&str> = j.headers.keys().map(String::as_str).collect();
        out.push(("Headers".into(), html! { (names.join(", ")) }));
    }
    if !j.body.is_empty() {
        out.push(("Body".into(), html! { code { (j.body) } }));
    }
    out
}

fn csv(c: &Csv) -> Facts {
    let delimiter = match c.delimiter {
        Delimiter::Comma => "commas",
        Delimiter::Semicolon => "semicolons",
        Delimiter::Tab => "tabs",
    };
    let decimal = if c.decimal == DecimalMark::Comma { "1.234,5" } else { "1234.5" };
    vec![
        ((if c.path().is_some() { "File" } else { "Address" }).into(), html! { code { (c.location) } }),
        figure([&c.value, &c.numerator, &c.denominator], c.combine),
        time(&c.time, &c.time_format),
        ("Written".into(), html! { "columns parted by " (delimiter) ", numbers as " (decimal) }),
    ]
}

fn datadog(d: &Datadog) -> Facts {
    let call = match d.call {
        Call::Query => "the points of the period (v1)",
        Call::Scalar => "one number that Datadog aggregates (v2)",
        Call::Timeseries => "the points of the period (v2)",
    };
    vec![
        ("Site".into(), html! { code { (d.site) } }),
        ("Query".into(), html! { code { (d.query) } }),
        ("How".into(), html! { (call) "; " (d.combine.words()) }),
    ]
}

fn series_words(r: Reduce) -> &'static str {
    match r {
        Reduce::Sum => "the sum of all series",
        Reduce::Mean => "the mean of all series",
        Reduce::Max => "the greatest of all series",
        Reduce::Min => "the least of all series",
        Reduce::Last | Reduce::P95 => "one series",
    }
}
