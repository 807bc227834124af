//! Reports as JSON.

pub(crate) mod automation;
pub(crate) mod exemptions;
pub(crate) mod lists;
pub(crate) mod questions;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use catalogue::Team;
use kernel::api::change;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Idem, Json, Path};
use serde::Serialize;
use utoipa::ToSchema;

use crate::acts::overview;
use crate::acts::{self, NewWords};
use crate::automation::SprintShare;
use crate::document::{Named, RowState, Stage};
use crate::overview::{Found, found};
use crate::template::{NewTemplate, VersionedTemplate};
use crate::{sheet, store};

fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::not_found("sprint", text.chars().take(60).collect::<String>()))
}

/// The sprint that a path names; `latest` is the one that is being reported now.
fn wanted(text: &str) -> Result<Option<i64>> {
    if text == "latest" { Ok(None) } else { number(text).map(Some) }
}

fn named(cx: &Ctx, tx: &mut dyn Tx, slug: &str, wanted: Option<i64>) -> Result<(Team, i64)> {
    let team = catalogue::store::team_by_slug(tx, slug)?;
    let n = match wanted {
        Some(n) => n,
        None => overview::reporting_sprint(cx, tx, team.group)?.number,
    };
    Ok((team, n))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path((slug, sprint)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    let wanted = wanted(&sprint)?;
    let found = app
        .read(&cx, move |cx, tx| {
            let (team, n) = named(cx, tx, &slug, wanted)?;
            acts::show_json(cx, tx, &team, n)
        })
        .await?;
    Ok(([("content-type", "application/json")], found).into_response())
}

pub(crate) async fn csv(State(app): State<App>, cx: Ctx, Path((slug, sprint)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    let wanted = wanted(&sprint)?;
    let d = app
        .read(&cx, move |cx, tx| {
            let (team, n) = named(cx, tx, &slug, wanted)?;
            acts::show(cx, tx, &team, n)
        })
        .await?;
    let file = format!("attachment; filename=\"{}-{}.csv\"", d.team.slug, d.sprint);
    let head = [("content-type", "text/csv; charset=utf-8".to_owned()), ("content-disposition", file)];
    Ok((head, sheet::csv(&d)?).into_response())
}

pub(crate) async fn hand_in(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, sprint)): Path<(String, String)>,
    idem: Idem,
) -> Result<Response> {
    let n = number(&sprint)?;
    change(&app, &cx, idem, 200, move |cx, tx| {
        cx.require_signed_in()?;
        let team = catalogue::store::team_by_slug(tx, &slug)?;
        acts::hand_in(cx, tx, &team, n)
    })
    .await
}

pub(crate) async fn reopen(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, sprint)): Path<(String, String)>,
    idem: Idem,
) -> Result<Response> {
    let n = number(&sprint)?;
    change(&app, &cx, idem, 204, move |cx, tx| {
        cx.require_signed_in()?;
        let team = catalogue::store::team_by_slug(tx, &slug)?;
        acts::reopen(cx, tx, &team, n)
    })
    .await
}

pub(crate) async fn review(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, sprint)): Path<(String, String)>,
    idem: Idem,
) -> Result<Response> {
    let n = number(&sprint)?;
    change(&app, &cx, idem, 200, move |cx, tx| {
        cx.require_signed_in()?;
        let team = catalogue::store::team_by_slug(tx, &slug)?;
        acts::review(cx, tx, &team, n)
    })
    .await
}

pub(crate) async fn say(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, sprint)): Path<(String, String)>,
    Json(words, idem): Json<NewWords>,
) -> Result<Response> {
    let n = number(&sprint)?;
    change(&app, &cx, idem, 204, move |cx, tx| {
        cx.require_signed_in()?;
        let team = catalogue::store::team_by_slug(tx, &slug)?;
        acts::say(cx, tx, &team, n, &words)
    })
    .await
}

pub(crate) async fn template(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<VersionedTemplate>> {
    cx.require_signed_in()?;
    let found = app
        .read(&cx, move |_, tx| {
            let group = catalogue::store::group_by_slug(tx, &slug)?;
            store::template(tx, group.id)
        })
        .await?;
    Ok(axum::Json(found))
}

pub(crate) async fn agree(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<NewTemplate>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| {
        cx.require_signed_in()?;
        let group = catalogue::store::group_by_slug(tx, &slug)?;
        acts::agree(cx, tx, &group, &new)
    })
    .await
}

/// One team on the overview.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TeamState {
    /// The team.
    pub team: Named,
    /// How far its report is.
    pub stage: Stage,
    /// Gravest state of each pillar, in the template's order.
    pub pillars: Vec<PillarState>,
    /// Values that nobody typed, of all values, sprint by sprint: the team's own past, not for comparing teams.
    pub automation: Vec<SprintShare>,
}

/// Gravest state of one pillar.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PillarState {
    /// Key of the pillar.
    pub pillar: String,
    /// Gravest state of its rows; none if it has no row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<RowState>,
}

/// A group's overview.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GroupOverview {
    /// The group.
    pub group: Named,
    /// Number of the sprint that is reported.
    pub sprint: i64,
    /// Teams in their fixed order.
    pub teams: Vec<TeamState>,
    /// Worse, stale, better.
    pub signals: Vec<Found>,
    /// What its Well-Architected reviews share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared: Option<crate::shared::Shared>,
    /// Its next session, and notices that wait for its teams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ahead: Option<crate::ahead::Ahead>,
    /// Open and late actions of its teams, in their fixed order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<crate::work::TeamWork>,
}

pub(crate) async fn group(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<GroupOverview>> {
    cx.require_signed_in()?;
    let o = overview::read(&app, &cx, slug).await?;
    let gravest = |p: &crate::overview::Pillar| {
        let order = [
            RowState::Attention,
            RowState::Stale,
            RowState::Unknown,
            RowState::Pass,
            RowState::Exempt,
            RowState::NotYet,
            RowState::NotApplicable,
        ];
        order.into_iter().find(|state| p.states.contains(state))
    };
    Ok(axum::Json(GroupOverview {
        group: Named { slug: o.group.slug.clone(), name: o.group.name.clone() },
        sprint: o.sprint.number,
        teams: o
            .reports
            .iter()
            .map(|d| TeamState {
                team: d.team.clone(),
                stage: d.stage,
                pillars: d.pillars.iter().map(|s| PillarState { pillar: s.pillar.clone(), state: gravest(s) }).collect(),
                automation: d.automation.clone(),
            })
            .collect(),
        signals: found(&o.reports).into_iter().cloned().collect(),
        shared: o.shared,
        ahead: o.ahead,
        actions: o.work,
    }))
}
