//! Exemptions as JSON.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use people::rights;
use serde::Serialize;
use utoipa::ToSchema;

use super::Paging;
use crate::acts::exemptions as acts;
use crate::exemptions::{Decision, Exemption, ExemptionStanding};
use crate::store;
use crate::store::exemptions as rows;

/// An exemption with how it stands today.
#[derive(Serialize, ToSchema)]
pub struct ExemptionView {
    /// The exemption.
    #[serde(flatten)]
    pub exemption: Exemption,
    /// How it stands today, in the zone of the team's group.
    pub standing: ExemptionStanding,
}

/// Exemptions with how they stand today.
///
/// # Errors
/// The engine's.
pub fn views(cx: &Ctx, tx: &mut dyn Tx, all: Vec<Exemption>) -> Result<Vec<ExemptionView>> {
    cx.require_signed_in()?;
    let mut days: HashMap<Id, jiff::civil::Date> = HashMap::new();
    let mut out = Vec::with_capacity(all.len());
    for exemption in all {
        let today = match days.get(&exemption.team) {
            Some(day) => *day,
            None => {
                let team = store::team(tx, exemption.team)?;
                let day = acts::today(cx, tx, &team)?;
                days.insert(exemption.team, day);
                day
            }
        };
        out.push(ExemptionView { standing: exemption.standing(today), exemption });
    }
    Ok(out)
}

pub(crate) async fn all(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<ExemptionView>>> {
    cx.require_signed_in()?;
    let limit = kernel::api::limit(p.limit.as_deref(), 500)?;
    let after: Option<Id> = p.cursor.as_deref().map(kernel::api::cursor).transpose()?;
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let found = app
        .read(&cx, move |cx, tx| {
            let all = rows::list(tx, &after, limit + 1)?;
            views(cx, tx, all)
        })
        .await?;
    Ok(axum::Json(Page::cut(found, limit, |v| v.exemption.id.to_string())))
}

fn id_of(text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::not_found("exemption", kernel::text::shown(text, 60)))
}

pub(crate) async fn decide(
    State(app): State<App>,
    cx: Ctx,
    Path(id): Path<String>,
    Json(said, idem): Json<Decision>,
) -> Result<Response> {
    cx.require_somewhere(&rights::APPROVAL)?;
    let id = id_of(&id)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::decide(cx, tx, id, &said)).await
}

pub(crate) async fn withdraw(State(app): State<App>, cx: Ctx, Path(id): Path<String>, idem: Idem) -> Result<Response> {
    cx.require_somewhere(&rights::EXEMPTION)?;
    let id = id_of(&id)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::withdraw(cx, tx, id)).await
}
