//! Types and decisions of the catalogue; pure.

pub mod calendar;
pub mod group;
pub mod list;
pub mod names;
pub mod service;
pub mod subject;
pub mod team;
pub mod workload;
