//! The tags of a repository: when each was created and which commit it names.

use std::ffi::OsStr;

use super::error::{GitError, said};
use super::graph::plausible;
use super::run::{Git, Reach};

/// A tag, annotated or light.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The name without `refs/tags/`; bytes that are not UTF-8 are replaced.
    pub name: String,
    /// When it was created, in Unix seconds: the tagger's time of an annotated tag, the committer time of the commit
    /// for a light one. `None` where the object holds no readable date.
    pub created: Option<i64>,
    /// Id of the commit it names, in hexadecimal; `None` for a tag on a tree or a file.
    pub commit: Option<String>,
}

/// All tags in order of creation, those without a date last; equal times by name, so that the order never depends on
/// the machine.
pub(crate) fn read(git: &Git) -> Result<Vec<Tag>, GitError> {
    let mut rows: Vec<(Vec<u8>, Tag)> = Vec::new();
    let mut peel = Vec::new();
    let mut odd = None;
    let args = ["for-each-ref", "--format=%(objectname) %(objecttype) %(creatordate:unix) %(refname)", "refs/tags"];
    let limit = git.settings.tags;
    let ended = git.stream(Reach::Local, "listing the tags", &args.map(OsStr::new), Vec::new(), &mut |line| {
        let mut words = line.splitn(4, |b| *b == b' ').map(String::from_utf8_lossy);
        let (Some(id), Some(kind), Some(date)) = (words.next(), words.next(), words.next()) else {
            odd.get_or_insert_with(|| said(line));
            return Ok(());
        };
        if rows.len() as u64 >= u64::from(limit) {
            return Err(GitError::TooMuch { what: "tags", limit: u64::from(limit) });
        }
        if kind == "tag" {
            peel.push(rows.len());
        }
        let full = line.splitn(4, |b| *b == b' ').nth(3).unwrap_or_default().to_vec();
        let name = String::from_utf8_lossy(&full);
        let name = name.strip_prefix("refs/tags/").unwrap_or(&name).to_owned();
        let commit = (kind == "commit" || kind == "tag").then(|| id.into_owned());
        rows.push((full, Tag { name, created: plausible(&date), commit }));
        Ok(())
    })?;
    if let (Some(detail), _) | (None, Some(detail)) = (odd, (!ended.ok).then(|| said(&ended.stderr))) {
        return Err(GitError::Damaged { path: git.path().to_owned(), detail });
    }
    follow(git, &mut rows, &peel)?;
    rows.sort_by(|(a, x), (b, y)| (x.created.is_none(), x.created, a).cmp(&(y.created.is_none(), y.created, b)));
    Ok(rows.into_iter().map(|(_, tag)| tag).collect())
}

/// Follows annotated tags, also tags on tags, to their commits: one process for all. (`%(*objectname)` of older
/// versions of git goes one step only.)
fn follow(git: &Git, rows: &mut [(Vec<u8>, Tag)], peel: &[usize]) -> Result<(), GitError> {
    if peel.is_empty() {
        return Ok(());
    }
    let mut asked = String::new();
    for at in peel {
        if let Some(id) = &rows[*at].1.commit {
            asked.push_str(id);
            asked.push_str("^{commit}\n");
        }
    }
    let mut left = peel.iter();
    let args = ["cat-file", "--batch-check=%(objectname) %(objecttype)"].map(OsStr::new);
    let ended = git.stream(Reach::Local, "following the tags", &args, asked.into_bytes(), &mut |line| {
        if let Some(at) = left.next() {
            let text = String::from_utf8_lossy(line);
            // "ID commit", or "WHAT WAS ASKED missing" when there is no commit behind the tag.
            rows[*at].1.commit = text.strip_suffix(" commit").map(str::to_owned);
        }
        Ok(())
    })?;
    if !ended.ok || left.next().is_some() {
        return Err(GitError::Damaged { path: git.path().to_owned(), detail: said(&ended.stderr) });
    }
    Ok(())
}
