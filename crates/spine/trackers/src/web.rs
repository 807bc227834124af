//! Handlers of the pages of trackers.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::api::Page;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;

use crate::api::Paging;
use crate::pages::{self, FormPage, ListPage, OnePage};
use crate::tracker::{MOST, NewTracker, TrackerKind};
use crate::{acts, jobs, store};

/// Issues on a page.
const SHOWN: i64 = 50;

type Refused<'a> = Option<(&'a Form, &'a [Fault])>;

async fn list_page(app: &App, cx: &Ctx, sent: Refused<'_>) -> Result<Markup> {
    cx.require_signed_in()?;
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let all = app.read(cx, move |_, tx| store::tracker::page(tx, "", most)).await?;
    let ground = jobs::ground(app);
    let may = cx.actor.may(&rights::TRACKERS, None);
    let mut frame = shell(app, cx, "Trackers", Place::None, false);
    frame.live = Some("/live?topic=trackers");
    frame.foot.exports = vec![("JSON", "/api/v1/trackers".into())];
    let form = may.then_some(FormPage { ground: &ground, sent, csrf: &cx.actor.csrf });
    let body = pages::list(&ListPage { trackers: &all, form: form.as_ref(), now: cx.now, zone: &cx.actor.zone });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx) -> Result<Response> {
    Ok(page(list_page(&app, &cx, None).await?))
}

fn new_of(app: &App, form: &Form) -> Result<NewTracker> {
    let opt = |name: &str| Some(form.get(name).trim().to_owned()).filter(|t| !t.is_empty());
    let new = NewTracker {
        name: form.get("name").into(),
        slug: None,
        kind: TrackerKind::read(form.get("program")).ok_or_else(|| Error::invalid("program", "Choose the program."))?,
        url: form.get("url").into(),
        project: form.get("project").into(),
        secret: form.get("secret").into(),
        hook_secret: opt("hook_secret"),
        issue_type: opt("issue_type"),
        version: opt("version").and_then(|v| v.parse().ok()),
    };
    let new = new.check()?;
    new.check_ground(&jobs::ground(app))?;
    Ok(new)
}

fn faults(e: Error) -> Result<Vec<Fault>> {
    match e {
        Error::Invalid(faults) => {
            Ok(faults.into_iter().map(|f| if f.at == "slug" { Fault::new("name", f.message) } else { f }).collect())
        }
        Error::Conflict(message) => Ok(vec![Fault::new("name", message)]),
        e => Err(e),
    }
}

pub(crate) async fn make(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_everywhere(&rights::TRACKERS)?;
    let made = match new_of(&app, &form) {
        Ok(new) => app.write(&cx, move |cx, tx| acts::make(cx, tx, &new)).await,
        Err(e) => Err(e),
    };
    let faults = match made {
        Ok(t) => return Ok(see_other(&t.href())),
        Err(e) => faults(e)?,
    };
    Ok(refused(list_page(&app, &cx, Some((&form, &faults))).await?))
}

async fn one_page(app: &App, cx: &Ctx, slug: String, p: &Paging, sent: Refused<'_>) -> Result<Markup> {
    cx.require_signed_in()?;
    let below = p.below()?;
    let (t, found) = app
        .read(cx, move |_, tx| {
            let t = store::tracker::by_slug(tx, &slug)?;
            let rows = store::issue::of_tracker(tx, t.id, &below, SHOWN + 1)?;
            Ok((t, Page::cut(rows, SHOWN, |i| i.id.to_string())))
        })
        .await?;
    let ground = jobs::ground(app);
    let may = cx.actor.may(&rights::TRACKERS, None) && t.archived_at.is_none();
    let topic = format!("/live?topic=tracker:{}", t.id);
    let hook = format!("{}{}", app.config.url(), t.hook());
    let mut frame = shell(app, cx, &t.name, Place::None, false);
    frame.live = p.cursor.is_none().then_some(topic.as_str());
    frame.foot.exports = vec![("JSON", format!("/api/v1/trackers/{}/issues", t.slug))];
    let form = may.then_some(FormPage { ground: &ground, sent, csrf: &cx.actor.csrf });
    let body = pages::one(&OnePage {
        tracker: &t,
        issues: &found.items,
        older: found.next.as_deref(),
        hook: &hook,
        form: form.as_ref(),
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, Query(p): Query<Paging>) -> Result<Response> {
    Ok(page(one_page(&app, &cx, slug, &p, None).await?))
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    cx.require_everywhere(&rights::TRACKERS)?;
    let wanted = slug.clone();
    let changed = match new_of(&app, &form) {
        Ok(new) => app.write(&cx, move |cx, tx| acts::change(cx, tx, &wanted, &NewTracker { slug: None, ..new.clone() })).await,
        Err(e) => Err(e),
    };
    let faults = match changed {
        Ok(t) => return Ok(see_other(&t.href())),
        Err(e) => faults(e)?,
    };
    Ok(refused(one_page(&app, &cx, slug, &Paging::default(), Some((&form, &faults))).await?))
}

pub(crate) async fn archive(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, _: Form) -> Result<Response> {
    app.write(&cx, move |cx, tx| acts::archive(cx, tx, &slug)).await?;
    Ok(see_other("/trackers"))
}
