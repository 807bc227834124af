//! Cloning and fetching through ssh, where the `ssh` is a script that runs the far end's command on this machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use super::super::{GitError, GitFacts, HttpsHeader, Repo, Settings};
use super::support::Sandbox;

pub(super) const LOCATION: &str = "ssh://git@code.example.org/shop";

/// A script in ssh's place; `body` sees the command for the far end as its last argument.
pub(super) fn settings(sandbox: &Sandbox, body: &str) -> Settings {
    let ssh = sandbox.path("ssh");
    let script = format!("#!/bin/sh\n[ \"$1\" = -G ] && exit 1\nfor last; do :; done\ncd '{}'\n{body}\n", sandbox.0.display());
    fs::write(&ssh, script).unwrap();
    fs::set_permissions(&ssh, fs::Permissions::from_mode(0o700)).unwrap();
    Settings { ssh_command: format!("'{}'", ssh.display()), ..Settings::default() }
}

/// `git-upload-pack '/shop'` becomes `git upload-pack ./shop`, allowed to leave files out.
const SERVE: &str =
    "path=${last#*\\'/}; path=${path%\\'}\nexec git -c safe.directory='*' -c uploadpack.allowFilter=true upload-pack \"./$path\"";

fn open(sandbox: &Sandbox, settings: &Settings) -> Result<(GitFacts, PathBuf), GitError> {
    let repo = Repo::open_with(LOCATION, &sandbox.path("cache"), &[], settings)?;
    Ok((repo.history("HEAD")?.facts(), repo.path().to_owned()))
}

#[test]
fn a_clone_follows_its_origin() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("shop");
    fs::write(work.dir().join("file"), "text").unwrap();
    work.git(1_600_000_000, &["add", "file"]);
    let first = work.commit(1_600_000_000);
    work.light("v1");
    let settings = settings(&sandbox, SERVE);
    let (facts, path) = open(&sandbox, &settings).unwrap();
    assert_eq!((facts.commits, facts.tags), (1, 1));
    assert_eq!(path, sandbox.path("cache").join("ssh_3a_2f_2fgit_40code_2eexample_2eorg_2fshop.git"));
    let packs: Vec<_> = fs::read_dir(path.join("objects/pack")).unwrap().map(|e| e.unwrap().path()).collect();
    assert!(packs.iter().any(|p| p.extension().is_some_and(|e| e == "promisor")), "files were not left out: {packs:?}");
    assert!(!path.join("hooks").exists());

    work.commit(1_600_000_100);
    work.git(0, &["tag", "-f", "v1"]);
    work.light("v2");
    let (facts, _) = open(&sandbox, &settings).unwrap();
    assert_eq!((facts.commits, facts.tags, facts.tagged_commits), (2, 2, 2));

    // A new default branch, the old one gone, a tag deleted, the history rewritten.
    work.git(0, &["checkout", "-q", "--detach", &first]);
    work.git(0, &["tag", "-d", "v1", "v2"]);
    work.git(0, &["branch", "-D", "main"]);
    work.git(0, &["checkout", "-q", "-b", "trunk"]);
    let (facts, _) = open(&sandbox, &settings).unwrap();
    assert_eq!((facts.commits, facts.tags), (1, 0));
    let gone = Repo::open_with(LOCATION, &sandbox.path("cache"), &[], &settings).unwrap().history("main").unwrap_err();
    assert!(matches!(gone, GitError::UnknownRevision { .. }), "{gone}");
}

#[test]
fn a_clone_that_failed_leaves_nothing_and_a_fetch_that_failed_leaves_the_clone() {
    let sandbox = Sandbox::new();
    sandbox.repo("shop").commit(1_600_000_000);
    let broken = settings(&sandbox, "echo 'Permission denied (publickey).' >&2; exit 255");
    let err = open(&sandbox, &broken).unwrap_err();
    assert!(matches!(&err, GitError::Remote { detail, .. } if detail.contains("Permission denied")), "{err}");
    let left: Vec<_> = fs::read_dir(sandbox.path("cache")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|n| n.to_string_lossy().ends_with(".lock")), "{left:?}");
    let working = settings(&sandbox, SERVE);
    let (_, path) = open(&sandbox, &working).unwrap();
    let broken = settings(&sandbox, "exit 255");
    assert!(matches!(open(&sandbox, &broken), Err(GitError::Remote { .. })));
    assert!(path.join("HEAD").exists());
}

#[test]
fn a_far_end_that_hangs_is_stopped() {
    let sandbox = Sandbox::new();
    let mut settings = settings(&sandbox, "sleep 3600 & wait");
    settings.time = Duration::from_secs(1);
    let err = open(&sandbox, &settings).unwrap_err();
    assert_eq!(err, GitError::TimedOut { what: "cloning", seconds: 1 });
}

#[test]
fn two_runs_do_not_share_a_clone_at_once() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("cache")).unwrap();
    let lock = fs::File::create(sandbox.path("cache").join("ssh_3a_2f_2fgit_40code_2eexample_2eorg_2fshop.lock")).unwrap();
    lock.lock().unwrap();
    let settings = settings(&sandbox, SERVE);
    assert!(matches!(open(&sandbox, &settings), Err(GitError::Busy { .. })));
}

/// A git that writes down what it was started with, in the folder of the script.
#[test]
fn what_a_clone_is_started_with() {
    let sandbox = Sandbox::new();
    let program = sandbox.path("git");
    let script = format!("#!/bin/sh\ncd '{}'\nenv > env\nprintf '%s\\n' \"$@\" > args\nexit 1\n", sandbox.0.display());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    let line = "Authorization: Basic c2VjcmV0".to_owned();
    let header = HttpsHeader { host: "code.example.org".to_owned(), line };
    let settings = Settings {
        git: program,
        https_header: Some(header),
        resolve: Some("code.example.org:443:192.0.2.1".to_owned()),
        ..Settings::default()
    };
    assert!(!format!("{settings:?}").contains("c2VjcmV0"));
    let location = "https://code.example.org/shop.git";
    assert!(matches!(Repo::open_with(location, &sandbox.path("cache"), &[], &settings), Err(GitError::Remote { .. })));
    let env = fs::read_to_string(sandbox.path("env")).unwrap();
    for line in [
        "GIT_TERMINAL_PROMPT=0",
        "GIT_CONFIG_NOSYSTEM=1",
        "GIT_CONFIG_GLOBAL=/dev/null",
        "GIT_ALLOW_PROTOCOL=https:ssh",
        "GIT_CONFIG_COUNT=1",
        "GIT_CONFIG_KEY_0=http.https://code.example.org/.extraHeader",
        "GIT_CONFIG_VALUE_0=Authorization: Basic c2VjcmV0",
    ] {
        assert!(env.lines().any(|l| l == line), "{line} is not in\n{env}");
    }
    let args = fs::read_to_string(sandbox.path("args")).unwrap();
    let args: Vec<&str> = args.lines().collect();
    for setting in [
        "core.hooksPath=/dev/null",
        "protocol.ext.allow=never",
        "protocol.file.allow=user",
        "core.fsmonitor=false",
        "http.curloptResolve=code.example.org:443:192.0.2.1",
    ] {
        assert!(args.windows(2).any(|w| w == ["-c", setting]), "{setting} is not in {args:?}");
    }
    let end = args.iter().position(|a| *a == "--").unwrap();
    assert_eq!(args[end + 1], location);
    assert!(!args.iter().any(|a| a.contains("c2VjcmV0")));
}
