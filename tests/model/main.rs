//! Random series of writes against a plain model: the applied world, the world rebuilt from the journal, the world rebuilt
//! from the store and the model agree; and the number of threads changes no answer.

#![allow(clippy::unwrap_used)] // a test that cannot go on ends here

#[path = "../support/mod.rs"]
mod support;

mod series;
mod threads;
