//! The council of the sample: a concern with long words that went the whole way, one that is in sprint, and one that was rejected.

use council::acts::{self, work};
use council::concern::{Confirmed, Content, NewConcern};
use council::moving::ConcernMove;
use council::result::NewResult;
use council::view::{NewStory, StorySprint};
use council::wsjf::NewWsjf;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::web::Ctx;

use crate::sample::{LONG, RIGHT_TO_LEFT};

fn raise(cx: &Ctx, tx: &mut dyn Tx, team: &str, title: &str) -> Result<i64> {
    let content = Content {
        title: title.chars().take(200).collect(),
        why_sre: LONG.into(),
        why_important: format!("{LONG} {RIGHT_TO_LEFT}"),
        involved: "Five days for each of two teams.".into(),
        confirmed: Confirmed::Yes,
        seen: "p95 of 2.9 s from six to nine".into(),
        metric: "latency-p95".into(),
        subject: team.into(),
        baseline: "2.9 s".into(),
        hypothesis: LONG.into(),
        direction: Some(actions::action::Move::Down),
        by: Some(50.0),
        ..Content::default()
    };
    let origin = actions::Origin { url: format!("/teams/{team}"), words: RIGHT_TO_LEFT.into(), ..actions::Origin::default() };
    acts::raise(cx, tx, &NewConcern { team: team.into(), content, origin }).map(|c| c.number)
}

fn go(cx: &Ctx, tx: &mut dyn Tx, number: i64, to: &str) -> Result<()> {
    let version = council::store::one(tx, number)?.version;
    let with = ConcernMove {
        version,
        to: to.into(),
        why: format!("{LONG} {RIGHT_TO_LEFT}"),
        epic: RIGHT_TO_LEFT.into(),
        epic_url: "https://issues.example.org/DP-204".into(),
        quarter: "2027-Q1".into(),
        ..ConcernMove::default()
    };
    acts::move_on(cx, tx, number, &with).map(|_| ())
}

fn in_sprint(cx: &Ctx, tx: &mut dyn Tx, number: i64, team: &str) -> Result<Id> {
    for to in ["presented", "accepted", "epic", "vetted"] {
        go(cx, tx, number, to)?;
    }
    let new = NewStory {
        team: team.into(),
        what: LONG.chars().take(200).collect(),
        issue: "https://issues.example.org/7".into(),
        ..NewStory::default()
    };
    let story = work::add_story(cx, tx, number, &new)?.action.id;
    work::set_sprint(cx, tx, number, story, StorySprint { sprint: Some(22) })?;
    go(cx, tx, number, "stories")?;
    go(cx, tx, number, "in-sprint")?;
    let score = NewWsjf { value: 8, urgency: 5, risk: 3, size: 3, council: false };
    acts::score(cx, tx, number, &score).map(|_| story)
}

/// Three concerns; the number of the one that is in sprint and of the long one on the roadmap.
pub(crate) fn make(cx: &Ctx, tx: &mut dyn Tx, team: &str) -> Result<(i64, i64)> {
    let plain = raise(cx, tx, team, "Customers tell us before our alarms do")?;
    in_sprint(cx, tx, plain, team)?;
    let long = raise(cx, tx, team, LONG)?;
    let story = in_sprint(cx, tx, long, team)?;
    let evidence = Some(actions::action::Evidence { words: LONG.into(), url: String::new() });
    let done = actions::change::StateChange { version: 1, state: actions::ActionState::Done, reason: String::new(), evidence };
    actions::acts::move_on(cx, tx, story, &done)?;
    go(cx, tx, long, "done")?;
    let result = NewResult {
        changed: "2026-11-04".into(),
        environment: "production".into(),
        typed: "amounts".into(),
        typed_what: format!("{}, ms", RIGHT_TO_LEFT.chars().take(100).collect::<String>()),
        typed_before: "2900 3100 2800 2700 3000 2900".into(),
        typed_after: "1400 1500 1300 1600 1200 1400".into(),
        also_changed: LONG.into(),
        experiment: "Game day 8".into(),
        experiment_url: "/council".into(),
        instrumented: vec!["An alert on it".into()],
        ..NewResult::default()
    };
    work::measure(cx, tx, long, &result)?;
    for to in ["measured", "result-presented", "roadmap"] {
        go(cx, tx, long, to)?;
    }
    let rejected = raise(cx, tx, team, RIGHT_TO_LEFT)?;
    go(cx, tx, rejected, "presented")?;
    go(cx, tx, rejected, "rejected")?;
    raise(cx, tx, team, "Retries without jitter")?;
    Ok((plain, long))
}
