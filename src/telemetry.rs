//! Names of logs and metrics. Logs go to stderr; metrics are read at `/metrics`.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Sends logs to stderr (`ATLAS_LOG` sets the level, `info` without it) and begins to count.
pub fn start() {
    let filter = EnvFilter::try_from_env("ATLAS_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
    // A second start in one process, as in tests, changes nothing.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(ansi)
        .try_init();
    if let Ok(handle) = PrometheusBuilder::new().install_recorder() {
        let _ = METRICS.set(handle);
    }
}

/// All metrics as Prometheus reads them.
#[must_use]
pub fn metrics_text() -> String {
    METRICS.get().map(PrometheusHandle::render).unwrap_or_default()
}

/// Counts an answer. `route` is the pattern of the address, never the address: numbers of tiles would be endless labels.
pub fn request_answered(route: &'static str, status: u16, took: Duration) {
    let status = status.to_string();
    metrics::counter!("atlas_requests_total", "route" => route, "status" => status).increment(1);
    metrics::histogram!("atlas_request_seconds", "route" => route).record(took.as_secs_f64());
}

/// Tells how large the world is.
pub fn world_published(version: u64, problems: usize, appeals: usize) {
    metrics::gauge!("atlas_version").set(version as f64);
    metrics::gauge!("atlas_problems").set(problems as f64);
    metrics::gauge!("atlas_appeals").set(appeals as f64);
}
