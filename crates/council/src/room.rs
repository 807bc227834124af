//! What this room offers.

use kernel::room::Room;

/// Concerns about reliability, and what became of them.
pub static ROOM: Room = Room { name: "council", routes: &[], migrations: &[], statements: &[], jobs: &[], rights: &[] };
