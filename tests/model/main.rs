//! Random series of writes against a plain model: the applied world, the world rebuilt from the journal, the world rebuilt
//! from the store and the model agree; and the number of threads changes no answer.

#![allow(clippy::unwrap_used)] // a test that cannot go on ends here

#[path = "../support/mod.rs"]
mod support;

mod series;
mod threads;

/// Held by each test: a child that one of them starts holds, until it is another program, copies of the files that another
/// has open, sled's lock among them.
static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Waits for the other tests.
fn alone() -> std::sync::MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
