//! What this room offers.

mod notice;
mod running;
mod session;
mod share;
mod together;

use kernel::room::{Migration, Room, Route, joined, total};
use people::rights;

use crate::{jobs, store};

/// The review of a group: sessions, notices, tech shares, working agreement.
pub static ROOM: Room = Room {
    name: "cycle",
    routes: &ROUTES,
    migrations: &[
        Migration { number: 1, name: "session", sql: include_str!("../migrations/0001_session.sql") },
        Migration { number: 2, name: "together", sql: include_str!("../migrations/0002_together.sql") },
        Migration { number: 3, name: "reminders", sql: include_str!("../migrations/0003_reminders.sql") },
        Migration { number: 4, name: "running", sql: include_str!("../migrations/0004_running.sql") },
        Migration { number: 5, name: "shares", sql: include_str!("../migrations/0005_shares.sql") },
        Migration { number: 6, name: "notices", sql: include_str!("../migrations/0006_notices.sql") },
        Migration { number: 7, name: "tickets", sql: include_str!("../migrations/0007_tickets.sql") },
    ],
    statements: &[
        store::agenda::STATEMENTS,
        store::agreement::STATEMENTS,
        store::anonymous::STATEMENTS,
        store::cadence::STATEMENTS,
        store::capacity::STATEMENTS,
        store::capture::STATEMENTS,
        store::health::STATEMENTS,
        store::merge::STATEMENTS,
        store::reminder::STATEMENTS,
        store::running::STATEMENTS,
        store::session::STATEMENTS,
        store::notice::STATEMENTS,
        store::share::STATEMENTS,
    ],
    jobs: jobs::ALL,
    rights: &[
        &rights::SESSIONS,
        &rights::SESSION_PART,
        &rights::SIGN,
        &rights::CAPACITY,
        &rights::COUNCIL_SESSIONS,
        &rights::NOTICES,
        &rights::ACKNOWLEDGE,
    ],
};

/// Of the files below this one.
const PARTS: &[&[Route]] = &[running::ROUTES, session::ROUTES, share::ROUTES, together::ROUTES, notice::ROUTES];
static ROUTES: [Route; total(PARTS)] = joined(PARTS);
