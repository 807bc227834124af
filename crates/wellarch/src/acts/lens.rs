//! Verbs on lenses: publish.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::ids::Ref;
use kernel::trail;
use kernel::web::Ctx;
use people::rights;
use serde::Serialize;
use utoipa::ToSchema;

use crate::published::{Kept, LensFinding, LensVersion, NewLens, read};
use crate::store::lens as store;

/// What became of a lens that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Published {
    /// The version as it stands.
    pub version: LensVersion,
    /// False if this very file was there already.
    pub new: bool,
    /// What the check found, heaviest first.
    pub findings: Vec<LensFinding>,
}

/// Reads a lens before it is published: parsing and checking need no transaction.
///
/// # Errors
/// No right; every fault with its place.
pub fn prepare(cx: &Ctx, new: &NewLens) -> Result<Kept> {
    cx.require_somewhere(&rights::LENSES)?;
    let kept = read(new)?;
    kept.findings();
    Ok(kept)
}

/// Publishes a version. The same file again is the same version.
///
/// # Errors
/// No right.
pub fn publish(cx: &Ctx, tx: &mut dyn Tx, kept: &Kept) -> Result<Published> {
    cx.require_somewhere(&rights::LENSES)?;
    let findings = kept.findings().to_vec();
    if let Some(version) = store::one(tx, &kept.digest)? {
        return Ok(Published { version, new: false, findings });
    }
    let version = LensVersion { by: cx.actor.name.clone(), at: Some(cx.now), ..kept.version(false) };
    store::publish(tx, kept, &version, cx.now)?;
    trail::record(cx, tx, "published", &Ref::new("lens", &version.digest), &version, "")?;
    tx.publish("lenses");
    Ok(Published { version, new: true, findings })
}
