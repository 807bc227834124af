//! The SQL of this room, by noun, and the mapping of its rows. Decides nothing.

pub mod code;
pub mod grant;
pub mod organisation;
pub mod person;
pub mod session;
pub mod token;

pub use grant::{people_with_role, roles_at};
pub use organisation::organisation;
pub use person::{person, person_by_mail};

/// Every statement, for the test that prepares all of them on both engines.
pub(crate) static ALL: &[&[&kernel::db::Sql]] =
    &[code::STATEMENTS, grant::STATEMENTS, organisation::STATEMENTS, person::STATEMENTS, session::STATEMENTS, token::STATEMENTS];
