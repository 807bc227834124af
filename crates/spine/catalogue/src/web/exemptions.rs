//! Handlers of exemptions: the page of all, a decision, a request taken back.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use axum::extract::State;
use axum::response::Response;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other};
use people::rights;

use super::framed;
use crate::acts::exemptions as acts;
use crate::exemptions::{Asked, Decision, Exemption, ExemptionKind, ExemptionStanding};
use crate::pages::exemptions::{ExemptionsPage, Shown, page as draw};
use crate::rules::Team;
use crate::store;
use crate::store::exemptions as rows;

/// Shown at most of each: what waits or holds, and what is over.
const MOST: i64 = 500;

/// What a form asks for.
pub fn asked_of(form: &Form) -> Asked {
    let kind = if form.get("kind") == "not-applicable" { ExemptionKind::NotApplicable } else { ExemptionKind::Exempt };
    Asked { kind, reason: form.get("reason").into(), until: form.get("until").into() }
}

/// Exemptions as a page shows them to whoever asks.
///
/// # Errors
/// The engine's.
pub fn shown(cx: &Ctx, tx: &mut dyn Tx, all: Vec<Exemption>) -> Result<Vec<Shown>> {
    cx.require_signed_in()?;
    let pillars: HashMap<String, String> = people::place::pillars(tx)?.into_iter().map(|p| (p.slug, p.name)).collect();
    let mut teams: HashMap<Id, (Team, jiff::civil::Date)> = HashMap::new();
    let mut out = Vec::with_capacity(all.len());
    for e in all {
        let (team, today) = match teams.entry(e.team) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                let team = store::team(tx, e.team)?;
                let today = acts::today(cx, tx, &team)?;
                free.insert((team, today))
            }
        };
        let standing = e.standing(*today);
        let approver = cx.actor.may(&rights::APPROVAL, Some(people::place::pillar_id(&e.pillar)));
        let own = approver && e.asked_by == cx.actor.key();
        out.push(Shown {
            standing,
            team: (team.slug.clone(), team.name.clone()),
            pillar: pillars.get(&e.pillar).cloned().unwrap_or_else(|| e.pillar.clone()),
            may_decide: approver && !own && standing == ExemptionStanding::Asked,
            own,
            may_withdraw: team.may(cx, &rights::EXEMPTION)
                && matches!(standing, ExemptionStanding::Asked | ExemptionStanding::Holds),
            exemption: e,
        });
    }
    Ok(out)
}

async fn all(app: &App, cx: &Ctx, sent: Option<(Id, &Form, &[Fault])>) -> Result<html::Markup> {
    let found = app
        .read(cx, |cx, tx| {
            cx.require_signed_in()?;
            // A day earlier, because it may still be yesterday where a group is.
            let from = cx.now.jiff().in_tz("UTC").map_err(Error::internal)?.date().yesterday().map_err(Error::internal)?;
            let all = rows::recent(tx, &from.to_string(), MOST)?;
            shown(cx, tx, all)
        })
        .await?;
    let body = draw(&ExemptionsPage { all: &found, sent, csrf: &cx.actor.csrf, now: cx.now, zone: &cx.actor.zone });
    Ok(framed(app, cx, "Exemptions", body))
}

pub(crate) async fn list(State(app): State<App>, cx: Ctx) -> Result<Response> {
    Ok(page(all(&app, &cx, None).await?))
}

fn id_of(text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::not_found("exemption", kernel::text::shown(text, 60)))
}

pub(crate) async fn decide(State(app): State<App>, cx: Ctx, Path(id): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::APPROVAL)?;
    let id = id_of(&id)?;
    let said = Decision { approve: form.get("approve") == "yes", reason: form.get("reason").into() };
    let faults = match app.write(&cx, move |cx, tx| acts::decide(cx, tx, id, &said)).await {
        Ok(_) => return Ok(see_other("/exemptions")),
        Err(Error::Invalid(faults)) => faults.into_iter().map(|f| Fault::new(f.at, f.message)).collect(),
        Err(Error::Conflict(message)) => vec![Fault::new("reason", message)],
        Err(e) => return Err(e),
    };
    let faults: Vec<Fault> = faults;
    Ok(refused(all(&app, &cx, Some((id, &form, &faults))).await?))
}

pub(crate) async fn withdraw(State(app): State<App>, cx: Ctx, Path(id): Path<String>, _: Form) -> Result<Response> {
    cx.require_somewhere(&rights::EXEMPTION)?;
    let id = id_of(&id)?;
    app.write(&cx, move |cx, tx| acts::withdraw(cx, tx, id)).await?;
    Ok(see_other("/exemptions"))
}
