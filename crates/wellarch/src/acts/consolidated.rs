//! Reads reviews of many workloads at once.

use std::collections::HashMap;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::Ctx;

use super::review::load;
use crate::consolidated::ConsolidatedWorkload;
use crate::document::{ReviewDocument, Titled};
use crate::review::Review;
use crate::store::review as store;

/// Workloads that have a review, in the order of teams, after the one of that name in addresses; and whether there are more.
///
/// # Errors
/// Nobody signed in; no such group; a cursor of another list.
pub fn consolidated(
    cx: &Ctx,
    tx: &mut dyn Tx,
    group: Option<&str>,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<ConsolidatedWorkload>, bool)> {
    cx.require_signed_in()?;
    let group = match group {
        None => None,
        Some(slug) => {
            let found = catalogue::store::group_by_slug(tx, slug);
            Some(found.map_err(|e| if let Error::NotFound(m) = e { Error::invalid("group", m) } else { e })?.id)
        }
    };
    let mut reviews: HashMap<Id, Vec<Review>> = HashMap::new();
    for r in store::all(tx)? {
        reviews.entry(r.workload).or_default().push(r);
    }
    let (mut out, mut begun) = (Vec::new(), after.is_none());
    for team in catalogue::store::teams(tx, group)? {
        for w in catalogue::store::workloads_of(tx, team.id)? {
            let Some(held) = reviews.remove(&w.id) else { continue };
            if !begun {
                begun = after == Some(w.slug.as_str());
                continue;
            }
            if out.len() == limit {
                return Ok((out, true));
            }
            let titled = |slug: &str, name: &str| Titled { slug: slug.to_owned(), name: name.to_owned() };
            let (workload, of) = (titled(&w.slug, &w.name), titled(&team.slug, &team.name));
            let mut documents = Vec::new();
            for review in held {
                documents.push(ReviewDocument::of(&load(cx, tx, w.clone(), team.clone(), review)?));
            }
            out.push(ConsolidatedWorkload::of(workload, of, &documents));
        }
    }
    if !begun {
        return Err(Error::invalid("cursor", "The cursor is not one that this list gave. Begin without it."));
    }
    Ok((out, false))
}
