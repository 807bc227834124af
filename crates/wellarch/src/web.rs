//! Handlers of pages, by noun.

pub(crate) mod lens;
pub(crate) mod review;
