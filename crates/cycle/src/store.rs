//! SQL of the cycle, by noun.

pub mod agenda;
pub mod agreement;
pub mod anonymous;
pub mod cadence;
pub mod capacity;
pub mod capture;
pub mod forum;
pub mod health;
pub(crate) mod merge;
pub mod notice;
pub mod reminder;
pub mod running;
pub mod session;
pub mod share;
