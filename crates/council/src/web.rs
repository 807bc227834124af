//! Handlers of the council's pages.

pub(crate) mod form;
pub(crate) mod one;
pub(crate) mod results;

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::api::Page;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::time::Time;
use kernel::web::{App, Ctx, Form, Query, page, refused, see_other, shell};
use people::{Role, rights};

use crate::acts::{self, read};
use crate::api::Which;
use crate::concern::Concern;
use crate::pages::board::{BoardPage, board as draw};
use crate::pages::list::{ListPage, list as draw_list};
use crate::pages::{Sent, roadmap as roadmap_page, rules as rules_page};
use crate::setting::Setting;
use crate::state::Way;
use crate::store;

/// Concerns on a page of the list.
const SHOWN: i64 = 50;

/// Names of the council's members, and of how many teams they are.
pub(crate) fn members(tx: &mut dyn Tx) -> Result<(Vec<String>, (usize, usize))> {
    let people = people::store::people_with_role(tx, Role::CouncilMember, None)?;
    let teams = catalogue::store::teams(tx, None)?;
    let mut with = 0;
    for t in &teams {
        let of = people::roles_at(tx, t.id)?;
        with += usize::from(of.iter().any(|(p, _)| people.iter().any(|m| m.id == p.id)));
    }
    Ok((people.into_iter().map(|p| p.name).collect(), (with, teams.len())))
}

/// The ways that the reader may go with each of several concerns.
fn ways(cx: &Ctx, tx: &mut dyn Tx, all: &[Concern]) -> Result<Vec<(i64, Vec<Way>)>> {
    let teams = catalogue::store::teams(tx, None)?;
    let of = |c: &Concern| {
        let team = teams.iter().find(|t| t.slug == c.team.slug)?;
        let open = c.state.ways().into_iter().filter(|w| acts::may_go(cx, team, w) && !w.is_back());
        Some((c.number, open.collect()))
    };
    Ok(all.iter().filter_map(of).collect())
}

struct BoardLoaded {
    concerns: Vec<Concern>,
    aside: Vec<Concern>,
    quarter: String,
    setting: Setting,
    members: Vec<String>,
    teams: (usize, usize),
    ways: Vec<(i64, Vec<Way>)>,
    meeting: Option<(Time, String)>,
}

pub(crate) async fn board(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let l = app
        .read(&cx, |cx, tx| {
            let concerns = read::board(cx, tx)?;
            let (aside, quarter) = read::aside(cx, tx)?;
            let (members, teams) = members(tx)?;
            let ways = ways(cx, tx, &concerns)?;
            let meeting = acts::meeting::next(cx, tx)?;
            Ok(BoardLoaded { concerns, aside, quarter, setting: store::setting(tx)?.0, members, teams, ways, meeting })
        })
        .await?;
    let mut frame = shell(&app, &cx, "SRE council", Place::Council, true);
    frame.live = Some("/live?topic=concerns");
    frame.keys = vec![("Walk over the board", "← ↑ ↓ →"), ("Where a concern can go", "m"), ("Raise a concern", "n")];
    frame.foot.exports =
        vec![("JSON", "/api/v1/concerns?state=board".to_owned()), ("CSV", "/api/v1/concerns/csv?state=board".to_owned())];
    let meeting = l.meeting.map(|(at, to)| (kernel::web::moment(at, &cx.actor.zone), to));
    let body = draw(&BoardPage {
        concerns: &l.concerns,
        aside: &l.aside,
        quarter: &l.quarter,
        setting: &l.setting,
        members: &l.members,
        teams: l.teams,
        meeting,
        ways: &l.ways,
        may_plan: cx.actor.may(&rights::COUNCIL_SESSIONS, None),
        may_raise: cx.actor.may_somewhere(&rights::CONCERNS),
        may_decide: acts::may_decide(&cx),
        csrf: &cx.actor.csrf,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(page(frame.page(html::html! {}, body)))
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx, Query(w): Query<Which>) -> Result<Response> {
    cx.require_signed_in()?;
    let before = w.before()?;
    let text = |t: &Option<String>| t.as_deref().unwrap_or("").trim().to_owned();
    let (question, state, team) = (text(&w.q), text(&w.state), text(&w.team));
    let (found, teams) = app
        .read(&cx, move |cx, tx| {
            let filter = w.filter(tx)?;
            let rows = acts::find::find(cx, tx, &filter, w.q.as_deref().unwrap_or(""), before, SHOWN + 1)?;
            let teams: Vec<(String, String)> = catalogue::store::teams(tx, None)?.into_iter().map(|t| (t.slug, t.name)).collect();
            Ok((Page::cut(rows, SHOWN, |c| c.number.to_string()), teams))
        })
        .await?;
    let percent = kernel::text::percent;
    let query = format!("q={}&state={}&team={}", percent(&question), percent(&state), percent(&team));
    let next = found.next.as_ref().map(|c| format!("/council/concerns?{query}&cursor={c}"));
    let mut frame = shell(&app, &cx, "Concerns", Place::Council, false);
    frame.live = Some("/live?topic=concerns");
    frame.foot.exports = vec![("JSON", format!("/api/v1/concerns?{query}")), ("CSV", format!("/api/v1/concerns/csv?{query}"))];
    let body = draw_list(&ListPage {
        concerns: &found.items,
        question: &question,
        state: &state,
        team: &team,
        teams: &teams,
        next: next.as_deref(),
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(page(frame.page(html::html! {}, body)))
}

pub(crate) async fn roadmap(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let quarters = app.read(&cx, read::roadmap).await?;
    let mut frame = shell(&app, &cx, "Roadmap", Place::Council, false);
    frame.live = Some("/live?topic=concerns");
    frame.foot.exports = vec![
        ("CSV", "/api/v1/council/roadmap/csv".to_owned()),
        ("JSON", "/api/v1/council/roadmap".to_owned()),
        ("Markdown", "/council/roadmap/markdown".to_owned()),
    ];
    Ok(page(frame.page(html::html! {}, roadmap_page::roadmap(&quarters, cx.now, &cx.actor.zone))))
}

pub(crate) async fn roadmap_markdown(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let text = crate::sheet::roadmap_markdown(&app.read(&cx, read::roadmap).await?);
    Ok(crate::api::file(text, "text/markdown; charset=utf-8", "attachment; filename=\"roadmap.md\""))
}

async fn rules_of(app: &App, cx: &Ctx, sent: Sent<'_>) -> Result<Markup> {
    cx.require_signed_in()?;
    let (setting, members) = app.read(cx, |_, tx| Ok((store::setting(tx)?.0, members(tx)?.0))).await?;
    let mut frame = shell(app, cx, "Remit and rules of the council", Place::Council, false);
    frame.live = Some("/live?topic=concerns");
    frame.foot.exports = vec![("JSON", "/api/v1/council".to_owned())];
    let body = rules_page::rules(&setting, &members, acts::may_decide(cx), sent, &cx.actor.csrf);
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn rules(State(app): State<App>, cx: Ctx) -> Result<Response> {
    Ok(page(rules_of(&app, &cx, Sent::default()).await?))
}

/// A whole number of a form; nothing is none.
pub(crate) fn whole<T: std::str::FromStr>(at: &str, typed: &str) -> Result<Option<T>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let shown = kernel::text::shown(typed, 40);
    let wrong = || Error::invalid(at, format!("“{shown}” is no whole number. Write it like 3, or leave it empty."));
    typed.parse().map(Some).map_err(|_| wrong())
}

fn setting_of(form: &Form) -> Result<Setting> {
    let steps = form.get("scale").split([',', ' ', ';']).map(str::trim).filter(|s| !s.is_empty());
    let bad = || Error::invalid("scale", "A scale is whole numbers, rising, parted by commas, such as 1, 2, 3, 5, 8.");
    let scale = steps.map(|s| s.parse().map_err(|_| bad())).collect::<Result<Vec<u32>>>()?;
    Ok(Setting {
        champion: form.get("champion").into(),
        remit: form.get("remit").into(),
        not_remit: form.get("not_remit").into(),
        scale,
        most_in_sprint: whole("most_in_sprint", form.get("most_in_sprint"))?,
        most_measuring: whole("most_measuring", form.get("most_measuring"))?,
        checklist: lines(form.get("checklist")),
        ..Setting::default()
    })
}

/// The lines of a field that are not empty.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
}

pub(crate) async fn set_rules(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    cx.require_everywhere(&rights::COUNCIL)?;
    let sent = form.clone();
    let faults: Vec<Fault> = match app.write(&cx, move |cx, tx| acts::set(cx, tx, &setting_of(&sent)?)).await {
        Ok(_) => return Ok(see_other("/council/rules")),
        Err(Error::Invalid(faults)) => faults,
        Err(e) => return Err(e),
    };
    Ok(refused(rules_of(&app, &cx, Sent::refused(&form, &faults)).await?))
}
