//! Groups and teams are in a higher room; what this room must know about them is given to it by the binary, once.

use std::sync::OnceLock;

use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::ids::Id;

use crate::role::ScopeKind;

/// A group, team or pillar, as a role is held for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Group, team or pillar.
    pub kind: ScopeKind,
    /// Its id.
    pub id: Id,
    /// Its key in URLs and files.
    pub slug: String,
    /// As pages write it.
    pub name: String,
}

/// Lists all groups, teams and pillars, in the fixed order of pages.
pub type Places = fn(&mut dyn Tx) -> Result<Vec<Place>>;

static PLACES: OnceLock<Places> = OnceLock::new();

/// The id that stands for a pillar where a role is held: pillars are named by their keys alone, and a key has one id.
pub fn pillar_id(key: &str) -> Id {
    // A name-based id like UUIDv5, with the digest that the trail uses; 122 bits of it.
    let digest = kernel::trail::merkle::hex_digest(format!("pillar:{key}").as_bytes());
    let bits = digest.get(..32).and_then(|d| u128::from_str_radix(d, 16).ok()).unwrap_or_default();
    let version = 8u128 << 76;
    let variant = 0b10u128 << 62;
    Id::from_u128(bits & !(0xFu128 << 76) & !(0b11u128 << 62) | version | variant)
}

/// The pillars, in the organisation's order.
///
/// # Errors
/// The engine's.
pub fn pillars(tx: &mut dyn Tx) -> Result<Vec<Place>> {
    Ok(all(tx)?.into_iter().filter(|p| p.kind == ScopeKind::Pillar).collect())
}

/// Gives this room its view of the catalogue. Call it once, before serving; later calls change nothing.
pub fn provide(places: Places) {
    let _ = PLACES.set(places);
}

/// The group or team with that id, if it is of that kind.
///
/// # Errors
/// [`kernel::Error::Invalid`] at `at` if there is none.
pub fn find(tx: &mut dyn Tx, kind: ScopeKind, id: Id, at: &str) -> Result<Place> {
    let place = all(tx)?.into_iter().find(|p| p.id == id);
    match place {
        Some(place) if place.kind == kind => Ok(place),
        Some(other) => {
            let text = format!("“{}” is a {}. Choose a {}.", other.name, other.kind.key(), kind.key());
            Err(Error::invalid(at, text))
        }
        None => Err(Error::invalid(at, format!("There is no {} with the id {id}. Choose one that exists.", kind.key()))),
    }
}

/// All groups and teams; none before [`provide`].
///
/// # Errors
/// The engine's.
pub fn all(tx: &mut dyn Tx) -> Result<Vec<Place>> {
    PLACES.get().map_or(Ok(Vec::new()), |f| f(tx))
}
