//! The kernel's sentences, each held by a test. Those about one engine's inside stand beside its workers; what happens
//! under faults of disk, process and server stands in `tests/faults.rs`.

// A helper of a test fails as the test does.
#![allow(clippy::unwrap_used)]

mod app;
mod backup;
mod group;
mod guard;
mod imports;
mod jobs;
mod live;
mod migrations;
mod outbox;
mod sql;
mod stage;
mod trail;
mod units;
