//! A review that many have open: the time from an answer to the event that each of 1,000 listeners hears, and what a listener
//! that hears nothing costs the server.

use std::rc::Rc;
use std::time::Duration;

use anyhow::Context;
use kernel::time::Stopwatch;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::figure::{Aim, Figure};
use crate::folder::Folder;
use crate::http::{Target, bytes};
use crate::load::block_on;
use crate::plan::Plan;
use crate::server::Server;
use crate::world::{self, Owner};

/// Who listens while answers come.
const LISTENERS: usize = 1_000;
/// Who listens while nothing happens.
const IDLE: usize = 4_000;
/// Answers of a round.
const ANSWERS: u64 = 20;
/// Longest that one answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

const REVIEW: &str = "workloads/held/reviews/core";
const QUESTION: &str = "OPS-01";

pub(crate) fn run(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let mut heard = Figure::absolute(format!("an answer to its event at {LISTENERS} listeners, p99"), Aim::None, "ms");
    let mut idle = Figure::absolute(format!("{IDLE} idle listeners, each"), Aim::None, "KiB");
    let folder = Folder::new()?;
    let server = Server::start(&plan.binary, folder.path(), None)?;
    let target = block_on(prepare(&server, &folder))??;
    let mut based_on = 0;
    let mut middle = Vec::new();
    for _ in 0..plan.rounds {
        let mut found = block_on(answers(&target, &mut based_on))??;
        found.sort_by(f64::total_cmp);
        let at = |q: f64| found[((found.len() as f64 * q) as usize).min(found.len() - 1)];
        heard.one(at(0.99));
        middle.push(at(0.5));
    }
    heard.note = format!("{} events a round; in the middle {:.1} ms", ANSWERS * LISTENERS as u64, crate::figure::median(middle));
    for _ in 0..plan.rounds {
        idle.one(block_on(quiet(&server, &target))??);
    }
    idle.note = "resident memory of the server with them, less that without, by their number".into();
    Ok(vec![heard, idle])
}

/// A review of one workload against the core lens.
async fn prepare(server: &Server, folder: &Folder) -> anyhow::Result<Target> {
    let target = world::fill(server, folder.path()).await?;
    let mut owner = Owner::of(folder.path()).await?;
    owner.post("/api/v1/workloads", &json!({ "name": "Held", "team": world::team(0), "about": {} })).await?;
    owner.post("/api/v1/workloads/held/reviews", &json!({ "lens": "core" })).await?;
    let scopes: Vec<Value> = vec![json!({ "right": "reviews.answer" })];
    let made = owner.post("/api/v1/tokens", &json!({ "name": "listeners", "days": 1, "scopes": scopes })).await?;
    let token = made["secret"].as_str().context("a token's secret")?.to_owned();
    Ok(Target { token, ..target })
}

/// Opens a stream, and reads until the first event has come.
async fn listen(target: &Target) -> anyhow::Result<TcpStream> {
    let mut stream = TcpStream::connect(target.address).await.context("a connection; ulimit -n must be above 10,000")?;
    let path = format!("/{REVIEW}/live?question={QUESTION}");
    stream.write_all(&bytes("GET", &path, &target.token, "")).await?;
    let (mut seen, mut buf) = (Vec::new(), [0; 4096]);
    while !contains(&seen, b"event: version") {
        let n = stream.read(&mut buf).await?;
        anyhow::ensure!(n > 0, "a stream ended: {}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&buf[..n]);
    }
    Ok(stream)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|w| w == part)
}

async fn open(target: &Target, n: usize) -> anyhow::Result<Vec<TcpStream>> {
    let mut out = Vec::with_capacity(n);
    while out.len() < n {
        let batch = (n - out.len()).min(50);
        let mut tasks = Vec::with_capacity(batch);
        for _ in 0..batch {
            let target = target.clone();
            tasks.push(tokio::task::spawn_local(async move { listen(&target).await }));
        }
        for task in tasks {
            out.push(task.await??);
        }
    }
    Ok(out)
}

/// Milliseconds from an answer to each listener's event, of all answers and listeners.
async fn answers(target: &Target, based_on: &mut i64) -> anyhow::Result<Vec<f64>> {
    let streams = open(target, LISTENERS).await?;
    // Who came is told too, a moment later; answers begin when that is over.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let watch = Rc::new(Stopwatch::start());
    let (tell, mut told) = mpsc::unbounded_channel::<Duration>();
    for mut stream in streams {
        let (tell, watch) = (tell.clone(), Rc::clone(&watch));
        tokio::task::spawn_local(async move {
            let mut buf = [0; 8192];
            while let Ok(n @ 1..) = stream.read(&mut buf).await {
                if contains(&buf[..n], b"event: version") && tell.send(watch.elapsed()).is_err() {
                    break;
                }
            }
        });
    }
    drop(tell);
    let mut conn = target.connect().await?;
    let mut out = Vec::new();
    for n in 0..ANSWERS {
        let said = json!({ "based_on": *based_on, "said": { "none": true, "note": format!("{n} {based_on}") } });
        let sent = watch.elapsed();
        conn.good(&target.request("PUT", &format!("/api/v1/{REVIEW}/answers/{QUESTION}"), &said.to_string())).await?;
        *based_on += 1;
        for _ in 0..LISTENERS {
            let at = tokio::time::timeout(PATIENCE, told.recv())
                .await
                .context("a listener never heard")?
                .context("all streams ended")?;
            out.push(at.saturating_sub(sent).as_secs_f64() * 1e3);
        }
    }
    Ok(out)
}

/// KiB of the server for each listener that hears nothing.
async fn quiet(server: &Server, target: &Target) -> anyhow::Result<f64> {
    // What ended is freed before it is measured.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = server.memory()?;
    let streams = open(target, IDLE).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = server.memory()?;
    drop(streams);
    Ok((after - before) * 1e6 / 1024.0 / IDLE as f64)
}
