//! The register as JSON and CSV.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::api::{Page, change, cursor, limit};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::{ActorId, App, Ctx, Idem, Json, Path, Query};
use serde::Deserialize;
use trackers::NewIssueLink;

use crate::action::{Action, ActionState};
use crate::change::{ActionEdit, StateChange};
use crate::new::NewAction;
use crate::origin::OriginKind;
use crate::store::{self, Filter, Place};
use crate::view::ActionView;
use crate::{acts, sheet};

/// How long a page waits for a tracker.
const WAIT: std::time::Duration = std::time::Duration::from_secs(8);

/// Rows of the CSV at most.
pub(crate) const MOST_ROWS: i64 = 10_000;

/// What a list is narrowed to.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    pub(crate) team: Option<String>,
    pub(crate) workload: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) late: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) limit: Option<String>,
    pub(crate) cursor: Option<String>,
}

fn named(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|t| !t.is_empty())
}

fn listed(all: &[&str]) -> String {
    all.join(", ")
}

impl Which {
    /// The filter; names that do not exist are faults with their place.
    pub(crate) fn filter(&self, cx: &Ctx, tx: &mut dyn Tx) -> Result<Filter> {
        let mut f = Filter::default();
        if let Some(slug) = named(self.team.as_deref()) {
            f.team = Some(catalogue::store::team_by_slug(tx, slug).map_err(|e| e.at("team"))?.id);
        }
        if let Some(slug) = named(self.workload.as_deref()) {
            f.workload = Some(catalogue::store::workload_by_slug(tx, slug).map_err(|e| e.at("workload"))?.id);
        }
        if let Some(state) = named(self.state.as_deref()).filter(|s| *s != "all") {
            let known = state == "unfinished" || ActionState::read(state).is_some();
            let all = listed(&ActionState::ALL.map(ActionState::key));
            if !known {
                return Err(Error::invalid("state", format!("A state is one of {all}, or unfinished, or all.")));
            }
            state.clone_into(&mut f.state);
        }
        if let Some(kind) = named(self.origin.as_deref()) {
            if OriginKind::read(kind).is_none() {
                let all = listed(&OriginKind::ALL.map(OriginKind::key));
                return Err(Error::invalid("origin", format!("An origin is one of {all}.")));
            }
            kind.clone_into(&mut f.origin);
        }
        match (named(self.owner.as_deref()), &cx.actor.id) {
            (None, _) => {}
            (Some("me"), ActorId::Person(id)) => f.owner = Some(*id),
            (Some("me"), _) => {
                return Err(Error::invalid(
                    "owner",
                    "A program has no actions of its own. Sign in to see yours, or leave owner out.",
                ));
            }
            // Nobody looks through another person's work; a team's list names who does what.
            (Some(_), _) => return Err(Error::invalid("owner", "owner is me, or left out.")),
        }
        match named(self.late.as_deref()) {
            None | Some("no" | "false") => {}
            Some("yes" | "true") => f.late_on = acts::today(cx, tx)?.to_string(),
            Some(_) => return Err(Error::invalid("late", "late is yes or no.")),
        }
        Ok(f)
    }

    /// Where the page begins.
    pub(crate) fn after(&self) -> Result<Place> {
        let bad = || Error::invalid("cursor", "The cursor is not one that this list gave. Begin without it.");
        let Some(text) = self.cursor.as_deref() else { return Ok(Place::default()) };
        let text: String = cursor(text)?;
        let mut parts = text.split('\n');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(team), Some(due), Some(id), None) if !text.contains('\0') => Ok(Place(team.into(), due.into(), id.into())),
            _ => Err(bad()),
        }
    }
}

/// Rows of a list; of somebody's own those alone that they answer for. Each keeps its place, so that the next page begins where it should.
pub(crate) fn rows(tx: &mut dyn Tx, f: &Filter, after: &Place, n: i64) -> Result<Page<Action>> {
    let page = cut(store::list(tx, f, after, n + 1)?, n);
    let Some(person) = f.owner else { return Ok(page) };
    let mine = store::mine(tx, person)?;
    Ok(Page { items: page.items.into_iter().filter(|a| mine.has(a)).collect(), next: page.next })
}

/// A page of actions; `next` leads on.
pub(crate) fn cut(rows: Vec<(Action, Place)>, n: i64) -> Page<Action> {
    let page = Page::cut(rows, n, |(_, p)| format!("{}\n{}\n{}", p.0, p.1, p.2));
    Page { items: page.items.into_iter().map(|(a, _)| a).collect(), next: page.next }
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(w): Query<Which>) -> Result<axum::Json<Page<Action>>> {
    cx.require_signed_in()?;
    let n = limit(w.limit.as_deref(), 500)?;
    let after = w.after()?;
    let page = app
        .read(&cx, move |cx, tx| {
            let filter = w.filter(cx, tx)?;
            rows(tx, &filter, &after, n)
        })
        .await?;
    Ok(axum::Json(page))
}

pub(crate) async fn csv(State(app): State<App>, cx: Ctx, Query(w): Query<Which>) -> Result<Response> {
    cx.require_signed_in()?;
    let text = app
        .read(&cx, move |cx, tx| {
            let filter = w.filter(cx, tx)?;
            let today = acts::today(cx, tx)?;
            let page = rows(tx, &filter, &Place::default(), MOST_ROWS)?;
            if page.next.is_some() {
                return Err(Error::invalid(
                    "team",
                    format!("The file holds at most {MOST_ROWS} rows. Narrow it down, such as to one team."),
                ));
            }
            sheet::csv(&page.items, today)
        })
        .await?;
    let headers = [("content-type", "text/csv; charset=utf-8"), ("content-disposition", "attachment; filename=\"actions.csv\"")];
    Ok((headers, text).into_response())
}

pub(crate) fn id_of(text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::not_found("action", kernel::text::shown(text, 60)))
}

pub(crate) async fn add(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewAction>) -> Result<Response> {
    change(&app, &cx, idem, 201, move |cx, tx| acts::add(cx, tx, &new)).await
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(id): Path<String>) -> Result<axum::Json<ActionView>> {
    cx.require_signed_in()?;
    let id = id_of(&id)?;
    Ok(axum::Json(app.read(&cx, move |cx, tx| acts::show(cx, tx, id)).await?))
}

pub(crate) async fn edit(
    State(app): State<App>,
    cx: Ctx,
    Path(id): Path<String>,
    Json(edit, idem): Json<ActionEdit>,
) -> Result<Response> {
    let id = id_of(&id)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::change(cx, tx, id, &edit)).await
}

pub(crate) async fn move_on(
    State(app): State<App>,
    cx: Ctx,
    Path(id): Path<String>,
    Json(to, idem): Json<StateChange>,
) -> Result<Response> {
    let id = id_of(&id)?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::move_on(cx, tx, id, &to)).await
}

/// The tracker is asked at once; what it does not answer in time is asked for by the job.
pub(crate) async fn asked(app: &App, id: Id) -> Result<()> {
    match tokio::time::timeout(WAIT, trackers::jobs::now(app, &acts::issues::about(id))).await {
        Ok(ended) => ended,
        Err(_) => Ok(()),
    }
}

pub(crate) async fn link(
    State(app): State<App>,
    cx: Ctx,
    Path(id): Path<String>,
    Json(new, idem): Json<NewIssueLink>,
) -> Result<Response> {
    let id = id_of(&id)?;
    change(&app, &cx, idem, 201, move |cx, tx| {
        acts::issues::link(cx, tx, id, &new)?;
        acts::show(cx, tx, id)
    })
    .await
}

pub(crate) async fn unlink(
    State(app): State<App>,
    cx: Ctx,
    Path((id, issue)): Path<(String, String)>,
    idem: Idem,
) -> Result<Response> {
    let id = id_of(&id)?;
    let issue = issue.parse().map_err(|_| Error::not_found("issue", kernel::text::shown(&issue, 60)))?;
    change(&app, &cx, idem, 204, move |cx, tx| acts::issues::unlink(cx, tx, id, issue)).await
}
