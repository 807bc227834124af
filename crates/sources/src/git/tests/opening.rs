//! Which local paths are opened.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use super::super::{GitError, Repo};
use super::support::Sandbox;

fn open(sandbox: &Sandbox, path: PathBuf, roots: &[&str]) -> Result<u64, GitError> {
    let roots: Vec<PathBuf> = roots.iter().map(|r| sandbox.path(r)).collect();
    let repo = Repo::open(path.to_str().unwrap(), &sandbox.path("cache"), &roots)?;
    Ok(repo.history("HEAD")?.facts().commits)
}

#[test]
fn only_under_the_roots() {
    let sandbox = Sandbox::new();
    for name in ["in/shop", "out/secret", "in-too/shop"] {
        sandbox.repo(name).commit(1_600_000_000);
    }
    let outside = |r: Result<u64, GitError>| matches!(r, Err(GitError::OutsideRoots { .. }));
    assert_eq!(open(&sandbox, sandbox.path("in/shop"), &["in"]), Ok(1));
    assert_eq!(open(&sandbox, sandbox.path("in/shop"), &["gone", "in/shop"]), Ok(1));
    assert!(outside(open(&sandbox, sandbox.path("in/shop"), &[])));
    assert!(outside(open(&sandbox, sandbox.path("out/secret"), &["in"])));
    assert!(outside(open(&sandbox, sandbox.path("in/../out/secret"), &["in"])));
    assert!(outside(open(&sandbox, sandbox.path("in-too/shop"), &["in"])));
    assert!(outside(open(&sandbox, sandbox.path("out/gone"), &["in"])));
    assert!(matches!(open(&sandbox, sandbox.path("in/gone"), &["in"]), Err(GitError::NotARepository { .. })));
}

#[test]
fn no_link_leads_out() {
    let sandbox = Sandbox::new();
    let secret = sandbox.repo("out/secret");
    secret.commit(1_600_000_000);
    fs::create_dir_all(sandbox.path("in")).unwrap();
    let tries: [(&str, &dyn Fn()); 7] = [
        ("link", &|| symlink(sandbox.path("out/secret"), sandbox.path("in/link")).unwrap()),
        ("gitlink", &|| {
            fs::create_dir(sandbox.path("in/gitlink")).unwrap();
            symlink(sandbox.path("out/secret/.git"), sandbox.path("in/gitlink/.git")).unwrap();
        }),
        ("gitfile", &|| {
            fs::create_dir(sandbox.path("in/gitfile")).unwrap();
            fs::write(sandbox.path("in/gitfile/.git"), "gitdir: ../../out/secret/.git\n").unwrap();
        }),
        ("sibling", &|| {
            sandbox.repo("in-too/secret").commit(1_600_000_000);
            fs::create_dir(sandbox.path("in/sibling")).unwrap();
            fs::write(sandbox.path("in/sibling/.git"), "gitdir: ../../in-too/secret/.git\n").unwrap();
        }),
        ("objects", &|| {
            let work = sandbox.repo("in/objects");
            fs::remove_dir_all(work.dir().join(".git/objects")).unwrap();
            symlink(sandbox.path("out/secret/.git/objects"), work.dir().join(".git/objects")).unwrap();
        }),
        ("borrowed", &|| {
            let work = sandbox.repo("in/borrowed");
            let info = work.dir().join(".git/objects/info");
            fs::create_dir_all(&info).unwrap();
            fs::write(info.join("alternates"), "../../../../out/secret/.git/objects\n").unwrap();
        }),
        ("worktree", &|| {
            secret.git(0, &["worktree", "add", "-q", "--detach", "../../in/worktree"]);
        }),
    ];
    for (name, make) in tries {
        make();
        let got = open(&sandbox, sandbox.path("in").join(name), &["in"]);
        assert!(matches!(got, Err(GitError::OutsideRoots { .. })), "{name}: {got:?}");
    }
    // The same work tree is fine where the repository behind it is allowed as well.
    assert_eq!(open(&sandbox, sandbox.path("in/worktree"), &["in", "out"]), Ok(1));
}

#[test]
fn settings_of_the_repository_run_nothing() {
    let sandbox = Sandbox::new();
    let work = sandbox.repo("in/trap");
    work.commit(1_600_000_000);
    work.annotated(1_600_000_000, "v1", "HEAD");
    let mark = sandbox.path("ran");
    let run = format!("touch '{}'", mark.display());
    for key in ["core.fsmonitor", "core.pager", "core.sshCommand", "gpg.program", "credential.helper", "core.alternateRefsCommand"]
    {
        work.git(0, &["config", key, &run]);
    }
    work.git(0, &["config", "log.showSignature", "true"]);
    assert_eq!(open(&sandbox, sandbox.path("in/trap"), &["in"]), Ok(1));
    assert!(!mark.exists());
}
