//! Files of settings and variables through the real program: which comes before which, each setting that there is, what
//! is said of a mistake, and what a file in somebody else's folder cannot do.

#![allow(clippy::unwrap_used, clippy::panic)] // a test ends where it fails

mod effects;
mod home;
mod mistakes;
mod order;
#[path = "../support/mod.rs"]
mod support;
