//! What this room offers.

use kernel::room::Room;

/// What leaves for chat, mail and machines, and whether it arrived.
pub static ROOM: Room = Room { name: "messages", routes: &[], migrations: &[], statements: &[], jobs: &[], rights: &[] };
