//! A real PostgreSQL server for tests: started by whichever test process comes first, found by the others through a
//! file in the target folder, stopped by [`stop`]. It keeps `fsync` on and speaks TLS on the loopback address. With the
//! environment variable `BELLWETHER_TEST_PG` (a URL whose role may create databases) that server is used instead.

mod cluster;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

pub use cluster::{Cluster, OwnCluster};

use crate::db::postgres::{PgConfig, connect_raw};
use crate::error::{Error, Result};
use crate::ids::IdSource;

/// The server that all tests share.
pub struct PgServer {
    admin: PgConfig,
    cluster: Option<Cluster>,
    /// Holds the locks.
    state: PathBuf,
}

/// A database of its own, dropped with this guard.
pub struct PgDatabase {
    config: PgConfig,
    admin: PgConfig,
    name: String,
}

/// The shared server; started if it does not run yet, which takes a few seconds once.
///
/// # Panics
/// If there is no PostgreSQL, or it does not start; says what is missing.
pub fn server() -> &'static PgServer {
    static SERVER: OnceLock<PgServer> = OnceLock::new();
    SERVER.get_or_init(|| PgServer::find().unwrap_or_else(|e| panic!("no PostgreSQL for tests: {e:?}")))
}

/// Stops the shared server and removes its data. Does nothing if it does not run.
///
/// # Errors
/// [`Error::Internal`] if it runs and cannot be stopped.
pub fn stop() -> Result<()> {
    let state = state_folder()?;
    let _lock = lock(&state, "lock")?;
    let file = state.join("server");
    if let Ok(text) = fs::read_to_string(&file) {
        if let Some(cluster) = Cluster::from_state(&text) {
            cluster.remove()?;
        }
        fs::remove_file(&file).map_err(Error::internal)?;
    }
    Ok(())
}

impl PgServer {
    fn find() -> Result<Self> {
        let state = state_folder()?;
        if let Some(url) = std::env::var_os("BELLWETHER_TEST_PG") {
            let admin = PgConfig::parse(&url.to_string_lossy())?;
            return Ok(Self { admin, cluster: None, state });
        }
        // Held until the server answers: the processes that come second wait for the first.
        let _lock = lock(&state, "lock")?;
        let file = state.join("server");
        if let Some(cluster) = fs::read_to_string(&file).ok().and_then(|text| Cluster::from_state(&text)) {
            let admin = cluster.socket("postgres")?;
            if connect_raw(&admin).is_ok() {
                return Ok(Self { admin, cluster: Some(cluster), state });
            }
            cluster.remove()?;
        }
        let cluster = Cluster::create(&state)?;
        cluster.start()?;
        fs::write(&file, cluster.to_state()).map_err(Error::internal)?;
        Ok(Self { admin: cluster.socket("postgres")?, cluster: Some(cluster), state })
    }

    /// The cluster that we run ourselves; none with `BELLWETHER_TEST_PG`.
    pub fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// An empty database.
    ///
    /// # Panics
    /// If the server refuses.
    pub fn fresh_database(&self) -> PgDatabase {
        self.database("template0").unwrap_or_else(|e| panic!("no database for a test: {e:?}"))
    }

    /// A copy of a database that `make` fills once per `key` (letters, digits and `_`; change it when what `make` does
    /// changes): migrations run once, not per test.
    ///
    /// # Panics
    /// If the server refuses, or `make` fails.
    pub fn copy_of(&self, key: &str, make: impl FnOnce(&PgConfig) -> Result<()>) -> PgDatabase {
        let template = format!("template_{}{key}", if self.words_sorted().is_empty() { "" } else { "words_" });
        self.template(&template, make)
            .and_then(|()| self.database(&template))
            .unwrap_or_else(|e| panic!("no database for a test: {e:?}"))
    }

    /// What makes a database sort text as people do and not by bytes, where the server can: most databases out there do, and
    /// a text order without `COLLATE "C"` shows only on them.
    fn words_sorted(&self) -> &'static str {
        static HOW: OnceLock<&'static str> = OnceLock::new();
        HOW.get_or_init(|| {
            let known = "SELECT CAST(count(*) AS BIGINT) FROM pg_collation WHERE collprovider = 'i'";
            let known = connect_raw(&self.admin).and_then(|mut admin| admin.query(known, &[], &[])?[0].int(0));
            if known.is_ok_and(|n| n > 0) { " LOCALE_PROVIDER icu ICU_LOCALE 'en-US'" } else { "" }
        })
    }

    fn template(&self, name: &str, make: impl FnOnce(&PgConfig) -> Result<()>) -> Result<()> {
        let _lock = lock(&self.state, name)?;
        let mut admin = connect_raw(&self.admin)?;
        if !admin.query(&format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"), &[], &[])?.is_empty() {
            return Ok(());
        }
        // Under another name until it is complete: a failed `make` leaves nothing that looks done.
        let building = format!("{name}_building");
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {building} WITH (FORCE)"))?;
        admin.batch_execute(&format!("CREATE DATABASE {building} TEMPLATE template0{}", self.words_sorted()))?;
        make(&self.admin.with_database(&building))?;
        admin.batch_execute(&format!("ALTER DATABASE {building} RENAME TO {name}"))
    }

    fn database(&self, template: &str) -> Result<PgDatabase> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let mut random = [0u8; 4];
        IdSource::system().fill(&mut random)?;
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{n}_{}", std::process::id(), hex::encode(random));
        let how = if template == "template0" { self.words_sorted() } else { "" };
        connect_raw(&self.admin)?.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}{how}"))?;
        Ok(PgDatabase { config: self.admin.with_database(&name), admin: self.admin.clone(), name })
    }
}

impl PgDatabase {
    /// How to reach it.
    pub fn config(&self) -> &PgConfig {
        &self.config
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for PgDatabase {
    fn drop(&mut self) {
        // A failure only leaves a database behind, which goes with the server.
        if let Ok(mut admin) = connect_raw(&self.admin) {
            let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

/// `test-postgres` in the target folder of this build, which cargo marks with a tag file.
fn state_folder() -> Result<PathBuf> {
    let exe = std::env::current_exe().map_err(Error::internal)?;
    let target = exe.ancestors().find(|p| p.join("CACHEDIR.TAG").is_file());
    let folder = target.map_or_else(|| std::env::temp_dir().join("bellwether-test-postgres"), |t| t.join("test-postgres"));
    fs::create_dir_all(&folder).map_err(Error::internal)?;
    Ok(folder)
}

/// A lock between processes, held while the file is open.
fn lock(folder: &Path, name: &str) -> Result<File> {
    let file = File::create(folder.join(format!("{name}.lock"))).map_err(Error::internal)?;
    file.lock().map_err(Error::internal)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    /// Not a test: `cargo nextest run -p bellwether-kernel --run-ignored only pg_stop` ends the shared server.
    #[test]
    #[ignore = "stops the server that other tests use"]
    fn pg_stop() {
        super::stop().unwrap();
    }
}
