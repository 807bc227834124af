//! What becomes of things, as JSON: put away, brought back, handed over, merged; and the list of everything.

use axum::extract::State;
use axum::response::Response;
use kernel::api::{Page, change};
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use serde::Deserialize;

use crate::rules::{Entry, History, NewHandOver, NewMerge, NewReason, Show, SubjectKind};
use crate::{acts, store};

macro_rules! for_each_kind {
    ($( $kind:ident: $archive:ident, $restore:ident, $history:ident, $merge:ident; )+) => { $(
        pub(crate) async fn $archive(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, Json(new, idem): Json<NewReason>) -> Result<Response> {
            change(&app, &cx, idem, 204, move |cx, tx| acts::archive(cx, tx, SubjectKind::$kind, &slug, &new)).await
        }

        pub(crate) async fn $restore(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, idem: Idem) -> Result<Response> {
            change(&app, &cx, idem, 204, move |cx, tx| acts::restore(cx, tx, SubjectKind::$kind, &slug)).await
        }

        pub(crate) async fn $history(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<History>> {
            cx.require_signed_in()?;
            let found = app.read(&cx, move |_, tx| {
                let id = store::subject_itself(tx, SubjectKind::$kind, &slug)?.id;
                store::history(tx, SubjectKind::$kind, id)
            });
            Ok(axum::Json(found.await?))
        }

        pub(crate) async fn $merge(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, Json(new, idem): Json<NewMerge>) -> Result<Response> {
            change(&app, &cx, idem, 200, move |cx, tx| acts::merge::merge(cx, tx, SubjectKind::$kind, &slug, &new)).await
        }
    )+ };
}

for_each_kind! {
    Team: archive_team, restore_team, team_history, merge_team;
    Workload: archive_workload, restore_workload, workload_history, merge_workload;
    Service: archive_service, restore_service, service_history, merge_service;
}

pub(crate) async fn hand_over_workload(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<NewHandOver>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::hand_over_workload(cx, tx, &slug, &new)).await
}

pub(crate) async fn hand_over_service(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<NewHandOver>,
) -> Result<Response> {
    change(&app, &cx, idem, 200, move |cx, tx| acts::hand_over_service(cx, tx, &slug, &new)).await
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    limit: Option<String>,
    cursor: Option<String>,
    show: Option<String>,
}

/// Which things an address asks for.
pub(crate) fn shown(word: Option<&str>) -> Result<Show> {
    Show::parse(word).ok_or_else(|| {
        let shown = kernel::text::shown(word.unwrap_or_default(), 40);
        Error::invalid("show", format!("“{shown}” is no standing. Write in_use, orphaned, put_away, merged or all."))
    })
}

pub(crate) async fn everything(State(app): State<App>, cx: Ctx, Query(q): Query<Asked>) -> Result<axum::Json<Page<Entry>>> {
    cx.require_signed_in()?;
    let show = shown(q.show.as_deref())?;
    let mut rows = app.read(&cx, |_, tx| store::everything(tx)).await?;
    rows.retain(|e| show.has(e.standing));
    let paging = super::Paging { limit: q.limit, cursor: q.cursor };
    Ok(axum::Json(super::cut(rows, &paging, |e| format!("{} {}", e.kind.key(), e.slug))?))
}
