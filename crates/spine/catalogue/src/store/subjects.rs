//! Finding a thing by kind and slug.

use kernel::db::Tx;
use kernel::error::Result;

use super::{groups, services, teams, workloads};
use crate::rules::names::{Kind, fold};
use crate::rules::subject::{Subject, SubjectKind};

/// A team, workload or service by its slug, with the team whose rights hold for it.
///
/// # Errors
/// [`kernel::Error::NotFound`] that names the nearest.
pub fn subject(tx: &mut dyn Tx, kind: SubjectKind, slug: &str) -> Result<Subject> {
    match kind {
        SubjectKind::Team => {
            let team = teams::team_by_slug(tx, slug)?;
            Ok(Subject { kind, id: team.id, slug: team.slug.clone(), name: team.name.clone(), team })
        }
        SubjectKind::Workload => {
            let w = workloads::workload_by_slug(tx, slug)?;
            let team = teams::team(tx, w.team)?;
            Ok(Subject { kind, id: w.id, slug: w.slug, name: w.name, team })
        }
        SubjectKind::Service => {
            let s = services::service_by_slug(tx, slug)?;
            let team = services::team_of_service(tx, &s)?;
            Ok(Subject { kind, id: s.id, slug: s.slug, name: s.name, team })
        }
    }
}

/// Name and slug of the thing of a kind whose name folds alike.
///
/// # Errors
/// The engine's.
pub fn find(tx: &mut dyn Tx, kind: Kind, name: &str) -> Result<Option<(String, String)>> {
    let folded = fold(name);
    match kind {
        Kind::Group => groups::named(tx, &folded),
        Kind::Team => teams::named(tx, &folded),
        Kind::Workload => workloads::named(tx, &folded),
        Kind::Service => services::named(tx, &folded),
    }
}
