//! Pages of this room, by noun.

pub mod lens;
pub mod question;
pub mod review;
