//! What this room offers.

use kernel::room::Room;

/// Issues in other trackers that a thing here is linked to, and their state.
pub static ROOM: Room = Room { name: "trackers", routes: &[], migrations: &[], statements: &[], jobs: &[], rights: &[] };
