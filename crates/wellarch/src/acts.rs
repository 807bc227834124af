//! Verbs of this room, by noun.

pub mod lens;
pub mod milestone;
pub mod review;
