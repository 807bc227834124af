//! Lenses as they are published: which file, which version, and what its check found. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use kernel::error::{Error, Fault, Result};
use kernel::text;
use kernel::time::Time;
use kernel::trail::merkle::hex_digest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::builtin::builtin;
use crate::file::{File, Form, Part};
use crate::lint::{Finding, Severity};

/// Files of one lens at most.
pub const MOST_FILES: usize = 20;

/// Lenses that are kept read at most; beyond it they are read anew.
const MOST_KEPT: usize = 64;

/// One file of a lens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LensFile {
    /// Its name without folders.
    pub name: String,
    /// What is in it, character for character.
    pub text: String,
}

/// A lens to publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLens {
    /// AWS's custom lens JSON or our YAML: one file, or `lens.yaml` with a file for each pillar.
    pub files: Vec<LensFile>,
    /// Its name in addresses; made from what the file says if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
}

/// A version of a lens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LensVersion {
    /// SHA-256 of the file: names the version.
    pub digest: String,
    /// Name of the lens in addresses.
    pub slug: String,
    /// Name of the lens.
    pub name: String,
    /// Version as its owner counts.
    pub version: String,
    /// `aws` or `yaml`: how it was written.
    pub form: String,
    /// It came with the program.
    pub built_in: bool,
    /// Pillars.
    pub pillars: i64,
    /// Questions.
    pub questions: i64,
    /// Choices, those for "none of these" among them.
    pub choices: i64,
    /// Rules, defaults among them.
    pub rules: i64,
    /// Who published it.
    pub by: String,
    /// When; absent for what comes with the program and is used nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

/// One thing that the check of a lens found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LensFinding {
    /// Stable name of the kind, such as `dead-rule`.
    pub code: String,
    /// `fault`, `warning` or `note`.
    pub severity: String,
    /// In which file; empty if there is one only.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// Line from 1; nought if it stands nowhere.
    pub line: u32,
    /// Character in the line, from 1.
    pub column: u32,
    /// Id of the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Id of the choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// Number of the rule, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// How to mend it; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub remedy: String,
}

/// A version that was read, with its files.
#[derive(Debug)]
pub struct Kept {
    /// Names the version.
    pub digest: String,
    /// Name of the lens in addresses.
    pub slug: String,
    /// What was read.
    pub file: File,
    /// The files as they came.
    pub parts: Vec<LensFile>,
    findings: OnceLock<Vec<LensFinding>>,
    asked: OnceLock<BTreeSet<String>>,
}

/// The key of a form: `aws`, `yaml`.
pub fn form_key(form: Form) -> &'static str {
    match form {
        Form::Aws => "aws",
        Form::Own => "yaml",
    }
}

/// The digest that names a version: of the file's bytes, so that it can be checked beside it; of names, lengths and bytes of several.
pub fn digest_of(parts: &[LensFile]) -> String {
    match parts {
        [one] => hex_digest(one.text.as_bytes()),
        many => {
            let mut all = Vec::new();
            for part in many {
                all.extend(format!("{} {}\n", part.name, part.text.len()).bytes());
                all.extend(part.text.bytes());
            }
            hex_digest(&all)
        }
    }
}

impl Kept {
    fn read(slug: Option<&str>, parts: Vec<LensFile>) -> Result<Self, Vec<Fault>> {
        let given: Vec<Part<'_>> = parts.iter().map(|p| Part { name: &p.name, bytes: p.text.as_bytes() }).collect();
        let file = File::read(&given).map_err(|faults| {
            let told = |f: crate::tree::Fault| {
                let name = if parts.len() > 1 { parts.get(usize::from(f.at.file)).map(|p| p.name.as_str()) } else { None };
                let name = name.map(|n| format!("{n}, ")).unwrap_or_default();
                Fault::new("files", format!("{name}{f}"))
            };
            faults.into_iter().map(told).collect::<Vec<_>>()
        })?;
        let slug = slug.map_or_else(|| text::slug(&file.lens.id), str::to_owned);
        Ok(Self { digest: digest_of(&parts), slug, file, parts, findings: OnceLock::new(), asked: OnceLock::new() })
    }

    /// What the check found, heaviest first.
    pub fn findings(&self) -> &[LensFinding] {
        self.findings.get_or_init(|| self.file.check(false).into_iter().map(|f| self.told(f)).collect())
    }

    /// Keys of facts that its choices ask for; every page of a review needs them.
    pub(crate) fn asked(&self) -> &BTreeSet<String> {
        self.asked.get_or_init(|| crate::evidence::keys(&self.file.lens))
    }

    fn told(&self, f: Finding) -> LensFinding {
        let file = self.parts.get(usize::from(f.at.file)).filter(|_| self.parts.len() > 1 && f.at.line > 0);
        LensFinding {
            code: f.code.to_owned(),
            severity: f.severity.word().to_owned(),
            file: file.map(|p| p.name.clone()).unwrap_or_default(),
            line: f.at.line,
            column: f.at.column,
            question: f.question,
            choice: f.choice,
            rule: f.rule,
            message: f.message,
            remedy: f.remedy,
        }
    }

    /// As a version that nobody has published yet.
    pub fn version(&self, built_in: bool) -> LensVersion {
        let counts = self.file.lens.counts();
        let n = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        LensVersion {
            digest: self.digest.clone(),
            slug: self.slug.clone(),
            name: self.file.lens.name.clone(),
            version: self.file.lens.version.clone(),
            form: form_key(self.file.form).to_owned(),
            built_in,
            pillars: n(counts.pillars),
            questions: n(counts.questions),
            choices: n(counts.choices),
            rules: n(counts.rules),
            by: if built_in { "bellwether".to_owned() } else { String::new() },
            at: None,
        }
    }
}

/// Reads what somebody wants to publish.
///
/// # Errors
/// Every fault, with file and place; two questions of one id, whose answers could not be told apart; the name of a lens that
/// comes with the program.
pub fn read(new: &NewLens) -> Result<Kept> {
    if new.files.is_empty() || new.files.len() > MOST_FILES {
        let n = new.files.len();
        return Err(Error::invalid("files", format!("A lens has 1 to {MOST_FILES} files; here are {n}.")));
    }
    if let Some(bad) = new.files.iter().find(|f| f.text.contains('\0')) {
        let line = bad.text.split('\0').next().unwrap_or("").matches('\n').count() + 1;
        return Err(Error::invalid("files", format!("{}, line {line}: there is a NUL character. Take it out.", shown(&bad.name))));
    }
    let slug = new.slug.as_deref().map(str::trim).filter(|s| !s.is_empty());
    if let Some(slug) = slug {
        text::key("slug", slug)?;
    }
    let files = new.files.iter().map(|f| LensFile { name: shown(&f.name), text: f.text.clone() }).collect();
    let kept = Kept::read(slug, files).map_err(Error::Invalid)?;
    let twice: Vec<Fault> = kept
        .file
        .findings
        .iter()
        .filter(|f| f.code == "duplicate-id" && f.severity == Severity::Fault)
        .map(|f| Fault::new("files", format!("{}: {} Its answers could not be told apart.", f.at, f.message)))
        .collect();
    if !twice.is_empty() {
        return Err(Error::Invalid(twice));
    }
    if kept.slug.is_empty() {
        return Err(Error::invalid("slug", "The lens has no name that an address could hold. Give it one."));
    }
    let own = built_in()?;
    if own.iter().any(|b| b.slug == kept.slug && b.digest != kept.digest) {
        let say = format!("“{}” is a lens that comes with the program. Give yours another name in addresses.", kept.slug);
        return Err(Error::invalid("slug", say));
    }
    Ok(kept)
}

/// Reads a version that was published elsewhere and comes with a review, under the name that it has there.
///
/// # Errors
/// Every fault, with file and place.
pub fn restored(slug: &str, files: Vec<LensFile>) -> Result<Kept> {
    if files.is_empty() || files.len() > MOST_FILES || files.iter().any(|f| f.text.contains('\0')) {
        return Err(Error::invalid("files", format!("A lens has 1 to {MOST_FILES} files of text.")));
    }
    Kept::read(Some(slug), files).map_err(Error::Invalid)
}

fn shown(name: &str) -> String {
    kernel::text::shown(name, 120)
}

/// The lenses that come with the program, read once.
///
/// # Errors
/// None in a released program: a test reads each of them.
pub fn built_in() -> Result<&'static [Arc<Kept>]> {
    static READ: OnceLock<Result<Vec<Arc<Kept>>>> = OnceLock::new();
    let read = || {
        let mut out = Vec::new();
        for lens in builtin() {
            let parts = lens.parts().map(|(name, text)| LensFile { name: name.into(), text: text.into() }).collect();
            let kept = Kept::read(Some(lens.id), parts).map_err(|f| Error::internal(format!("lens {}: {f:?}", lens.id)))?;
            out.push(Arc::new(kept));
        }
        Ok(out)
    };
    READ.get_or_init(read).as_ref().map(Vec::as_slice).map_err(Clone::clone)
}

/// The version of that digest, read once: its digest names its content, so what is kept is never old. `parts` are asked for when
/// it is not at hand.
///
/// # Errors
/// Those of `parts`; a stored file that can no longer be read.
pub fn kept(digest: &str, slug: &str, parts: impl FnOnce() -> Result<Vec<LensFile>>) -> Result<Arc<Kept>> {
    static KEPT: Mutex<BTreeMap<String, Arc<Kept>>> = Mutex::new(BTreeMap::new());
    if let Some(own) = built_in()?.iter().find(|k| k.digest == digest) {
        return Ok(Arc::clone(own));
    }
    let at_hand = KEPT.lock().ok().and_then(|k| k.get(digest).filter(|k| k.slug == slug).cloned());
    if let Some(found) = at_hand {
        return Ok(found);
    }
    let read = Kept::read(Some(slug), parts()?).map_err(|f| Error::internal(format!("lens {digest}: {f:?}")))?;
    let read = Arc::new(read);
    if let Ok(mut all) = KEPT.lock() {
        if all.len() >= MOST_KEPT {
            all.clear();
        }
        all.insert(digest.to_owned(), Arc::clone(&read));
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(text: &str) -> NewLens {
        NewLens { files: vec![LensFile { name: "lens.json".into(), text: text.into() }], slug: None }
    }

    #[test]
    fn built_in_lenses_are_read_once_and_named() {
        let slugs: Vec<&str> = built_in().unwrap().iter().map(|k| k.slug.as_str()).collect();
        assert_eq!(slugs, ["core", "serverless", "operability", "sre-practice"]);
        assert!(std::ptr::eq(built_in().unwrap(), built_in().unwrap()));
    }

    #[test]
    fn the_digest_of_one_file_is_that_of_its_bytes() {
        let one = [LensFile { name: "a".into(), text: "x".into() }];
        assert_eq!(digest_of(&one), hex_digest(b"x"));
        let two = [LensFile { name: "a".into(), text: "xb 1\n".into() }, LensFile { name: "b".into(), text: String::new() }];
        let other = [LensFile { name: "a".into(), text: "x".into() }, LensFile { name: "b".into(), text: "b 1\n".into() }];
        assert_ne!(digest_of(&two), digest_of(&other), "where a file ends is part of the digest");
    }

    #[test]
    fn what_cannot_be_published_says_why() {
        let fault = |new: &NewLens| match read(new) {
            Err(Error::Invalid(faults)) => faults.into_iter().map(|f| f.message).collect::<Vec<_>>().join(" "),
            other => panic!("{other:?}"),
        };
        assert!(fault(&NewLens { files: vec![], slug: None }).contains("1 to 20 files"));
        assert!(fault(&new("{\"a\": ")).contains("line 1"));
        assert!(fault(&new("a\n\0")).contains("line 2"));
        let core = built_in().unwrap()[1].parts[0].text.replace("Serverless", "Ours");
        assert!(fault(&new(&core)).contains("comes with the program"));
        let named = NewLens { slug: Some("ours".into()), ..new(&core) };
        assert_eq!(read(&named).unwrap().slug, "ours");
    }
}
