//! Handlers of the pages of reviews.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, page, refused, see_other, shell};
use people::rights;

use crate::acts::milestone as milestones;
use crate::acts::review::{self as acts, NewReview};
use crate::document::ReviewDocument;
use crate::milestone::Milestone;
use crate::pages::question::{QuestionPage, Sent, question_page};
use crate::pages::review::{self as pages, ListRow, ReviewPage, WorkloadPage};
use crate::review::{NewReviewAnswer, RuledOut, Said, Sheet, WhyNot};
use crate::store;

/// The list of all workloads with their reviews, by team.
pub(crate) async fn all(State(app): State<App>, cx: Ctx) -> Result<Response> {
    cx.require_signed_in()?;
    let rows = app.read(&cx, rows).await?;
    let mut frame = shell(&app, &cx, "Well-Architected reviews", Place::WellArchitected, true);
    frame.live = Some("/live?topic=reviews");
    Ok(page(frame.page(html::html! {}, pages::reviews(&rows))))
}

fn rows(cx: &Ctx, tx: &mut dyn Tx) -> Result<Vec<ListRow>> {
    let mut out = Vec::new();
    let reviews = store::review::all(tx)?;
    let lenses = store::lens::all(tx)?;
    for team in catalogue::store::teams(tx, None)? {
        for w in catalogue::store::workloads_of(tx, team.id)? {
            let mut held = Vec::new();
            for review in reviews.iter().filter(|r| r.workload == w.id) {
                let name =
                    lenses.iter().find(|v| v.digest == review.digest).map_or_else(|| review.lens.clone(), |v| v.name.clone());
                held.push((review.lens.clone(), name));
            }
            out.push(ListRow {
                team: (team.slug.clone(), team.name.clone()),
                workload: (w.slug, w.name),
                reviews: held,
                may_begin: team.may(cx, &rights::ANSWERS),
            });
        }
    }
    Ok(out)
}

/// Reviews of one workload, and the form that begins one.
pub(crate) async fn of_workload(State(app): State<App>, cx: Ctx, Path(workload): Path<String>) -> Result<Response> {
    Ok(page(workload_page(&app, &cx, &workload, &[]).await?))
}

async fn workload_page(app: &App, cx: &Ctx, workload: &str, faults: &[Fault]) -> Result<Markup> {
    cx.require_signed_in()?;
    let slug = workload.to_owned();
    let (workload, team, documents, lenses) = app
        .read(cx, move |cx, tx| {
            let (workload, team, sheets) = acts::of_workload(cx, tx, &slug)?;
            let documents: Vec<ReviewDocument> = sheets.iter().map(ReviewDocument::of).collect();
            Ok((workload, team, documents, store::lens::all(tx)?))
        })
        .await?;
    let title = format!("Reviews of {}", workload.name);
    let topic = format!("/live?topic=team:{}", team.id);
    let mut frame = shell(app, cx, &title, Place::WellArchitected, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1/workloads/{}/reviews", workload.slug))];
    Ok(frame.page(
        html::html! {},
        pages::workload(&WorkloadPage {
            workload: (&workload.slug, &workload.name),
            team: (&team.slug, &team.name),
            documents: &documents,
            lenses: &lenses,
            may_begin: team.may(cx, &rights::ANSWERS),
            faults,
            csrf: &cx.actor.csrf,
        }),
    ))
}

pub(crate) async fn begin(State(app): State<App>, cx: Ctx, Path(workload): Path<String>, form: Form) -> Result<Response> {
    let (slug, new) = (workload.clone(), NewReview { lens: form.get("lens").to_owned(), version: None });
    let done = app.write(&cx, move |cx, tx| Ok(ReviewDocument::of(&acts::begin(cx, tx, &slug, &new)?))).await;
    let fault = match done {
        Ok(d) => return Ok(see_other(&format!("/workloads/{}/reviews/{}", d.workload.slug, d.lens.slug))),
        Err(Error::Conflict(message)) => Fault::new("lens", message),
        Err(Error::NotFound(message)) if message.contains("lens") => Fault::new("lens", message),
        Err(e) => return Err(e),
    };
    Ok(refused(workload_page(&app, &cx, &workload, &[fault]).await?))
}

/// A review as it stands, with its last milestone.
struct Loaded {
    sheet: Sheet,
    document: ReviewDocument,
    previous: Option<(Milestone, ReviewDocument)>,
}

async fn load(app: &App, cx: &Ctx, workload: &str, lens: &str) -> Result<Loaded> {
    let (workload, lens) = (workload.to_owned(), lens.to_owned());
    app.read(cx, move |cx, tx| {
        let sheet = acts::sheet(cx, tx, &workload, &lens)?;
        let previous = milestones::newest(tx, &sheet)?;
        Ok(Loaded { document: ReviewDocument::of(&sheet), previous, sheet })
    })
    .await
}

pub(crate) async fn one(State(app): State<App>, cx: Ctx, Path((workload, lens)): Path<(String, String)>) -> Result<Response> {
    cx.require_signed_in()?;
    let Loaded { sheet, document, .. } = load(&app, &cx, &workload, &lens).await?;
    let title = format!("{}, {}", document.workload.name, document.lens.name);
    let topic = format!("/live?topic={}", acts::topic(&sheet.review));
    let mut frame = shell(&app, &cx, &title, Place::WellArchitected, false);
    frame.live = Some(&topic);
    frame.foot.template = Some(format!("Lens version {}", document.lens.version));
    frame.foot.exports = vec![("JSON", format!("/api/v1/workloads/{workload}/reviews/{lens}"))];
    let body = pages::review(&ReviewPage {
        document: &document,
        may_answer: sheet.team.may(&cx, &rights::ANSWERS),
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(page(frame.page(html::html! {}, body)))
}

fn draw(app: &App, cx: &Ctx, loaded: &Loaded, id: &str, sent: Option<&Sent<'_>>) -> Result<Markup> {
    let Loaded { sheet, document, previous } = loaded;
    let previous = previous.as_ref().and_then(|(m, d)| Some((m.name.as_str(), d.question(id).ok()?.1)));
    let (pillar, shown) = document.question(id)?;
    let question = sheet.lens.file.lens.question(id).ok_or_else(|| Error::internal("a document of another lens"))?;
    let title = format!("{}, {}", question.title, document.workload.name);
    let topic = format!("/live?topic={}", acts::topic(&sheet.review));
    let mut frame = shell(app, cx, &title, Place::WellArchitected, false);
    frame.slim = true;
    frame.live = Some(&topic);
    if sheet.team.may(cx, &rights::ANSWERS) {
        frame.keys = vec![("Tick a choice", "1 2 3"), ("None of these", "0"), ("Save and go on", "s")];
    }
    let body = question_page(&QuestionPage {
        document,
        pillar,
        question,
        shown,
        previous,
        may_answer: sheet.team.may(cx, &rights::ANSWERS),
        sent,
        csrf: &cx.actor.csrf,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

pub(crate) async fn question(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, id)): Path<(String, String, String)>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let loaded = load(&app, &cx, &workload, &lens).await?;
    Ok(page(draw(&app, &cx, &loaded, &id, None)?))
}

/// What the form says.
fn said_of(form: &Form) -> Result<NewReviewAnswer> {
    let none = || Error::invalid("based_on", "The form is not whole. Load the page anew.");
    let mut not_applicable = Vec::new();
    for (name, value) in &form.0 {
        if let (Some(choice), Some(reason)) = (name.strip_prefix("absent."), WhyNot::read(value)) {
            not_applicable.push(RuledOut { choice: choice.to_owned(), reason });
        }
    }
    Ok(NewReviewAnswer {
        based_on: form.get("based_on").parse().map_err(|_| none())?,
        said: Said {
            choices: form.all("choice").into_iter().map(str::to_owned).collect(),
            none: !form.get("none").is_empty(),
            not_applicable,
            does_not_apply: WhyNot::read(form.get("does_not_apply")),
            note: form.get("note").to_owned(),
        },
    })
}

pub(crate) async fn answer(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, id)): Path<(String, String, String)>,
    form: Form,
) -> Result<Response> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let new = said_of(&form).unwrap_or(NewReviewAnswer { based_on: -1, said: Said::default() });
    let (w, l, q, sent) = (workload.clone(), lens.clone(), id.clone(), new.clone());
    let done = app.write(&cx, move |cx, tx| acts::answer(cx, tx, (&w, &l), &q, &sent)).await;
    let here = format!("/workloads/{workload}/reviews/{lens}");
    let (faults, conflict) = match done {
        Ok(_) => {
            let Loaded { document, .. } = load(&app, &cx, &workload, &lens).await?;
            let next = document.after(&id).filter(|_| form.get("act") != "stay");
            let stay = (form.get("act") == "stay").then_some(id.as_str());
            let to = next.or(stay).map_or_else(|| here.clone(), |q| format!("{here}/questions/{q}"));
            return Ok(see_other(&to));
        }
        Err(Error::Invalid(faults)) => (faults, None),
        Err(Error::Conflict(message)) => (Vec::new(), Some(message)),
        Err(e) => return Err(e),
    };
    let loaded = load(&app, &cx, &workload, &lens).await?;
    let sent = Sent { said: &new.said, faults: &faults, conflict: conflict.as_deref() };
    let drawn = draw(&app, &cx, &loaded, &id, Some(&sent))?;
    Ok(if conflict.is_some() { (StatusCode::CONFLICT, page(drawn)).into_response() } else { refused(drawn) })
}
