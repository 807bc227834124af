//! People.

pub mod acts;
pub mod code;
pub mod csv;
pub mod gate;
pub mod grant;
mod limits;
pub mod password;
pub mod person;
pub mod place;
pub mod rights;
pub mod role;
pub mod session;
pub mod store;
pub mod token;
mod words;

pub use gate::{PeopleGate, TOPIC};
pub use grant::{Grant, NewGrant};
pub use person::{NewPerson, Organisation, Person};
pub use role::{Role, ScopeKind};
pub use store::grant::grants_of;
pub use store::{organisation, people_with_role, roles_at};

use kernel::room::{Migration, Room};

/// The room.
pub static ROOM: Room = Room {
    name: "people",
    routes: &[],
    migrations: &[Migration { number: 1, name: "people", sql: include_str!("../migrations/0001_people.sql") }],
    statements: store::ALL,
    jobs: &[],
    rights: rights::ALL,
};
