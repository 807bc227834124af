//! Handlers of tech shares and of what a group has in common.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;
use serde::Deserialize;

use crate::acts::{portfolio, share as acts};
use crate::capture::Named;
use crate::pages::share::{Refused, SharePage, SharesPage, all as drawn_all, one as drawn_one};
use crate::share::{Body, MOST, NewAdopted, NewTechShare, TechShareChange};
use crate::topics::{Answer, NewAnswer};

fn named(t: &catalogue::Team) -> Named {
    Named { slug: t.slug.clone(), name: t.name.clone() }
}

fn share_id(text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::not_found("tech share", kernel::text::shown(text, 60)))
}

async fn draw_all(app: &App, cx: &Ctx, group: &str, refused: Refused<'_>) -> Result<Markup> {
    cx.require_signed_in()?;
    let slug = group.to_owned();
    let (g, shares, teams) = app
        .read(cx, move |cx, tx| {
            let (g, shares) = acts::list(cx, tx, &slug, None, MOST)?;
            let teams = catalogue::store::teams(tx, Some(g.id))?;
            Ok((g, shares, teams))
        })
        .await?;
    let topic = format!("/live?topic=group:{}", g.id);
    let mut frame = shell(app, cx, "Tech shares", Place::Session, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/groups/{group}/tech-shares"))];
    let may = teams.iter().any(|t| t.may(cx, &rights::SESSION_PART)) || cx.actor.may(&rights::SESSION_PART, Some(g.id));
    let names: Vec<Named> = teams.iter().map(named).collect();
    let group = Named { slug: g.slug.clone(), name: g.name.clone() };
    let body = drawn_all(&SharesPage { group, shares: &shares, teams: &names, may, refused, csrf: &cx.actor.csrf });
    Ok(frame.page(html::html! {}, body))
}

async fn draw_one(app: &App, cx: &Ctx, id: Id, refused: Refused<'_>) -> Result<Markup> {
    let (s, g, teams) = app.read(cx, move |cx, tx| acts::one(cx, tx, id)).await?;
    let topic = format!("/live?topic=group:{}", g.id);
    let mut frame = shell(app, cx, &s.body.title, Place::Session, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1{}", s.href()))];
    let own: Vec<Named> = teams.iter().filter(|t| t.may(cx, &rights::SESSION_PART)).map(named).collect();
    let may = !own.is_empty();
    let body = drawn_one(&SharePage { share: &s, own: &own, may, refused, csrf: &cx.actor.csrf });
    Ok(frame.page(html::html! {}, body))
}

/// What an address fills into the form: a title, and what it follows from.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposed {
    #[serde(default)]
    title: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    words: String,
}

pub(crate) async fn all(
    State(app): State<App>,
    cx: Ctx,
    Path(group): Path<String>,
    Query(proposed): Query<Proposed>,
) -> Result<Response> {
    let field = |name: &str, value: &str| (name.to_owned(), kernel::text::shown(value, kernel::text::NAME));
    let form = Form(vec![
        field("form", "new"),
        field("title", &proposed.title),
        field("from", &proposed.from),
        ("url".into(), proposed.url.clone()),
        field("words", &proposed.words),
    ]);
    let sent: Option<(&Form, &[Fault])> = (!proposed.title.is_empty()).then_some((&form, &[]));
    Ok(page(draw_all(&app, &cx, &group, Refused { sent, conflict: None }).await?))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(at): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(draw_one(&app, &cx, share_id(&at)?, Refused::default()).await?))
}

fn body_of(form: &Form) -> Body {
    let text = |name: &str| form.get(name).to_owned();
    Body {
        title: text("title"),
        about: text("about"),
        owner: text("owner"),
        day: text("day"),
        recording: text("recording"),
        attendees: form.get("attendees").lines().map(str::to_owned).collect(),
        dropped: text("dropped"),
    }
}

pub(crate) async fn add(State(app): State<App>, cx: Ctx, Path(group): Path<String>, form: Form) -> Result<Response> {
    let new = NewTechShare {
        group: group.clone(),
        team: form.get("team").to_owned(),
        body: body_of(&form),
        origin: actions::Origin {
            kind: actions::OriginKind::read(form.get("from")).unwrap_or_default(),
            url: form.get("url").to_owned(),
            words: form.get("words").to_owned(),
            ..actions::Origin::default()
        },
    };
    match app.write(&cx, move |cx, tx| acts::add(cx, tx, &new)).await {
        Ok(made) => Ok(see_other(&made.href())),
        Err(Error::Invalid(faults)) => {
            let sent: Option<(&Form, &[Fault])> = Some((&form, &faults));
            Ok(refused(draw_all(&app, &cx, &group, Refused { sent, conflict: None }).await?))
        }
        Err(e) => Err(e),
    }
}

/// To the tech share, or its page again with what was refused.
async fn done<T>(app: &App, cx: &Ctx, id: Id, form: &Form, done: Result<T>) -> Result<Response> {
    match done {
        Ok(_) => Ok(see_other(&format!("/tech-shares/{id}"))),
        Err(Error::Invalid(faults)) => {
            let sent: Option<(&Form, &[Fault])> = Some((form, &faults));
            Ok(refused(draw_one(app, cx, id, Refused { sent, conflict: None }).await?))
        }
        Err(Error::Conflict(words)) => {
            let drawn = draw_one(app, cx, id, Refused { sent: Some((form, &[])), conflict: Some(&words) }).await?;
            Ok((StatusCode::CONFLICT, page(drawn)).into_response())
        }
        Err(e) => Err(e),
    }
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = share_id(&at)?;
    let new = TechShareChange { version: form.get("version").parse().unwrap_or(0), body: body_of(&form) };
    let made = app.write(&cx, move |cx, tx| acts::change(cx, tx, id, &new)).await;
    done(&app, &cx, id, &form, made).await
}

pub(crate) async fn adopt(State(app): State<App>, cx: Ctx, Path(at): Path<String>, form: Form) -> Result<Response> {
    let id = share_id(&at)?;
    let text = |name: &str| form.get(name).to_owned();
    let new = NewAdopted { team: text("team"), on: text("on"), what: text("what") };
    let made = app.write(&cx, move |cx, tx| acts::adopt(cx, tx, id, &new)).await;
    done(&app, &cx, id, &form, made).await
}

pub(crate) async fn common(State(app): State<App>, cx: Ctx, Path(group): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let (inner, slug) = (app.clone(), group.clone());
    let found = app
        .read(&cx, move |cx, tx| {
            let gaps = portfolio::gaps(&inner, cx, tx, &slug)?;
            portfolio::show(cx, tx, &slug, gaps)
        })
        .await?;
    let mut frame = shell(&app, &cx, "What teams have in common", Place::Session, false);
    frame.foot.exports = vec![("JSON", format!("/api/v1/groups/{group}/portfolio"))];
    Ok(page(frame.page(html::html! {}, crate::pages::portfolio::page(&found, &cx.actor.csrf))))
}

pub(crate) async fn answer(State(app): State<App>, cx: Ctx, Path(group): Path<String>, form: Form) -> Result<Response> {
    let text = |name: &str| form.get(name).to_owned();
    let (about, gives, receives) = (text("about"), text("gives"), text("receives"));
    let new = Answer::read(form.get("answer")).map(|answer| NewAnswer { about, gives, receives, answer });
    let slug = group.clone();
    app.write(&cx, move |cx, tx| match &new {
        Some(new) => portfolio::answer(cx, tx, &slug, new).map(|_| ()),
        None => {
            portfolio::must_belong(cx, tx, &slug)?;
            Err(Error::invalid("answer", "Say whether you would talk."))
        }
    })
    .await?;
    Ok(see_other(&format!("/groups/{group}/portfolio")))
}
