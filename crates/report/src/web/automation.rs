//! Where a team's values come from, as a page.

use axum::extract::State;
use axum::response::Response;
use html::Place;
use kernel::error::Result;
use kernel::web::{App, Ctx, Path, page, shell};
use people::rights;

use crate::acts::automation::of_team;
use crate::pages;

pub(crate) async fn show(State(app): State<App>, cx: Ctx, Path(slug): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    let found = app
        .read(&cx, move |cx, tx| {
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            of_team(cx, tx, &team, None)
        })
        .await?;
    let d = &found.document;
    let title = format!("{}, where its values come from", d.team.name);
    let mut frame = shell(&app, &cx, &title, Place::Reports, false);
    frame.foot.template = Some(format!("Template version {}", d.template));
    frame.foot.exports = vec![("JSON", format!("/api/v1/teams/{}/automation", d.team.slug))];
    let may_define = cx.actor.may_somewhere(&rights::DEFINITIONS);
    Ok(page(frame.page(html::html! {}, pages::automation::page(&found.automation, d, may_define, cx.now))))
}
