//! Words: what no file may hold, what the shipped code may not call, and a README for every crate.

use super::code::Code;
use super::source::{Finding, Source, clean, files, shipped};
use super::tables::owner;

/// Text files that people write.
const TEXTS: &[&str] =
    &[".rs", ".md", ".toml", ".sql", ".css", ".js", ".yaml", ".yml", ".txt", ".service", "check", ".ci/run", ".json"];

/// What no file may hold, in two halves so that this file does not. Lower case.
const BANNED: &[(&str, &str, &str)] = &[
    ("crates", ".io", "name no package registry: the tools know it"),
    ("pypi", ".org", "name no package registry"),
    ("npmjs", ".org", "name no package registry"),
    ("deb.debian", ".org", "name no package registry"),
    ("/work", "/", "no path of one machine"),
    ("/ro", "ot/", "no path of one machine"),
];

/// Marks of unfinished work; as whole words, in capitals.
const UNFINISHED: [(&str, &str); 3] = [("TO", "DO"), ("FIX", "ME"), ("XX", "X")];

/// Made by tools: lock files, and what a tool wrote.
fn is_made(path: &str) -> bool {
    path.ends_with("package-lock.json") || path.ends_with("Cargo.lock")
}

fn banned(all: &[Source]) -> Vec<Finding> {
    let mut out = Vec::new();
    for source in all.iter().filter(|s| !is_made(&s.path)) {
        for (i, line) in source.text.lines().enumerate() {
            let lower = line.to_lowercase();
            for (a, b, why) in BANNED {
                if lower.contains(&format!("{a}{b}")) {
                    out.push(Finding::new(&source.path, i + 1, format!("“{a}{b}”: {why}")));
                }
            }
            for (a, b) in UNFINISHED {
                if line.split(|c: char| !c.is_alphanumeric()).any(|w| w == format!("{a}{b}")) {
                    out.push(Finding::new(
                        &source.path,
                        i + 1,
                        format!("{a}{b}: finish it, or file an issue and say what is missing"),
                    ));
                }
            }
        }
    }
    out
}

/// Calls that end the process where an error should reach the edge.
fn panics(all: &[Source]) -> Vec<Finding> {
    let mut out = Vec::new();
    for source in all {
        let code = Code::shipped(&source.text).code;
        for (i, line) in code.lines().enumerate() {
            for call in [".unwrap()", ".expect(", "panic!(", "unreachable!("] {
                if line.contains(call) {
                    out.push(Finding::new(&source.path, i + 1, format!("{call} in shipped code: return an error instead")));
                }
            }
        }
    }
    out
}

/// Crates whose documentation is not their README.
fn unread(manifests: &[Source], roots: &[Source], readmes: &[Source]) -> Vec<Finding> {
    let mut out = Vec::new();
    for m in manifests {
        let Some(folder) = m.path.strip_suffix("/Cargo.toml").filter(|f| f.starts_with("crates/")) else { continue };
        let readme = format!("{folder}/README.md");
        match readmes.iter().find(|r| r.path == readme) {
            Some(r) if r.text.trim().len() > 200 => {}
            _ => out.push(Finding::new(&readme, 1, format!("{} has no README that says what it is", owner(&m.path)))),
        }
        let lib = format!("{folder}/src/lib.rs");
        if roots.iter().any(|r| r.path == lib && !r.text.contains("#![doc = include_str!(\"../README.md\")]")) {
            out.push(Finding::new(&lib, 1, "begin with #![doc = include_str!(\"../README.md\")]"));
        }
    }
    out
}

#[test]
fn no_file_holds_a_banned_word() {
    clean(&banned(&files(TEXTS)));
}

#[test]
fn shipped_code_returns_its_errors() {
    clean(&panics(&shipped(&files(&[".rs"]))));
}

#[test]
fn every_crate_is_documented_by_its_readme() {
    clean(&unread(&files(&["Cargo.toml"]), &files(&["src/lib.rs"]), &files(&["README.md"])));
}

#[test]
fn a_banned_word_is_found() {
    let of = |text: String| Source { path: "crates/report/src/acts.rs".into(), text };
    for (a, b, _) in BANNED {
        assert_eq!(banned(&[of(format!("see {a}{b} now"))]).len(), 1, "{a}");
        assert_eq!(banned(&[of(format!("SEE {a}{b}").to_uppercase())]).len(), 1, "{a}");
    }
    for (a, b) in UNFINISHED {
        assert_eq!(banned(&[of(format!("// {a}{b}: later"))]).len(), 1, "{a}");
    }
    clean(&banned(&[of("to do; crates and io; MASTODON".into())]));
    let lock = Source { path: "tests/browser/package-lock.json".into(), ..of(format!("{}{}", BANNED[2].0, BANNED[2].1)) };
    clean(&banned(&[lock]));
}

#[test]
fn a_call_that_ends_the_process_is_found() {
    let of = |text: &str| Source { path: "crates/report/src/acts.rs".into(), text: text.into() };
    assert_eq!(panics(&[of("fn f() { x().unwrap(); y.expect(\"z\"); panic!(\"a\") }")]).len(), 3);
    clean(&panics(&[of("fn f() { x().unwrap_or(1) } // .unwrap()\n#[cfg(test)]\nmod tests {\n    fn t() { x.unwrap(); }\n}\n")]));
}

#[test]
fn a_crate_without_a_readme_is_found() {
    let of = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    let manifests = [of("crates/a/Cargo.toml", ""), of("crates/spine/b/Cargo.toml", ""), of("bench/Cargo.toml", "")];
    let roots =
        [of("crates/a/src/lib.rs", "#![doc = include_str!(\"../README.md\")]\n"), of("crates/spine/b/src/lib.rs", "//! B.\n")];
    let found = unread(&manifests, &roots, &[of("crates/a/README.md", &"a word ".repeat(40)), of("crates/spine/b/README.md", "B")]);
    assert_eq!(
        found.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(),
        ["crates/spine/b/README.md", "crates/spine/b/src/lib.rs"]
    );
}
