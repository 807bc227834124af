//! `bellwether import KIND FILE.. --dry-run`: what a file of another program holds and what of it would be taken. Needs no
//! server; exit 1 if something is refused.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use catalogue::backstage::{self, Facts, MAX_FILE, Refused};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::Out;

/// Whose files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Backstage catalogue, catalog-info.yaml
    Backstage,
}

/// `bellwether import`.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Whose files
    kind: Kind,
    /// The files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only say what would be taken
    #[arg(long, required = true)]
    dry_run: bool,
}

/// What is printed with `--json`; field names stay.
#[derive(Debug, Serialize)]
struct Answer {
    taken: usize,
    skipped: usize,
    refused: Vec<Refused>,
    facts: Facts,
}

/// A file's text, or why it has none. Not more is read than is needed to see that it is too large.
fn text(path: &Path) -> anyhow::Result<Result<String, String>> {
    let shown = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("{shown} cannot be read"))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("{shown} cannot be read"))?;
    if bytes.len() > MAX_FILE {
        return Ok(Err(format!("The file is larger than {} MiB. Split it.", MAX_FILE / 1_048_576)));
    }
    Ok(String::from_utf8(bytes).map_err(|_| "The file is not UTF-8. Save it as UTF-8.".into()))
}

/// Reads the files and says what they hold.
///
/// # Errors
/// A file that is not there.
pub(super) fn run(out: Out, args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let Kind::Backstage = args.kind;
    let (mut texts, mut refused) = (Vec::new(), Vec::new());
    for path in &args.files {
        let name = path.display().to_string();
        match text(path)? {
            Ok(text) => texts.push((name, text)),
            Err(why) => refused.push(Refused { r#where: name, why }),
        }
    }
    let found = backstage::read(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    refused.extend(found.refused);
    let code = ExitCode::from(u8::from(!refused.is_empty()));
    let answer = Answer { taken: found.entities.len(), skipped: found.skipped, refused, facts: found.facts };
    if out.json {
        out.json(&answer)?;
    } else {
        let f = &answer.facts;
        let mut lines: Vec<String> = answer.refused.iter().map(|r| format!("{}: {}", r.r#where, r.why)).collect();
        lines.push(format!("{} taken, {} skipped, {} refused.", answer.taken, answer.skipped, answer.refused.len()));
        lines.push(format!("{} groups, {} teams, {} workloads, {} services.", f.groups, f.teams, f.workloads, f.services));
        lines.push("Nothing was stored.".into());
        out.text(&lines.join("\n"))?;
    }
    Ok(code)
}
