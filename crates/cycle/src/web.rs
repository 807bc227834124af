//! Handlers of pages and forms, by noun.

pub(crate) mod cadence;
pub(crate) mod calendar;
pub(crate) mod session;
