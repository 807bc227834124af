//! Verbs on questions: ask, answer.

use catalogue::Team;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use crate::questions::{Answer, MOST, NewAnswer, NewQuestion, Question, words};
use crate::store::questions;

/// Questions about a report, oldest first.
///
/// # Errors
/// The engine's.
pub fn of_report(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64) -> Result<Vec<Question>> {
    cx.require_signed_in()?;
    questions::of_report(tx, team.id, sprint, i64::try_from(MOST).map_err(Error::internal)?)
}

/// Asks about a number. A frozen report can be asked about too: the question stands beside it, not in it.
///
/// # Errors
/// Faults; [`Error::NotFound`] for a metric that the report does not show.
pub fn ask(cx: &Ctx, tx: &mut dyn Tx, team: &Team, sprint: i64, new: &NewQuestion) -> Result<Question> {
    team.require(cx, &rights::ASK)?;
    let text = words("The question", &new.text)?;
    let document = super::show(cx, tx, team, sprint)?;
    let shown =
        document.rows().any(|(_, r)| r.metric == new.metric && r.subject.as_ref().map_or("", |s| s.slug.as_str()) == new.subject);
    if !shown {
        let what = kernel::text::shown(&new.metric, 60);
        return Err(Error::invalid("metric", format!("The report of sprint {sprint} has no row “{what}” for that subject.")));
    }
    if of_report(cx, tx, team, sprint)?.len() >= MOST {
        return Err(Error::TooLarge(format!("There are {MOST} questions about this report already. Ask in the review.")));
    }
    let q = Question {
        id: tx.id()?,
        sprint,
        metric: new.metric.clone(),
        subject: new.subject.clone(),
        text,
        by: cx.actor.name.clone(),
        at: cx.now,
        answer: None,
    };
    questions::insert(tx, team.id, &q)?;
    trail::record(cx, tx, "asked", &Ref::new("question", q.id), &q, "")?;
    tx.publish(&format!("team:{}", team.id));
    Ok(q)
}

/// Answers a question, once.
///
/// # Errors
/// No right; [`Error::NotFound`]; [`Error::Conflict`] if somebody has answered.
pub fn answer(cx: &Ctx, tx: &mut dyn Tx, team: &Team, id: Id, new: &NewAnswer) -> Result<Question> {
    team.require(cx, &rights::NOTES)?;
    let text = words("The answer", &new.text)?;
    let stored = questions::one(tx, team.id, id)?.ok_or_else(|| Error::not_found("question of this team", id))?;
    if !questions::answer(tx, team.id, id, &text, &cx.actor.name, cx.now)? {
        let by = stored.answer.map_or_else(String::new, |a| a.by);
        return Err(Error::Conflict(format!("{by} has answered this question already. Nothing of yours was stored.")));
    }
    let answered = Question { answer: Some(Answer { text, by: cx.actor.name.clone(), at: cx.now }), ..stored };
    trail::record(cx, tx, "answered", &Ref::new("question", id), &answered, "")?;
    tx.publish(&format!("team:{}", team.id));
    Ok(answered)
}
