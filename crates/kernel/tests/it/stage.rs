//! A database on either engine for one test, and what several tests do with it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use kernel::db::postgres::{PgConfig, connect_raw};
use kernel::db::{Db, Engine, Place, Tx};
use kernel::error::{Error, Result};
use kernel::ids::{IdSource, Ref};
use kernel::live::Live;
use kernel::room::{Migration, Room};
use kernel::testing::pg::{PgDatabase, server};
use kernel::time::Time;
use kernel::trail;
use kernel::trail::merkle::hex_digest;
use kernel::web::{Actor, Ctx};

pub(crate) const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

pub(crate) const NOW: Time = Time(1_795_539_600_000_000);

kernel::sql! {
    pub(crate) PUT_ALL = "INSERT INTO thing (id, n, x, t) VALUES ($1::TEXT, $2::BIGINT, $3::FLOAT8, $4::TEXT)";
    pub(crate) PUT_N = "INSERT INTO thing (id, n) VALUES ($1::TEXT, $2::BIGINT)";
    pub(crate) UPSERT = "INSERT INTO thing (id, n) VALUES ($1::TEXT, $2::BIGINT) ON CONFLICT (id) DO UPDATE SET n = excluded.n";
    pub(crate) COUNT = "SELECT CAST(count(*) AS BIGINT) FROM thing";
    pub(crate) IDS = "SELECT id FROM thing ORDER BY id COLLATE \"C\"";
    pub(crate) LOAD_ROW = "INSERT INTO loaded (import, n) VALUES ($1::TEXT, $2::BIGINT)";
    pub(crate) UNLOAD_ROWS = "DELETE FROM loaded WHERE import = $1::TEXT";
    pub(crate) PUBLISHED_ROWS = "SELECT CAST(count(*) AS BIGINT) FROM loaded l JOIN import i ON i.id = l.import WHERE i.published_at IS NOT NULL";
    pub(crate) ALL_LOADED = "SELECT CAST(count(*) AS BIGINT) FROM loaded";
}

/// Tables for tests, as a room brings them.
pub(crate) static TABLES: Room = Room {
    name: "stage",
    routes: &[],
    migrations: &[Migration {
        number: 1,
        name: "stage",
        sql: "CREATE TABLE thing (\n  id TEXT PRIMARY KEY,\n  n BIGINT,\n  x DOUBLE PRECISION,\n  t TEXT\n);\n\
              CREATE TABLE loaded (\n  import TEXT NOT NULL,\n  n BIGINT NOT NULL,\n  PRIMARY KEY (import, n)\n);\n",
    }],
    statements: &[STATEMENTS],
    jobs: &[],
    rights: &[],
};

pub(crate) static KERNEL: &[&Room] = &[&kernel::ROOM];

pub(crate) static ROOMS: &[&Room] = &[&kernel::ROOM, &TABLES];

/// A folder of its own, removed with this guard.
pub(crate) struct Scratch(pub(crate) std::path::PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::SeqCst);
        let dir = std::env::temp_dir().join(format!("bw-kernel-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }
    pub(crate) fn place(&self) -> Place {
        Place::File(self.0.join("bellwether.db"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A migrated database, opened once; more instances on request.
pub(crate) struct Stage {
    pub(crate) db: Db,
    pub(crate) live: Live,
    pub(crate) place: Place,
    pub(crate) engine: Engine,
    // After `db`, so that nothing uses them any more when they go.
    _folder: Scratch,
    _postgres: Option<PgDatabase>,
}

impl Stage {
    pub(crate) fn on(engine: Engine) -> Self {
        Self::set(engine, |_| {})
    }

    /// With other settings of PostgreSQL.
    pub(crate) fn set(engine: Engine, change: impl Fn(&mut PgConfig)) -> Self {
        let folder = Scratch::new();
        let (place, postgres) = match engine {
            Engine::Sqlite => {
                kernel::migrate::run(&folder.place(), ROOMS, NOW).unwrap();
                (folder.place(), None)
            }
            Engine::Postgres => {
                let text: String = ROOMS.iter().flat_map(|r| r.migrations).map(|m| m.sql).collect();
                let key = format!("stage_{}", &hex_digest(text.as_bytes())[..16]);
                let pg = server().copy_of(&key, |c| kernel::migrate::run(&Place::Postgres(c.clone()), ROOMS, NOW).map(|_| ()));
                let mut config = pg.config().clone();
                change(&mut config);
                (Place::Postgres(config), Some(pg))
            }
        };
        let (db, live) = open(&place);
        Self { db, live, place, engine, _folder: folder, _postgres: postgres }
    }

    /// Another instance on the same data.
    pub(crate) fn another(&self) -> (Db, Live) {
        open(&self.place)
    }

    /// Statements behind the server's back, as somebody with access to the data could give them.
    pub(crate) fn raw(&self, sql: &str) {
        raw(&self.place, sql);
    }

    pub(crate) async fn count(&self) -> i64 {
        self.db.read(|tx| tx.one(&COUNT, &[])?.int(0)).await.unwrap()
    }

    /// Waits until no record waits for its seal.
    pub(crate) async fn sealed(&self) {
        let sealed = async {
            while self.db.read(trail::oldest_pending).await.unwrap().is_some() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), sealed).await.expect("the sealer comes");
    }

    /// Seals what is pending without waiting for the sealer's next round.
    pub(crate) async fn seal(&self) {
        // The sealer itself may be faster, and this one be refused.
        while self.db.read(trail::oldest_pending).await.unwrap().is_some() {
            let _ = self.db.append(NOW, |tx| trail::seal_pending(tx, NOW)).await;
        }
    }

    pub(crate) async fn verify(&self) -> trail::Verified {
        self.db.read(|tx| trail::verify(tx, NOW)).await.unwrap()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.db.close();
    }
}

pub(crate) fn raw(place: &Place, sql: &str) {
    match place {
        Place::File(path) => {
            let conn = rusqlite::Connection::open(path).unwrap();
            conn.busy_timeout(Duration::from_secs(5)).unwrap();
            conn.execute_batch(&sql.replace("BIGINT", "INTEGER")).unwrap();
        }
        Place::Postgres(config) => connect_raw(config).unwrap().batch_execute(sql).unwrap(),
        Place::Memory(_) => unreachable!("not used here"),
    }
}

/// Each with ids of its own, as instances have.
pub(crate) fn open(place: &Place) -> (Db, Live) {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let live = Live::new();
    let ids = IdSource::seeded(SEED.fetch_add(1, Ordering::SeqCst));
    (Db::open(place, ids, live.clone()).unwrap(), live)
}

pub(crate) fn put(tx: &mut dyn Tx, id: &str) -> Result<()> {
    tx.execute(&PUT_N, &[id.into(), 1.into()]).map(|_| ())
}

/// One record of the trail on `thing/{subject}`.
pub(crate) fn note(tx: &mut dyn Tx, subject: impl std::fmt::Display) -> Result<()> {
    let cx = context();
    let subject = subject.to_string();
    let payload = serde_json::json!({ "thing": &subject });
    trail::record(&cx, tx, "changed", &Ref::new("thing", subject), &payload, "because").map(|_| ())
}

pub(crate) fn context() -> Ctx {
    Ctx::of(Actor::job("test", &[]), NOW, "r")
}

/// Keeps the writer busy until it is told to go on: everything that comes meanwhile waits in its queue.
pub(crate) struct Held {
    go: std::sync::mpsc::Sender<()>,
    unit: tokio::task::JoinHandle<Result<()>>,
}

impl Held {
    pub(crate) async fn new(db: &Db) -> Self {
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let wait = Mutex::new(wait);
        let (started, begun) = tokio::sync::oneshot::channel();
        let started = Mutex::new(Some(started));
        let db = db.clone();
        let unit = tokio::spawn(async move {
            let work = move |_: &mut dyn Tx| {
                started.lock().unwrap().take().map(|s| s.send(()));
                let _ = wait.lock().unwrap().recv();
                Ok(())
            };
            db.write(NOW, work).await
        });
        begun.await.unwrap();
        Self { go, unit }
    }

    pub(crate) async fn release(self) {
        self.go.send(()).unwrap();
        self.unit.await.unwrap().unwrap();
    }
}

/// Starts a write and returns when it is queued, so that several have a known order.
pub(crate) async fn queued<F>(db: &Db, work: F) -> tokio::task::JoinHandle<Result<()>>
where
    F: Fn(&mut dyn Tx) -> Result<()> + Send + 'static,
{
    let before = db.waiting()[1];
    let task = tokio::spawn({
        let db = db.clone();
        async move { db.write(NOW, work).await }
    });
    while db.waiting()[1] == before {
        tokio::task::yield_now().await;
    }
    task
}

/// Where a number of threads meet; whoever waits 20 s in vain goes on and says so.
pub(crate) struct Meeting {
    here: Mutex<usize>,
    all: Condvar,
    expected: usize,
}

impl Meeting {
    pub(crate) fn of(expected: usize) -> Arc<Self> {
        Arc::new(Self { here: Mutex::new(0), all: Condvar::new(), expected })
    }

    pub(crate) fn arrive(&self) -> bool {
        let mut here = self.here.lock().unwrap();
        *here += 1;
        self.all.notify_all();
        let wait = Duration::from_secs(20);
        !self.all.wait_timeout_while(here, wait, |here| *here < self.expected).unwrap().1.timed_out()
    }
}

pub(crate) fn is_busy<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Busy))
}
