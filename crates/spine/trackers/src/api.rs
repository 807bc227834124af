//! Trackers and issues as JSON, and the door of their webhooks.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kernel::api::{Page, change, cursor, limit};
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::outbox::NEWEST;
use kernel::web::{App, Ctx, Idem, Json, Path, Query};
use people::rights;
use serde::Deserialize;

use crate::issue::Issue;
use crate::tracker::{NewTracker, Tracker, TrackerKind};
use crate::{acts, jobs, store, vendor};

/// Bytes of a webhook; GitHub sends up to 25 MB of other events, and of an issue far less.
pub(crate) const HOOK: usize = 1024 * 1024;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Paging {
    pub(crate) limit: Option<String>,
    pub(crate) cursor: Option<String>,
}

impl Paging {
    /// The id below which a page goes on.
    pub(crate) fn below(&self) -> Result<String> {
        self.cursor.as_deref().map_or_else(|| Ok(NEWEST.to_owned()), |c| cursor::<Id>(c).map(|id| id.to_string()))
    }
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(p): Query<Paging>) -> Result<axum::Json<Page<Tracker>>> {
    cx.require_signed_in()?;
    let n = limit(p.limit.as_deref(), 500)?;
    let after: String = p.cursor.as_deref().map(cursor).transpose()?.unwrap_or_default();
    if after.contains('\0') {
        return Err(Error::invalid("cursor", "The cursor is not one that this list gave. Begin without it."));
    }
    let rows = app.read(&cx, move |_, tx| store::tracker::page(tx, &after, n + 1)).await?;
    Ok(axum::Json(Page::cut(rows, n, store::tracker::page_key)))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<axum::Json<Tracker>> {
    cx.require_signed_in()?;
    Ok(axum::Json(app.read(&cx, move |_, tx| store::tracker::by_slug(tx, &slug)).await?))
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, Json(new, idem): Json<NewTracker>) -> Result<Response> {
    cx.require_everywhere(&rights::TRACKERS)?;
    new.clone().check()?.check_ground(&jobs::ground(&app))?;
    change(&app, &cx, idem, 201, move |cx, tx| acts::make(cx, tx, &new)).await
}

pub(crate) async fn alter(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Json(new, idem): Json<NewTracker>,
) -> Result<Response> {
    cx.require_everywhere(&rights::TRACKERS)?;
    new.clone().check()?.check_ground(&jobs::ground(&app))?;
    change(&app, &cx, idem, 200, move |cx, tx| acts::change(cx, tx, &slug, &new)).await
}

pub(crate) async fn archive(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, idem: Idem) -> Result<Response> {
    change(&app, &cx, idem, 204, move |cx, tx| acts::archive(cx, tx, &slug)).await
}

pub(crate) async fn issues(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(p): Query<Paging>,
) -> Result<axum::Json<Page<Issue>>> {
    cx.require_signed_in()?;
    let n = limit(p.limit.as_deref(), 200)?;
    let below = p.below()?;
    let rows = app
        .read(&cx, move |_, tx| {
            let t = store::tracker::by_slug(tx, &slug)?;
            store::issue::of_tracker(tx, t.id, &below, n + 1)
        })
        .await?;
    Ok(axum::Json(Page::cut(rows, n, |i| i.id.to_string())))
}

/// A thing by kind and id.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct About {
    kind: Option<String>,
    id: Option<String>,
}

pub(crate) async fn about(State(app): State<App>, cx: Ctx, Query(a): Query<About>) -> Result<axum::Json<Page<Issue>>> {
    cx.require_signed_in()?;
    let sound = |text: &Option<String>| text.clone().filter(|t| (1..=200).contains(&t.len()) && !t.contains('\0'));
    let (Some(kind), Some(id)) = (sound(&a.kind), sound(&a.id)) else {
        return Err(Error::invalid("kind", "Name the thing by kind and id, such as kind=action and its id."));
    };
    // At most twenty: one page holds them.
    let items = app.read(&cx, move |_, tx| store::issue::about(tx, &Ref::new(&kind, &id))).await?;
    Ok(axum::Json(Page { items, next: None }))
}

/// Whether a webhook was sent by whoever has the key.
fn proven(app: &App, t: &Tracker, headers: &HeaderMap, body: &[u8]) -> Result<bool> {
    let Some(key) = &t.hook_secret else { return Ok(false) };
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    let signature = match t.kind {
        TrackerKind::Gitlab => return app.http.is_key(key, header("x-gitlab-token")).map_err(Error::internal),
        TrackerKind::Github => header("x-hub-signature-256"),
        TrackerKind::Jira => header("x-hub-signature"),
    };
    let Some(hex) = signature.strip_prefix("sha256=") else { return Ok(false) };
    let bytes: Option<Vec<u8>> =
        (0..hex.len()).step_by(2).map(|i| hex.get(i..i + 2).and_then(|p| u8::from_str_radix(p, 16).ok())).collect();
    let Some(signature) = bytes else { return Ok(false) };
    app.http.verifies(key, body, &signature).map_err(Error::internal)
}

/// Takes a webhook: the signature first, then what it says; 204 once it is stored, also if it means nothing here.
pub(crate) async fn hook(State(app): State<App>, Path(slug): Path<String>, headers: HeaderMap, body: Bytes) -> Result<StatusCode> {
    // One answer for a tracker that is not there and a signature that does not fit: who has no key learns nothing.
    let refused = || Error::NotFound("There is no tracker here that knows this signature.".into());
    if body.len() > HOOK {
        return Err(Error::TooLarge(format!("A webhook has at most {HOOK} bytes.")));
    }
    let found = app.db.read(move |tx| store::tracker::by_slug(tx, &slug)).await;
    let t = match found {
        Ok(t) if t.archived_at.is_none() => t,
        Ok(_) | Err(Error::NotFound(_)) => return Err(refused()),
        Err(e) => return Err(e),
    };
    if !proven(&app, &t, &headers, &body)? {
        return Err(refused());
    }
    let value = serde_json::from_slice(&body).map_err(|_| Error::Unreadable("The body is no JSON.".into()))?;
    let event = headers.get("x-github-event").and_then(|v| v.to_str().ok()).unwrap_or("");
    let Some(hook) = vendor::hook(&t, event, &value) else {
        return Err(Error::invalid("", format!("This is about another project than {}, or is not understood.", t.project)));
    };
    let now = app.now();
    app.db.write(now, move |tx| acts::heard(tx, &t, &hook, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
