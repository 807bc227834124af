#![doc = include_str!("../README.md")]

pub mod acts;
pub mod api;
pub mod code;
pub mod csv;
pub mod gate;
pub mod grant;
mod jobs;
mod limits;
pub mod link;
mod pages;
pub mod password;
pub mod person;
pub mod place;
pub mod rights;
pub mod role;
mod room;
pub mod session;
pub mod store;
pub mod token;
mod web;
mod words;

pub use gate::{PeopleGate, TOPIC};
pub use grant::{Grant, NewGrant};
pub use person::{NewPerson, Organisation, Person};
pub use role::{Role, ScopeKind};
pub use room::ROOM;
pub use store::grant::grants_of;
pub use store::{organisation, people_with_role, roles_at};
pub use web::sign_in_path;
