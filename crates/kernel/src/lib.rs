#![doc = include_str!("../README.md")]

pub mod api;
pub mod backup;
pub mod config;
pub mod configured;
pub mod db;
pub mod error;
pub mod http;
pub mod ical;
pub mod ids;
pub mod imports;
pub mod jobs;
pub mod live;
pub mod mail;
pub mod migrate;
pub mod outbox;
pub mod room;
pub mod testing;
pub mod text;
pub mod time;
pub mod trail;
pub mod web;

pub use error::{Error, Result};
pub use html;

/// The kernel's own tables and statements; it has no page of its own but health and metrics.
pub static ROOM: room::Room = room::Room {
    name: "kernel",
    routes: web::ROUTES,
    migrations: &[
        room::Migration { number: 1, name: "kernel", sql: include_str!("../migrations/0001_kernel.sql") },
        room::Migration { number: 2, name: "outbox", sql: include_str!("../migrations/0002_outbox.sql") },
    ],
    statements: &[
        trail::STATEMENTS,
        jobs::STATEMENTS,
        outbox::STATEMENTS,
        imports::STATEMENTS,
        api::idempotency::STATEMENTS,
        migrate::STATEMENTS,
    ],
    jobs: &[],
    rights: &[],
};
