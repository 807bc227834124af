//! Handlers of the register's pages.

pub(crate) mod one;

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use catalogue::Team;
use html::{Markup, Place as Where};
use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::time::Time;
use kernel::web::{ActorId, App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use metrics::definition::kind_of;
use people::rights;
use serde::Deserialize;

use crate::action::{Action, ActionEffort, Expected, Move, Owner};
use crate::acts;
use crate::api::{Which, rows};
use crate::new::NewAction;
use crate::origin::{Origin, OriginKind};
use crate::pages::form::FormPage;
use crate::pages::list::{self, ListPage, Narrowed, TeamPage};
use crate::store::{self, Filter, Place};
use crate::view::at_form;

/// Actions on a page of the register.
const SHOWN: i64 = 200;
/// Closed actions on a team's page, and how long they stand there.
const CLOSED: (i64, Duration) = (50, Duration::from_secs(183 * 86_400));
/// Metrics that a form offers at most.
const OFFERED: usize = 1_000;

pub(crate) async fn all(State(app): State<App>, cx: Ctx, Query(mut w): Query<Which>) -> Result<Response> {
    cx.require_signed_in()?;
    if w.state.as_deref().is_none_or(str::is_empty) {
        w.state = Some("unfinished".into());
    }
    let text = |t: &Option<String>| t.as_deref().unwrap_or("").to_owned();
    let narrowed = Narrowed {
        team: text(&w.team),
        state: text(&w.state),
        origin: text(&w.origin),
        late: text(&w.late) == "yes",
        mine: text(&w.owner) == "me",
    };
    let after = w.after()?;
    let (found, teams, open, today) = app
        .read(&cx, move |cx, tx| {
            let filter = w.filter(cx, tx)?;
            let today = acts::today(cx, tx)?;
            let counts = store::counts(tx, &today.to_string())?;
            let open = counts.iter().fold((0, 0), |(open, late), (_, o, l)| (open + o, late + l));
            let teams: Vec<(String, String)> = catalogue::store::teams(tx, None)?.into_iter().map(|t| (t.slug, t.name)).collect();
            Ok((rows(tx, &filter, &after, SHOWN)?, teams, open, today))
        })
        .await?;
    // Teams that were put away keep their actions; they stand after the others.
    let mut shown = teams.clone();
    for a in &found.items {
        if !shown.iter().any(|(slug, _)| *slug == a.team.slug) {
            shown.push((a.team.slug.clone(), a.team.name.clone()));
        }
    }
    let query = format!(
        "team={}&state={}&origin={}&late={}&owner={}",
        narrowed.team,
        narrowed.state,
        narrowed.origin,
        if narrowed.late { "yes" } else { "" },
        if narrowed.mine { "me" } else { "" }
    );
    let next = found.next.as_ref().map(|c| format!("/actions?{query}&cursor={c}"));
    let person = matches!(cx.actor.id, ActorId::Person(_));
    let mut frame = shell(&app, &cx, if narrowed.mine { "My actions" } else { "Actions" }, Where::None, false);
    frame.live = Some("/live?topic=actions");
    frame.foot.exports = vec![("CSV", format!("/api/v1/actions/csv?{query}")), ("JSON", format!("/api/v1/actions?{query}"))];
    let body = list::all(&ListPage {
        teams: &shown,
        actions: &found.items,
        narrowed: &narrowed,
        next: next.as_deref(),
        open,
        today,
        person,
    });
    Ok(page(frame.page(html::html! {}, body)))
}

/// What the forms of a team offer.
struct Offered {
    workloads: Vec<(String, String)>,
    owners: Vec<(String, String)>,
    metrics: Vec<(String, String)>,
}

fn offered(tx: &mut dyn Tx, team: &Team) -> Result<Offered> {
    let workloads: Vec<(String, String)> =
        catalogue::store::workloads_of(tx, team.id)?.into_iter().map(|w| (w.slug, w.name)).collect();
    let services: Vec<(String, String)> =
        catalogue::store::services_of_team(tx, team.id)?.into_iter().map(|s| (s.slug, s.name)).collect();
    let mut owners: Vec<(String, String)> = Owner::ROLES.iter().map(|r| (r.key().to_owned(), r.title().to_owned())).collect();
    for (person, role) in people::roles_at(tx, team.id)? {
        if !owners.iter().any(|(mail, _)| *mail == person.mail) {
            owners.push((person.mail, format!("{}, {}", person.name, role.title().to_lowercase())));
        }
    }
    let own = [(team.slug.clone(), team.name.clone())];
    let mut metrics = Vec::new();
    for v in metrics::store::definitions(tx, "", 10_000)? {
        let things: &[(String, String)] = match kind_of(v.definition.subject) {
            catalogue::SubjectKind::Team => &own,
            catalogue::SubjectKind::Workload => &workloads,
            catalogue::SubjectKind::Service => &services,
        };
        metrics.extend(
            things.iter().map(|(slug, name)| (format!("{} {slug}", v.definition.key), format!("{}, {name}", v.definition.title))),
        );
    }
    metrics.truncate(OFFERED);
    Ok(Offered { workloads, owners, metrics })
}

/// What an address may fill into the form, such as that of a report's row.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Prefilled {
    what: Option<String>,
    goal: Option<String>,
    workload: Option<String>,
    expected: Option<String>,
    origin: Option<String>,
    id: Option<String>,
    url: Option<String>,
    from: Option<String>,
}

impl Prefilled {
    fn form(&self) -> Form {
        let pairs = [("what", &self.what), ("goal", &self.goal), ("workload", &self.workload), ("expected", &self.expected)];
        Form(pairs.into_iter().filter_map(|(k, v)| Some((k.to_owned(), v.clone()?))).collect())
    }

    fn origin(&self) -> Origin {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let kind = self.origin.as_deref().and_then(OriginKind::read).filter(|k| *k != OriginKind::Risk).unwrap_or_default();
        Origin { kind, id: text(&self.id), url: text(&self.url), words: text(&self.from) }
    }
}

struct TeamLoaded {
    team: Team,
    open: Vec<Action>,
    closed: Vec<Action>,
    offered: Offered,
    today: Date,
}

async fn team_page(app: &App, cx: &Ctx, slug: &str, pre: &Prefilled, sent: Option<(&Form, &[Fault])>) -> Result<Markup> {
    let slug = slug.to_owned();
    let l = app
        .read(cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            let filter = Filter { team: Some(team.id), state: "unfinished".into(), ..Filter::default() };
            let most = i64::try_from(acts::MOST_OPEN).unwrap_or(i64::MAX);
            let open = store::list(tx, &filter, &Place::default(), most)?.into_iter().map(|(a, _)| a).collect();
            let since = cx.now.minus(CLOSED.1);
            let mut closed = store::closed(tx, team.id, since, Time(i64::MAX), 10_000)?;
            closed.reverse();
            closed.truncate(usize::try_from(CLOSED.0).unwrap_or(50));
            let (offered, today) = (offered(tx, &team)?, acts::today(cx, tx)?);
            Ok(TeamLoaded { team, open, closed, offered, today })
        })
        .await?;
    let team = &l.team;
    let title = format!("Actions of {}", team.name);
    let to = format!("/teams/{}/actions", team.slug);
    let topic = format!("/live?topic=team:{}", team.id);
    let (initial, origin) = match sent {
        Some((form, _)) => (Form::default(), origin_of(form)),
        None => (pre.form(), pre.origin()),
    };
    let mut frame = shell(app, cx, &title, Where::Reports, false);
    frame.live = Some(&topic);
    let query = format!("team={}", team.slug);
    frame.foot.exports = vec![("CSV", format!("/api/v1/actions/csv?{query}")), ("JSON", format!("/api/v1/actions?{query}"))];
    let form = team.may(cx, &rights::ACTIONS).then(|| FormPage {
        to: &to,
        workloads: &l.offered.workloads,
        owners: &l.offered.owners,
        metrics: &l.offered.metrics,
        initial: &initial,
        origin: &origin,
        sent,
        csrf: &cx.actor.csrf,
    });
    let body = list::team(&TeamPage { team: (&team.slug, &team.name), open: &l.open, closed: &l.closed, form, today: l.today });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn team(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(pre): Query<Prefilled>,
) -> Result<Response> {
    Ok(page(team_page(&app, &cx, &slug, &pre, None).await?))
}

/// The metric of a form: `key subject`.
fn expected_of(form: &Form) -> Result<Option<Expected>> {
    let chosen = form.get("expected").trim();
    if chosen.is_empty() {
        return Ok(None);
    }
    let (metric, subject) = chosen.split_once(' ').unwrap_or((chosen, ""));
    let typed = form.get("by").trim().replace(',', ".");
    let shown = kernel::text::shown(&typed, 40);
    let by = match typed.as_str() {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| Error::invalid("by", format!("“{shown}” is no number. Write it like 12.5, or leave it empty.")))?,
        ),
    };
    let direction = if form.get("direction") == "up" { Move::Up } else { Move::Down };
    Ok(Some(Expected { metric: metric.into(), subject: subject.into(), direction, by }))
}

fn origin_of(form: &Form) -> Origin {
    Origin {
        kind: OriginKind::read(form.get("origin-kind")).unwrap_or_default(),
        id: form.get("origin-id").into(),
        url: form.get("origin-url").into(),
        words: form.get("origin-words").into(),
    }
}

fn new_of(form: &Form, team: &str) -> Result<NewAction> {
    let workload = form.get("workload").trim();
    Ok(NewAction {
        team: team.to_owned(),
        what: form.get("what").into(),
        owner: form.get("owner").into(),
        workload: (!workload.is_empty()).then(|| workload.to_owned()),
        goal: form.get("goal").into(),
        due: form.get("due").into(),
        blocked_by: form.get("blocked_by").into(),
        effort: ActionEffort::read(form.get("effort")),
        expected: expected_of(form)?,
        issue: form.get("issue").into(),
        origin: origin_of(form),
    })
}

pub(crate) async fn add(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::ACTIONS)?;
    let (sent, team) = (form.clone(), slug.clone());
    let done = app
        .write(&cx, move |cx, tx| {
            // A team that is not there is a page that is not there, not a fault of the form.
            catalogue::store::team_by_slug(tx, &team)?.require(cx, &rights::ACTIONS)?;
            acts::add(cx, tx, &new_of(&sent, &team)?)
        })
        .await;
    let faults: Vec<Fault> = match done {
        Ok(_) => return Ok(see_other(&format!("/teams/{slug}/actions"))),
        Err(Error::Invalid(faults)) => faults.iter().map(at_form).collect(),
        Err(Error::Conflict(message)) => vec![Fault::new("what", message)],
        Err(e) => return Err(e),
    };
    Ok(refused(team_page(&app, &cx, &slug, &Prefilled::default(), Some((&form, &faults))).await?))
}
