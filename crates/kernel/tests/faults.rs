//! What is acknowledged stays, whatever fails: the disk, the process, the server. Each act stores three rows and a record
//! of the trail; afterwards each is there whole or not at all.
//!
//! `BELLWETHER_FULL=1` takes the long figures; without it the same is tried at fewer instants.

// A helper of a test fails as the test does, and the figures are for who reads its output.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::db::{Db, Place, Tx};
use kernel::error::{Error, Result};
use kernel::ids::{IdSource, Ref};
use kernel::live::Live;
use kernel::room::{Migration, Room};
use kernel::testing::faults::{Inject, Running, calls, full, own_test, random_below, skipped, traced};
use kernel::testing::pg::OwnCluster;
use kernel::time::{Stopwatch, Time};
use kernel::trail;
use kernel::web::{Actor, Ctx};

kernel::sql! {
    PUT = "INSERT INTO part (id, act, n) VALUES ($1::TEXT, $2::TEXT, $3::BIGINT)";
    PARTS = "SELECT act, CAST(count(*) AS BIGINT), CAST(count(DISTINCT n) AS BIGINT) FROM part GROUP BY act";
    RECORDS = "SELECT subject, CAST(count(*) AS BIGINT) FROM trail WHERE kind = 'act' GROUP BY subject";
}

// No uniqueness of acts: one that was stored twice shows.
static PARTS_OF_ACTS: Room = Room {
    name: "parts",
    routes: &[],
    migrations: &[Migration {
        number: 1,
        name: "parts",
        sql: "CREATE TABLE part (\n  id TEXT PRIMARY KEY,\n  act TEXT NOT NULL,\n  n BIGINT NOT NULL\n);\n",
    }],
    statements: &[STATEMENTS],
    jobs: &[],
    rights: &[],
};

static ROOMS: &[&Room] = &[&kernel::ROOM, &PARTS_OF_ACTS];

const NOW: Time = Time(1_795_539_600_000_000);

const WRITERS: u64 = 8;

async fn act(db: &Db, name: &str) -> Result<()> {
    let (act, cx) = (name.to_owned(), Ctx::of(Actor::job("faults", &[]), NOW, "r"));
    db.write(NOW, move |tx: &mut dyn Tx| {
        for n in 0..3 {
            let id = tx.id()?;
            tx.execute(&PUT, &[id.into(), (&act).into(), n.into()])?;
        }
        trail::record(&cx, tx, "acted", &Ref::new("act", &act), &act, "").map(|_| ())
    })
    .await
}

fn open(place: &Place) -> Db {
    Db::open(place, IdSource::system(), Live::new()).unwrap()
}

/// How acts ended, as their callers were told.
#[derive(Debug, Default)]
struct Told {
    good: HashSet<String>,
    unknown: HashSet<String>,
    failed: HashSet<String>,
}

impl Told {
    fn add(&mut self, lines: &[String]) {
        for line in lines {
            match line.split_once(' ') {
                Some(("ok", name)) => assert!(self.good.insert(name.into()), "{name} was told twice"),
                Some(("unknown", name)) => assert!(self.unknown.insert(name.into())),
                Some(("failed", name)) => assert!(self.failed.insert(name.into())),
                _ => {}
            }
        }
    }

    /// Opens the data and compares: what was acknowledged is there, what failed is not, nothing is there in part or twice.
    async fn check(&self, place: &Place) -> u64 {
        let db = open(place);
        let two = |rows: Vec<kernel::db::Row>| {
            rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?, r.int(2).unwrap_or(1)))).collect::<Result<Vec<_>>>()
        };
        let parts = db.read(move |tx| two(tx.query(&PARTS, &[])?)).await.unwrap();
        let records = db.read(move |tx| two(tx.query(&RECORDS, &[])?)).await.unwrap();
        let torn: Vec<_> = parts.iter().filter(|(_, rows, kinds)| (*rows, *kinds) != (3, 3)).collect();
        assert!(torn.is_empty(), "half applied or doubled: {torn:?}");
        let stored: HashSet<&String> = parts.iter().map(|(act, ..)| act).collect();
        let recorded: HashMap<&String, i64> = records.iter().map(|(act, n, _)| (act, *n)).collect();
        assert!(recorded.values().all(|n| *n == 1) && recorded.len() == stored.len(), "acts and their records disagree");
        assert!(stored.iter().all(|act| recorded.contains_key(act)));
        let lost: Vec<_> = self.good.iter().filter(|act| !stored.contains(act)).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let refused: Vec<_> = self.failed.iter().filter(|act| stored.contains(act)).collect();
        assert!(refused.is_empty(), "refused and stored: {refused:?}");
        let found = trail::verify_all(&db, NOW).await.unwrap();
        assert!(found.valid, "{found:?}");
        assert_eq!(found.records + found.unsealed, stored.len() as u64);
        db.close();
        found.records
    }
}

/// The program that is traced, failed and killed: WRITERS act at once, each acknowledgement is a line.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the other tests as a process of its own"]
async fn program() {
    let setting = |name: &str| std::env::var_os(name).and_then(|v| v.into_string().ok());
    let Some(file) = setting("ACTS_FILE") else { return };
    let (run, acts) = (setting("ACTS_RUN").unwrap(), setting("ACTS").unwrap().parse::<u64>().unwrap());
    let db = open(&Place::File(file.into()));
    // On a line of its own: the test runner has begun one.
    say("\nready");
    let tasks: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (db, run) = (db.clone(), run.clone());
            tokio::spawn(async move {
                for n in 0..acts.div_ceil(WRITERS) {
                    let name = format!("act-{run}-{writer}-{n}-end");
                    match act(&db, &name).await {
                        Ok(()) => say(&format!("ok {name}")),
                        Err(Error::OutcomeUnknown) => say(&format!("unknown {name}")),
                        Err(_) => say(&format!("failed {name}")),
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    db.close();
}

/// One line in one call, past the test's own collecting of output.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

fn acts(place: &Place, run: &str, acts: u64) -> Command {
    let Place::File(file) = place else { panic!("a file") };
    let mut command = own_test("program");
    command.env("ACTS_FILE", file).env("ACTS_RUN", run).env("ACTS", acts.to_string()).stderr(std::process::Stdio::null());
    command
}

struct Scratch(PathBuf);

impl Scratch {
    /// A migrated database in a folder of its own.
    fn new() -> (Self, Place) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let n = NEXT.fetch_add(1, Ordering::SeqCst);
        let dir = std::env::temp_dir().join(format!("bw-faults-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let place = Place::File(dir.join("bellwether.db"));
        kernel::migrate::run(&place, ROOMS, NOW).unwrap();
        (Self(dir), place)
    }

    fn trace(&self) -> PathBuf {
        self.0.join("trace")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn every_acknowledgement_follows_an_fsync_of_its_own_rows() {
    let (scratch, place) = Scratch::new();
    let total = if full() { 4000 } else { 400 };
    let command = acts(&place, "0", total);
    let Some(mut command) = traced(&command, "fsync,fdatasync,pwrite64,write", &scratch.trace(), None) else { return };
    let (good, lines) = Running::start(&mut command).unwrap().wait().unwrap();
    assert!(good);
    let mut told = Told::default();
    told.add(&lines);
    assert_eq!(told.good.len() as u64, total);
    let calls = calls(&scratch.trace()).unwrap();
    let syncs: Vec<_> = calls.iter().filter(|c| c.name == "fsync" && c.on("-wal") && c.good()).collect();
    let (mut written, mut acknowledged) = (HashMap::new(), HashMap::new());
    for call in &calls {
        let (names, when) = match call.name.as_str() {
            "pwrite64" if call.on("-wal") => (&mut written, call.ended),
            "write" if call.arguments.contains("\"ok ") => (&mut acknowledged, call.began),
            _ => continue,
        };
        for name in acts_in(&call.arguments) {
            names.entry(name).or_insert(when);
        }
    }
    for name in told.good.iter().map(String::as_str) {
        let (written, acknowledged) = (written[name], acknowledged[name]);
        let synced = syncs.iter().any(|s| written < s.began && s.ended < acknowledged);
        assert!(synced, "{name} was acknowledged before its rows were on disk");
    }
    // The bundled SQLite calls fsync, and one for a group.
    assert!(!calls.iter().any(|c| c.name == "fdatasync"));
    assert!((syncs.len() as u64) < total, "{} fsyncs for {total} acts: nothing was grouped", syncs.len());
    println!("{total} acts, {} fsyncs of the WAL", syncs.len());
    told.check(&place).await;
}

/// The names of acts in a text.
fn acts_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("act-").filter_map(|(at, _)| {
        let end = text[at..].find("-end")?;
        Some(&text[at..at + end + "-end".len()]).filter(|name| name.len() < 40)
    })
}

/// One run with a fault; true if it happened.
async fn with_fault(inject: Inject) -> bool {
    let (scratch, place) = Scratch::new();
    let command = acts(&place, "0", 400);
    let Some(mut command) = traced(&command, inject.call, &scratch.trace(), Some(inject)) else { return false };
    let (good, lines) = Running::start(&mut command).unwrap().wait().unwrap();
    let mut told = Told::default();
    told.add(&lines);
    let happened = calls(&scratch.trace()).unwrap().iter().any(|c| c.injected());
    // Without a disk it may refuse to start; once it has, it answers every act.
    let ready = lines.iter().any(|l| l == "ready");
    assert!(good || (happened && !ready), "the process did not survive {inject:?}: {lines:?}");
    let answered = told.good.len() + told.unknown.len() + told.failed.len();
    assert_eq!(answered, if ready { 400 } else { 0 }, "{inject:?}: an act without an answer");
    if ready && happened && !inject.ever_after {
        // A single fault costs its group and nobody else.
        assert!(told.good.len() >= 400 - 64, "{inject:?}: {} acts of 400", told.good.len());
    }
    told.check(&place).await;
    // And it goes on after it.
    let db = open(&place);
    act(&db, "after").await.unwrap();
    db.close();
    told.good.insert("after".into());
    told.check(&place).await;
    println!("{inject:?}: {} ok, {} unknown, {} failed", told.good.len(), told.unknown.len(), told.failed.len());
    happened
}

async fn with_faults(call: &'static str, error: &'static str, at: impl Iterator<Item = u32>) {
    let (mut runs, mut happened) = (0, 0);
    if traced(&Command::new("true"), call, Path::new("/dev/null"), None).is_none() {
        return;
    }
    for nth in at {
        happened += u32::from(with_fault(Inject { call, error, nth, ever_after: runs % 2 == 1 }).await);
        runs += 1;
    }
    println!("{call} {error}: {happened} of {runs} runs met the fault");
    assert_eq!(happened, runs, "some runs ended before their fault");
}

#[tokio::test]
async fn an_fsync_that_fails_loses_nothing_that_was_acknowledged() {
    let step = if full() { 1 } else { 10 };
    with_faults("fsync", "EIO", (1..=50).step_by(step)).await;
}

#[tokio::test]
async fn a_disk_that_is_full_loses_nothing_that_was_acknowledged() {
    let step = if full() { 7 } else { 71 };
    with_faults("pwrite64", "ENOSPC", (1..=350).step_by(step)).await;
}

#[tokio::test]
async fn a_process_killed_at_any_instant_loses_nothing_that_was_acknowledged() {
    let rounds = if full() { 8 } else { 1 };
    let (mut early, mut acknowledged) = (0, 0);
    for _ in 0..rounds {
        let (_scratch, place) = Scratch::new();
        let mut told = Told::default();
        for kill in 0..25 {
            let running = Running::start(&mut acts(&place, &kill.to_string(), u64::MAX / 2)).unwrap();
            // Some in the midst of opening, most in the midst of writing.
            std::thread::sleep(Duration::from_millis(random_below(if kill % 5 == 0 { 30 } else { 400 })));
            let lines = running.kill().unwrap();
            early += u32::from(!lines.iter().any(|l| l.starts_with("ok ")));
            told.add(&lines);
            assert!(told.failed.is_empty() && told.unknown.is_empty(), "{:?} {:?}", told.failed, told.unknown);
            told.check(&place).await;
        }
        acknowledged += told.good.len();
    }
    println!("{} kills, {early} of them before the first act, {acknowledged} acts acknowledged", 25 * rounds);
    assert!(acknowledged > 25 * rounds, "hardly anything was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_killed_under_load_loses_nothing_that_was_acknowledged_and_doubles_nothing() {
    let cluster = match OwnCluster::start() {
        Ok(cluster) => cluster,
        Err(e) => return skipped(&format!("no PostgreSQL: {e:?}")),
    };
    let place = Place::Postgres(cluster.socket("postgres").unwrap());
    kernel::migrate::run(&place, ROOMS, NOW).unwrap();
    let db = open(&place);
    let (end, told) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Told::default())));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (db, end, told) = (db.clone(), Arc::clone(&end), Arc::clone(&told));
            tokio::spawn(async move {
                for n in 0.. {
                    if end.load(Ordering::SeqCst) {
                        return;
                    }
                    let name = format!("act-{writer}-{n}-end");
                    let outcome = tokio::time::timeout(Duration::from_secs(60), act(&db, &name)).await.expect("an outcome");
                    let mut told = told.lock().unwrap();
                    match outcome {
                        Ok(()) => told.good.insert(name),
                        Err(Error::OutcomeUnknown) => told.unknown.insert(name),
                        Err(Error::Busy) => told.failed.insert(name),
                        // A conflict, say, would be a unit that was stored and then run again.
                        Err(e) => panic!("{name}: {e:?}"),
                    };
                }
            })
        })
        .collect();
    let more = async |n: usize| {
        let good = || told.lock().unwrap().good.len();
        let goal = good() + n;
        let watch = Stopwatch::start();
        while good() < goal {
            assert!(watch.elapsed() < Duration::from_secs(60), "no act gets through");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let kills = if full() { 20 } else { 3 };
    for kill in 0..kills {
        more(100).await;
        tokio::time::sleep(Duration::from_millis(random_below(200))).await;
        let cluster: kernel::testing::pg::Cluster = (*cluster).clone();
        let again = move || {
            // As a power cut, and as a machine that is short of memory.
            if kill % 2 == 0 { cluster.kill() } else { cluster.crash() }?;
            cluster.start()
        };
        tokio::task::spawn_blocking(again).await.unwrap().unwrap();
    }
    more(100).await;
    end.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.unwrap();
    }
    db.close();
    let told = std::mem::take(&mut *told.lock().unwrap());
    println!("{kills} kills: {} ok, {} unknown, {} refused", told.good.len(), told.unknown.len(), told.failed.len());
    told.check(&place).await;
}
