//! Opening a repository: a local one in place, a remote one as a bare clone without files in the cache.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::error::{GitError, said};
use super::history::History;
use super::location::{Location, folder_name, git_dir, within};
use super::run::{Git, Reach};
use super::settings::Settings;

/// An opened repository.
#[derive(Debug, Clone)]
pub struct Repo {
    pub(super) git: Git,
    /// Where it was cloned from, if it is a clone of ours.
    pub(super) url: Option<String>,
}

impl Repo {
    /// Opens `location` with the default [`Settings`]: see [`Repo::open_with`].
    pub fn open(location: &str, cache_dir: &Path, allowed_local_roots: &[PathBuf]) -> Result<Self, GitError> {
        Self::open_with(location, cache_dir, allowed_local_roots, &Settings::default())
    }

    /// Opens `location`. A local path must lie, all links followed, under one of `allowed_local_roots`. A remote one is
    /// cloned into `cache_dir` the first time (commits and trees, files left out) and brought up to date every later
    /// time: branches and tags follow the far end, also when they were moved or deleted there.
    ///
    /// Blocks for as long as git does. Whether the host may be spoken to is the caller's rule ([`Location::parse`] gives
    /// the host). Errors: any [`GitError`]; after an error in a fetch the clone of the last run is still whole.
    pub fn open_with(
        location: &str,
        cache_dir: &Path,
        allowed_local_roots: &[PathBuf],
        settings: &Settings,
    ) -> Result<Self, GitError> {
        match Location::parse(location)? {
            Location::Local(path) => {
                // Checked before looking inside, so that the answer tells nothing about files elsewhere.
                let roots = allowed_local_roots.iter().filter_map(|r| fs::canonicalize(r).ok());
                match fs::canonicalize(&path) {
                    Ok(real) if !roots.into_iter().any(|r| real.starts_with(r)) => {
                        return Err(GitError::OutsideRoots { path });
                    }
                    Err(_) if !allowed_local_roots.iter().any(|r| path.starts_with(r)) => {
                        return Err(GitError::OutsideRoots { path });
                    }
                    _ => {}
                }
                let dir = git_dir(&path)?;
                within(&dir, allowed_local_roots)?;
                Ok(Self { git: Git { settings: settings.clone(), dir: Some(dir) }, url: None })
            }
            Location::Remote { url, .. } => Self::mirror(&url, cache_dir, settings),
        }
    }

    /// A repository at a path that the person at the keyboard gave: no roots to hold it against.
    pub(crate) fn at(path: &Path, settings: &Settings) -> Result<Self, GitError> {
        Ok(Self { git: Git { settings: settings.clone(), dir: Some(git_dir(path)?) }, url: None })
    }

    /// Reads the history of a branch, tag or commit id; `HEAD` is the default branch. Errors: see [`GitError`].
    pub fn history(&self, rev: &str) -> Result<History, GitError> {
        History::read(self.git.clone(), rev)
    }

    /// The git folder that is read.
    pub fn path(&self) -> &Path {
        self.git.path()
    }

    fn mirror(url: &str, cache_dir: &Path, settings: &Settings) -> Result<Self, GitError> {
        let name = folder_name(url)?;
        let dir = cache_dir.join(format!("{name}.git"));
        fs::create_dir_all(cache_dir).map_err(|e| io(cache_dir, &e))?;
        let lock_path = cache_dir.join(format!("{name}.lock"));
        // The system frees this lock when the process ends, however it ends.
        let lock = File::create(&lock_path).map_err(|e| io(&lock_path, &e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(GitError::Busy { location: url.to_owned() }),
            Err(TryLockError::Error(e)) => return Err(io(&lock_path, &e)),
        }
        if !dir.exists() {
            clone(url, &cache_dir.join(format!("{name}.new")), &dir, settings)?;
        } else {
            fetch(url, &Git { settings: settings.clone(), dir: Some(dir.clone()) })?;
        }
        let dir = fs::canonicalize(&dir).map_err(|e| io(&dir, &e))?;
        Ok(Self { git: Git { settings: settings.clone(), dir: Some(dir) }, url: Some(url.to_owned()) })
    }
}

/// Clones beside the place and moves it there whole, so that a run that was stopped leaves no half clone.
fn clone(url: &str, new: &Path, dir: &Path, settings: &Settings) -> Result<(), GitError> {
    if new.exists() {
        fs::remove_dir_all(new).map_err(|e| io(new, &e))?;
    }
    let git = Git { settings: settings.clone(), dir: None };
    let head = ["clone", "--quiet", "--bare", "--filter=blob:none", "--template=", "--"].map(OsStr::new);
    let args: Vec<&OsStr> = head.into_iter().chain([OsStr::new(url), new.as_os_str()]).collect();
    let tried = remote(&git, url, "cloning", &args);
    if tried.is_err() {
        // What the failed clone left is of no use; when it cannot be removed now, the next run tries again.
        let _ = fs::remove_dir_all(new);
    }
    tried?;
    fs::rename(new, dir).map_err(|e| io(dir, &e))
}

/// Makes branches, tags and the default branch those of the far end. A bare clone has no refspec of its own, so a
/// plain `git fetch` would bring no branch.
fn fetch(url: &str, git: &Git) -> Result<(), GitError> {
    let specs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
    let head = ["-c", "fetch.writeCommitGraph=true", "fetch", "--quiet", "--prune", "--tags", "--force", "--no-recurse-submodules"];
    let args: Vec<&OsStr> = head.into_iter().chain(["--", "origin"]).chain(specs).map(OsStr::new).collect();
    remote(git, url, "fetching", &args)?;
    let answer =
        remote(git, url, "asking for the default branch", &["ls-remote", "--symref", "--", "origin", "HEAD"].map(OsStr::new))?;
    let text = String::from_utf8_lossy(&answer);
    let branch = text.lines().find_map(|l| l.strip_prefix("ref: ")?.strip_suffix("\tHEAD"));
    if let Some(branch) = branch.filter(|b| b.starts_with("refs/heads/")) {
        let args = ["symbolic-ref", "--", "HEAD", branch].map(OsStr::new);
        let (ended, _) = git.ask(Reach::Local, "setting the default branch", &args)?;
        if !ended.ok {
            return Err(GitError::Damaged { path: git.path().to_owned(), detail: said(&ended.stderr) });
        }
    }
    Ok(())
}

fn remote(git: &Git, url: &str, what: &'static str, args: &[&OsStr]) -> Result<Vec<u8>, GitError> {
    let (ended, answer) = git.ask(Reach::Network, what, args)?;
    match ended.ok {
        true => Ok(answer),
        false => Err(GitError::Remote { location: url.to_owned(), detail: said(&ended.stderr) }),
    }
}

fn io(path: &Path, e: &std::io::Error) -> GitError {
    GitError::Io { path: path.to_owned(), detail: e.to_string() }
}
