//! Handlers of the calendar of reviews: how often, a planned day, a calendar address.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;

use crate::acts::due as acts;
use crate::api::consolidated::Asked;
use crate::api::due::written;
use crate::due::{NewInterval, NewPlan};
use crate::pages::due::{self as pages, CalendarPage};

/// What a form about how often was refused for: the place and the fault.
type Refused<'a> = Option<(&'a str, &'a str, &'a Fault)>;

async fn draw(app: &App, cx: &Ctx, sent: Refused<'_>, address: Option<&str>) -> Result<Markup> {
    cx.require_signed_in()?;
    let (intervals, groups) = app.read(cx, |cx, tx| Ok((acts::intervals(cx, tx)?, catalogue::store::groups(tx)?))).await?;
    let may = |g: &catalogue::Group| cx.actor.may(&rights::CALENDAR, Some(g.id));
    let groups: Vec<(String, String, bool)> = groups.into_iter().map(|g| (g.slug.clone(), g.name.clone(), may(&g))).collect();
    let mut frame = shell(app, cx, "Calendar of reviews", Place::WellArchitected, false);
    frame.foot.exports = vec![("iCalendar", "/api/v1/reviews/calendar".to_owned()), ("JSON", "/api/v1/reviews/due".to_owned())];
    let body = pages::calendar(&CalendarPage {
        intervals: &intervals,
        groups: &groups,
        may_all: cx.actor.may(&rights::SETUP, None),
        person: cx.actor.person().is_some(),
        address,
        sent,
        csrf: &cx.actor.csrf,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn calendar(State(app): State<App>, cx: Ctx) -> Result<Response> {
    Ok(page(draw(&app, &cx, None, None).await?))
}

fn months(form: &Form) -> Result<NewInterval> {
    let text = form.get("months").trim();
    let shown: String = text.chars().take(40).collect();
    let months = text
        .parse()
        .map_err(|_| Error::invalid("months", format!("“{shown}” is no number of months. Write 3 for each quarter.")))?;
    Ok(NewInterval { months })
}

async fn set(app: &App, cx: &Ctx, group: Option<String>, form: &Form) -> Result<Response> {
    let to = group.clone();
    let done = match months(form) {
        Ok(new) => {
            app.write(cx, move |cx, tx| match &to {
                Some(group) => acts::set_group(cx, tx, group, &new),
                None => acts::set_all(cx, tx, &new),
            })
            .await
        }
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(see_other("/reviews/calendar")),
        Err(Error::Invalid(faults)) if !faults.is_empty() => {
            let place = group.as_deref().unwrap_or(acts::ORGANISATION);
            Ok(refused(draw(app, cx, Some((place, form.get("months"), &faults[0])), None).await?))
        }
        Err(e) => Err(e),
    }
}

pub(crate) async fn set_all(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_everywhere(&rights::SETUP)?;
    set(&app, &cx, None, &form).await
}

pub(crate) async fn set_group(State(app): State<App>, cx: Ctx, Path(group): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::CALENDAR)?;
    // Asked for before the number is looked at, so that whoever may not is told that and nothing else.
    let slug = group.clone();
    let id = app.read(&cx, move |_, tx| Ok(catalogue::store::group_by_slug(tx, &slug)?.id)).await?;
    cx.require(&rights::CALENDAR, id)?;
    set(&app, &cx, Some(group), &form).await
}

pub(crate) async fn plan(State(app): State<App>, cx: Ctx, Path(workload): Path<String>, form: Form) -> Result<Response> {
    let (slug, day) = (workload.clone(), if form.get("act") == "none" { String::new() } else { form.get("day").to_owned() });
    let new = NewPlan { day };
    match app.write(&cx, move |cx, tx| acts::plan(cx, tx, &slug, &new)).await {
        Ok(_) => Ok(see_other(&format!("/workloads/{workload}/reviews"))),
        Err(Error::Invalid(faults)) => {
            Ok(refused(super::review::workload_page(&app, &cx, &workload, &faults, form.get("day")).await?))
        }
        Err(Error::Conflict(message)) => {
            let faults = [Fault::new("day", message)];
            Ok(refused(super::review::workload_page(&app, &cx, &workload, &faults, form.get("day")).await?))
        }
        Err(e) => Err(e),
    }
}

/// The address is shown once: only its digest is kept.
pub(crate) async fn feed_address(State(app): State<App>, cx: Ctx, _: Form) -> Result<Response> {
    let secret = app.secret()?;
    let kept = secret.clone();
    app.write(&cx, move |cx, tx| acts::make_feed(cx, tx, &kept)).await?;
    let address = format!("{}/reviews/feed/{secret}", app.config.url());
    Ok(page(draw(&app, &cx, None, Some(&address)).await?))
}

pub(crate) async fn feed(
    State(app): State<App>,
    cx: Ctx,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (group, url, now) = (asked.group.filter(|g| !g.is_empty()), app.config.url(), cx.now);
    let events = app.read(&cx, move |_, tx| acts::feed(tx, &code, group.as_deref(), &url, now)).await?;
    Ok(written(&events))
}
