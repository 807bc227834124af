//! A whole application for a test, on either engine: `TestApp::new(Engine::Postgres, ROOMS, gate)`.
//!
//! ```ignore
//! static ROOMS: &[&Room] = &[&kernel::ROOM, &people::ROOM];
//!
//! #[tokio::test(flavor = "multi_thread")]
//! async fn a_story() {
//!     for engine in TestApp::ENGINES {
//!         let t = TestApp::new(engine, ROOMS, PeopleGate::new());
//!         let mut browser = t.client();
//!         browser.get("/start").await.expect(200);
//!         t.clock.advance(Duration::from_secs(60));
//!         t.end().await;
//!     }
//! }
//! ```

use std::sync::atomic::{AtomicU32, Ordering};

use super::pg::{PgDatabase, server};
use super::{Client, error_page};
use crate::config::Config;
use crate::db::{Db, Engine, Place, sqlite};
use crate::ids::IdSource;
use crate::live::Live;
use crate::migrate;
use crate::room::Room;
use crate::time::{Clock, Time};
use crate::trail::merkle::hex_digest;
use crate::web::{App, Ctx, Gate, Parts};

/// An application with an empty database of its own, seeded ids and a clock that stands still until it is set.
pub struct TestApp {
    /// What is served.
    pub app: App,
    /// The application's clock; begins at [`TestApp::START`].
    pub clock: Clock,
    /// Dropped last: the database goes when nothing uses it any more.
    _database: Option<PgDatabase>,
}

/// What of a test application is not as usual; begin with [`TestApp::with`].
pub struct TestParts {
    engine: Engine,
    rooms: &'static [&'static Room],
    gate: Box<dyn Gate>,
    config: Config,
    seed: u64,
    error_page: fn(&App, &Ctx, &crate::error::Error) -> maud::Markup,
    places: &'static [(html::Place, &'static str, &'static str)],
}

impl TestApp {
    /// Both engines, for a story that runs on each.
    pub const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

    /// Tuesday 17 November 2026, 15:33 UTC, as in the mock-ups.
    pub const START: Time = Time(1_794_929_580_000_000);

    /// The usual one: settings as they are without a file, ids from seed 1, a plain page for errors.
    ///
    /// `rooms` come lowest first, the kernel's among them. SQLite is in memory; PostgreSQL is a copy of a database that
    /// is made once for each set of migrations.
    ///
    /// # Panics
    /// If the engine is not there or the application cannot be put together.
    pub fn new(engine: Engine, rooms: &'static [&'static Room], gate: impl Gate + 'static) -> Self {
        Self::with(engine, rooms, gate).build()
    }

    /// As [`TestApp::new`], with something else than usual: `TestApp::with(..).config(config).build()`.
    pub fn with(engine: Engine, rooms: &'static [&'static Room], gate: impl Gate + 'static) -> TestParts {
        TestParts { engine, rooms, gate: Box::new(gate), config: Config::default(), seed: 1, error_page, places: &[] }
    }

    /// A caller without credentials.
    pub fn client(&self) -> Client {
        Client::new(&self.app)
    }

    /// A second instance over the same database, as behind a balancer. End it with `stop` and `db.close`.
    ///
    /// # Panics
    /// As [`TestApp::new`].
    pub fn another(&self, gate: impl Gate + 'static, seed: u64) -> App {
        let (ids, live) = (IdSource::seeded(seed), Live::new());
        let db = Db::open(self.app.db.place(), ids.clone(), live.clone()).expect("a database");
        let (clock, config, rooms) = (self.clock.clone(), self.app.config.clone(), self.app.rooms);
        let parts = Parts { db, clock, ids, live, config, rooms, gate: Box::new(gate), error_page, places: &[], demo: false };
        App::new(parts).expect("an application")
    }

    /// Ends a story: no message may wait in the outbox, and the trail must verify.
    ///
    /// # Panics
    /// If something is left or broken.
    pub async fn end(self) {
        self.client().no_loose_ends().await;
        let now = self.app.now();
        let verified = self.app.db.read(move |tx| crate::trail::verify(tx, now)).await.expect("a read");
        assert!(verified.valid, "the trail does not verify: {verified:?}");
        self.app.db.close();
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.app.db.close();
    }
}

impl TestParts {
    /// Other settings.
    #[must_use]
    pub fn config(self, config: Config) -> Self {
        Self { config, ..self }
    }

    /// Another sequence of ids and secrets.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Another page for errors, such as the binary's.
    #[must_use]
    pub fn error_page(self, page: fn(&App, &Ctx, &crate::error::Error) -> maud::Markup) -> Self {
        Self { error_page: page, ..self }
    }

    /// Places of the masthead.
    #[must_use]
    pub fn places(self, places: &'static [(html::Place, &'static str, &'static str)]) -> Self {
        Self { places, ..self }
    }

    /// Makes the database and puts the application together.
    ///
    /// # Panics
    /// As [`TestApp::new`].
    pub fn build(self) -> TestApp {
        let TestParts { engine, rooms, gate, config, seed, error_page, places } = self;
        let (ids, live, clock) = (IdSource::seeded(seed), Live::new(), Clock::fixed(TestApp::START));
        let (place, database) = match engine {
            Engine::Sqlite => (memory(), None),
            Engine::Postgres => {
                let database = postgres(rooms);
                (Place::Postgres(database.config().clone()), Some(database))
            }
        };
        // A database in memory is gone with its last connection, so one is held until the application has its own.
        let held = (engine == Engine::Sqlite).then(|| sqlite::open(&place).expect("a database in memory"));
        if database.is_none() {
            migrate::run(&place, rooms, TestApp::START).expect("migrations");
        }
        let db = Db::open(&place, ids.clone(), live.clone()).expect("a database");
        drop(held);
        let parts = Parts { db, clock: clock.clone(), ids, live, config, rooms, gate, error_page, places, demo: false };
        TestApp { app: App::new(parts).expect("an application"), clock, _database: database }
    }
}

fn memory() -> Place {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    Place::Memory(format!("test-app-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

fn postgres(rooms: &'static [&'static Room]) -> PgDatabase {
    let texts = rooms.iter().flat_map(|r| r.migrations.iter().map(|m| format!("{} {} {}\n", r.name, m.number, m.sql)));
    let key = hex_digest(texts.collect::<String>().as_bytes());
    server().copy_of(&format!("app_{}", &key[..16]), |config| {
        migrate::run(&Place::Postgres(config.clone()), rooms, TestApp::START).map(|_| ())
    })
}
