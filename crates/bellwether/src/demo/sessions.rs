//! The group's sessions in the demonstration: one after each sprint, the last one still ahead. They end later than planned at
//! first and keep their time since the group agreed how to work together.

use cycle::acts::{agenda, agreement, anonymous, cadence, capacity, session};
use cycle::agreement::NewAgreement;
use cycle::anonymous::{FeedbackBallot, NewBoxQuestion, Worth};
use cycle::cadence::{NewCadence, Rhythm};
use cycle::capacity::NewCapacity;
use cycle::{Session, SessionState};
use kernel::error::{Error, Result};
use kernel::web::{App, Ctx};

use super::numbers::{SPRINTS, TEAMS};
use super::story::{FACILITATOR, mail};
use super::words::DAY;
use super::{as_person, story};

/// The group.
const GROUP: &str = "port-systems";

/// The sprint before whose session the group agrees how to work together.
const AGREED: u64 = 5;

/// What the group agreed.
const AGREEMENT: &str = "We look at systems, never at people. No team is compared with another.\n\
    A bad number is a question, and nobody is taken by surprise: whoever has a hard one says so the day before.\n\
    We end on time, and whoever speaks most makes room.";

/// Capacity for improvement in the last sprint: team, asked for, agreed, used, note.
const STATED: [(&str, i64, i64, i64, &str); 4] = [
    ("booking", 60, 60, 44, "The incident took two days."),
    ("cargo", 40, 40, 40, ""),
    ("payments", 80, 32, 32, "The rest went to the new tariffs."),
    ("tracking", 24, 24, 6, "The receiver on the north mole."),
];

/// The facilitator settles when the group meets.
pub(super) async fn settle(app: &App) -> Result<()> {
    let cx = Ctx::of(as_person(app, FACILITATOR.1).await?, app.now(), "demo");
    app.write(&cx, |cx, tx| {
        let (_, proposed) = cadence::show(cx, tx, Some(GROUP))?;
        let mut cadence = proposed.cadence;
        cadence.rhythm = Rhythm::Sprint { days_after: 5 };
        cadence::settle(cx, tx, Some(GROUP), &NewCadence { cadence, version: 0 }).map(|_| ())
    })
    .await
}

async fn of_sprint(app: &App, cx: &Ctx, sprint: u64) -> Result<Session> {
    let wanted = i64::try_from(sprint).unwrap_or(0);
    let found = app
        .write(cx, move |cx, tx| {
            let (forum, _) = cadence::show(cx, tx, Some(GROUP))?;
            cadence::plan(cx, tx, &forum)?;
            Ok(session::list(cx, tx, Some(GROUP), None, 50)?.1)
        })
        .await?;
    let found = found.into_iter().find(|s| s.sprint == Some(wanted) && s.state == SessionState::Planned);
    found.ok_or_else(|| Error::internal(format!("the story has no session after sprint {sprint}")))
}

/// The session after a sprint is held, or is being prepared if it is the last.
pub(super) async fn hold(app: &App, sprint: u64) -> Result<()> {
    let facilitator = as_person(app, FACILITATOR.1).await?;
    let cx = Ctx::of(facilitator.clone(), app.now(), "demo");
    if sprint == AGREED {
        agree(app, &cx).await?;
    }
    let s = of_sprint(app, &cx, sprint).await?;
    let id = s.id;
    if sprint < SPRINTS {
        app.clock.set(s.starts);
    } else {
        state(app, &cx, sprint).await?;
        app.write(&cx, move |cx, tx| {
            let new = NewBoxQuestion {
                text: "Who decides that an alert may be switched off? Everybody I ask points at somebody else.".into(),
            };
            anonymous::ask(cx, tx, id, &new).map(|_| ())
        })
        .await?;
    }
    let cx = Ctx::of(facilitator.clone(), app.now(), "demo");
    let data = app.read(&cx, move |cx, tx| agenda::look(cx, tx, id)).await?;
    app.write(&cx, move |cx, tx| agenda::build(cx, tx, id, &data).map(|_| ())).await?;
    if sprint == SPRINTS {
        return Ok(());
    }
    // Calm and repeatable, as the numbers.
    let over = if sprint < AGREED { 14 + sprint * 5 % 9 } else { sprint * 3 % 4 };
    super::held::run(app, &facilitator, &s, s.ends.plus(std::time::Duration::from_secs(over * 60))).await?;
    for (n, (.., lead)) in TEAMS.iter().enumerate().take(7) {
        let cx = Ctx::of(as_person(app, &mail(lead)).await?, app.now(), "demo");
        let worth = if sprint < AGREED && n > 3 { Worth::Partly } else { Worth::Yes };
        app.write(&cx, move |cx, tx| {
            let Some(mine) = anonymous::mine(cx, tx, id)? else { return Ok(()) };
            anonymous::answer(cx, tx, id, &FeedbackBallot { ticket: mine.ticket, worth })
        })
        .await?;
    }
    // Three days later nobody is asked any more.
    app.clock.set(app.now().plus(DAY * 3).plus(std::time::Duration::from_secs(60)));
    let cx = Ctx::of(crate::doctor::owner(), app.now(), "demo");
    app.write(&cx, anonymous::end).await
}

async fn agree(app: &App, cx: &Ctx) -> Result<()> {
    app.write(cx, |cx, tx| {
        let new = NewAgreement { text: AGREEMENT.into(), why: String::new(), version: 0 };
        agreement::agree(cx, tx, Some(GROUP), &new).map(|_| ())
    })
    .await?;
    for (n, (.., lead)) in TEAMS.iter().enumerate() {
        let (cx, slug) = (Ctx::of(as_person(app, &mail(lead)).await?, app.now(), "demo"), story::slug(n));
        app.write(&cx, move |cx, tx| {
            let team = catalogue::store::team_by_slug(tx, &slug)?;
            agreement::sign(cx, tx, &team, 1).map(|_| ())
        })
        .await?;
    }
    Ok(())
}

async fn state(app: &App, cx: &Ctx, sprint: u64) -> Result<()> {
    let number = i64::try_from(sprint).unwrap_or(0);
    app.write(cx, move |cx, tx| {
        for (team, asked, agreed, used, note) in STATED {
            let team = catalogue::store::team_by_slug(tx, team)?;
            let new = NewCapacity { asked: Some(asked), agreed: Some(agreed), used: Some(used), note: note.into(), version: 0 };
            capacity::state(cx, tx, &team, number, &new)?;
        }
        Ok(())
    })
    .await
}
