//! Pages of this room, by noun.

pub mod consolidated;
pub mod discussion;
pub mod due;
pub mod evidence;
pub mod lens;
pub mod milestone;
pub mod moving;
pub mod presence;
pub mod prevalence;
pub mod question;
pub mod report;
pub mod review;
pub mod risks;
pub mod sitting;
pub mod template;
pub mod upgrade;
pub mod using;
pub mod vote;
