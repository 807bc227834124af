#![doc = include_str!("../README.md")]

pub mod acts;
mod api;
pub mod pages;
pub mod piece;
mod room;
pub mod store;
mod web;

pub use piece::EvidencePiece;
pub use room::ROOM;
