//! All people: the list, an invitation, a CSV file.

use axum::extract::State;
use axum::response::Response;
use html::Markup;
use kernel::api::Page;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Query, page};
use serde::Deserialize;

use super::{Refusal, framed};
use crate::acts;
use crate::csv::Imported;
use crate::grant::Grant;
use crate::link::secret_for;
use crate::pages::Sent;
use crate::pages::link::{GivenLink, links};
use crate::pages::list::{self as pages, PeoplePage};
use crate::person::{NewPerson, Person, folded};
use crate::place::{self, Place};
use crate::{rights, store};

/// People on one page.
const SHOWN: i64 = 200;

/// Faults of a file on one page.
const FAULTS: usize = 20;

/// `?after=`
#[derive(Deserialize)]
pub(crate) struct After {
    after: Option<String>,
}

type Loaded = (Page<Person>, Vec<Grant>, Vec<Place>);

fn load(tx: &mut dyn Tx, after: &str) -> Result<Loaded> {
    let (id, name) = after.split_once(' ').unwrap_or(("", ""));
    let rows = store::person::list(tx, (name, id), SHOWN + 1)?;
    let people = Page::cut(rows, SHOWN, |p| format!("{} {}", p.id, folded(&p.name)));
    Ok((people, store::grant::all_held(tx)?, place::all(tx)?))
}

async fn draw(app: &App, cx: &Ctx, after: Option<&str>, looked: Option<&Imported>, sent: Sent<'_>) -> Result<Markup> {
    let after: String = after.map(kernel::api::cursor).transpose()?.unwrap_or_default();
    if after.contains('\0') {
        return Err(Error::invalid("after", "This page of the list does not exist. Begin at the first."));
    }
    let first = after.is_empty();
    let (people, roles, places) = app.read(cx, move |_, tx| load(tx, &after)).await?;
    let may_change = cx.actor.may(&rights::PEOPLE, None);
    let body = pages::people(&PeoplePage {
        people: &people.items,
        next: people.next.as_deref(),
        first,
        roles: &roles,
        places: &places,
        may_change,
        looked,
        sent,
        cx,
    });
    Ok(framed(app, cx, "People", body))
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Query(q): Query<After>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(draw(&app, &cx, q.after.as_deref(), None, Sent(None)).await?))
}

pub(crate) async fn invite(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    let zone = Some(form.get("zone").to_owned());
    let new = NewPerson { name: form.get("name").into(), mail: form.get("mail").into(), zone };
    let secret = app.secret()?;
    let drawn = secret.clone();
    match app.write(&cx, move |cx, tx| acts::invite(cx, tx, &new, &drawn)).await {
        Ok((person, link)) => {
            let given = GivenLink { person: Some(person.id), name: person.name, mail: person.mail };
            let body = links(&[(given, link.shown(&app.config.url(), &secret))], &cx);
            Ok(page(framed(&app, &cx, "Invitation", body)))
        }
        Err(e) => {
            let refusal = Refusal::of(e, "mail")?;
            Ok(refusal.answer(draw(&app, &cx, None, None, Sent(Some((&form, &refusal.faults)))).await?))
        }
    }
}

pub(crate) async fn import(State(app): State<App>, cx: Ctx, form: Form) -> Result<Response> {
    let dry_run = form.get("dry_run") == "yes";
    let text = form.get("csv").to_owned();
    let seed = app.secret()?;
    let drawn = seed.clone();
    match app.write(&cx, move |cx, tx| acts::import_csv(cx, tx, &text, dry_run, &drawn)).await {
        Ok(done) if done.dry_run => {
            let sent = Sent(Some((&form, &[])));
            Ok(page(draw(&app, &cx, None, Some(&done), sent).await?))
        }
        Ok(done) => {
            let shown: Vec<_> = done
                .lines
                .iter()
                .filter_map(|l| {
                    let secret = secret_for(&seed, &l.mail);
                    let link = l.link.clone()?.shown(&app.config.url(), &secret);
                    Some((GivenLink { person: l.person, name: l.name.clone(), mail: l.mail.clone() }, link))
                })
                .collect();
            Ok(page(framed(&app, &cx, "Imported", pages::imported(&done, &shown, &cx))))
        }
        Err(e) => {
            let refusal = Refusal::of(e, "csv")?;
            // All lines stand in one field.
            let mut faults: Vec<Fault> = refusal.faults.iter().take(FAULTS).map(|f| Fault::new("csv", &f.message)).collect();
            if let Some(rest @ 1..) = refusal.faults.len().checked_sub(FAULTS) {
                faults.push(Fault::new("csv", format!("And {rest} more. Mend these first.")));
            }
            Ok(refusal.answer(draw(&app, &cx, None, None, Sent(Some((&form, &faults)))).await?))
        }
    }
}
