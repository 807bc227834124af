//! Handler of the page of what all reviews say together.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Query, page, refused, shell};

use crate::acts::prevalence as acts;
use crate::api::prevalence::Asked;
use crate::pages::prevalence::{self as pages, PrevalencePage};
use crate::prevalence::{Prevalence, PrevalenceFilter};
use crate::store;

/// `?lens=core&group=shop`, for the exports.
fn query(f: &PrevalenceFilter) -> String {
    let pairs = [
        ("lens", Some(&f.lens)),
        ("version", f.version.as_ref()),
        ("group", f.group.as_ref()),
        ("tier", f.tier.as_ref()),
        ("lifecycle", f.lifecycle.as_ref()),
        ("period", f.period.as_ref()),
    ];
    let told = pairs.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", kernel::text::percent(value?))));
    told.collect::<Vec<_>>().join("&")
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Query(asked): Query<Asked>) -> Result<Response> {
    cx.require_signed_in()?;
    let filter = asked.filter();
    match acts::read(&app, &cx, &filter).await {
        Ok(found) => Ok(page(draw(&app, &cx, &filter, Some(&found), &[]).await?)),
        Err(Error::Invalid(faults)) => Ok(refused(draw(&app, &cx, &filter, None, &faults).await?)),
        Err(e) => Err(e),
    }
}

async fn draw(app: &App, cx: &Ctx, filter: &PrevalenceFilter, found: Option<&Prevalence>, faults: &[Fault]) -> Result<Markup> {
    let (lenses, groups) = app
        .read(cx, |_, tx| {
            let lenses = store::lens::all(tx)?;
            let groups = catalogue::store::groups(tx)?;
            Ok((lenses, groups))
        })
        .await?;
    let mut frame = shell(app, cx, "What the reviews say together", Place::WellArchitected, false);
    if found.is_some() {
        let query = query(filter);
        frame.foot.exports =
            vec![("CSV", format!("/api/v1/prevalence/csv?{query}")), ("JSON", format!("/api/v1/prevalence?{query}"))];
    }
    let groups: Vec<(String, String)> = groups.into_iter().map(|g| (g.slug, g.name)).collect();
    let body = pages::prevalence(&PrevalencePage {
        filter,
        found,
        lenses: &lenses,
        groups: &groups,
        faults,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}
