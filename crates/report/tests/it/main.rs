//! Stories of reports through HTTP, on both engines.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails the test")]

mod agreed;
mod exempt;
mod scorp;
mod told;
mod work;
mod world;
