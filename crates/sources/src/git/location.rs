//! Which locations are opened at all, and where a local repository's files may lie.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::GitError;

/// A location that passed the rules; nothing was opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A local path, as given (absolute).
    Local(PathBuf),
    /// An https:// or ssh:// URL or `user@host:path`, as given.
    Remote {
        /// The location as it is handed to git.
        url: String,
        /// The host alone, in lower case, so that the caller can hold it against the rule of outgoing requests.
        host: String,
    },
}

/// Longest location in bytes; its encoded form must fit into one file name.
const LONGEST: usize = 1000;

impl Location {
    /// Reads a location: https, ssh, `user@host:path` or an absolute local path.
    ///
    /// Errors: `BadLocation` for everything else, among it file://, git://, http://, `ext::` and other remote helpers,
    /// anything that begins like an option, control characters, and passwords or tokens inside the location.
    pub fn parse(given: &str) -> Result<Self, GitError> {
        let bad = |why| Err(GitError::BadLocation { location: hidden(given), why });
        if given.is_empty() || given.len() > LONGEST {
            return bad("it is empty or longer than 1000 bytes");
        }
        if given.starts_with('-') {
            return bad("it begins with '-', like an option");
        }
        if given.chars().any(|c| c.is_control()) || given.trim() != given {
            return bad("it holds control characters or begins or ends with a space");
        }
        if given.starts_with('/') {
            return Ok(Self::Local(PathBuf::from(given)));
        }
        if let Some((scheme, rest)) = given.split_once("://") {
            return match scheme.to_ascii_lowercase().as_str() {
                "https" | "ssh" if scheme.chars().any(|c| c.is_ascii_uppercase()) => bad("its scheme is not in lower case"),
                "https" => Self::remote(given, rest, false),
                "ssh" => Self::remote(given, rest, true),
                "http" | "git" => bad("that protocol is neither private nor proof against change on the way"),
                "file" => bad("a local repository is given by its path"),
                _ => bad("only https and ssh are spoken"),
            };
        }
        if let Some(at) = given.find(':') {
            let (host, path) = (&given[..at], &given[at + 1..]);
            if path.starts_with(':') {
                return bad("remote helpers are never run");
            }
            if !host.contains('/') {
                let (user, name) = host.split_once('@').map_or((None, host), |(u, n)| (Some(u), n));
                return match (user.is_none_or(is_word), is_word(name), path.is_empty() || path.starts_with('-')) {
                    (true, true, false) => Ok(Self::Remote { url: given.to_owned(), host: name.to_ascii_lowercase() }),
                    _ => bad("user, host or path is not of the form user@host:path"),
                };
            }
        }
        bad("it is neither a remote location nor an absolute path")
    }

    fn remote(given: &str, rest: &str, ssh: bool) -> Result<Self, GitError> {
        let bad = |why| Err(GitError::BadLocation { location: hidden(given), why });
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, place) = authority.rsplit_once('@').map_or((None, authority), |(u, p)| (Some(u), p));
        if let Some(user) = user {
            if !ssh || user.contains(':') {
                return bad("it holds a secret; secrets are named in the configuration, never in a location");
            }
            if !is_word(user) {
                return bad("its user name holds characters that are not allowed");
            }
        }
        let (name, port) = match place.strip_prefix('[').and_then(|p| p.split_once(']')) {
            Some((v6, after)) if v6.chars().all(|c| c.is_ascii_hexdigit() || c == ':') && !v6.is_empty() => {
                (v6, after.strip_prefix(':'))
            }
            Some(_) => return bad("its host is not a name or address"),
            None => place.split_once(':').map_or((place, None), |(n, p)| (n, Some(p))),
        };
        if !name.contains(':') && !is_word(name) {
            return bad("its host is not a name or address");
        }
        if port.is_some_and(|p| p.parse::<u16>().is_err()) {
            return bad("its port is not a number up to 65535");
        }
        if path.is_empty() || path.starts_with('-') {
            return bad("it names no repository on that host");
        }
        Ok(Self::Remote { url: given.to_owned(), host: name.to_ascii_lowercase() })
    }
}

/// A host or user name: letters, digits, `.`, `_` and `-`, not first a `-`.
fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('-') && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// The location for a message, without what stands before an `@` in its authority.
fn hidden(given: &str) -> String {
    let short = kernel::text::shown(given, 200);
    match short.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            match rest[..end].rfind('@') {
                Some(at) => format!("{scheme}://...{}", &rest[at..]),
                None => short,
            }
        }
        None => short,
    }
}

/// The git folder of a repository's top folder: the path itself when bare, `.git` in it, or where a `.git` file points.
///
/// All links are followed. Errors: `NotARepository` when there is nothing that looks like one.
pub(crate) fn git_dir(path: &Path) -> Result<PathBuf, GitError> {
    let none = || GitError::NotARepository { path: path.to_owned() };
    let top = fs::canonicalize(path).map_err(|_| none())?;
    let inner = top.join(".git");
    let dir = if inner.is_file() {
        let text = fs::read(&inner).map_err(|_| none())?;
        let line = String::from_utf8_lossy(&text).into_owned();
        let target = line.strip_prefix("gitdir:").map(str::trim).ok_or_else(none)?;
        fs::canonicalize(top.join(target)).map_err(|_| none())?
    } else if inner.is_dir() {
        fs::canonicalize(&inner).map_err(|_| none())?
    } else {
        top
    };
    if dir.join("HEAD").symlink_metadata().is_err() {
        return Err(none());
    }
    Ok(dir)
}

/// Checks that a git folder and all that git reads through it (linked work trees, borrowed objects, symbolic links of
/// its main folders) lie under one of `roots`. Errors: `OutsideRoots`, also when there is no root at all.
pub(crate) fn within(dir: &Path, roots: &[PathBuf]) -> Result<(), GitError> {
    let roots: Vec<PathBuf> = roots.iter().filter_map(|r| fs::canonicalize(r).ok()).collect();
    let check = |path: &Path| match fs::canonicalize(path) {
        Ok(real) if roots.iter().any(|r| real.starts_with(r)) => Ok(real),
        Ok(real) => Err(GitError::OutsideRoots { path: real }),
        Err(_) => Err(GitError::OutsideRoots { path: path.to_owned() }),
    };
    let mut common = check(dir)?;
    if let Ok(text) = fs::read_to_string(common.join("commondir")) {
        common = check(&common.join(text.trim_end()))?;
    }
    for name in ["HEAD", "config", "packed-refs", "refs", "refs/heads", "refs/tags"] {
        let part = common.join(name);
        if part.symlink_metadata().is_ok() {
            check(&part)?;
        }
    }
    let mut stores = vec![common.join("objects")];
    let mut seen = 0;
    while let Some(store) = stores.pop() {
        let store = check(&store)?;
        for name in ["pack", "info", "info/alternates", "info/commit-graph"] {
            let part = store.join(name);
            if part.symlink_metadata().is_ok() {
                check(&part)?;
            }
        }
        seen += 1;
        let Ok(lines) = fs::read_to_string(store.join("info/alternates")) else { continue };
        stores.extend(lines.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).map(|l| store.join(l)));
        if seen + stores.len() > 64 {
            return Err(GitError::TooMuch { what: "folders of borrowed objects", limit: 64 });
        }
    }
    Ok(())
}

/// A name for a remote location's folder: one name for one location, none for two, on any file system.
///
/// Errors: `BadLocation` when it is longer than a file name may be.
pub(crate) fn folder_name(url: &str) -> Result<String, GitError> {
    let mut name = String::new();
    for byte in url.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' => name.push(byte as char),
            other => name.push_str(&format!("_{other:02x}")),
        }
    }
    if name.len() > 240 {
        return Err(GitError::BadLocation { location: hidden(url), why: "it is too long to name a folder (240 characters)" });
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(given: &str) -> String {
        match Location::parse(given) {
            Ok(Location::Remote { host, url }) => {
                assert_eq!(url, given);
                host
            }
            other => panic!("{given}: {other:?}"),
        }
    }

    #[test]
    fn private_and_signed_ways_are_taken() {
        assert_eq!(host("https://Code.example.org/a/b.git"), "code.example.org");
        assert_eq!(host("https://code.example.org:8443/a"), "code.example.org");
        assert_eq!(host("ssh://git@code.example.org:22/a/b"), "code.example.org");
        assert_eq!(host("ssh://[2001:db8::1]:22/a"), "2001:db8::1");
        assert_eq!(host("git@code.example.org:a/b.git"), "code.example.org");
        assert_eq!(host("code.example.org:a"), "code.example.org");
        assert_eq!(Location::parse("/srv/git/a b"), Ok(Location::Local(PathBuf::from("/srv/git/a b"))));
    }

    #[test]
    fn all_else_is_refused() {
        for given in [
            "",
            " ",
            "-",
            "--upload-pack=touch x",
            "-oProxyCommand=x",
            "file:///etc",
            "FILE:///etc",
            "git://h/a",
            "http://h/a",
            "ext::sh -c x",
            "fd::17",
            "https::https://h/a",
            "ftp://h/a",
            "https://",
            "https://h",
            "https://h/",
            "https:///a",
            "https://-h/a",
            "https://u:p@h/a",
            "https://token@h/a",
            "ssh://u:p@h/a",
            "ssh://-oX=y/a",
            "ssh://-u@h/a",
            "ssh://h/-a",
            "ssh://[x]/a",
            "https://h:99999/a",
            "https://h:/a",
            "-x@h:a",
            "u@-h:a",
            "u@h:",
            "u@h:-a",
            "a/b",
            "../a",
            ".",
            "./a:b",
            "https://h/a\nb",
            "https://h/a ",
            "HTTPS://h/a",
            "u x@h:a",
            "https://h a/b",
            "$(x):a",
        ] {
            let read = Location::parse(given);
            assert!(matches!(read, Err(GitError::BadLocation { .. })), "{given:?} gave {read:?}");
        }
    }

    #[test]
    fn a_refusal_does_not_repeat_the_secret() {
        let said = Location::parse("https://bob:hunter2@h/a").unwrap_err().to_string();
        assert!(!said.contains("hunter2") && !said.contains("bob") && said.contains("@h/a"), "{said}");
    }

    #[test]
    fn folder_names_differ_when_locations_do() {
        assert_eq!(folder_name("https://h/A.b").unwrap(), "https_3a_2f_2fh_2f_41_2eb");
        assert_ne!(folder_name("a_b").unwrap(), folder_name("a/b").unwrap());
        assert!(folder_name(&"/".repeat(81)).is_err());
        assert!(folder_name("..").unwrap().starts_with("_2e"));
    }
}
