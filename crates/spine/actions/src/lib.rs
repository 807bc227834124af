#![doc = include_str!("../README.md")]

pub mod action;
pub mod acts;
mod api;
pub mod change;
pub mod effect;
pub mod new;
pub mod origin;
pub mod pages;
mod room;
pub mod sheet;
pub mod store;
pub mod view;
mod web;

pub use action::{Action, ActionState};
pub use new::NewAction;
pub use origin::{Origin, OriginKind};
pub use room::ROOM;
