//! What survives: kills at random moments and at every step of a commit, damaged and deleted files, a full disk.

#[path = "../support/mod.rs"]
mod support;

mod damage;
mod disk_full;
mod kills;
