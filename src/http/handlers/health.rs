//! Whether the service lives, whether it can work, and its metrics.

use actix_web::http::StatusCode;
use serde_json::json;

use crate::http::answer::{Answer, Caching};
use crate::http::call::Call;
use crate::http::count;
use crate::http::problem_details::Failure;
use crate::service::Health;

/// The process answers.
pub fn healthz(_: &Call) -> Result<Answer, Failure> {
    Ok(Answer::of("text/plain; charset=utf-8", b"ok\n".to_vec()).cached(Caching::Never))
}

/// Reading works; whether writing does, too. Red (503) as long as writes are impossible.
pub fn readyz(call: &Call) -> Result<Answer, Failure> {
    let health = call.atlas.health();
    let writes = match health {
        Health::Ready => "ready",
        Health::DiskFull => "disk_full",
        Health::Unavailable => "unavailable",
        Health::ReadOnly => "read_only",
    };
    let version = call.atlas.read().snapshot.version;
    let free = call.atlas.space.free_bytes();
    let mut answer =
        Answer::json(&json!({ "reads": "ready", "writes": writes, "version": version, "free_bytes": free }));
    if !matches!(health, Health::Ready | Health::ReadOnly) {
        answer.status = StatusCode::SERVICE_UNAVAILABLE;
    }
    Ok(answer.cached(Caching::Never))
}

/// Metrics for Prometheus.
pub fn metrics(call: &Call) -> Result<Answer, Failure> {
    let snapshot = call.atlas.read().snapshot;
    count::world(snapshot.version, snapshot.problems.len(), snapshot.appeals.len());
    let text = (call.metrics_text)().into_bytes();
    Ok(Answer::of("text/plain; version=0.0.4; charset=utf-8", text).cached(Caching::Never))
}
