//! What all reviews say together, as JSON and CSV.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::error::Result;
use kernel::web::{App, Ctx, Query};
use serde::Deserialize;

use crate::acts::prevalence as acts;
use crate::prevalence::{Prevalence, PrevalenceFilter};

/// The filter as it stands in an address.
#[derive(Deserialize, Default, Clone)]
pub(crate) struct Asked {
    pub(crate) lens: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) tier: Option<String>,
    pub(crate) lifecycle: Option<String>,
    pub(crate) period: Option<String>,
}

impl Asked {
    /// Empty fields of a form ask for nothing; without a lens the core lens is meant.
    pub(crate) fn filter(&self) -> PrevalenceFilter {
        let some = |t: &Option<String>| t.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        PrevalenceFilter {
            lens: some(&self.lens).unwrap_or_else(|| "core".to_owned()),
            version: some(&self.version),
            group: some(&self.group),
            tier: some(&self.tier),
            lifecycle: some(&self.lifecycle),
            period: some(&self.period),
        }
    }
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Query(asked): Query<Asked>) -> Result<axum::Json<Prevalence>> {
    Ok(axum::Json(acts::read(&app, &cx, &asked.filter()).await?))
}

pub(crate) async fn csv(State(app): State<App>, cx: Ctx, Query(asked): Query<Asked>) -> Result<Response> {
    let found = acts::read(&app, &cx, &asked.filter()).await?;
    let file = format!("attachment; filename=\"prevalence-{}.csv\"", found.lens.slug);
    let head = [("content-type", "text/csv; charset=utf-8".to_owned()), ("content-disposition", file)];
    Ok((head, found.csv()?).into_response())
}
