//! Verbs on templates of answers: make, change, draft, publish; and how a version reaches the reviews that use it.

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::Ref;
use kernel::text;
use kernel::trail;
use kernel::web::{App, Ctx};
use people::rights;

use super::settle::settle;
use crate::published::Kept;
use crate::store::{lens, template as store, using};
use crate::template::{
    AnswerTemplate, Answers, MOST, NewAnswerTemplate, NewDraftAnswer, NewTemplateVersion, PublishedTemplate, STEP, TemplateChange,
    TemplateVersion, check, mapped, one as check_one, why, words,
};

/// What open pages name a template by.
pub(crate) fn topic(t: &AnswerTemplate) -> String {
    format!("answer-template:{}", t.id)
}

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, t: &AnswerTemplate, payload: &serde_json::Value, reason: &str) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("answer-template", t.id), payload, reason)?;
    tx.publish(&topic(t));
    tx.publish("answer-templates");
    Ok(())
}

/// A template that the actor may change.
fn owned(cx: &Ctx, tx: &mut dyn Tx, slug: &str) -> Result<AnswerTemplate> {
    let found = store::one(tx, slug)?;
    catalogue::store::team_by_slug(tx, &found.team.slug)?.require(cx, &rights::ANSWER_TEMPLATES)?;
    Ok(found)
}

/// The newest version of a template's lens, which its answers are checked against.
pub(crate) fn newest(tx: &mut dyn Tx, slug: &str) -> Result<(crate::LensVersion, std::sync::Arc<Kept>)> {
    let version = lens::versions(tx, slug)?.pop().ok_or_else(|| Error::internal("a lens without versions"))?;
    let kept = lens::read(tx, &version)?;
    Ok((version, kept))
}

/// What is not there is a fault of the form.
fn at<T>(field: &str, found: Result<T>) -> Result<T> {
    found.map_err(|e| if let Error::NotFound(m) = e { Error::invalid(field, m) } else { e })
}

/// Makes a template of answers; it answers nothing until a version is published.
///
/// # Errors
/// No right; faults; [`Error::Conflict`] if there is one of that name.
pub fn make(cx: &Ctx, tx: &mut dyn Tx, new: &NewAnswerTemplate) -> Result<AnswerTemplate> {
    cx.require_somewhere(&rights::ANSWER_TEMPLATES)?;
    let team = at("team", catalogue::store::team_by_slug(tx, &new.team))?;
    team.require(cx, &rights::ANSWER_TEMPLATES)?;
    let (name, about) = words(&new.name, &new.about)?;
    let slug = match &new.slug {
        Some(slug) => text::key("slug", slug)?,
        None => text::slug(&name),
    };
    let (version, _) = at("lens", newest(tx, &new.lens))?;
    let id = tx.id()?;
    let made = store::New { id, slug: &slug, name: &name, about: &about, lens: &version.slug, team: team.id };
    if !store::make(tx, &made, (&cx.actor.name, cx.now))? {
        return Err(Error::Conflict(format!("There is a template “{slug}” already. Give this one another name.")));
    }
    let made = store::one(tx, &slug)?;
    told(cx, tx, "made", &made, &serde_json::json!({ "template": made }), "")?;
    Ok(made)
}

/// Changes the name of a template, and whom it is for.
///
/// # Errors
/// No right; faults; no such template.
pub fn change(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &TemplateChange) -> Result<AnswerTemplate> {
    cx.require_somewhere(&rights::ANSWER_TEMPLATES)?;
    let found = owned(cx, tx, slug)?;
    let (name, about) = words(&new.name, &new.about)?;
    if (&name, &about) == (&found.name, &found.about) {
        return Ok(found);
    }
    store::change(tx, found.id, &name, &about)?;
    let made = AnswerTemplate { name, about, ..found };
    told(cx, tx, "changed", &made, &serde_json::json!({ "name": made.name, "about": made.about }), "")?;
    Ok(made)
}

fn moved(t: &AnswerTemplate) -> Error {
    Error::Conflict(format!(
        "{} has changed the draft since you opened it (version {} now). Nothing of yours was stored. Look at it, and save again.",
        t.draft.by, t.draft.version
    ))
}

/// Says what the next version of a template is to answer to a question, or that it is not to answer it.
///
/// # Errors
/// No right; faults; no such template or question; [`Error::Conflict`] if somebody has changed the draft since; too many questions.
pub fn draft(cx: &Ctx, tx: &mut dyn Tx, slug: &str, question: &str, new: &NewDraftAnswer) -> Result<AnswerTemplate> {
    cx.require_somewhere(&rights::ANSWER_TEMPLATES)?;
    let found = owned(cx, tx, slug)?;
    let mut all = mapped(&found.draft.answers);
    let said = match &new.said {
        Some(said) => {
            let (_, kept) = newest(tx, &found.lens)?;
            Some(check_one(super::review::asked(&kept, question)?, said)?)
        }
        None => None,
    };
    let before = match &said {
        Some(said) => all.insert(question.to_owned(), said.clone()),
        None => all.remove(question),
    };
    if all.len() > MOST {
        return Err(Error::TooLarge(format!("A template answers {MOST} questions at most.")));
    }
    if new.based_on != found.draft.version {
        return Err(moved(&found));
    }
    if before == said {
        return Ok(found);
    }
    if !store::draft(tx, found.id, new.based_on, &all, (&cx.actor.name, cx.now))? {
        return Err(moved(&found));
    }
    let payload = serde_json::json!({ "question": question, "said": said });
    told(cx, tx, "drafted", &found, &payload, "")?;
    store::one(tx, slug)
}

/// Publishes a version of a template, which never changes. The first reviews that use it follow in the same step; [`follow`] brings the
/// rest along.
///
/// # Errors
/// No right; faults; no such template; [`Error::Conflict`] if somebody has changed the draft since, or the answers are those of the
/// newest version.
pub fn publish(cx: &Ctx, tx: &mut dyn Tx, slug: &str, new: &NewTemplateVersion) -> Result<TemplateVersion> {
    cx.require_somewhere(&rights::ANSWER_TEMPLATES)?;
    let found = owned(cx, tx, slug)?;
    let (version, kept) = newest(tx, &found.lens)?;
    let mut faults = Faults::new();
    let reason = match why(&new.why) {
        Ok(reason) => reason,
        Err(Error::Invalid(list)) => {
            list.into_iter().for_each(|f| faults.add(f.at, f.message));
            String::new()
        }
        Err(e) => return Err(e),
    };
    // The draft may be older than the lens's newest version.
    let answers = match check(&kept.file.lens, new.answers.as_ref().unwrap_or(&found.draft.answers)) {
        Ok(answers) => answers,
        Err(Error::Invalid(list)) => {
            list.into_iter().for_each(|f| faults.add(f.at, f.message));
            Answers::new()
        }
        Err(e) => return Err(e),
    };
    faults.check(found.version > 0 || !answers.is_empty(), "answers", "The template answers nothing yet. Answer a question first.");
    faults.done()?;
    let before = if found.version > 0 { store::version(tx, found.id, found.version)? } else { None };
    if before.is_some_and(|b| mapped(&b.answers) == answers) {
        return Err(Error::Conflict(format!("Version {} says the same. Change an answer first.", found.version)));
    }
    if version.at.is_none() {
        // What comes with the program may be another in the next one; the template keeps this.
        lens::publish(tx, &kept, &version, cx.now)?;
    }
    let made = TemplateVersion {
        version: found.version + 1,
        lens_digest: version.digest,
        answers: crate::template::listed(&answers),
        why: reason,
        by: cx.actor.name.clone(),
        at: cx.now,
    };
    if new.based_on != found.draft.version || !store::publish(tx, found.id, new.based_on, &made)? {
        return Err(moved(&found));
    }
    told(cx, tx, "published", &found, &serde_json::json!({ "version": made }), &made.why)?;
    tx.publish("reviews");
    some(cx, tx, slug)?;
    Ok(made)
}

/// Brings some of the reviews that show an older version to the newest one; true if others may be left.
fn some(cx: &Ctx, tx: &mut dyn Tx, slug: &str) -> Result<bool> {
    let most = i64::try_from(STEP).unwrap_or(i64::MAX);
    let found = store::one(tx, slug)?;
    let published = store::version(tx, found.id, found.version)?;
    let by = published.map_or_else(|| cx.actor.name.clone(), |v| v.by);
    let behind = using::behind(tx, slug, most)?;
    for review in &behind {
        let kept = lens::of_digest(tx, &review.digest)?;
        settle(cx, tx, review, &kept, &by)?;
    }
    Ok(behind.len() == STEP)
}

/// Brings every review that uses a template to its newest version, in steps that are each whole. What a crash leaves is done by the job.
///
/// # Errors
/// No right; the engine's.
pub async fn follow(app: &App, cx: &Ctx, slug: &str) -> Result<()> {
    cx.require_somewhere(&rights::ANSWER_TEMPLATES)?;
    loop {
        let slug = slug.to_owned();
        if !app.write(cx, move |cx, tx| some(cx, tx, &slug)).await? {
            return Ok(());
        }
    }
}

/// Brings every review to the newest versions of its templates.
///
/// # Errors
/// No right; the engine's.
pub async fn follow_all(app: &App, cx: &Ctx) -> Result<()> {
    cx.require_somewhere(&rights::ANSWER_TEMPLATES)?;
    for slug in app.read(cx, |_, tx| using::late(tx)).await? {
        follow(app, cx, &slug).await?;
    }
    Ok(())
}

/// Makes a template as a file has it, or changes it: another name, and a version if the answers are others.
///
/// # Errors
/// No right; faults; another lens or team than it has.
pub fn apply(cx: &Ctx, tx: &mut dyn Tx, wanted: &PublishedTemplate, new: bool) -> Result<()> {
    cx.require_somewhere(&rights::ANSWER_TEMPLATES)?;
    let found = if new {
        let (lens, team) = (wanted.lens.clone(), wanted.team.clone());
        let (name, about, slug) = (wanted.name.clone(), wanted.about.clone(), Some(wanted.slug.clone()));
        make(cx, tx, &NewAnswerTemplate { name, lens, team, about, slug })?
    } else {
        change(cx, tx, &wanted.slug, &TemplateChange { name: wanted.name.clone(), about: wanted.about.clone() })?
    };
    let mut faults = Faults::new();
    faults.check(
        found.lens == wanted.lens,
        "lens",
        format!("The template answers questions of “{}”, and stays with that lens.", found.lens),
    );
    faults.check(
        found.team.slug == wanted.team,
        "team",
        format!("The template is owned by “{}”, and stays with that team.", found.team.slug),
    );
    faults.done()?;
    let newest = if found.version > 0 { store::version(tx, found.id, found.version)? } else { None };
    if newest.map(|v| mapped(&v.answers)).unwrap_or_default() == mapped(&wanted.answers) {
        return Ok(());
    }
    let answers = Some(wanted.answers.clone());
    publish(cx, tx, &wanted.slug, &NewTemplateVersion { based_on: found.draft.version, why: wanted.why.clone(), answers })
        .map(|_| ())
}

/// A template by its name in addresses, with its newest version.
///
/// # Errors
/// Nobody signed in; no such template.
pub fn one(cx: &Ctx, tx: &mut dyn Tx, slug: &str) -> Result<(AnswerTemplate, Option<TemplateVersion>)> {
    cx.require_signed_in()?;
    let found = store::one(tx, slug)?;
    let newest = if found.version > 0 { store::version(tx, found.id, found.version)? } else { None };
    Ok((found, newest))
}
