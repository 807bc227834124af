//! SQL of messages and channels; decides nothing.

pub mod message;
