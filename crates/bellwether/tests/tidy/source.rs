//! Source files as text: where they are, what in them is code, what is a string, what belongs to tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

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

/// A Rust file without its comments: code with strings emptied, and the strings.
#[derive(Debug)]
pub(crate) struct Code {
    /// Same lines as the file; comments and the insides of strings are blanks.
    pub code: String,
    /// Line of each string's beginning, and its text with line continuations joined.
    pub strings: Vec<(usize, String)>,
}

impl Code {
    /// Everything in the file.
    pub(crate) fn all(text: &str) -> Self {
        lex(text)
    }

    /// Without the modules marked `#[cfg(test)]`.
    pub(crate) fn shipped(text: &str) -> Self {
        let mut all = lex(text);
        for (from, to) in test_modules(&all.code) {
            let (first, last) = (line_at(&all.code, from), line_at(&all.code, to));
            all.strings.retain(|(line, _)| *line < first || *line > last);
            let blank: String = all.code[from..to].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
            // Strings are blanked to ASCII, so the lengths agree unless an identifier is not ASCII; then lines still do.
            all.code.replace_range(from..to, &blank);
        }
        all
    }

    /// Lines on which `needle` stands as whole words.
    pub(crate) fn mentions(&self, needle: &str) -> Vec<usize> {
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let found = self
            .code
            .match_indices(needle)
            .filter(|(i, _)| !word(self.code[..*i].chars().next_back()) && !word(self.code[i + needle.len()..].chars().next()));
        found.map(|(i, _)| line_at(&self.code, i)).collect()
    }

    /// Every path that a `use` brings in, braces unfolded, with its line.
    pub(crate) fn uses(&self) -> Vec<(usize, String)> {
        let mut out = Vec::new();
        for (i, _) in self.code.match_indices("use ") {
            let before = self.code[..i].chars().next_back();
            if before.is_none_or(|c| c.is_whitespace()) {
                let end = self.code[i..].find(';').map_or(self.code.len(), |e| i + e);
                let mut paths = Vec::new();
                unfold("", &self.code[i + 4..end], &mut paths);
                out.extend(paths.into_iter().map(|p| (line_at(&self.code, i), p)));
            }
        }
        out
    }
}

/// The line, from 1, of a byte.
pub(crate) fn line_at(text: &str, byte: usize) -> usize {
    text[..byte].matches('\n').count() + 1
}

fn unfold(prefix: &str, tree: &str, out: &mut Vec<String>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree).trim();
        if !path.is_empty() {
            out.push(format!("{prefix}{path}").trim_end_matches("::self").to_owned());
        }
        return;
    };
    let head = format!("{prefix}{}", tree[..open].trim());
    let inner = tree[open + 1..].rsplit_once('}').map_or("", |(inner, _)| inner);
    let (mut depth, mut from) = (0i32, 0);
    for (i, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                unfold(&head, &inner[from..i], out);
                from = i + 1;
            }
            _ => {}
        }
    }
    unfold(&head, &inner[from..], out);
}

/// Byte ranges of `#[cfg(test)] mod name { .. }`.
fn test_modules(code: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for (at, mark) in code.match_indices("#[cfg(test)]") {
        let rest = &code[at + mark.len()..];
        let Some(open) = rest.find(['{', ';']).filter(|i| rest[*i..].starts_with('{')) else { continue };
        if !rest[..open].split_whitespace().any(|w| w == "mod") {
            continue;
        }
        let mut depth = 0;
        for (i, c) in rest.char_indices().skip_while(|(i, _)| *i < open) {
            depth += i32::from(c == '{') - i32::from(c == '}');
            if depth == 0 {
                out.push((at, at + mark.len() + i + 1));
                break;
            }
        }
    }
    out
}

/// Walks the text once. Knows comments, strings with escapes, raw strings and characters; not more of the language.
fn lex(text: &str) -> Code {
    let chars: Vec<char> = text.chars().collect();
    let (mut code, mut strings) = (String::with_capacity(text.len()), Vec::new());
    let (mut i, mut line) = (0, 1);
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    while i < chars.len() {
        let c = chars[i];
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            while i < chars.len() && !(chars[i] == '*' && at(i + 1) == '/') {
                if chars[i] == '\n' {
                    code.push('\n');
                    line += 1;
                }
                i += 1;
            }
            i += 2;
        } else if c == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            i += if at(i + 1) == '\\' { 3 } else { 2 };
            while i < chars.len() && chars[i] != '\'' {
                i += 1;
            }
            i += 1;
            code.push_str("' '");
        } else if let Some(hashes) = raw_string(&chars, i) {
            let (began, open) = (line, i + hashes + 2);
            let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let mut end = open;
            while end < chars.len() && !chars[end..].starts_with(&close) {
                end += 1;
            }
            let inside: String = chars[open.min(end)..end].iter().collect();
            let breaks = inside.matches('\n').count();
            line += breaks;
            code.push_str(&format!("\"{}\"", "\n".repeat(breaks)));
            strings.push((began, inside));
            i = end + close.len();
        } else if c == '"' {
            let (began, mut inside) = (line, String::new());
            code.push('"');
            i += 1;
            while i < chars.len() && chars[i] != '"' {
                if chars[i] == '\n' {
                    code.push('\n');
                    line += 1;
                }
                if chars[i] == '\\' && at(i + 1) == '\n' {
                    // A continuation: the line break and the blanks after it are not in the string.
                    i += 1;
                    while i < chars.len() && chars[i].is_whitespace() {
                        if chars[i] == '\n' {
                            code.push('\n');
                            line += 1;
                        }
                        i += 1;
                    }
                    continue;
                }
                if chars[i] == '\\' {
                    i += 1;
                }
                inside.push(at(i));
                i += 1;
            }
            i += 1;
            code.push('"');
            strings.push((began, inside));
        } else {
            line += usize::from(c == '\n');
            code.push(c);
            i += 1;
        }
    }
    Code { code, strings }
}

/// The number of hashes if a raw string begins here.
fn raw_string(chars: &[char], i: usize) -> Option<usize> {
    let word = i > 0 && (chars[i - 1].is_alphanumeric() || chars[i - 1] == '_') && chars[i - 1] != 'b';
    if chars[i] != 'r' || word {
        return None;
    }
    let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(i + 1 + hashes) == Some(&'"')).then_some(hashes)
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file of ours with one of these endings, in a fixed order.
pub(crate) fn files(endings: &[&str]) -> Vec<Source> {
    let root = root();
    let mut out = Vec::new();
    for top in ["crates", "bench", "docs", "tests", "check"] {
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
            if !matches!(name.to_str(), None | Some("target" | "node_modules" | "book" | "snapshots")) {
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
fn comments_strings_and_tests_are_told_apart() {
    let text = "use a::{b, c::{self, d}};\n// axum\nlet s = \"SELECT \\\n  axum\"; /* tokio */ let r = r#\"x\"y\"#;\n\
                let c = '\"'; fn f<'a>() {}\n#[cfg(test)]\nmod tests {\n  use tokio;\n  const T: &str = \"{\";\n}\nfn after() {}\n";
    let code = Code::shipped(text);
    assert_eq!(code.uses(), [(1, "a::b".into()), (1, "a::c".into()), (1, "a::c::d".into())]);
    assert_eq!(code.strings, [(3, "SELECT axum".to_owned()), (4, "x\"y".to_owned())]);
    assert!(code.mentions("axum").is_empty() && code.mentions("tokio").is_empty());
    assert_eq!(code.mentions("after"), [10]);
    assert_eq!(Code::all(text).mentions("tokio"), [7]);
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
