#![doc = include_str!("../README.md")]

pub mod acts;
pub mod agenda;
pub mod api;
pub mod budget;
pub mod cadence;
pub mod forum;
mod jobs;
pub mod order;
pub mod pages;
pub mod plan;
mod room;
pub mod session;
pub mod store;
mod web;

pub use agenda::{AgendaItem, ItemKind, Reason, ReasonKind};
pub use cadence::{Cadence, ForumCadence};
pub use forum::{Forum, ForumKind};
pub use plan::{Count, Data, PartData, Readiness, TeamData, Topic};
pub use room::ROOM;
pub use session::{Session, SessionState};
