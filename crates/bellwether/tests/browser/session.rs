//! A session of ten teams and ninety minutes on the settable clock, in Chromium on both screens: run by keys, with a reload and a
//! restart of the server in the middle, and minutes that hold everything that was captured.

use std::time::Duration;

use cycle::cadence::{Cadence, NewCadence, Part, Quiet, Rhythm, TeamOrder};
use cycle::session::SessionState;
use cycle::{ItemKind, Session};
use fantoccini::key::Key;
use kernel::db::Engine;
use kernel::ids::Id;
use kernel::time::Time;
use metrics::value::Provenance;
use serde_json::{Value, json};

use crate::driver::{Browser, Script};
use crate::sample::{SPRINT, Sample, everything, values};
use crate::serving::Served;

/// Teams beside “Payments”, in the order in which they are made.
const TEAMS: [&str; 9] = [
    "Billing",
    "Claims Intake",
    "Claims Settlement",
    "Data Platform",
    "Documents",
    "Identity",
    "Partner Gateway",
    "Policy Admin",
    "Quote & Buy",
];

/// Thursday 19 November 2026, 09:55 in London: five minutes before.
const BEFORE: &str = "2026-11-19T09:55:00Z";

/// What the group settles: ninety minutes, two days after each sprint.
fn cadence() -> NewCadence {
    let part = |kind, minutes| Part { kind, minutes };
    let agenda = vec![
        part(ItemKind::Wins, 5),
        part(ItemKind::Notices, 4),
        part(ItemKind::Actions, 5),
        part(ItemKind::Team, 0),
        part(ItemKind::TechShares, 5),
        part(ItemKind::ParkingLot, 4),
        part(ItemKind::Close, 2),
    ];
    let cadence = Cadence {
        rhythm: Rhythm::Sprint { days_after: 2 },
        time: "10:00".into(),
        minutes: 90,
        least: 4,
        usual: 6,
        agenda,
        order: TeamOrder::Rotate,
        quiet: Quiet { from: "18:00".into(), until: "08:00".into(), weekends: true },
        remind: false,
    };
    NewCadence { cadence, version: 0 }
}

/// A group of ten teams whose reports are in, all but one of them ready; and its next session.
pub(crate) async fn ten_teams(engine: Engine) -> (Sample, Session) {
    let s = Sample::empty(engine);
    let group = s.agreed().await;
    for name in TEAMS {
        s.team(&group.slug, name).await;
    }
    s.t.clock.set(crate::sample::REPORTED);
    let teams = s.act(move |_, tx| catalogue::store::teams(tx, Some(group.id))).await;
    assert_eq!(teams.len(), 10);
    for team in &teams {
        for sprint in SPRINT - 5..=SPRINT {
            s.record(values(&team.slug, sprint), Provenance::Typed, "Maya Lindqvist").await;
        }
    }
    s.act(move |cx, tx| {
        for team in teams.iter().filter(|t| t.slug != "identity") {
            report::acts::hand_in(cx, tx, team, SPRINT)?;
        }
        cycle::acts::cadence::settle(cx, tx, Some("port-systems"), &cadence()).map(|_| ())
    })
    .await;
    s.t.clock.set(Time::parse(BEFORE).expect("a time"));
    let found = s.act(|cx, tx| Ok(cycle::acts::session::list(cx, tx, Some("port-systems"), None, 50)?.1)).await;
    let next = found.into_iter().rfind(|x| x.sprint == Some(SPRINT) && x.state == SessionState::Planned);
    (s, next.expect("a session of the sprint"))
}

/// A browser in which somebody is signed in, with the date of the settable clock beside its own.
pub(crate) async fn window(s: &Sample, served: &Served, number: u128, name: &str, path: &str) -> Option<Browser> {
    let browser = Browser::start(Script::On).await?;
    let session = format!("s{number}");
    s.gate.also(&session, everything(Id::from_u128(500 + number), name));
    browser.open(&served.url("/assets/none")).await;
    browser.script(&format!("document.cookie = 'session={session}; path=/'")).await;
    browser.open(&served.url(path)).await;
    Some(browser)
}

async fn get(s: &Sample, path: &str) -> Value {
    s.t.client().get(path).await.expect(200).json()
}

/// Captures something by keys alone: the letter of its kind, the words, Control and Enter; waits until the server has it.
async fn captured(browser: &Browser, letter: &str, text: &str, n: usize) {
    browser.script("document.activeElement.blur()").await;
    browser.keys(letter).await;
    browser.until("document.activeElement.id === 'capture-text'").await;
    browser.keys(text).await;
    browser.control(char::from(Key::Enter)).await;
    browser.until(&format!("document.querySelector('#live-captured').dataset.count === '{n}'")).await;
    browser.key(Key::Escape).await;
}

const HEADING: &str = "document.querySelector('#live-team h2').innerText";

#[tokio::test(flavor = "multi_thread")]
async fn ten_teams_in_ninety_minutes_on_two_screens() {
    let (s, session) = ten_teams(Engine::Sqlite).await;
    let mut served = Served::start(&s.t.app).await;
    let (at, api) = (session.href(), format!("/api/v1{}", session.href()));
    let Some(ingrid) = window(&s, &served, 1, "Ingrid Solberg", &format!("{at}/run")).await else { return };
    let Some(wall) = window(&s, &served, 2, "The room", &format!("{at}/screen")).await else { return };
    ingrid.until("document.querySelector('[form=open]')").await;
    ingrid.script("document.querySelector('[form=open]').click()").await;
    ingrid.arrived("document.querySelector('[data-clock]')").await;
    wall.until("document.querySelector('[data-clock]')").await;
    let start = get(&s, &format!("{api}/standing")).await;
    let items = start["items"].as_array().expect("items").clone();
    let planned: i64 = items.iter().map(|i| i["planned"].as_i64().expect("seconds")).sum();
    assert!(planned <= 90 * 60, "{planned}");
    assert_eq!(items.iter().filter(|i| i["planned"].as_i64() > Some(0)).count(), items.len(), "every team has a slot: {start}");
    // Letters for each item in turn, so that every kind is captured; actions and connections have fields of their own.
    let letters = ["w", "q", "p", "d", "t"];
    let mut said: Vec<String> = Vec::new();
    for (n, item) in items.iter().enumerate() {
        let title = item["title"].as_str().expect("a title");
        let shown = json!(title);
        ingrid.until(&format!("{HEADING} === {shown}")).await;
        wall.until(&format!("document.querySelector('#live-screen h2').innerText === {shown}")).await;
        let text = format!("Said at {title}, number {n}");
        captured(&ingrid, letters[n % letters.len()], &text, said.len() + 1).await;
        said.push(text.clone());
        wall.until(&format!("document.querySelector('#live-screen').innerText.includes({})", json!(text))).await;
        if n == 4 {
            // The page is loaded anew in the middle of an item, and stands where it stood.
            ingrid.open(&served.url(&format!("{at}/run"))).await;
            ingrid.arrived(&format!("{HEADING} === {shown}")).await;
            ingrid.until(&format!("document.querySelector('#live-captured').dataset.count === '{}'", said.len())).await;
        }
        if n == 7 {
            // The server goes away; what is captured meanwhile waits in the page. Another process of the server comes back.
            served.vanish().await;
            ingrid.script("document.activeElement.blur()").await;
            ingrid.keys("w").await;
            ingrid.until("document.activeElement.id === 'capture-text'").await;
            let text = format!("Said without a server at {title}");
            ingrid.keys(&text).await;
            ingrid.control(char::from(Key::Enter)).await;
            ingrid.until("document.querySelector('[data-unsent]').innerText === 'not sent yet: 1'").await;
            served.restarted(&s.t.another(s.gate.clone(), 77)).await;
            said.push(text);
            ingrid.until(&format!("document.querySelector('#live-captured').dataset.count === '{}'", said.len())).await;
            ingrid.until("document.querySelector('[data-unsent]').innerText === ''").await;
            wall.until(
                "!document.querySelector('[data-line=connection]') || document.querySelector('[data-line=connection]').hidden",
            )
            .await;
            ingrid.key(Key::Escape).await;
        }
        // Each item takes its time; the third a minute more, which is said in words.
        let more = if n == 2 { 60 } else { 0 };
        s.t.clock.advance(Duration::from_secs(u64::try_from(item["planned"].as_i64().unwrap() + more).expect("seconds")));
        if n + 1 < items.len() {
            ingrid.script("document.activeElement.blur()").await;
            ingrid.keys("n").await;
        }
    }
    ingrid.until("document.querySelector('#live-clock').innerText.includes('Close the session')").await;
    ingrid
        .script("document.querySelector('#live-clock details').open = true; document.querySelector('[form=close]').click()")
        .await;
    ingrid.arrived("location.pathname.endsWith('/minutes')").await;
    wall.until("document.querySelector('#live-screen').innerText.includes('Thank you')").await;
    // The minutes hold everything, once, in the order in which it was said.
    let kept = get(&s, &format!("{api}/minutes")).await;
    let m = &kept["minutes"];
    let texts: Vec<&str> = m["captures"].as_array().expect("captures").iter().map(|c| c["text"].as_str().unwrap()).collect();
    assert_eq!(texts, said);
    for (n, item) in m["agenda"].as_array().expect("an agenda").iter().enumerate() {
        let more = if n == 2 { 60 } else { 0 };
        let (planned, used) = (item["planned"].as_i64().unwrap(), item["used"].as_i64().unwrap());
        assert!((planned + more..=planned + more + 2).contains(&used), "{item}");
    }
    let fates: Vec<(&str, &str)> = m["teams"]
        .as_array()
        .expect("teams")
        .iter()
        .map(|t| (t["team"]["slug"].as_str().unwrap(), t["report"].as_str().unwrap()))
        .collect();
    assert_eq!(fates.len(), 10);
    for (team, fate) in fates {
        assert_eq!(fate, if team == "identity" { "not-ready" } else { "reviewed-now" }, "{team}");
    }
    assert!(ingrid.text("document.body.innerText").await.contains("Identity was not ready"));
    assert_eq!(get(&s, &format!("/api/v1/reports/billing/{SPRINT}")).await["stage"], "reviewed");
    ingrid.end().await;
    wall.end().await;
}
