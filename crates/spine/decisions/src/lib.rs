#![doc = include_str!("../README.md")]

pub mod acts;
mod api;
pub mod decision;
pub mod pages;
mod room;
pub mod store;
mod web;

pub use decision::{Decision, DecisionKind, NewDecision};
pub use room::ROOM;
