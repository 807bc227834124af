//! Commands that open the data folder themselves.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kernel::backup::Broken;
use kernel::config::Config;
use kernel::db::Place;
use kernel::error::{Error, Result};
use kernel::ids::IdSource;
use kernel::time::Clock;
use kernel::web::{App, Ctx};
use kernel::{jobs, migrate as tables};
use serde_json::json;

use super::print::Out;
use crate::{demo, doctor as checks, folder, logs, open, rooms, serve as server};

fn say(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// `bellwether serve`.
pub(super) fn serve(mut config: Config, listen: Option<SocketAddr>, with_sample: bool) -> anyhow::Result<()> {
    if let Some(address) = listen {
        config.listen = address;
    }
    logs::start(&config);
    let runtime = tokio::runtime::Runtime::new()?;
    if with_sample { runtime.block_on(serve_demo(config)) } else { runtime.block_on(serve_data(config)) }
}

async fn serve_data(config: Config) -> anyhow::Result<()> {
    let lock = folder::Lock::take(&config.data)?;
    let place = folder::place(&config)?;
    // The port first: a migration must not run only to find that nobody can be served.
    let listener = server::bind(config.listen).await?;
    let done = open::upgrade(&config, &place, &Clock::system(), &IdSource::system())?;
    if let Some(file) = &done.backup {
        tracing::info!(file = %file.display(), "Backed up before {} migrations", done.applied);
    }
    let owner = server::owner_socket(&folder::socket(&config))?;
    let app = open::of(config, place)?;
    announce(&app).await?;
    let background = tokio::spawn(jobs::run(app.clone(), instance(&app)?));
    until_stopped(&app, listener, Some(owner)).await;
    let _ = background.await;
    app.db.close();
    let _ = std::fs::remove_file(folder::socket(&app.config));
    drop(lock);
    Ok(())
}

async fn serve_demo(config: Config) -> anyhow::Result<()> {
    let listener = server::bind(config.listen).await?;
    let app = demo::open(config).await?;
    say(&format!("Sample data in memory, gone when the program stops. Open {}/", app.config.url()));
    until_stopped(&app, listener, None).await;
    app.db.close();
    Ok(())
}

async fn until_stopped(app: &App, listener: tokio::net::TcpListener, owner: Option<tokio::net::UnixListener>) {
    let stopper = app.clone();
    tokio::spawn(async move {
        server::signal().await;
        tracing::info!("Stopping: answers under way may finish");
        stopper.stop();
    });
    server::run(app.clone(), listener, owner).await;
}

/// A name for this process, in leases.
fn instance(app: &App) -> Result<String> {
    Ok(app.ids.draw(app.now())?.nth(0).map(|id| id.to_string()).unwrap_or_default())
}

/// Prints where the server is; before there is an account, the link that makes the first one stands last.
async fn announce(app: &App) -> Result<()> {
    let url = app.config.url();
    match people::acts::setup_code(app).await? {
        None => say(&format!("bellwether is at {url}/")),
        Some(code) => {
            say(&format!("bellwether is at {url}/ and has no account yet. Make the first one here; the link works once:"));
            say(&format!("{url}/start?code={code}"));
        }
    }
    Ok(())
}

/// `bellwether migrate`.
pub(super) fn migrate(config: Config, out: Out, dry_run: bool) -> anyhow::Result<()> {
    let place = folder::place(&config)?;
    let _lock = folder::Lock::take(&config.data)?;
    let plan = tables::look(&place, rooms::ALL)?;
    let names: Vec<String> =
        plan.pending.iter().map(|p| format!("{} {} {}", p.room, p.migration.number, p.migration.name)).collect();
    if dry_run {
        return if out.json { out.json(&json!({ "pending": names })) } else { out.text(&listed(&names, "would be applied")) };
    }
    let done = open::upgrade(&config, &place, &Clock::system(), &IdSource::system())?;
    if out.json {
        return out.json(&json!({ "applied": names, "backup": done.backup }));
    }
    if let Some(file) = done.backup {
        out.text(&format!("Backed up to {}.", file.display()))?;
    }
    out.text(&listed(&names, "applied"))
}

fn listed(names: &[String], what: &str) -> String {
    match names.len() {
        0 => "The tables are up to date.".to_owned(),
        n => format!("{}\n{n} {what}.", names.join("\n")),
    }
}

/// `bellwether backup`.
pub(super) fn backup(config: &Config, out: Out, file: &Path) -> anyhow::Result<()> {
    let place = existing(config)?;
    let done = kernel::backup::backup(&place, rooms::ALL, file, Clock::system().now())?;
    report_copy(out, &done, "Backed up")
}

/// `bellwether restore`.
pub(super) fn restore(config: &Config, out: Out, file: &Path, accept_broken_trail: bool) -> anyhow::Result<()> {
    let _lock = folder::Lock::take(&config.data)?;
    let place = folder::place(config)?;
    let broken = if accept_broken_trail { Broken::Accept } else { Broken::Refuse };
    let done = kernel::backup::restore(file, &place, rooms::ALL, Clock::system().now(), broken)?;
    report_copy(out, &done, "Restored")
}

fn report_copy(out: Out, done: &kernel::backup::Done, verb: &str) -> anyhow::Result<()> {
    if out.json {
        return out.json(done);
    }
    if let Some(fault) = &done.trail_fault {
        let (file, seal, message) = (done.file.display(), fault.seal, &fault.message);
        say(&format!(
            "The trail in {file} breaks at seal {seal}: {message} The copy is complete all the same. Keep it, and find out why."
        ));
    }
    out.text(&format!(
        "{verb} {} rows of {} tables, {} bytes, {}.\nTrail: seal {} {}\nKeep this line elsewhere: a cut trail shows only against it.",
        done.rows,
        done.tables,
        done.bytes,
        done.file.display(),
        done.checkpoint.number,
        done.checkpoint.hash
    ))
}

/// The place of the settings, if there is data.
fn existing(config: &Config) -> Result<Place> {
    let place = folder::place(config)?;
    if let Place::File(path) = &place
        && !path.exists()
    {
        let message = format!("There is no data in {}. Name the folder with --data.", config.data.display());
        return Err(Error::invalid("data", message));
    }
    Ok(place)
}

/// `bellwether verify`: exit 1 if the trail has a fault.
pub(super) fn verify(config: Config, out: Out, file: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let found = match &file {
        Some(file) => {
            let conn = kernel::db::sqlite::open_read_only(file)?;
            kernel::backup::verify_file(&conn)?
        }
        None => match existing(&config)? {
            Place::File(path) => {
                let conn = kernel::db::sqlite::open_read_only(&path)?;
                kernel::backup::verify_file(&conn)?
            }
            place => {
                let app = open::of(config, place)?;
                let runtime = tokio::runtime::Runtime::new()?;
                let now = app.now();
                let found = runtime.block_on(kernel::trail::verify_all(&app.db, now));
                app.db.close();
                found?
            }
        },
    };
    if out.json {
        out.json(&found)?;
    } else {
        let unsealed = if found.unsealed > 0 { format!(", {} not sealed yet", found.unsealed) } else { String::new() };
        out.text(&match &found.first_fault {
            None => format!(
                "The trail is sound: {} records in {} seals{unsealed}.\nNewest seal {} {}",
                found.records, found.seals, found.checkpoint.number, found.checkpoint.hash
            ),
            Some(fault) => format!("The trail breaks at seal {}: {}.", fault.seal, fault.message),
        })?;
    }
    Ok(ExitCode::from(u8::from(!found.valid)))
}

/// `bellwether doctor`: exit 1 if something needs care.
pub(super) fn doctor(config: Config, out: Out) -> anyhow::Result<ExitCode> {
    let found = checks::examine(config);
    if out.json {
        out.json(&found)?;
    } else {
        let lines: Vec<String> = found.iter().map(|c| format!("{}  {}", if c.good { "good" } else { "CARE" }, c.says)).collect();
        out.text(&lines.join("\n"))?;
    }
    Ok(ExitCode::from(u8::from(found.iter().any(|c| !c.good))))
}

/// `bellwether user reset MAIL`: a link with which a person sets a new password.
pub(super) fn reset(config: Config, out: Out, mail: &str) -> anyhow::Result<()> {
    let place = existing(&config)?;
    let _lock = folder::Lock::take(&config.data)?;
    open::upgrade(&config, &place, &Clock::system(), &IdSource::system())?;
    let app = open::of(config, place)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let link = runtime.block_on(reset_link(&app, mail));
    app.db.close();
    let (url, hours) = link?;
    if out.json {
        return out.json(&json!({ "url": url, "hours": hours }));
    }
    out.text(&format!("Hand this link to {mail}. It works once, for {hours} hours:\n{url}"))
}

async fn reset_link(app: &App, mail: &str) -> Result<(String, u64)> {
    let secret = app.secret()?;
    let wanted = mail.trim().to_lowercase();
    let held = secret.clone();
    let cx = Ctx::of(checks::owner(), app.now(), "user-reset");
    let link = app
        .write(&cx, move |cx, tx| {
            let person = people::store::person_by_mail(tx, &wanted)?
                .ok_or_else(|| Error::NotFound(format!("There is no account with the mail address {wanted}.")))?;
            people::acts::reset_link(cx, tx, person.id, &held)
        })
        .await?;
    let hours = link.expires_at.since(cx.now).as_secs() / 3600;
    Ok((format!("{}/{}/{secret}", app.config.url(), link.kind), hours))
}
