//! JSON over HTTP: asks for pages, and finds the numbers in them.

mod paths;

use kernel::http::{Client, Method as Verb, Request};
use serde_json::Value;
use url::Url;

use self::paths::Paths;
use super::exchange::{Backwards, PAGES, Question, Used, Wanted, filled, parsed, send, varies};
use crate::rules::{Json, Method, Paging, Placed, Reading, Sorter, Span, Stamps, combined};

/// Asks for each period, or for all at once if rows have a time; readings come back in the order of `asked` (oldest first).
///
/// Errors: why the newest period has no number, or why nothing that came can be used, as a sentence or two.
pub(crate) async fn ask(question: Question<'_>, j: &Json) -> Result<Vec<Reading>, String> {
    let Question { client, asked, zone, .. } = question;
    let paths = Paths::of(j)?;
    let stamps = Stamps::new(zone, &j.time_format);
    let (Some(first), Some(last)) = (asked.first(), asked.last()) else { return Ok(Vec::new()) };
    let mut used = Used::default();
    if paths.has_time() {
        let mut sorter = Sorter::new(asked, stamps.clone());
        let whole = (first.span.0, last.span.1);
        pages(client, j, &paths, (whole, &last.label), &stamps, &mut used, &mut |row, place| {
            let time = paths.time(row).map_err(|why| place(&why))?;
            let figure = paths.figure(row).map_err(|why| place(&why))?;
            sorter.take(&time, figure).map_err(|why| place(&why))
        })
        .await?;
        return Ok(sorter.done(j.combine));
    }
    let one_for_all = !varies(&j.url) && !varies(&j.body);
    let mut backwards = Backwards::new(question);
    while let Some(a) = backwards.next() {
        if one_for_all && a.span != last.span {
            let why = "the answer names no time and the address no period, so it stands for the newest period alone";
            backwards.take(Ok(Reading::None { why: why.into(), fault: false }))?;
            continue;
        }
        let mut placed: Vec<Placed> = Vec::new();
        let came = pages(client, j, &paths, (a.span, &a.label), &stamps, &mut used, &mut |row, place| {
            let figure = paths.figure(row).map_err(|why| place(&why))?;
            placed.extend(figure.map(|figure| Placed { at: 0, figure }));
            Ok(())
        })
        .await;
        backwards.take(came.map(|()| combined(&placed, j.combine)))?;
    }
    Ok(backwards.done())
}

/// Says where a fault is.
type Place<'a> = dyn Fn(&str) -> String + 'a;

/// Hands each row of each page to `take`.
async fn pages(
    client: &Client,
    j: &Json,
    paths: &Paths,
    (span, label): (Span, &str),
    stamps: &Stamps,
    used: &mut Used,
    take: &mut (dyn FnMut(&Value, &Place<'_>) -> Result<(), String> + Send),
) -> Result<(), String> {
    let home = Url::parse(&filled(&j.url, span, label, stamps)).map_err(|_| "The address is not a complete URL.".to_owned())?;
    let body = filled(&j.body, span, label, stamps);
    let mut url = match &j.paging {
        Some(Paging::Page { parameter, first }) => with(&home, parameter, &first.to_string()),
        _ => home.clone(),
    };
    let mut seen = vec![url.clone()];
    let mut came = 0;
    loop {
        let page = seen.len();
        let response = send(client, request(j, &url, &body), Wanted::Json, used).await?;
        let document = parsed(&response)?;
        let clean = |text: &str| response.excerpt(text, 600);
        let rows = paths.rows(&document).map_err(|why| clean(&why))?;
        used.rows(rows.len())?;
        came += rows.len();
        for (i, row) in rows.iter().enumerate() {
            let place = |why: &str| clean(&format!("Row {} of page {page}: {why}.", i + 1));
            take(row, &place)?;
        }
        let next = match &j.paging {
            None => None,
            Some(Paging::Next { .. }) => paths.more(&document)?.map(|text| joined(&url, &text)).transpose()?,
            Some(Paging::Link) => response
                .headers
                .iter()
                .filter(|(n, _)| n == "link")
                .find_map(|(_, v)| next_of(v))
                .map(|text| joined(&url, &text))
                .transpose()?,
            Some(Paging::Page { parameter, first }) => {
                (!rows.is_empty()).then(|| with(&home, parameter, &first.saturating_add(page as i64).to_string()))
            }
            Some(Paging::Offset { parameter }) => (!rows.is_empty()).then(|| with(&home, parameter, &came.to_string())),
            Some(Paging::Cursor { parameter, .. }) => paths.more(&document)?.map(|text| with(&home, parameter, &text)),
        };
        let Some(next) = next else { return Ok(()) };
        if next.origin() != home.origin() {
            return Err(clean("The next page is on another server, which is not followed. Check the paging of the source."));
        }
        if seen.contains(&next) {
            return Err(format!(
                "Page {page} names an earlier page as the next one, so the list never ends. Check the paging of the source."
            ));
        }
        if page == PAGES {
            return Err(format!(
                "There are more than {PAGES} pages, which is the limit. Ask for less at once, or for larger pages."
            ));
        }
        seen.push(next.clone());
        url = next;
    }
}

fn request(j: &Json, url: &Url, body: &str) -> Request {
    let mut request = match j.method {
        Method::Get => Request::get(url.as_str()),
        Method::Post => {
            let typed = j.headers.keys().any(|n| n.eq_ignore_ascii_case("content-type"));
            if typed {
                Request { body: Some(body.as_bytes().to_vec()), ..Request::new(Verb::POST, url.as_str()) }
            } else {
                Request::post(url.as_str(), "application/json", body.as_bytes().to_vec())
            }
        }
    };
    if !j.headers.keys().any(|n| n.eq_ignore_ascii_case("accept")) {
        request = request.accept("application/json");
    }
    request.headers.extend(j.headers.iter().map(|(n, v)| (n.clone(), v.clone())));
    request.secret = j.secret.clone();
    request
}

/// An address with one parameter set.
fn with(url: &Url, name: &str, value: &str) -> Url {
    let mut out = url.clone();
    let kept: Vec<(String, String)> =
        url.query_pairs().filter(|(n, _)| n != name).map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
    out.query_pairs_mut().clear().extend_pairs(kept).append_pair(name, value);
    out
}

fn joined(from: &Url, text: &str) -> Result<Url, String> {
    from.join(text).map_err(|_| "The address of the next page cannot be read. Check the paging of the source.".to_owned())
}

/// The target of `rel="next"` in a `Link` header (RFC 8288).
fn next_of(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        let parameters = after.split_once('<').map_or(after, |(p, _)| p);
        let is_next = parameters.split([';', ',']).any(|p| {
            let (name, value) = p.split_once('=').unwrap_or((p, ""));
            name.trim().eq_ignore_ascii_case("rel")
                && value.trim().trim_matches('"').split_whitespace().any(|v| v.eq_ignore_ascii_case("next"))
        });
        if is_next {
            return Some(target.to_owned());
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_of_a_link_header() {
        let header = r#"<https://a.example/x?page=1,2>; rel="prev", <https://a.example/x?page=3>; rel="next last""#;
        assert_eq!(next_of(header).as_deref(), Some("https://a.example/x?page=3"));
        assert_eq!(next_of(r#"</y>; title="next"; rel=last"#), None);
        assert_eq!(next_of("<broken"), None);
    }

    #[test]
    fn one_parameter_is_set_and_the_others_stay() {
        let url = Url::parse("https://a.example/x?page=1&q=a%20b").unwrap();
        assert_eq!(with(&url, "page", "2").as_str(), "https://a.example/x?q=a+b&page=2");
    }
}
