//! Tiles, clusters and heat beside the programs that people use for them: `make bench-tiles`.
//!
//! The same invented appeals go to all of them. A peer that is not here is left out, aloud. `ATLAS_BENCH_POINTS` sets how many
//! rows a million are; a smaller number proves that the command works and measures nothing.

mod http;
mod others;
mod ours;
mod report;

use std::path::Path;

use atlas::service::Atlas;

use super::support::{Rows, close, open, world_of};
use ours::Spread;
use report::{Report, ms};

/// The densest place of the invented world: longitude and latitude.
pub const CENTRE: (f64, f64) = (135.0719, 48.4827);
/// The deepest zoom that is compared.
pub const DEEPEST: u8 = 14;
/// A period that holds about 5 % of the rows: first and last month.
pub const PERIOD: (&str, &str) = ("2020-01", "2020-07");

pub fn run() {
    let asked = std::env::var("ATLAS_BENCH_POINTS").ok().and_then(|text| text.parse().ok());
    let points = asked.unwrap_or(super::support::MILLION).max(10_000);
    let mut report = Report::new(points);
    for size in [points / 100, points / 10, points, points * 10] {
        eprintln!("{size} rows …");
        let place = tempfile::tempdir().expect("a temporary folder");
        let (data, rows) = world_of(Rows::Appeals, size, place.path());
        growth(&mut report, size, &data);
        if size == points {
            compared(&mut report, &data, &rows);
            scattered(&mut report, size);
        }
        if size == points * 10 {
            large(&mut report, size, &data);
        }
    }
    print!("{report}");
    report.save();
}

/// How cost grows with the number of rows.
fn growth(report: &mut Report, size: usize, data: &Path) {
    let (atlas, thread) = open(data);
    let everything = ours::tiles(&atlas, &ours::everything());
    let few = ours::tiles(&atlas, &ours::of_period());
    report.grows(size, everything, few);
    drop(atlas);
    close(thread);
}

/// Everything that has a peer.
fn compared(report: &mut Report, data: &Path, rows: &Path) {
    let (atlas, thread) = open(data);
    let n = atlas.read().snapshot.appeals.len();
    let peer = others::supercluster(rows);
    if let Some(peer) = &peer {
        report.version(&format!("supercluster {} on {}", peer.version, peer.runtime));
    }
    let build = ours::build(&atlas);
    report.compare(
        format!("build of the cluster structure, {n} points"),
        build,
        peer.as_ref().map(|peer| peer.load_ms),
        "≥ 20 ×",
    );
    let inserted = ours::insert(&atlas);
    report.add(
        "one more point, amortised over 1,000",
        format!("{:.1} µs", inserted.mean() * 1e3),
        "load() again",
        "< 20 µs",
    );
    report.add("one more point, dearest", ms(inserted.worst()), "load() again", "no pause");
    report.add(
        "one more point, and the tile that shows it",
        ms(ours::visible(&atlas).p50()),
        "6.4 s (MapLibre, not measured here)",
        "≤ 1 ms",
    );
    report.add("selecting by category and period", ms(ours::select(&atlas)), "", "≤ 1 ms");
    clusters(report, &atlas, peer.as_ref());
    heat(report, &atlas, rows);
    let (tile, bytes) = ours::tile_of_about(&atlas, 20_000);
    let sample = ours::some_tiles(&atlas);
    drop(atlas);
    close(thread);
    http::compare(report, data, tile, &bytes);
    http::cold(report, data, rows, &sample);
}

/// As many points that gather nowhere: the clusters of supercluster are a hundred times as many.
fn scattered(report: &mut Report, size: usize) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let (data, rows) = world_of(Rows::Scattered, size, place.path());
    let (atlas, thread) = open(&data);
    let what = format!("build, {size} points anywhere in 16 × 16 degrees");
    report.compare(what, ours::build(&atlas), others::supercluster_load(&rows), "≥ 20 ×");
    drop(atlas);
    close(thread);
}

/// All tiles with something in them, without a filter and with one.
fn clusters(report: &mut Report, atlas: &Atlas, peer: Option<&others::Supercluster>) {
    let everything = ours::everything();
    let theirs = peer.map(|peer| peer.all);
    let all = ours::contents(atlas, &everything);
    let what = format!("all {} tiles z0–{DEEPEST} with something in them, as objects (getTile)", all.count());
    report.compare(what, all.total(), theirs.map(|theirs| theirs.objects.total_ms), "≥ 1 ×");
    report.spread("one of them", &all, theirs.map(|theirs| theirs.objects));
    let all = ours::tiles(atlas, &everything);
    let theirs = theirs.map(|theirs| theirs.encoded);
    report.compare(
        "the same as vector tiles (theirs by vt-pbf)".to_owned(),
        all.total(),
        theirs.map(|theirs| theirs.total_ms),
        "",
    );
    report.spread("one of them", &all, theirs);

    let filter = ours::of_period();
    let theirs = peer.map(|peer| (peer.reload_ms, peer.under_filter));
    let first = ours::select_first(atlas, &filter);
    let few = ours::contents(atlas, &filter);
    let what =
        format!("a filter that keeps 5 %: finding, and {} tiles as objects; theirs loads again", few.count());
    let objects = theirs.map(|(reload, tiles)| reload + tiles.objects.total_ms);
    report.compare(what, first + few.total(), objects, "≥ 5 ×");
    report.spread("one of them (to reach: p99 < 5 ms)", &few, theirs.map(|(_, tiles)| tiles.objects));
    let few = ours::tiles(atlas, &filter);
    report.compare(
        "the same as vector tiles".to_owned(),
        first + few.total(),
        theirs.map(|(reload, tiles)| reload + tiles.encoded.total_ms),
        "",
    );
    report.spread("one of them (to reach: p99 < 5 ms)", &few, theirs.map(|(_, tiles)| tiles.encoded));
    report.add("the first question of that filter", ms(first), "load() again", "");
}

/// Heat tiles over the densest place beside datashader's picture of the same square.
fn heat(report: &mut Report, atlas: &Atlas, rows: &Path) {
    let (ours, counts) = (ours::heat(atlas), ours::heat_counts(atlas));
    let peer = others::datashader(rows);
    if let Some((peer, _)) = &peer {
        report.version(&format!("datashader {} on {}", peer.version, peer.runtime));
    }
    let dearest = peer.as_ref().map(|(peer, _)| peer.by_zoom_ms.iter().copied().fold(0.0, f64::max));
    let what = format!(
        "heat tile of 256 pixels over the densest place, dearest of z0–{DEEPEST}; counts, tone map, PNG"
    );
    report.compare(what, ours.worst(), dearest, "≤ 3 ms, ≥ 10 ×");
    let list = |times: &[f64]| times.iter().map(|ms| format!("{ms:.1}")).collect::<Vec<_>>().join(" ");
    let differing = peer.as_ref().map(|(_, theirs)| {
        assert_eq!(theirs.len(), counts.len(), "as many cells");
        theirs.iter().zip(&counts).filter(|(theirs, ours)| theirs != ours).count()
    });
    let told = differing.map_or_else(|| "not measured".to_owned(), |n| format!("{n} differ"));
    report.add(format!("counts of the {} cells of those tiles", counts.len()), "", told, "0 differ");
    let theirs =
        peer.map_or_else(|| "not measured".to_owned(), |(peer, _)| format!("{} ms", list(&peer.by_zoom_ms)));
    report.add("heat tile by zoom", format!("{} ms", list(ours.in_order())), theirs, "");
}

/// Ten times as many rows.
fn large(report: &mut Report, size: usize, data: &Path) {
    let (atlas, thread) = open(data);
    let every = [ours::everything(), ours::of_period(), ours::of_category()]
        .map(|filter| ours::tiles(&atlas, &filter));
    let worst = every.iter().map(Spread::p99).fold(0.0, f64::max);
    report.add(format!("a tile over {size} points, any of three filters, p99"), ms(worst), "", "< 10 ms");
    let sample = ours::some_tiles(&atlas);
    drop(atlas);
    close(thread);
    let bytes = http::resident_bytes(data, &sample) as f64 / size as f64;
    report.add(format!("memory, serving {size} points"), format!("{bytes:.0} bytes a point"), "", "< 80");
}
