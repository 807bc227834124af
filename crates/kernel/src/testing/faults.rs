//! Faults from outside: what a process asked of the operating system, calls of it that fail, and its sudden end. For tests
//! on Linux; where `strace` is not installed they say so and are skipped.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::error::{Error, Result};
use crate::ids::IdSource;

/// Whether the long figures are asked for: `BELLWETHER_FULL=1`.
pub fn full() -> bool {
    std::env::var_os("BELLWETHER_FULL").is_some_and(|v| v == "1")
}

/// A number below `end`, from the operating system's random source.
///
/// # Panics
/// If there is none.
pub fn random_below(end: u64) -> u64 {
    let mut bytes = [0; 8];
    IdSource::system().fill(&mut bytes).expect("random bytes");
    u64::from_le_bytes(bytes) % end
}

/// A call that fails: `fsync` with `EIO`, `pwrite64` with `ENOSPC`. Calls are counted by thread.
#[derive(Debug, Clone, Copy)]
pub struct Inject {
    /// The call.
    pub call: &'static str,
    /// The error that it gives.
    pub error: &'static str,
    /// Which one fails, from 1.
    pub nth: u32,
    /// All after it fail too.
    pub ever_after: bool,
}

/// Puts `strace` before a command: it writes the calls named (`fsync,pwrite64`) to `trace`, whole texts up to a page.
/// `None`, with the reason on the test's output, if it is not installed or may not trace.
pub fn traced(command: &Command, calls: &str, trace: &Path, inject: Option<Inject>) -> Option<Command> {
    let works = Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).stderr(Stdio::null()).status();
    if !works.is_ok_and(|s| s.success()) {
        skipped("strace is not installed, or may not trace here (apt-get install strace)");
        return None;
    }
    let mut out = Command::new("strace");
    out.args(["-f", "-qq", "-y", "-s", "4200", "--seccomp-bpf", "-e", &format!("trace={calls}"), "-o"]).arg(trace);
    if let Some(Inject { call, error, nth, ever_after }) = inject {
        let more = if ever_after { "+" } else { "" };
        out.args(["-e", &format!("inject={call}:error={error}:when={nth}{more}")]);
    }
    out.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => out.env(name, value),
            None => out.env_remove(name),
        };
    }
    Some(out)
}

/// Says on a test's output why it did nothing.
#[allow(clippy::print_stdout)]
pub fn skipped(why: &str) {
    println!("skipped: {why}");
}

/// A call of the operating system. `began` and `ended` order the beginnings and ends of all calls of all threads.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its name.
    pub name: String,
    /// Arguments as `strace` writes them: descriptors with their paths, bytes that are no letters escaped.
    pub arguments: String,
    /// What follows the `=`; none if the process ended first.
    pub result: Option<String>,
    /// When it was made.
    pub began: usize,
    /// When it was answered.
    pub ended: usize,
}

impl Call {
    /// True if it gave no error.
    pub fn good(&self) -> bool {
        self.result.as_ref().is_some_and(|r| !r.starts_with('-') && !r.starts_with('?'))
    }

    /// True if the error was ours.
    pub fn injected(&self) -> bool {
        self.result.as_ref().is_some_and(|r| r.ends_with("(INJECTED)"))
    }

    /// True if its first argument is a descriptor of a file whose path ends so.
    pub fn on(&self, end: &str) -> bool {
        self.arguments.split_once('>').is_some_and(|(first, _)| first.contains('<') && first.ends_with(end))
    }
}

/// Reads what `strace` wrote, in the order of the calls' beginnings.
///
/// # Errors
/// [`Error::Internal`] if the file cannot be read.
pub fn calls(trace: &Path) -> Result<Vec<Call>> {
    let bytes = std::fs::read(trace).map_err(|e| Error::internal(format!("{}: {e}", trace.display())))?;
    let mut out: Vec<Call> = Vec::new();
    // The call that each thread is in.
    let mut open: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    let text = String::from_utf8_lossy(&bytes);
    for (n, line) in text.lines().enumerate() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let Some(call) = open.remove(thread).and_then(|i| out.get_mut(i)) else { continue };
            call.ended = n;
            if let Some((more, result)) = resumed.split_once('>').and_then(|(_, r)| r.rsplit_once(" = ")) {
                call.arguments.push_str(more);
                call.result = Some(result.trim().to_owned());
            }
            continue;
        }
        let Some((name, rest)) = rest.split_once('(') else { continue };
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            continue;
        }
        let (arguments, result) = match rest.strip_suffix("<unfinished ...>") {
            Some(arguments) => {
                open.insert(thread, out.len());
                (arguments, None)
            }
            None => match rest.rsplit_once(" = ") {
                Some((arguments, result)) => (arguments, Some(result.trim().to_owned())),
                None => (rest, None),
            },
        };
        out.push(Call { name: name.to_owned(), arguments: arguments.to_owned(), result, began: n, ended: n });
    }
    Ok(out)
}

/// A process whose lines on standard output are collected as they come.
pub struct Running {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
}

impl Running {
    /// Starts a command.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be started.
    pub fn start(command: &mut Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(Error::internal)?;
        let out = child.stdout.take().ok_or_else(|| Error::internal("no standard output"))?;
        let lines = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&lines);
        let reader = std::thread::spawn(move || {
            let mut out = BufReader::new(out);
            let mut line = String::new();
            // A line without its end was cut by the process's end and says nothing.
            while out.read_line(&mut line).is_ok_and(|n| n > 0) && line.ends_with('\n') {
                into.lock().unwrap_or_else(PoisonError::into_inner).push(line.trim_end().to_owned());
                line.clear();
            }
        });
        Ok(Self { child, lines, reader: Some(reader) })
    }

    /// Lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Kills it as `kill -9` does, waits for its end and returns all its lines.
    ///
    /// # Errors
    /// [`Error::Internal`] if it cannot be waited for.
    pub fn kill(mut self) -> Result<Vec<String>> {
        let _ = self.child.kill();
        self.end().map(|(_, lines)| lines)
    }

    /// Waits for its end; true if it was a good one.
    ///
    /// # Errors
    /// As [`Running::kill`].
    pub fn wait(mut self) -> Result<(bool, Vec<String>)> {
        self.end()
    }

    fn end(&mut self) -> Result<(bool, Vec<String>)> {
        let status = self.child.wait().map_err(Error::internal)?;
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        Ok((status.success(), self.lines()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// This test's own program once more, to run one of its ignored tests as a process of its own.
///
/// # Panics
/// If the program's path is not known.
pub fn own_test(name: &str) -> Command {
    let program: PathBuf = std::env::current_exe().expect("the path of this program");
    let mut command = Command::new(program);
    command.args(["--ignored", "--exact", name, "--nocapture", "--test-threads", "1"]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_with_their_order_and_results() {
        let path = std::env::temp_dir().join(format!("bellwether-trace-{}", std::process::id()));
        std::fs::write(
            &path,
            "10 pwrite64(5</d/x.db-wal>, \"abc = \\0d\", 9, 0) = 9\n\
             10 fsync(5</d/x.db-wal> <unfinished ...>\n\
             11 write(1<pipe:[7]>, \"ok b\\n\", 5) = 5\n\
             10 <... fsync resumed>) = -1 EIO (Input/output error) (INJECTED)\n\
             11 +++ exited with 0 +++\n\
             10 fsync(5</d/x.db-wal> <unfinished ...>\n",
        )
        .unwrap();
        let calls = calls(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let names: Vec<_> = calls.iter().map(|c| (c.name.as_str(), c.began, c.ended)).collect();
        assert_eq!(names, [("pwrite64", 0, 0), ("fsync", 1, 3), ("write", 2, 2), ("fsync", 5, 5)]);
        assert!(calls[0].good() && calls[0].on("-wal") && calls[0].arguments.contains("abc"));
        assert!(!calls[1].good() && calls[1].injected() && calls[1].on(".db-wal"));
        assert!(calls[2].good() && !calls[2].on("-wal"));
        assert!(!calls[3].good() && calls[3].result.is_none());
    }
}
