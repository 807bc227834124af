//! The real server is killed at random instants while eight clients write: what was acknowledged is there, nothing is half
//! there, a call that was not acknowledged can be repeated with its key, and the trail verifies.
//!
//! 20 instants; 200 with `BELLWETHER_FULL` in the environment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kernel::backup;
use kernel::config::environment;
use kernel::db::{Place, sqlite};
use serde_json::{Value, json};

use crate::process::{Folder, Server, http, run};
use crate::random::Rng;

const WRITERS: usize = 8;

/// Values of one call: all are there or none.
const BATCH: usize = 3;

/// A writer and the number of its call.
type Call = (usize, usize);

fn day(n: usize) -> String {
    let first: jiff::civil::Date = "1990-01-01".parse().unwrap();
    let days = jiff::Span::new().days(i64::try_from(n).unwrap());
    first.checked_add(days).unwrap().to_string()
}

fn body((writer, n): Call) -> Value {
    let value =
        |i: usize| json!({ "metric": format!("metric-{writer}"), "subject": "cargo", "period": day(n * BATCH + i), "number": n });
    json!({ "values": (0..BATCH).map(value).collect::<Vec<_>>() })
}

/// Sends a call with its key; true if it was acknowledged.
async fn send(client: &reqwest::Client, url: &str, token: &str, call: Call) -> bool {
    let request = client.post(url).bearer_auth(token).header("idempotency-key", format!("{call:?}"));
    match request.header("content-type", "application/json").body(body(call).to_string()).send().await {
        Err(_) => false,
        Ok(answer) => {
            let status = answer.status();
            // The head may be there and the rest lost: acknowledged is what the client has read to its end.
            let Ok(text) = answer.text().await else { return false };
            assert!(status == 200 || status == 503, "{status} {text}");
            status == 200 && text == format!("{{\"stored\":{BATCH}}}")
        }
    }
}

/// What is stored of the calls, read from the file while no server runs.
struct Stored {
    values: BTreeMap<Call, usize>,
    entries: BTreeMap<Call, usize>,
    recorded: BTreeMap<Call, usize>,
    keys: usize,
}

fn read(data: &Path) -> Stored {
    let conn = sqlite::open(&Place::File(data.join("bellwether.db"))).unwrap();
    let check: String = conn.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
    assert_eq!(check, "ok");
    let verified = backup::verify_file(&conn).unwrap();
    assert!(verified.valid, "{verified:?}");
    let count = |sql: &str| {
        let mut out: BTreeMap<Call, usize> = BTreeMap::new();
        let mut statement = conn.prepare(sql).unwrap();
        let rows = statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, f64>(1)?))).unwrap();
        for (metric, number) in rows.map(Result::unwrap) {
            let writer = metric.trim_start_matches("metric-").parse().unwrap();
            *out.entry((writer, number as usize)).or_default() += 1;
        }
        out
    };
    let values = count("SELECT metric, number FROM metric_value");
    let entries = count("SELECT metric, number FROM metric_entry");
    let mut recorded: BTreeMap<Call, usize> = BTreeMap::new();
    let mut statement =
        conn.prepare("SELECT p.body FROM trail t JOIN trail_payload p ON p.record = t.id WHERE t.verb = 'recorded'").unwrap();
    for text in statement.query_map([], |r| r.get::<_, String>(0)).unwrap().map(Result::unwrap) {
        let values: Vec<Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(values.len(), BATCH, "{text}");
        let writer = values[0]["metric"].as_str().unwrap().trim_start_matches("metric-").parse().unwrap();
        *recorded.entry((writer, values[0]["number"].as_f64().unwrap() as usize)).or_default() += 1;
    }
    let keys: i64 = conn.query_row("SELECT count(*) FROM idempotency", [], |r| r.get(0)).unwrap();
    Stored { values, entries, recorded, keys: usize::try_from(keys).unwrap() }
}

/// Whole calls and nothing else: each with all its values, as many entries of the ledger, one record, one key.
fn whole(stored: &Stored) -> BTreeSet<Call> {
    for (what, found) in [("values", &stored.values), ("entries", &stored.entries)] {
        let broken: Vec<_> = found.iter().filter(|(_, n)| **n != BATCH).collect();
        assert!(broken.is_empty(), "half applied or doubled {what}: {broken:?}");
    }
    let twice: Vec<_> = stored.recorded.iter().filter(|(_, n)| **n != 1).collect();
    assert!(twice.is_empty(), "recorded more than once: {twice:?}");
    let calls = |m: &BTreeMap<Call, usize>| m.keys().copied().collect::<BTreeSet<Call>>();
    assert_eq!(calls(&stored.values), calls(&stored.entries));
    assert_eq!(calls(&stored.values), calls(&stored.recorded));
    assert_eq!(stored.keys, stored.values.len());
    calls(&stored.values)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_instant_it_loses_nothing_that_it_acknowledged() {
    let rounds = if environment("BELLWETHER_FULL").is_some() { 200 } else { 20 };
    let folder = Folder::new();
    let data = folder.data();
    let metrics: String = (0..WRITERS)
        .map(|w| {
            format!(
                "  - key: metric-{w}\n    title: Metric {w}\n    pillar: operations\n    direction: up\n    period: day\n    \
                 subject: team\n    aggregation: sum\n"
            )
        })
        .collect();
    let first = folder.write(
        "first.yaml",
        &format!(
            "form: bellwether/v1\ngroups:\n  - name: Port\n    slug: port\n    zone: UTC\n    first_number: 1\n    \
             first_day: 2024-01-03\nteams:\n  - name: Cargo\n    slug: cargo\n    group: port\nmetrics:\n{metrics}"
        ),
    );
    run(&data, &["migrate"]).good();
    run(&data, &["apply", first.to_str().unwrap()]).good();
    let made = run(&data, &["token", "make", "writers", "--right", "values.write", "--json"]).json();
    let token = Arc::new(made["secret"].as_str().unwrap().to_owned());

    let mut rng = Rng(20_261_117);
    let mut acknowledged: BTreeSet<Call> = BTreeSet::new();
    let mut next = [0; WRITERS];
    let (mut lost_answers, mut stored_unacknowledged) = (0, 0);
    for round in 0..rounds {
        let server = Server::start(&data);
        let url = server.url("/api/v1/values");
        let mut writers = Vec::new();
        for (writer, first) in next.iter().copied().enumerate() {
            let (url, token) = (url.clone(), Arc::clone(&token));
            writers.push(tokio::spawn(async move {
                let client = http();
                let mut n = first;
                while send(&client, &url, &token, (writer, n)).await {
                    n += 1;
                }
                n
            }));
        }
        tokio::time::sleep(Duration::from_millis(rng.next() % 300)).await;
        server.kill();
        let mut open = Vec::new();
        for (writer, task) in writers.into_iter().enumerate() {
            let last = task.await.unwrap();
            acknowledged.extend((next[writer]..last).map(|n| (writer, n)));
            open.push((writer, last));
            next[writer] = last + 1;
        }
        let stored = whole(&read(&data));
        let missing: Vec<&Call> = acknowledged.difference(&stored).collect();
        assert!(missing.is_empty(), "round {round}: acknowledged and lost: {missing:?}");
        let unasked: Vec<&Call> = stored.iter().filter(|c| !acknowledged.contains(c) && !open.contains(c)).collect();
        assert!(unasked.is_empty(), "round {round}: stored and never sent: {unasked:?}");

        // Whoever got no answer asks again with the same key.
        lost_answers += open.len();
        stored_unacknowledged += open.iter().filter(|c| stored.contains(c)).count();
        let server = Server::start(&data);
        let client = http();
        for call in open {
            assert!(send(&client, &server.url("/api/v1/values"), &token, call).await, "round {round}: {call:?} again");
            acknowledged.insert(call);
        }
        server.kill();
        assert_eq!(whole(&read(&data)), acknowledged, "round {round}");
    }
    eprintln!(
        "{rounds} kills: {} calls of {BATCH} values acknowledged, {lost_answers} without an answer, {stored_unacknowledged} of them stored",
        acknowledged.len()
    );
    assert!(acknowledged.len() > rounds * WRITERS, "too few writes to say anything: {}", acknowledged.len());
    assert!(lost_answers > stored_unacknowledged, "no call was cut off before it was stored");
    let server = Server::start(&data);
    server.stop();
    assert_eq!(run(&data, &["verify", "--json"]).json()["valid"], true);
}
