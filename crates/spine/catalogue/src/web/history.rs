//! Handlers of forms that change what becomes of a thing, and of the list of everything.

use axum::extract::State;
use axum::response::Response;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page};
use people::rights;
use serde::Deserialize;

use super::{edit, framed};
use crate::api::history::shown;
use crate::pages::history::{Everything, everything as draw};
use crate::rules::{NewHandOver, NewMerge, NewReason, SubjectKind};
use crate::{acts, store};

/// Faults of a body at the fields of a form, whose names begin with the form's.
fn faults_at(prefix: &str, field: &str, e: Error) -> Error {
    match e {
        Error::Invalid(list) => {
            Error::Invalid(list.into_iter().map(|f| Fault::new(format!("{prefix}-{}", f.at), f.message)).collect())
        }
        Error::Conflict(message) => Error::invalid(format!("{prefix}-{field}"), message),
        e => e,
    }
}

type Act = fn(&Ctx, &mut dyn Tx, SubjectKind, &str, &Form) -> Result<String>;

async fn done(app: App, cx: Ctx, kind: SubjectKind, slug: String, form: Form, act: Act) -> Result<Response> {
    let (sent, name) = (form.clone(), slug.clone());
    let to = app.write(&cx, move |cx, tx| act(cx, tx, kind, &name, &sent)).await;
    edit::answer(&app, &cx, Some(kind), &slug, &form, to).await
}

fn archive(cx: &Ctx, tx: &mut dyn Tx, kind: SubjectKind, slug: &str, form: &Form) -> Result<String> {
    let new = NewReason { reason: form.get("away-reason").into() };
    acts::archive(cx, tx, kind, slug, &new).map_err(|e| faults_at("away", "reason", e))?;
    Ok(format!("/{}s/{slug}", kind.key()))
}

fn restore(cx: &Ctx, tx: &mut dyn Tx, kind: SubjectKind, slug: &str, _: &Form) -> Result<String> {
    acts::restore(cx, tx, kind, slug)?;
    Ok(format!("/{}s/{slug}", kind.key()))
}

fn merge(cx: &Ctx, tx: &mut dyn Tx, kind: SubjectKind, slug: &str, form: &Form) -> Result<String> {
    let new = NewMerge {
        into: form.get("merge-into").into(),
        reason: form.get("merge-reason").into(),
        keep: !form.get("merge-keep").is_empty(),
    };
    let merged = acts::merge::merge(cx, tx, kind, slug, &new).map_err(|e| faults_at("merge", "into", e))?;
    Ok(format!("/{}s/{}", kind.key(), merged.into))
}

fn hand_over(cx: &Ctx, tx: &mut dyn Tx, kind: SubjectKind, slug: &str, form: &Form) -> Result<String> {
    let since = form.get("owner-since").trim();
    let new = NewHandOver {
        team: form.get("owner-team").into(),
        since: (!since.is_empty()).then(|| since.to_owned()),
        reason: form.get("owner-reason").into(),
    };
    let given = if kind == SubjectKind::Workload {
        acts::hand_over_workload(cx, tx, slug, &new).map(|_| ())
    } else {
        acts::hand_over_service(cx, tx, slug, &new).map(|_| ())
    };
    given.map_err(|e| faults_at("owner", "team", e))?;
    Ok(format!("/{}s/{slug}", kind.key()))
}

macro_rules! forms {
    ($( $name:ident: $kind:ident, $act:ident; )+) => { $(
        pub(crate) async fn $name(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
            done(app, cx, SubjectKind::$kind, slug, form, $act).await
        }
    )+ };
}

forms! {
    archive_team: Team, archive;
    archive_workload: Workload, archive;
    archive_service: Service, archive;
    restore_team: Team, restore;
    restore_workload: Workload, restore;
    restore_service: Service, restore;
    merge_team: Team, merge;
    merge_workload: Workload, merge;
    merge_service: Service, merge;
    hand_over_workload: Workload, hand_over;
    hand_over_service: Service, hand_over;
}

#[derive(Deserialize)]
pub(crate) struct Shown {
    show: Option<String>,
}

pub(crate) async fn everything(State(app): State<App>, cx: Ctx, Query(q): Query<Shown>) -> Result<Response> {
    cx.require_signed_in()?;
    let show = shown(q.show.as_deref())?;
    let mut entries = app.read(&cx, |_, tx| store::everything(tx)).await?;
    entries.retain(|e| show.has(e.standing));
    let may_import = cx.actor.may_somewhere(&rights::TEAMS);
    let body = draw(&Everything { entries: &entries, show, may_import, zone: &cx.actor.zone, now: cx.now });
    Ok(page(framed(&app, &cx, "Catalogue", body)))
}
