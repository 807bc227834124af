//! Stories of sessions over HTTP, on both engines.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails the test")]

mod around;
mod notices;
mod sessions;
mod together;
mod world;
