//! `bellwether import KIND FILE.. --dry-run`: what a file of another program holds and what of it would be taken. Needs no
//! server; exit 1 if something is refused.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use catalogue::backstage::{self, MAX_FILE, Refused};
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Out, values};

/// Whose files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Backstage catalogue, catalog-info.yaml
    Backstage,
    /// Values of metrics, the CSV that `value push` takes
    Values,
    /// Answers of the AWS Well-Architected Tool, as its API gives them
    AwsAnswers,
    /// CSV export of Azure's Well-Architected review
    AzureWar,
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

/// What is printed with `--json`; field names stay. What `facts` holds is the kind's own.
#[derive(Debug, Serialize)]
struct Answer {
    taken: usize,
    skipped: usize,
    refused: Vec<Refused>,
    facts: Value,
}

/// What the files of one kind hold: the answer, and its facts in a line for people.
type Found = (Answer, String);

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

fn backstage_files(texts: &[(String, String)]) -> anyhow::Result<Found> {
    let found = backstage::read(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let f = &found.facts;
    let words = format!("{} groups, {} teams, {} workloads, {} services.", f.groups, f.teams, f.workloads, f.services);
    let facts = serde_json::to_value(f)?;
    Ok((Answer { taken: found.entities.len(), skipped: found.skipped, refused: found.refused, facts }, words))
}

/// A file with a fault is refused whole, as the server refuses it.
fn values_files(texts: &[(String, String)]) -> anyhow::Result<Found> {
    let mut answer = Answer { taken: 0, skipped: 0, refused: Vec::new(), facts: Value::Null };
    let mut by_metric = std::collections::BTreeMap::<String, usize>::new();
    let (mut subjects, mut periods) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    for (name, text) in texts {
        let rows = match values::read_csv(text) {
            Ok(rows) => rows,
            Err(why) => {
                answer.refused.push(Refused { r#where: name.clone(), why: format!("{why:#}") });
                continue;
            }
        };
        answer.taken += rows.len();
        for row in &rows {
            let cell = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            *by_metric.entry(cell("metric")).or_default() += 1;
            subjects.insert(cell("subject"));
            periods.insert(cell("period"));
        }
    }
    let words = format!("{} metrics, {} subjects, {} periods.", by_metric.len(), subjects.len(), periods.len());
    answer.facts = json!({ "values": answer.taken, "by_metric": by_metric, "subjects": subjects.len(), "periods": periods.len() });
    Ok((answer, words))
}

fn told(refused: Vec<wellarch::moving::Refused>) -> impl Iterator<Item = Refused> {
    refused.into_iter().map(|r| Refused { r#where: r.r#where, why: r.why })
}

fn aws_answers(texts: &[(String, String)]) -> Found {
    let found = wellarch::moving::aws::read(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let facts = found.facts();
    let words = format!("{} questions, {} choices ticked.", facts["questions"], facts["choices_ticked"]);
    let (taken, skipped) = (found.answers.len(), found.open);
    (Answer { taken, skipped, refused: told(found.refused).collect(), facts }, words)
}

/// A file with a fault is refused whole. The facts are those of the only file, or of each.
fn azure_exports(texts: &[(String, String)]) -> Found {
    let mut answer = Answer { taken: 0, skipped: 0, refused: Vec::new(), facts: Value::Null };
    let (mut facts, mut words) = (Vec::new(), Vec::new());
    for (name, text) in texts {
        match wellarch::moving::azure::read(name, text) {
            Ok(export) => {
                let f = export.facts();
                let answered = export.answers().len();
                answer.taken += answered;
                answer.skipped += usize::try_from(f["questions"].as_u64().unwrap_or(0)).unwrap_or(0).saturating_sub(answered);
                words.push(format!(
                    "{} questions, {} choices, {} recommendations.",
                    f["questions"], f["choices"], f["recommendations"]
                ));
                facts.push(f);
            }
            Err(refused) => answer.refused.extend(told(refused)),
        }
    }
    answer.facts = if facts.len() == 1 { facts.remove(0) } else { json!({ "files": facts }) };
    (answer, words.join(" "))
}

/// Reads the files and says what they hold.
///
/// # Errors
/// A file that is not there.
pub(super) fn run(out: Out, args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let (mut texts, mut unread) = (Vec::new(), Vec::new());
    for path in &args.files {
        let name = path.display().to_string();
        match text(path)? {
            Ok(text) => texts.push((name, text)),
            Err(why) => unread.push(Refused { r#where: name, why }),
        }
    }
    let (mut answer, words) = match args.kind {
        Kind::Backstage => backstage_files(&texts)?,
        Kind::Values => values_files(&texts)?,
        Kind::AwsAnswers => aws_answers(&texts),
        Kind::AzureWar => azure_exports(&texts),
    };
    answer.refused.splice(..0, unread);
    let code = ExitCode::from(u8::from(!answer.refused.is_empty()));
    if out.json {
        out.json(&answer)?;
    } else {
        let mut lines: Vec<String> = answer.refused.iter().map(|r| format!("{}: {}", r.r#where, r.why)).collect();
        lines.push(format!("{} taken, {} skipped, {} refused.", answer.taken, answer.skipped, answer.refused.len()));
        lines.push(words);
        lines.push("Nothing was stored.".into());
        out.text(&lines.join("\n"))?;
    }
    Ok(code)
}
