//! Decisions as JSON.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change, cursor, limit};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Json, Path, Query};
use serde::Deserialize;

use crate::acts;
use crate::decision::{Decision, DecisionKind, NewDecision};
use crate::store::{self, Filter};

/// What a list is narrowed to.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    pub(crate) q: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) team: Option<String>,
    pub(crate) workload: Option<String>,
    pub(crate) limit: Option<String>,
    pub(crate) cursor: Option<String>,
}

impl Which {
    /// The filter; names that do not exist are faults with their place.
    pub(crate) fn filter(&self, tx: &mut dyn Tx) -> Result<Filter> {
        let named = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        let mut f = Filter::default();
        if let Some(slug) = named(&self.team) {
            f.team = Some(catalogue::store::team_by_slug(tx, &slug).map_err(|e| e.at("team"))?.id);
        }
        if let Some(slug) = named(&self.workload) {
            f.workload = Some(catalogue::store::workload_by_slug(tx, &slug).map_err(|e| e.at("workload"))?.id);
        }
        if let Some(kind) = named(&self.kind) {
            let known = DecisionKind::read(&kind).is_some();
            if !known {
                return Err(Error::invalid("kind", "A kind is decision or accepted-risk."));
            }
            f.kind = kind;
        }
        Ok(f)
    }

    /// The number below which the page begins.
    pub(crate) fn before(&self) -> Result<i64> {
        self.cursor.as_deref().map_or(Ok(i64::MAX), cursor)
    }
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(w): Query<Which>) -> Result<axum::Json<Page<Decision>>> {
    cx.require_signed_in()?;
    let n = limit(w.limit.as_deref(), 500)?;
    let before = w.before()?;
    let rows = app
        .read(&cx, move |cx, tx| {
            let filter = w.filter(tx)?;
            acts::find(cx, tx, &filter, w.q.as_deref().unwrap_or(""), before, n + 1)
        })
        .await?;
    Ok(axum::Json(Page::cut(rows, n, |d| d.number.to_string())))
}

pub(crate) fn number_of(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::not_found("decision", kernel::text::shown(text, 60)))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(number): Path<String>) -> Result<axum::Json<Decision>> {
    cx.require_signed_in()?;
    let number = number_of(&number)?;
    Ok(axum::Json(app.read(&cx, move |_, tx| store::one(tx, number)).await?))
}

pub(crate) async fn decide(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewDecision>) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::decide(cx, tx, &new)).await
}
