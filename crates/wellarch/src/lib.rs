#![doc = include_str!("../README.md")]

pub mod acts;
pub mod api;
mod aws;
mod builtin;
pub mod condition;
pub mod document;
mod evidence;
mod explain;
mod file;
pub mod json;
mod lens;
pub mod lint;
pub mod milestone;
pub mod pages;
pub mod published;
pub mod review;
pub mod risk;
pub mod risks;
mod room;
pub mod store;
pub mod text;
pub mod tree;
pub mod truth;
mod web;
pub mod yaml;

pub use builtin::{Builtin, builtin};
pub use document::ReviewDocument;
pub use explain::{Explained, Lower, explain};
pub use file::{File, Form, LONGEST, Part};
pub use lens::{Choice, Counts, Effort, Figure, Lens, Maps, Pillar, Question};
pub use milestone::{Comparison, Milestone};
pub use published::{LensVersion, NewLens};
pub use review::{Review, ReviewAnswer};
pub use risk::{Answer, Decided, Risk};
pub use room::ROOM;
