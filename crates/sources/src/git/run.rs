//! Running git: one place that fixes the environment, streams the answer line by line, and stops the whole process
//! group when the time or the amount is used up.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;

use super::error::GitError;
use super::settings::Settings;

/// Longest single line of an answer; a merge of ten thousand parents fits.
const LINE: u64 = 1 << 20;
/// How much of standard error is kept.
const STDERR: u64 = 16 << 10;

/// What the parent's environment may not decide: where git looks, what it runs, what it logs.
const DROPPED: [&str; 31] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_SYSTEM",
    "GIT_EXEC_PATH",
    "GIT_TEMPLATE_DIR",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_PROXY_COMMAND",
    "GIT_ASKPASS",
    "SSH_ASKPASS",
    "GIT_EXTERNAL_DIFF",
    "GIT_PAGER",
    "GIT_EDITOR",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_TRACE",
    "GIT_TRACE2",
    "GIT_TRACE2_EVENT",
    "GIT_TRACE_PACKET",
    "GIT_TRACE_CURL",
    "GIT_CURL_VERBOSE",
];

/// Whether a git process may speak to another machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Never, not even to fill in objects that a partial clone left out.
    Local,
    /// https and ssh.
    Network,
}

/// How a git process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Exit status 0.
    pub(crate) ok: bool,
    /// The first part of standard error.
    pub(crate) stderr: Vec<u8>,
}

/// git on one repository (or on none, for a clone).
#[derive(Debug, Clone)]
pub(crate) struct Git {
    pub(crate) settings: Settings,
    pub(crate) dir: Option<PathBuf>,
}

impl Git {
    fn command(&self, reach: Reach) -> Command {
        let mut cmd = Command::new(&self.settings.git);
        for name in DROPPED {
            cmd.env_remove(name);
        }
        let allowed = match reach {
            Reach::Local => "none",
            Reach::Network => "https:ssh",
        };
        cmd.env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_ALLOW_PROTOCOL", allowed)
            .env("GIT_OPTIONAL_LOCKS", "0")
            // A replaced commit is one machine's view; the figures must be those of any clone.
            .env("GIT_NO_REPLACE_OBJECTS", "1");
        match (reach, &self.settings.https_header) {
            (Reach::Local, _) => {
                cmd.env("GIT_NO_LAZY_FETCH", "1");
            }
            // By environment, because arguments can be read by everybody on the machine.
            (Reach::Network, Some(header)) => {
                cmd.env("GIT_CONFIG_COUNT", "1")
                    .env("GIT_CONFIG_KEY_0", format!("http.https://{}/.extraHeader", header.host))
                    .env("GIT_CONFIG_VALUE_0", &header.line);
            }
            (Reach::Network, None) => {}
        }
        for setting in [
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "protocol.ext.allow=never",
            "protocol.file.allow=user",
            // A redirect would lead past the rule about which hosts may be spoken to.
            "http.followRedirects=false",
            "http.lowSpeedLimit=1000",
            "http.lowSpeedTime=60",
            "credential.helper=",
            "gc.autoDetach=false",
            "maintenance.autoDetach=false",
        ] {
            cmd.arg("-c").arg(setting);
        }
        cmd.arg("-c").arg(format!("core.sshCommand={}", self.settings.ssh_command));
        if let (Reach::Network, Some(resolve)) = (reach, &self.settings.resolve) {
            cmd.arg("-c").arg(format!("http.curloptResolve={resolve}"));
        }
        if let Some(dir) = &self.dir {
            // Which paths may be read was decided before; git's guard against other owners is told so for this one alone.
            cmd.arg("-c").arg(joined("safe.directory=", dir.as_os_str()));
            cmd.arg(joined("--git-dir=", dir.as_os_str()));
        }
        cmd
    }

    /// Runs git, hands each line of its answer (without the line feed) to `line`, and returns how it ended.
    ///
    /// `what` is a clause for the time-out message ("reading the history"). An error from `line` stops git and is
    /// returned. Errors: `NoGit`, `TimedOut`, `TooMuch`, and whatever `line` returns.
    pub(crate) fn stream(
        &self,
        reach: Reach,
        what: &'static str,
        args: &[&OsStr],
        stdin: Vec<u8>,
        line: &mut dyn FnMut(&[u8]) -> Result<(), GitError>,
    ) -> Result<Ended, GitError> {
        let no_git = |e: std::io::Error| GitError::NoGit { detail: e.to_string() };
        let mut child = self
            .command(reach)
            .args(args)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(no_git)?;
        let pid = child.id();
        let (Some(mut input), Some(output), Some(errors)) = (child.stdin.take(), child.stdout.take(), child.stderr.take()) else {
            stop_group(pid);
            return Err(GitError::NoGit { detail: "its pipes could not be opened".to_owned() });
        };
        // git may close its input early; how it ended says more than the broken pipe.
        let writer = thread::spawn(move || drop(input.write_all(&stdin)));
        let listener = thread::spawn(move || keep_first(errors));
        let late = Arc::new(AtomicBool::new(false));
        let (done, ended) = channel::<()>();
        let watch = {
            let (late, limit) = (Arc::clone(&late), self.settings.time);
            thread::spawn(move || {
                if ended.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                    late.store(true, Ordering::SeqCst);
                    stop_group(pid);
                }
            })
        };
        let read = read_lines(output, self.settings.output, line);
        if read.is_err() {
            stop_group(pid);
        }
        let status = child.wait();
        // Only now, so that a process that closes its output and stays is stopped too.
        drop(done);
        let (_, _, stderr) = (watch.join(), writer.join(), listener.join());
        if late.load(Ordering::SeqCst) {
            return Err(GitError::TimedOut { what, seconds: self.settings.time.as_secs() });
        }
        read?;
        Ok(Ended { ok: status.map_err(no_git)?.success(), stderr: stderr.unwrap_or_default() })
    }

    /// Runs git with a small answer and returns all of it, with how it ended.
    pub(crate) fn ask(&self, reach: Reach, what: &'static str, args: &[&OsStr]) -> Result<(Ended, Vec<u8>), GitError> {
        let mut all = Vec::new();
        let ended = self.stream(reach, what, args, Vec::new(), &mut |line| {
            all.extend_from_slice(line);
            all.push(b'\n');
            if all.len() > 1 << 20 {
                return Err(GitError::TooMuch { what: "bytes in a short answer", limit: 1 << 20 });
            }
            Ok(())
        })?;
        Ok((ended, all))
    }

    /// The repository's path for messages; empty when there is none yet.
    pub(crate) fn path(&self) -> &Path {
        self.dir.as_deref().unwrap_or(Path::new(""))
    }
}

/// `head` and `tail` as one argument, whatever bytes the tail holds.
pub(crate) fn joined(head: &str, tail: &OsStr) -> OsString {
    let mut all = OsString::from(head);
    all.push(tail);
    all
}

fn keep_first(mut errors: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    // The rest is read and dropped, so that git never waits for a full pipe.
    let _ = errors.by_ref().take(STDERR).read_to_end(&mut kept);
    let _ = std::io::copy(&mut errors, &mut std::io::sink());
    kept
}

fn read_lines(output: impl Read, limit: u64, line: &mut dyn FnMut(&[u8]) -> Result<(), GitError>) -> Result<(), GitError> {
    let mut from = BufReader::with_capacity(1 << 16, output);
    let (mut total, mut buffer) = (0_u64, Vec::new());
    loop {
        buffer.clear();
        let Ok(read) = from.by_ref().take(LINE).read_until(b'\n', &mut buffer) else {
            return Ok(()); // The pipe broke; how git ended says why.
        };
        if read == 0 {
            return Ok(());
        }
        total += read as u64;
        if total > limit {
            return Err(GitError::TooMuch { what: "bytes", limit });
        }
        if buffer.last() == Some(&b'\n') {
            buffer.pop();
        } else if read as u64 == LINE {
            return Err(GitError::TooMuch { what: "bytes in one line", limit: LINE });
        }
        line(&buffer)?;
    }
}

/// Ends a process group. Neither std nor tokio can signal a group, so the shell that git itself needs does it.
fn stop_group(pid: u32) {
    let _ = Command::new("sh")
        .args(["-c", "kill -s KILL -- -\"$0\"", &pid.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_arrive_whole_and_the_limit_is_stated() {
        let mut seen = Vec::new();
        read_lines(&b"one\n\ntwo"[..], 100, &mut |l| {
            seen.push(l.to_vec());
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, [b"one".to_vec(), b"".to_vec(), b"two".to_vec()]);
        let over = read_lines(&b"one\ntwo\n"[..], 7, &mut |_| Ok(()));
        assert_eq!(over, Err(GitError::TooMuch { what: "bytes", limit: 7 }));
        let long = vec![b'x'; LINE as usize + 1];
        assert!(matches!(read_lines(&long[..], u64::MAX, &mut |_| Ok(())), Err(GitError::TooMuch { .. })));
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let git = Git { settings: Settings { git: PathBuf::from("/nowhere/git"), ..Settings::default() }, dir: None };
        let err = git.ask(Reach::Local, "trying", &[OsStr::new("version")]).unwrap_err();
        assert!(matches!(err, GitError::NoGit { .. }), "{err}");
    }

    #[test]
    fn only_the_first_part_of_a_long_complaint_is_kept() {
        assert_eq!(keep_first(&vec![b'e'; 1 << 20][..]).len() as u64, STDERR);
    }

    #[test]
    fn the_parents_environment_does_not_say_where_git_looks_and_what_it_runs() {
        let git = Git { settings: Settings::default(), dir: None };
        for reach in [Reach::Local, Reach::Network] {
            let cmd = git.command(reach);
            let dropped: Vec<&OsStr> = cmd.get_envs().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
            for name in ["GIT_DIR", "GIT_SSH_COMMAND", "GIT_CONFIG_PARAMETERS", "GIT_OBJECT_DIRECTORY", "GIT_EXEC_PATH"] {
                assert!(dropped.contains(&OsStr::new(name)), "{name} is inherited");
            }
            let allowed = cmd.get_envs().find(|(name, _)| *name == "GIT_ALLOW_PROTOCOL").and_then(|(_, value)| value);
            assert_eq!(allowed, Some(OsStr::new(if reach == Reach::Local { "none" } else { "https:ssh" })));
        }
    }
}
