#![doc = include_str!("../README.md")]

pub mod acts;
pub mod alike;
pub mod api;
pub mod column;
pub mod concern;
pub mod configured;
pub mod content;
pub mod history;
pub mod meeting;
pub mod moving;
pub mod pages;
pub mod result;
mod room;
pub mod setting;
pub mod sheet;
pub mod state;
pub mod store;
mod typed;
pub mod view;
mod web;
pub mod wsjf;

pub use concern::{Concern, NewConcern};
pub use room::ROOM;
pub use state::ConcernState;
