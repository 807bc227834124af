#![doc = include_str!("../README.md")]

pub mod acts;
pub mod agenda;
pub mod agreement;
pub mod anonymous;
pub mod api;
pub mod budget;
pub mod cadence;
pub mod capacity;
pub mod configured;
pub mod forum;
pub mod health;
mod jobs;
pub mod notice;
pub mod notice_text;
pub mod order;
pub mod pages;
pub mod plan;
pub mod reminder;
mod room;
pub mod session;
pub mod store;
mod web;

pub use agenda::{AgendaItem, ItemKind, Reason, ReasonKind};
pub use agreement::WorkingAgreement;
pub use anonymous::{QuestionBox, SessionFeedback};
pub use cadence::{Cadence, ForumCadence};
pub use capacity::Capacity;
pub use forum::{Forum, ForumKind};
pub use health::ProcessHealth;
pub use notice::{NewNotice, Notice, OpenNotice};
pub use plan::{Count, Data, PartData, Readiness, TeamData, Topic};
pub use room::ROOM;
pub use session::{Session, SessionState};
