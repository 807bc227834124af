#![doc = include_str!("../README.md")]

pub mod acts;
pub mod api;
pub mod backstage;
pub mod calendar;
pub mod configured;
pub mod list;
pub mod pages;
mod room;
pub mod rules;
pub mod store;
mod web;

pub use calendar::Sprint;
pub use room::ROOM;
pub use rules::{Group, Service, Subject, SubjectKind, Team, Workload};
pub use web::group_of;
