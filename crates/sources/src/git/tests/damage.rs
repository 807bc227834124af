//! Histories that are broken, cut off, empty or dated by nobody in this world: an error or a figure, never a panic.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

use super::super::{GitError, Repo, Settings, facts};
use super::support::{Sandbox, Work};

/// A commit object with the given committer line and parent, on branch `main`.
fn odd_commit(work: &Work, parent: Option<&str>, author: &[u8], date: &str) -> String {
    let tree = work.git_by("x", 0, &["mktree"], b"");
    let mut body = format!("tree {tree}\n").into_bytes();
    if let Some(parent) = parent {
        body.extend_from_slice(format!("parent {parent}\n").as_bytes());
    }
    for role in ["author", "committer"] {
        body.extend_from_slice(role.as_bytes());
        body.extend_from_slice(b" ");
        body.extend_from_slice(author);
        body.extend_from_slice(format!(" {date}\n").as_bytes());
    }
    body.extend_from_slice(b"\nx\n");
    let id = work.object("commit", &body);
    work.git(0, &["update-ref", "refs/heads/main", &id]);
    id
}

#[test]
fn dates_beyond_all_clocks_and_names_that_are_no_text() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("odd");
    let mut parent = odd_commit(&work, None, b"A <a@x>", "-86400 +0000");
    for date in ["0 +0000", "99999999999999 +0000", "99999999999999999999999 +0000", "nonsense", "", "18446744073709551615 +0000"] {
        parent = odd_commit(&work, Some(&parent), b"\xff\xfe <\xe9@x>", date);
    }
    let last = odd_commit(&work, Some(&parent), b"B <b@x>", "1600000000 +0000");
    work.annotated(1_600_000_060, "v1", &last);
    let undated = format!("object {last}\ntype commit\ntag v0\n\nno tagger\n");
    let tag = work.object("tag", undated.as_bytes());
    work.git(0, &["update-ref", "refs/tags/v0", &tag]);
    let history = Repo::at(work.dir(), &Settings::default()).unwrap().history("main").unwrap();
    assert_eq!((history.facts().commits, history.facts().tags, history.facts().tagged_commits), (8, 2, 8));
    let all = history.period(i64::MIN, i64::MAX).unwrap();
    // Seven commits have no date that can have happened; the last one has a lead time of a minute.
    assert_eq!((all.commits, all.undated, all.authors), (1, 7, 1));
    let lead = all.lead.unwrap();
    assert_eq!((lead.n, lead.median_days), (1, 60.0 / 86_400.0));
    assert_eq!(history.tags()[1].name, "v0");
}

#[test]
fn an_author_that_is_no_text_is_one_author() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("bytes");
    let first = odd_commit(&work, None, b"\xff <\xe9@x>", "1600000000 +0000");
    let second = odd_commit(&work, Some(&first), b"other <\xe9@x>", "1600000001 +0000");
    odd_commit(&work, Some(&second), b"no address", "1600000002 +0000");
    let history = Repo::at(work.dir(), &Settings::default()).unwrap().history("main").unwrap();
    let all = history.period(i64::MIN, i64::MAX).unwrap();
    assert!((1..=2).contains(&all.authors), "{}", all.authors);
}

#[test]
fn a_missing_commit_is_said() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("torn");
    let lost = work.commit(1_600_000_000);
    work.commit(1_600_000_100);
    fs::remove_file(work.dir().join(".git/objects").join(&lost[..2]).join(&lost[2..])).unwrap();
    let err = facts(work.dir(), "main").unwrap_err();
    assert!(matches!(err, GitError::Damaged { .. }), "{err}");
    assert!(err.to_string().contains("git fsck"), "{err}");
}

#[test]
fn a_tag_on_nothing_is_said() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("dangling");
    work.commit(1_600_000_000);
    fs::write(work.dir().join(".git/refs/tags/v1"), format!("{}\n", "12".repeat(20))).unwrap();
    assert!(matches!(facts(work.dir(), "main"), Err(GitError::Damaged { .. })));
}

#[test]
fn empty_unknown_and_no_repository() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("empty");
    assert!(matches!(facts(work.dir(), "HEAD"), Err(GitError::Empty { .. })));
    work.commit(1_600_000_000);
    let id = "ab".repeat(20);
    for rev in ["nowhere", &id, "HEAD~9"] {
        assert!(matches!(facts(work.dir(), rev), Err(GitError::UnknownRevision { .. })), "{rev}");
    }
    for rev in ["", "--all", "-n1", "main..HEAD", "^main", ":/x", "main:file", "a\nb"] {
        assert!(matches!(facts(work.dir(), rev), Err(GitError::BadRevision { .. })), "{rev}");
    }
    fs::create_dir(sandbox.path("plain")).unwrap();
    fs::create_dir(work.dir().join("below")).unwrap();
    fs::create_dir(sandbox.path("fake")).unwrap();
    fs::write(sandbox.path("fake").join("HEAD"), "ref: refs/heads/main\n").unwrap();
    for path in [sandbox.path("plain"), sandbox.path("gone"), work.dir().join("below"), sandbox.path("fake")] {
        let err = facts(&path, "HEAD").unwrap_err();
        assert!(matches!(err, GitError::NotARepository { .. }), "{err}");
    }
}

#[test]
fn a_shallow_clone_is_refused() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("deep");
    work.commit(1_600_000_000);
    work.commit(1_600_000_100);
    let url = format!("file://{}", work.dir().display());
    work.git(0, &["clone", "-q", "--depth", "1", &url, "../shallow"]);
    let err = facts(&sandbox.path("shallow"), "HEAD").unwrap_err();
    assert!(matches!(err, GitError::Shallow { .. }), "{err}");
}

#[test]
fn limits_are_stated() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("many");
    for n in 0..4 {
        work.commit(1_600_000_000 + n);
        work.light(&format!("v{n}"));
    }
    let read = |settings: Settings| Repo::at(work.dir(), &settings).unwrap().history("HEAD").map(|h| h.facts().commits);
    assert_eq!(read(Settings { commits: 4, tags: 4, ..Settings::default() }), Ok(4));
    assert_eq!(read(Settings { commits: 3, ..Settings::default() }), Err(GitError::TooMuch { what: "commits", limit: 3 }));
    assert_eq!(read(Settings { tags: 3, ..Settings::default() }), Err(GitError::TooMuch { what: "tags", limit: 3 }));
    assert!(matches!(read(Settings { output: 50, ..Settings::default() }), Err(GitError::TooMuch { what: "bytes", .. })));
}

/// A git that starts a child and never answers: both must be gone, or reading its output would not end.
#[test]
fn a_git_that_hangs_is_stopped_with_its_children() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("slow");
    let (program, pids) = (sandbox.path("git"), sandbox.path("pids"));
    let script = format!("#!/bin/sh\nsleep 3600 &\necho $! > '{}'\nwait\n", pids.display());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    let settings = Settings { git: program, time: Duration::from_secs(1), ..Settings::default() };
    let err = Repo::at(work.dir(), &settings).unwrap().history("HEAD").unwrap_err();
    assert_eq!(err, GitError::TimedOut { what: "opening the repository", seconds: 1 });
    let pid = fs::read_to_string(pids).unwrap();
    let state = Command::new("ps").args(["-o", "stat=", "-p", pid.trim()]).output().unwrap();
    let state = String::from_utf8_lossy(&state.stdout).trim().to_owned();
    assert!(state.is_empty() || state.starts_with('Z'), "the child is still there: {state}");
}
