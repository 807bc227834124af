//! Handlers of the pages of notices.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::api::Page;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;

use crate::acts::notice as acts;
use crate::api::notice::Which;
use crate::notice::{Content, NewAcknowledgement, NewNotice, NoticeChange, NoticeKind, NoticeWithdrawal, number_of};
use crate::pages::notice::{self as pages, FormPage, ListPage, OnePage, View};
use crate::store::notice as store;

/// Notices on a page.
const SHOWN: i64 = 30;

type Refused<'a> = Option<(&'a Form, &'a [Fault])>;

/// Slugs and names, for a choice.
type Pairs = Vec<(String, String)>;

/// Groups whose notices somebody may write, and standards that a mandate may be about.
fn offered(cx: &Ctx, tx: &mut dyn Tx) -> Result<(Pairs, Pairs)> {
    let groups = catalogue::store::groups(tx)?.into_iter().filter(|g| acts::may(cx, Some(g.id)));
    let groups = groups.map(|g| (g.slug, g.name)).collect();
    let standards = catalogue::store::standards::all(tx)?.into_iter().map(|s| (s.slug, s.statement)).collect();
    Ok((groups, standards))
}

async fn list_page(app: &App, cx: &Ctx, w: Which, sent: Refused<'_>) -> Result<Markup> {
    cx.require_signed_in()?;
    let asked = w.view.clone().unwrap_or_default();
    let view = View::read(&asked).ok_or_else(|| Error::invalid("view", "A view is all, open, mandates or mine."))?;
    let before = w.before()?;
    let (found, groups, standards, today) = app
        .read(cx, move |cx, tx| {
            let teams = catalogue::store::teams(tx, None)?.into_iter().filter(|t| t.may(cx, &rights::ACKNOWLEDGE));
            let mine: Vec<String> = teams.map(|t| t.slug).collect();
            let mut found = Page::cut(acts::list(cx, tx, None, before, SHOWN + 1)?, SHOWN, |n| n.number.to_string());
            found.items.retain(|n| view.has(n, &mine));
            let (groups, standards) = offered(cx, tx)?;
            Ok((found, groups, standards, acts::today(cx, tx)?))
        })
        .await?;
    let next = found.next.as_ref().map(|c| format!("/notices?view={asked}&cursor={c}"));
    let mut frame = shell(app, cx, "Notices", Place::Overview, false);
    frame.live = Some("/live?topic=notices");
    frame.foot.exports = vec![("JSON", "/api/v1/notices".into())];
    let organisation = acts::may(cx, None);
    let form =
        (organisation || !groups.is_empty()).then_some(FormPage { groups: &groups, organisation, standards: &standards, sent });
    let body = pages::list(&ListPage {
        notices: &found.items,
        view,
        next: next.as_deref(),
        form: form.as_ref(),
        csrf: &cx.actor.csrf,
        today,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(w): Query<Which>) -> Result<Response> {
    Ok(page(list_page(&app, &cx, w, None).await?))
}

/// One a line, or parted by commas.
fn several(text: &str) -> Vec<String> {
    text.split(['\n', ',']).map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()
}

fn content_of(form: &Form) -> Result<Content> {
    let text = |name: &str| form.get(name).to_owned();
    Ok(Content {
        kind: NoticeKind::read(form.get("kind")).ok_or_else(|| Error::invalid("kind", "Choose what is asked of the teams."))?,
        title: text("title"),
        body: text("body"),
        why: text("why"),
        to_do: text("to_do"),
        help: text("help"),
        effective: text("effective"),
        acknowledge_by: text("acknowledge_by"),
        expires: text("expires"),
        teams: several(form.get("teams")),
        tiers: several(form.get("tiers")),
        lifecycles: several(form.get("lifecycles")),
        standard: text("standard"),
    })
}

fn new_of(form: &Form) -> Result<NewNotice> {
    let old = form.get("supersedes").trim().trim_start_matches("N-");
    let supersedes = if old.is_empty() {
        None
    } else {
        Some(
            old.parse()
                .map_err(|_| Error::invalid("supersedes", "Write the number of a notice, such as 28, or leave it empty."))?,
        )
    };
    let whose = form.get("whose").trim();
    Ok(NewNotice { group: (!whose.is_empty()).then(|| whose.to_owned()), supersedes, content: content_of(form)? })
}

fn faults(e: Error, at: &str) -> Result<Vec<Fault>> {
    match e {
        Error::Invalid(faults) => {
            Ok(faults.into_iter().map(|f| if f.at == "group" { Fault::new("whose", f.message) } else { f }).collect())
        }
        Error::Conflict(message) => Ok(vec![Fault::new(at, message)]),
        e => Err(e),
    }
}

pub(crate) async fn issue(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::NOTICES)?;
    let sent = form.clone();
    let faults = match app.write(&cx, move |cx, tx| acts::issue(cx, tx, &new_of(&sent)?)).await {
        Ok(n) => return Ok(see_other(&n.href())),
        Err(e) => faults(e, "supersedes")?,
    };
    Ok(refused(list_page(&app, &cx, Which::default(), Some((&form, &faults))).await?))
}

/// Which form of the page was refused.
#[derive(Default)]
struct Sent<'a> {
    change: Refused<'a>,
    acknowledge: Refused<'a>,
    withdraw: Refused<'a>,
}

async fn one_page(app: &App, cx: &Ctx, number: i64, sent: Sent<'_>) -> Result<Markup> {
    cx.require_signed_in()?;
    let (n, versions, asked, groups, standards, may, today) = app
        .read(cx, move |cx, tx| {
            let n = acts::show(cx, tx, number)?;
            let mut asked = Vec::new();
            for t in n.teams.iter().filter(|t| t.acknowledged.is_none() && n.state.stands()) {
                if catalogue::store::team_by_slug(tx, &t.team.slug)?.may(cx, &rights::ACKNOWLEDGE) {
                    asked.push((t.team.slug.clone(), t.team.name.clone()));
                }
            }
            let group = n.group.as_ref().map(|g| catalogue::store::group_by_slug(tx, &g.slug)).transpose()?;
            let may = acts::may(cx, group.map(|g| g.id)) && n.state.stands();
            let (groups, standards) = offered(cx, tx)?;
            Ok((n, store::versions(tx, number)?, asked, groups, standards, may, acts::today(cx, tx)?))
        })
        .await?;
    let title = format!("{}: {}", n.label(), n.content.title);
    let topic = format!("/live?topic=notice:{number}");
    let mut frame = shell(app, cx, &title, Place::Overview, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/notices/{number}"))];
    let form = may.then_some(FormPage { groups: &groups, organisation: false, standards: &standards, sent: sent.change });
    let body = pages::one(&OnePage {
        notice: &n,
        versions: &versions,
        asked: &asked,
        refused: sent.acknowledge,
        kept: sent.withdraw,
        form: form.as_ref(),
        csrf: &cx.actor.csrf,
        today,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(number): Path<String>) -> Result<Response> {
    Ok(page(one_page(&app, &cx, number_of(&number)?, Sent::default()).await?))
}

pub(crate) async fn change(State(app): State<App>, cx: Ctx, Path(number): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::NOTICES)?;
    let number = number_of(&number)?;
    let sent = form.clone();
    let changed = app.write(&cx, move |cx, tx| {
        let version =
            sent.get("version").parse().map_err(|_| Error::invalid("title", "The form is not whole. Load the page anew."))?;
        let new = NoticeChange { version, reason: sent.get("reason").into(), content: content_of(&sent)? };
        acts::change(cx, tx, number, &new)
    });
    let faults = match changed.await {
        Ok(n) => return Ok(see_other(&n.href())),
        Err(e) => faults(e, "title")?,
    };
    let sent = Sent { change: Some((&form, &faults)), ..Sent::default() };
    Ok(refused(one_page(&app, &cx, number, sent).await?))
}

pub(crate) async fn acknowledge(State(app): State<App>, cx: Ctx, Path(number): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::ACKNOWLEDGE)?;
    let number = number_of(&number)?;
    let sent = form.clone();
    let done = app.write(&cx, move |cx, tx| {
        // A form without a version is no newer than any.
        let version = sent.get("version").parse().unwrap_or(0);
        let text = |name: &str| sent.get(name).to_owned();
        let new = NewAcknowledgement { team: text("team"), version, plan: text("plan"), planned: text("planned") };
        acts::acknowledge(cx, tx, number, &new)
    });
    let faults = match done.await {
        Ok(n) => return Ok(see_other(&n.href())),
        Err(e) => faults(e, "plan")?,
    };
    let sent = Sent { acknowledge: Some((&form, &faults)), ..Sent::default() };
    Ok(refused(one_page(&app, &cx, number, sent).await?))
}

pub(crate) async fn withdraw(State(app): State<App>, cx: Ctx, Path(number): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::NOTICES)?;
    let number = number_of(&number)?;
    let said = NoticeWithdrawal { reason: form.get("why-withdrawn").into() };
    let faults: Vec<Fault> = match app.write(&cx, move |cx, tx| acts::withdraw(cx, tx, number, &said)).await {
        Ok(n) => return Ok(see_other(&n.href())),
        Err(e) => faults(e, "why-withdrawn")?.into_iter().map(|f| Fault::new("why-withdrawn", f.message)).collect(),
    };
    let sent = Sent { withdraw: Some((&form, &faults)), ..Sent::default() };
    Ok(refused(one_page(&app, &cx, number, sent).await?))
}
