//! Twenty people hold one review: two in Chromium, eighteen by plain HTTP. Each answer is stored once, in order, and seen by all.
//!
//! A few seconds by default; a minute with `BELLWETHER_FULL` in the environment. Prints how long it takes from an answer to the
//! event that a listener hears, and asserts nothing about time.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use kernel::config::environment;
use kernel::db::Engine;
use kernel::ids::Id;
use kernel::time::Stopwatch;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::driver::{Browser, Script};
use crate::sample::{Names, Sample, everything};
use crate::serving::Served;

const CLIENTS: u128 = 18;
const QUESTION: &str = "OPS-02";

/// How long they answer.
fn span() -> Duration {
    Duration::from_secs(if environment("BELLWETHER_FULL").is_some() { 60 } else { 4 })
}

fn api(served: &Served, names: &Names, rest: &str) -> String {
    served.url(&format!("/api/v1/workloads/{}/reviews/core/answers/{QUESTION}{rest}", names.workload))
}

/// Events that somebody hears, each with the moment.
async fn listen(
    client: &reqwest::Client,
    url: &str,
    watch: &Stopwatch,
) -> (mpsc::UnboundedReceiver<Duration>, tokio::task::JoinHandle<()>) {
    let (tell, told) = mpsc::unbounded_channel();
    let mut body = client.get(url).send().await.expect("a stream").bytes_stream();
    let watch = *watch;
    let task = tokio::spawn(async move {
        while let Some(Ok(chunk)) = body.next().await {
            if String::from_utf8_lossy(&chunk).contains("event: version") && tell.send(watch.elapsed()).is_err() {
                return;
            }
        }
    });
    (told, task)
}

/// Answers again and again until the time is over, on top of whatever stands there. Gives what was stored: version, note, when
/// it was sent.
async fn answers(
    client: reqwest::Client,
    url: String,
    number: u128,
    (watch, until): (Stopwatch, Duration),
) -> Vec<(i64, String, Duration)> {
    let mut out = Vec::new();
    let mut version = 0;
    for n in 0.. {
        if watch.elapsed() > until {
            break;
        }
        let note = format!("client {number} says {n}");
        let body = json!({ "based_on": version, "said": { "none": true, "note": note } });
        let sent = watch.elapsed();
        let answer = client.put(&url).json(&body).send().await.expect("an answer");
        match answer.status().as_u16() {
            200 => {
                let stored: Value = answer.json().await.expect("JSON");
                version = stored["answer"]["version"].as_i64().expect("a version");
                out.push((version, note, sent));
            }
            // Somebody was faster: look, and say it again.
            409 => {
                let now: Value = client.get(&url).send().await.expect("an answer").json().await.expect("JSON");
                version = now["answer"]["version"].as_i64().expect("a version");
            }
            other => panic!("{other}: {}", answer.text().await.unwrap_or_default()),
        }
        // People take a while; each another.
        let pause = 20 + (number * 37 + n * 61) % 180;
        tokio::time::sleep(Duration::from_millis(u64::try_from(pause).expect("a small number"))).await;
    }
    out
}

fn client(session: &str) -> reqwest::Client {
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("cookie", format!("session={session}").parse().expect("a header"));
    reqwest::Client::builder().default_headers(headers).build().expect("a client")
}

async fn window(s: &Sample, served: &Served, names: &Names, number: u128, name: &str) -> Option<Browser> {
    let browser = Browser::start(Script::On).await?;
    let session = format!("w{number}");
    s.gate.also(&session, everything(Id::from_u128(900 + number), name));
    browser.open(&served.url("/assets/none")).await;
    browser.script(&format!("document.cookie = 'session={session}; path=/'")).await;
    browser.open(&served.url(&format!("/workloads/{}/reviews/core/questions/{QUESTION}", names.workload))).await;
    Some(browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_people_answer_one_review() {
    let (s, names) = Sample::full(Engine::Sqlite).await;
    let served = Served::start(&s.t.app).await;
    let Some(maya) = window(&s, &served, &names, 1, "Maya Lindqvist").await else { return };
    let Some(samir) = window(&s, &served, &names, 2, "Samir Haddad").await else { return };
    let watch = Stopwatch::start();
    let mut streams = Vec::new();
    let live = served.url(&format!("/workloads/{}/reviews/core/live?question={QUESTION}", names.workload));
    for number in 0..CLIENTS {
        let session = format!("c{number}");
        s.gate.also(&session, everything(Id::from_u128(100 + number), &format!("Client {number:02}")));
        streams.push(listen(&client(&session), &live, &watch).await);
    }
    // Both windows see all who are there.
    for browser in [&maya, &samir] {
        browser.until("document.querySelector('#people').innerText.includes('Client 17')").await;
        browser.script("window.same = true").await;
    }
    let started = watch.elapsed();
    let until = started + span();
    let mut tasks = Vec::new();
    for number in 0..CLIENTS {
        tasks.push(tokio::spawn(answers(client(&format!("c{number}")), api(&served, &names, ""), number, (watch, until))));
    }
    // The windows tick meanwhile. Everybody else says “none of these”, so ticks come and go; they are stored, or decided by people.
    while watch.elapsed() < until {
        for browser in [&maya, &samir] {
            browser.keys("1").await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
    let mut stored: BTreeMap<i64, (String, Duration)> = BTreeMap::new();
    for task in tasks {
        for (version, note, sent) in task.await.expect("a client") {
            assert!(stored.insert(version, (note, sent)).is_none(), "version {version} was given twice");
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    // The last word, after which nothing changes: all see it.
    let reader = client("c0");
    let last: Value = reader.get(api(&served, &names, "")).send().await.unwrap().json().await.unwrap();
    let top = last["answer"]["version"].as_i64().expect("a version");
    for browser in [&maya, &samir] {
        browser.until(&format!("document.querySelector('[data-latest] .hint').innerText.includes('version {top}') || document.querySelector('#answer-conflict')")).await;
        assert_eq!(browser.text("window.same").await, "true", "no page was loaded again");
    }
    // Every version from 1 on is there once, and those of the clients say what they sent.
    let mut kept: BTreeMap<i64, Value> = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let page: Value =
            reader.get(api(&served, &names, &format!("/versions?limit=500{cursor}"))).send().await.unwrap().json().await.unwrap();
        for answer in page["items"].as_array().expect("a list") {
            assert!(kept.insert(answer["version"].as_i64().unwrap(), answer.clone()).is_none());
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(kept.keys().copied().collect::<Vec<_>>(), (1..=top).collect::<Vec<_>>());
    for (version, (note, _)) in &stored {
        assert_eq!(kept[version]["said"]["note"], note.as_str(), "version {version}");
    }
    assert!(stored.len() > 20, "{} answers", stored.len());
    // Each listener heard something after each answer: an event may stand for several.
    let mut micros: Vec<u128> = Vec::new();
    for (mut told, task) in streams {
        task.abort();
        let mut heard = Vec::new();
        while let Some(at) = told.recv().await {
            heard.push(at);
        }
        assert!(heard.iter().any(|at| *at > started), "a listener heard nothing");
        for (_, sent) in stored.values() {
            let next = heard.iter().find(|at| *at >= sent);
            micros.push(next.expect("every listener hears after every answer").saturating_sub(*sent).as_micros());
        }
    }
    micros.sort_unstable();
    let at = |q: usize| micros[(micros.len() * q / 100).min(micros.len() - 1)] as f64 / 1e3;
    eprintln!(
        "{} answers of {CLIENTS} clients and two windows, {} versions; from an answer to a listener's event: median {:.1} ms, p99 {:.1} ms",
        stored.len(),
        top,
        at(50),
        at(99)
    );
    maya.end().await;
    samir.end().await;
}
