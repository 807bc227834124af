//! Brings a review to what its templates say now.
//!
//! One function does it after each act that can change it: a template is taken up or given up, published, overridden or not any
//! more, or the review moves to another version of its lens. It compares what should be with what is and writes the difference,
//! so that doing it twice does nothing, and whatever a crash left undone is done by the next one.

use std::collections::BTreeMap;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::{Id, Ref};
use kernel::trail;
use kernel::web::Ctx;

use super::review::topic;
use crate::published::Kept;
use crate::review::{Review, ReviewAnswer, Said};
use crate::store::{review as reviews, using as store};
use crate::template::{Covered, Wanted, fit, wanted};

fn late() -> Error {
    Error::Conflict("Somebody has answered at the same moment. Nothing was changed; try again.".into())
}

/// One review that is being settled.
struct Settling<'a> {
    cx: &'a Ctx,
    review: &'a Review,
    answers: BTreeMap<String, ReviewAnswer>,
    /// Questions that say something else now.
    changed: Vec<String>,
}

impl Settling<'_> {
    fn top(&self, id: &str) -> i64 {
        self.answers.get(id).map_or(0, |a| a.version)
    }

    /// The template says it, unless it stands there already.
    fn say(&mut self, tx: &mut dyn Tx, id: &str, w: &Wanted<'_>, said: &Said) -> Result<()> {
        let stands = self.answers.get(id);
        let from = |a: &ReviewAnswer| a.template.as_ref().is_some_and(|t| t.slug == w.from.slug);
        if stands.is_some_and(|a| a.said == *said && from(a)) {
            return Ok(());
        }
        let (number, who) = (self.top(id) + 1, (w.from.by.as_str(), self.cx.now));
        if !reviews::from_template(tx, self.review.id, (id, number), said, who, (w.from.template, w.from.version))? {
            return Err(late());
        }
        self.changed.push(id.to_owned());
        Ok(())
    }

    /// What stood there before the template is said again; nothing if nothing did.
    fn give_back(&mut self, tx: &mut dyn Tx, lens: &Kept, id: &str, stood: i64, by: &str) -> Result<()> {
        let Some(q) = lens.file.lens.question(id) else { return Ok(()) };
        let before = if stood > 0 { reviews::version(tx, self.review.id, id, stood)? } else { None };
        let said = before.map(|a| fit(&a.said, q).unwrap_or(Said { note: a.said.note, ..Said::default() })).unwrap_or_default();
        if !reviews::answer(tx, self.review.id, id, self.top(id) + 1, &said, (by, self.cx.now))? {
            return Err(late());
        }
        self.changed.push(id.to_owned());
        Ok(())
    }
}

/// Brings a review to what the newest versions of its templates say, and returns the questions that changed. Answers that say the same
/// stay the rows that they are; what is given back is given back in the name of `by`.
///
/// # Errors
/// [`Error::Conflict`] if somebody answers at the same moment; the engine's.
pub(crate) fn settle(cx: &Ctx, tx: &mut dyn Tx, review: &Review, lens: &Kept, by: &str) -> Result<Vec<String>> {
    let uses = store::uses(tx, review.id)?;
    let have = store::covered(tx, review.id)?;
    let answers = reviews::answers(tx, review.id)?;
    let holders: BTreeMap<String, Id> = have.iter().map(|(q, h)| (q.clone(), h.template)).collect();
    let want = wanted(&uses, &lens.file.lens, &holders);
    let mut s = Settling { cx, review, answers, changed: Vec::new() };
    for (id, held) in &have {
        match want.get(id) {
            Some(w) if w.from.template == held.template => {}
            other => {
                store::uncover(tx, review.id, id)?;
                if other.is_none() && held.overridden.is_none() {
                    s.give_back(tx, lens, id, held.stood, by)?;
                }
            }
        }
    }
    for (id, w) in &want {
        let held = have.get(id);
        let same = held.filter(|h| h.template == w.from.template);
        if same.is_some_and(|h| h.overridden.is_some()) {
            continue;
        }
        if same.is_none() {
            // Under the template of before lies what stood there before that one, unless the review said something else.
            let stood = held.filter(|h| h.overridden.is_none()).map_or_else(|| s.top(id), |h| h.stood);
            if !store::cover(tx, review.id, id, w.from.template, stood)? {
                return Err(late());
            }
        }
        let q = lens.file.lens.question(id).ok_or_else(|| Error::internal("a question that is wanted and not asked"))?;
        let said = fit(w.said, q).ok_or_else(|| Error::internal("an answer that fits and does not"))?;
        s.say(tx, id, w, &said)?;
    }
    for u in uses.iter().filter(|u| u.shown != u.version) {
        store::show(tx, review.id, u.template, u.version)?;
    }
    let changed = s.changed;
    if !changed.is_empty() {
        let templates: Vec<_> = uses.iter().map(|u| serde_json::json!({ "template": u.slug, "version": u.version })).collect();
        let payload = serde_json::json!({ "questions": changed, "templates": templates });
        trail::record(cx, tx, "followed-templates", &Ref::new("review", review.id), &payload, "")?;
    }
    tx.publish(&topic(review));
    Ok(changed)
}

/// Questions of a review that templates answer, or would.
pub(crate) fn covered(tx: &mut dyn Tx, review: &Review, lens: &Kept) -> Result<BTreeMap<String, Covered>> {
    let have = store::covered(tx, review.id)?;
    // What a template says stands in the answer, unless the review says something else.
    let uses = if have.values().any(|h| h.overridden.is_some()) { store::uses(tx, review.id)? } else { Vec::new() };
    let mut out = BTreeMap::new();
    for (id, held) in have {
        let said = uses.iter().find(|u| u.template == held.template && held.overridden.is_some()).and_then(|u| u.answers.get(&id));
        let says = said.and_then(|s| fit(s, lens.file.lens.question(&id)?));
        out.insert(id, Covered { template: held.from, says, overridden: held.overridden });
    }
    Ok(out)
}
