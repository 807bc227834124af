//! The fields of each kind of far end.

use html::{FieldKind, Markup, fields, html};

use super::{FormPage, one};
use crate::rules::{Combine, Kind, What};

pub(super) fn words(kind: Kind) -> Markup {
    match kind {
        Kind::Prometheus => html! { "Private addresses have to be allowed in the configuration: allow in [outgoing]." },
        Kind::Git => html! {
            "https and ssh, or a path under one of the roots in [git] of the configuration. People are counted, never named."
        },
        Kind::Json => html! {
            "An address that answers in JSON. With a time in its rows it is asked once for all periods, otherwise once for each. "
            "Private addresses have to be allowed in the configuration: allow in [outgoing]."
        },
        Kind::Csv => html! {
            "An address, or a file under one of the roots in [files] of the configuration. The first line has the names of the columns. "
            "One row that cannot be read refuses the whole table."
        },
        Kind::Datadog => html! { "Two secrets of the configuration: one with the API key, one with the application key." },
    }
}

pub(super) fn of(p: &FormPage<'_>) -> Markup {
    match p.kind {
        Kind::Prometheus => prometheus(p),
        Kind::Git => git(p),
        Kind::Json => json(p),
        Kind::Csv => csv(p),
        Kind::Datadog => datadog(p),
    }
}

const SECRET: Option<&str> = Some("Its name in the configuration; empty if none is needed.");

fn prometheus(p: &FormPage<'_>) -> Markup {
    let reduce = [
        ("", "not needed: there is one"),
        ("mean", "their mean"),
        ("max", "the greatest"),
        ("min", "the least"),
        ("sum", "their sum"),
        ("last", "the last point of the period"),
        ("p95", "the 95th percentile of the points"),
    ];
    html! {
        (fields(&[
            one(p, "url", "Address of the server", Some("Such as https://prometheus.example.org."), "", FieldKind::Text),
            one(p, "secret", "Secret", SECRET, "", FieldKind::Text),
        ]))
        div.pane-gap-s {
            (fields(&[one(p, "query", "Query", Some("PromQL that gives one number. $period stands for the length of the period, $step for that of a step."), "", FieldKind::Textarea(4))]))
        }
        div.pane-gap-s {
            (fields(&[
                one(p, "mode", "It is asked", None, "instant", FieldKind::Select(&[("instant", "once, at the end of the period"), ("range", "over the whole period")])),
                one(p, "reduce", "Several numbers become one by", Some("Series of one moment, or points of the period."), "", FieldKind::Select(&reduce)),
            ]))
        }
    }
}

fn git(p: &FormPage<'_>) -> Markup {
    let figures: Vec<(&str, &str)> = What::ALL.iter().map(|w| (w.key(), w.words())).collect();
    html! {
        (fields(&[
            one(p, "location", "Repository", Some("https://host/path, ssh://host/path, user@host:path or a path on this machine."), "", FieldKind::Text),
            one(p, "branch", "Branch", Some("Empty for the default branch."), "", FieldKind::Text),
        ]))
        div.pane-gap-s {
            (fields(&[
                one(p, "what", "Figure", None, "commits", FieldKind::Select(&figures)),
                one(p, "secret", "Secret", Some("For https; its name in the configuration. Empty if none is needed."), "", FieldKind::Text),
            ]))
        }
    }
}

/// How several numbers become one; the first line is for a single one.
fn combine(p: &FormPage<'_>) -> Markup {
    let mut all = vec![("", "not needed: there is one")];
    all.extend(Combine::ALL.iter().map(|c| (c.key(), c.words())));
    one(p, "combine", "Several numbers become one by", None, "", FieldKind::Select(&all))
}

/// Value or ratio, and when it was: as paths or as columns.
fn figures(p: &FormPage<'_>, [value, numerator, denominator, time]: [&str; 4]) -> Markup {
    html! {
        div.pane-gap-s {
            (fields(&[
                one(p, "value", "Number", Some(value), "", FieldKind::Text),
                one(p, "numerator", "or numerator", Some(numerator), "", FieldKind::Text),
                one(p, "denominator", "and denominator", Some(denominator), "", FieldKind::Text),
            ]))
        }
        div.pane-gap-s {
            (fields(&[
                one(p, "time", "Time", Some(time), "", FieldKind::Text),
                one(p, "time_format", "Times are written", Some("Such as %d.%m.%Y. Empty for 2026-11-30, RFC 3339 and Unix times."), "", FieldKind::Text),
                combine(p),
            ]))
        }
    }
}

fn json(p: &FormPage<'_>) -> Markup {
    let paging = [
        ("", "there is one page"),
        ("next", "its address stands in the answer"),
        ("link", "its address stands in the Link header"),
        ("page", "pages are numbered"),
        ("offset", "the rows so far are counted"),
        ("cursor", "the answer says what to send"),
    ];
    let places = "{from} {to} {from_s} {to_s} {from_ms} {to_ms} {first_day} {last_day} {period} stand for the period.";
    html! {
        (fields(&[
            one(p, "url", "Address", Some(places), "", FieldKind::Text),
            one(p, "secret", "Secret", SECRET, "", FieldKind::Text),
        ]))
        div.pane-gap-s {
            (fields(&[
                one(p, "rows", "Rows", Some("JSONPath, such as $.items[*]. $ is the whole answer."), "$", FieldKind::Text),
                html! { div {} },
                html! { div {} },
            ]))
        }
        (figures(p, [
            "JSONPath from the row, such as $.count.",
            "For a share, such as $.failed.",
            "Such as $.total.",
            "JSONPath from the row. Empty if it has none.",
        ]))
        div.pane-gap-s {
            (fields(&[
                one(p, "paging", "The next page", None, "", FieldKind::Select(&paging)),
                one(p, "paging_path", "Its address or cursor", Some("JSONPath in the answer, such as $.next."), "", FieldKind::Text),
                one(p, "paging_parameter", "Parameter", Some("Of the address, such as page, offset or cursor."), "", FieldKind::Text),
                one(p, "paging_first", "First page", None, "1", FieldKind::Decimal),
            ]))
        }
        div.pane-gap-s {
            (fields(&[
                one(p, "headers", "Headers", Some("One a line, as name: value. None that carries a key: name a secret."), "", FieldKind::Textarea(2)),
                one(p, "method", "It is sent as", None, "get", FieldKind::Select(&[("get", "GET"), ("post", "POST")])),
                one(p, "body", "Body of a POST", Some("With the same words for the period."), "", FieldKind::Textarea(2)),
            ]))
        }
    }
}

fn csv(p: &FormPage<'_>) -> Markup {
    html! {
        (fields(&[
            one(p, "location", "Address or file", Some("https://host/path, or a path on this machine."), "", FieldKind::Text),
            one(p, "secret", "Secret", Some("For an address; its name in the configuration. Empty if none is needed."), "", FieldKind::Text),
        ]))
        div.pane-gap-s {
            (fields(&[
                one(p, "delimiter", "Columns are parted by", None, "comma", FieldKind::Select(&[("comma", "a comma"), ("semicolon", "a semicolon"), ("tab", "a tab")])),
                one(p, "decimal", "Numbers are written", None, "point", FieldKind::Select(&[("point", "1234.5"), ("comma", "1.234,5")])),
                html! { div {} },
            ]))
        }
        (figures(p, [
            "Name of its column.",
            "For a share: name of its column.",
            "Name of its column.",
            "Name of the column with the time or the period. Empty if there is none.",
        ]))
    }
}

fn datadog(p: &FormPage<'_>) -> Markup {
    let calls = [
        ("query", "the points of the period (v1)"),
        ("scalar", "one number that Datadog aggregates (v2)"),
        ("timeseries", "the points of the period (v2)"),
    ];
    let combine: Vec<(&str, &str)> = Combine::ALL.iter().filter(|c| **c != Combine::Count).map(|c| (c.key(), c.words())).collect();
    html! {
        (fields(&[
            one(p, "site", "Site", Some("Such as datadoghq.com or datadoghq.eu."), "datadoghq.com", FieldKind::Text),
            one(p, "api_key", "Secret with the API key", Some("Sent as header:DD-API-KEY."), "", FieldKind::Text),
            one(p, "application_key", "Secret with the application key", Some("Sent as header:DD-APPLICATION-KEY."), "", FieldKind::Text),
        ]))
        div.pane-gap-s {
            (fields(&[one(p, "query", "Query", Some("One series, such as avg:trace.http.request.duration{service:shop}."), "", FieldKind::Textarea(3))]))
        }
        div.pane-gap-s {
            (fields(&[
                one(p, "call", "It is asked for", None, "query", FieldKind::Select(&calls)),
                one(p, "combine", "Points become one by", Some("A number that Datadog aggregates: last, sum, mean, greatest or least."), "mean", FieldKind::Select(&combine)),
                html! { div {} },
            ]))
        }
    }
}
