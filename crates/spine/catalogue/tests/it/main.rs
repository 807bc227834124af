//! Files of others, read as a whole.
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

mod backstage;
mod imports;
mod world;
