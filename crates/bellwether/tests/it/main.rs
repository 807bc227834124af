//! The long stories: every room together, over HTTP on both engines, and the real binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bad_input;
mod cli;
mod crash;
mod delivered;
mod demonstration;
mod dump;
mod names;
mod openapi;
mod order;
mod overview;
mod process;
mod random;
mod report;
mod reviews;
mod rights;
mod schema;
mod sessions;
mod statements;
mod tools;
mod trace;
mod world;
