//! Collectors that turn sources into values

pub mod git;
pub mod prometheus;
