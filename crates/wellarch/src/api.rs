//! The acts of this room as JSON, by noun.

pub(crate) mod against;
pub(crate) mod comment;
pub(crate) mod consolidated;
pub(crate) mod due;
pub(crate) mod lens;
pub(crate) mod milestone;
pub(crate) mod moving;
pub(crate) mod piece;
pub(crate) mod plan;
pub(crate) mod prevalence;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod risks;
pub(crate) mod sitting;
pub(crate) mod template;
pub(crate) mod upgrade;
pub(crate) mod vote;
