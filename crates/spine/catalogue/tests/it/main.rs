//! Files of others, read as a whole.
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

mod agreed;
mod backstage;
mod became;
mod imports;
mod page;
mod world;
