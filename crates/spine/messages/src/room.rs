//! What this room offers.

use kernel::room::{Migration, Room};

use crate::store;

/// What leaves for chat, mail and machines, and whether it arrived.
pub static ROOM: Room = Room {
    name: "messages",
    routes: &[],
    migrations: &[Migration { number: 1, name: "messages", sql: include_str!("../migrations/0001_messages.sql") }],
    statements: &[store::message::STATEMENTS],
    jobs: &[],
    rights: &[],
};
