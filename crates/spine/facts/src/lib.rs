#![doc = include_str!("../README.md")]

pub mod acts;
mod api;
pub mod derived;
pub mod fact;
pub mod keys;
pub mod pages;
pub mod prowler;
mod room;
pub mod rule;
pub mod store;
mod web;

pub use fact::{Fact, FactValue, Facts, NewFact};
pub use room::ROOM;
pub use rule::{Because, Evidence, Judged, Rule, Weight};
