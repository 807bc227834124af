//! The register and the ledger of the sample: an action with long words and a metric, one that is done, and a decision.

use actions::action::{Evidence, Expected, Move};
use actions::change::StateChange;
use actions::{ActionState, NewAction, Origin, OriginKind};
use cycle::NewNotice;
use cycle::notice::{Content, NoticeKind};
use decisions::NewDecision;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::{Id, Ref};
use kernel::web::Ctx;
use messages::channel::{NewChannel, To};
use trackers::acts::Thing;
use trackers::{NewIssueLink, NewTracker, TrackerKind};

use crate::sample::{LONG, RIGHT_TO_LEFT};

fn action(team: &str, what: &str) -> NewAction {
    NewAction {
        team: team.to_owned(),
        what: what.to_owned(),
        owner: "principal-engineer".into(),
        workload: None,
        goal: "thirty minutes is a fact".into(),
        due: String::new(),
        blocked_by: String::new(),
        effort: None,
        expected: None,
        issue: String::new(),
        origin: Origin {
            kind: OriginKind::Report,
            id: String::new(),
            url: format!("/reports/{team}"),
            words: format!("{LONG} {RIGHT_TO_LEFT}").chars().take(200).collect(),
        },
    }
}

/// Puts two actions into the register of a team, finishes one of them, and writes a decision about a workload down.
pub(crate) fn make(cx: &Ctx, tx: &mut dyn Tx, team: &str, workload: &str) -> Result<(Id, Id, i64)> {
    let expected = Some(Expected { metric: "latency-p95".into(), subject: String::new(), direction: Move::Down, by: Some(50.0) });
    let due = "2026-12-18".to_owned();
    let long = NewAction { due, blocked_by: LONG.into(), expected: expected.clone(), ..action(team, LONG) };
    let open = actions::acts::add(cx, tx, &long)?;
    let other = actions::acts::add(cx, tx, &NewAction { expected, ..action(team, RIGHT_TO_LEFT) })?;
    let evidence = Some(Evidence { words: LONG.into(), url: "https://ci.example.org/7".into() });
    let done = StateChange { version: 1, state: ActionState::Done, reason: String::new(), evidence };
    actions::acts::move_on(cx, tx, other.id, &done)?;
    told(cx, tx)?;
    trackers::acts::link(
        cx,
        tx,
        &Thing {
            about: &Ref::new("action", open.id),
            right: (&people::rights::ACTIONS, open.id),
            title: LONG,
            body: "",
            href: "/actions",
        },
        &NewIssueLink { tracker: "issues".into(), issue: Some("12".into()) },
    )?;
    let decision = NewDecision {
        title: RIGHT_TO_LEFT.into(),
        decided: LONG.into(),
        why: format!("{LONG} {RIGHT_TO_LEFT}"),
        alternatives: vec![LONG.into()],
        review_by: "2027-06-30".into(),
        workload: Some(workload.to_owned()),
        ..NewDecision::default()
    };
    Ok((open.id, other.id, decisions::acts::decide(cx, tx, &decision)?.number))
}

/// A channel and a tracker whose addresses no configuration has, and a notice, all with long words.
fn told(cx: &Ctx, tx: &mut dyn Tx) -> Result<()> {
    let channel = NewChannel {
        name: LONG.into(),
        slug: Some("chat".into()),
        group: None,
        topics: vec![messages::Topic::Council, messages::Topic::ServiceLevel],
        to: To::Webhook { secret: "chat".into(), signed_with: vec!["key".into()] },
        version: None,
    };
    messages::acts::channel::make(cx, tx, &channel)?;
    let tracker = NewTracker {
        name: LONG.into(),
        slug: Some("issues".into()),
        kind: TrackerKind::Github,
        url: "https://api.github.com".into(),
        project: "northmoor/ports".into(),
        secret: "github".into(),
        hook_secret: Some("hook".into()),
        issue_type: None,
        version: None,
    };
    trackers::acts::make(cx, tx, &tracker)?;
    let content = Content {
        kind: NoticeKind::ActionRequired,
        title: format!("{LONG} {RIGHT_TO_LEFT}"),
        body: format!("{LONG}\n\n- **{RIGHT_TO_LEFT}**\n- `{LONG}`"),
        why: LONG.into(),
        to_do: LONG.into(),
        help: RIGHT_TO_LEFT.into(),
        effective: "2026-12-01".into(),
        acknowledge_by: "2027-06-30".into(),
        expires: String::new(),
        teams: Vec::new(),
        tiers: Vec::new(),
        lifecycles: Vec::new(),
        standard: String::new(),
    };
    cycle::acts::notice::issue(cx, tx, &NewNotice { group: None, supersedes: None, content }).map(|_| ())
}
