//! PostgreSQL: durable acts over HTTP beside `pgbench` with the same statements on the same server; and how often
//! serialisable units of work abort each other.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use anyhow::Context;
use catalogue::Team;
use kernel::db::postgres::{PgConfig, connect_raw};
use kernel::db::{Db, Place};
use kernel::ids::IdSource;
use kernel::live::Live;
use kernel::room::Room;
use kernel::testing::pg::OwnCluster;
use kernel::time::{Clock, Stopwatch};
use kernel::web::{Actor, Ctx};
use people::rights;
use report::acts::NewWords;

use crate::figure::{Aim, Figure};
use crate::folder::Folder;
use crate::load::{block_on, closed};
use crate::over_http::{Versions, writer};
use crate::plan::Plan;
use crate::server::Server;
use crate::world::{self, SPRINTS, TEAMS};

const CLIENTS: usize = 16;

pub(crate) fn run(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let cluster = OwnCluster::start()?;
    connect_raw(&cluster.socket("postgres")?)?.batch_execute("CREATE DATABASE bench TEMPLATE template0")?;
    let config = cluster.socket("bench")?;
    let url = format!("postgres://tester@/bench?host={}&port={}", config.host, config.port);
    let config = PgConfig::parse(&format!("{url}{}", kernel::config::environment("X").unwrap_or_default()))?;
    let folder = Folder::new()?;
    let mut beside = Figure::ratio_of("acts over HTTP on PostgreSQL, 16 clients", Aim::AtLeast(0.75), "acts a second");
    {
        let server = Server::start(&plan.binary, folder.path(), Some(&url))?;
        let target = block_on(world::fill(&server, folder.path()))??;
        let script = folder.file("act.sql");
        std::fs::write(&script, script_of_the_act()?)?;
        for _ in 0..plan.rounds {
            begin_again(&config)?;
            let theirs = pgbench(plan, &config, &script)?;
            begin_again(&config)?;
            let ours = block_on(closed(&target, CLIENTS, plan.warm, plan.span, writer(&target, &Versions::fresh())))??.rate;
            beside.pair(ours, theirs);
        }
    }
    let mut out = vec![beside];
    out.extend(aborts(plan, &config, "words", 1)?);
    out.extend(aborts(plan, &config, "words, hand-ins, reopenings", 3)?);
    Ok(out)
}

/// Puts the words back to where the clients begin.
fn begin_again(config: &PgConfig) -> anyhow::Result<()> {
    Ok(connect_raw(config)?.batch_execute("UPDATE report_words SET version = 1; CHECKPOINT")?)
}

/// Transactions a second.
fn pgbench(plan: &Plan, config: &PgConfig, script: &Path) -> anyhow::Result<f64> {
    let seconds = plan.span.as_secs().max(1).to_string();
    let out = Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-j", "2", "-D", "v=0", "--max-tries=8", "-U", "tester", "-h", &config.host, "-T", &seconds])
        .args(["-p", &config.port.to_string(), "-c", &CLIENTS.to_string(), "-f"])
        .arg(script)
        .arg("bench")
        .output()
        .context("pgbench")?;
    let text = String::from_utf8_lossy(&out.stdout);
    let error = String::from_utf8_lossy(&out.stderr);
    let failed = text.lines().find_map(|l| l.strip_prefix("number of failed transactions: ")).unwrap_or("0 ");
    anyhow::ensure!(out.status.success() && failed.starts_with("0 "), "pgbench: {text}{error}");
    let line = text.lines().find_map(|l| l.strip_prefix("tps = ")).with_context(|| format!("pgbench: {text}{error}"))?;
    Ok(line.split(' ').next().unwrap_or("").parse()?)
}

/// The statements that the server sends for the act, by their names, and what `pgbench` binds to them; `\gset` keeps what
/// the next ones need.
fn script_of_the_act() -> anyhow::Result<String> {
    let id = "(to_hex(:r::BIGINT) || '-0000-7000-8000-000000000000')";
    let (zero, digest) =
        ("'019a0000-0000-7000-8000-000000000001'", "'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'");
    let payload = format!("'{}'", crate::thread::PAYLOAD);
    let steps: [(&Room, &str, &[&str], &str); 8] = [
        (&catalogue::ROOM, "TEAM_BY_SLUG", &["('team-' || lpad(CAST(:client_id AS TEXT), 2, '0'))"], "\\gset t_"),
        (&catalogue::ROOM, "GROUP", &[":t_group_id"], "\\gset g_"),
        (&catalogue::ROOM, "CHANGES", &[":t_group_id"], ";"),
        (&report::ROOM, "FROZEN", &[":t_id", ":sprint"], ";"),
        (
            &report::ROOM,
            "CHANGE_WORDS",
            &[":t_id", ":sprint", "'win'", "'Berths can be booked from a phone now.'", "'bench'", ":r", ":v"],
            ";",
        ),
        (&kernel::ROOM, "INSERT_RECORD", &[id, ":r", zero, "'said'", "'report'", ":t_id", "''", zero, digest], ";"),
        (&kernel::ROOM, "INSERT_PAYLOAD", &[id, &payload], ";"),
        (&kernel::ROOM, "INSERT_PENDING", &[id], ";"),
    ];
    let mut out = format!(
        "\\set v :v + 1\n\\set r random(1, 9000000000000000000)\n\\set sprint {SPRINTS}\nBEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE;\n"
    );
    for (room, name, binds, end) in steps {
        let sql = room.statements.iter().flat_map(|s| s.iter()).find(|s| s.name == name).with_context(|| name.to_owned())?;
        let mut text = sql.text.to_owned();
        for (i, bound) in binds.iter().enumerate().rev() {
            text = text.replace(&format!("${}::", i + 1), &format!("{bound}::"));
        }
        writeln!(out, "{text}{}{end}", if end == ";" { "" } else { " " })?;
    }
    writeln!(out, "INSERT INTO topic_note (id, topic, at, instance) VALUES ({id}, :t_id, :r, 'pgbench');\nCOMMIT;")?;
    Ok(out)
}

/// Units of work that were run again and that were given up, with eight connections: 64 teams write words, and with three
/// `kinds` hand their report in and open it again in between.
fn aborts(plan: &Plan, config: &PgConfig, what: &str, kinds: u64) -> anyhow::Result<Vec<Figure>> {
    let mut again = Figure::absolute(format!("aborts, 8 connections, 64 teams: {what}"), Aim::AtMost(1.0), "%");
    let mut given_up = Figure::absolute("  units of work given up", Aim::AtMost(0.0), "");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for _ in 0..plan.rounds {
        begin_again(config)?;
        let (retries, lost) = (config.counters().retries(), config.counters().given_up());
        let db = Db::open(&Place::Postgres(config.clone()), IdSource::system(), Live::new())?;
        let units = runtime.block_on(meeting(plan, &db, kinds))?;
        db.close();
        let rerun = config.counters().retries() - retries;
        again.one(100.0 * rerun as f64 / units as f64);
        given_up.one((config.counters().given_up() - lost) as f64);
        again.note =
            format!("{:.0} units of work a second, {rerun} run again in the last round", units as f64 / plan.span.as_secs_f64());
    }
    Ok(vec![again, given_up])
}

async fn meeting(plan: &Plan, db: &Db, kinds: u64) -> anyhow::Result<u64> {
    let actor = Arc::new(Actor::job("bench", &[&rights::NOTES, &rights::READY]));
    let watch = Stopwatch::start();
    let span = plan.span;
    let tasks: Vec<_> = (0..TEAMS)
        .map(|n| {
            let (db, actor) = (db.clone(), Arc::clone(&actor));
            tokio::spawn(async move {
                let mut units = 0u64;
                let mut version = 1;
                while watch.elapsed() < span {
                    let now = Clock::system().now();
                    let cx = Ctx { actor: Arc::clone(&actor), ..Ctx::of(Actor::anonymous(), now, "bench") };
                    let step = units % kinds;
                    let done = db.write(now, move |tx| {
                        let team: Team = catalogue::store::team_by_slug(tx, &world::team(n))?;
                        match step {
                            0 => {
                                let text = "Berths can be booked from a phone now.".into();
                                report::acts::say(&cx, tx, &team, SPRINTS, &NewWords { kind: "win".into(), text, version })
                            }
                            1 => report::acts::hand_in(&cx, tx, &team, SPRINTS).map(|_| ()),
                            _ => report::acts::reopen(&cx, tx, &team, SPRINTS),
                        }
                    });
                    match done.await {
                        // Given up; the counters say how often.
                        Err(kernel::Error::Busy) => continue,
                        done => done?,
                    }
                    version += i64::from(step == 0);
                    units += 1;
                }
                // The next round finds every report open.
                if units % kinds == 2 {
                    let now = Clock::system().now();
                    let cx = Ctx { actor, ..Ctx::of(Actor::anonymous(), now, "bench") };
                    db.write(now, move |tx| {
                        let team = catalogue::store::team_by_slug(tx, &world::team(n))?;
                        report::acts::reopen(&cx, tx, &team, SPRINTS)
                    })
                    .await?;
                    units += 1;
                }
                anyhow::Ok(units)
            })
        })
        .collect();
    let mut units = 0;
    for task in tasks {
        units += task.await??;
    }
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_has_every_statement_with_all_its_parameters_bound() {
        let script = script_of_the_act().unwrap();
        assert_eq!(script.matches("INSERT INTO").count(), 4, "{script}");
        assert!(!script.contains('$'), "{script}");
    }
}
