//! Handlers of the page that compares before and after.

use axum::extract::State;
use axum::response::Response;
use html::{Markup, Place};
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use super::one::metric_of;
use crate::acts::{self, work};
use crate::api::number_of;
use crate::pages::Sent;
use crate::pages::results::{MeasurePage, measure as draw};
use crate::result::{Measured, NewResult};
use crate::store;

fn result_of(form: &Form) -> NewResult {
    let text = |name: &str| form.get(name).to_owned();
    NewResult {
        changed: text("changed"),
        from: text("from"),
        until: text("until"),
        environment: text("environment"),
        typed: text("typed"),
        typed_what: text("typed_what"),
        typed_before: text("typed_before"),
        typed_after: text("typed_after"),
        also_changed: text("also_changed"),
        counter: text("counter"),
        experiment: text("experiment"),
        experiment_url: text("experiment_url"),
        instrumented: form.all("instrumented").into_iter().map(str::to_owned).collect(),
    }
}

async fn measure_page(app: &App, cx: &Ctx, number: i64, sent: Sent<'_>, preview: Option<&Measured>) -> Result<Markup> {
    cx.require_signed_in()?;
    let (concern, metric, checklist, may) = app
        .read(cx, move |cx, tx| {
            let c = store::one(tx, number)?;
            let team = store::whose(tx, number)?;
            let metric = metric_of(tx, &c.content)?.0;
            let may = acts::may_work(cx, &team) && c.state >= crate::state::ConcernState::Vetted;
            Ok((c, metric, store::setting(tx)?.0.checklist, may))
        })
        .await?;
    let frame = shell(app, cx, "Compare before and after", Place::Council, false);
    let body = draw(&MeasurePage {
        concern: &concern,
        metric: metric.as_deref(),
        preview,
        checklist: &checklist,
        may,
        sent,
        csrf: &cx.actor.csrf,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn results(State(app): State<App>, cx: Ctx, Path(number): Path<String>) -> Result<Response> {
    cx.require_signed_in()?;
    Ok(page(measure_page(&app, &cx, number_of(&number)?, Sent::default(), None).await?))
}

pub(crate) async fn record(State(app): State<App>, cx: Ctx, Path(number): Path<String>, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let number = number_of(&number)?;
    let new = result_of(&form);
    let done = if form.get("act") == "show" {
        match app.read(&cx, move |cx, tx| work::preview(cx, tx, number, &new)).await {
            Ok(m) => {
                let sent = Sent { form: Some(&form), faults: &[] };
                return Ok(page(measure_page(&app, &cx, number, sent, Some(&m)).await?));
            }
            Err(e) => Err(e),
        }
    } else {
        app.write(&cx, move |cx, tx| work::measure(cx, tx, number, &new)).await
    };
    let faults: Vec<Fault> = match done {
        Ok(_) => return Ok(see_other(&format!("{}#results", crate::concern::href(number)))),
        Err(Error::Invalid(faults)) => faults,
        Err(e) => return Err(e),
    };
    Ok(refused(measure_page(&app, &cx, number, Sent::refused(&form, &faults), None).await?))
}
