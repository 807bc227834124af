//! What happens in the group's sessions of the demonstration: the agenda is gone through, a few things are captured, people are there.

use std::time::Duration;

use cycle::acts::{agenda, attendance, capture, minutes, running, share};
use cycle::attendance::{NewSeat, Taken};
use cycle::capture::{CaptureKind, NewCapture};
use cycle::running::NewMove;
use cycle::share::NewAdopted;
use cycle::{ItemKind, Session};
use kernel::error::Result;
use kernel::time::Time;
use kernel::web::{Actor, App, Ctx};

use super::numbers::TEAMS;
use super::story::{mail, slug};
use super::{as_person, doctor};

/// What is captured in each session: kind, words, and which of the group's teams it is about, beside the sprint's number.
const SAID: [(CaptureKind, &str, usize); 6] = [
    (CaptureKind::Win, "The nightly file ran through without a hand on it.", 0),
    (CaptureKind::Question, "Who owns the shared HTTP client and its retry budget?", 2),
    (CaptureKind::Decision, "Retry budgets: one default for the shared client, from next month.", 4),
    (CaptureKind::Connection, "Loading reference data out of hours", 5),
    (CaptureKind::TechShare, "How the deployment window was halved", 7),
    (CaptureKind::ParkingLot, "A shared calendar of partner maintenance", 9),
];

fn new(kind: CaptureKind, text: &str, sprint: i64, n: usize) -> NewCapture {
    let (gives, gets) = (slug(n % TEAMS.len()), slug((n + 3) % TEAMS.len()));
    NewCapture {
        key: format!("demo-{sprint}-{}", kind.key()),
        kind,
        text: text.into(),
        team: gives,
        to: if kind == CaptureKind::Connection { gets } else { String::new() },
        owner: String::new(),
        due: String::new(),
        why: if kind == CaptureKind::Decision { "Three teams retry in three ways.".into() } else { String::new() },
        item: None,
        origin: None,
    }
}

/// Runs a session from its start, where the clock stands, to an end.
pub(super) async fn run(app: &App, facilitator: &Actor, s: &Session, ends: Time) -> Result<()> {
    let (id, sprint) = (s.id, s.sprint.unwrap_or(0));
    let turn = usize::try_from(sprint).unwrap_or(0);
    let cx = |now| Ctx::of(facilitator.clone(), now, "demo");
    let data = app.read(&cx(app.now()), move |cx, tx| agenda::look(cx, tx, id)).await?;
    app.write(&cx(app.now()), move |cx, tx| running::open(cx, tx, id, &data).map(|_| ())).await?;
    for (n, (.., lead)) in TEAMS.iter().enumerate() {
        let (cx, away) = (Ctx::of(as_person(app, &mail(lead)).await?, app.now(), "demo"), (n + turn) % 9 == 4);
        let key = format!("{}.principal-engineer", slug(n));
        app.write(&cx, move |cx, tx| {
            let taken = if away { Taken::Absent } else { Taken::Present };
            attendance::sit(cx, tx, id, &key, &NewSeat { taken, deputy: String::new() }).map(|_| ())
        })
        .await?;
    }
    let items = app.read(&cx(app.now()), move |cx, tx| Ok(agenda::show(cx, tx, id)?.1)).await?;
    let slots: Vec<_> = items.into_iter().filter(|i| !i.exception).collect();
    let planned: u64 = slots.iter().filter_map(|i| u64::try_from(i.seconds).ok()).sum::<u64>().max(1);
    let length = ends.since(s.starts).as_secs();
    let mut at = s.starts;
    for (n, item) in slots.iter().enumerate() {
        app.clock.set(at);
        if n > 0 {
            let step = NewMove { to: item.id.to_string(), seen: None };
            app.write(&cx(at), move |cx, tx| running::step(cx, tx, id, &step)).await?;
        }
        let said = SAID.iter().enumerate().filter(|(i, (kind, ..))| match kind {
            CaptureKind::Win => item.kind == ItemKind::Wins,
            CaptureKind::TechShare => item.kind == ItemKind::TechShares && turn % 3 == 0,
            CaptureKind::ParkingLot => item.kind == ItemKind::ParkingLot,
            CaptureKind::Decision => n == 4 && turn % 4 == 1,
            _ => n == 3 + i,
        });
        for (_, (kind, text, team)) in said {
            let new = new(*kind, text, sprint, team + turn);
            app.write(&cx(at), move |cx, tx| capture::add(cx, tx, id, &new).map(|_| ())).await?;
        }
        let seconds = u64::try_from(item.seconds).unwrap_or(0);
        at = at.plus(Duration::from_secs(seconds * length / planned));
    }
    app.clock.set(ends);
    let (seal, secret) = (app.read(&cx(ends), minutes::checkpoint).await?, app.secret()?);
    let kept = app.write(&cx(ends), move |cx, tx| minutes::close(cx, tx, id, &seal, &secret)).await?;
    let told = kept.minutes.of(CaptureKind::TechShare).first().and_then(|c| c.href.strip_prefix("/tech-shares/")?.parse().ok());
    let Some(talk) = told else { return Ok(()) };
    let cx = Ctx::of(doctor::owner(), ends, "demo");
    app.write(&cx, move |cx, tx| {
        let (found, ..) = share::one(cx, tx, talk)?;
        let mut body = found.body;
        body.owner = TEAMS[(7 + turn) % TEAMS.len()].3.to_owned();
        body.day = cx.now.plus(Duration::from_secs(7 * 86_400)).jiff().strftime("%Y-%m-%d").to_string();
        share::change(cx, tx, talk, &cycle::share::TechShareChange { version: found.version, body })?;
        let new = NewAdopted { team: slug((turn + 2) % TEAMS.len()), on: String::new(), what: "The same window".into() };
        share::adopt(cx, tx, talk, &new).map(|_| ())
    })
    .await
}
