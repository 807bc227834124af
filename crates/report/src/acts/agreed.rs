//! Loads what stands in a report beside its rows: marks, critical transactions, standards.

use std::collections::HashMap;

use catalogue::exemptions::Exemption;
use catalogue::standards::adopted;
use catalogue::{Team, Workload};
use jiff::civil::Date;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Time;
use kernel::web::Ctx;
use marks::Mark;
use marks::store::Window;

use crate::document::Named;
use crate::matrix::{self, TemplateMatrix, TransactionMatrix};
use crate::standards::{self, ReportStandard};

/// Marks of one place that a report looks at, the newest: enough to name some and to count the rest.
const MOST_MARKS: i64 = 1_000;

fn named(w: &Workload) -> Named {
    Named { slug: w.slug.clone(), name: w.name.clone() }
}

/// What was marked on a team, on what belongs to it and on its group, oldest first.
pub(super) fn marks(cx: &Ctx, tx: &mut dyn Tx, team: &Team, from: Time, to: Time) -> Result<Vec<Mark>> {
    cx.require_signed_in()?;
    let window = Window::of(from, to);
    let mut out = marks::store::below(tx, team.id, &window, MOST_MARKS)?;
    out.extend(marks::store::on(tx, team.group, &window, MOST_MARKS)?);
    out.retain(|m| m.taken_back.is_none());
    out.sort_by_key(|m| (m.at, m.id));
    Ok(out)
}

/// The matrix of the team's workloads, as it is known today.
pub(super) fn transactions(
    cx: &Ctx,
    tx: &mut dyn Tx,
    (wanted, pillar): (&TemplateMatrix, &str),
    workloads: &[Workload],
    today: Date,
) -> Result<TransactionMatrix> {
    cx.require_signed_in()?;
    let mut found = Vec::with_capacity(workloads.len());
    for w in workloads {
        found.push((named(w), catalogue::store::transactions::of_workload(tx, w.id)?));
    }
    Ok(matrix::matrix(wanted, pillar, &found, today))
}

/// Standards in use by pillar, with how far each workload is; none for a team without workloads.
pub(super) fn standards(
    cx: &Ctx,
    tx: &mut dyn Tx,
    workloads: &[Workload],
    pillars: &[(String, String)],
    (let_off, day): (&[Exemption], Date),
) -> Result<Vec<ReportStandard>> {
    cx.require_signed_in()?;
    if workloads.is_empty() {
        return Ok(Vec::new());
    }
    let all = catalogue::store::standards::all(tx)?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let mut said = HashMap::new();
    for w in workloads {
        let found = catalogue::store::standards::of_workload(tx, w.id)?;
        said.extend(found.into_iter().map(|a| ((w.id, a.standard), a)));
    }
    let place = |key: &str| pillars.iter().position(|(k, _)| k == key).unwrap_or(pillars.len());
    let mut out: Vec<ReportStandard> = all
        .iter()
        .map(|s| {
            let title = pillars.get(place(&s.pillar)).map_or(s.pillar.as_str(), |(_, title)| title);
            let found = workloads.iter().map(|w| (named(w), adopted(s, w, said.get(&(w.id, s.id)), let_off, day)));
            standards::of_report(s, title, found.collect())
        })
        .collect();
    // Within a pillar they stay in their alphabetical order.
    out.sort_by_key(|s| place(&s.pillar));
    Ok(out)
}
