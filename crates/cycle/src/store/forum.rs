//! Forums: groups of the catalogue, and the council.

use kernel::db::Tx;
use kernel::error::Result;

use crate::forum::Forum;

/// The forum that a row names.
///
/// # Errors
/// The engine's; [`kernel::Error::NotFound`] for a group that is not there.
pub fn of_key(tx: &mut dyn Tx, key: &str) -> Result<Forum> {
    match Forum::group_of(key) {
        Some(id) => Ok(Forum::group(&catalogue::store::group(tx, id)?)),
        None => council(tx),
    }
}

/// The council.
///
/// # Errors
/// The engine's.
pub fn council(tx: &mut dyn Tx) -> Result<Forum> {
    Ok(Forum::council(&people::organisation(tx)?.zone))
}

/// A group by its name in addresses.
///
/// # Errors
/// The engine's; [`kernel::Error::NotFound`].
pub fn group(tx: &mut dyn Tx, slug: &str) -> Result<Forum> {
    Ok(Forum::group(&catalogue::store::group_by_slug(tx, slug)?))
}
