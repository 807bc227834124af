//! Verbs on exemptions of rows: find the row, ask to be let off, or rule it out. An approver decides in the catalogue.

use catalogue::Team;
use catalogue::exemptions::{Asked, Exemption, Target};
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;
use kernel::web::Ctx;
use metrics::definition::kind_of;
use people::rights;

use crate::document::Named;

/// A row of the template for one subject, as somebody can be exempt from it.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What the exemption is from.
    pub target: Target,
    /// Key and title of the metric.
    pub metric: Named,
    /// Slug and name of the team, the workload or the service.
    pub subject: Named,
    /// All exemptions of this row, oldest first.
    pub all: Vec<Exemption>,
}

/// Finds a row: the metric's key, and the slug of the team, workload or service.
///
/// # Errors
/// [`Error::NotFound`] if the group's template has no such row, or the subject is another team's.
pub fn row(cx: &Ctx, tx: &mut dyn Tx, team: &Team, metric: &str, subject: &str) -> Result<Wanted> {
    cx.require_signed_in()?;
    let template = crate::store::template(tx, team.group)?.template;
    let shown = kernel::text::shown(metric, 60);
    let missing = || Error::NotFound(format!("The template of {}’s group has no row “{shown}”.", team.name));
    if metric.is_empty() || !template.sections.iter().flat_map(|s| &s.rows).any(|r| r.metric == metric) {
        return Err(missing());
    }
    let d = metrics::store::definition(tx, metric)?.ok_or_else(missing)?.definition;
    let found = catalogue::store::subject(tx, kind_of(d.subject), subject)?;
    if found.team.id != team.id {
        return Err(Error::NotFound(format!("{} has no {} “{}”.", team.name, found.kind.key(), found.slug)));
    }
    let own = found.id == team.id;
    let of: Option<Id> = (!own).then_some(found.id);
    let title = if own { d.title.clone() } else { format!("{}, {}", d.title, found.name) };
    let all = catalogue::store::exemptions::of_team(tx, team.id)?;
    Ok(Wanted {
        target: Target { subject: of, metric: d.key.clone(), standard: None, pillar: d.pillar, title },
        metric: Named { slug: d.key, name: d.title },
        subject: Named { slug: found.slug, name: found.name },
        all: all.into_iter().filter(|e| e.metric == metric && e.subject == of).collect(),
    })
}

/// Asks for an exemption of a row, or rules it out.
///
/// # Errors
/// As [`row`] and [`catalogue::acts::exemptions::ask`].
pub fn ask(cx: &Ctx, tx: &mut dyn Tx, team: &Team, (metric, subject): (&str, &str), new: &Asked) -> Result<Exemption> {
    team.require(cx, &rights::EXEMPTION)?;
    let found = row(cx, tx, team, metric, subject)?;
    catalogue::acts::exemptions::ask(cx, tx, team, &found.target, new)
}
