//! The only file that names all rooms.

use evidence::store::{Described, Describer};
use html::Place;
use kernel::configured::Configured;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::room::Room;
use kernel::time::Time;
use kernel::web::{App, Ctx};
use people::ScopeKind;
use report::shared::{Practice, Shared};

/// All rooms, lowest first: the order of their migrations.
pub static ALL: &[&Room] = &[
    &kernel::ROOM,
    &people::ROOM,
    &catalogue::ROOM,
    &evidence::ROOM,
    &messages::ROOM,
    &trackers::ROOM,
    &marks::ROOM,
    &metrics::ROOM,
    &facts::ROOM,
    &actions::ROOM,
    &decisions::ROOM,
    &sources::ROOM,
    &report::ROOM,
    &wellarch::ROOM,
    &cycle::ROOM,
    &council::ROOM,
    &crate::home::ROOM,
];

/// The places of the masthead that exist: which, label, address.
pub static PLACES: &[(Place, &str, &str)] = &[
    (Place::Overview, "Overview", "/"),
    (Place::Reports, "Team reports", "/reports"),
    (Place::Session, "Review session", "/sessions"),
    (Place::WellArchitected, "Well-Architected", "/reviews"),
    (Place::Council, "Council", "/council"),
];

/// Every kind of configured object, in the order in which they refer to each other.
pub fn configured() -> Vec<&'static Configured> {
    let mut out = vec![&crate::home::ORGANISATION];
    out.extend(&catalogue::configured::CONFIGURED);
    out.extend(&messages::configured::CONFIGURED);
    out.extend(&trackers::configured::CONFIGURED);
    out.extend(&metrics::configured::CONFIGURED);
    out.extend(&report::configured::CONFIGURED);
    out.extend(&sources::configured::CONFIGURED);
    out.extend(&wellarch::configured::CONFIGURED);
    out.extend(&cycle::configured::CONFIGURED);
    out.extend(&council::configured::CONFIGURED);
    out
}

/// Tells lower rooms what they must know of higher ones. Called once before anything is opened.
pub fn connect() {
    people::place::provide(places);
    evidence::store::provide(&DESCRIBERS);
    catalogue::acts::merge::provide(&FOLLOWERS);
    catalogue::acts::calendar::provide(cycle::acts::cadence::follow);
    decisions::acts::provide(owns);
    actions::acts::provide(wellarch::acts::plan::says);
    trackers::acts::provide(actions::store::announce::issue_changed);
    report::acts::shared::provide(shared);
    report::acts::asked::provide(asked);
    report::acts::ahead::provide(crate::told::ahead);
    cycle::acts::health::provide(report::acts::told::automated);
    cycle::acts::agenda::provide(cycle::acts::agenda::Tellers { teams: told, topics: council_topics });
    cycle::acts::told::provide(crate::told::TELLERS);
    council::acts::meeting::provide(next_council);
}

/// Whether somebody may put a decision in place of one that came from elsewhere: whoever runs the session, or decides in the council.
fn owns(cx: &Ctx, tx: &mut dyn Tx, from: &actions::Origin) -> Result<Option<bool>> {
    match from.kind {
        actions::OriginKind::Concern => Ok(Some(council::acts::may_decide(cx))),
        actions::OriginKind::Session => match from.id.parse() {
            Ok(id) => Ok(Some(cycle::acts::session::one(cx, tx, id)?.is_run_by(cx))),
            Err(_) => Ok(None),
        },
        _ => Ok(None),
    }
}

/// What the council has to talk about, for its session.
fn council_topics(cx: &Ctx, tx: &mut dyn Tx) -> Result<Vec<cycle::Topic>> {
    let topic = |t: council::meeting::CouncilTopic| cycle::Topic {
        title: t.title,
        minutes: None,
        reasons: vec![cycle::Reason { kind: cycle::ReasonKind::Other, words: t.part.words().into(), href: t.href }],
    };
    Ok(council::acts::meeting::topics(cx, tx)?.into_iter().map(topic).collect())
}

/// When the council meets next, and that session's page.
fn next_council(cx: &Ctx, tx: &mut dyn Tx) -> Result<Option<(Time, String)>> {
    let forum = cycle::store::forum::council(tx)?;
    let coming = cycle::store::session::coming(tx, &forum, cx.now, cx.now, 5)?;
    let planned = coming.into_iter().find(|s| s.state != cycle::SessionState::CalledOff);
    Ok(planned.map(|s| (s.starts, s.href())))
}

/// What notices still ask of a team, for its report.
fn asked(cx: &Ctx, tx: &mut dyn Tx, team: &catalogue::Team) -> Result<Vec<report::asked::AskedNotice>> {
    let told = |n: cycle::OpenNotice| report::asked::AskedNotice {
        label: cycle::notice::label(n.number),
        href: n.href,
        title: n.title,
        kind: n.kind.words().into(),
        by: n.acknowledge_by,
        acknowledged: n.acknowledged,
        workloads: n.workloads,
    };
    Ok(cycle::acts::notice::open_for(cx, tx, team)?.into_iter().map(told).collect())
}

/// What things of rooms are called, for links to them.
static DESCRIBERS: [Describer; 7] = [
    Describer { kind: "action", describe: action },
    Describer { kind: "decision", describe: decision },
    Describer { kind: "concern", describe: concern },
    Describer { kind: "metric", describe: metric },
    Describer { kind: "report", describe: report_of },
    Describer { kind: "risk", describe: risk },
    Describer { kind: "session", describe: session },
];

/// What is there, or nothing if it is not.
fn if_there<T>(found: Result<T>, say: impl Fn(T) -> Described) -> Result<Option<Described>> {
    match found {
        Ok(thing) => Ok(Some(say(thing))),
        Err(Error::NotFound(_) | Error::Invalid(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

fn action(tx: &mut dyn Tx, id: &str) -> Result<Option<Described>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    if_there(actions::store::one(tx, id), |a| Described { href: a.href(), title: a.content.what })
}

fn decision(tx: &mut dyn Tx, id: &str) -> Result<Option<Described>> {
    let Ok(number) = id.parse() else { return Ok(None) };
    if_there(decisions::store::one(tx, number), |d| Described { href: d.href(), title: d.title })
}

fn concern(tx: &mut dyn Tx, id: &str) -> Result<Option<Described>> {
    let Ok(number) = id.parse() else { return Ok(None) };
    if_there(council::store::one(tx, number), |c| Described { href: c.href(), title: c.content.title })
}

/// `KEY/SUBJECT`.
fn metric(tx: &mut dyn Tx, id: &str) -> Result<Option<Described>> {
    let Some((key, subject)) = id.split_once('/') else { return Ok(None) };
    if kernel::text::key("metric", key).is_err() || kernel::text::key("subject", subject).is_err() {
        return Ok(None);
    }
    let Some(v) = metrics::store::definition(tx, key)? else { return Ok(None) };
    let kind = metrics::definition::kind_of(v.definition.subject);
    let title = v.definition.title;
    let say =
        |s: catalogue::Subject| Described { title: format!("{title} of {}", s.name), href: format!("/metrics/{key}/{subject}") };
    if_there(catalogue::store::subject(tx, kind, subject), say)
}

/// `TEAM/SPRINT`.
fn report_of(tx: &mut dyn Tx, id: &str) -> Result<Option<Described>> {
    let Some((team, sprint)) = id.split_once('/') else { return Ok(None) };
    if kernel::text::key("team", team).is_err() || sprint.parse::<i64>().is_err() {
        return Ok(None);
    }
    let say =
        |t: catalogue::Team| Described { title: format!("{}, sprint {sprint}", t.name), href: format!("/reports/{team}/{sprint}") };
    if_there(catalogue::store::team_by_slug(tx, team), say)
}

fn session(tx: &mut dyn Tx, id: &str) -> Result<Option<Described>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let say = |s: cycle::Session| Described { href: s.href(), title: format!("Session of {}, {}", s.forum.name, s.occurrence) };
    if_there(cycle::store::session::one(tx, id, Time(0)), say)
}

/// `WORKLOAD/LENS/QUESTION`: a question of a review.
fn risk(tx: &mut dyn Tx, id: &str) -> Result<Option<Described>> {
    let mut parts = id.splitn(3, '/');
    let (Some(workload), Some(lens), Some(question)) = (parts.next(), parts.next(), parts.next()) else { return Ok(None) };
    if kernel::text::key("workload", workload).is_err() || kernel::text::key("lens", lens).is_err() {
        return Ok(None);
    }
    let part = kernel::text::percent(question);
    let say = |w: catalogue::Workload| Described {
        title: format!("Risk of {}: {question}", w.name),
        href: format!("/workloads/{workload}/reviews/{lens}/questions/{part}"),
    };
    if_there(catalogue::store::workload_by_slug(tx, workload), say)
}

/// Rooms that hold something about what the catalogue merges.
static FOLLOWERS: [catalogue::acts::merge::Follower; 7] = [
    marks::acts::merge::FOLLOWER,
    metrics::acts::merge::FOLLOWER,
    facts::acts::merge::FOLLOWER,
    actions::acts::merge::FOLLOWER,
    decisions::acts::merge::FOLLOWER,
    cycle::acts::merge::FOLLOWER,
    council::acts::merge::FOLLOWER,
];

/// What the Well-Architected reviews of a group share, for its overview.
pub(crate) fn shared(app: &App, cx: &Ctx, tx: &mut dyn Tx, group: &str) -> Result<Shared> {
    let tallies = app.state::<wellarch::acts::prevalence::Tallies>();
    let (missing, offers) = wellarch::acts::prevalence::shared(cx, tx, &tallies, group)?;
    let practices = |all: Vec<wellarch::prevalence::Missing>| {
        let told = all.into_iter().filter_map(|m| {
            let (missing, of) = m.missing.counts()?;
            let href = format!("/prevalence?lens={}&group={group}#q-{}", m.lens, html::slug(&m.question));
            Some(Practice {
                proposal: cycle::share::proposal(group, &m.title, "risk", &href),
                href,
                title: m.title,
                missing,
                of,
                not_applicable: m.missing.not_applicable.unwrap_or(0),
                high: m.mostly_high,
                pillar: m.pillar,
                question: m.question,
            })
        });
        told.collect()
    };
    Ok(Shared::of(practices(missing), practices(offers), format!("/prevalence?group={group}")))
}

/// What the reports of a group's sprint tell its session.
fn told(cx: &Ctx, tx: &mut dyn Tx, group: Id, sprint: i64) -> Result<Vec<cycle::TeamData>> {
    use cycle::{Count, Readiness, Reason, ReasonKind};
    use report::document::Stage;
    use report::told::NotableKind;
    let told = report::acts::told::of_group(cx, tx, group, sprint)?.into_iter().map(|(team, t)| {
        let readiness = match t.stage {
            Stage::Draft if t.filled.k == 0 => Readiness::NotBegun,
            Stage::Draft => Readiness::Draft,
            Stage::Ready => Readiness::Ready,
            Stage::Reviewed => Readiness::Reviewed,
        };
        let reasons = t.notable.into_iter().map(|n| {
            let kind = match n.kind {
                NotableKind::Crossing => ReasonKind::Crossing,
                NotableKind::Change => ReasonKind::Change,
                NotableKind::First => ReasonKind::First,
                NotableKind::Stale => ReasonKind::Stale,
                NotableKind::Late => ReasonKind::Late,
                NotableKind::Question => ReasonKind::Question,
                NotableKind::Still => ReasonKind::Still,
            };
            Reason { kind, words: n.words, href: n.href }
        });
        cycle::TeamData {
            team,
            readiness,
            filled: Count { k: t.filled.k, n: t.filled.n },
            automated: Count { k: t.automated.k, n: t.automated.n },
            href: format!("/reports/{}/{sprint}", t.slug),
            reasons: reasons.collect(),
            false_alarms: t.false_alarms,
            slug: t.slug,
            name: t.name,
        }
    });
    Ok(told.collect())
}

/// Groups, teams and pillars as places where a role is held.
fn places(tx: &mut dyn Tx) -> Result<Vec<people::place::Place>> {
    let mut out = Vec::new();
    for g in catalogue::store::groups(tx)? {
        out.push(people::place::Place { kind: ScopeKind::Group, id: g.id, slug: g.slug, name: g.name });
    }
    for t in catalogue::store::teams(tx, None)? {
        out.push(people::place::Place { kind: ScopeKind::Team, id: t.id, slug: t.slug, name: t.name });
    }
    for (key, title) in metrics::store::pillars(tx)? {
        out.push(people::place::Place { kind: ScopeKind::Pillar, id: people::place::pillar_id(&key), slug: key, name: title });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_room_and_every_route_stands_once() {
        let mut names: Vec<&str> = ALL.iter().map(|r| r.name).collect();
        let mut routes: Vec<(&str, &str)> = ALL.iter().flat_map(|r| r.routes).map(|r| (r.method, r.path)).collect();
        let (n, m) = (names.len(), routes.len());
        names.sort_unstable();
        names.dedup();
        routes.sort_unstable();
        routes.dedup();
        assert_eq!((names.len(), routes.len()), (n, m));
    }

    #[test]
    fn migrations_are_numbered_without_gaps() {
        for room in ALL {
            let numbers: Vec<i64> = room.migrations.iter().map(|m| m.number).collect();
            let expected: Vec<i64> = (1..=i64::try_from(numbers.len()).unwrap()).collect();
            assert_eq!(numbers, expected, "{}", room.name);
        }
    }
}
