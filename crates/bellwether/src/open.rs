//! Opens the data and puts the application together.

use kernel::config::Config;
use kernel::db::{Db, Place};
use kernel::error::Result;
use kernel::ids::IdSource;
use kernel::live::Live;
use kernel::migrate::{self, Upgraded};
use kernel::time::Clock;
use kernel::web::{App, Gate, Parts};

use crate::{errors, rooms};

/// Brings the tables up to date. Data that exist are backed up into `backups` of the data folder first.
///
/// # Errors
/// [`kernel::Error::Conflict`] for data of a newer version; nothing is changed then.
pub fn upgrade(config: &Config, place: &Place, clock: &Clock, ids: &IdSource) -> Result<Upgraded> {
    migrate::upgrade(place, rooms::ALL, clock.now(), ids, &config.data.join("backups"))
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
/// [`kernel::Error::Internal`] with the reason if the data cannot be opened.
pub fn app(opening: Opening) -> Result<App> {
    rooms::connect();
    let Opening { config, place, clock, ids, gate, demo } = opening;
    let live = Live::new();
    let db = Db::open(&place, ids.clone(), live.clone())?;
    App::new(Parts { db, clock, ids, live, config, rooms: rooms::ALL, gate, error_page: errors::page, places: rooms::PLACES, demo })
}
