//! Asks the catalogue's API of a Backstage for everything that has a place here: page after page, all of it or nothing.

use std::collections::BTreeSet;

use catalogue::wanted::MOST;
use kernel::http::{Client, Request};
use serde_json::Value;

use super::super::collect::exchange::{PAGES, Used, Wanted, parsed, send, values};
use crate::rules::BackstageApi;

/// Entities of a page.
const PAGE: usize = 500;

/// Longest cursor in bytes.
const CURSOR: usize = 8_192;

/// Commas and opening brackets of all pages: what is read of them is held at once, and each takes up to a hundred times its bytes.
const VALUES: usize = 1_000_000;

/// What has a place here; users, APIs, resources and so on are not asked for.
const KINDS: [&str; 3] = ["group", "system", "component"];

/// What is read of an entity.
const FIELDS: &str = "apiVersion,kind,metadata.name,metadata.namespace,metadata.title,metadata.description,spec";

/// All groups, systems and components, each with its reference as its place.
///
/// Errors: why not all of them came; a sentence or two.
pub(super) async fn entities(client: &Client, a: &BackstageApi) -> Result<Vec<(String, Value)>, String> {
    let mut out: Vec<(String, Value)> = Vec::new();
    let mut used = Used::default();
    let mut held = 0;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut cursor: Option<String> = None;
    for page in 1..=PAGES {
        let response = send(client, request(a, cursor.as_deref()), Wanted::Json, &mut used).await?;
        held += values(&response);
        if held > VALUES {
            return Err(format!("The pages have more than {VALUES} values in all, which is the limit of a feed."));
        }
        let document = parsed(&response)?;
        let clean = |text: String| response.excerpt(&text, 600);
        let items = document["items"].as_array().ok_or_else(|| {
            "The answer has no list “items”, so it is not that of a Backstage catalogue. Check the base address.".to_owned()
        })?;
        for item in items {
            let place = place(item).unwrap_or_else(|| format!("entity {}", out.len() + 1));
            out.push((place, item.clone()));
        }
        if out.len() > MOST {
            return Err(format!(
                "The catalogue has more than {MOST} groups, systems and components, which is the limit of a feed."
            ));
        }
        let next = match &document["pageInfo"]["nextCursor"] {
            Value::Null => None,
            Value::String(text) if text.is_empty() => None,
            Value::String(text) if text.len() <= CURSOR => Some(text.clone()),
            _ => return Err(format!("Page {page} has a cursor that is no text of at most {CURSOR} bytes.")),
        };
        let Some(next) = next else {
            return match document["totalItems"].as_u64() {
                Some(total) if total > out.len() as u64 => Err(clean(format!(
                    "The server counts {total} entities and gave {}. It may have changed meanwhile; the next run asks again.",
                    out.len()
                ))),
                _ => Ok(out),
            };
        };
        if !seen.insert(next.clone()) {
            return Err(format!("The cursor after page {page} is one that an earlier page had, so the pages would never end."));
        }
        cursor = Some(next);
    }
    Err(format!("The catalogue has more than {PAGES} pages, which is the limit."))
}

fn request(a: &BackstageApi, cursor: Option<&str>) -> Request {
    let mut request = Request::get(format!("{}/api/catalog/entities/by-query", a.url)).accept("application/json");
    // The cursor stands for the filter; how much, and what of each, is said each time.
    match cursor {
        Some(cursor) => request = request.query("cursor", cursor),
        None => {
            for kind in KINDS {
                request = request.query("filter", format!("kind={kind}"));
            }
        }
    }
    request = request.query("limit", PAGE.to_string()).query("fields", FIELDS);
    match &a.secret {
        Some(name) => request.secret(name.clone()),
        None => request,
    }
}

/// `kind:namespace/name` in lower case, if it has all that in order.
fn place(item: &Value) -> Option<String> {
    let text = |at: &str| item.pointer(at).and_then(Value::as_str);
    let (kind, name) = (text("/kind")?, text("/metadata/name")?);
    let namespace = text("/metadata/namespace").unwrap_or("default");
    let whole = format!("{kind}:{namespace}/{name}").to_lowercase();
    (whole.len() <= 200 && whole.bytes().all(|b| b.is_ascii_graphic())).then_some(whole)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entity_stands_at_its_reference_if_that_is_one() {
        let at = |v: Value| place(&v);
        assert_eq!(at(json!({ "kind": "Group", "metadata": { "name": "A" } })).as_deref(), Some("group:default/a"));
        let whole = json!({ "kind": "System", "metadata": { "name": "a", "namespace": "eu" } });
        assert_eq!(at(whole).as_deref(), Some("system:eu/a"));
        for bad in [json!(7), json!({ "kind": "Group" }), json!({ "kind": "a\nb", "metadata": { "name": "c" } })] {
            assert_eq!(at(bad), None);
        }
    }
}
