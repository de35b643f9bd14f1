//! The client of the Hub against a Hub on this machine: what it asks for, what it leaves on the disk, and what it says
//! when something goes wrong.

#![cfg(feature = "hub")]
#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

#[path = "../fake_hub/mod.rs"]
mod fake_hub;

mod breaks;
mod commands;
mod info;
mod layout;
mod offline;
#[path = "../support/program.rs"]
mod program;
mod refusals;
mod scene;
