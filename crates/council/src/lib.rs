#![doc = include_str!("../README.md")]

mod room;

pub use room::ROOM;
