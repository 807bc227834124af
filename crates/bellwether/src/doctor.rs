//! `bellwether doctor`: looks at settings, folder, tables and trail, and says what needs care and how to mend it.

use std::os::unix::fs::PermissionsExt;

use kernel::config::Config;
use kernel::db::postgres::PgConfig;
use kernel::db::{Place, sqlite};
use kernel::error::{Error, Result};
use kernel::web::{Actor, ActorId, Scope};
use kernel::{backup, migrate};
use serde::Serialize;

use crate::{folder, rooms};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Nothing has to be done.
    pub good: bool,
    /// What was found, and how to mend it.
    pub says: String,
}

fn good(says: impl Into<String>) -> Check {
    Check { good: true, says: says.into() }
}

fn care(says: impl Into<String>) -> Check {
    Check { good: false, says: says.into() }
}

/// Everything that can be looked at without stopping a server.
pub fn examine(config: Config) -> Vec<Check> {
    let mut out = vec![settings(&config)];
    let place = match folder::place(&config) {
        Ok(place) => place,
        Err(e) => return vec![care(e.to_string())],
    };
    if let Place::File(path) = &place {
        if !path.exists() {
            out.push(care(format!("There is no data in {}. `bellwether serve` makes it.", config.data.display())));
            return out;
        }
        out.push(permissions(&config));
        out.push(space(&config));
    }
    out.push(schema(&place));
    out.push(match &place {
        Place::File(path) => sqlite_trail(path).unwrap_or_else(|e| care(detail(&e))),
        Place::Postgres(config) => postgres_trail(config).unwrap_or_else(|e| care(detail(&e))),
        Place::Memory(_) => good("The data are in memory."),
    });
    for root in &config.git.roots {
        out.push(match std::fs::read_dir(root) {
            Ok(_) => good(format!("git.roots: {} can be read.", root.display())),
            Err(e) => care(format!("git.roots: {} cannot be read: {e}.", root.display())),
        });
    }
    out.push(git());
    out
}

fn detail(e: &Error) -> String {
    match e {
        Error::Internal(detail) => detail.clone(),
        e => e.to_string(),
    }
}

fn settings(config: &Config) -> Check {
    let exposed = !config.listen.ip().is_loopback() && !config.secure();
    if exposed {
        care(format!(
            "The server listens on {} without https. Put it behind a proxy with a certificate and set public_url to https://..",
            config.listen
        ))
    } else {
        good(format!("Settings are sound; the server's address is {}.", config.url()))
    }
}

fn permissions(config: &Config) -> Check {
    let shown = config.data.display();
    match std::fs::metadata(&config.data) {
        Err(e) => care(format!("{shown} cannot be looked at: {e}.")),
        Ok(m) if m.permissions().mode() & 0o077 != 0 => {
            care(format!("Others on this machine can look into {shown}. Take their rights away: chmod 700 {shown}"))
        }
        Ok(_) => good(format!("Only its owner can look into {shown}.")),
    }
}

/// Writes and removes a file as large as the database's own unit of growth.
fn space(config: &Config) -> Check {
    let probe = config.data.join("doctor.probe");
    let written = std::fs::write(&probe, vec![0u8; 16 * 1024 * 1024]);
    let _ = std::fs::remove_file(&probe);
    match written {
        Ok(()) => good("There is room for 16 MiB more in the data folder."),
        Err(e) => care(format!("16 MiB cannot be written into the data folder: {e}. Make room.")),
    }
}

fn schema(place: &Place) -> Check {
    match migrate::look(place, rooms::ALL) {
        Ok(plan) if plan.pending.is_empty() => good("The tables are up to date."),
        Ok(plan) => care(format!("{} migrations wait. The next start applies them, with a backup before.", plan.pending.len())),
        Err(e) => care(detail(&e)),
    }
}

fn sqlite_trail(path: &std::path::Path) -> Result<Check> {
    let conn = sqlite::open_read_only(path)?;
    let check: String = conn.query_row("PRAGMA quick_check", [], |r| r.get(0)).map_err(Error::internal)?;
    if check != "ok" {
        return Ok(care(format!("The database is damaged: {check}. Restore the newest backup into a new folder.")));
    }
    let found = backup::verify_file(&conn)?;
    Ok(match found.first_fault {
        None => good(format!("The database is sound; its trail has {} records in {} seals.", found.records, found.seals)),
        Some(fault) => care(format!("The trail breaks at seal {}: {}. Compare with a backup.", fault.seal, fault.message)),
    })
}

fn postgres_trail(config: &PgConfig) -> Result<Check> {
    Ok(if kernel::trail::kept_by_grants(config)? {
        good("PostgreSQL answers, and keeps the server's role from changing the trail. `bellwether verify` recomputes it.")
    } else {
        care(
            "The server's role may change the trail, as superusers may. Use a role made with `createuser bellwether` that owns the \
             database. `bellwether verify` shows such a change either way.",
        )
    })
}

fn git() -> Check {
    match std::process::Command::new("git").arg("--version").output() {
        Ok(o) if o.status.success() => good(format!("{} is here.", String::from_utf8_lossy(&o.stdout).trim())),
        _ => care("git is not installed, so git sources cannot run. Install it."),
    }
}

/// Whoever owns the data folder, with every right: for commands under the folder's lock.
pub fn owner() -> Actor {
    let rights = rooms::ALL.iter().flat_map(|r| r.rights).map(|r| (r.key, Scope::All)).collect();
    Actor { id: ActorId::Owner, name: "Owner of the data folder".into(), rights, ..Actor::anonymous() }
}
