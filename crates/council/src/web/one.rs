//! Handlers of the page of one concern, and of its moves, scores and stories.

use actions::action::Expected;
use actions::effect::expected_words;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use super::{lines, whole};
use crate::acts::{self, read, work};
use crate::api::number_of;
use crate::concern::Content;
use crate::moving::ConcernMove;
use crate::pages::Sent;
use crate::pages::one::{OnePage, one as draw};
use crate::state::Way;
use crate::store;
use crate::view::{ConcernView, NewStory, StorySprint, at_move};
use crate::wsjf::NewWsjf;

/// Which form was refused.
#[derive(Clone, Copy, Default)]
struct Refusals<'a> {
    moved: Sent<'a>,
    told: Sent<'a>,
    scored: Sent<'a>,
    conflict: Option<&'a str>,
}

/// Title of the metric of a concern with what it is measured of, and what the hypothesis expects of it.
pub(crate) fn metric_of(tx: &mut dyn Tx, c: &Content) -> Result<(Option<String>, String)> {
    if c.metric.is_empty() {
        return Ok((None, c.direction.map(|d| d.words().to_owned()).unwrap_or_default()));
    }
    let Ok((v, subject)) = acts::measured(tx, &c.metric, &c.subject) else { return Ok((None, String::new())) };
    let expected = c.direction.map(|direction| {
        let e = Expected { metric: c.metric.clone(), subject: c.subject.clone(), direction, by: c.by };
        expected_words(&v.definition, &e)
    });
    Ok((Some(format!("{} of {}", v.definition.title, subject.name)), expected.unwrap_or_default()))
}

struct Loaded {
    view: ConcernView,
    metric: Option<String>,
    expected: String,
    ways: Vec<Way>,
    quarter: String,
    teams: Vec<(String, String)>,
    pulls: Vec<Id>,
    scale: Vec<u32>,
    may_work: bool,
}

fn load(cx: &Ctx, tx: &mut dyn Tx, number: i64) -> Result<Loaded> {
    let view = read::show(cx, tx, number)?;
    let team = store::whose(tx, number)?;
    let ways = view.concern.state.ways().into_iter().filter(|w| acts::may_go(cx, &team, w)).collect();
    let may_work = acts::may_work(cx, &team);
    let (metric, expected) = metric_of(tx, &view.concern.content)?;
    let all = catalogue::store::teams(tx, None)?;
    let gives = |t: &catalogue::Team| acts::may_work(cx, t);
    let teams = all.iter().filter(|t| gives(t)).map(|t| (t.slug.clone(), t.name.clone())).collect();
    let own = |s: &crate::view::Story| all.iter().any(|t| t.slug == s.action.team.slug && acts::may_work(cx, t));
    let pulls = view.work.iter().filter(|s| own(s)).map(|s| s.action.id).collect();
    let quarter = read::next_quarter(cx, tx)?.1;
    Ok(Loaded { view, metric, expected, ways, quarter, teams, pulls, scale: store::setting(tx)?.0.scale, may_work })
}

async fn one_page(app: &App, cx: &Ctx, number: i64, r: Refusals<'_>) -> Result<Markup> {
    cx.require_signed_in()?;
    let l = app.read(cx, move |cx, tx| load(cx, tx, number)).await?;
    let c = &l.view.concern;
    let title = format!("{}: {}", c.name(), c.content.title);
    let topic = format!("/live?topic=concern:{number}");
    let mut frame = shell(app, cx, &title, Place::Council, false);
    frame.live = Some(&topic);
    frame.keys = vec![("Change it", "e")];
    frame.foot.exports = vec![("JSON", format!("/api/v1/concerns/{number}"))];
    let body = draw(&OnePage {
        view: &l.view,
        metric: l.metric.as_deref(),
        expected: &l.expected,
        ways: &l.ways,
        quarter: &l.quarter,
        teams: &l.teams,
        pulls: &l.pulls,
        scale: &l.scale,
        may_work: l.may_work,
        may_decide: acts::may_decide(cx),
        moved: r.moved,
        told: r.told,
        scored: r.scored,
        conflict: r.conflict,
        csrf: &cx.actor.csrf,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path(number): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(one_page(&app, &cx, number_of(&number)?, Refusals::default()).await?))
}

fn move_of(form: &Form) -> Result<ConcernMove> {
    let version = form.get("version").parse().map_err(|_| Error::invalid("to", "The form is not whole. Load the page anew."))?;
    Ok(ConcernMove {
        version,
        to: form.get("to").into(),
        why: form.get("why").into(),
        deciders: lines(form.get("deciders")),
        sent_to: form.get("sent_to").into(),
        epic: form.get("epic").into(),
        epic_url: form.get("epic_url").into(),
        quarter: form.get("quarter").into(),
    })
}

async fn conflicted(app: &App, cx: &Ctx, number: i64, message: &str) -> Result<Response> {
    let r = Refusals { conflict: Some(message), ..Refusals::default() };
    Ok((StatusCode::CONFLICT, page(one_page(app, cx, number, r).await?)).into_response())
}

pub(crate) async fn move_on(State(app): State<App>, cx: Ctx, Path(number): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let number = number_of(&number)?;
    let sent = form.clone();
    let faults: Vec<Fault> = match app.write(&cx, move |cx, tx| acts::move_on(cx, tx, number, &move_of(&sent)?)).await {
        Ok(c) => {
            // Whoever moved it on the board goes on there.
            let board = form.get("back") == "board";
            return Ok(see_other(&if board { format!("/council#c-{}", c.number) } else { c.href() }));
        }
        Err(Error::Invalid(faults)) => faults.iter().map(|f| at_move(f, form.get("to"))).collect(),
        Err(Error::Conflict(message)) => return conflicted(&app, &cx, number, &message).await,
        Err(e) => return Err(e),
    };
    let r = Refusals { moved: Sent::refused(&form, &faults), ..Refusals::default() };
    Ok(refused(one_page(&app, &cx, number, r).await?))
}

fn score_of(form: &Form) -> Result<NewWsjf> {
    let part = |name: &str| Ok::<u32, Error>(whole(name, form.get(name))?.unwrap_or(0));
    Ok(NewWsjf {
        value: part("value")?,
        urgency: part("urgency")?,
        risk: part("risk")?,
        size: part("size")?,
        council: form.get("council") == "yes",
    })
}

pub(crate) async fn score(State(app): State<App>, cx: Ctx, Path(number): Path<String>, form: Form) -> Result<Response> {
    cx.require_everywhere(&rights::COUNCIL)?;
    let number = number_of(&number)?;
    let sent = form.clone();
    let faults: Vec<Fault> = match app.write(&cx, move |cx, tx| acts::score(cx, tx, number, &score_of(&sent)?)).await {
        Ok(c) => return Ok(see_other(&format!("{}#score", c.href()))),
        Err(Error::Invalid(faults)) => faults.into_iter().map(|f| Fault::new(format!("score-{}", f.at), f.message)).collect(),
        Err(Error::Conflict(message)) => return conflicted(&app, &cx, number, &message).await,
        Err(e) => return Err(e),
    };
    let r = Refusals { scored: Sent::refused(&form, &faults), ..Refusals::default() };
    Ok(refused(one_page(&app, &cx, number, r).await?))
}

fn story_of(form: &Form) -> Result<NewStory> {
    Ok(NewStory {
        team: form.get("team").into(),
        what: form.get("what").into(),
        owner: form.get("owner").into(),
        due: form.get("due").into(),
        issue: form.get("issue").into(),
        sprint: whole("sprint", form.get("sprint"))?,
    })
}

/// Faults of a story at the fields of its form; what is not asked there leads to its text.
fn at_story(f: &Fault) -> Fault {
    let known = ["what", "team", "owner", "due", "issue", "sprint"].contains(&f.at.as_str());
    Fault::new(format!("story-{}", if known { &f.at } else { "what" }), f.message.clone())
}

pub(crate) async fn story(State(app): State<App>, cx: Ctx, Path(number): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let number = number_of(&number)?;
    let sent = form.clone();
    let faults: Vec<Fault> = match app.write(&cx, move |cx, tx| work::add_story(cx, tx, number, &story_of(&sent)?)).await {
        Ok(_) => return Ok(see_other(&format!("{}#stories", crate::concern::href(number)))),
        Err(Error::Invalid(faults)) => faults.iter().map(at_story).collect(),
        // Whoever may give some team a story has chosen another's.
        Err(Error::Forbidden(message)) => vec![Fault::new("story-team", message)],
        Err(Error::Conflict(message)) => return conflicted(&app, &cx, number, &message).await,
        Err(e) => return Err(e),
    };
    let r = Refusals { told: Sent::refused(&form, &faults), ..Refusals::default() };
    Ok(refused(one_page(&app, &cx, number, r).await?))
}

pub(crate) async fn sprint(
    State(app): State<App>,
    cx: Ctx,
    Path((number, action)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let (number, action) = (number_of(&number)?, crate::api::action_of(&action)?);
    let sent = form.clone();
    let done = app
        .write(&cx, move |cx, tx| {
            let to = StorySprint { sprint: whole("sprint", sent.get("sprint"))? };
            work::set_sprint(cx, tx, number, action, to)
        })
        .await;
    match done {
        Ok(_) => Ok(see_other(&format!("{}#stories", crate::concern::href(number)))),
        Err(Error::Invalid(faults)) => {
            let at = format!("sprint-{action}");
            let faults: Vec<Fault> = faults.into_iter().map(|f| Fault::new(at.clone(), f.message)).collect();
            let r = Refusals { told: Sent { form: Some(&form), faults: &faults }, ..Refusals::default() };
            Ok(refused(one_page(&app, &cx, number, r).await?))
        }
        Err(e) => Err(e),
    }
}
