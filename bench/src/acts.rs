//! Durable acts in process: a row of the domain and its trail record in one [`Db::write`], on a real file.

use std::path::Path;
use std::sync::Arc;

use kernel::db::{Db, Place};
use kernel::ids::{IdSource, Ref};
use kernel::live::Live;
use kernel::migrate;
use kernel::time::{Clock, Stopwatch};
use kernel::web::{Actor, Ctx};
use rusqlite::types::Value;

use crate::figure::{Aim, Figure};
use crate::folder::Folder;
use crate::plan::Plan;
use crate::thread::{self, PAYLOAD, Step, TRAIL};

kernel::sql! {
    INSERT = "INSERT INTO bench_act (id, subject, body, at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::BIGINT)";
}

/// The table of the domain: as most are, found by its id.
const TABLE: &str =
    "CREATE TABLE bench_act (id TEXT PRIMARY KEY, subject TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL) STRICT";

static ROW: Step = Step {
    sql: "INSERT INTO bench_act (id, subject, body, at) VALUES (?1, ?2, ?3, ?4)",
    bind: |a| {
        let subject = Value::Text(format!("019a0000-0000-7000-8000-{:012x}/6", a.number % 64));
        vec![Value::Text(a.id.clone()), subject, Value::Text(PAYLOAD.to_owned()), Value::Integer(a.number)]
    },
};

pub(crate) fn run(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let mut out = Vec::new();
    for clients in [16, 64] {
        let mut figure = Figure::ratio_of(format!("acts in process, {clients} clients"), Aim::AtLeast(0.7), "acts a second");
        let mut groups = Vec::new();
        for _ in 0..plan.rounds {
            let (folder, peer) = (Folder::new()?, Folder::new()?);
            let (file, other) = (folder.file("ours.db"), peer.file("peer.db"));
            prepare(&file)?;
            prepare(&other)?;
            let (ours, group) = ours(plan, &file, clients)?;
            let conn = thread::open(&other)?;
            let steps: Vec<&Step> = std::iter::once(&ROW).chain(&TRAIL).collect();
            let theirs = thread::rate(&conn, &steps, group, plan.warm, plan.span)?;
            figure.pair(ours, theirs);
            groups.push(group);
        }
        figure.note = format!("{:.1} acts in a group", crate::figure::median(groups));
        out.push(figure);
    }
    Ok(out)
}

/// The kernel's tables and the domain's.
fn prepare(file: &Path) -> anyhow::Result<()> {
    migrate::run(&Place::File(file.to_owned()), &[&kernel::ROOM], Clock::system().now())?;
    rusqlite::Connection::open(file)?.execute_batch(TABLE)?;
    Ok(())
}

/// Acts a second, and how many of them shared a transaction in the mean.
fn ours(plan: &Plan, file: &Path, clients: usize) -> anyhow::Result<(f64, f64)> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let db = Db::open(&Place::File(file.to_owned()), IdSource::system(), Live::new())?;
    let rate = runtime.block_on(async {
        let watch = Stopwatch::start();
        let (from, to) = (plan.warm, plan.warm + plan.span);
        let tasks: Vec<_> = (0..clients)
            .map(|client| {
                let db = db.clone();
                tokio::spawn(async move {
                    let actor = Arc::new(Actor::job("bench", &[]));
                    let mut done = 0u32;
                    while watch.elapsed() < to {
                        act(&db, Arc::clone(&actor), client).await?;
                        if watch.elapsed() >= from {
                            done += 1;
                        }
                    }
                    anyhow::Ok(done)
                })
            })
            .collect();
        let mut done = 0;
        for task in tasks {
            done += task.await??;
        }
        anyhow::Ok(f64::from(done) / (watch.elapsed() - from).as_secs_f64())
    })?;
    db.close();
    let conn = rusqlite::Connection::open(file)?;
    let count = |table: &str| conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get::<_, i64>(0));
    let (acts, seals) = (count("trail")?, count("trail_seal")?);
    anyhow::ensure!(acts == count("bench_act")?, "acts and their records differ");
    Ok((rate, acts as f64 / seals as f64))
}

async fn act(db: &Db, actor: Arc<Actor>, client: usize) -> kernel::Result<()> {
    let now = Clock::system().now();
    let request = "019a0000-0000-7000-8000-000000000001";
    let cx = Ctx { actor, ..Ctx::of(kernel::web::Actor::anonymous(), now, request) };
    let subject = format!("019a0000-0000-7000-8000-{client:012x}/6");
    db.write(now, move |tx| {
        let id = tx.id()?;
        tx.execute(&INSERT, &[id.into(), (&subject).into(), PAYLOAD.into(), cx.now.into()])?;
        let payload = serde_json::json!({ "kind": "win", "text": "Berths can be booked from a phone now.", "version": 7 });
        kernel::trail::record(&cx, tx, "said", &Ref::new("report", &subject), &payload, "").map(|_| ())
    })
    .await
}
