//! What survives: kills at random moments and at every step of a commit, damaged and deleted files, a full disk.

#![allow(clippy::unwrap_used)] // a test that cannot go on ends here

#[path = "../support/mod.rs"]
mod support;

mod damage;
mod disk_full;
mod kills;
