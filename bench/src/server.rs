//! The built binary as a process of its own, with a data folder of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use kernel::config::environment;
use kernel::time::Stopwatch;

/// Builds the release binary, which costs nothing if it is up to date, and says where it is. `BELLWETHER_BENCH_BINARY`
/// names another one, which is then not built.
///
/// # Errors
/// If it cannot be built.
pub(crate) fn build() -> anyhow::Result<PathBuf> {
    if let Some(other) = environment("BELLWETHER_BENCH_BINARY") {
        return Ok(other.into());
    }
    let cargo = environment("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--release", "--quiet", "-p", "bellwether"]).output()?;
    anyhow::ensure!(built.status.success(), "cargo build --release -p bellwether: {}", String::from_utf8_lossy(&built.stderr));
    Ok(target_folder()?.join("release").join("bellwether"))
}

/// The target folder that this program was built in.
///
/// # Errors
/// If it lies elsewhere.
pub(crate) fn target_folder() -> anyhow::Result<PathBuf> {
    let exe = std::env::current_exe().context("the path of this program")?;
    let target = exe.ancestors().find(|p| p.join("CACHEDIR.TAG").is_file()).context("this program is not in a target folder")?;
    Ok(target.to_path_buf())
}

/// A running server; told to end when dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

/// A port that nobody uses now.
pub(crate) fn free_port() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

impl Server {
    /// Starts it and waits until it answers. `database`: a PostgreSQL URL, or none for the file in `data`. Its log goes to
    /// a file in `data`, as a service manager's would.
    ///
    /// # Errors
    /// If it ends or does not answer within 30 s.
    pub(crate) fn start(binary: &Path, data: &Path, database: Option<&str>) -> anyhow::Result<Self> {
        let address = free_port()?;
        let mut server = Self { child: Self::spawn(binary, data, database, address)?, address };
        server.wait("/livez")?;
        Ok(server)
    }

    /// The process alone.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(crate) fn spawn(binary: &Path, data: &Path, database: Option<&str>, address: SocketAddr) -> anyhow::Result<Child> {
        std::fs::create_dir_all(data)?;
        let log = std::fs::File::create(data.join("log"))?;
        let mut command = Command::new(binary);
        command.arg("--data").arg(data).args(["serve", "--listen", &address.to_string()]);
        if let Some(url) = database {
            command.env("BELLWETHER_DATABASE", url);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command.spawn().with_context(|| binary.display().to_string())
    }

    /// A process that was started otherwise.
    pub(crate) fn of(child: Child, address: SocketAddr) -> Self {
        Self { child, address }
    }

    /// Number of the process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Waits until a page is answered with 2xx or 3xx; how long that took.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub(crate) fn wait(&mut self, page: &str) -> anyhow::Result<Duration> {
        let watch = Stopwatch::start();
        let request = format!("GET {page} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\nconnection: close\r\n\r\n");
        while watch.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended: {status}");
            }
            if let Ok(answer) = ask(self.address, &request)
                && (answer.starts_with("HTTP/1.1 2") || answer.starts_with("HTTP/1.1 3"))
            {
                return Ok(watch.elapsed());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        bail!("the server did not answer {page} within 30 s")
    }

    /// Resident memory in MB.
    ///
    /// # Errors
    /// If the process is gone.
    pub(crate) fn memory(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kb: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kb * 1024.0 / 1e6)
    }
}

fn ask(address: SocketAddr, request: &str) -> std::io::Result<String> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

impl Drop for Server {
    fn drop(&mut self) {
        // Asked to end, as a service manager asks; killed if it does not.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let watch = Stopwatch::start();
        while watch.elapsed() < Duration::from_secs(15) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
