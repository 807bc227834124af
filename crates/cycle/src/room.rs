//! What this room offers.

mod session;

use kernel::room::{Migration, Room, Route, joined, total};
use people::rights;

use crate::{jobs, store};

/// The review of a group: sessions, notices, tech shares, working agreement.
pub static ROOM: Room = Room {
    name: "cycle",
    routes: &ROUTES,
    migrations: &[Migration { number: 1, name: "session", sql: include_str!("../migrations/0001_session.sql") }],
    statements: &[store::agenda::STATEMENTS, store::cadence::STATEMENTS, store::session::STATEMENTS],
    jobs: jobs::ALL,
    rights: &[&rights::SESSIONS, &rights::SESSION_PART, &rights::COUNCIL_SESSIONS],
};

/// Of the files below this one.
const PARTS: &[&[Route]] = &[session::ROUTES];
static ROUTES: [Route; total(PARTS)] = joined(PARTS);
