//! The long stories: every room together, over HTTP on both engines, and the real binary.

mod dump;
mod names;
mod openapi;
mod schema;
mod world;
