//! Verbs on the work of a concern: give a team a story, pull it into a sprint, measure before and after.

use actions::NewAction;
use actions::action::{Expected, Move};
use actions::effect::expected_words;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;
use kernel::web::Ctx;
use metrics::compared::{compare as compared, sides, wording};
use metrics::definition::{Definition, PeriodKind};
use people::rights;

use super::{begins, begins_in, by, measured, require_work, told, zone_of};
use crate::concern::Concern;
use crate::result::{Asked, ConcernResult, MOST_RESULTS, Measured, NewResult, against, measured as kept};
use crate::state::ConcernState;
use crate::store::{self, By};
use crate::view::{NewStory, Story, StorySprint};

/// Periods of a metric that are looked at.
const PERIODS: i64 = 4_000;

/// Refuses a sprint that the team's group does not have.
fn sprint_of(tx: &mut dyn Tx, team: &catalogue::Team, sprint: Option<i64>) -> Result<()> {
    let Some(number) = sprint else { return Ok(()) };
    let unknown = || Error::invalid("sprint", format!("The group of {} has no sprint {number}. Look at its calendar.", team.name));
    if !(1..=100_000).contains(&number) {
        return Err(unknown());
    }
    catalogue::store::sprint(tx, team.group, number).map(|_| ()).map_err(|_| unknown())
}

/// Gives a team a story: an action of the register that comes from the concern. The council gives one to any team, people of a team to
/// their own; the team pulls it into a sprint.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] unless the epic is vetted.
pub fn add_story(cx: &Ctx, tx: &mut dyn Tx, number: i64, new: &NewStory) -> Result<Story> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let team = catalogue::store::team_by_slug(tx, new.team.trim()).map_err(|e| e.at("team"))?;
    let right = require_work(cx, &team)?;
    let raised_by = store::whose(tx, number)?;
    let c = store::one(tx, number)?;
    if !matches!(c.state, ConcernState::Vetted | ConcernState::Stories | ConcernState::InSprint | ConcernState::Done) {
        return Err(Error::Conflict(format!(
            "{} is {}; an epic is cut into stories once it is vetted, until it is measured.",
            c.name(),
            c.state.words()
        )));
    }
    let most = usize::try_from(store::work::MOST_STORIES).unwrap_or(100);
    if c.stories.all >= most {
        return Err(Error::Conflict(format!("{} has {most} stories; no more fit. Close some, or cut another epic.", c.name())));
    }
    sprint_of(tx, &team, new.sprint)?;
    // The metric goes along where it is the team's own, so that the action's page shows what the story did to it.
    let own = if c.content.metric.is_empty() { None } else { measured(tx, &c.content.metric, &c.content.subject).ok() };
    let expected = match (own, c.content.direction) {
        (Some((_, subject)), Some(direction)) if subject.team.id == team.id => {
            Some(Expected { metric: c.content.metric.clone(), subject: subject.slug, direction, by: c.content.by })
        }
        _ => None,
    };
    let owner = new.owner.trim();
    let action = NewAction {
        team: team.slug.clone(),
        what: new.what.clone(),
        owner: if owner.is_empty() { "principal-engineer".into() } else { owner.to_owned() },
        workload: None,
        goal: c.content.hypothesis.chars().take(actions::new::MOST_WORDS).collect(),
        due: new.due.clone(),
        blocked_by: String::new(),
        effort: None,
        expected,
        issue: new.issue.clone(),
        origin: c.as_origin(),
    };
    let action = actions::acts::open(cx, tx, right, &team, &action)?;
    let (key, name) = by(cx);
    store::work::add_story(tx, number, action.id, new.sprint, By { key: &key, name: &name, at: cx.now })?;
    let story = store::work::story(tx, action.id, new.sprint)?;
    told(cx, tx, "story", &raised_by, number, &story, "")?;
    Ok(story)
}

/// Says into which sprint a story was pulled, or that it was put back. The story's team says so, or the council.
///
/// # Errors
/// No right; no such sprint; [`Error::NotFound`].
pub fn set_sprint(cx: &Ctx, tx: &mut dyn Tx, number: i64, action: Id, to: StorySprint) -> Result<Story> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let raised_by = store::whose(tx, number)?;
    let found = actions::store::one(tx, action)?;
    let team = catalogue::store::team_by_slug(tx, &found.team.slug)?;
    require_work(cx, &team)?;
    sprint_of(tx, &team, to.sprint)?;
    if !store::work::set_sprint(tx, number, action, to.sprint)? {
        return Err(Error::not_found("story", action));
    }
    told(cx, tx, "sprint", &raised_by, number, &to, "")?;
    store::work::story(tx, action, to.sprint)
}

/// What a hypothesis expects of a metric, in words.
fn expectation(d: &Definition, c: &Concern) -> Option<(Move, String)> {
    let direction = c.content.direction?;
    let e = Expected { metric: d.key.clone(), subject: String::new(), direction, by: c.content.by };
    Some((direction, expected_words(d, &e)))
}

/// The numbers of a result: those that were typed, or the concern's metric before and after.
fn numbers(tx: &mut dyn Tx, c: &Concern, new: &NewResult, asked: &Asked, now: Time) -> Result<Measured> {
    if let Some((mut m, effect)) = new.typed()? {
        let expected = c.content.direction.map(|d| d.words().to_owned()).unwrap_or_default();
        m.against = against(&effect, c.content.direction, None, &expected);
        return Ok(m);
    }
    if c.content.metric.is_empty() {
        return Err(Error::invalid(
            "typed",
            "The concern names no metric. Name one on the concern, or type the numbers: amounts, shares or events.",
        ));
    }
    let (v, subject) = measured(tx, &c.content.metric, &c.content.subject)?;
    let zone = zone_of(tx, &v, &subject)?;
    let d = v.definition;
    let changed = asked.changed.ok_or_else(|| Error::invalid("changed", "On which day did it change?"))?;
    // The day itself counts to neither side. A longer period that begins on that day is one after the change.
    let start = begins_in(&zone, changed)?;
    let end = match d.period {
        PeriodKind::Day => begins_in(&zone, changed.tomorrow().map_err(Error::internal)?)?,
        PeriodKind::Week | PeriodKind::Sprint | PeriodKind::Month => start,
    };
    let from = asked.from.map_or(Ok(Time(i64::MIN)), |day| begins_in(&zone, day))?;
    let until = asked.until.map_or(Ok(now), |day| begins_in(&zone, day))?;
    let series = metrics::store::series(tx, &d.key, subject.id, Time(i64::MAX), PERIODS)?;
    let (mut before, _) = sides(&series, start, (from, until));
    let (_, mut after) = sides(&series, end, (from, until));
    if d.period == PeriodKind::Sprint {
        // As axes write it: a bare number is no period.
        before.iter_mut().chain(&mut after).for_each(|p| p.period.insert(0, 'S'));
    }
    let cannot = || Error::invalid("changed", "A value in these windows is too large to compare. Choose other windows.");
    let found = compared(&d, before, after).ok_or_else(cannot)?;
    let href = format!("/metrics/{}/{}", d.key, subject.slug);
    let what = kernel::text::shown(&format!("{} of {}", d.title, subject.name), kernel::text::NAME);
    let mut m = kept(what, href, &wording(&d), &found.effect, (found.before, found.after));
    if !found.note.is_empty() {
        m.method_words = format!("{}. {}", m.method_words, found.note);
    }
    if let Some((direction, words)) = expectation(&d, c) {
        m.against = against(&found.effect, Some(direction), c.content.by, &words);
    }
    Ok(m)
}

fn checked(tx: &mut dyn Tx, c: &Concern, new: &NewResult, now: Time) -> Result<(Asked, Measured)> {
    let (setting, _) = store::setting(tx)?;
    let asked = new.check(&setting.checklist, &c.content.baseline_from);
    // Typed numbers are looked at in one go with the rest, so that every fault is told at once.
    let asked = match (asked, new.typed()) {
        (Err(Error::Invalid(mut first)), Err(Error::Invalid(more))) => {
            first.extend(more);
            return Err(Error::Invalid(first));
        }
        (asked, _) => asked?,
    };
    if let Some(day) = asked.changed
        && begins(tx, day)? > now
    {
        return Err(Error::invalid("changed", format!("{day} has not come yet. Measure once there are values after it.")));
    }
    let measured = numbers(tx, c, new, &asked, now)?;
    Ok((asked, measured))
}

/// What a result would say; nothing is stored.
///
/// # Errors
/// Nobody signed in; every fault with its field; [`Error::NotFound`].
pub fn preview(cx: &Ctx, tx: &mut dyn Tx, number: i64, new: &NewResult) -> Result<Measured> {
    cx.require_signed_in()?;
    let c = store::one(tx, number)?;
    checked(tx, &c, new, cx.now).map(|(_, m)| m)
}

/// Records a result, with the numbers as they are now. It never changes; a later one stands beside it.
///
/// # Errors
/// No right; every fault with its field; [`Error::Conflict`] unless stories were cut.
pub fn measure(cx: &Ctx, tx: &mut dyn Tx, number: i64, new: &NewResult) -> Result<ConcernResult> {
    cx.require_somewhere(&rights::CONCERNS)?;
    let team = store::whose(tx, number)?;
    require_work(cx, &team)?;
    let c = store::one(tx, number)?;
    if c.state < ConcernState::Vetted {
        return Err(Error::Conflict(format!(
            "{} is {}; before and after are compared once its epic is vetted.",
            c.name(),
            c.state.words()
        )));
    }
    let most = super::read::most_results();
    if store::work::results(tx, number, most)?.len() >= MOST_RESULTS {
        return Err(Error::Conflict(format!("{} has {MOST_RESULTS} results; no more fit.", c.name())));
    }
    let (asked, numbers) = checked(tx, &c, new, cx.now)?;
    let words = |d: Option<jiff::civil::Date>| d.map(|d| d.to_string()).unwrap_or_default();
    let result = ConcernResult {
        id: tx.id()?,
        environment: asked.environment,
        changed: words(asked.changed),
        from: words(asked.from),
        until: words(asked.until),
        numbers,
        said: asked.said,
        by: cx.actor.name.clone(),
        at: cx.now,
    };
    let (key, name) = by(cx);
    store::work::add_result(tx, number, &result, By { key: &key, name: &name, at: cx.now })?;
    told(cx, tx, "compared", &team, number, &result, "")?;
    Ok(result)
}
