//! Verbs of the cycle, by noun.

pub mod agenda;
pub mod agreement;
pub mod anonymous;
pub mod attendance;
pub mod cadence;
pub mod calendar;
pub mod capacity;
pub mod capture;
pub mod feed;
pub mod health;
pub mod merge;
pub mod minutes;
pub mod notice;
pub mod portfolio;
pub mod reminder;
pub mod running;
pub mod session;
pub mod share;
pub mod told;

use kernel::db::Tx;
use kernel::error::Result;

use crate::forum::Forum;
use crate::store;

/// Whose sessions are meant: a group by its name in addresses, or the council.
pub(crate) fn forum(tx: &mut dyn Tx, group: Option<&str>) -> Result<Forum> {
    match group {
        Some(slug) => store::forum::group(tx, slug),
        None => store::forum::council(tx),
    }
}
