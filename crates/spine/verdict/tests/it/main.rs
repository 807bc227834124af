//! The verdict as its users see it: published cases, laws that hold for any series, a second plain implementation, and how often
//! the rules cry wolf.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod agreement;
mod alarms;
mod cases;
mod dense;
mod naive;
mod noise;
mod properties;

/// How many of a large number of random cases to run: all of them with `BELLWETHER_FULL=1`, a share of them otherwise.
fn cases(full: u32, usual: u32) -> u32 {
    if std::env::var_os("BELLWETHER_FULL").is_some_and(|v| v == "1") { full } else { usual }
}
