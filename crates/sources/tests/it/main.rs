//! Stories of sources through HTTP, on both engines, against far ends on loopback and histories made by git.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails the test")]

mod backfill;
mod bad_ends;
mod docs;
mod excess;
mod far;
mod feeds;
mod feeds_bad;
mod feeds_git;
mod feeds_pages;
mod forms;
mod git;
mod input;
mod kinds;
mod pair;
mod portal;
mod prometheus;
mod schedule;
mod unruly;
mod world;
