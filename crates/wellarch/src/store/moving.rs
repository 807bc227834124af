//! SQL of reviews that come from elsewhere or go there.

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::time::Time;

use crate::milestone::Milestone;
use crate::moving::archive::{ArchivedAnswer, ArchivedMilestone, ArchivedUpgrade};

kernel::sql! {
    ANSWERS = "SELECT a.question, a.version, a.body, a.by_name, a.at, t.slug, t.name, m.name, a.template_version FROM review_answer a \
        LEFT JOIN answer_template t ON t.id = a.template LEFT JOIN team m ON m.id = t.team WHERE a.review = $1::TEXT \
        ORDER BY a.question COLLATE \"C\", a.version";
    MILESTONES = "SELECT name, document, digest, by_name, at FROM milestone WHERE review = $1::TEXT ORDER BY at, id COLLATE \"C\"";
    UPGRADES = "SELECT from_digest, to_digest, milestone, body, by_name, at FROM review_upgrade WHERE review = $1::TEXT ORDER BY number";
    ORIGIN = "SELECT body FROM review_origin WHERE review = $1::TEXT";
    KEEP = "INSERT INTO review_origin (review, kind, body, by_name, at) VALUES ($1::TEXT, $2::TEXT, $3::TEXT, $4::TEXT, $5::BIGINT) \
        ON CONFLICT (review) DO UPDATE SET kind = $2::TEXT, body = $3::TEXT, by_name = $4::TEXT, at = $5::BIGINT";
}

/// Every version of every answer.
pub(crate) fn answers(tx: &mut dyn Tx, review: Id) -> Result<Vec<ArchivedAnswer>> {
    let one = |r: &kernel::db::Row| {
        let a = super::review::answered(r, 1)?;
        // Elsewhere there is no such template: what it said is an answer in its name.
        let by = a.who().chars().take(kernel::text::NAME).collect::<String>().trim_end().to_owned();
        Ok(ArchivedAnswer { question: r.text(0)?, version: a.version, said: a.said, by, at: a.at })
    };
    tx.query(&ANSWERS, &[review.into()])?.iter().map(one).collect()
}

/// Milestones with their documents, oldest first.
pub(crate) fn milestones(tx: &mut dyn Tx, review: Id) -> Result<Vec<ArchivedMilestone>> {
    let one = |r: &kernel::db::Row| {
        Ok(ArchivedMilestone { name: r.text(0)?, document: r.text(1)?, digest: r.text(2)?, by: r.text(3)?, at: r.time(4)? })
    };
    tx.query(&MILESTONES, &[review.into()])?.iter().map(one).collect()
}

/// Moves between versions, oldest first.
pub(crate) fn upgrades(tx: &mut dyn Tx, review: Id) -> Result<Vec<ArchivedUpgrade>> {
    let one = |r: &kernel::db::Row| {
        Ok(ArchivedUpgrade {
            from: r.text(0)?,
            to: r.text(1)?,
            milestone: r.text(2)?,
            map: serde_json::from_str(r.str(3)?).map_err(Error::internal)?,
            by: r.text(4)?,
            at: r.time(5)?,
        })
    };
    tx.query(&UPGRADES, &[review.into()])?.iter().map(one).collect()
}

/// The file that a review was made from.
pub(crate) fn origin(tx: &mut dyn Tx, review: Id) -> Result<Option<String>> {
    tx.opt(&ORIGIN, &[review.into()])?.map(|r| r.text(0)).transpose()
}

/// Keeps the file that a review was made from, as it came last.
pub(crate) fn keep_origin(tx: &mut dyn Tx, review: Id, kind: &str, body: &str, (by, at): (&str, Time)) -> Result<()> {
    tx.execute(&KEEP, &[review.into(), kind.into(), body.into(), by.into(), at.into()]).map(|_| ())
}

/// Puts the parts of an archive under a review that has none yet.
pub(crate) fn restore(
    tx: &mut dyn Tx,
    review: Id,
    answers: &[ArchivedAnswer],
    upgrades: &[ArchivedUpgrade],
    milestones: &[(Milestone, String)],
) -> Result<()> {
    let twice = || Error::internal("a new review that has answers or milestones");
    for a in answers {
        if !super::review::answer(tx, review, &a.question, a.version, &a.said, (&a.by, a.at))? {
            return Err(twice());
        }
    }
    for u in upgrades {
        let m = super::upgrade::Moved {
            from: u.from.clone(),
            to: u.to.clone(),
            milestone: u.milestone.clone(),
            map: u.map.clone(),
            by: u.by.clone(),
            at: u.at,
        };
        if !super::upgrade::note(tx, review, &m)? {
            return Err(twice());
        }
    }
    for (m, document) in milestones {
        let id = tx.id()?;
        if !super::milestone::save(tx, id, review, m, document)? {
            return Err(twice());
        }
    }
    Ok(())
}
