//! The real binary: a folder of its own, its commands, and its server.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kernel::time::Stopwatch;

/// The binary as it was built for this test.
const BINARY: &str = env!("CARGO_BIN_EXE_bellwether");

/// Longest that anything is waited for before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder that goes with the test; its data is in `data`.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("bw-it-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        std::fs::DirBuilder::new().mode(0o700).create(&path).unwrap();
        // A build that goes on beside the test must not change the binary under it. Where no link can be made, it may.
        let _ = std::fs::hard_link(BINARY, path.join("bellwether"));
        Self(path)
    }

    /// A folder whose data is what a file of the form says.
    pub(crate) fn filled(text: &str) -> Self {
        let folder = Self::new();
        run(&folder.data(), &["migrate"]).good();
        let file = folder.write("first.yaml", text);
        run(&folder.data(), &["apply", file.to_str().unwrap()]).good();
        folder
    }

    /// The data folder; the binary makes it.
    pub(crate) fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// A file beside the data.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file beside the data.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.file(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Standard output of a command that succeeded.
    #[track_caller]
    pub(crate) fn good(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// As [`Ran::good`], as JSON.
    #[track_caller]
    pub(crate) fn json(self) -> serde_json::Value {
        let text = self.good();
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
    }

    /// What a command that failed with 1 says.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert_eq!(self.code, 1, "{self:?}");
        format!("{}{}", self.out, self.err)
    }
}

/// The binary on a data folder of a [`Folder`], with no environment but what is given.
pub(crate) fn command(data: &Path, args: &[&str], env: &[(&str, &str)]) -> Command {
    let linked = data.with_file_name("bellwether");
    let mut command = if linked.exists() { Command::new(linked) } else { Command::new(BINARY) };
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(env.iter().copied());
    command.arg("--data").arg(data).args(args);
    command
}

/// Runs a command to its end.
pub(crate) fn run(data: &Path, args: &[&str]) -> Ran {
    run_with(data, args, &[], "")
}

/// As [`run`], with an environment and standard input.
pub(crate) fn run_with(data: &Path, args: &[&str], env: &[(&str, &str)], input: &str) -> Ran {
    let mut command = command(data, args, env);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let ended = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: ended.status.code().unwrap_or(-1), out: text(ended.stdout), err: text(ended.stderr) }
}

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    pub(crate) port: u16,
    #[allow(dead_code, reason = "stories of the command line name it")]
    pub(crate) data: PathBuf,
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

impl Server {
    /// Starts one on a free port and waits until it serves.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, free_port(), &[])
    }

    /// As [`Server::start`], on that port and with an environment.
    pub(crate) fn start_with(data: &Path, port: u16, env: &[(&str, &str)]) -> Self {
        Self::serving(data, port, &[], env)
    }

    /// The demonstration.
    pub(crate) fn demonstration(data: &Path) -> Self {
        Self::serving(data, free_port(), &["--demo"], &[])
    }

    fn serving(data: &Path, port: u16, how: &[&str], env: &[(&str, &str)]) -> Self {
        let listen = format!("127.0.0.1:{port}");
        let mut command = command(data, &[&["serve", "--listen", &listen], how].concat(), env);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (err, kept) = (child.stderr.take().unwrap(), Arc::clone(&lines));
        std::thread::spawn(move || {
            for line in BufReader::new(err).lines().map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        let mut server = Self { child, lines, port, data: data.to_owned() };
        let watch = Stopwatch::start();
        while !server.announced() || std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = server.child.try_wait().unwrap();
            assert!(ended.is_none() && watch.elapsed() < PATIENCE, "no server: {ended:?} {:?}", server.lines());
            std::thread::sleep(Duration::from_millis(10));
        }
        server
    }

    /// What it wrote so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// True when it has said where it is and, without an account, the link that makes the first one.
    fn announced(&self) -> bool {
        let lines = self.lines();
        let at = lines.iter().find(|l| l.starts_with("bellwether is at ") || l.starts_with("Sample data in memory"));
        at.is_some_and(|l| !l.contains("no account yet") || lines.iter().any(|l| l.contains("/start?code=")))
    }

    /// Its address.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Asks it to end.
    pub(crate) fn terminate(&self) {
        let pid = self.child.id().to_string();
        let done = Command::new("sh").args(["-c", &format!("kill -TERM {pid}")]).status().unwrap();
        assert!(done.success());
    }

    /// Ends it at once, as a crash would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it has ended; its exit code.
    pub(crate) fn ended(mut self) -> i32 {
        let watch = Stopwatch::start();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap_or(-1);
            }
            assert!(watch.elapsed() < PATIENCE, "it does not end: {:?}", self.lines());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it in order.
    #[track_caller]
    pub(crate) fn stop(self) {
        self.terminate();
        assert_eq!(self.ended(), 0);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser that does not follow redirects.
pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().timeout(PATIENCE).build().unwrap()
}

/// Percent-encodes a form.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
    fields.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect::<Vec<_>>().join("&")
}
