//! The pages in a real browser: Chromium, driven by chromedriver, against the whole application in this process.
//!
//! Without them the tests say so and pass; with `BELLWETHER_BROWSER=required` they fail. The folder `tests/browser` at the
//! root holds axe-core (`npm ci`).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod agreed;
mod axe;
mod board;
mod concerned;
mod crowd;
mod driver;
mod faults;
mod fed;
mod forms;
mod held;
mod keys;
mod lists;
mod live;
mod met;
mod minutes;
mod pages;
mod print;
mod pulled;
mod refused;
mod registered;
mod reviewed;
mod sample;
mod serving;
mod session;
mod session_crowd;
mod skeleton;
