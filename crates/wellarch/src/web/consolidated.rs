//! Handlers of the report over many workloads: page and Markdown.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use html::Place;
use kernel::error::Result;
use kernel::web::{App, Ctx, Query, page, shell};

use crate::api::consolidated::{Asked, load};
use crate::consolidated::markdown as written;
use crate::pages::consolidated as pages;

/// The query without the leading question mark.
fn query(asked: &Asked) -> String {
    let plain = |t: &str| t.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>();
    let pairs = [("group", &asked.group), ("limit", &asked.limit), ("cursor", &asked.cursor)];
    let told = pairs.iter().filter_map(|(name, value)| Some(format!("{name}={}", plain(value.as_deref()?))));
    told.collect::<Vec<_>>().join("&")
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Query(asked): Query<Asked>) -> Result<Response> {
    let found = load(&app, &cx, &asked).await?;
    let mut frame = shell(&app, &cx, "Reviews of many workloads", Place::WellArchitected, false);
    let query = query(&asked);
    frame.foot.exports = vec![
        ("Markdown", format!("/reviews/consolidated/markdown?{query}")),
        ("CSV", format!("/api/v1/reviews/consolidated/csv?{query}")),
        ("JSON", format!("/api/v1/reviews/consolidated?{query}")),
        ("JSON as AWS has it", format!("/api/v1/reviews/consolidated/aws?{query}")),
    ];
    let next = found.next.as_deref().map(|cursor| {
        let group = asked.group.as_deref().map(|g| format!("&group={g}")).unwrap_or_default();
        format!("/reviews/consolidated?cursor={cursor}{group}")
    });
    Ok(page(frame.page(html::html! {}, pages::consolidated(&found.items, next.as_deref()))))
}

pub(crate) async fn markdown(State(app): State<App>, cx: Ctx, Query(asked): Query<Asked>) -> Result<Response> {
    let found = load(&app, &cx, &asked).await?;
    Ok(([("content-type", "text/markdown; charset=utf-8")], written(&found.items)).into_response())
}
