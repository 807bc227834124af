#![doc = include_str!("../README.md")]

pub mod acts;
pub mod api;
pub mod backstage;
pub mod calendar;
pub mod configured;
pub mod exemptions;
pub mod list;
pub mod pages;
pub mod plan;
mod room;
pub mod rules;
pub mod sheet;
pub mod standards;
pub mod store;
pub mod transactions;
pub mod wanted;
mod web;

pub use calendar::Sprint;
pub use room::ROOM;
pub use rules::{Group, Service, Subject, SubjectKind, Team, Workload};
pub use web::exemptions::{asked_of, shown};
pub use web::group_of;
