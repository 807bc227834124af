//! Stories over lens files: our own, small ones made to be wrong, and published ones in `BELLWETHER_DATA`.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails the test")]

mod builtin;
mod carried;
mod evidenced;
mod explained;
mod fuzz;
mod held;
mod hostile;
mod keeping;
mod lint;
mod moving;
mod naive;
mod planning;
mod publishing;
mod real;
mod reviewing;
mod sitting;
mod strict;
mod templates;
mod together;
mod turned;
mod voting;
mod weighed;
mod world;

use std::path::PathBuf;

use wellarch::{File, Part};

/// Reads one file.
fn read(bytes: impl AsRef<[u8]>) -> Result<File, String> {
    let parts = [Part { name: "lens", bytes: bytes.as_ref() }];
    File::read(&parts).map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// The published lenses: path below the data folder and bytes. None if the folder is not here.
fn published() -> Vec<(String, Vec<u8>)> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("BELLWETHER_DATA").map_or(beside, PathBuf::from);
    let mut out = Vec::new();
    for folder in ["lens/wa-hub", "lens/connect", "lens/other"] {
        let Ok(listed) = std::fs::read_dir(data.join(folder)) else { continue };
        for entry in listed.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".json") && !name.ends_with("answers.json") {
                out.push((format!("{folder}/{name}"), std::fs::read(entry.path()).unwrap()));
            }
        }
    }
    out.sort();
    if out.len() < PUBLISHED {
        eprintln!("{} files not here", PUBLISHED - out.len());
    }
    out
}

/// How many lens files the data folder has.
const PUBLISHED: usize = 17;

/// A lens of one question in our own form, with these choices and rules.
fn question(choices: &[&str], rules: &str) -> String {
    let mut out = String::from(
        "lens: small\nname: Small\nversion: \"1\"\npillars:\n  - id: only\n    name: Only\n    questions:\n      - id: ONE-01\n        title: How?\n        choices:\n",
    );
    for id in choices {
        out += &format!(
            "          - id: {id}\n            title: Title of {id}\n            what: What {id} is.\n            why: Why {id} helps.\n            first_step: Begin {id}. (hours)\n"
        );
    }
    out + "        risk:\n" + &rules.lines().map(|l| format!("          - {}\n", l.trim())).collect::<String>()
}
