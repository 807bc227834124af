//! Verbs on risks: put an improvement into the register, accept a risk; and the plan that is read of both.

use actions::{Action, ActionState, NewAction, Origin, OriginKind};
use catalogue::{Team, Workload};
use decisions::acts::Accepting;
use decisions::decision::Acceptance;
use decisions::{Decision, DecisionKind};
use jiff::tz::TimeZone;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::text;
use kernel::web::Ctx;
use people::rights;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::review as reviews;
use crate::burn::{Event, burn};
use crate::document::{ReviewDocument, ReviewQuestion, Titled};
use crate::exposure::Holds;
use crate::lens::step;
use crate::plan::{AcceptedRisk, Known, about, join, origin_id, pillar_key};
use crate::review::{ReviewAnswer, Sheet, Standing, standing};
use crate::risks::WorkloadRisks;
use crate::store::review as store;

/// Actions and decisions about one workload that a plan looks at.
const MOST: i64 = 5_000;

/// Answers of one review that a burn-up looks at.
const ANSWERS: i64 = 20_000;

/// A practice to put into the register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewImprovement {
    /// Id of the question; it stands at a risk.
    pub question: String,
    /// Id of the choice, which is not in place.
    pub choice: String,
    /// Who does it: a mail address or a role; the principal engineer if left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Last day; none yet if left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
}

/// A workload's risks with what is being done about them.
#[derive(Debug)]
pub struct Planned {
    /// The workload.
    pub workload: Workload,
    /// Its team.
    pub team: Team,
    /// Its reviews, by lens.
    pub documents: Vec<ReviewDocument>,
    /// The risks, joined to the register and the ledger.
    pub risks: WorkloadRisks,
    /// Keys and titles of the organisation's pillars.
    pub pillars: Vec<(String, String)>,
    /// What the catalogue says of the workload.
    pub holds: Holds,
    /// Today, as last days count.
    pub today: jiff::civil::Date,
}

fn holds(tx: &mut dyn Tx, w: &Workload) -> Result<Holds> {
    let transactions = catalogue::store::transactions::of_workload(tx, w.id)?.into_iter().map(|t| t.name).collect();
    let b = &w.body;
    Ok(Holds {
        goal: b.goal.clone(),
        protects: b.protects.clone(),
        users: b.users.clone(),
        money_an_hour: b.money_an_hour.clone(),
        transactions,
    })
}

fn events(tx: &mut dyn Tx, sheet: &Sheet, zone: &TimeZone) -> Result<Vec<Event>> {
    let lens = &sheet.lens.file.lens;
    let of = |(id, a): (String, crate::review::ReviewAnswer)| {
        let q = lens.question(&id)?;
        let day = a.at.jiff().to_zoned_datetime(zone.clone()).date().to_string();
        Some(Event { day, question: (sheet.review.lens.clone(), id), risk: standing(q, Some(&a.said)).is_risk() })
    };
    Ok(store::history(tx, sheet.review.id, ANSWERS)?.into_iter().filter_map(of).collect())
}

/// The risks of a workload over its reviews, or over that against one lens, with what is being done about them.
///
/// # Errors
/// Nobody signed in; no such workload or review.
pub fn planned(cx: &Ctx, tx: &mut dyn Tx, workload: &str, lens: Option<&str>) -> Result<Planned> {
    cx.require_signed_in()?;
    let (mut planned, sheets) = joined(cx, tx, workload, lens)?;
    let zone = TimeZone::get(&people::organisation(tx)?.zone).unwrap_or(TimeZone::UTC);
    let mut all = Vec::new();
    for sheet in &sheets {
        all.extend(events(tx, sheet, &zone)?);
    }
    planned.risks.burn = burn(&all);
    Ok(planned)
}

/// High risks of a workload that nobody bears, over all its reviews, each with what is being done about it.
///
/// # Errors
/// As [`planned`].
pub fn high(cx: &Ctx, tx: &mut dyn Tx, workload: &str) -> Result<Vec<crate::risks::OpenRisk>> {
    cx.require_signed_in()?;
    let risks = joined(cx, tx, workload, None)?.0.risks.pillars.into_iter().flat_map(|p| p.risks);
    Ok(risks.filter(|r| r.standing == crate::review::Standing::High && r.accepted.is_none()).collect())
}

/// Everything but the course over time, with the reviews.
fn joined(cx: &Ctx, tx: &mut dyn Tx, workload: &str, lens: Option<&str>) -> Result<(Planned, Vec<Sheet>)> {
    let (workload, team, mut sheets) = reviews::of_workload(cx, tx, workload)?;
    if let Some(lens) = lens {
        reviews::find(tx, &workload, lens)?;
        sheets.retain(|s| s.review.lens == lens);
    }
    let documents: Vec<ReviewDocument> = sheets.iter().map(ReviewDocument::of).collect();
    let titled = Titled { slug: workload.slug.clone(), name: workload.name.clone() };
    let mut risks = WorkloadRisks::of(titled, &documents);
    let actions = actions::store::of_origin(tx, workload.id, OriginKind::Risk, MOST)?;
    let filter = decisions::store::Filter {
        workload: Some(workload.id),
        kind: DecisionKind::AcceptedRisk.key().into(),
        ..Default::default()
    };
    let decisions = decisions::store::list(tx, &filter, i64::MAX, MOST)?;
    let holds = holds(tx, &workload)?;
    let today = actions::acts::today(cx, tx)?;
    join(&mut risks, &documents, &Known { actions: &actions, decisions: &decisions, holds: &holds, today });
    let pillars = people::place::pillars(tx)?.into_iter().map(|p| (p.slug, p.name)).collect();
    Ok((Planned { workload, team, documents, risks, pillars, holds, today }, sheets))
}

/// Who bears the risk of a question for a time, if somebody does; and today, as last days count.
pub(crate) fn borne(
    cx: &Ctx,
    tx: &mut dyn Tx,
    sheet: &Sheet,
    q: &ReviewQuestion,
) -> Result<(Option<AcceptedRisk>, jiff::civil::Date)> {
    let today = actions::acts::today(cx, tx)?;
    let Some(answer) = q.answer.as_ref().filter(|_| q.standing.is_risk()) else { return Ok((None, today)) };
    let kind = DecisionKind::AcceptedRisk.key().into();
    let filter = decisions::store::Filter { workload: Some(sheet.workload.id), kind, ..Default::default() };
    let all = decisions::store::list(tx, &filter, i64::MAX, MOST)?;
    let on = about(&sheet.review.lens, &q.id);
    let found = decisions::decision::accepted(&all, &on, &answer.version.to_string(), today).map(AcceptedRisk::of);
    Ok((found, today))
}

fn cut(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = line.trim();
    if line.chars().count() <= text::NAME {
        return line.to_owned();
    }
    let short: String = line.chars().take(text::NAME - 1).collect();
    format!("{}…", short.trim_end())
}

/// Where an action or a decision about a question comes from.
fn origin(d: &ReviewDocument, q: &ReviewQuestion, id: String) -> Origin {
    let url = format!("/workloads/{}/reviews/{}/questions/{}", d.workload.slug, d.lens.slug, q.id);
    Origin { kind: OriginKind::Risk, id, url, words: cut(&format!("{}: {}", d.lens.name, q.title)) }
}

fn at_risk<'a>(d: &'a ReviewDocument, question: &str) -> Result<(&'a str, &'a str, &'a ReviewQuestion)> {
    let (pillar, q) = d.question(question)?;
    if q.standing.is_risk() {
        return Ok((&pillar.id, &pillar.name, q));
    }
    let stands = q.standing.words();
    Err(Error::invalid(
        "question",
        format!("“{}” stands at no risk: it is {stands}. Nothing is to be done or to be accepted.", q.title),
    ))
}

/// Puts a practice that is not in place into the register: what and effort from the lens, about the workload, leading back to the
/// question. One open action for each practice.
///
/// # Errors
/// No right; no such review or question; faults; [`Error::Conflict`] if an action for it is open.
pub fn improve(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), new: &NewImprovement) -> Result<Action> {
    cx.require_somewhere(&rights::ACTIONS)?;
    let (w, team) = reviews::place(tx, workload)?;
    team.require(cx, &rights::ACTIONS)?;
    let sheet = reviews::sheet(cx, tx, workload, lens)?;
    let d = ReviewDocument::of(&sheet);
    let (_, _, q) = at_risk(&d, new.question.trim())?;
    let id = new.choice.trim();
    let shown = kernel::text::shown(id, 60);
    let choice = q.choices.iter().find(|c| c.id == id && !c.none);
    let choice = choice.ok_or_else(|| Error::invalid("choice", format!("The question has no practice “{shown}”.")))?;
    if choice.ticked || choice.not_applicable.is_some() {
        let why = if choice.ticked { "is in place" } else { "does not apply" };
        return Err(Error::invalid("choice", format!("“{}” {why}, by the review’s answer. There is nothing to do.", choice.title)));
    }
    // The effort is a field of the action.
    let both = format!("{}. First: {}", choice.title.trim_end_matches('.'), step(&choice.first_step));
    let fits = !choice.first_step.is_empty() && both.chars().count() <= text::NAME;
    let owner = if new.owner.trim().is_empty() { "principal-engineer".to_owned() } else { new.owner.clone() };
    let action = NewAction {
        team: team.slug.clone(),
        what: cut(if fits { &both } else { &choice.title }),
        owner,
        workload: Some(w.slug.clone()),
        goal: format!("the risk of “{}” is gone", q.title.trim()),
        due: new.due.clone(),
        blocked_by: String::new(),
        effort: choice.effort.as_deref().and_then(actions::action::ActionEffort::read),
        expected: None,
        issue: String::new(),
        origin: origin(&d, q, origin_id(&d.lens.slug, &q.id, &choice.id)),
    };
    let made = actions::acts::open(cx, tx, &rights::ACTIONS, &team, &action)?;
    tx.publish(&reviews::topic(&sheet.review));
    Ok(made)
}

/// Accepts the risk of a question for a time; it holds for the answer that stands now.
///
/// # Errors
/// No right for the pillar; one's own answer; no such review or question; faults; [`Error::Conflict`] if it is accepted already.
pub fn accept(cx: &Ctx, tx: &mut dyn Tx, (workload, lens): (&str, &str), question: &str, said: &Acceptance) -> Result<Decision> {
    cx.require_somewhere(&rights::RISKS)?;
    let sheet = reviews::sheet(cx, tx, workload, lens)?;
    let d = ReviewDocument::of(&sheet);
    let (id, name, q) = at_risk(&d, question)?;
    let pillars: Vec<(String, String)> = people::place::pillars(tx)?.into_iter().map(|p| (p.slug, p.name)).collect();
    let unmet = q.choices.iter().filter(|c| !c.ticked && !c.none && c.not_applicable.is_none());
    let answer = q.answer.as_ref().ok_or_else(|| Error::internal("a risk without an answer"))?;
    let about = about(&d.lens.slug, &q.id);
    let accepting = Accepting {
        workload: &sheet.workload,
        team: &sheet.team,
        pillar: pillar_key(id, name, &pillars),
        about: &about,
        basis: &answer.version.to_string(),
        title: &cut(&q.title),
        alternatives: unmet.map(|c| cut(&c.title)).collect(),
        answered_by: &answer.by,
        origin: origin(&d, q, about.clone()),
    };
    let made = decisions::acts::accept(cx, tx, &accepting, said)?;
    tx.publish(&reviews::topic(&sheet.review));
    Ok(made)
}

/// True if whoever reads may accept risks of a lens's pillar.
pub(crate) fn may_accept(cx: &Ctx, pillars: &[(String, String)], id: &str, name: &str) -> bool {
    match pillar_key(id, name, pillars) {
        Some(key) => cx.actor.may(&rights::RISKS, Some(people::place::pillar_id(key))),
        None => cx.actor.may_somewhere(&rights::RISKS),
    }
}

/// What a review says of an action that came from it: that its practice is in place. For the register, which closes nothing by
/// itself.
///
/// # Errors
/// The engine's.
pub fn says(cx: &Ctx, tx: &mut dyn Tx, a: &Action) -> Result<Option<String>> {
    cx.require_signed_in()?;
    let mut parts = a.origin.id.splitn(3, '/');
    let (Some(lens), Some(question), Some(choice), OriginKind::Risk, true) =
        (parts.next(), parts.next(), parts.next(), a.origin.kind, a.state != ActionState::Done)
    else {
        return Ok(None);
    };
    let Some(workload) = &a.workload else { return Ok(None) };
    let workload = catalogue::store::workload_by_slug(tx, &workload.slug)?;
    let Some(review) = store::one(tx, workload.id, lens)? else { return Ok(None) };
    let team = catalogue::store::team(tx, workload.team)?;
    let sheet = reviews::load(cx, tx, workload, team, review)?;
    let d = ReviewDocument::of(&sheet);
    let Ok((_, q)) = d.question(question) else { return Ok(None) };
    let placed = q.choices.iter().any(|c| c.id == choice && c.ticked);
    let by = q.answer.as_ref().map(ReviewAnswer::who).unwrap_or_default();
    Ok(match q.standing {
        _ if placed => Some(format!("The review says it is in place: “{}”, answered by {by}.", q.title)),
        Standing::None => Some(format!("The review says that “{}” stands at no risk any more, answered by {by}.", q.title)),
        _ => None,
    })
}
