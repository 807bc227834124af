#![doc = include_str!("../README.md")]

pub mod acts;
mod api;
pub mod axis;
pub mod mark;
pub mod pages;
pub mod place;
mod room;
pub mod store;
mod web;

pub use mark::{Mark, MarkKind, NewMark, PlaceKind};
pub use room::ROOM;
