//! SQL of messages and channels; decides nothing.

pub mod channel;
pub mod delivery;
pub mod message;
