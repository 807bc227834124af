#![doc = include_str!("../README.md")]

mod aws;
mod builtin;
pub mod condition;
mod evidence;
mod explain;
mod file;
pub mod json;
mod lens;
pub mod lint;
pub mod risk;
pub mod tree;
pub mod truth;
pub mod yaml;

pub use builtin::{Builtin, builtin};
pub use explain::{Explained, Lower, explain};
pub use file::{File, Form, LONGEST, Part};
pub use lens::{Choice, Counts, Effort, Figure, Lens, Maps, Pillar, Question};
pub use risk::{Answer, Decided, Risk};
