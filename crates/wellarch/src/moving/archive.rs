//! A review with everything that belongs to it as one file, to be taken in by another server: the lens in every version that it was held
//! against, every version of every answer, the moves between versions, the milestones, what was said beside it. People are names there,
//! as on the pages. Pure.

use std::collections::{BTreeMap, BTreeSet};

use ::evidence::piece::NewEvidenceLink;
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
use crate::sitting::{self, Sitting};
use crate::upgrade::Renamed;

/// The form of the file, its first member.
pub const FORM: &str = "bellwether review 1";

/// Answers of one archive at most, all versions counted.
pub const MOST_ANSWERS: usize = 20_000;

/// Comments of one archive at most, and pieces of evidence.
pub const MOST_BESIDE: usize = 10_000;

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

/// A comment on a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivedComment {
    /// Id of the question.
    pub question: String,
    /// Plain text.
    pub text: String,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: Time,
}

/// A link or an attachment beside a question. Of an attachment the archive has what names it, and not the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivedPiece {
    /// Id of the question.
    pub question: String,
    /// What it shows, or the name of the file.
    pub title: String,
    /// Its address; empty for a file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// SHA-256 of the file; empty for a link.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Who added it.
    pub by: String,
    /// When.
    pub at: Time,
}

impl ArchivedPiece {
    /// The link to add elsewhere.
    ///
    /// # Errors
    /// Why there is none to add.
    pub fn link(&self) -> std::result::Result<NewEvidenceLink, String> {
        if !self.digest.is_empty() {
            return Err(format!("“{}” is a file, and an archive has none; attach it again ({})", self.title, self.digest));
        }
        let link = NewEvidenceLink { title: self.title.clone(), url: Some(self.url.clone()), to: None };
        match link.check() {
            Ok(_) => Ok(link),
            Err(_) => Err(format!("“{}” leads to {}, which is only there", self.title, text::shown(&self.url, 200))),
        }
    }
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
    /// What was said about questions, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<ArchivedComment>,
    /// By number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sittings: Vec<Sitting>,
    /// Links and attachments that were not removed, by question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<ArchivedPiece>,
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
        let comments = self.comments.iter().map(|c| (c.by.as_str(), c.at, format!("a comment on {}", c.question)));
        let pieces = self.evidence.iter().map(|p| (p.by.as_str(), p.at, format!("evidence on {}", p.question)));
        begun.chain(answers).chain(upgrades).chain(milestones).chain(comments).chain(pieces).chain(self.sat())
    }

    /// Who did what when at sittings.
    fn sat(&self) -> impl Iterator<Item = (&str, Time, String)> {
        self.sittings.iter().flat_map(|s| {
            let told = format!("sitting {}", s.number);
            let closed = s.closed.iter().map(|c| (c.by.as_str(), c.at));
            let added = s.addenda.iter().map(|a| (a.by.as_str(), a.at));
            let all = std::iter::once((s.begun_by.as_str(), s.begun_at)).chain(closed).chain(added);
            all.map(|(by, at)| (by, at, told.clone())).collect::<Vec<_>>()
        })
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
        self.beside(lenses, &mut fault);
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

impl ReviewArchive {
    /// Checks what was said beside the review.
    fn beside(&self, lenses: &[Kept], fault: &mut impl FnMut(bool, String)) {
        let shown = |t: &str| text::shown(t, 60);
        let asked = |id: &str| lenses.iter().any(|k| k.file.lens.question(id).is_some());
        let n = self.comments.len().max(self.evidence.len());
        fault(n <= MOST_BESIDE, format!("The archive has {n} comments or pieces of evidence; at most {MOST_BESIDE} are taken."));
        let of = self.comments.iter().map(|c| &c.question).chain(self.evidence.iter().map(|p| &p.question));
        for id in of.take(MOST_BESIDE * 2) {
            fault(asked(id), format!("No version of the lens has a question {}.", shown(id)));
        }
        for c in &self.comments {
            let good = crate::comment::NewComment { text: c.text.clone() }.check();
            fault(
                good.is_ok_and(|t| t == c.text),
                format!("A comment on {} is empty, too long, or no plain text.", shown(&c.question)),
            );
        }
        fault(self.sittings.len() <= sitting::MOST, format!("The archive has more than {} sittings.", sitting::MOST));
        for (s, number) in self.sittings.iter().zip(1i64..) {
            fault(s.number == number && s.version > 0, format!("Sitting {} stands where sitting {number} comes.", s.number));
            let last = number == i64::try_from(self.sittings.len()).unwrap_or(0);
            fault(s.closed.is_some() || last, format!("Sitting {number} is open, and another follows it."));
            fault(s.closed.is_some() || s.addenda.is_empty(), format!("Sitting {number} is open and has an addendum."));
            let sealed = |c: &sitting::Closed| s.sealed(c.at).is_ok_and(|t| hex_digest(t.as_bytes()) == c.digest);
            fault(s.closed.as_ref().is_none_or(sealed), format!("The minutes of sitting {number} are not what their digest says."));
            let texts = std::iter::once(&s.minutes.notes).chain(s.addenda.iter().map(|a| &a.text));
            let names = s.minutes.attendees.iter().chain([&s.minutes.facilitator]).map(|a| &a.name);
            let mut own = Faults::new();
            texts.for_each(|t| drop(text::prose(&mut own, "files", "The minutes", t)));
            names.for_each(|n| drop(text::name(&mut own, "files", "A name", n)));
            let few = s.minutes.attendees.len() <= sitting::MOST_ATTENDEES && s.addenda.len() <= sitting::MOST_ADDENDA;
            fault(own.is_empty() && few, format!("Sitting {number} has a text or a name that is too long, or too many of them."));
        }
    }
}

#[cfg(test)]
mod tests;
