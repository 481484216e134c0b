//! Where logs and metrics go: logs to stderr, metrics to whoever reads `/metrics`. What is counted: [`crate::http::count`].

use std::sync::OnceLock;

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
