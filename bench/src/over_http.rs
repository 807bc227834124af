//! Durable acts over HTTP: clients write words on their team's report. The peer is the thread that writes the rows which
//! such an act leaves behind, in transactions as large as the server's were in the mean.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kernel::db::Place;
use kernel::migrate;
use kernel::time::Clock;
use rusqlite::types::Value;

use crate::figure::{Aim, Figure, median};
use crate::folder::Folder;
use crate::http::Target;
use crate::load::{Make, block_on, closed};
use crate::plan::Plan;
use crate::server::Server;
use crate::thread::{self, Step, TRAIL};
use crate::world::{self, SPRINTS, TEAMS};

static WORDS: Step = Step {
    sql: "UPDATE report_words SET body = ?4, version = version + 1, by_name = ?5, at = ?6 \
          WHERE team = ?1 AND sprint = ?2 AND kind = ?3 AND version = ?7",
    bind: |a| {
        let (team, round) = (a.number % TEAMS as i64, a.number / TEAMS as i64);
        let text = Value::Text("Berths can be booked from a phone now.".into());
        vec![
            Value::Text(team_id(team)),
            Value::Integer(SPRINTS),
            Value::Text("win".into()),
            text,
            Value::Text("bench".into()),
            Value::Integer(a.number),
            Value::Integer(1 + round),
        ]
    },
};

fn team_id(team: i64) -> String {
    format!("019a0000-0000-7000-8000-{team:012x}")
}

pub(crate) fn run(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let mut out = Vec::new();
    for (clients, least) in [(16, 0.5), (64, 0.45)] {
        let name = format!("acts over HTTP, {clients} clients, peer in like groups");
        let mut grouped = Figure::ratio_of(name, Aim::AtLeast(least), "acts a second");
        let mut alone = Figure::ratio_of("the same beside the peer's autocommit", Aim::AtLeast(2.5), "acts a second");
        let mut groups = Vec::new();
        for _ in 0..plan.rounds {
            let (ours, group) = ours(plan, clients)?;
            grouped.pair(ours, peer(plan, group)?);
            if clients == 64 {
                alone.pair(ours, peer(plan, 1.0)?);
            }
            groups.push(group);
        }
        grouped.note = format!("{:.1} acts in a group", median(groups));
        out.push(grouped);
        if clients == 64 {
            out.push(alone);
        }
    }
    Ok(out)
}

/// Acts a second, and how many of them shared a transaction in the mean.
fn ours(plan: &Plan, clients: usize) -> anyhow::Result<(f64, f64)> {
    let folder = Folder::new()?;
    let server = Server::start(&plan.binary, folder.path(), None)?;
    let file = folder.file("bellwether.db");
    let (rate, acts, seals) = block_on(async {
        let target = world::fill(&server, folder.path()).await?;
        let before = trail(&file)?;
        let found = closed(&target, clients, plan.warm, plan.span, writer(&target, &Versions::fresh())).await?;
        let after = trail(&file)?;
        anyhow::Ok((found.rate, after.0 - before.0, after.1 - before.1))
    })??;
    Ok((rate, acts as f64 / seals as f64))
}

/// At which version the words of each team are; shared by loads that follow each other.
#[derive(Clone)]
pub(crate) struct Versions(Arc<Vec<AtomicU64>>);

impl Versions {
    /// Of data that were filled and not written to since.
    pub(crate) fn fresh() -> Self {
        Self(Arc::new((0..TEAMS).map(|_| AtomicU64::new(1)).collect()))
    }
}

/// Each client writes the words of its own team, over and over.
pub(crate) fn writer(target: &Target, versions: &Versions) -> Rc<Make> {
    let (target, versions) = (target.clone(), versions.clone());
    Rc::new(move |client, _| {
        let path = format!("/api/v1{}/words", world::report(client, SPRINTS));
        let version = versions.0[client % TEAMS].fetch_add(1, Ordering::Relaxed);
        target.request("PUT", &path, &world::words(version))
    })
}

/// Records and seals so far.
fn trail(file: &Path) -> anyhow::Result<(i64, i64)> {
    let conn = kernel::db::sqlite::open_read_only(file)?;
    let count = |table: &str| conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get::<_, i64>(0));
    Ok((count("trail")?, count("trail_seal")?))
}

fn peer(plan: &Plan, group: f64) -> anyhow::Result<f64> {
    let folder = Folder::new()?;
    let file = folder.file("peer.db");
    migrate::run(&Place::File(file.clone()), bellwether::rooms::ALL, Clock::system().now())?;
    let conn = thread::open(&file)?;
    for n in 0..TEAMS as i64 {
        let row = rusqlite::params![team_id(n), SPRINTS];
        conn.execute(
            "INSERT INTO report_words (team, sprint, kind, body, version, by_name, at) VALUES (?1, ?2, 'win', 'b', 1, 'b', 0)",
            row,
        )?;
    }
    let steps: Vec<&Step> = std::iter::once(&WORDS).chain(&TRAIL).collect();
    thread::rate(&conn, &steps, group, plan.warm, plan.span)
}
