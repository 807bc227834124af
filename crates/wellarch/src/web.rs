//! Handlers of pages, by noun.

pub(crate) mod lens;
