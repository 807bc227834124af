//! One PostgreSQL cluster in a temporary folder: a unix socket without a password inside that folder, which only its
//! owner can enter, and the loopback address with password and TLS. PostgreSQL refuses to run as root, so root runs it
//! as the user `postgres`.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::db::postgres::{PgConfig, connect_raw};
use crate::error::{Error, Result};
use crate::ids::IdSource;
use crate::time::Stopwatch;

const SETTINGS: &str = "
fsync = on
synchronous_commit = on
max_connections = 400
shared_buffers = 128MB
max_wal_size = 512MB
password_encryption = scram-sha-256
log_line_prefix = '%m %d %e '
";

/// A cluster; [`Cluster::remove`] ends it.
#[derive(Debug, Clone)]
pub struct Cluster {
    data: PathBuf,
    port: u16,
    password: String,
}

impl Cluster {
    /// Makes a cluster that does not run yet. `key` tells its folder from others'.
    ///
    /// # Errors
    /// [`Error::Internal`] if PostgreSQL is not installed or refuses.
    pub fn create(key: &Path) -> Result<Self> {
        let digest = hex::encode(Sha256::digest(key.as_os_str().as_encoded_bytes()));
        let data = std::env::temp_dir().join(format!("bellwether-pg-{}", &digest[..12]));
        let mut random = [0u8; 12];
        IdSource::system().fill(&mut random)?;
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).map_err(Error::internal)?.port();
        let cluster = Self { data, port, password: hex::encode(random) };
        cluster.remove()?;
        let data = cluster.data.display();
        cluster.shell(&format!(
            "umask 077 && {} -D {data} -U tester --no-sync --encoding=UTF8 --locale=C \
             --auth-local=trust --auth-host=scram-sha-256 >/dev/null",
            tool("initdb")?
        ))?;
        cluster.shell(&format!(
            "cat >> {data}/postgresql.conf <<'END'\n{SETTINGS}port = {port}\nlisten_addresses = '127.0.0.1'\n\
             unix_socket_directories = '{data}'\nEND"
        ))?;
        cluster.certificates()?;
        Ok(cluster)
    }

    /// Two authorities, of which the first signs the server's certificate for `localhost`.
    fn certificates(&self) -> Result<()> {
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650";
        self.shell(&format!(
            "cd {} && umask 077 && exec 2>certificates.log && \
             for ca in ca other; do \
               openssl req -x509 {key} -keyout $ca.key -out $ca.pem -subj /CN=$ca \
                 -addext basicConstraints=critical,CA:TRUE; \
             done && \
             openssl req {key} -keyout server.key -out server.csr -subj /CN=localhost && \
             printf 'subjectAltName=DNS:localhost\\nbasicConstraints=CA:FALSE\\n' > server.ext && \
             openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 \
               -extfile server.ext -out server.crt && \
             printf 'ssl = on\\n' >> postgresql.conf",
            self.data.display()
        ))
    }

    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// [`Error::Internal`] with the end of the server's log.
    pub fn start(&self) -> Result<()> {
        let data = self.data.display();
        let started = self.shell(&format!("{} start -w -t 60 -s -D {data} -l {data}/server.log", tool("pg_ctl")?));
        if let Err(e) = started {
            let log = fs::read_to_string(self.data.join("server.log")).unwrap_or_default();
            let end: Vec<_> = log.lines().rev().take(5).collect();
            return Err(Error::internal(format!("{e:?}: {end:?}")));
        }
        let password = &self.password;
        connect_raw(&self.socket("postgres")?)?.batch_execute(&format!("ALTER ROLE tester PASSWORD '{password}'"))
    }

    /// Kills the server as a power cut would: no checkpoint, links cut.
    ///
    /// # Errors
    /// [`Error::Internal`] if it does not run.
    pub fn kill(&self) -> Result<()> {
        self.shell(&format!("{} stop -w -s -m immediate -D {}", tool("pg_ctl")?, self.data.display()))
    }

    /// Kills the server's first process with `kill -9`, as a machine short of memory would; the others end when they notice.
    /// Start it again with [`Cluster::start`].
    ///
    /// # Errors
    /// [`Error::Internal`] if it does not run, or its other processes do not end.
    pub fn crash(&self) -> Result<()> {
        let file = self.data.join("postmaster.pid");
        let text = fs::read_to_string(&file).map_err(Error::internal)?;
        let pid = text.lines().next().unwrap_or_default();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        self.shell(&format!("kill -9 {pid}"))?;
        for child in children.split_whitespace() {
            let watch = Stopwatch::start();
            // Whoever adopts them may leave them as zombies.
            while fs::read_to_string(format!("/proc/{child}/stat")).is_ok_and(|s| !s.contains(") Z ")) {
                if watch.elapsed() > Duration::from_secs(20) {
                    return Err(Error::internal(format!("process {child} of the killed server goes on")));
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        // For the same reason the new server may believe that the old one still runs.
        let _ = fs::remove_file(self.data.join(format!(".s.PGSQL.{}.lock", self.port)));
        fs::remove_file(&file).map_err(Error::internal)
    }

    /// Stops the server if it runs, and removes its folder.
    ///
    /// # Errors
    /// [`Error::Internal`] if the folder stays.
    pub fn remove(&self) -> Result<()> {
        if self.data.join("postmaster.pid").exists() {
            // It may be left from a machine that was switched off.
            let _ = self.kill();
        }
        match fs::remove_dir_all(&self.data) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::internal(e)),
            _ => Ok(()),
        }
    }

    /// How to reach it over the socket, without a password.
    ///
    /// # Errors
    /// None in practice; the URL is ours.
    pub fn socket(&self, database: &str) -> Result<PgConfig> {
        PgConfig::parse(&format!("postgres://tester@/{database}?host={}&port={}", self.data.display(), self.port))
    }

    /// How to reach it over TCP with a password; `host` and `query` as in a URL.
    ///
    /// # Errors
    /// As [`PgConfig::parse`].
    pub fn tcp(&self, host: &str, database: &str, query: &str) -> Result<PgConfig> {
        PgConfig::parse(&format!("postgres://tester:{}@{host}:{}/{database}?{query}", self.password, self.port))
    }

    /// PEM file of the authority that signed the server's certificate, or of one that did not.
    pub fn authority(&self, right: bool) -> PathBuf {
        self.data.join(if right { "ca.pem" } else { "other.pem" })
    }

    /// The TCP port, which is also part of the socket's name.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Folder of data and socket.
    pub fn folder(&self) -> &Path {
        &self.data
    }

    pub(super) fn to_state(&self) -> String {
        format!("{}\n{}\n{}\n", self.data.display(), self.port, self.password)
    }

    pub(super) fn from_state(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let data = PathBuf::from(lines.next()?);
        // Guards what `remove` may remove.
        let ours = data.file_name()?.to_str()?.starts_with("bellwether-pg-");
        let (port, password) = (lines.next()?.parse().ok()?, lines.next()?.to_owned());
        ours.then_some(Self { data, port, password })
    }

    /// Runs a line of shell as the user that owns the server. Nothing of ours is left open in the child, so that no test
    /// runner waits for the server.
    fn shell(&self, line: &str) -> Result<()> {
        let root = fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0);
        let mut command = if root { Command::new("runuser") } else { Command::new("sh") };
        if root {
            command.args(["-u", "postgres", "--", "sh"]);
        }
        let path = std::env::temp_dir().join(format!("bellwether-pg-{}-{}.err", std::process::id(), self.port));
        let errors = fs::File::create(&path).map_err(Error::internal)?;
        command.arg("-c").arg(line).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors);
        let status = command.status();
        let text = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(&path);
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Error::internal(format!("{status}: {}", text.trim()))),
            Err(e) => Err(Error::internal(e)),
        }
    }
}

/// A cluster of one test, for tests that kill the server; removed with this guard.
pub struct OwnCluster(Cluster);

impl OwnCluster {
    /// Makes and starts one; takes about a second.
    ///
    /// # Errors
    /// As [`Cluster::create`] and [`Cluster::start`].
    pub fn start() -> Result<Self> {
        let mut random = [0u8; 8];
        IdSource::system().fill(&mut random)?;
        let own = Self(Cluster::create(Path::new(&hex::encode(random)))?);
        own.0.start()?;
        Ok(own)
    }
}

impl std::ops::Deref for OwnCluster {
    type Target = Cluster;
    fn deref(&self) -> &Cluster {
        &self.0
    }
}

impl Drop for OwnCluster {
    fn drop(&mut self) {
        let _ = self.0.remove();
    }
}

/// Where a program of the server is: PostgreSQL keeps them out of the search path.
fn tool(name: &str) -> Result<String> {
    let told = Command::new("pg_config").arg("--bindir").output().ok();
    let told = told.map(|o| PathBuf::from(String::from_utf8_lossy(&o.stdout).trim()));
    let versions = (15..30).rev().map(|v| PathBuf::from(format!("/usr/lib/postgresql/{v}/bin")));
    versions
        .chain(told)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .map(|path| path.display().to_string())
        .ok_or_else(|| Error::internal(format!("{name} is not installed; install PostgreSQL 15 or newer")))
}
