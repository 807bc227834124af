//! Pages of this room, by noun.

pub mod lens;
pub mod milestone;
pub mod prevalence;
pub mod question;
pub mod report;
pub mod review;
pub mod risks;
