//! Concerns as JSON, CSV and Markdown.

pub mod work;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::api::{Page, change, cursor, limit};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Json, Path, Query};
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::acts::{self, find, read};
use crate::alike::Alike;
use crate::concern::{Concern, ConcernEdit, NewConcern};
use crate::moving::ConcernMove;
use crate::setting::Setting;
use crate::sheet;
use crate::state::ConcernState;
use crate::store::{self, Filter};
use crate::view::{ConcernView, RoadmapQuarter};

/// Rows of the CSV at most.
pub(crate) const MOST_ROWS: i64 = 10_000;

/// What a list is narrowed to.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    pub(crate) q: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) team: Option<String>,
    pub(crate) limit: Option<String>,
    pub(crate) cursor: Option<String>,
}

impl Which {
    /// The filter; names that do not exist are faults with their place.
    pub(crate) fn filter(&self, tx: &mut dyn Tx) -> Result<Filter> {
        let named = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        let mut f = Filter::default();
        if let Some(slug) = named(&self.team) {
            let team = catalogue::store::team_by_slug(tx, &slug).map_err(|e| e.at("team"))?;
            f.team = Some(team.id);
        }
        if let Some(state) = named(&self.state).filter(|s| s != "all") {
            let known = ["board", "aside"].contains(&state.as_str()) || ConcernState::read(&state).is_some();
            if !known {
                let all = ConcernState::ALL.map(ConcernState::key).join(", ");
                return Err(Error::invalid("state", format!("A state is one of {all}, or board, or aside, or all.")));
            }
            f.state = state;
        }
        Ok(f)
    }

    /// The number below which the page begins.
    pub(crate) fn before(&self) -> Result<i64> {
        self.cursor.as_deref().map_or(Ok(i64::MAX), cursor)
    }
}

/// The number of a concern: `21` or `C-21`.
pub(crate) fn number_of(text: &str) -> Result<i64> {
    let digits = text.strip_prefix("C-").or_else(|| text.strip_prefix("c-")).unwrap_or(text);
    digits.parse().map_err(|_| Error::not_found("concern", kernel::text::shown(text, 60)))
}

/// The id of an action.
pub(crate) fn action_of(text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::not_found("story", kernel::text::shown(text, 60)))
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(w): Query<Which>) -> Result<axum::Json<Page<Concern>>> {
    cx.require_signed_in()?;
    let n = limit(w.limit.as_deref(), 500)?;
    let before = w.before()?;
    let rows = app
        .read(&cx, move |cx, tx| {
            let filter = w.filter(tx)?;
            find::find(cx, tx, &filter, w.q.as_deref().unwrap_or(""), before, n + 1)
        })
        .await?;
    Ok(axum::Json(Page::cut(rows, n, |c| c.number.to_string())))
}

/// A text with its media type and name.
pub(crate) fn file(text: String, media: &'static str, name: &'static str) -> Response {
    let headers = [("content-type", media), ("content-disposition", name)];
    (headers, text).into_response()
}

pub(crate) async fn csv(State(app): State<App>, cx: Ctx, Query(w): Query<Which>) -> Result<Response> {
    cx.require_signed_in()?;
    let text = app
        .read(&cx, move |cx, tx| {
            let filter = w.filter(tx)?;
            let rows = find::find(cx, tx, &filter, w.q.as_deref().unwrap_or(""), i64::MAX, MOST_ROWS + 1)?;
            if i64::try_from(rows.len()).is_ok_and(|n| n > MOST_ROWS) {
                return Err(Error::invalid(
                    "state",
                    format!("The file holds at most {MOST_ROWS} rows. Narrow it down, such as to one state."),
                ));
            }
            sheet::concerns(&rows)
        })
        .await?;
    Ok(file(text, "text/csv; charset=utf-8", "attachment; filename=\"concerns.csv\""))
}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Like {
    text: Option<String>,
}

/// Concerns that share words with a text.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConcernsAlike {
    /// Most shared words first.
    pub items: Vec<Alike>,
}

pub(crate) async fn alike(State(app): State<App>, cx: Ctx, Query(l): Query<Like>) -> Result<axum::Json<ConcernsAlike>> {
    cx.require_signed_in()?;
    let text: String = l.text.unwrap_or_default().chars().take(2_000).collect();
    let items = app.read(&cx, move |cx, tx| find::similar(cx, tx, &text, None)).await?;
    Ok(axum::Json(ConcernsAlike { items }))
}

pub(crate) async fn raise(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewConcern>) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    change(&app, &cx, idem, 201, move |cx, tx| acts::raise(cx, tx, &new)).await
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(number): Path<String>) -> Result<axum::Json<ConcernView>> {
    cx.require_signed_in()?;
    let number = number_of(&number)?;
    Ok(axum::Json(app.read(&cx, move |cx, tx| read::show(cx, tx, number)).await?))
}

pub(crate) async fn edit(
    State(app): State<App>,
    cx: Ctx,
    Path(number): Path<String>,
    Json(edit, idem): Json<ConcernEdit>,
) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let number = number_of(&number)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::change(cx, tx, number, &edit)).await
}

pub(crate) async fn move_on(
    State(app): State<App>,
    cx: Ctx,
    Path(number): Path<String>,
    Json(to, idem): Json<ConcernMove>,
) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let number = number_of(&number)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::move_on(cx, tx, number, &to)).await
}

/// The roadmap, newest quarter first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Roadmap {
    /// The last two years and what is ahead.
    pub quarters: Vec<RoadmapQuarter>,
}

pub(crate) async fn roadmap(State(app): State<App>, cx: Ctx) -> Result<axum::Json<Roadmap>> {
    cx.require_signed_in()?;
    Ok(axum::Json(Roadmap { quarters: app.read(&cx, read::roadmap).await? }))
}

pub(crate) async fn roadmap_csv(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let text = sheet::roadmap_csv(&app.read(&cx, read::roadmap).await?)?;
    Ok(file(text, "text/csv; charset=utf-8", "attachment; filename=\"roadmap.csv\""))
}

pub(crate) async fn setting(State(app): State<App>, cx: Ctx) -> Result<axum::Json<Setting>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, |_, tx| Ok(store::setting(tx)?.0)).await?))
}

pub(crate) async fn set(State(app): State<App>, cx: Ctx, Json(new, idem): Json<Setting>) -> Result<Response> {
    cx.require_everywhere(&rights::COUNCIL)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::set(cx, tx, &new)).await
}
