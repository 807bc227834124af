#![doc = include_str!("../README.md")]

pub mod acts;
mod api;
pub mod configured;
pub mod issue;
pub mod jobs;
pub mod pages;
mod room;
pub mod store;
pub mod tracker;
pub mod vendor;
mod web;

pub use issue::{Issue, IssueState, NewIssueLink};
pub use room::ROOM;
pub use tracker::{NewTracker, Tracker, TrackerKind};
