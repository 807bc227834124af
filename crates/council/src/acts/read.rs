//! What is read of concerns: one in full, the board, the roadmap; and what an address fills into a new one.

use std::time::Duration;

use decisions::NewDecision;
use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Ref;
use kernel::text;
use kernel::time::Time;
use kernel::web::Ctx;
use metrics::definition::kind_of;
use metrics::judged::judge;

use super::find::similar;
use super::{may_go, measured};
use crate::concern::{Concern, Confirmed, Content, Course, NewConcern};
use crate::moving::quarter_of;
use crate::result::{ConcernResult, Environment, MOST_RESULTS};
use crate::state::{ConcernState, Way};
use crate::store::{self, Filter};
use crate::view::{ConcernView, RoadmapItem, RoadmapQuarter, roadmap as sorted};

/// Concerns that the board holds.
pub const MOST_ON_BOARD: i64 = 500;
/// How far the roadmap reaches back.
const BACK: Duration = Duration::from_secs(2 * 366 * 86_400);

/// The newest result from production.
pub(crate) fn proof(tx: &mut dyn Tx, number: i64) -> Result<Option<ConcernResult>> {
    let all = store::work::results(tx, number, most_results())?;
    Ok(all.into_iter().find(|r| r.environment == Environment::Production))
}

pub(crate) fn most_results() -> i64 {
    i64::try_from(MOST_RESULTS).unwrap_or(100)
}

/// What the ledger of decisions says of a move.
pub(crate) fn decision(c: &Concern, way: &Way, course: &Course, why: &str, deciders: &[String]) -> NewDecision {
    let (verb, decided) = match way.to {
        ConcernState::Accepted => ("accepted", "The council takes the concern on.".to_owned()),
        ConcernState::SentOn => ("sent on", format!("The concern is sent on to {}.", course.sent_to)),
        _ => ("rejected", "The council does not take the concern on.".to_owned()),
    };
    NewDecision {
        title: text::shown(&format!("{} {verb}: {}", c.name(), c.content.title), text::NAME),
        decided,
        why: why.to_owned(),
        deciders: deciders.to_vec(),
        supersedes: c.course.decision,
        origin: c.as_origin(),
        ..NewDecision::default()
    }
}

/// A concern in full.
///
/// # Errors
/// Nobody signed in; [`Error::NotFound`].
pub fn show(cx: &Ctx, tx: &mut dyn Tx, number: i64) -> Result<ConcernView> {
    cx.require_signed_in()?;
    let concern = store::one(tx, number)?;
    let team = store::whose(tx, number)?;
    let ways = concern.state.ways().into_iter().filter(|w| may_go(cx, &team, w)).map(|w| w.to).collect();
    let text = [&concern.content.title, &concern.content.why_sre, &concern.content.why_important].map(String::as_str).join("\n");
    Ok(ConcernView {
        ways,
        work: store::work::stories(tx, number)?,
        votes: store::score::between(tx, number, number)?.into_iter().map(|(_, v)| v).collect(),
        results: store::work::results(tx, number, most_results())?,
        alike: similar(cx, tx, &text, Some(number))?,
        versions: store::versions(tx, number)?,
        concern,
    })
}

/// Everything that is not put aside, newest first.
///
/// # Errors
/// Nobody signed in.
pub fn board(cx: &Ctx, tx: &mut dyn Tx) -> Result<Vec<Concern>> {
    cx.require_signed_in()?;
    store::list(tx, &Filter { state: "board".into(), ..Filter::default() }, i64::MAX, MOST_ON_BOARD)
}

/// The day as it is in the organisation's zone.
fn day_of(tx: &mut dyn Tx, at: Time) -> Result<Date> {
    let zone = people::organisation(tx)?.zone;
    Ok(at.jiff().in_tz(&zone).map_err(Error::internal)?.date())
}

/// What was rejected or sent on since the quarter began, newest first; and that quarter, `2026-Q4`.
///
/// # Errors
/// Nobody signed in.
pub fn aside(cx: &Ctx, tx: &mut dyn Tx) -> Result<(Vec<Concern>, String)> {
    cx.require_signed_in()?;
    let today = day_of(tx, cx.now)?;
    let first = Date::new(today.year(), (today.month() - 1) / 3 * 3 + 1, 1).map_err(Error::internal)?;
    let since = super::begins(tx, first)?;
    let filter = Filter { state: "aside".into(), since, ..Filter::default() };
    Ok((store::list(tx, &filter, i64::MAX, 20)?, quarter_of(today)))
}

fn item(c: &Concern, words: String, at: Option<Time>) -> RoadmapItem {
    RoadmapItem { number: c.number, title: c.content.title.clone(), team: c.team.name.clone(), state: c.state, words, at }
}

/// The roadmap of the last two years and of what is ahead, newest quarter first.
///
/// # Errors
/// Nobody signed in.
pub fn roadmap(cx: &Ctx, tx: &mut dyn Tx) -> Result<Vec<RoadmapQuarter>> {
    cx.require_signed_in()?;
    let all = board(cx, tx)?;
    let since = cx.now.minus(BACK);
    let planned = all.iter().filter(|c| !c.course.quarter.is_empty());
    let planned = planned.map(|c| (c.course.quarter.clone(), item(c, c.course.follows.clone(), None))).collect();
    let mut reached = [Vec::new(), Vec::new()];
    for (list, state) in reached.iter_mut().zip([ConcernState::Done, ConcernState::Measured]) {
        for (number, at) in store::reached(tx, state, since)? {
            // What went back since is not done or measured any more.
            let Some(c) = all.iter().find(|c| c.number == number && c.state >= state) else { continue };
            let words = match state {
                ConcernState::Measured => proof(tx, number)?.map(|r| format!("{}: {}", r.numbers.what, r.numbers.headline)),
                _ => None,
            };
            list.push((quarter_of(day_of(tx, at)?), item(c, words.unwrap_or_default(), Some(at))));
        }
    }
    let [done, measured] = reached;
    Ok(sorted(planned, done, measured))
}

/// Today, and the quarter after this one as it is written: what the form of the roadmap suggests.
///
/// # Errors
/// Nobody signed in.
pub fn next_quarter(cx: &Ctx, tx: &mut dyn Tx) -> Result<(Date, String)> {
    cx.require_signed_in()?;
    let today = day_of(tx, cx.now)?;
    let ahead = today.saturating_add(jiff::Span::new().months(3));
    Ok((today, quarter_of(ahead)))
}

/// What an address such as `?from=metric:lead-time/cargo` fills into a new concern: origin, title, the metric with the value that was
/// seen. What is not known is left empty.
///
/// # Errors
/// Nobody signed in.
pub fn prefilled(cx: &Ctx, tx: &mut dyn Tx, from: &str) -> Result<NewConcern> {
    cx.require_signed_in()?;
    let mut out = NewConcern::default();
    let Some((kind, id)) = from.split_once(':').filter(|_| from.len() <= 300 && !from.contains(char::is_control)) else {
        return Ok(out);
    };
    if kind == "metric"
        && let Some((metric, subject)) = id.split_once('/')
    {
        if let Ok(seen) = seen(tx, metric, subject) {
            out = seen;
        }
        return Ok(out);
    }
    let Some(found) = evidence::store::describe(tx, &Ref::new(kind, id))? else { return Ok(out) };
    let kind = match kind {
        "review-question" | "risk" => actions::OriginKind::Risk,
        "incident" | "incident-review" => actions::OriginKind::Incident,
        "game-day" => actions::OriginKind::GameDay,
        "session" => actions::OriginKind::Session,
        "report" => actions::OriginKind::Report,
        "standard" => actions::OriginKind::Standard,
        _ => actions::OriginKind::ByHand,
    };
    out.content.title = text::shown(&found.title, text::NAME);
    out.origin =
        actions::Origin { kind, id: text::shown(id, text::NAME), url: found.href, words: text::shown(&found.title, text::NAME) };
    Ok(out)
}

/// A concern about a metric: with its newest value and what the rules say of it.
fn seen(tx: &mut dyn Tx, metric: &str, subject: &str) -> Result<NewConcern> {
    let (v, subject) = measured(tx, metric, subject)?;
    let d = &v.definition;
    let most = i64::try_from(metrics::judged::PERIODS).unwrap_or(104);
    let series = metrics::store::series(tx, &d.key, subject.id, Time(i64::MAX), most)?;
    let observed: Vec<_> = series.iter().map(metrics::value::Value::observed).collect();
    let newest = series.iter().rev().find_map(|v| Some((v.number?, v.period.clone())));
    let words = newest.map(|(number, period)| {
        let value = html::with_unit(number, d.decimals, &d.unit);
        let verdict = judge(d, &observed, None).map(|v| v.sentence()).unwrap_or_default();
        format!("{} of {}: {value} in {} {period}. {verdict}", d.title, subject.name, metrics::compared::each(d.period).0)
            .trim()
            .to_owned()
    });
    let href = format!("/metrics/{}/{}", d.key, subject.slug);
    let name = text::shown(&format!("{} of {}", d.title, subject.name), text::NAME);
    Ok(NewConcern {
        team: subject.team.slug.clone(),
        content: Content {
            confirmed: if words.is_some() { Confirmed::Yes } else { Confirmed::NotSaid },
            seen: words.unwrap_or_default(),
            metric: d.key.clone(),
            subject: subject.slug.clone(),
            direction: match d.direction {
                metrics::definition::Way::Up => Some(actions::action::Move::Up),
                metrics::definition::Way::Down => Some(actions::action::Move::Down),
                _ => None,
            },
            ..Content::default()
        },
        origin: actions::Origin {
            kind: actions::OriginKind::Report,
            id: format!("{}/{}", kind_of(d.subject).key(), subject.slug),
            url: href,
            words: name,
        },
    })
}
