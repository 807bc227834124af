//! Handlers of the page on which a team asks to be let off a row.

use axum::extract::State;
use axum::response::Response;
use catalogue::exemptions::ExemptionStanding;
use catalogue::{asked_of, shown};
use html::Place;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use crate::acts::exemptions as acts;
use crate::acts::overview::reporting_sprint;
use crate::pages::exemptions::{RowPage, row_page};

/// Team, metric, subject.
type Row = (String, String, String);

async fn draw(app: &App, cx: &Ctx, row: Row, sent: Option<(&Form, &[Fault])>) -> Result<html::Markup> {
    let (team, pillar, found, all, sprint) = app
        .read(cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = catalogue::store::team_by_slug(tx, &row.0)?;
            let found = acts::row(cx, tx, &team, &row.1, &row.2)?;
            let all = shown(cx, tx, found.all.clone())?;
            let pillars = metrics::store::pillars(tx)?;
            let pillar = pillars.into_iter().find(|(key, _)| *key == found.target.pillar).map(|(_, title)| title);
            let sprint = reporting_sprint(cx, tx, team.group)?.number;
            Ok((team, pillar, found, all, sprint))
        })
        .await?;
    let waits = all.iter().find(|s| s.standing == ExemptionStanding::Asked).map_or("", |s| s.exemption.until.as_str());
    let body = row_page(&RowPage {
        team: (&team.slug, &team.name),
        sprint,
        metric: &found.metric,
        subject: &found.subject,
        title: &found.target.title,
        pillar: pillar.as_deref(),
        all: &all,
        waits,
        may_ask: team.may(cx, &rights::EXEMPTION),
        sent,
        csrf: &cx.actor.csrf,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    let title = format!("{}, exemption", found.target.title);
    Ok(shell(app, cx, &title, Place::Reports, false).page(html::html! {}, body))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(row): Path<Row>) -> Result<Response> {
    Ok(page(draw(&app, &cx, row, None).await?))
}

pub(crate) async fn ask(State(app): State<App>, cx: Ctx, Path(row): Path<Row>, form: Form) -> Result<Response> {
    let (sent, wanted) = (form.clone(), row.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = catalogue::store::team_by_slug(tx, &wanted.0)?;
            acts::ask(cx, tx, &team, (&wanted.1, &wanted.2), &asked_of(&sent))
        })
        .await;
    let faults = match done {
        Ok(_) => return Ok(see_other(&format!("/reports/{}/exemptions/{}/{}", row.0, row.1, row.2))),
        Err(Error::Invalid(faults)) => faults,
        Err(Error::Conflict(message)) => vec![Fault::new("reason", message)],
        Err(e) => return Err(e),
    };
    Ok(refused(draw(&app, &cx, row, Some((&form, &faults))).await?))
}
