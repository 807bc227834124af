//! Where answers and evidence part, over all reviews.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use super::review::load;
use crate::against::{Contradiction, of};
use crate::document::ReviewDocument;
use crate::store;

/// Where the answers of all reviews and the facts part, in the order of teams, workloads, lenses and questions; and how many
/// reviews were looked at. What is put away is left out.
///
/// # Errors
/// Nobody signed in; no such workload.
pub fn all(cx: &Ctx, tx: &mut dyn Tx, workload: Option<&str>) -> Result<(Vec<Contradiction>, usize)> {
    cx.require_signed_in()?;
    let only = workload.map(|slug| catalogue::store::workload_by_slug(tx, slug)).transpose()?.map(|w| w.id);
    let reviews = store::review::all(tx)?;
    let (mut out, mut looked) = (Vec::new(), 0);
    for team in catalogue::store::teams(tx, None)? {
        for w in catalogue::store::workloads_of(tx, team.id)? {
            if only.is_some_and(|id| id != w.id) {
                continue;
            }
            for review in reviews.iter().filter(|r| r.workload == w.id) {
                looked += 1;
                let sheet = load(cx, tx, w.clone(), team.clone(), review.clone())?;
                // Of most workloads nothing is known; their documents need not be made.
                if sheet.known.facts.all().next().is_some() {
                    out.extend(of(&ReviewDocument::of(&sheet)));
                }
            }
        }
    }
    Ok((out, looked))
}
