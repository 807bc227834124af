//! Handlers of the page of one action.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use catalogue::Team;
use html::{Markup, Place as Where};
use jiff::civil::Date;
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;
use trackers::NewIssueLink;

use super::{Offered, expected_of, offered};
use crate::action::{ActionEffort, ActionState, Evidence, Move};
use crate::acts;
use crate::api::{asked, id_of};
use crate::change::{ActionEdit, StateChange};
use crate::origin::Origin;
use crate::pages::form::FormPage;
use crate::pages::one::{self as pages, OnePage};
use crate::view::{ActionView, at_form};

/// A form that was refused, and for what.
#[derive(Clone, Copy)]
enum Refused<'a> {
    Nothing,
    Edit(&'a Form, &'a [Fault]),
    Move(&'a Form, &'a [Fault]),
    Link(&'a Form, &'a [Fault]),
}

struct OneLoaded {
    view: ActionView,
    team: Team,
    offered: Offered,
    owner: String,
    trackers: Vec<(String, String)>,
    today: Date,
}

/// What an action says, as its form has it.
fn form_of(view: &ActionView, owner: &str) -> Form {
    let c = &view.action.content;
    let e = c.expected.as_ref();
    let pairs = [
        ("what", c.what.clone()),
        ("goal", c.goal.clone()),
        ("owner", owner.to_owned()),
        ("due", c.due.clone()),
        ("blocked_by", c.blocked_by.clone()),
        ("issue", c.issue.clone()),
        ("effort", c.effort.map_or("", ActionEffort::key).to_owned()),
        ("expected", e.map(|e| format!("{} {}", e.metric, e.subject)).unwrap_or_default()),
        ("direction", if e.is_some_and(|e| e.direction == Move::Up) { "up" } else { "down" }.to_owned()),
        ("by", e.and_then(|e| e.by).map(|by| by.to_string()).unwrap_or_default()),
    ];
    Form(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

async fn one_page(app: &App, cx: &Ctx, id: Id, sent: Refused<'_>) -> Result<Markup> {
    let mut l = app
        .read(cx, move |cx, tx| {
            let view = acts::show(cx, tx, id)?;
            let team = catalogue::store::team_by_slug(tx, &view.action.team.slug)?;
            let owner = crate::store::owner_key(tx, &view.action.content.owner)?;
            let (offered, today) = (offered(tx, &team)?, acts::today(cx, tx)?);
            let all = trackers::store::tracker::page(tx, "", 200)?;
            let trackers = all.into_iter().map(|t| (t.slug, t.name)).collect();
            Ok(OneLoaded { view, team, offered, owner, trackers, today })
        })
        .await?;
    let c = &l.view.action.content;
    // What stands there is offered, also when it would not be offered anew.
    if !l.offered.owners.iter().any(|(value, _)| *value == l.owner) {
        l.offered.owners.push((l.owner.clone(), c.owner.name.clone()));
    }
    if let Some(e) = &c.expected {
        let value = format!("{} {}", e.metric, e.subject);
        if !l.offered.metrics.iter().any(|(v, _)| *v == value) {
            l.offered.metrics.push((value.clone(), value));
        }
    }
    let to = l.view.action.href();
    let topic = format!("/live?topic=action:{id}");
    let title = c.what.clone();
    let initial = form_of(&l.view, &l.owner);
    let origin = Origin::default();
    let (edited, moved, unlinked) = match sent {
        Refused::Nothing => (None, None, None),
        Refused::Edit(form, faults) => (Some((form, faults)), None, None),
        Refused::Move(form, faults) => (None, Some((form, faults)), None),
        Refused::Link(form, faults) => (None, None, Some((form, faults))),
    };
    let mut frame = shell(app, cx, &title, Where::Reports, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/actions/{id}"))];
    let form = l.team.may(cx, &rights::ACTIONS).then(|| FormPage {
        to: &to,
        workloads: &l.offered.workloads,
        owners: &l.offered.owners,
        metrics: &l.offered.metrics,
        initial: &initial,
        origin: &origin,
        sent: edited,
        csrf: &cx.actor.csrf,
    });
    let body = pages::one(&OnePage {
        view: &l.view,
        form,
        refused: moved,
        trackers: &l.trackers,
        unlinked,
        csrf: &cx.actor.csrf,
        today: l.today,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(id): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(one_page(&app, &cx, id_of(&id)?, Refused::Nothing).await?))
}

fn version_of(form: &Form) -> Result<i64> {
    form.get("version").parse().map_err(|_| Error::invalid("what", "The form is not whole. Load the page anew."))
}

fn edit_of(form: &Form) -> Result<ActionEdit> {
    Ok(ActionEdit {
        version: version_of(form)?,
        what: form.get("what").into(),
        owner: form.get("owner").into(),
        goal: form.get("goal").into(),
        due: form.get("due").into(),
        blocked_by: form.get("blocked_by").into(),
        effort: ActionEffort::read(form.get("effort")),
        expected: expected_of(form)?,
        issue: form.get("issue").into(),
        reason: form.get("reason").into(),
    })
}

fn move_of(form: &Form) -> Result<StateChange> {
    let state = ActionState::read(form.get("state"))
        .ok_or_else(|| Error::invalid("evidence-words", "The form is not whole. Load the page anew."))?;
    let evidence = Evidence { words: form.get("evidence-words").into(), url: form.get("evidence-url").into() };
    Ok(StateChange {
        version: version_of(form)?,
        state,
        reason: form.get("reason").into(),
        evidence: (state == ActionState::Done).then_some(evidence),
    })
}

/// The page again: 422 for faults, 409 if somebody else was faster.
async fn again(app: &App, cx: &Ctx, id: Id, sent: Refused<'_>, conflict: bool) -> Result<Response> {
    let drawn = one_page(app, cx, id, sent).await?;
    Ok(if conflict { (StatusCode::CONFLICT, page(drawn)).into_response() } else { refused(drawn) })
}

pub(crate) async fn edit(State(app): State<App>, cx: Ctx, Path(id): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::ACTIONS)?;
    let id = id_of(&id)?;
    let sent = form.clone();
    let (faults, conflict) = match app.write(&cx, move |cx, tx| acts::change(cx, tx, id, &edit_of(&sent)?)).await {
        Ok(a) => return Ok(see_other(&a.href())),
        Err(Error::Invalid(faults)) => (faults.iter().map(at_form).collect::<Vec<_>>(), false),
        Err(Error::Conflict(message)) => (vec![Fault::new("what", message)], true),
        Err(e) => return Err(e),
    };
    again(&app, &cx, id, Refused::Edit(&form, &faults), conflict).await
}

pub(crate) async fn move_on(State(app): State<App>, cx: Ctx, Path(id): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::ACTIONS)?;
    let id = id_of(&id)?;
    let sent = form.clone();
    let (faults, conflict) = match app.write(&cx, move |cx, tx| acts::move_on(cx, tx, id, &move_of(&sent)?)).await {
        Ok(a) => return Ok(see_other(&a.href())),
        Err(Error::Invalid(faults)) => (faults.iter().map(at_form).collect::<Vec<_>>(), false),
        Err(Error::Conflict(message)) => (vec![Fault::new("evidence-words", message)], true),
        Err(e) => return Err(e),
    };
    again(&app, &cx, id, Refused::Move(&form, &faults), conflict).await
}

pub(crate) async fn link(State(app): State<App>, cx: Ctx, Path(id): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::ACTIONS)?;
    let id = id_of(&id)?;
    let named = form.get("issue").trim().to_owned();
    let make = form.get("how") == "make";
    let new = NewIssueLink { tracker: form.get("tracker").into(), issue: (!make).then(|| named.clone()) };
    let linked = if !make && named.is_empty() {
        Err(Error::invalid("issue", "Name the issue, or make one from this action."))
    } else {
        app.write(&cx, move |cx, tx| acts::issues::link(cx, tx, id, &new)).await
    };
    let (faults, conflict) = match linked {
        Ok(()) => {
            asked(&app, id).await?;
            return Ok(see_other(&format!("/actions/{id}#issues")));
        }
        Err(Error::Invalid(faults)) => (faults, false),
        Err(Error::Conflict(message)) => (vec![Fault::new("issue", message)], true),
        Err(e) => return Err(e),
    };
    let placed = |f: Fault| if f.at == "issue" { Fault::new("issue-name", f.message) } else { f };
    let faults: Vec<Fault> = faults.into_iter().map(placed).collect();
    again(&app, &cx, id, Refused::Link(&form, &faults), conflict).await
}

pub(crate) async fn unlink(
    State(app): State<App>,
    cx: Ctx,
    Path((id, issue)): Path<(String, String)>,
    _: Form,
) -> Result<Response> {
    cx.require_somewhere(&rights::ACTIONS)?;
    let id = id_of(&id)?;
    let issue = issue.parse().map_err(|_| Error::not_found("issue", kernel::text::shown(&issue, 60)))?;
    app.write(&cx, move |cx, tx| acts::issues::unlink(cx, tx, id, issue)).await?;
    Ok(see_other(&format!("/actions/{id}#issues")))
}
