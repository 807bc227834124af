#![doc = include_str!("../README.md")]

pub mod acts;
pub mod ahead;
pub mod api;
pub mod asked;
pub mod automation;
pub mod configured;
pub mod document;
pub mod entry;
pub mod exempt;
pub mod happened;
pub mod lists;
pub mod matrix;
pub mod overview;
pub mod pages;
pub mod questions;
mod room;
pub mod rules;
pub mod shared;
pub mod sheet;
pub mod standards;
pub mod starter;
pub mod store;
pub mod template;
pub mod text;
pub mod told;
mod web;
pub mod work;

pub use document::Document;
pub use room::ROOM;
