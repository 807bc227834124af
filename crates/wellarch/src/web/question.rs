//! Handlers of the page of a question: show, answer, take back, comment, look at what was before.

use ::evidence::pages::EvidencePane;
use ::evidence::piece::{EvidencePiece, MOST};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use html::{Markup, Place};
use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::web::{App, Ctx, Form, Path, Query, page, refused, see_other, shell};
use people::rights;
use serde::Deserialize;

use crate::acts::milestone as milestones;
use crate::acts::{comment as comments, piece as pieces, plan as plans, review as acts, vote as votes};
use crate::change::{Latest, changed};
use crate::comment::{NewComment, ReviewComment};
use crate::document::ReviewDocument;
use crate::milestone::Milestone;
use crate::pages::discussion::{Discussion, HistoryPage, NEWEST, history};
use crate::pages::question::{QuestionPage, Sent, question_page};
use crate::pages::vote::VotePane;
use crate::plan::AcceptedRisk;
use crate::presence::Here;
use crate::review::{NewReviewAnswer, RuledOut, Said, Sheet, WhyNot};
use crate::store;
use crate::vote::{BlindVote, Ticket};
use crate::web::live;

/// Workload, lens and question of an address.
type At = Path<(String, String, String)>;

/// Versions that one page of the history shows.
const VERSIONS: i64 = 50;

/// Comments that the history shows.
const COMMENTS: i64 = 500;

/// Everything that the page of a question shows.
pub(super) struct Loaded {
    sheet: Sheet,
    document: ReviewDocument,
    previous: Option<(Milestone, ReviewDocument)>,
    latest: Option<Latest>,
    accepted: (Option<AcceptedRisk>, Date),
    comments: Vec<ReviewComment>,
    more: bool,
    here: Vec<Here>,
    vote: Option<(BlindVote, Option<Ticket>)>,
    pieces: Vec<EvidencePiece>,
}

/// What was refused.
#[derive(Clone, Copy, Default)]
pub(super) struct Refused<'a> {
    pub(super) answer: Option<&'a Sent<'a>>,
    pub(super) comment: Option<(&'a str, &'a [Fault])>,
    pub(super) vote: &'a [Fault],
    pub(super) piece: Option<(&'a Form, &'a [Fault])>,
    /// The reader wants to answer otherwise than the template that answers the question.
    pub(super) override_: bool,
}

fn latest(cx: &Ctx, tx: &mut dyn Tx, sheet: &Sheet, id: &str) -> Result<Option<Latest>> {
    let (Some(q), Some(answer)) = (sheet.lens.file.lens.question(id), sheet.answers.get(id)) else { return Ok(None) };
    let before = match answer.version {
        ..=1 => None,
        n => store::review::version(tx, sheet.review.id, id, n - 1)?,
    };
    let words = changed(q, before.as_ref().map(|b| &b.said), &answer.said);
    Ok(Some(Latest { words, mine: answer.by == cx.actor.name && answer.template.is_none(), answer: answer.clone() }))
}

pub(super) async fn load(app: &App, cx: &Ctx, (workload, lens, id): (&str, &str, &str)) -> Result<Loaded> {
    let (workload, lens, id) = (workload.to_owned(), lens.to_owned(), id.to_owned());
    let instance = live::instance(app);
    let (mut loaded, others) = app
        .read(cx, move |cx, tx| {
            let sheet = acts::sheet(cx, tx, &workload, &lens)?;
            let q = acts::asked(&sheet.lens, &id)?;
            let vote = votes::at(cx, tx, &sheet.review, q, sheet.team.may(cx, &rights::TAKE_PART))?;
            let on = pieces::on(sheet.review.id, &id);
            let pieces = ::evidence::store::about(tx, &on, i64::try_from(MOST).unwrap_or(i64::MAX))?;
            let previous = milestones::newest(tx, &sheet)?;
            let latest = latest(cx, tx, &sheet, &id)?;
            let most = i64::try_from(NEWEST).unwrap_or(i64::MAX);
            let mut comments = store::comment::of(tx, sheet.review.id, &id, None, most + 1)?;
            let more = comments.len() > NEWEST;
            comments.truncate(NEWEST);
            comments.reverse();
            let others = live::others(cx, tx, sheet.review.id, &instance)?;
            let document = ReviewDocument::of(&sheet);
            let accepted = plans::borne(cx, tx, &sheet, document.question(&id)?.1)?;
            Ok((Loaded { document, previous, latest, accepted, comments, more, here: Vec::new(), vote, pieces, sheet }, others))
        })
        .await?;
    loaded.here = live::everybody(app, loaded.sheet.review.id, others);
    Ok(loaded)
}

pub(super) fn draw(app: &App, cx: &Ctx, loaded: &Loaded, id: &str, wrong: Refused<'_>) -> Result<Markup> {
    let Loaded { sheet, document, previous, latest, accepted, comments, more, here, vote, pieces } = loaded;
    let previous = previous.as_ref().and_then(|(m, d)| Some((m.name.as_str(), d.question(id).ok()?.1)));
    let (pillar, shown) = document.question(id)?;
    let question = acts::asked(&sheet.lens, id)?;
    let title = format!("{}, {}", question.title, document.workload.name);
    let topic = live::address(&document.workload.slug, &document.lens.slug, id);
    let mut frame = shell(app, cx, &title, Place::WellArchitected, false);
    frame.slim = true;
    frame.live = Some(&topic);
    let may_answer = sheet.team.may(cx, &rights::ANSWERS);
    if may_answer {
        frame.keys = vec![("Tick a choice", "1 2 3"), ("None of these", "0"), ("Save and go on", "Enter")];
    }
    let may = sheet.team.may(cx, &rights::TAKE_PART);
    let body = question_page(&QuestionPage {
        document,
        pillar,
        question,
        shown,
        previous,
        accepted: accepted.0.as_ref(),
        today: accepted.1,
        latest: latest.as_ref(),
        here,
        discussion: Discussion { comments, more: *more, may, sent: wrong.comment },
        evidence: EvidencePane { pieces, may, sent: wrong.piece },
        vote: VotePane {
            vote: vote.as_ref().map(|(v, _)| v),
            ticket: vote.as_ref().and_then(|(_, t)| t.as_ref()),
            may: may_answer,
            wrong: wrong.vote,
        },
        may_answer,
        override_: wrong.override_,
        sent: wrong.answer,
        csrf: &cx.actor.csrf,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(frame.page(html::html! {}, body))
}

#[derive(Deserialize)]
pub(crate) struct How {
    r#override: Option<String>,
}

pub(crate) async fn show(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, id)): At,
    Query(how): Query<How>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let loaded = load(&app, &cx, (&workload, &lens, &id)).await?;
    Ok(page(draw(&app, &cx, &loaded, &id, Refused { override_: how.r#override.is_some(), ..Refused::default() })?))
}

/// What the inputs of an answer say.
pub(super) fn said_of(form: &Form) -> Said {
    let mut not_applicable = Vec::new();
    for (name, value) in &form.0 {
        if let (Some(choice), Some(reason)) = (name.strip_prefix("absent."), WhyNot::read(value)) {
            not_applicable.push(RuledOut { choice: choice.to_owned(), reason });
        }
    }
    Said {
        choices: form.all("choice").into_iter().map(str::to_owned).collect(),
        none: !form.get("none").is_empty(),
        not_applicable,
        does_not_apply: WhyNot::read(form.get("does_not_apply")),
        note: form.get("note").to_owned(),
    }
}

/// What the form says.
fn answer_of(form: &Form) -> Result<NewReviewAnswer> {
    let none = || Error::invalid("based_on", "The form is not whole. Load the page anew.");
    Ok(NewReviewAnswer {
        based_on: form.get("based_on").parse().map_err(|_| none())?,
        said: said_of(form),
        overrides: Some(form.get("override").to_owned()).filter(|r| !r.is_empty()),
    })
}

/// Saves and goes on (`next`), saves and stays (`stay`), saves while somebody ticks and types (`autosave`: the page itself is
/// the answer), takes back the newest version (`undo`).
pub(crate) async fn answer(State(app): State<App>, cx: Ctx, Path((workload, lens, id)): At, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let new = answer_of(&form).unwrap_or(NewReviewAnswer { based_on: -1, ..NewReviewAnswer::default() });
    let (w, l, q, sent, undo) = (workload.clone(), lens.clone(), id.clone(), new.clone(), form.get("act") == "undo");
    let done = app
        .write(&cx, move |cx, tx| match undo {
            true => acts::undo(cx, tx, (&w, &l), &q, sent.based_on),
            false => acts::answer(cx, tx, (&w, &l), &q, &sent),
        })
        .await;
    let here = format!("/workloads/{workload}/reviews/{lens}");
    let (faults, conflict) = match done {
        Ok(_) => {
            let loaded = load(&app, &cx, (&workload, &lens, &id)).await?;
            if form.get("act") == "autosave" {
                return Ok(page(draw(&app, &cx, &loaded, &id, Refused::default())?));
            }
            let stay = matches!(form.get("act"), "stay" | "undo").then_some(id.as_str());
            let next = stay.or_else(|| loaded.document.after(&id));
            let to = next.map_or_else(|| here.clone(), |q| format!("{here}/questions/{q}"));
            return Ok(see_other(&to));
        }
        Err(Error::Invalid(faults)) => (faults, None),
        Err(Error::Conflict(message)) => (Vec::new(), Some(message)),
        Err(e) => return Err(e),
    };
    let loaded = load(&app, &cx, (&workload, &lens, &id)).await?;
    // What was refused for itself says nothing of what others answered meanwhile: it meets them when it is sent again.
    let based_on = (conflict.is_none() && new.based_on >= 0).then_some(new.based_on);
    let sent = Sent { said: &new.said, faults: &faults, conflict: conflict.as_deref(), based_on, reason: form.get("override") };
    let drawn = draw(&app, &cx, &loaded, &id, Refused { answer: Some(&sent), ..Refused::default() })?;
    Ok(if conflict.is_some() { (StatusCode::CONFLICT, page(drawn)).into_response() } else { refused(drawn) })
}

pub(crate) async fn comment(State(app): State<App>, cx: Ctx, Path((workload, lens, id)): At, form: Form) -> Result<Response> {
    cx.require_somewhere(&rights::TAKE_PART)?;
    let (w, l, q, new) = (workload.clone(), lens.clone(), id.clone(), NewComment { text: form.get("text").to_owned() });
    match app.write(&cx, move |cx, tx| comments::add(cx, tx, (&w, &l), &q, &new)).await {
        Ok(_) => Ok(see_other(&format!("/workloads/{workload}/reviews/{lens}/questions/{id}"))),
        Err(Error::Invalid(faults)) => {
            let loaded = load(&app, &cx, (&workload, &lens, &id)).await?;
            let comment = Some((form.get("text"), faults.as_slice()));
            Ok(refused(draw(&app, &cx, &loaded, &id, Refused { comment, ..Refused::default() })?))
        }
        Err(e) => Err(e),
    }
}

#[derive(Deserialize)]
pub(crate) struct From {
    before: Option<String>,
}

pub(crate) async fn past(
    State(app): State<App>,
    cx: Ctx,
    Path((workload, lens, id)): At,
    Query(from): Query<From>,
) -> Result<Response> {
    cx.require_signed_in()?;
    let before = from.before.as_deref().and_then(|n| n.parse().ok()).unwrap_or(i64::MAX);
    let q = id.clone();
    let (sheet, mut versions, mut said) = app
        .read(&cx, move |cx, tx| {
            let sheet = acts::sheet(cx, tx, &workload, &lens)?;
            acts::asked(&sheet.lens, &q)?;
            // One more than is shown, to say what the last of them changed.
            let versions = store::review::versions(tx, sheet.review.id, &q, before, VERSIONS + 1)?;
            let said = store::comment::of(tx, sheet.review.id, &q, None, COMMENTS + 1)?;
            Ok((sheet, versions, said))
        })
        .await?;
    let document = ReviewDocument::of(&sheet);
    let here = format!("/workloads/{}/reviews/{}", document.workload.slug, document.lens.slug);
    let most = usize::try_from(VERSIONS).unwrap_or(usize::MAX);
    let older = versions
        .get(most)
        .map(|_| &versions[most - 1])
        .map(|last| format!("{here}/questions/{id}/history?before={}", last.version));
    versions.truncate(most);
    let most = usize::try_from(COMMENTS).unwrap_or(usize::MAX);
    let more_comments = said.len() > most;
    said.truncate(most);
    said.reverse();
    let question = acts::asked(&sheet.lens, &id)?;
    let title = format!("History of {}", question.title);
    let topic = format!("/live?topic={}", acts::topic(&sheet.review));
    let mut frame = shell(&app, &cx, &title, Place::WellArchitected, false);
    frame.live = Some(&topic);
    frame.foot.exports = vec![("JSON", format!("/api/v1{here}/answers/{id}/versions"))];
    let body = history(&HistoryPage {
        document: &document,
        question,
        versions: &versions,
        comments: &said,
        older,
        more_comments,
        now: cx.now,
        zone: &cx.actor.zone,
    });
    Ok(page(frame.page(html::html! {}, body)))
}
