//! Standards in the sample: one that a workload is to be exempt from, and one with long words that nobody has looked at.

use catalogue::acts::{standards, transactions};
use catalogue::exemptions::{Asked, ExemptionKind};
use catalogue::standards::NewStandard;
use catalogue::transactions::NewTransaction;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;

use crate::sample::{LONG, RIGHT_TO_LEFT, WORDY};

fn standard(statement: &str, why: &str) -> NewStandard {
    NewStandard {
        statement: statement.into(),
        why: why.into(),
        pillar: "operations".into(),
        how: format!("{WORDY}."),
        slug: None,
        version: None,
    }
}

/// Makes them, with a transaction of the workload; gives back their slugs.
pub(crate) fn make_two(cx: &Ctx, tx: &mut dyn Tx, workload: &str) -> Result<(String, String)> {
    let plain = standards::make(cx, tx, &standard("Every alarm has a runbook", "Whoever is called at night knows what to do."))?;
    let asked = Asked { kind: ExemptionKind::Exempt, reason: format!("{LONG} {RIGHT_TO_LEFT}"), until: "2027-01-31".into() };
    standards::ask(cx, tx, workload, &plain.slug, &asked)?;
    transactions::add(cx, tx, workload, &NewTransaction { name: WORDY.into(), ..NewTransaction::default() })?;
    let long = standards::make(cx, tx, &standard(LONG, LONG))?;
    Ok((plain.slug, long.slug))
}
