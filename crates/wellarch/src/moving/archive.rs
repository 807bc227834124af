//! A review with everything that belongs to it as one file, to be taken in by another server: the lens in every version that it was held
//! against, every version of every answer, the moves between versions, the milestones. People are names there, as on the pages. Pure.

use std::collections::{BTreeMap, BTreeSet};

use kernel::error::{Error, Faults, Result};
use kernel::text;
use kernel::time::Time;
use kernel::trail::merkle::hex_digest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::document::{ReviewDocument, Titled};
use crate::lens::Question;
use crate::published::{Kept, LensFile, digest_of};
use crate::review::Said;
use crate::upgrade::Renamed;

/// The form of the file, its first member.
pub const FORM: &str = "bellwether review 1";

/// Answers of one archive at most, all versions counted.
pub const MOST_ANSWERS: usize = 20_000;

/// A version of a lens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivedLens {
    /// SHA-256 of its file.
    pub digest: String,
    /// Its files, character for character.
    pub files: Vec<LensFile>,
}

/// One version of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivedAnswer {
    /// Id of the question.
    pub question: String,
    /// From 1.
    pub version: i64,
    /// What it says.
    pub said: Said,
    /// Who gave it.
    pub by: String,
    /// When.
    pub at: Time,
}

/// A move to another version of the lens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivedUpgrade {
    /// Digest of the version before.
    pub from: String,
    /// Digest of the version after.
    pub to: String,
    /// Name in addresses of the milestone that keeps the review as it stood.
    pub milestone: String,
    /// Ids that are others.
    pub map: Vec<Renamed>,
    /// Who moved it.
    pub by: String,
    /// When.
    pub at: Time,
}

/// A milestone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivedMilestone {
    /// As people wrote it.
    pub name: String,
    /// The document, character for character.
    pub document: String,
    /// Its SHA-256.
    pub digest: String,
    /// Who saved it.
    pub by: String,
    /// When.
    pub at: Time,
}

/// A review with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewArchive {
    /// `bellwether review 1`.
    pub form: String,
    /// The workload there.
    pub workload: Titled,
    /// Its team there.
    pub team: Titled,
    /// Name of the lens in addresses.
    pub lens: String,
    /// Digest of the version that the review is on.
    pub digest: String,
    /// Who began it.
    pub begun_by: String,
    /// When.
    pub begun_at: Time,
    /// Every version that it was held against.
    pub lenses: Vec<ArchivedLens>,
    /// Every version of every answer, by question and version.
    pub answers: Vec<ArchivedAnswer>,
    /// Oldest first.
    pub upgrades: Vec<ArchivedUpgrade>,
    /// Oldest first.
    pub milestones: Vec<ArchivedMilestone>,
    /// The file that the review was made from, if it came from another program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// Reads an archive.
///
/// # Errors
/// What is no archive, at `files`.
pub fn read(text: &str) -> Result<ReviewArchive> {
    let bad = |why: String| Error::invalid("files", why);
    let found: ReviewArchive = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|e| bad(format!("This is no archive of a review: {e}.")))?;
    if found.form != FORM {
        let shown = kernel::text::shown(&found.form, 60);
        return Err(bad(format!("The archive says that its form is “{shown}”; “{FORM}” can be read.")));
    }
    Ok(found)
}

/// True if every choice that it names is one of the question's.
fn fits(said: &Said, q: &Question) -> bool {
    let ids = said.choices.iter().chain(said.not_applicable.iter().map(|r| &r.choice));
    ids.into_iter().all(|id| q.choice(id).is_some())
}

impl ReviewArchive {
    fn stamps(&self) -> impl Iterator<Item = (&str, Time, String)> {
        let answers = self.answers.iter().map(|a| (a.by.as_str(), a.at, format!("answer {} {}", a.question, a.version)));
        let upgrades = self.upgrades.iter().map(|u| (u.by.as_str(), u.at, format!("move to {}", u.to)));
        let milestones = self.milestones.iter().map(|m| (m.by.as_str(), m.at, format!("milestone {}", m.name)));
        let begun = std::iter::once((self.begun_by.as_str(), self.begun_at, "the review".to_owned()));
        begun.chain(answers).chain(upgrades).chain(milestones)
    }

    /// Checks that it is whole: digests, versions without gaps, choices that exist, times that have been. `lenses` are its versions, read.
    ///
    /// # Errors
    /// Every fault, at `files`.
    pub fn check(&self, lenses: &[Kept], now: Time) -> Result<()> {
        let mut faults = Faults::new();
        let mut fault = |good: bool, why: String| faults.check(good, "files", why);
        let shown = |t: &str| kernel::text::shown(t, 60);
        let has = |digest: &str| self.lenses.iter().any(|l| l.digest == digest);
        for l in &self.lenses {
            fault(
                digest_of(&l.files) == l.digest,
                format!("The files of lens version {} are not those of its digest.", shown(&l.digest)),
            );
        }
        fault(has(&self.digest), format!("The lens version {} that the review is on is missing.", shown(&self.digest)));
        let mut on = self.upgrades.first().map_or(self.digest.as_str(), |u| u.from.as_str());
        for u in &self.upgrades {
            fault(has(&u.from) && has(&u.to), format!("A lens version of the move to {} is missing.", shown(&u.to)));
            fault(u.from == on, format!("The move to {} does not follow the one before it.", shown(&u.to)));
            on = &u.to;
        }
        fault(on == self.digest, "The last move does not lead to the version that the review is on.".to_owned());
        fault(
            self.answers.len() <= MOST_ANSWERS,
            format!("The archive has {} answers; at most {MOST_ANSWERS} are taken.", self.answers.len()),
        );
        let mut next: BTreeMap<&str, i64> = BTreeMap::new();
        for a in &self.answers {
            let wanted = next.entry(a.question.as_str()).or_insert(1);
            fault(a.version == *wanted, format!("Answer {} has version {}; {} comes next.", shown(&a.question), a.version, wanted));
            *wanted += 1;
            let asked = || lenses.iter().filter_map(|k| k.file.lens.question(&a.question));
            let good = asked().any(|q| fits(&a.said, q));
            fault(
                good,
                format!(
                    "Answer {} version {}: no version of the lens has that question with those choices.",
                    shown(&a.question),
                    a.version
                ),
            );
        }
        let mut names = BTreeSet::new();
        for m in &self.milestones {
            fault(
                hex_digest(m.document.as_bytes()) == m.digest,
                format!("Milestone “{}” is not what its digest says.", shown(&m.name)),
            );
            fault(
                serde_json::from_str::<ReviewDocument>(&m.document).is_ok(),
                format!("Milestone “{}” holds no review.", shown(&m.name)),
            );
            let checked = crate::milestone::NewMilestone { name: m.name.clone() }.check();
            fault(
                checked.is_ok_and(|(_, slug)| names.insert(slug)),
                format!("Milestone “{}” has no name of its own.", shown(&m.name)),
            );
        }
        for (by, at, what) in self.stamps() {
            let mut own = Faults::new();
            text::name(&mut own, "by", "The name", by);
            fault(own.is_empty(), format!("{} is by nobody, or by a name that is too long.", shown(&what)));
            fault(at <= now, format!("{} is of {at}, which is still to come.", shown(&what)));
        }
        let origin = self.origin.as_deref().unwrap_or("");
        fault(!origin.contains('\0'), "The file that the review was made from contains a NUL character.".to_owned());
        faults.done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::document;
    use crate::review::tests::{said, small};

    fn archive() -> ReviewArchive {
        let k = small();
        let d = document(&[("Q-01", said(&["aaa"]))]);
        let text = serde_json::to_string(&d).unwrap();
        let answer = |version, choices: &[&str]| ArchivedAnswer {
            question: "Q-01".into(),
            version,
            said: said(choices),
            by: "Maya".into(),
            at: Time(10 + version),
        };
        ReviewArchive {
            form: FORM.into(),
            workload: d.workload.clone(),
            team: d.team,
            lens: "small".into(),
            digest: k.digest.clone(),
            begun_by: "Ingrid".into(),
            begun_at: Time(1),
            lenses: vec![ArchivedLens { digest: k.digest.clone(), files: k.parts.clone() }],
            answers: vec![answer(1, &["aaa"]), answer(2, &["aaa", "bbb"])],
            upgrades: Vec::new(),
            milestones: vec![ArchivedMilestone {
                name: "Q4".into(),
                digest: hex_digest(text.as_bytes()),
                document: text,
                by: "Ingrid".into(),
                at: Time(20),
            }],
            origin: None,
        }
    }

    fn faults(a: &ReviewArchive) -> String {
        let kept: Vec<Kept> = a.lenses.iter().filter_map(|l| crate::published::restored(&a.lens, l.files.clone()).ok()).collect();
        match a.check(&kept, Time(100)) {
            Ok(()) => String::new(),
            Err(Error::Invalid(f)) => f.into_iter().map(|f| f.message).collect::<Vec<_>>().join(" | "),
            Err(e) => panic!("{e:?}"),
        }
    }

    #[test]
    fn an_archive_is_read_back_as_it_was_written() {
        let a = archive();
        assert_eq!(read(&serde_json::to_string_pretty(&a).unwrap()).unwrap(), a);
        assert_eq!(faults(&a), "");
        assert!(read("{}").is_err());
        let other = serde_json::to_string(&ReviewArchive { form: "x".into(), ..a }).unwrap();
        assert!(matches!(read(&other), Err(Error::Invalid(f)) if f[0].message.contains("“x”")));
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        type Spoil = fn(&mut ReviewArchive);
        let cases: [(Spoil, &str); 10] = [
            (|a| a.lenses[0].files[0].text.push('#'), "not those of its digest"),
            (|a| a.digest = "00".into(), "is missing"),
            (|a| a.answers[1].version = 3, "2 comes next"),
            (|a| a.answers[0].said.choices = vec!["zzz".into()], "no version of the lens has that question"),
            (|a| a.answers[0].question = "Q-09".into(), "no version of the lens has that question"),
            (|a| a.milestones[0].document.push(' '), "not what its digest says"),
            (|a| a.milestones[0].name = "now".into(), "no name of its own"),
            (|a| a.answers[1].at = Time(101), "still to come"),
            (|a| a.begun_by = String::new(), "by nobody"),
            (
                |a| {
                    let (from, to) = (a.digest.clone(), a.digest.clone());
                    let one =
                        ArchivedUpgrade { from: "11".into(), to, milestone: "m".into(), map: vec![], by: "M".into(), at: Time(2) };
                    a.upgrades = vec![one.clone(), ArchivedUpgrade { from: "22".into(), ..one }];
                    a.digest = from;
                },
                "does not follow",
            ),
        ];
        for (spoil, says) in cases {
            let mut a = archive();
            spoil(&mut a);
            let found = faults(&a);
            assert!(found.contains(says), "{says}: {found}");
        }
    }
}
