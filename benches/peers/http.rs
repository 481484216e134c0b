//! Tiles over HTTP: warm and unchanged ones beside a bare handler of the same framework that returns the same bytes, both
//! under `wrk`; cold ones beside Martin.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};
use atlas::geometry::Tile;

use super::super::support::{Server, ask, etag_of, own_cpu};
use super::others::Martin;
use super::report::{Report, ms};

const SECONDS: &str = "4";

/// A tile that is kept, and one that the client has already.
pub fn compare(report: &mut Report, data: &Path, tile: Tile, bytes: &Arc<[u8]>) {
    let what = format!("a warm tile of {} bytes over HTTP, 16 connections", bytes.len());
    let server = Server::start(data);
    let path = path_of("appeals", tile);
    server.ask(&path);
    let url = format!("http://{}{path}", server.address);
    let Some(ours) = load(&url, None, || server.cpu()) else {
        eprintln!("SKIPPED: wrk (Debian: wrk) is not here");
        report.add(what, "not measured", "not measured: wrk is not here", "≥ 80 %");
        return;
    };
    let etag = etag_of(&server.address, &path).expect("tiles have tags");
    let unchanged = load(&url, Some(&etag), || server.cpu()).expect("wrk was there a moment ago");
    server.stop();
    let bare = format!("http://{}/", serve_bare(bytes));
    let bare = load(&bare, None, own_cpu).expect("wrk was there a moment ago");
    let share = 100.0 * ours.per_second / bare.per_second;
    report.add(what, ours.to_string(), format!("{bare} (bare actix-web); ours is {share:.0} %"), "≥ 80 %");
    report.add("the same, for a client that has it (304)", unchanged.to_string(), "", "");
}

/// Tiles that nobody has asked for before, one after another.
pub fn cold(report: &mut Report, data: &Path, rows: &Path, tiles: &[Tile]) {
    let server = Server::start(data);
    let ours = cold_ms(tiles, || server.cpu(), |tile| server.ask(&path_of("appeals", tile)));
    server.stop();
    let martin = Martin::start(rows);
    // What takes it a second takes us a third of a millisecond: a tenth of the tiles is enough.
    let few: Vec<Tile> = tiles.iter().copied().step_by(10).collect();
    let theirs = martin.as_ref().map(|martin| {
        let path = |tile: Tile| format!("/{}/{}/{}/{}", Martin::SOURCE, tile.z, tile.x, tile.y);
        report.version(&Martin::version());
        cold_ms(&few, || martin.cpu(), |tile| ask(&martin.address, &path(tile)).expect("Martin listens"))
    });
    let what = format!("a cold tile over HTTP, processor time of the server, mean of {} tiles", tiles.len());
    let told = theirs.map_or_else(
        || "not measured: Martin is not here".to_owned(),
        |theirs| format!("{}; ours is {:.1} × as fast", ms(theirs), theirs / ours.max(1e-6)),
    );
    report.add(what, ms(ours), told, "≥ 10 ×");
}

fn path_of(layer: &str, tile: Tile) -> String {
    format!("/tiles/{layer}/{}/{}/{}.mvt", tile.z, tile.x, tile.y)
}

/// Processor milliseconds for each of some tiles.
fn cold_ms(tiles: &[Tile], cpu: impl Fn() -> Duration, ask: impl Fn(Tile) -> u64) -> f64 {
    let before = cpu();
    for tile in tiles {
        ask(*tile);
    }
    (cpu() - before).as_secs_f64() * 1e3 / tiles.len().max(1) as f64
}

/// Memory of a server that draws tiles for some seconds, bytes: the allocator gives back what the start took a moment later,
/// when something else is let go.
pub fn resident_bytes(data: &Path, tiles: &[Tile]) -> u64 {
    let server = Server::start(data);
    for some in tiles.chunks(tiles.len().div_ceil(3)) {
        for tile in some {
            server.ask(&path_of("appeals", *tile));
        }
        std::thread::sleep(Duration::from_secs(2));
    }
    let bytes = server.resident_bytes();
    server.stop();
    bytes
}

struct Load {
    per_second: f64,
    cpu_us: f64,
}

impl std::fmt::Display for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.0}/s, {:.0} µs CPU each", self.per_second, self.cpu_us)
    }
}

/// Asks an address for some seconds, as a client that has what `etag` names; `cpu` tells the processor time of whoever
/// answers. `None` without `wrk`.
fn load(url: &str, etag: Option<&str>, cpu: impl Fn() -> Duration) -> Option<Load> {
    let before = cpu();
    let mut command = Command::new("wrk");
    command.args(["-t1", "-c16", &format!("-d{SECONDS}s"), url]);
    if let Some(etag) = etag {
        command.args(["-H", &format!("If-None-Match: {etag}")]);
    }
    let output = command.output().ok()?;
    let used = cpu() - before;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!told.contains("Non-2xx"), "{told}");
    let number = |line: &str| line.split_whitespace().find_map(|word| word.parse::<f64>().ok());
    let per_second =
        told.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:")).and_then(number)?;
    let requests = told.lines().find(|line| line.contains(" requests in ")).and_then(number)?;
    Some(Load { per_second, cpu_us: used.as_secs_f64() * 1e6 / requests.max(1.0) })
}

/// Serves the bytes on a free port until this process ends.
fn serve_bare(bytes: &Arc<[u8]>) -> SocketAddr {
    let bytes = Bytes::copy_from_slice(bytes);
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = move || {
                let bytes = bytes.clone();
                let answer = move || {
                    let bytes = bytes.clone();
                    async move {
                        HttpResponse::Ok().content_type("application/vnd.mapbox-vector-tile").body(bytes)
                    }
                };
                App::new().route("/", web::get().to(answer))
            };
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            let server = HttpServer::new(app).workers(cores).disable_signals();
            let server = server.bind(("127.0.0.1", 0)).expect("a free port");
            sender.send(server.addrs()[0]).expect("somebody waits for it");
            server.run().await
        })
    });
    receiver.recv().expect("the port was bound")
}
