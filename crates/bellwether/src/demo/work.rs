//! What was agreed in the demonstration, and what came of it: Cargo's pipeline, which its lead time shows, and the plan that follows
//! from the review of Payments.

use actions::action::{ActionEffort, Evidence, Expected, Move};
use actions::change::{ActionEdit, StateChange};
use actions::{Action, ActionState, NewAction, Origin, OriginKind};
use decisions::decision::Acceptance;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::{App, Ctx};
use wellarch::acts::plan::{self, NewImprovement};
use wellarch::review::{NewReviewAnswer, Said};

use super::numbers::AUTOMATED;
use super::words::{self, DAY};
use super::{as_person, story};

fn day(now: Time, days: u32) -> String {
    now.plus(DAY * days).jiff().strftime("%Y-%m-%d").to_string()
}

/// Cargo agrees to let its pipelines deploy; the id of the action.
pub(super) async fn agree(app: &App) -> Result<Id> {
    let cx = Ctx::of(as_person(app, &story::mail("Kwame Asante")).await?, app.now(), "demo");
    app.write(&cx, |cx, tx| {
        let new = NewAction {
            team: "cargo".into(),
            what: "Let the pipeline deploy the manifest service, without a hand on it".into(),
            owner: "principal-engineer".into(),
            workload: Some("cargo-manifests".into()),
            goal: "a change is in production the day it is merged".into(),
            due: day(cx.now, 60),
            blocked_by: String::new(),
            effort: Some(ActionEffort::Weeks),
            expected: Some(Expected { metric: "lead-time".into(), subject: "cargo".into(), direction: Move::Down, by: Some(8.0) }),
            issue: "https://issues.northmoor.example/CARGO-41".into(),
            origin: Origin {
                kind: OriginKind::Session,
                words: "Review of sprint 1".into(),
                url: "/reports/cargo/1".into(),
                ..Origin::default()
            },
        };
        actions::acts::add(cx, tx, &new).map(|a| a.id)
    })
    .await
}

/// It is done at the turn of a sprint, so that each sprint lies on one side of it.
pub(super) async fn automate(app: &App, id: Id) -> Result<()> {
    let number = i64::try_from(AUTOMATED).unwrap_or(0);
    let turn = app
        .db
        .read(move |tx| {
            let team = catalogue::store::team_by_slug(tx, "cargo")?;
            catalogue::store::sprint(tx, team.group, number).map(|s| s.starts)
        })
        .await?;
    app.clock.set(turn);
    let cx = Ctx::of(as_person(app, &story::mail("Kwame Asante")).await?, app.now(), "demo");
    let evidence = Evidence { words: "The pipeline has deployed eleven times, each within the hour.".into(), url: String::new() };
    app.write(&cx, move |cx, tx| {
        let done = StateChange { version: 1, state: ActionState::Done, reason: String::new(), evidence: Some(evidence.clone()) };
        actions::acts::move_on(cx, tx, id, &done).map(|_| ())
    })
    .await
}

/// Moves the last day of an action back.
fn carry(cx: &Ctx, tx: &mut dyn Tx, a: &Action, due: String, reason: &str) -> Result<()> {
    let c = a.content.clone();
    let edit = ActionEdit {
        version: a.version,
        what: c.what,
        owner: "principal-engineer".into(),
        goal: c.goal,
        due,
        blocked_by: "a second person for the rehearsal".into(),
        effort: c.effort,
        expected: None,
        issue: String::new(),
        reason: reason.into(),
    };
    actions::acts::change(cx, tx, a.id, &edit).map(|_| ())
}

/// The plan that follows from the review: four practices go into the register, one of them is carried over and late by now, and the
/// risk of one question is accepted for a time.
pub(super) async fn plan_review(app: &App, approver: &str) -> Result<()> {
    let (_, workload, _, lead) = words::REVIEWED;
    let slug = kernel::text::slug(workload);
    let cx = Ctx::of(as_person(app, &story::mail(lead)).await?, app.now(), "demo");
    let of = slug.clone();
    let bear = app
        .write(&cx, move |cx, tx| {
            let risks = plan::planned(cx, tx, &of, Some(words::LENS))?.risks;
            let questions: Vec<String> = risks.pillars.iter().flat_map(|p| &p.risks).map(|r| r.question.clone()).collect();
            let bear = questions.last().cloned().ok_or_else(|| Error::internal("the story's review found no risk"))?;
            let wanted = risks.improvements.iter().filter(|i| i.question != bear);
            for (i, due) in wanted.zip([day(cx.now, 7), day(cx.now, 60), String::new(), day(cx.now, 120)]) {
                let late = due == day(cx.now, 7);
                let new = NewImprovement { question: i.question.clone(), choice: i.choice.clone(), owner: String::new(), due };
                let made = plan::improve(cx, tx, (&of, words::LENS), &new)?;
                if late {
                    carry(cx, tx, &made, day(cx.now, 21), "The rehearsal needs two people, and one was ill.")?;
                }
            }
            Ok(bear)
        })
        .await?;
    let approver = Ctx::of(as_person(app, approver).await?, app.now(), "demo");
    app.write(&approver, move |cx, tx| {
        let said = Acceptance {
            reason: "The ledger moves to the new platform in spring; until then the nightly copy is enough.".into(),
            until: day(cx.now, 70),
        };
        plan::accept(cx, tx, (&slug, words::LENS), &bear, &said).map(|_| ())
    })
    .await
}

/// A sprint before the last Payments looks at a question again and finds its practices in place. The action about one of them stays
/// open until somebody closes it.
pub(super) async fn answer_again(app: &App) -> Result<()> {
    let (_, workload, _, lead) = words::REVIEWED;
    let slug = kernel::text::slug(workload);
    let cx = Ctx::of(as_person(app, &story::mail(lead)).await?, app.now(), "demo");
    app.write(&cx, move |cx, tx| {
        let risks = plan::planned(cx, tx, &slug, Some(words::LENS))?.risks;
        // The question that is due last; the one with the late action stays at its risk.
        let planned =
            risks.improvements.iter().filter(|i| i.action.is_some()).max_by_key(|i| i.action.as_ref().map(|a| a.due.clone()));
        let question = planned.map(|i| i.question.clone()).ok_or_else(|| Error::internal("the story's plan is empty"))?;
        let sheet = wellarch::acts::review::sheet(cx, tx, &slug, words::LENS)?;
        let asked = sheet.lens.file.lens.question(&question).ok_or_else(|| Error::internal("a question that is gone"))?;
        let based_on = sheet.answers.get(&question).map_or(0, |a| a.version);
        let choices = asked.choices.iter().filter(|c| !c.none).map(|c| c.id.clone()).collect();
        let said = Said { choices, note: "The map was drawn with the product owners in October.".into(), ..Said::default() };
        wellarch::acts::review::answer(
            cx,
            tx,
            (&slug, words::LENS),
            &question,
            &NewReviewAnswer { based_on, said, overrides: None },
        )
        .map(|_| ())
    })
    .await
}
