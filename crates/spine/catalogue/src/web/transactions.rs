//! Handlers of the page on which a team keeps a workload's critical transactions.

use axum::extract::State;
use axum::response::Response;
use kernel::error::{Error, Fault, Result};
use kernel::ids::Id;
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other};
use people::rights;
use serde::Deserialize;

use super::framed;
use crate::acts::{exemptions, transactions as acts};
use crate::pages::transactions::{KeepPage, keep as draw};
use crate::store;
use crate::store::transactions as rows;
use crate::transactions::{Cover, CoverKind, NewTransaction};

async fn keep_page(
    app: &App,
    cx: &Ctx,
    slug: String,
    editing: Option<Id>,
    sent: Option<(&Form, &[Fault])>,
) -> Result<html::Markup> {
    let (w, team, all, today) = app
        .read(cx, move |cx, tx| {
            cx.require_signed_in()?;
            let w = store::workload_by_slug(tx, &slug)?;
            let team = store::team(tx, w.team)?;
            let today = exemptions::today(cx, tx, &team)?;
            let all = rows::of_workload(tx, w.id)?;
            Ok((w, team, all, today))
        })
        .await?;
    let body = draw(&KeepPage {
        workload: &w,
        team: &team,
        transactions: &all,
        editing: editing.and_then(|id| all.iter().find(|t| t.id == id)),
        today,
        may_change: team.may(cx, &rights::TEAMS),
        sent,
        csrf: &cx.actor.csrf,
    });
    Ok(framed(app, cx, &format!("Critical transactions of {}", w.name), body))
}

#[derive(Deserialize)]
pub(crate) struct Chosen {
    transaction: Option<String>,
}

pub(crate) async fn keep(
    State(app): State<App>,
    cx: Ctx,
    Path(slug): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Response> {
    let editing = chosen.transaction.and_then(|t| t.parse().ok());
    Ok(page(keep_page(&app, &cx, slug, editing, None).await?))
}

fn transaction_of(form: &Form) -> Result<NewTransaction> {
    let mut new =
        NewTransaction { name: form.get("name").into(), version: form.get("version").parse().ok(), ..NewTransaction::default() };
    for kind in CoverKind::ALL {
        let key = kind.key();
        let covered = match form.get(key) {
            "yes" => true,
            "no" => false,
            "" => continue,
            _ => return Err(Error::invalid(key, "Choose yes, no, or that nobody has said.")),
        };
        let evidence = form.get(&format!("{key}-evidence")).split_whitespace().map(str::to_owned).collect();
        *new.cover.slot(kind) = Some(Cover { covered, evidence, day: form.get(&format!("{key}-day")).into() });
    }
    Ok(new)
}

/// `cover.alarm.evidence.0` is the field `alarm-evidence`.
fn at_field(f: Fault) -> Fault {
    let mut parts = f.at.strip_prefix("cover.").unwrap_or(&f.at).split('.');
    let field = [parts.next(), parts.next()].into_iter().flatten().collect::<Vec<_>>().join("-");
    Fault::new(field, f.message)
}

pub(crate) async fn save(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    let (sent, name) = (form.clone(), slug.clone());
    let editing: Option<Id> = form.get("transaction").parse().ok();
    let done = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = store::workload_by_slug(tx, &name).and_then(|w| store::team(tx, w.team))?;
            team.require(cx, &rights::TEAMS)?;
            let new = transaction_of(&sent)?;
            match editing {
                Some(id) => acts::change(cx, tx, &name, id, &new),
                None => acts::add(cx, tx, &name, &new),
            }
        })
        .await;
    let faults: Vec<Fault> = match done {
        Ok(_) => return Ok(see_other(&format!("/workloads/{slug}/transactions"))),
        Err(Error::Invalid(faults)) => faults.into_iter().map(at_field).collect(),
        Err(Error::Conflict(message) | Error::TooLarge(message)) => vec![Fault::new("name", message)],
        Err(e) => return Err(e),
    };
    Ok(refused(keep_page(&app, &cx, slug, editing, Some((&form, &faults))).await?))
}

pub(crate) async fn take_out(
    State(app): State<App>,
    cx: Ctx,
    Path((slug, id)): Path<(String, String)>,
    _: Form,
) -> Result<Response> {
    let to = format!("/workloads/{slug}/transactions");
    app.write(&cx, move |cx, tx| {
        cx.require_signed_in()?;
        let team = store::workload_by_slug(tx, &slug).and_then(|w| store::team(tx, w.team))?;
        team.require(cx, &rights::TEAMS)?;
        let id: Id = id.parse().map_err(|_| Error::not_found("transaction of this workload", "that"))?;
        acts::take_out(cx, tx, &slug, id)
    })
    .await?;
    Ok(see_other(&to))
}
