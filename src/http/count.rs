//! What is counted, and under which names.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use metrics::{Counter, Histogram};

/// What is counted of an address and a status.
struct Counted {
    requests: Counter,
    seconds: Histogram,
}

thread_local! {
    /// Looking them up by name takes a good part of the time of a kept tile.
    static FOUND: RefCell<HashMap<(&'static str, u16), Counted>> = RefCell::default();
}

/// Counts an answer. `route` is the pattern of the address, never the address: numbers of tiles would be endless labels.
pub fn answered(route: &'static str, status: u16, took: Duration) {
    FOUND.with_borrow_mut(|found| {
        let counted = found.entry((route, status)).or_insert_with(|| find(route, status));
        counted.requests.increment(1);
        counted.seconds.record(took.as_secs_f64());
    });
}

fn find(route: &'static str, status: u16) -> Counted {
    let requests =
        metrics::counter!("atlas_requests_total", "route" => route, "status" => status.to_string());
    Counted { requests, seconds: metrics::histogram!("atlas_request_seconds", "route" => route) }
}

/// Counts a view of a frame. `key` is one that somebody has: others would be endless labels.
pub fn embed_viewed(key: &str) {
    metrics::counter!("atlas_embed_views_total", "key" => key.to_owned()).increment(1);
}

/// Tells how large the world is.
pub fn world(version: u64, problems: usize, appeals: usize) {
    metrics::gauge!("atlas_version").set(version as f64);
    metrics::gauge!("atlas_problems").set(problems as f64);
    metrics::gauge!("atlas_appeals").set(appeals as f64);
}
