//! SQL of the cycle, by noun.

pub mod agenda;
pub mod cadence;
pub mod forum;
pub mod session;
