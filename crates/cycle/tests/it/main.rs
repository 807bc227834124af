//! Stories of sessions over HTTP, on both engines.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails the test")]

mod around;
mod merged;
mod minuted;
mod notices;
mod running;
mod sessions;
mod shared;
mod together;
mod world;
