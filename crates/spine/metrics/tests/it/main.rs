//! Stories of values through HTTP, on both engines: tables pasted in, entries taken back, files out.
// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

mod file;
mod merge;
mod paste;
mod undo;
mod world;
