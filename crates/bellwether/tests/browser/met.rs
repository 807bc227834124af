//! Sessions of the sample: one of a group that is prepared, one of the group with long names, each with everything around it.

use cycle::acts::{agenda, agreement, anonymous, attendance, cadence, capacity, capture, minutes, running, session, share};
use cycle::agreement::NewAgreement;
use cycle::anonymous::NewBoxQuestion;
use cycle::attendance::NewObserver;
use cycle::cadence::NewCadence;
use cycle::capacity::NewCapacity;
use cycle::capture::{CaptureKind, NewCapture};
use cycle::minutes::NewAddendum;
use cycle::session::NewSession;
use cycle::share::{Body, NewTechShare};
use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Id;
use kernel::web::Ctx;

use crate::sample::{LONG, RIGHT_TO_LEFT};

fn one(cx: &Ctx, tx: &mut dyn Tx, group: &str, team: &str, words: &str) -> Result<Id> {
    let (_, proposed) = cadence::show(cx, tx, Some(group))?;
    cadence::settle(cx, tx, Some(group), &NewCadence { cadence: proposed.cadence, version: 0 })?;
    let text = format!("{words}\nWe end on time.");
    agreement::agree(cx, tx, Some(group), &NewAgreement { text, why: words.into(), version: 0 })?;
    let new = NewSession { starts: "2027-01-14T10:00".into(), why: words.into(), ..NewSession::default() };
    let made = session::add(cx, tx, Some(group), &new)?;
    anonymous::ask(cx, tx, made.id, &NewBoxQuestion { text: words.into() })?;
    if let Some(sprint) = made.sprint {
        let team = catalogue::store::team_by_slug(tx, team)?;
        let new = NewCapacity { asked: Some(40), agreed: Some(24), used: Some(20), note: words.into(), version: 0 };
        capacity::state(cx, tx, &team, sprint, &new)?;
    }
    let data = agenda::look(cx, tx, made.id)?;
    agenda::build(cx, tx, made.id, &data)?;
    Ok(made.id)
}

/// Plans the two, each for a team of its group.
pub(crate) fn make(cx: &Ctx, tx: &mut dyn Tx, plain: (&str, &str), long: (&str, &str)) -> Result<(Id, Id)> {
    let made = (one(cx, tx, plain.0, plain.1, RIGHT_TO_LEFT)?, one(cx, tx, long.0, long.1, LONG)?);
    let team = catalogue::store::team_by_slug(tx, plain.1)?;
    agreement::sign(cx, tx, &team, 1)?;
    Ok(made)
}

/// A session that is under way, with something of each kind that stands in no other ledger.
fn running(cx: &Ctx, tx: &mut dyn Tx, (group, team): (&str, &str), starts: &str, words: &str) -> Result<Id> {
    let new = NewSession { starts: starts.into(), why: words.into(), ..NewSession::default() };
    let id = session::add(cx, tx, Some(group), &new)?.id;
    let data = agenda::look(cx, tx, id)?;
    running::open(cx, tx, id, &data)?;
    for kind in [CaptureKind::Win, CaptureKind::Question, CaptureKind::ParkingLot, CaptureKind::TechShare] {
        let new = NewCapture {
            key: format!("sample-{}", kind.key()),
            kind,
            text: format!("{words} {RIGHT_TO_LEFT}"),
            team: team.into(),
            to: String::new(),
            owner: if kind == CaptureKind::TechShare { words.into() } else { String::new() },
            due: String::new(),
            why: String::new(),
            item: None,
            origin: None,
        };
        capture::add(cx, tx, id, &new)?;
    }
    attendance::observe(cx, tx, id, &NewObserver { name: words.into() })?;
    Ok(id)
}

/// A session with minutes, one that is open, and a tech share.
pub(crate) fn hold(cx: &Ctx, tx: &mut dyn Tx, at: (&str, &str)) -> Result<(Id, Id, Id)> {
    let closed = running(cx, tx, at, "2027-01-07T10:00", LONG)?;
    let seal = minutes::checkpoint(cx, tx)?;
    minutes::close(cx, tx, closed, &seal, &"0".repeat(64))?;
    minutes::add(cx, tx, closed, &NewAddendum { text: LONG.into() })?;
    let open = running(cx, tx, at, "2027-01-08T10:00", LONG)?;
    let body = Body {
        title: LONG.into(),
        about: LONG.into(),
        owner: RIGHT_TO_LEFT.into(),
        day: "2027-01-21".into(),
        recording: format!("https://video.example/{}", "talk".repeat(30)),
        attendees: vec![LONG.into(), RIGHT_TO_LEFT.into()],
        dropped: String::new(),
    };
    let new = NewTechShare { group: at.0.into(), team: at.1.into(), body, origin: actions::Origin::default() };
    let talk = share::add(cx, tx, &new)?;
    Ok((closed, open, talk.id))
}
