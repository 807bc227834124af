//! Handlers of what a forum settled about its sessions.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::error::{Error, Fault, Faults, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};

use crate::acts::cadence as acts;
use crate::agenda::ItemKind;
use crate::cadence::{Cadence, NewCadence, Part, Quiet, Rhythm, TeamOrder};
use crate::pages::cadence::{CadencePage, cadence};

async fn draw(
    app: &App,
    cx: &Ctx,
    group: Option<String>,
    sent: Option<(&Form, &[Fault])>,
    conflict: Option<&str>,
) -> Result<Markup> {
    cx.require_signed_in()?;
    let (forum, settled) = app.read(cx, move |cx, tx| acts::show(cx, tx, group.as_deref())).await?;
    let frame = shell(app, cx, "How the sessions are held", Place::Session, false);
    let body = cadence(&CadencePage {
        forum: &forum,
        settled: &settled,
        may: forum.may_run(cx),
        sent,
        conflict,
        csrf: &cx.actor.csrf,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn group(State(app): State<App>, cx: Ctx, Path(group): Path<String>) -> Result<Response> {
    Ok(page(draw(&app, &cx, Some(group), None, None).await?))
}

pub(crate) async fn council(State(app): State<App>, cx: Ctx) -> Result<Response> {
    Ok(page(draw(&app, &cx, None, None, None).await?))
}

fn number(faults: &mut Faults, form: &Form, name: &str) -> i64 {
    let text = form.get(name).trim();
    text.parse().unwrap_or_else(|_| {
        faults.add(name, format!("“{}” is no whole number.", kernel::text::shown(text, 40)));
        0
    })
}

/// What a form says; a field that is no number is a fault of its own.
fn read(form: &Form) -> (NewCadence, Faults) {
    let mut faults = Faults::new();
    let rhythm = match form.get("every") {
        "sprint" => Rhythm::Sprint { days_after: number(&mut faults, form, "rhythm.days_after") },
        _ => Rhythm::Weeks {
            weeks: number(&mut faults, form, "rhythm.weeks"),
            weekday: form.get("rhythm.weekday").to_owned(),
            from: form.get("rhythm.from").to_owned(),
        },
    };
    let mut placed: Vec<(i64, Part)> = Vec::new();
    for kind in ItemKind::ALL {
        let at = format!("place.{}", kind.key());
        if form.get(&at).trim().is_empty() {
            continue;
        }
        let main = matches!(kind, ItemKind::Team | ItemKind::Topic);
        let minutes = if main { 0 } else { number(&mut faults, form, &format!("minutes.{}", kind.key())) };
        placed.push((number(&mut faults, form, &at), Part { kind, minutes }));
    }
    placed.sort_by_key(|(place, _)| *place);
    let text = |name: &str| form.get(name).to_owned();
    let cadence = Cadence {
        rhythm,
        time: text("time"),
        minutes: number(&mut faults, form, "minutes"),
        least: number(&mut faults, form, "least"),
        usual: number(&mut faults, form, "usual"),
        agenda: placed.into_iter().map(|(_, part)| part).collect(),
        order: if form.get("order") == "lot" { TeamOrder::Lot } else { TeamOrder::Rotate },
        quiet: Quiet { from: text("quiet.from"), until: text("quiet.until"), weekends: !form.get("quiet.weekends").is_empty() },
        remind: !form.get("remind").is_empty(),
    };
    (NewCadence { cadence, version: form.get("version").parse().unwrap_or(-1) }, faults)
}

async fn settle(app: &App, cx: &Ctx, group: Option<String>, form: Form) -> Result<Response> {
    let named = group.clone();
    let (forum, _) = app.read(cx, move |cx, tx| acts::show(cx, tx, named.as_deref())).await?;
    forum.require(cx)?;
    let (new, faults) = read(&form);
    let (named, href) = (group.clone(), forum.href());
    let done = match faults.done() {
        Ok(()) => app.write(cx, move |cx, tx| acts::settle(cx, tx, named.as_deref(), &new)).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(see_other(&href)),
        Err(Error::Invalid(faults)) => Ok(refused(draw(app, cx, group, Some((&form, &faults)), None).await?)),
        Err(Error::Conflict(message)) => {
            let drawn = draw(app, cx, group, Some((&form, &[])), Some(&message)).await?;
            Ok((StatusCode::CONFLICT, page(drawn)).into_response())
        }
        Err(e) => Err(e),
    }
}

pub(crate) async fn settle_group(State(app): State<App>, cx: Ctx, Path(group): Path<String>, form: Form) -> Result<Response> {
    settle(&app, &cx, Some(group), form).await
}

pub(crate) async fn settle_council(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    settle(&app, &cx, None, form).await
}
