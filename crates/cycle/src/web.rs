//! Handlers of pages and forms, by noun.

pub(crate) mod agreement;
pub(crate) mod attendance;
pub(crate) mod cadence;
pub(crate) mod calendar;
pub(crate) mod capacity;
pub(crate) mod feed;
pub(crate) mod health;
pub(crate) mod live;
pub(crate) mod minutes;
pub(crate) mod notice;
pub(crate) mod run;
pub(crate) mod session;
pub(crate) mod share;
pub(crate) mod together;
