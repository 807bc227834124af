#![doc = include_str!("../README.md")]

pub mod acts;
mod api;
pub mod channel;
pub mod configured;
pub mod delivery;
pub mod format;
pub mod jobs;
pub mod message;
pub mod pages;
mod room;
pub mod store;
mod web;

pub use channel::{Channel, ChannelKind, NewChannel};
pub use delivery::{Delivery, DeliveryState};
pub use message::{Block, Message, NewMessage, Topic};
pub use room::ROOM;
