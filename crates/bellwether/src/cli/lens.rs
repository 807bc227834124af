//! `bellwether lens lint`, `convert` and `risk`: lens files checked, turned and asked. They need no server; exit 1 if the lens has
//! faults, 2 if the question or a choice is not there.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use serde::Serialize;
use wellarch::lint::{Finding, Severity};
use wellarch::tree::Fault;
use wellarch::{File, Form, LONGEST, Part};

use super::Out;

/// Verbs of `bellwether lens`.
#[derive(Debug, Subcommand)]
pub(super) enum LensVerb {
    /// Look at every answer to every question and say what makes no sense; needs no server
    Lint {
        /// Custom lens JSON, our YAML, or a folder with lens.yaml and a file for each pillar
        file: PathBuf,
        /// Also every limit of AWS, for a lens that goes there
        #[arg(long)]
        strict: bool,
    },
    /// The same lens in the other form, nothing lost; needs no server
    Convert {
        /// The lens
        file: PathBuf,
        /// Into which form
        #[arg(long, value_enum)]
        to: To,
    },
    /// The risk of an answer, why, and what would lower it; needs no server
    Risk {
        /// The lens
        file: PathBuf,
        /// Id of the question
        #[arg(long, value_name = "ID")]
        question: String,
        /// Ids of the ticked choices, with commas between; none ticked if left out
        #[arg(long, value_delimiter = ',', value_name = "IDS")]
        choices: Vec<String>,
        /// Ids of choices that do not apply to the workload
        #[arg(long, value_delimiter = ',', value_name = "IDS")]
        not_applicable: Vec<String>,
    },
}

/// A form to convert to.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum To {
    /// Custom lens JSON
    Aws,
    /// Our YAML
    Yaml,
}

/// What `lens lint --json` prints; field names stay.
#[derive(Debug, Serialize)]
struct Answer {
    name: Option<String>,
    #[serde(flatten)]
    counts: wellarch::Counts,
    findings: Vec<Told>,
}

/// A finding, with its file if the lens has several.
#[derive(Debug, Serialize)]
struct Told {
    #[serde(flatten)]
    finding: Finding,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

/// The parts of a lens: name and bytes. Not more is read of a file than is needed to see that it is too long.
fn parts(path: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let shown = path.display();
    let mut paths = vec![path.to_owned()];
    let folder = path.is_dir();
    if folder {
        let listed = std::fs::read_dir(path).with_context(|| format!("{shown} cannot be read"))?;
        paths = listed.collect::<Result<Vec<_>, _>>()?.into_iter().map(|e| e.path()).collect();
        paths.retain(|p| p.extension().is_some_and(|e| e == "yaml" || e == "yml"));
        paths.sort();
        if paths.is_empty() || paths.len() > 100 {
            bail!("{shown} holds {} YAML files. A lens has lens.yaml and one for each pillar.", paths.len());
        }
    }
    let mut out = Vec::new();
    for p in paths {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(&p).with_context(|| format!("{} cannot be read", p.display()))?;
        // A character has at most four bytes.
        file.take(LONGEST as u64 * 4 + 4).read_to_end(&mut bytes).with_context(|| format!("{} cannot be read", p.display()))?;
        out.push((p.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes));
    }
    Ok(out)
}

fn names(parts: &[(String, Vec<u8>)]) -> Vec<String> {
    if parts.len() > 1 { parts.iter().map(|(name, _)| name.clone()).collect() } else { Vec::new() }
}

fn read(parts: &[(String, Vec<u8>)]) -> Result<File, Vec<Fault>> {
    let parts: Vec<Part<'_>> = parts.iter().map(|(name, bytes)| Part { name, bytes }).collect();
    File::read(&parts)
}

/// Runs a verb.
///
/// # Errors
/// A file that is not there.
pub(super) fn run(out: Out, verb: &LensVerb) -> anyhow::Result<ExitCode> {
    match verb {
        LensVerb::Lint { file, strict } => lint(out, file, *strict),
        LensVerb::Convert { file, to } => convert(file, *to),
        LensVerb::Risk { file, question, choices, not_applicable } => risk(out, file, question, choices, not_applicable),
    }
}

fn lint(out: Out, path: &Path, strict: bool) -> anyhow::Result<ExitCode> {
    let parts = parts(path)?;
    let files = names(&parts);
    let (name, counts, mut findings) = match read(&parts) {
        Ok(file) => (Some(file.lens.name.clone()), file.lens.counts(), file.check(strict)),
        Err(faults) => {
            let told = faults.into_iter().map(|f| Finding::new("unreadable", Severity::Fault, f.at, f.message));
            (None, wellarch::Counts::default(), told.collect())
        }
    };
    if let [(name, _)] = parts.as_slice()
        && let Some(stem) = Path::new(name).file_stem().map(std::ffi::OsStr::to_string_lossy)
        && stem.trim() != stem
    {
        let message = "The file's name has a blank before its ending.";
        findings.push(Finding::new("file-name", Severity::Note, wellarch::tree::Place::default(), message).remedy("Rename it."));
    }
    let faults = findings.iter().filter(|f| f.severity == Severity::Fault).count();
    let told: Vec<Told> =
        findings.into_iter().map(|finding| Told { file: files.get(usize::from(finding.at.file)).cloned(), finding }).collect();
    if out.json {
        out.json(&Answer { name, counts, findings: told })?;
    } else {
        let mut lines: Vec<String> = told.iter().map(line).collect();
        let count = |s| told.iter().filter(|t| t.finding.severity == s).count();
        if let Some(name) = &name {
            let c = counts;
            lines.push(format!(
                "{name}: {} pillars, {} questions, {} choices, {} rules.",
                c.pillars, c.questions, c.choices, c.rules
            ));
        }
        let (warnings, notes) = (count(Severity::Warning), count(Severity::Note));
        lines.push(format!("Faults: {faults}. Warnings: {warnings}. Notes: {notes}."));
        out.text(&lines.join("\n"))?;
    }
    Ok(ExitCode::from(u8::from(faults > 0)))
}

/// `security.yaml:12:7: fault dead-rule: .. ..`
fn line(told: &Told) -> String {
    let f = &told.finding;
    let file = told.file.as_ref().map(|n| format!("{n}:")).unwrap_or_default();
    let place = if f.at.line > 0 { format!("{file}{}:{}: ", f.at.line, f.at.column) } else { String::new() };
    let remedy = if f.remedy.is_empty() { String::new() } else { format!(" {}", f.remedy) };
    format!("{place}{} {}: {}{remedy}", f.severity.word(), f.code, f.message)
}

/// Says on standard error why a lens is refused.
fn refuse(faults: &[Fault], files: &[String]) -> ExitCode {
    let mut err = std::io::stderr().lock();
    for fault in faults {
        let file = files.get(usize::from(fault.at.file)).map(|n| format!("{n}, ")).unwrap_or_default();
        let _ = writeln!(err, "bellwether: {file}{fault}");
    }
    ExitCode::from(1)
}

fn convert(path: &Path, to: To) -> anyhow::Result<ExitCode> {
    let parts = parts(path)?;
    let file = match read(&parts) {
        Ok(file) => file,
        Err(faults) => return Ok(refuse(&faults, &names(&parts))),
    };
    let bytes = file.export(if matches!(to, To::Aws) { Form::Aws } else { Form::Own });
    let mut out = std::io::stdout().lock();
    // The very bytes: a line break more would be another file.
    match out.write_all(&bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(e.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn risk(out: Out, path: &Path, question: &str, choices: &[String], absent: &[String]) -> anyhow::Result<ExitCode> {
    let parts = parts(path)?;
    let file = match read(&parts) {
        Ok(file) => file,
        Err(faults) => return Ok(refuse(&faults, &names(&parts))),
    };
    let tidy = |ids: &[String]| ids.iter().map(|c| c.trim().to_owned()).filter(|c| !c.is_empty()).collect::<Vec<_>>();
    let asked = match file.lens.question(question) {
        None => Err(format!("The lens has no question “{question}”. `bellwether lens lint` counts what it has.")),
        Some(q) => q.answer(&tidy(choices), &tidy(absent)).map(|answer| wellarch::explain(q, answer)),
    };
    let explained = match asked {
        Ok(explained) => explained,
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "bellwether: {why}");
            return Ok(ExitCode::from(2));
        }
    };
    if out.json {
        out.json(&explained)?;
    } else {
        let mut lines = vec![explained.explanation.clone()];
        for l in &explained.lower {
            let part =
                |word: &str, ids: &[String]| if ids.is_empty() { String::new() } else { format!(" {word} {}", ids.join(", ")) };
            lines.push(format!("{}:{}{}", l.risk.phrase(), part("tick", &l.add), part("untick", &l.remove)));
        }
        out.text(&lines.join("\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}
