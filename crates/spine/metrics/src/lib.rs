#![doc = include_str!("../README.md")]

pub mod acts;
pub mod api;
pub mod baseline;
pub mod compared;
pub mod configured;
pub mod definition;
pub mod judged;
pub mod ledger;
pub mod pages;
pub mod pasted;
pub mod period;
mod room;
pub mod store;
pub mod table;
pub mod value;
mod web;

pub use baseline::Frozen;
pub use room::ROOM;
