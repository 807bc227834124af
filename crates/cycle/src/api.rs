//! The same acts as JSON, by noun.

pub(crate) mod cadence;
pub mod session;
pub mod together;
