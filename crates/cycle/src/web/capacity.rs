//! Handlers of capacity for improvement.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use crate::acts::capacity as acts;
use crate::api::together::number;
use crate::capacity::NewCapacity;
use crate::pages::capacity::{CapacityPage, capacity};

/// Sprints that the page shows.
const SHOWN: i64 = 26;

async fn draw(app: &App, cx: &Ctx, team: &str, sent: Option<(&Form, &[Fault])>, conflict: Option<&str>) -> Result<Markup> {
    cx.require_signed_in()?;
    let slug = team.to_owned();
    let (team, open, past) = app
        .read(cx, move |cx, tx| {
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            let calendar = catalogue::store::calendar(tx, team.group)?;
            let last = calendar.last_closed(cx.now).map(|s| s.number);
            let now = calendar.at(cx.now).map_or_else(|| calendar.first(), |s| s.number);
            let mut open = Vec::new();
            for n in last.into_iter().chain([now, now + 1]) {
                open.push(acts::one(cx, tx, &team, n)?);
            }
            let past = acts::list(cx, tx, &team, None, SHOWN)?;
            Ok((team, open, past))
        })
        .await?;
    let title = format!("Capacity of {}", team.name);
    let topic = format!("/live?topic=team:{}", team.id);
    let mut frame = shell(app, cx, &title, Place::Session, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/teams/{}/capacity", team.slug))];
    let body = capacity(&CapacityPage {
        team: (&team.slug, &team.name),
        open: &open,
        past: &past,
        may: team.may(cx, &rights::CAPACITY),
        sent,
        conflict,
        csrf: &cx.actor.csrf,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(team): Path<String>) -> Result<Response> {
    Ok(page(draw(&app, &cx, &team, None, None).await?))
}

fn hours(form: &Form, name: &str, faults: &mut Vec<Fault>) -> Option<i64> {
    let text = form.get(name).trim();
    if text.is_empty() {
        return None;
    }
    let found = text.parse().ok();
    if found.is_none() {
        faults.push(Fault::new(name, format!("“{}” is no whole number of hours.", kernel::text::shown(text, 40))));
    }
    found
}

pub(crate) async fn state(
    State(app): State<App>,
    cx: Ctx,
    Path((team, sprint)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let sprint = number(&sprint)?;
    let slug = team.clone();
    // Asked for before the numbers are looked at, so that whoever may not is told that and nothing else.
    let found = app.read(&cx, move |_, tx| catalogue::store::team_by_slug(tx, &slug)).await?;
    found.require(&cx, &rights::CAPACITY)?;
    let mut faults = Vec::new();
    let new = NewCapacity {
        asked: hours(&form, "asked", &mut faults),
        agreed: hours(&form, "agreed", &mut faults),
        used: hours(&form, "used", &mut faults),
        note: form.get("note").to_owned(),
        version: form.get("version").parse().unwrap_or(-1),
    };
    let done = if faults.is_empty() {
        app.write(&cx, move |cx, tx| acts::state(cx, tx, &found, sprint, &new)).await
    } else {
        Err(Error::Invalid(faults))
    };
    match done {
        Ok(_) => Ok(see_other(&format!("/teams/{team}/capacity"))),
        Err(Error::Invalid(faults)) => Ok(refused(draw(&app, &cx, &team, Some((&form, &faults)), None).await?)),
        Err(Error::Conflict(message)) => {
            let drawn = draw(&app, &cx, &team, Some((&form, &[])), Some(&message)).await?;
            Ok((StatusCode::CONFLICT, page(drawn)).into_response())
        }
        Err(e) => Err(e),
    }
}
