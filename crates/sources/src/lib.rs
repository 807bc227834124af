#![doc = include_str!("../README.md")]

pub mod acts;
pub mod api;
pub mod configured;
pub mod git;
pub mod jobs;
pub mod pages;
pub mod prometheus;
mod room;
pub mod rules;
pub mod store;
mod web;

pub use git::{GitFacts as Facts, facts as git_facts};
pub use room::ROOM;
