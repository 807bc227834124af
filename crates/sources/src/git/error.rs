//! What can go wrong between a location somebody typed and a figure: each case says what, where and how to mend it.

use std::fmt;
use std::path::PathBuf;

/// A failure of the git collector. `Display` is one or two sentences fit for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GitError {
    /// The location is of a form that is never opened.
    BadLocation {
        /// The location as it was given.
        location: String,
        /// The reason, as a clause.
        why: &'static str,
    },
    /// A local path, or something it links to, lies outside the configured roots.
    OutsideRoots {
        /// The path after following links.
        path: PathBuf,
    },
    /// There is no git repository at this path.
    NotARepository {
        /// The path that was looked at.
        path: PathBuf,
    },
    /// The revision is not a name that is ever handed to git.
    BadRevision {
        /// The revision as it was given.
        rev: String,
    },
    /// The repository has no commit of that name.
    UnknownRevision {
        /// The revision as it was given.
        rev: String,
        /// The repository.
        path: PathBuf,
    },
    /// The repository has no commits at all.
    Empty {
        /// The repository.
        path: PathBuf,
    },
    /// The history was cut off when it was cloned.
    Shallow {
        /// The repository.
        path: PathBuf,
    },
    /// git took longer than the limit and was stopped with all it had started.
    TimedOut {
        /// What git was doing.
        what: &'static str,
        /// The limit in whole seconds.
        seconds: u64,
    },
    /// git answered with more than the limit.
    TooMuch {
        /// What there was too much of.
        what: &'static str,
        /// The limit, in the unit that `what` names.
        limit: u64,
    },
    /// The repository's own data cannot be read to the end.
    Damaged {
        /// The repository.
        path: PathBuf,
        /// What git, or our reading of it, said.
        detail: String,
    },
    /// The far end could not be cloned or fetched.
    Remote {
        /// The location.
        location: String,
        /// What git said.
        detail: String,
    },
    /// Another run is cloning or fetching the same repository.
    Busy {
        /// The location.
        location: String,
    },
    /// A file of the revision cannot be taken.
    BadFile {
        /// Its path from the top folder.
        path: String,
        /// The reason and the remedy, as a clause.
        why: String,
    },
    /// The git program could not be started.
    NoGit {
        /// The system's reason.
        detail: String,
    },
    /// A folder or file of ours could not be read or written.
    Io {
        /// The path.
        path: PathBuf,
        /// The system's reason.
        detail: String,
    },
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadLocation { location, why } => write!(
                f,
                "The location '{location}' is refused: {why}. Use https://host/path, ssh://host/path, user@host:path or an absolute local path."
            ),
            Self::OutsideRoots { path } => write!(
                f,
                "'{}' is outside the folders that may be read. Add its folder to roots in [git] in the configuration, or move the repository under one of them.",
                path.display()
            ),
            Self::NotARepository { path } => write!(
                f,
                "'{}' is not a git repository. Give the top folder of a working copy, or a bare repository.",
                path.display()
            ),
            Self::BadRevision { rev } => {
                write!(f, "'{rev}' is not a revision. Give a branch, a tag or a commit id; no range, no option, no line break.")
            }
            Self::UnknownRevision { rev, path } => {
                write!(f, "'{}' has no commit '{rev}'. Check the spelling, or fetch the branch first.", path.display())
            }
            Self::Empty { path } => {
                write!(f, "'{}' has no commits yet, so there is nothing to count. Push a first commit.", path.display())
            }
            Self::Shallow { path } => write!(
                f,
                "'{}' is a shallow clone: its history is cut off and every figure would be wrong. Run 'git fetch --unshallow --tags' in it, or clone without --depth.",
                path.display()
            ),
            Self::TimedOut { what, seconds } => write!(
                f,
                "git was stopped after {seconds} seconds while {what}. Raise the time limit, or look at the network and the disk."
            ),
            Self::TooMuch { what, limit } => {
                write!(f, "The repository gave more than {limit} {what}, which is the limit. Nothing was taken.")
            }
            Self::Damaged { path, detail } => write!(
                f,
                "The history in '{}' cannot be read to the end: {detail}. Run 'git fsck' in it, or clone it again.",
                path.display()
            ),
            Self::Remote { location, detail } => write!(
                f,
                "'{location}' could not be fetched: {detail}. Check the address, the access and the network; what the last run stored stays."
            ),
            Self::Busy { location } => {
                write!(f, "'{location}' is being fetched by another run. Try again when that has ended.")
            }
            Self::BadFile { path, why } => write!(f, "The file '{path}' is not read: {why}."),
            Self::NoGit { detail } => {
                write!(f, "The program 'git' could not be started: {detail}. Install git 2.34 or newer.")
            }
            Self::Io { path, detail } => {
                write!(f, "'{}' cannot be used: {detail}.", path.display())
            }
        }
    }
}

impl std::error::Error for GitError {}

/// Makes what git wrote to standard error fit for a message: one line, no control characters, at most 300 characters.
pub(crate) fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().filter(|c| !c.is_control()).take(300).collect();
    let line = line.trim_end_matches('.').to_owned();
    if line.is_empty() { "git gave no reason".to_owned() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_said_becomes_one_short_line() {
        assert_eq!(said(b"fatal: bad\n\tobject \x1b[31mHEAD\n"), "fatal: bad object [31mHEAD");
        assert_eq!(said(b" \n"), "git gave no reason");
        assert_eq!(said("é".repeat(999).as_bytes()).chars().count(), 300);
    }

    #[test]
    fn a_message_says_what_where_and_how_to_mend() {
        let text = GitError::Shallow { path: PathBuf::from("/srv/shop") }.to_string();
        assert!(text.contains("/srv/shop") && text.contains("wrong") && text.contains("--unshallow"), "{text}");
    }
}
