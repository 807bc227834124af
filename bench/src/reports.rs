//! Reports read, beside a program of another kind that shows the same table: Django with the same rows in SQLite, an ORM
//! query and a template, served by gunicorn with two workers (`peer/report.py`). It judges nothing and writes no trail.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use anyhow::{Context, bail};

use crate::figure::{Aim, Figure, say};
use crate::folder::Folder;
use crate::http::Target;
use crate::load::{Make, block_on, closed};
use crate::plan::Plan;
use crate::server::{Server, free_port, target_folder};
use crate::world::{self, SPRINTS, TEAMS};

const CLIENTS: usize = 16;

pub(crate) fn run(plan: &Plan) -> anyhow::Result<Vec<Figure>> {
    let python = match environment() {
        Ok(python) => python,
        Err(why) => {
            say(&format!("  left out: {why:#}"));
            return Ok(Vec::new());
        }
    };
    let folder = Folder::new()?;
    let server = Server::start(&plan.binary, folder.path(), None)?;
    let target = block_on(world::fill(&server, folder.path()))??;
    let file = folder.file("peer.db");
    let rows = copy(&folder.file("bellwether.db"), &file)?;
    anyhow::ensure!(rows > 0, "no row was copied to the peer");
    let django = start(&python, &file)?;
    let other = Target { address: django.address, token: String::new() };
    let mut out = Vec::new();
    for (name, least, root) in [("page", Aim::AtLeast(10.0), ""), ("JSON", Aim::None, "/api/v1")] {
        let sizes = (size(&target, root)?, size(&other, root)?);
        let mut figure = Figure::ratio_of(format!("{name} of a draft report beside Django"), least, "a second");
        for _ in 0..plan.rounds {
            let theirs = block_on(closed(&other, CLIENTS, plan.warm, plan.span, of(&other, root)))??.rate;
            let ours = block_on(closed(&target, CLIENTS, plan.warm, plan.span, of(&target, root)))??.rate;
            anyhow::ensure!(ours > 0.0 && theirs > 0.0, "no answer within the span");
            figure.pair(ours, theirs);
        }
        figure.note = format!("{} bytes beside {}; {rows} values of the same {TEAMS} teams", sizes.0, sizes.1);
        out.push(figure);
    }
    Ok(out)
}

fn size(target: &Target, root: &str) -> anyhow::Result<usize> {
    let request = target.request("GET", &format!("{root}{}", world::report(0, SPRINTS)), "");
    block_on(async { anyhow::Ok(target.connect().await?.good(&request).await?.len()) })?
}

/// Requests for one report after the other.
fn of(target: &Target, root: &str) -> Rc<Make> {
    let path = |n: usize| format!("{root}{}", world::report(n, SPRINTS));
    let all: Vec<Vec<u8>> = (0..TEAMS).map(|n| target.request("GET", &path(n), "")).collect();
    Rc::new(move |client, n| all[(client * 7 + n as usize) % all.len()].clone())
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peer")
}

/// The Python of a virtual environment with what the peer needs; made when it is not there yet.
fn environment() -> anyhow::Result<PathBuf> {
    let folder = target_folder()?.join("bench-peer");
    let python = folder.join("bin").join("python");
    let there = |python: &Path| {
        let mut asked = Command::new(python);
        asked.args(["-c", "import django, gunicorn"]).stdout(Stdio::null()).stderr(Stdio::null());
        asked.status().is_ok_and(|s| s.success())
    };
    if there(&python) {
        return Ok(python);
    }
    say("  Making a virtual environment with Django …");
    ran(Command::new("python3").args(["-m", "venv"]).arg(&folder)).context("python3 -m venv")?;
    let wanted = sources().join("requirements.txt");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--timeout", "20", "--retries", "1", "-r"];
    ran(Command::new(&python).args(pip).arg(wanted)).context("Django could not be installed from PyPI")?;
    anyhow::ensure!(there(&python), "Django was installed and cannot be imported");
    Ok(python)
}

fn ran(command: &mut Command) -> anyhow::Result<()> {
    let done = command.stdin(Stdio::null()).output()?;
    if !done.status.success() {
        let told = String::from_utf8_lossy(&done.stderr);
        bail!("{}", told.trim().lines().last().unwrap_or("it failed without a word"));
    }
    Ok(())
}

/// Copies what a report shows into the peer's own tables; returns how many values.
fn copy(ours: &Path, peer: &Path) -> anyhow::Result<usize> {
    let conn = rusqlite::Connection::open(peer)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL;
         CREATE TABLE team (id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
         CREATE TABLE metric (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, detail TEXT NOT NULL,
           pillar TEXT NOT NULL, unit TEXT NOT NULL, decimals INTEGER NOT NULL, at_least REAL, at_most REAL);
         CREATE TABLE value (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL REFERENCES team (id),
           metric_id INTEGER NOT NULL REFERENCES metric (id), sprint INTEGER NOT NULL, number REAL NOT NULL, way TEXT NOT NULL,
           source TEXT NOT NULL, note TEXT NOT NULL, measured_at INTEGER NOT NULL);
         CREATE TABLE word (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL REFERENCES team (id), sprint INTEGER NOT NULL,
           kind TEXT NOT NULL, body TEXT NOT NULL, by TEXT NOT NULL);",
    )?;
    conn.execute("ATTACH DATABASE ?1 AS ours", [ours.to_string_lossy()])?;
    conn.execute("INSERT INTO team (slug, name) SELECT slug, name FROM ours.team ORDER BY slug", [])?;
    let template = "SELECT json_extract(r.value, '$.metric') AS key, CAST(s.key AS INTEGER) * 100 + CAST(r.key AS INTEGER) AS place \
         FROM ours.template_version t, json_each(t.body, '$.sections') s, json_each(s.value, '$.rows') r \
         WHERE json_extract(r.value, '$.metric') IS NOT NULL";
    conn.execute(
        &format!(
            "INSERT INTO metric (key, title, detail, pillar, unit, decimals, at_least, at_most) \
             SELECT v.metric, v.body ->> '$.title', coalesce(v.body ->> '$.detail', ''), v.body ->> '$.pillar', \
             coalesce(v.body ->> '$.unit', ''), coalesce(v.body ->> '$.decimals', 0), v.body ->> '$.target.at_least', \
             v.body ->> '$.target.at_most' FROM ours.metric_version v JOIN ({template}) w ON w.key = v.metric ORDER BY w.place"
        ),
        [],
    )?;
    let rows = conn.execute(
        "INSERT INTO value (team_id, metric_id, sprint, number, way, source, note, measured_at) \
         SELECT t.id, m.id, CAST(v.period AS INTEGER), v.number, v.way, v.source, v.note, v.measured_at FROM ours.metric_value v \
         JOIN ours.team o ON o.id = v.subject JOIN team t ON t.slug = o.slug JOIN metric m ON m.key = v.metric",
        [],
    )?;
    conn.execute(
        "INSERT INTO word (team_id, sprint, kind, body, by) SELECT t.id, w.sprint, w.kind, w.body, w.by_name FROM ours.report_words w \
         JOIN ours.team o ON o.id = w.team JOIN team t ON t.slug = o.slug",
        [],
    )?;
    conn.execute_batch(
        "CREATE INDEX value_of ON value (team_id, sprint, metric_id); CREATE INDEX word_of ON word (team_id, sprint);
         DETACH DATABASE ours; ANALYZE;",
    )?;
    Ok(rows)
}

/// Starts gunicorn with two workers. Threads of a worker keep the clients' connections, as ours does.
fn start(python: &Path, db: &Path) -> anyhow::Result<Server> {
    let address = free_port()?;
    let log = std::fs::File::create(db.with_extension("log"))?;
    let child = Command::new(python)
        .args(["-m", "gunicorn", "--workers", "2", "--worker-class", "gthread", "--threads", "4", "--keep-alive", "60"])
        .args(["--log-level", "warning", "--bind", &address.to_string(), "--chdir"])
        .arg(sources())
        .arg("report:application")
        .env("PEER_DB", db)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .context("gunicorn")?;
    let mut server = Server::of(child, address);
    server.wait("/alive")?;
    Ok(server)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The peer's rows come from a database of ours that has none: the statements hold, and nothing is made up.
    #[test]
    fn rows_are_copied_from_our_tables() {
        let folder = Folder::new().unwrap();
        let (ours, peer) = (folder.file("ours.db"), folder.file("peer.db"));
        let place = kernel::db::Place::File(ours.clone());
        kernel::migrate::run(&place, bellwether::rooms::ALL, kernel::time::Clock::system().now()).unwrap();
        assert_eq!(copy(&ours, &peer).unwrap(), 0);
    }
}
