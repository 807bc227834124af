//! Name and zone of the organisation.

use kernel::db::Tx;
use kernel::error::{Error, Faults, Result};
use kernel::ids::Ref;
use kernel::web::Ctx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::gate::TOPIC;
use crate::person::{Organisation, zone};
use crate::{rights, store};

/// What the organisation is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganisation {
    /// As it stands on reports; up to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// IANA zone in which months and quarters count.
    #[schema(min_length = 1)]
    pub zone: String,
    /// The version that the change was made from; 0 before the set-up.
    #[schema(minimum = 0)]
    pub version: i64,
}

/// Sets the organisation up, or changes its name and zone.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::Conflict`] if somebody else has changed it, with what is stored.
pub fn set_organisation(cx: &Ctx, tx: &mut dyn Tx, new: &NewOrganisation) -> Result<Organisation> {
    cx.require_everywhere(&rights::SETUP)?;
    let mut faults = Faults::new();
    let name = kernel::text::name(&mut faults, "name", "The name of the organisation", &new.name);
    let zone = zone(&mut faults, "zone", &new.zone);
    faults.done()?;
    let stored = match new.version {
        0 => store::organisation::insert(tx, &name, &zone, cx.now, &cx.actor.key())?,
        version => store::organisation::update(tx, &name, &zone, version)?,
    };
    let now = store::organisation(tx)?;
    if !stored {
        return Err(Error::Conflict(format!(
            "Somebody else has changed the organisation to “{}” in zone {}. Load the page again and change that.",
            now.name, now.zone
        )));
    }
    let verb = if new.version == 0 { "set-up" } else { "changed" };
    kernel::trail::record(cx, tx, verb, &Ref::new("organisation", "1"), &now, "")?;
    tx.publish(TOPIC);
    Ok(now)
}
