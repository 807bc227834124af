//! Forty people in one session: two in Chromium, thirty-eight by plain HTTP on bad wifi, who send each capture up to three times. All of
//! it is stored once, and all screens agree.
//!
//! A few seconds by default; a minute with `BELLWETHER_FULL` in the environment. Prints how long it takes from a capture to the part
//! of the page that a listener gets, and asserts nothing about time.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use kernel::config::environment;
use kernel::db::Engine;
use kernel::ids::Id;
use kernel::time::Stopwatch;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::sample::everything;
use crate::serving::Served;
use crate::session::{ten_teams, window};

const CLIENTS: u128 = 38;
const KINDS: [&str; 5] = ["win", "question", "parking-lot", "decision", "tech-share"];

/// How long they capture.
fn span() -> Duration {
    Duration::from_secs(if environment("BELLWETHER_FULL").is_some() { 60 } else { 4 })
}

fn client(session: &str) -> reqwest::Client {
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("cookie", format!("session={session}").parse().expect("a header"));
    reqwest::Client::builder().default_headers(headers).build().expect("a client")
}

/// Parts that somebody gets, each with the moment.
async fn listen(
    client: &reqwest::Client,
    url: &str,
    watch: Stopwatch,
) -> (mpsc::UnboundedReceiver<Duration>, tokio::task::JoinHandle<()>) {
    let (tell, told) = mpsc::unbounded_channel();
    let mut body = client.get(url).send().await.expect("a stream").bytes_stream();
    let task = tokio::spawn(async move {
        while let Some(Ok(chunk)) = body.next().await {
            if String::from_utf8_lossy(&chunk).contains("event: fragment") && tell.send(watch.elapsed()).is_err() {
                return;
            }
        }
    });
    (told, task)
}

/// Captures again and again until the time is over; each one to three times, as a page does that heard no answer.
async fn captures(
    client: reqwest::Client,
    url: String,
    number: u128,
    (watch, until): (Stopwatch, Duration),
) -> Vec<(String, Duration)> {
    let mut out = Vec::new();
    for n in 0_usize.. {
        if watch.elapsed() > until {
            break;
        }
        let text = format!("client {number} says {n}");
        let body = json!({ "key": format!("client-{number}-{n}"), "kind": KINDS[n % KINDS.len()], "text": text });
        let sent = watch.elapsed();
        let times = 1 + (usize::try_from(number).expect("a number") + n) % 3;
        let all = futures_util::future::join_all((0..times).map(|_| client.post(&url).json(&body).send())).await;
        let mut ids: Vec<String> = Vec::new();
        for answer in all {
            let answer = answer.expect("an answer");
            assert_eq!(answer.status().as_u16(), 201, "{text}");
            let stored: Value = answer.json().await.expect("JSON");
            ids.push(stored["id"].as_str().expect("an id").to_owned());
        }
        assert!(ids.iter().all(|id| *id == ids[0]), "one thing, one id: {ids:?}");
        out.push((text, sent));
        // People take a while; each another.
        let pause = 300 + (number * 97 + n as u128 * 61) % 900;
        tokio::time::sleep(Duration::from_millis(u64::try_from(pause).expect("a small number"))).await;
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_people_capture_in_one_session() {
    let (s, session) = ten_teams(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    let (at, api) = (session.href(), format!("/api/v1{}", session.href()));
    s.t.client().json("POST", &format!("{api}/opening"), &Value::Null).await.expect(200);
    let Some(ingrid) = window(&s, &served, 1, "Ingrid Solberg", &format!("{at}/run")).await else { return };
    let Some(wall) = window(&s, &served, 2, "The room", &format!("{at}/screen")).await else { return };
    let watch = Stopwatch::start();
    let mut streams = Vec::new();
    for number in 0..CLIENTS {
        let name = format!("c{number}");
        s.gate.also(&name, everything(Id::from_u128(100 + number), &format!("Client {number:02}")));
        streams.push(listen(&client(&name), &served.url(&format!("{at}/live?as=part")), watch).await);
    }
    for browser in [&ingrid, &wall] {
        browser.arrived("document.querySelector('[data-clock]')").await;
        browser.script("window.same = true").await;
    }
    let started = watch.elapsed();
    let until = started + span();
    let mut tasks = Vec::new();
    for number in 0..CLIENTS {
        let url = served.url(&format!("{api}/captures"));
        tasks.push(tokio::spawn(captures(client(&format!("c{number}")), url, number, (watch, until))));
    }
    // Whoever runs it goes on meanwhile.
    while watch.elapsed() < until {
        ingrid.script("document.activeElement.blur()").await;
        ingrid.keys("n").await;
        tokio::time::sleep(Duration::from_millis(900)).await;
    }
    let mut sent: BTreeMap<String, Duration> = BTreeMap::new();
    for task in tasks {
        for (text, at) in task.await.expect("a client") {
            assert!(sent.insert(text, at).is_none());
        }
    }
    // Stored once each, in an order that is the server's.
    let (reader, mut stored, mut cursor) = (client("c0"), Vec::new(), String::new());
    loop {
        let page: Value =
            reader.get(served.url(&format!("{api}/captures?limit=500{cursor}"))).send().await.unwrap().json().await.unwrap();
        stored.extend(page["items"].as_array().expect("a list").clone());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let mut texts: Vec<&str> = stored.iter().map(|c| c["text"].as_str().unwrap()).collect();
    let numbers: Vec<i64> = stored.iter().map(|c| c["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..).take(stored.len()).collect::<Vec<_>>(), "each number once");
    let last = texts.last().copied().unwrap_or_default().to_owned();
    texts.sort_unstable();
    let mut wanted: Vec<&str> = sent.keys().map(String::as_str).collect();
    wanted.sort_unstable();
    assert_eq!(texts, wanted);
    // Both screens come to show the same, without being loaded again.
    ingrid.until(&format!("document.querySelector('#live-captured').dataset.count === '{}'", stored.len())).await;
    for browser in [&ingrid, &wall] {
        browser.until(&format!("document.body.innerText.includes({})", json!(last))).await;
        assert_eq!(browser.text("window.same").await, "true", "no page was loaded again");
    }
    let title = ingrid.text("document.querySelector('#live-clock').dataset.words").await;
    wall.until(&format!("document.querySelector('#live-screen h2').innerText === {}", json!(title))).await;
    // Each listener got something after each capture: a part may stand for several.
    let mut micros: Vec<u128> = Vec::new();
    for (mut told, task) in streams {
        task.abort();
        let mut heard = Vec::new();
        while let Some(at) = told.recv().await {
            heard.push(at);
        }
        assert!(heard.iter().any(|at| *at > started), "a listener heard nothing");
        for at in sent.values() {
            let next = heard.iter().find(|h| *h >= at);
            micros.push(next.expect("every listener hears after every capture").saturating_sub(*at).as_micros());
        }
    }
    micros.sort_unstable();
    let at = |q: usize| micros[(micros.len() * q / 100).min(micros.len() - 1)] as f64 / 1e3;
    eprintln!(
        "{} captures of {CLIENTS} clients; from a capture to a listener's part: median {:.1} ms, p99 {:.1} ms",
        stored.len(),
        at(50),
        at(99)
    );
    ingrid.end().await;
    wall.end().await;
}
