//! `atlas serve`

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::failure::Failure;
use super::opening::{How, open_atlas, system_clock};
use super::{CommandResult, Outcome, say};
use crate::config::Config;
use crate::http::server;
use crate::service::basemap::Basemap;
use crate::telemetry;
use crate::writer::core::Leaving;
use crate::writer::steps::{Step, StepTrace};

/// Serves the map, the tiles and the API of a data directory.
///
/// Example: atlas serve --data var/demo --listen 127.0.0.1:8027
#[derive(clap::Args)]
pub struct Arguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// Where to listen; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:8027")]
    listen: SocketAddr,
    /// Settings in TOML.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Takes no writes.
    #[arg(long)]
    read_only: bool,
    /// Notes the step that the writer takes in the first byte of this file; for crash tests.
    #[arg(long, hide = true)]
    trace_steps: Option<PathBuf>,
    /// Stops the writer before this step; for crash tests.
    #[arg(long, hide = true, value_parser = parse_step)]
    hold_at: Option<Step>,
    /// Lets the step pass so often first; for crash tests.
    #[arg(long, hide = true, default_value_t = 0)]
    hold_after: u32,
}

fn parse_step(text: &str) -> Result<Step, String> {
    Step::parse(text).ok_or_else(|| Step::ALL.map(Step::code).join(", "))
}

/// Runs until the process is told to stop.
#[allow(clippy::needless_pass_by_value)] // every command takes its arguments like this
pub fn run(arguments: Arguments) -> CommandResult {
    telemetry::start();
    let config = Config::read(arguments.config.as_deref()).map_err(|error| {
        let path = arguments.config.as_ref().map_or_else(String::new, |p| p.display().to_string());
        Failure::unusable("config_unusable", vec![("path", path), ("error", error.to_string())])
    })?;
    let basemap = basemap(&arguments, &config)?;
    let listener = TcpListener::bind(arguments.listen).map_err(|error| {
        let address = ("address", arguments.listen.to_string());
        Failure::failed("cannot_listen", vec![address, ("error", error.to_string())])
    })?;
    let trace = trace(&arguments)?;
    let how = How { clock: system_clock(), space: config.space, trace, read_only: arguments.read_only };
    let (atlas, thread) = open_atlas(&arguments.data, how)?.into_atlas(system_clock());
    let address = listener.local_addr().map_err(|error| Failure::of_file(&arguments.data, &error))?;
    let warming = Arc::clone(&atlas);
    let warming = std::thread::spawn(move || warming.warm());
    let served = actix_web::rt::System::new().block_on(async {
        let server =
            server::start(Arc::clone(&atlas), listener, config.http, basemap, telemetry::metrics_text)?;
        say::line(&format!("listening on http://{address}"));
        server.await
    });
    // A panic there would come again, and be told, at the first tile.
    let _ = warming.join();
    drop(atlas);
    thread.stop(Leaving::CheckpointIfWorthIt)?;
    served.map_err(|error| {
        Failure::failed("cannot_listen", vec![("address", address.to_string()), ("error", error.to_string())])
    })?;
    Ok(Outcome::Done)
}

/// The base map of the settings. Whose borders it shows is for whoever chose it to answer, so that is said aloud.
fn basemap(arguments: &Arguments, config: &Config) -> Result<Option<Basemap>, Failure> {
    let Some(chosen) = &config.basemap else { return Ok(None) };
    let folder = arguments.config.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let basemap = Basemap::open(chosen, folder)?;
    say::note("basemap_borders", &[]);
    Ok(Some(basemap))
}

fn trace(arguments: &Arguments) -> Result<StepTrace, Failure> {
    let file = match &arguments.trace_steps {
        None => None,
        Some(path) => Some(File::create(path).map_err(|error| Failure::of_file(path, &error))?),
    };
    Ok(StepTrace { file, hold_at: arguments.hold_at, hold_after: arguments.hold_after })
}
