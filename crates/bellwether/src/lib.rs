#![doc = include_str!("../README.md")]

pub mod cli;
pub mod demo;
pub mod doctor;
pub mod errors;
pub mod folder;
pub mod home;
pub mod logs;
pub mod offline;
pub mod open;
pub mod rooms;
pub mod serve;
mod told;
