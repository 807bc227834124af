//! Source files as text: where they are, what in them is code, what is a string, what belongs to tests.
//! How their code is read stands in [`super::code`].

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::code::Code;

/// One file of the repository.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// From the repository's root, with slashes: `crates/report/src/rules.rs`.
    pub path: String,
    /// As it stands.
    pub text: String,
}

/// What breaks a rule, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub path: String,
    /// From 1.
    pub line: usize,
    pub say: String,
}

impl Finding {
    pub(crate) fn new(path: &str, line: usize, say: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, say: say.into() }
    }
}

/// Fails with every finding on its own line.
#[track_caller]
pub(crate) fn clean(findings: &[Finding]) {
    let lines: Vec<_> = findings.iter().map(|f| format!("  {}:{}: {}", f.path, f.line, f.say)).collect();
    assert!(lines.is_empty(), "{} findings\n{}", lines.len(), lines.join("\n"));
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where our files are.
const TOPS: [&str; 15] = [
    "crates",
    "bench",
    "docs",
    "tests",
    "check",
    ".ci",
    ".config",
    "Cargo.toml",
    "clippy.toml",
    "deny.toml",
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "GLOSSARY.md",
    "CHANGELOG.md",
];

/// Every file of ours with one of these endings, in a fixed order.
pub(crate) fn files(endings: &[&str]) -> Vec<Source> {
    let root = root();
    let mut out = Vec::new();
    for top in TOPS {
        walk(&root, &root.join(top), endings, &mut out);
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!out.is_empty(), "no {endings:?} under {}", root.display());
    out
}

fn walk(root: &Path, at: &Path, endings: &[&str], out: &mut Vec<Source>) {
    if let Ok(entries) = fs::read_dir(at) {
        for entry in entries.flatten() {
            let name = entry.file_name();
            if !matches!(name.to_str(), None | Some("target" | "node_modules" | "book" | "snapshots" | "__pycache__")) {
                walk(root, &entry.path(), endings, out);
            }
        }
    } else if endings.iter().any(|e| at.to_string_lossy().ends_with(e))
        && let Ok(text) = fs::read_to_string(at)
        && let Ok(path) = at.strip_prefix(root)
    {
        out.push(Source { path: path.to_string_lossy().into_owned(), text });
    }
}

/// The Rust files that end up in the binary: no tests, no fixtures, no examples, no benchmarks.
pub(crate) fn shipped(all: &[Source]) -> Vec<Source> {
    let modules: BTreeSet<String> = all.iter().flat_map(test_files).collect();
    let kept = all.iter().filter(|s| {
        let inner = s.path.split_once("/src/").map_or("", |(_, inner)| inner);
        let marked = modules.iter().any(|m| s.path == format!("{m}.rs") || s.path.starts_with(&format!("{m}/")));
        s.path.starts_with("crates/") && !inner.is_empty() && !inner.starts_with("testing") && !marked
    });
    kept.cloned().collect()
}

/// Paths, without ending, of the files that this one declares by `#[cfg(test)] mod name;`.
fn test_files(source: &Source) -> Vec<String> {
    let code = Code::all(&source.text).code;
    let stem = source.path.trim_end_matches(".rs");
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let folder = if matches!(name, "lib" | "main" | "mod") { folder } else { stem };
    let declared = code.match_indices("#[cfg(test)]").filter_map(|(i, mark)| {
        let rest = code[i + mark.len()..].split(['{', ';']).next().unwrap_or("");
        let mut words = rest.split_whitespace().skip_while(|w| *w != "mod");
        words.next().and_then(|_| words.next())
    });
    declared.map(|name| format!("{folder}/{name}")).collect()
}

#[test]
fn test_files_do_not_ship() {
    let of = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    let all = [
        of("crates/a/src/lib.rs", "mod git;\n#[cfg(test)]\nmod properties;\n"),
        of("crates/a/src/git.rs", "#[cfg(test)]\nmod tests;\n"),
        of("crates/a/src/git/tests/opening.rs", ""),
        of("crates/a/src/properties.rs", ""),
        of("crates/a/src/testing/mod.rs", ""),
        of("crates/a/tests/it/main.rs", ""),
    ];
    let kept: Vec<_> = shipped(&all).into_iter().map(|s| s.path).collect();
    assert_eq!(kept, ["crates/a/src/lib.rs", "crates/a/src/git.rs"]);
}
