//! The same acts as JSON, by noun.

pub(crate) mod cadence;
pub(crate) mod notice;
pub mod session;
pub mod together;
