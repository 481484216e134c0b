//! What is counted, and under which names.

use std::time::Duration;

/// Counts an answer. `route` is the pattern of the address, never the address: numbers of tiles would be endless labels.
pub fn answered(route: &'static str, status: u16, took: Duration) {
    let status = status.to_string();
    metrics::counter!("atlas_requests_total", "route" => route, "status" => status).increment(1);
    metrics::histogram!("atlas_request_seconds", "route" => route).record(took.as_secs_f64());
}

/// Tells how large the world is.
pub fn world(version: u64, problems: usize, appeals: usize) {
    metrics::gauge!("atlas_version").set(version as f64);
    metrics::gauge!("atlas_problems").set(problems as f64);
    metrics::gauge!("atlas_appeals").set(appeals as f64);
}
