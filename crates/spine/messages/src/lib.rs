#![doc = include_str!("../README.md")]

pub mod acts;
pub mod channel;
pub mod delivery;
pub mod message;
mod room;
pub mod store;

pub use channel::ChannelKind;
pub use message::{Block, Message, NewMessage, Topic};
pub use room::ROOM;
