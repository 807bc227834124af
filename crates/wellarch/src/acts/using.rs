//! Verbs on the templates that a review uses: take up, give up, take an override back; and what is read of it.

use std::collections::BTreeMap;

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::Ctx;
use people::rights;

use super::review::{asked, held, of_review, place};
use super::settle::settle;
use crate::document::{ReviewQuestion, Titled};
use crate::published::Kept;
use crate::review::Review;
use crate::store::{lens, template as templates, using as store};
use crate::template::{
    AnswerTemplate, Answers, FromTemplate, MOST_USED, NewUse, Override, PassedOver, TemplateUse, UsedTemplate, fit, lacking, mapped,
};

fn told(cx: &Ctx, tx: &mut dyn Tx, verb: &str, review: &Review, t: &AnswerTemplate, payload: &serde_json::Value) -> Result<()> {
    trail::record(cx, tx, verb, &Ref::new("review", review.id), payload, "")?;
    tx.publish(&super::template::topic(t));
    tx.publish("reviews");
    Ok(())
}

/// What the newest version of a template says.
fn newest(tx: &mut dyn Tx, t: &AnswerTemplate) -> Result<Answers> {
    Ok(templates::version(tx, t.id, t.version)?.map(|v| mapped(&v.answers)).unwrap_or_default())
}

/// Questions to leave out, in the order in which the lens asks them.
fn left_out(kept: &Kept, answers: &Answers, new: &NewUse, faults: &mut Faults) -> Vec<String> {
    for id in &new.left_out {
        let known = answers.contains_key(id) || kept.file.lens.question(id).is_some();
        faults.check(
            known,
            "left_out",
            format!("Neither the template nor the lens has a question “{}”.", kernel::text::shown(id, 60)),
        );
    }
    let mut out: Vec<String> = answers.keys().filter(|q| new.left_out.contains(q)).cloned().collect();
    out.extend(new.left_out.iter().filter(|q| !answers.contains_key(*q) && kept.file.lens.question(q).is_some()).cloned());
    out.sort();
    out.dedup();
    out
}

/// Uses a template in a review, or says anew which of its questions the review leaves out. What stood at the questions that it answers is
/// kept below it. A question that another template answers has to be left out.
///
/// # Errors
/// No right; faults; no such review or template; a question that another template answers, at `left_out`; too many templates.
pub fn begin(cx: &Ctx, tx: &mut dyn Tx, (workload, slug): (&str, &str), template: &str, new: &NewUse) -> Result<UsedTemplate> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let (review, kept) = held(tx, &workload, slug)?;
    let t = templates::one(tx, template)?;
    if t.lens != review.lens {
        return Err(Error::invalid(
            "template",
            format!("“{}” answers questions of the lens “{}”; this review is against “{}”.", t.name, t.lens, review.lens),
        ));
    }
    let answers = newest(tx, &t)?;
    if answers.is_empty() {
        return Err(Error::invalid(
            "template",
            format!("“{}” answers nothing yet. {} has to publish a version first.", t.name, t.team.name),
        ));
    }
    let mut faults = Faults::new();
    let left_out = left_out(&kept, &answers, new, &mut faults);
    for (id, other) in store::covered(tx, review.id)?.iter().filter(|(_, h)| h.template != t.id) {
        let Some(said) = answers.get(id).filter(|_| !left_out.contains(id)) else { continue };
        let Some(q) = kept.file.lens.question(id).filter(|q| fit(said, q).is_some()) else { continue };
        faults.add(
            "left_out",
            format!(
                "“{}” of {} answers {id}, “{}”, in this review already. Leave the question out here, or give that template up first.",
                other.from.name, other.from.team, q.title
            ),
        );
    }
    faults.done()?;
    if store::here(tx, review.id)?.len() >= MOST_USED {
        return Err(Error::TooLarge(format!("A review uses {MOST_USED} templates at most.")));
    }
    if store::begin(tx, review.id, t.id, &left_out, (&cx.actor.name, cx.now))? {
        told(
            cx,
            tx,
            "took-up-template",
            &review,
            &t,
            &serde_json::json!({ "template": t.slug, "version": t.version, "left_out": left_out }),
        )?;
    } else {
        store::leave(tx, review.id, t.id, &left_out)?;
        told(cx, tx, "changed-template-use", &review, &t, &serde_json::json!({ "template": t.slug, "left_out": left_out }))?;
    }
    settle(cx, tx, &review, &kept, &cx.actor.name)?;
    let all = of(tx, &review, &kept)?;
    all.into_iter().find(|u| u.template.slug == t.slug).ok_or_else(|| Error::internal("a template that is used and is not"))
}

/// Uses a template no more. Its questions go back to what stood there before, or are open again; what the review answered itself stays.
///
/// # Errors
/// No right; no such review or template; [`Error::NotFound`] if the review does not use it.
pub fn end(cx: &Ctx, tx: &mut dyn Tx, (workload, slug): (&str, &str), template: &str) -> Result<Vec<UsedTemplate>> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let (review, kept) = held(tx, &workload, slug)?;
    let t = templates::one(tx, template)?;
    if !store::end(tx, review.id, t.id)? {
        return Err(Error::NotFound(format!("This review does not use the template “{}”.", t.name)));
    }
    told(cx, tx, "gave-up-template", &review, &t, &serde_json::json!({ "template": t.slug, "version": t.version }))?;
    settle(cx, tx, &review, &kept, &cx.actor.name)?;
    of(tx, &review, &kept)
}

/// Takes back that a review says something else than a template: the template's answer counts again.
///
/// # Errors
/// No right; no such review or question; [`Error::Conflict`] if nothing is overridden there.
pub fn take_back(cx: &Ctx, tx: &mut dyn Tx, (workload, slug): (&str, &str), id: &str) -> Result<ReviewQuestion> {
    cx.require_somewhere(&rights::ANSWERS)?;
    let (workload, team) = place(tx, workload)?;
    team.require(cx, &rights::ANSWERS)?;
    let (review, kept) = held(tx, &workload, slug)?;
    let q = asked(&kept, id)?;
    if !store::release(tx, review.id, id)? {
        return Err(Error::Conflict(
            "The review does not say anything else than a template here, so there is nothing to take back.".into(),
        ));
    }
    let row = store::covered(tx, review.id)?.remove(id).ok_or_else(|| Error::internal("an override without a template"))?;
    let payload = serde_json::json!({ "question": id, "template": row.from });
    trail::record(cx, tx, "took-back-override", &Ref::new("review", review.id), &payload, "")?;
    let t = templates::one(tx, &row.from.slug)?;
    tx.publish(&super::template::topic(&t));
    settle(cx, tx, &review, &kept, &cx.actor.name)?;
    of_review(cx, tx, &workload, &review, &kept, q)
}

/// How a line stands in its review.
fn used(line: &store::Line, t: FromTemplate, answers: &Answers, kept: &Kept, have: &BTreeMap<String, store::Held>) -> UsedTemplate {
    let mine = |h: &store::Held| h.template == line.template;
    let mut out = UsedTemplate {
        template: t,
        shown: line.shown,
        by: line.by.clone(),
        at: line.at,
        covers: Vec::new(),
        left_out: line.left_out.clone(),
        passed_over: Vec::new(),
        lacking: lacking(answers, &kept.file.lens),
        overrides: Vec::new(),
    };
    for (id, h) in have.iter().filter(|(_, h)| mine(h)) {
        out.covers.push(id.clone());
        if let Some(o) = &h.overridden {
            out.overrides.push(Override { question: id.clone(), overridden: o.clone() });
        }
    }
    for id in answers.keys().filter(|id| !line.left_out.contains(id)) {
        if let Some(h) = have.get(id).filter(|h| !mine(h)) {
            out.passed_over.push(PassedOver { question: id.clone(), template: h.from.name.clone() });
        }
    }
    out
}

/// Templates that a review uses, in the order in which they were taken up.
pub(crate) fn of(tx: &mut dyn Tx, review: &Review, kept: &Kept) -> Result<Vec<UsedTemplate>> {
    let have = store::covered(tx, review.id)?;
    let uses = store::uses(tx, review.id)?;
    let names: BTreeMap<Id, FromTemplate> = store::names(tx, review.id)?.into_iter().collect();
    let mut out = Vec::new();
    for line in store::here(tx, review.id)? {
        let (Some(u), Some(name)) = (uses.iter().find(|u| u.template == line.template), names.get(&line.template)) else {
            continue;
        };
        out.push(used(&line, name.clone(), &u.answers, kept, &have));
    }
    Ok(out)
}

/// Templates that a review uses, with the review's lens.
///
/// # Errors
/// Nobody signed in; no such review.
pub fn here(cx: &Ctx, tx: &mut dyn Tx, workload: &str, slug: &str) -> Result<Vec<UsedTemplate>> {
    cx.require_signed_in()?;
    let (workload, _) = place(tx, workload)?;
    let (review, kept) = held(tx, &workload, slug)?;
    of(tx, &review, &kept)
}

/// Reviews that use a template, by the workload's name in addresses, after one of them.
///
/// # Errors
/// Nobody signed in; no such template.
pub fn there(cx: &Ctx, tx: &mut dyn Tx, template: &str, (after, limit): (&str, i64)) -> Result<Vec<TemplateUse>> {
    cx.require_signed_in()?;
    let t = templates::one(tx, template)?;
    let answers = newest(tx, &t)?;
    let from = FromTemplate { slug: t.slug.clone(), name: t.name.clone(), team: t.team.name.clone(), version: t.version };
    let mut out = Vec::new();
    for (line, workload, slug) in store::there(tx, t.id, after, limit)? {
        let (workload, team) = place(tx, &workload)?;
        let review = super::review::find(tx, &workload, &slug)?;
        let kept = lens::of_digest(tx, &review.digest)?;
        let have = store::covered(tx, line.review)?;
        out.push(TemplateUse {
            workload: Titled { slug: workload.slug, name: workload.name },
            team: Titled { slug: team.slug, name: team.name },
            used: used(&line, from.clone(), &answers, &kept, &have),
        });
    }
    Ok(out)
}
