//! Opens the data and puts the application together.

use std::path::PathBuf;

use kernel::config::Config;
use kernel::db::{Db, Place};
use kernel::error::{Error, Result};
use kernel::ids::IdSource;
use kernel::live::Live;
use kernel::time::Clock;
use kernel::web::{App, Gate, Parts};
use kernel::{backup, migrate};

use crate::{errors, rooms};

/// What was done to the tables at the start.
#[derive(Debug, Default)]
pub struct Upgraded {
    /// Migrations applied.
    pub applied: usize,
    /// The backup made before, if there was anything to back up.
    pub backup: Option<PathBuf>,
}

/// Brings the tables up to date. Data that exist are backed up into `backups` of the data folder first.
///
/// # Errors
/// [`Error::Conflict`] for data of a newer version; nothing is changed then.
pub fn upgrade(config: &Config, place: &Place, clock: &Clock, ids: &IdSource) -> Result<Upgraded> {
    if matches!(place, Place::Memory(_)) {
        return Ok(Upgraded { applied: migrate::run(place, rooms::ALL, clock.now())?, backup: None });
    }
    let plan = migrate::look(place, rooms::ALL)?;
    if plan.pending.is_empty() {
        return Ok(Upgraded::default());
    }
    let mut done = Upgraded::default();
    if !plan.fresh {
        let folder = config.data.join("backups");
        std::fs::create_dir_all(&folder).map_err(|e| Error::internal(format!("{}: {e}", folder.display())))?;
        let id = ids.draw(clock.now())?.nth(0).ok_or_else(|| Error::internal("no id"))?;
        let file = backup::automatic_name(&folder, clock.now(), id);
        backup::backup(place, rooms::ALL, &file, clock.now())?;
        done.backup = Some(file);
    }
    done.applied = migrate::run(place, rooms::ALL, clock.now())?;
    Ok(done)
}

/// What the application is opened with; tests bring their own clock and ids.
pub struct Opening {
    /// Settings.
    pub config: Config,
    /// Where the data is; brought up to date already.
    pub place: Place,
    /// The one clock.
    pub clock: Clock,
    /// The one source of ids.
    pub ids: IdSource,
    /// Who is who.
    pub gate: Box<dyn Gate>,
    /// Sample data.
    pub demo: bool,
}

/// Opens the data with the machine's clock and random source.
///
/// # Errors
/// As [`app`].
pub fn of(config: Config, place: Place) -> Result<App> {
    let gate = Box::new(people::PeopleGate::new());
    app(Opening { config, place, clock: Clock::system(), ids: IdSource::system(), gate, demo: false })
}

/// Opens the data.
///
/// # Errors
/// [`Error::Internal`] with the reason if the data cannot be opened.
pub fn app(opening: Opening) -> Result<App> {
    rooms::connect();
    let Opening { config, place, clock, ids, gate, demo } = opening;
    let live = Live::new();
    let db = Db::open(&place, ids.clone(), live.clone())?;
    App::new(Parts {
        db,
        clock,
        ids,
        live,
        config,
        rooms: rooms::ALL,
        gate,
        error_page: errors::page,
        places: rooms::PLACES,
        demo,
    })
}
