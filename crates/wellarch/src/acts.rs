//! Verbs of this room, by noun.

pub mod lens;
pub mod review;
