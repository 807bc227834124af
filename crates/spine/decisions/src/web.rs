//! Handlers of the ledger's pages.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::api::Page;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;

use crate::api::{Which, number_of};
use crate::decision::NewDecision;
use crate::pages::{self, ListPage};
use crate::{acts, store};

/// Decisions on a page.
const SHOWN: i64 = 50;

async fn list_page(app: &App, cx: &Ctx, w: Which, sent: Option<(&Form, &[Fault])>) -> Result<Markup> {
    cx.require_signed_in()?;
    let before = w.before()?;
    let question = w.q.clone().unwrap_or_default();
    let supersedes = w.workload.clone();
    let (found, teams, today) = app
        .read(cx, move |cx, tx| {
            let filter = w.filter(tx)?;
            let rows = acts::find(cx, tx, &filter, w.q.as_deref().unwrap_or(""), before, SHOWN + 1)?;
            let mut teams = Vec::new();
            for t in catalogue::store::teams(tx, None)? {
                if t.may(cx, &rights::DECISIONS) {
                    teams.push((t.slug, t.name));
                }
            }
            Ok((Page::cut(rows, SHOWN, |d| d.number.to_string()), teams, actions::acts::today(cx, tx)?))
        })
        .await?;
    let asked = kernel::text::percent(&question);
    let about = supersedes.map(|w| format!("&workload={w}")).unwrap_or_default();
    let next = found.next.as_ref().map(|c| format!("/decisions?q={asked}{about}&cursor={c}"));
    let mut frame = shell(app, cx, "Decisions", Place::None, false);
    frame.live = Some("/live?topic=decisions");
    frame.foot.exports = vec![("JSON", format!("/api/v1/decisions?q={asked}{about}"))];
    let body = pages::all(&ListPage {
        decisions: &found.items,
        question: &question,
        next: next.as_deref(),
        teams: &teams,
        may_decide: cx.actor.may_somewhere(&rights::DECISIONS),
        sent,
        csrf: &cx.actor.csrf,
        today,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn all(State(app): State<App>, cx: Ctx, Query(w): Query<Which>) -> Result<Response> {
    Ok(page(list_page(&app, &cx, w, None).await?))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
}

fn new_of(form: &Form) -> Result<NewDecision> {
    let team = form.get("whose").trim();
    let supersedes = match form.get("supersedes").trim() {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| Error::invalid("supersedes", "Write the number of a decision, such as 12, or leave it empty."))?,
        ),
    };
    Ok(NewDecision {
        title: form.get("title").into(),
        decided: form.get("decided").into(),
        why: form.get("why").into(),
        alternatives: lines(form.get("alternatives")),
        deciders: lines(form.get("deciders")),
        review_by: form.get("review_by").into(),
        supersedes,
        team: (!team.is_empty()).then(|| team.to_owned()),
        workload: None,
        origin: actions::Origin::default(),
    })
}

/// A fault at the field of the form: a list is one field, and the team is whose it is.
fn at_form(fault: &Fault) -> Fault {
    let at = match fault.at.split('.').next().unwrap_or("title") {
        "team" => "whose",
        other => other,
    };
    Fault::new(at, fault.message.clone())
}

pub(crate) async fn decide(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::DECISIONS)?;
    let sent = form.clone();
    let faults = match app.write(&cx, move |cx, tx| acts::decide(cx, tx, &new_of(&sent)?)).await {
        Ok(d) => return Ok(see_other(&d.href())),
        Err(Error::Invalid(faults)) => faults.iter().map(at_form).collect(),
        Err(Error::Conflict(message)) => vec![Fault::new("supersedes", message)],
        Err(e) => return Err(e),
    };
    let faults: Vec<Fault> = faults;
    Ok(refused(list_page(&app, &cx, Which::default(), Some((&form, &faults))).await?))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(number): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let number = number_of(&number)?;
    let (d, today) = app.read(&cx, move |cx, tx| Ok((store::one(tx, number)?, actions::acts::today(cx, tx)?))).await?;
    let title = format!("Decision {}: {}", d.number, d.title);
    let mut frame = shell(&app, &cx, &title, Place::None, false);
    frame.live = Some("/live?topic=decisions");
    frame.foot.exports = vec![("JSON", format!("/api/v1/decisions/{}", d.number))];
    Ok(page(frame.page(html::html! {}, pages::one(&d, today, cx.now, &cx.actor.zone))))
}
