//! SQL of trackers and issues; decides nothing.

pub mod issue;
pub mod tracker;
