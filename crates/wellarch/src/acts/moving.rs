//! Verbs on reviews that come from elsewhere or go there: take in, give out.

use std::collections::BTreeMap;

use ::evidence::acts::About;
use catalogue::{Team, Workload};
use kernel::db::Tx;
use kernel::error::{Error, Fault, Result};
use kernel::ids::Ref;
use kernel::trail;
use kernel::trail::merkle::hex_digest;
use kernel::web::Ctx;
use people::rights;

use super::review::{place, sheet, topic};
use crate::comment::ReviewComment;
use crate::document::Titled;
use crate::milestone::{Milestone, NewMilestone};
use crate::moving::archive::{self, ArchivedLens, ArchivedPiece, FORM, MOST_BESIDE, ReviewArchive};
use crate::moving::{ImportKind, Imported, NewImport, Refused, Unmapped, aws, azure};
use crate::published::{Kept, LensFile, LensVersion, NewLens, read, restored};
use crate::review::{Review, Said};
use crate::store::{comment, lens, moving as store, review as reviews, sitting, using};

/// Faults of files as faults of the request.
fn refused(all: Vec<Refused>) -> Error {
    Error::Invalid(all.into_iter().map(|r| Fault::new("files", format!("{}: {}", r.r#where, r.why))).collect())
}

fn one_file(new: &NewImport) -> Result<&LensFile> {
    match new.files.as_slice() {
        [one] => Ok(one),
        many => Err(Error::invalid("files", format!("One file is taken at a time; here are {}.", many.len()))),
    }
}

/// What files of answers hold, for a version of a lens.
struct Read {
    version: LensVersion,
    kept: std::sync::Arc<Kept>,
    new_lens: bool,
    answers: Vec<(String, Said)>,
    open: usize,
    unmapped: Vec<Unmapped>,
    /// The file itself, if the review is to be given back in its form.
    origin: Option<(&'static str, String)>,
}

/// The version of a lens that comes along with the answers: the one that is there, else a new one.
fn with_lens(tx: &mut dyn Tx, kept: Kept) -> Result<(LensVersion, std::sync::Arc<Kept>, bool)> {
    if let Some(version) = lens::one(tx, &kept.digest)? {
        let read = lens::read(tx, &version)?;
        return Ok((version, read, false));
    }
    let version = kept.version(false);
    Ok((version, std::sync::Arc::new(kept), true))
}

fn aws_answers(tx: &mut dyn Tx, workload: &Workload, new: &NewImport) -> Result<Read> {
    let slug = new.lens.as_deref().unwrap_or("").trim();
    if slug.is_empty() {
        return Err(Error::invalid("lens", "Say which lens the answers are for; publish it first if it is not here yet."));
    }
    let found = aws::read(new.files.iter().map(|f| (f.name.as_str(), f.text.as_str())));
    if !found.refused.is_empty() {
        return Err(refused(found.refused));
    }
    let versions = lens::versions(tx, slug).map_err(|e| if let Error::NotFound(m) = e { Error::invalid("lens", m) } else { e })?;
    // A review that is there stays on its version.
    let held = reviews::one(tx, workload.id, slug)?;
    let version = match &held {
        Some(r) => versions.iter().find(|v| v.digest == r.digest),
        None => versions.last(),
    };
    let version = version.cloned().ok_or_else(|| Error::internal("a lens without versions"))?;
    let kept = lens::read(tx, &version)?;
    let (answers, unmapped) = aws::onto(&kept.file.lens, &found.answers);
    Ok(Read { new_lens: version.at.is_none(), version, kept, answers, open: found.open, unmapped, origin: None })
}

fn azure_export(tx: &mut dyn Tx, new: &NewImport) -> Result<Read> {
    let file = one_file(new)?;
    let found = azure::read(&file.name, &file.text).map_err(refused)?;
    let text = found.lens().map_err(|why| Error::invalid("files", why))?;
    let files = vec![LensFile { name: "lens.json".into(), text }];
    let kept = read(&NewLens { files, slug: new.lens.clone() })?;
    let (version, kept, new_lens) = with_lens(tx, kept)?;
    let (mut answers, mut unmapped) = (Vec::new(), Vec::new());
    for (question, said) in found.answers() {
        let Some(q) = kept.file.lens.question(&question) else { continue };
        match said.check(q) {
            Ok(said) => answers.push((question, said)),
            Err(e) => {
                let why = crate::moving::reason(&e);
                unmapped.push(Unmapped { r#where: file.name.clone(), question: q.title.clone(), choice: None, why });
            }
        }
    }
    let open = kept.file.lens.counts().questions - answers.len();
    Ok(Read { version, kept, new_lens, answers, open, unmapped, origin: Some(("azure-war", file.text.clone())) })
}

/// Stores a lens that came along.
fn publish(cx: &Ctx, tx: &mut dyn Tx, kept: &Kept, version: &LensVersion) -> Result<()> {
    if !version.built_in {
        cx.require_somewhere(&rights::LENSES)?;
        let version = LensVersion { by: cx.actor.name.clone(), at: Some(cx.now), ..version.clone() };
        lens::publish(tx, kept, &version, cx.now)?;
        trail::record(cx, tx, "published", &Ref::new("lens", &version.digest), &version, "")?;
        tx.publish("lenses");
        return Ok(());
    }
    lens::publish(tx, kept, version, cx.now).map(|_| ())
}

fn begin(cx: &Ctx, tx: &mut dyn Tx, workload: &Workload, version: &LensVersion) -> Result<Review> {
    let review = Review {
        id: tx.id()?,
        workload: workload.id,
        lens: version.slug.clone(),
        digest: version.digest.clone(),
        begun_by: cx.actor.name.clone(),
        begun_at: cx.now,
    };
    if !reviews::begin(tx, &review)? {
        return Err(Error::Conflict("Somebody has begun the review at the same moment. Look again.".into()));
    }
    Ok(review)
}

/// Takes in a review, or says what would be taken. All of it or nothing; what has no counterpart is listed, and keeps the rest out
/// unless the caller accepts that.
///
/// # Errors
/// No right; faults of the files; something without a counterpart that was not accepted; [`Error::Conflict`] if the workload has a
/// review against the lens of an archive.
pub fn import(cx: &Ctx, tx: &mut dyn Tx, workload: &str, new: &NewImport) -> Result<Imported> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    if new.kind == ImportKind::Archive {
        team.require(cx, &rights::MILESTONES)?;
    }
    if new.files.is_empty() || new.files.iter().any(|f| f.text.contains('\0')) {
        return Err(Error::invalid("files", "Send at least one file, as text without NUL characters."));
    }
    let read = match new.kind {
        ImportKind::Archive => return restore(cx, tx, workload, &team, new),
        ImportKind::AwsAnswers => aws_answers(tx, &workload, new)?,
        ImportKind::AzureWar => azure_export(tx, new)?,
    };
    let held = reviews::one(tx, workload.id, &read.version.slug)?;
    if held.as_ref().is_some_and(|r| r.digest != read.version.digest) {
        return Err(Error::Conflict(
            "The workload has a review against another version of this lens. Move it to that version first.".into(),
        ));
    }
    let before = match &held {
        Some(r) => reviews::answers(tx, r.id)?,
        None => BTreeMap::new(),
    };
    let mut read = read;
    if let Some(r) = &held {
        // What a template answers is not answered over by a file.
        let have = using::covered(tx, r.id)?;
        let (theirs, own) = read
            .answers
            .into_iter()
            .partition(|(q, s)| have.get(q).is_some_and(|h| h.overridden.is_none()) && before.get(q).is_none_or(|a| a.said != *s));
        read.answers = own;
        let theirs: Vec<(String, Said)> = theirs;
        for (question, _) in theirs {
            let from = have.get(&question).map(|h| h.from.words()).unwrap_or_default();
            let why = format!("{from} answers it; override it in the review if the workload answers otherwise");
            read.unmapped.push(Unmapped { r#where: new.files[0].name.clone(), question, choice: None, why });
        }
    }
    let fresh: Vec<&(String, Said)> = read.answers.iter().filter(|(q, s)| before.get(q).is_none_or(|a| a.said != *s)).collect();
    let mut out = Imported {
        done: false,
        lens: read.version.slug.clone(),
        digest: read.version.digest.clone(),
        new_lens: read.new_lens && !read.version.built_in,
        new_review: held.is_none(),
        taken: fresh.len(),
        skipped: read.open + read.answers.len() - fresh.len(),
        unmapped: read.unmapped,
    };
    if new.dry_run {
        return Ok(out);
    }
    accepted(&out, new)?;
    if read.version.at.is_none() {
        publish(cx, tx, &read.kept, &read.version)?;
    }
    let review = match held {
        Some(r) => r,
        None => begin(cx, tx, &workload, &read.version)?,
    };
    for (question, said) in fresh {
        let number = before.get(question).map_or(0, |a| a.version) + 1;
        if !reviews::answer(tx, review.id, question, number, said, (&cx.actor.name, cx.now))? {
            return Err(Error::Conflict("Somebody has answered meanwhile. Look again.".into()));
        }
    }
    if let Some((kind, body)) = &read.origin {
        store::keep_origin(tx, review.id, kind, body, (&cx.actor.name, cx.now))?;
    }
    out.done = true;
    let files: Vec<String> = new.files.iter().map(|f| hex_digest(f.text.as_bytes())).collect();
    let payload = serde_json::json!({ "kind": new.kind, "files": files, "imported": out });
    trail::record(cx, tx, "imported", &Ref::new("review", review.id), &payload, "")?;
    announce(tx, &review, &team);
    Ok(out)
}

/// What has no counterpart keeps the rest out, unless the caller accepts that.
fn accepted(out: &Imported, new: &NewImport) -> Result<()> {
    if out.unmapped.is_empty() || new.accept_unmapped {
        return Ok(());
    }
    let told = out.unmapped.iter().take(50).map(|u| {
        let choice = u.choice.as_deref().map(|c| format!("/{c}")).unwrap_or_default();
        Fault::new("files", format!("{}: {}{choice}: {}.", u.r#where, u.question, u.why))
    });
    let last =
        Fault::new("accept_unmapped", "Nothing was taken. Say that the rest is to be taken without these, or mend the files.");
    Err(Error::Invalid(told.chain([last]).collect()))
}

/// Puts what was said beside a review under it.
fn beside(cx: &Ctx, tx: &mut dyn Tx, review: &Review, team: &Team, a: &ReviewArchive) -> Result<()> {
    for c in &a.comments {
        let made = ReviewComment { id: tx.id()?, text: c.text.clone(), by: c.by.clone(), at: c.at };
        comment::add(tx, review.id, &c.question, &made)?;
    }
    for s in &a.sittings {
        let id = tx.id()?;
        if !sitting::restore(tx, id, review.id, s)? {
            return Err(Error::internal("a new review that has sittings"));
        }
        for addendum in &s.addenda {
            let own = tx.id()?;
            sitting::add(tx, own, id, addendum)?;
        }
    }
    for p in &a.evidence {
        if let Ok(link) = p.link() {
            let about = About { on: super::piece::on(review.id, &p.question), team, topic: topic(review) };
            ::evidence::acts::carry(cx, tx, &about, &link, (&p.by, p.at))?;
        }
    }
    Ok(())
}

fn announce(tx: &mut dyn Tx, review: &Review, team: &Team) {
    tx.publish(&topic(review));
    tx.publish(&format!("team:{}", team.id));
    tx.publish("reviews");
}

/// The versions of an archive's lens, read.
fn lenses(a: &ReviewArchive) -> Result<Vec<Kept>> {
    kernel::text::key("files", &a.lens)?;
    a.lenses.iter().map(|l| restored(&a.lens, l.files.clone())).collect()
}

fn restore(cx: &Ctx, tx: &mut dyn Tx, workload: Workload, team: &Team, new: &NewImport) -> Result<Imported> {
    let file = one_file(new)?;
    let a = archive::read(&file.text)?;
    let kept = lenses(&a)?;
    a.check(&kept, cx.now)?;
    if reviews::one(tx, workload.id, &a.lens)?.is_some() {
        return Err(Error::Conflict(format!(
            "{} has a review against this lens already; an archive makes a new one.",
            workload.name
        )));
    }
    let mut missing = Vec::new();
    for k in &kept {
        if lens::one(tx, &k.digest)?.is_none_or(|v| v.at.is_none()) {
            missing.push(k);
        }
    }
    let questions: std::collections::BTreeSet<&str> = a.answers.iter().map(|x| x.question.as_str()).collect();
    let mut out = Imported {
        done: false,
        lens: a.lens.clone(),
        digest: a.digest.clone(),
        new_lens: !missing.is_empty(),
        new_review: true,
        taken: questions.len(),
        skipped: 0,
        unmapped: Vec::new(),
    };
    for p in &a.evidence {
        if let Err(why) = p.link() {
            out.unmapped.push(Unmapped { r#where: file.name.clone(), question: p.question.clone(), choice: None, why });
        }
    }
    if new.dry_run {
        return Ok(out);
    }
    accepted(&out, new)?;
    for k in missing {
        let own = lens::one(tx, &k.digest)?.unwrap_or_else(|| k.version(false));
        publish(cx, tx, k, &own)?;
    }
    let id = tx.id()?;
    let review = Review {
        id,
        workload: workload.id,
        lens: a.lens.clone(),
        digest: a.digest.clone(),
        begun_by: a.begun_by.clone(),
        begun_at: a.begun_at,
    };
    if !reviews::begin(tx, &review)? {
        return Err(Error::Conflict("Somebody has begun the review at the same moment. Look again.".into()));
    }
    let mut milestones = Vec::new();
    for m in &a.milestones {
        let (name, slug) = NewMilestone { name: m.name.clone() }.check()?;
        milestones.push((Milestone { slug, name, digest: m.digest.clone(), by: m.by.clone(), at: m.at }, m.document.clone()));
    }
    store::restore(tx, id, &a.answers, &a.upgrades, &milestones)?;
    beside(cx, tx, &review, team, &a)?;
    if let Some(body) = &a.origin {
        store::keep_origin(tx, id, "azure-war", body, (&a.begun_by, a.begun_at))?;
    }
    out.done = true;
    let payload = serde_json::json!({ "kind": new.kind, "files": [hex_digest(file.text.as_bytes())], "imported": out });
    trail::record(cx, tx, "imported", &Ref::new("review", id), &payload, "")?;
    announce(tx, &review, team);
    Ok(out)
}

/// A review with everything that belongs to it.
///
/// # Errors
/// Nobody signed in; no such review.
pub fn archive(cx: &Ctx, tx: &mut dyn Tx, workload: &str, slug: &str) -> Result<ReviewArchive> {
    cx.require_signed_in()?;
    let s = sheet(cx, tx, workload, slug)?;
    let upgrades = store::upgrades(tx, s.review.id)?;
    let mut digests = vec![s.review.digest.clone()];
    for d in upgrades.iter().flat_map(|u| [&u.from, &u.to]) {
        if !digests.contains(d) {
            digests.push(d.clone());
        }
    }
    let mut kept = Vec::new();
    for digest in digests {
        let version = lens::one(tx, &digest)?.ok_or_else(|| Error::internal("a review whose lens is gone"))?;
        kept.push(ArchivedLens { digest, files: lens::read(tx, &version)?.parts.clone() });
    }
    let most = i64::try_from(MOST_BESIDE).unwrap_or(i64::MAX);
    let found = ::evidence::store::below(tx, "review-question", &s.review.id.to_string(), most)?;
    let piece = |p: ::evidence::EvidencePiece| {
        let question = p.about.id.split_once('/')?.1.to_owned();
        let digest = p.digest;
        p.removed.is_none().then_some(ArchivedPiece { question, title: p.title, url: p.url, digest, by: p.by, at: p.at })
    };
    let pieces = found.into_iter().filter_map(piece).collect();
    let titled = |slug: &str, name: &str| Titled { slug: slug.to_owned(), name: name.to_owned() };
    Ok(ReviewArchive {
        form: FORM.to_owned(),
        workload: titled(&s.workload.slug, &s.workload.name),
        team: titled(&s.team.slug, &s.team.name),
        lens: s.review.lens.clone(),
        digest: s.review.digest.clone(),
        begun_by: s.review.begun_by.clone(),
        begun_at: s.review.begun_at,
        lenses: kept,
        answers: store::answers(tx, s.review.id)?,
        upgrades,
        milestones: store::milestones(tx, s.review.id)?,
        comments: comment::all(tx, s.review.id, most)?,
        sittings: sitting::of(tx, s.review.id)?.into_iter().map(|(_, s)| s).collect(),
        evidence: pieces,
        origin: store::origin(tx, s.review.id)?,
    })
}

/// A review that was made from an export of Azure's, in that form, with what it says now.
///
/// # Errors
/// Nobody signed in; no such review; [`Error::NotFound`] if it came from nowhere of the kind.
pub fn azure_csv(cx: &Ctx, tx: &mut dyn Tx, workload: &str, slug: &str) -> Result<String> {
    cx.require_signed_in()?;
    let s = sheet(cx, tx, workload, slug)?;
    let missing =
        || Error::NotFound("The review was not made from an export of Azure’s review, so it cannot be written as one.".to_owned());
    let text = store::origin(tx, s.review.id)?.ok_or_else(missing)?;
    let export = azure::read("export", &text).map_err(|_| Error::internal("a kept export that cannot be read"))?;
    let said = s.answers.into_iter().map(|(q, a)| (q, a.said)).collect();
    export.with(&said).map_err(Error::internal)
}
