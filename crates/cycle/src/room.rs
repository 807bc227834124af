//! What this room offers.

use kernel::room::Room;

/// The review of a group: sessions, notices, tech shares, working agreement.
pub static ROOM: Room = Room { name: "cycle", routes: &[], migrations: &[], statements: &[], jobs: &[], rights: &[] };
