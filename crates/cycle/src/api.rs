//! The same acts as JSON, by noun.

pub(crate) mod cadence;
pub(crate) mod notice;
pub(crate) mod running;
pub mod session;
pub(crate) mod share;
pub mod together;
