//! The kernel's sentences about SQLite, each held by a test. PostgreSQL's stand beside its workers.

mod app;
mod sqlite;
mod trail;
