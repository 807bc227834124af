//! The files of one revision, read from the repository's objects: nothing is checked out, so nothing in the tree is run or followed.

use std::ffi::OsStr;

use super::Repo;
use super::error::{GitError, said};
use super::history::resolve;
use super::run::{Ended, Git, Reach};

/// Most entries of a tree that are looked at.
const ENTRIES: usize = 1_000_000;

/// How much is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Most {
    /// Files.
    pub(crate) files: usize,
    /// Bytes of one file.
    pub(crate) one: u64,
    /// Bytes of all files.
    pub(crate) all: u64,
}

/// What was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Files {
    /// Path from the top folder and content, in the order of git's tree.
    pub(crate) found: Vec<(String, String)>,
    /// Links of a wanted name, which are not followed.
    pub(crate) links: usize,
}

impl Repo {
    /// Reads the files of a branch, tag or commit that `takes` wants. What a partial clone left out is fetched first.
    ///
    /// Errors: see [`GitError`]; a file that is too large, or no UTF-8, with its path; more than fits.
    pub(crate) fn files(&self, rev: &str, takes: &dyn Fn(&str) -> bool, most: Most) -> Result<Files, GitError> {
        let git = &self.git;
        let commit = resolve(git, if rev.is_empty() { "HEAD" } else { rev })?;
        let mut out = Files::default();
        let wanted = listed(git, &commit, takes, most, &mut out)?;
        if wanted.is_empty() {
            return Ok(out);
        }
        let ids: Vec<u8> = wanted.iter().flat_map(|(id, _)| [id.as_bytes(), b"\n"].concat()).collect();
        if !sizes(git, &ids, &wanted, most)? {
            // A folder of somebody else is read as it is: where it came from is not ours to ask.
            let Some(url) = &self.url else { return Err(damaged(git, "a file of the revision is missing")) };
            fetch(git, url, ids.clone())?;
            if !sizes(git, &ids, &wanted, most)? {
                return Err(damaged(git, "a file of the revision is missing"));
            }
        }
        read(git, ids, &wanted, &mut out)?;
        Ok(out)
    }
}

fn damaged(git: &Git, detail: impl Into<String>) -> GitError {
    GitError::Damaged { path: git.path().to_owned(), detail: detail.into() }
}

/// Object and path of each wanted file.
fn listed(
    git: &Git,
    commit: &str,
    takes: &dyn Fn(&str) -> bool,
    most: Most,
    out: &mut Files,
) -> Result<Vec<(String, String)>, GitError> {
    let mut wanted: Vec<(String, String)> = Vec::new();
    let mut entries = 0;
    let args = ["-c", "core.quotePath=false", "ls-tree", "-r", "--full-tree", commit].map(OsStr::new);
    let ended = git.stream(Reach::Local, "listing the files", &args, Vec::new(), &mut |line| {
        entries += 1;
        if entries > ENTRIES {
            return Err(GitError::TooMuch { what: "files in the tree", limit: ENTRIES as u64 });
        }
        let line = String::from_utf8_lossy(line);
        let Some((head, path)) = line.split_once('\t') else { return Err(damaged(git, "its tree has an odd line")) };
        // git quotes what has control characters, quotes or backslashes inside.
        let quoted = path.strip_prefix('"').and_then(|p| p.strip_suffix('"'));
        if !takes(quoted.unwrap_or(path)) {
            return Ok(());
        }
        let mut words = head.split(' ');
        let (mode, kind, id) = (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next().unwrap_or(""));
        match (mode, kind) {
            ("120000", _) => out.links += 1,
            (_, "blob") if quoted.is_some() => {
                return Err(GitError::BadFile {
                    path: quoted.unwrap_or(path).to_owned(),
                    why: "its path has a quote, a backslash or a control character; name it differently".into(),
                });
            }
            (_, "blob") => wanted.push((id.to_owned(), path.to_owned())),
            _ => {}
        }
        if wanted.len() > most.files {
            return Err(GitError::TooMuch { what: "catalogue files", limit: most.files as u64 });
        }
        Ok(())
    })?;
    good(git, &ended)?;
    Ok(wanted)
}

fn good(git: &Git, ended: &Ended) -> Result<(), GitError> {
    if ended.ok { Ok(()) } else { Err(damaged(git, said(&ended.stderr))) }
}

/// Holds the sizes against the limits, before anything is read. False if a file is not here yet.
fn sizes(git: &Git, ids: &[u8], wanted: &[(String, String)], most: Most) -> Result<bool, GitError> {
    let (mut n, mut total, mut missing) = (0, 0, false);
    let args = ["cat-file", "--batch-check=%(objectname) %(objectsize)"].map(OsStr::new);
    let ended = git.stream(Reach::Local, "looking at the sizes of the files", &args, ids.to_vec(), &mut |line| {
        let size = String::from_utf8_lossy(line).rsplit(' ').next().and_then(|w| w.parse::<u64>().ok());
        let (Some(size), Some((_, path))) = (size, wanted.get(n)) else {
            missing = true;
            return Ok(());
        };
        n += 1;
        total += size;
        if size > most.one {
            let why = format!("it has {size} bytes; at most {} are read", most.one);
            return Err(GitError::BadFile { path: path.clone(), why });
        }
        if total > most.all {
            return Err(GitError::TooMuch { what: "bytes in catalogue files", limit: most.all });
        }
        Ok(())
    })?;
    // A git that would fetch what is missing may not, and ends there.
    Ok(ended.ok && !missing && n == wanted.len())
}

/// Fetches what a partial clone left out, all at once.
fn fetch(git: &Git, url: &str, ids: Vec<u8>) -> Result<(), GitError> {
    let args = [
        "-c",
        "fetch.negotiationAlgorithm=noop",
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-recurse-submodules",
        "--filter=blob:none",
        "--stdin",
        "origin",
    ]
    .map(OsStr::new);
    let ended = git.stream(Reach::Network, "fetching the files", &args, ids, &mut |_| Ok(()))?;
    match ended.ok {
        true => Ok(()),
        false => Err(GitError::Remote { location: url.to_owned(), detail: said(&ended.stderr) }),
    }
}

/// Reads the files, whose sizes are known to fit.
fn read(git: &Git, ids: Vec<u8>, wanted: &[(String, String)], out: &mut Files) -> Result<(), GitError> {
    let mut size: Option<usize> = None;
    let mut content: Vec<u8> = Vec::new();
    let result = git.stream(Reach::Local, "reading the files", &["cat-file", "--batch"].map(OsStr::new), ids, &mut |line| {
        let Some(bytes) = size else {
            let head = String::from_utf8_lossy(line);
            size = Some(head.rsplit(' ').next().and_then(|w| w.parse().ok()).ok_or_else(|| damaged(git, head.clone()))?);
            return Ok(());
        };
        content.extend_from_slice(line);
        content.push(b'\n');
        // After the content stands one line feed.
        if content.len() > bytes {
            content.truncate(bytes);
            let Some((_, path)) = wanted.get(out.found.len()) else { return Err(damaged(git, "it has more files than asked for")) };
            let text = String::from_utf8(std::mem::take(&mut content))
                .map_err(|_| GitError::BadFile { path: path.clone(), why: "it is no text in UTF-8; save it as that".into() })?;
            out.found.push((path.clone(), text));
            size = None;
        }
        Ok(())
    });
    let ended = match (result, wanted.get(out.found.len())) {
        (Err(GitError::TooMuch { what, limit }), Some((_, path))) => {
            return Err(GitError::BadFile { path: path.clone(), why: format!("it has more than {limit} {what}") });
        }
        (ended, _) => ended?,
    };
    good(git, &ended)?;
    if out.found.len() != wanted.len() {
        return Err(damaged(git, "not every file could be read"));
    }
    Ok(())
}
