//! Between crates: `html`, `verdict` <- `kernel` <- spine, in its order <- rooms <- `bellwether` <- `bench`. A room never
//! depends on a room. Only the kernel uses the drivers and the outgoing client.

use super::source::{Finding, Source, clean, files};

/// The spine, lowest first.
const SPINE: [&str; 12] = [
    "people",
    "catalogue",
    "evidence",
    "messages",
    "trackers",
    "intake",
    "marks",
    "metrics",
    "facts",
    "actions",
    "decisions",
    "alerts",
];

/// Crates from outside that one crate has for itself, with its reason.
const OWN: [(&str, &str, &str); 8] = [
    ("rusqlite", "kernel", "one SQL text goes through kernel::db"),
    ("tokio-postgres", "kernel", "one SQL text goes through kernel::db"),
    ("tokio-postgres-rustls", "kernel", "one SQL text goes through kernel::db"),
    ("rustls", "kernel", "TLS is set up in one place"),
    ("uuid", "kernel", "ids are drawn by the unit of work"),
    ("getrandom", "kernel", "random bits come from one source, which a test can seed"),
    ("prometheus-client", "kernel", "the process has one set of figures"),
    ("clap", "bellwether", "there is one command line"),
];

/// How high a crate stands; crates of equal height do not depend on each other.
fn height(name: &str) -> usize {
    match name {
        "html" | "verdict" => 0,
        "kernel" => 1,
        "bellwether" => 200,
        "bench" => 300,
        name => SPINE.iter().position(|s| *s == name).map_or(100, |i| 2 + i),
    }
}

/// What a manifest asks for: line, name.
fn dependencies(text: &str) -> Vec<(usize, String)> {
    let mut inside = false;
    let mut out = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line.trim_matches(['[', ']']).ends_with("dependencies");
        } else if inside && !line.starts_with('#') {
            let name: String = line.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
            if !name.is_empty() {
                out.push((i + 1, name));
            }
        }
    }
    out
}

fn crate_of(path: &str) -> Option<&str> {
    path.strip_suffix("/Cargo.toml")?.rsplit('/').next()
}

fn direction(manifests: &[Source]) -> Vec<Finding> {
    let names: Vec<&str> = manifests.iter().filter_map(|m| crate_of(&m.path)).collect();
    let mut out = Vec::new();
    for manifest in manifests {
        let Some(own) = crate_of(&manifest.path) else { continue };
        for (line, name) in dependencies(&manifest.text) {
            if names.contains(&name.as_str()) && height(&name) >= height(own) {
                out.push(Finding::new(
                    &manifest.path,
                    line,
                    format!("{own} stands below or beside {name}; they meet in a ledger of the spine"),
                ));
            }
            if let Some((_, only, why)) = OWN.iter().find(|(outside, only, _)| *outside == name && *only != own)
                && own != "bench"
            {
                out.push(Finding::new(&manifest.path, line, format!("{name} is for {only} alone: {why}")));
            }
        }
    }
    out
}

#[test]
fn crates_depend_downwards() {
    clean(&direction(&files(&["Cargo.toml"])));
}

#[test]
fn a_crate_that_depends_upwards_or_sideways_is_found() {
    let of = |name: &str, text: &str| Source { path: format!("crates/{name}/Cargo.toml"), text: text.into() };
    let all = [
        of("html", "[dependencies]\nmaud = \"1\"\n"),
        of("kernel", "[dependencies]\nhtml.workspace = true\nrusqlite.workspace = true\n"),
        of("people", "[dependencies]\nkernel.workspace = true\ncatalogue = { workspace = true }\n"),
        of(
            "catalogue",
            "[package]\nname = \"people\"\n[dependencies]\npeople.workspace = true\n[dev-dependencies]\nrusqlite = \"1\"\n",
        ),
        of("report", "[dependencies]\ncatalogue.workspace = true\n[dev-dependencies]\nsources.workspace = true\n"),
        of("sources", "[dependencies]\n# report\n"),
    ];
    let found: Vec<_> = direction(&all).into_iter().map(|f| (f.path, f.line)).collect();
    let at = |name: &str, line| (format!("crates/{name}/Cargo.toml"), line);
    assert_eq!(found, [at("people", 3), at("catalogue", 6), at("report", 4)]);
}
