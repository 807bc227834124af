//! Handlers of a team's values in bulk: the box for a table, its preview, taking it, taking it back.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use catalogue::{Group, Team};
use html::Place;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::time::Time;
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use crate::acts::paste::{self, Paste, Pasted};
use crate::acts::undo::{self, Batch, Withdrawal};
use crate::definition::Definition;
use crate::pages::values::{self, ValuesPage};
use crate::store;
use crate::table::Choices;

/// Values of the last batch that are listed.
const LISTED: usize = 20;

struct Loaded {
    team: Team,
    group: Group,
    sprint: Option<i64>,
    definitions: HashMap<String, Definition>,
    last: Option<Batch>,
}

fn load(cx: &Ctx, tx: &mut dyn Tx, slug: &str) -> Result<Loaded> {
    let team = catalogue::store::team_by_slug(tx, slug)?;
    let calendar = catalogue::store::calendar(tx, team.group)?;
    let reported = calendar.last_closed(cx.now).or_else(|| calendar.at(cx.now));
    let definitions = store::definitions(tx, "", 10_000)?.into_iter().map(|v| (v.definition.key.clone(), v.definition)).collect();
    Ok(Loaded {
        group: catalogue::store::group(tx, team.group)?,
        sprint: reported.map(|s| s.number),
        last: undo::last_batch(cx, tx, &team, LISTED)?,
        definitions,
        team,
    })
}

fn drawn(app: &App, cx: &Ctx, d: &Loaded, sent: Option<&Form>, found: Option<&Pasted>, faults: &[Fault]) -> html::Markup {
    let title = format!("Values of {}", d.team.name);
    let mut frame = shell(app, cx, &title, Place::Reports, false);
    frame.foot.exports = vec![("CSV", format!("/api/v1/teams/{}/values", d.team.slug))];
    let may_record = d.team.may(cx, &rights::VALUES);
    frame.page(
        html::html! {},
        values::page(&ValuesPage {
            team: &d.team,
            group: &d.group,
            sprint: d.sprint,
            definitions: &d.definitions,
            last: d.last.as_ref(),
            may_record,
            sent,
            found,
            faults,
            csrf: &cx.actor.csrf,
            now: cx.now,
            zone: &cx.actor.zone,
        }),
    )
}

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let found = app.read(&cx, move |cx, tx| load(cx, tx, &slug)).await?;
    Ok(page(drawn(&app, &cx, &found, None, None, &[])))
}

fn choice<T: serde::de::DeserializeOwned>(form: &Form, name: &str) -> Result<Option<T>> {
    if form.get(name).is_empty() {
        return Ok(None);
    }
    super::choice(form, name).map(Some)
}

/// What the form asks for.
fn asked(form: &Form) -> Result<Paste> {
    let said = |(name, value): &(String, String)| {
        let id = name.strip_prefix("column.")?;
        (value != "?").then(|| (id.to_owned(), value.clone()))
    };
    let sprint = form.get("sprint").trim();
    let none = || {
        Error::invalid(
            "sprint",
            format!("“{}” is no sprint. Write its number, like 22.", sprint.chars().take(40).collect::<String>()),
        )
    };
    Ok(Paste {
        // A browser sends lines with two characters at their end.
        text: form.get("text").replace("\r\n", "\n"),
        sprint: if sprint.is_empty() { None } else { Some(sprint.parse().map_err(|_| none())?) },
        choices: Choices {
            decimal: choice(form, "decimal")?,
            first: choice(form, "first")?,
            columns: form.0.iter().filter_map(said).collect(),
        },
        replace: form.all("replace").into_iter().map(str::to_owned).collect(),
        replace_all: !form.get("replace_all").is_empty(),
        dry_run: form.get("act") != "take",
    })
}

pub(crate) async fn paste(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    let (name, wanted) = (slug.clone(), asked(&form));
    let team = app
        .read(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = catalogue::store::team_by_slug(tx, &name)?;
            team.require(cx, &rights::VALUES)?;
            Ok(team)
        })
        .await?;
    let done = match wanted {
        Ok(new) if new.dry_run => app.read(&cx, move |cx, tx| paste::paste(cx, tx, &team, &new)).await,
        Ok(new) => app.write(&cx, move |cx, tx| paste::paste(cx, tx, &team, &new)).await,
        Err(e) => Err(e),
    };
    let (found, faults) = match done {
        Ok(found) if found.taken > 0 && !found.dry_run => return Ok(see_other(&format!("/values/{slug}"))),
        Ok(found) if !found.dry_run => {
            let why = "Nothing was taken: nothing in the table is new, and nothing that differs is ticked.";
            (Some(found), vec![Fault::new("text", why)])
        }
        Ok(found) => (Some(found), Vec::new()),
        Err(Error::Invalid(faults)) => (None, faults),
        Err(Error::TooLarge(why)) => (None, vec![Fault::new("text", why)]),
        Err(e) => return Err(e),
    };
    let loaded = app.read(&cx, move |cx, tx| load(cx, tx, &slug)).await?;
    let drawn = drawn(&app, &cx, &loaded, Some(&form), found.as_ref(), &faults);
    Ok(if faults.is_empty() { page(drawn) } else { refused(drawn) })
}

pub(crate) async fn withdraw(State(app): State<App>, cx: Ctx, Path(slug): Path<String>, form: Form) -> Result<Response> {
    let at = form.get("at").to_owned();
    let to = app
        .write(&cx, move |cx, tx| {
            cx.require_signed_in()?;
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            team.require(cx, &rights::VALUES)?;
            let which = Withdrawal { at: Some(Time::parse(&at)?), ..Withdrawal::default() };
            undo::withdraw_now(cx, tx, &team, &which)?;
            Ok(format!("/values/{}", team.slug))
        })
        .await?;
    Ok(see_other(&to))
}
