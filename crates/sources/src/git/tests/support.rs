//! A folder that goes away, and git in it with fixed dates and people.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A folder under the system's temporary folder, removed at the end.
pub(super) struct Sandbox(pub(super) PathBuf);

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Sandbox {
    pub(super) fn new() -> Self {
        let name = format!("bellwether-git-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(fs::canonicalize(path).unwrap())
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A new working copy on branch `main`.
    pub(super) fn repo(&self, name: &str) -> Work {
        let work = Work(self.path(name));
        fs::create_dir_all(&work.0).unwrap();
        work.git(0, &["init", "-q", "-b", "main", "."]);
        work
    }
}

/// A working copy.
pub(super) struct Work(pub(super) PathBuf);

impl Work {
    /// Runs git with committer, author and tagger time `at`; fails the test when git fails.
    pub(super) fn git(&self, at: i64, args: &[&str]) -> String {
        self.git_by("ann@example.org", at, args, b"")
    }

    pub(super) fn git_by(&self, who: &str, at: i64, args: &[&str], stdin: &[u8]) -> String {
        let mut child = Command::new("git")
            .arg("-C")
            .arg(&self.0)
            .args(["-c", "commit.gpgSign=false", "-c", "tag.gpgSign=false"])
            .args(args)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "A")
            .env("GIT_COMMITTER_NAME", "C")
            .env("GIT_AUTHOR_EMAIL", who)
            .env("GIT_COMMITTER_EMAIL", "build@example.org")
            .env("GIT_AUTHOR_DATE", format!("@{at} +0000"))
            .env("GIT_COMMITTER_DATE", format!("@{at} +0000"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(stdin).unwrap();
        let out = child.wait_with_output().unwrap();
        assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).trim_end().to_owned()
    }

    pub(super) fn commit(&self, at: i64) -> String {
        self.commit_by("ann@example.org", at)
    }

    pub(super) fn commit_by(&self, who: &str, at: i64) -> String {
        self.git_by(who, at, &["commit", "-q", "--allow-empty", "-m", "x"], b"");
        self.git(0, &["rev-parse", "HEAD"])
    }

    pub(super) fn light(&self, name: &str) {
        self.git(0, &["tag", name]);
    }

    pub(super) fn annotated(&self, at: i64, name: &str, target: &str) {
        self.git(at, &["tag", "-a", "-m", "x", name, target]);
    }

    /// Writes an object as it stands, however odd, and returns its id.
    pub(super) fn object(&self, kind: &str, body: &[u8]) -> String {
        self.git_by("x", 0, &["hash-object", "-w", "--literally", "-t", kind, "--stdin"], body)
    }

    pub(super) fn dir(&self) -> &Path {
        &self.0
    }
}
