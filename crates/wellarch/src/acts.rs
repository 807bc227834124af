//! Verbs of this room, by noun.

pub mod against;
pub mod comment;
pub mod consolidated;
pub mod due;
pub mod lens;
pub mod milestone;
pub mod moving;
pub mod piece;
pub mod plan;
pub mod prevalence;
pub mod review;
pub mod settle;
pub mod sitting;
pub mod template;
pub mod upgrade;
pub mod using;
pub mod vote;
