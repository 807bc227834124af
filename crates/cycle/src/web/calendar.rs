//! Handlers of a forum's calendar of sessions.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use serde::Deserialize;

use crate::acts::{agenda, cadence, session as acts};
use crate::forum::Forum;
use crate::pages::calendar::{CalendarPage, calendar, forums};
use crate::session::{NewSession, Session, SessionState};
use crate::store;

/// Sessions that are over on one page.
const PAST: i64 = 26;

/// Where the page of what is over begins.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct From {
    before: Option<String>,
}

impl From {
    fn place(&self) -> Option<(Time, Id)> {
        let (at, id) = self.before.as_deref()?.split_once('.')?;
        Some((Time(at.parse().ok()?), id.parse().ok()?))
    }
}

async fn draw(app: &App, cx: &Ctx, group: Option<String>, from: From, sent: Option<(&Form, &[Fault])>) -> Result<Markup> {
    cx.require_signed_in()?;
    let before = from.place();
    let (forum, settled, ahead, mut past, data) = app
        .read(cx, move |cx, tx| {
            let (forum, settled) = cadence::show(cx, tx, group.as_deref())?;
            let is_over = |s: &Session| {
                matches!(s.state, SessionState::Closed | SessionState::NotHeld) || (s.off.is_some() && s.ends <= cx.now)
            };
            let latest = store::session::latest(tx, &forum, before, cx.now, PAST + 40)?;
            let mut ahead: Vec<Session> =
                store::session::coming(tx, &forum, cx.now, cx.now, 40)?.into_iter().filter(|s| !is_over(s)).collect();
            // One that was opened and never closed lasts until somebody closes it.
            if let Some(open) = store::session::open_of(tx, &forum, cx.now)?.filter(|o| !ahead.iter().any(|s| s.id == o.id)) {
                ahead.insert(0, open);
            }
            let past: Vec<Session> = latest.into_iter().filter(is_over).collect();
            let next = ahead.iter().find(|s| s.off.is_none());
            let data = next.map(|s| agenda::known(cx, tx, s)).transpose()?;
            Ok((forum, settled, ahead, past, data))
        })
        .await?;
    let shown = usize::try_from(PAST).unwrap_or(26);
    let earlier =
        (past.len() > shown).then(|| past.get(shown - 1)).flatten().map(|s| format!("?before={}.{}", s.starts.micros(), s.id));
    past.truncate(shown);
    let title = format!("Sessions of {}", forum.name);
    let rhythm = if settled.version == 0 {
        String::new()
    } else {
        format!("{} at {}", settled.cadence.rhythm.words(), settled.cadence.time)
    };
    let (topic, place) = (format!("/live?topic={}", forum.topic()), Place::Session);
    let mut frame = shell(app, cx, &title, place, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1{}", forum.href()))];
    let body = calendar(&CalendarPage {
        forum: &forum,
        rhythm: &rhythm,
        ahead: &ahead,
        past: &past,
        earlier: earlier.as_deref(),
        data: data.as_ref(),
        may: forum.may_run(cx),
        sent,
        csrf: &cx.actor.csrf,
        more: html::html! {},
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn group(
    State(app): State<App>,
    cx: Ctx,
    Path(group): Path<String>,
    Query(from): Query<From>,
) -> Result<Response> {
    Ok(page(draw(&app, &cx, Some(group), from, None).await?))
}

pub(crate) async fn council(State(app): State<App>, cx: Ctx, Query(from): Query<From>) -> Result<Response> {
    Ok(page(draw(&app, &cx, None, from, None).await?))
}

fn number(form: &Form, name: &str, faults: &mut Vec<Fault>) -> Option<i64> {
    let text = form.get(name).trim();
    if text.is_empty() {
        return None;
    }
    let found = text.parse().ok();
    if found.is_none() {
        faults.push(Fault::new(name, format!("“{}” is no whole number.", kernel::text::shown(text, 40))));
    }
    found
}

async fn add(app: &App, cx: &Ctx, group: Option<String>, form: Form) -> Result<Response> {
    let named = group.clone();
    // Asked for before the numbers are looked at, so that whoever may not is told that and nothing else.
    let forum: Forum = app.read(cx, move |cx, tx| Ok(cadence::show(cx, tx, named.as_deref())?.0)).await?;
    forum.require(cx)?;
    let mut faults = Vec::new();
    let (minutes, sprint) = (number(&form, "minutes", &mut faults), number(&form, "sprint", &mut faults));
    let new = NewSession { starts: form.get("starts").to_owned(), minutes, sprint, why: form.get("why").to_owned() };
    let named = group.clone();
    let done = if faults.is_empty() {
        app.write(cx, move |cx, tx| acts::add(cx, tx, named.as_deref(), &new)).await
    } else {
        Err(Error::Invalid(faults))
    };
    match done {
        Ok(made) => Ok(see_other(&made.href())),
        Err(Error::Invalid(faults)) => Ok(refused(draw(app, cx, group, From::default(), Some((&form, &faults))).await?)),
        Err(e) => Err(e),
    }
}

pub(crate) async fn add_to_group(State(app): State<App>, cx: Ctx, Path(group): Path<String>, form: Form) -> Result<Response> {
    add(&app, &cx, Some(group), form).await
}

pub(crate) async fn add_to_council(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    add(&app, &cx, None, form).await
}

/// All forums with what comes next.
pub(crate) async fn all(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let all = app
        .read(&cx, |cx, tx| {
            let mut out = Vec::new();
            let groups: Vec<Forum> = catalogue::store::groups(tx)?.iter().map(Forum::group).collect();
            let council = store::forum::council(tx)?;
            let meets = store::cadence::of(tx, &council.key())?.is_some();
            for forum in groups.into_iter().chain(meets.then_some(council)) {
                let open = store::session::open_of(tx, &forum, cx.now)?;
                let next = store::session::coming(tx, &forum, cx.now, cx.now, 20)?;
                let next = open.or_else(|| next.into_iter().find(|s| s.state == SessionState::Planned));
                out.push((forum, next));
            }
            Ok(out)
        })
        .await?;
    let frame = shell(&app, &cx, "Review sessions", Place::Session, true);
    Ok(page(frame.page(html::html! {}, forums(&all))))
}
