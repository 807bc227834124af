//! The first steps of a new installation, each an act over several rooms in one unit of work.

use catalogue::Group;
use catalogue::rules::NewGroup;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::web::Ctx;
use people::acts::{NewOrganisation, set_organisation};
use people::{NewGrant, Role, rights};
use report::template::NewTemplate;

/// Step one: the organisation and its first group.
#[derive(Debug, Clone)]
pub struct FirstGroup {
    /// Name of the organisation.
    pub organisation: String,
    /// The group with its calendar.
    pub group: NewGroup,
}

/// Names the organisation and makes the first group. Whoever does it facilitates the group until somebody else is named;
/// without that nobody could agree a template.
///
/// # Errors
/// No right; faults of either.
pub fn begin_group(cx: &Ctx, tx: &mut dyn Tx, first: &FirstGroup) -> Result<Group> {
    cx.require_everywhere(&rights::SETUP)?;
    let stored = people::organisation(tx)?;
    let new = NewOrganisation { name: first.organisation.clone(), zone: first.group.zone.clone(), version: stored.version };
    set_organisation(cx, tx, &new)?;
    let group = catalogue::acts::make_group(cx, tx, &first.group)?;
    if let Some(person) = cx.actor.person() {
        people::acts::grant_role(cx, tx, person, &NewGrant { role: Role::Facilitator, scope: Some(group.id) })?;
    }
    Ok(group)
}

/// Step three: defines the metrics that a new group begins with and agrees a template of them.
///
/// # Errors
/// No right; [`kernel::Error::Conflict`] if the group has a template.
pub fn begin_template(cx: &Ctx, tx: &mut dyn Tx, group: &Group, few: bool) -> Result<()> {
    cx.require(&rights::TEMPLATE, group.id)?;
    for d in report::starter::definitions() {
        if metrics::store::definition(tx, &d.key)?.is_none() {
            metrics::acts::define(cx, tx, &d)?;
        }
    }
    let new = NewTemplate { template: report::starter::template(few), version: 0, reason: "to begin with".into() };
    report::acts::agree(cx, tx, group, &new).map(|_| ())
}
