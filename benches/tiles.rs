//! What does a tile cost that nobody has asked for before, over a million problems?
//!
//! In this process, so that processor time can be read to the microsecond: selection, clusters or density, and encoding.
//! At each zoom the tiles over the densest place, where a tile is dearest, and around it.

use atlas::geometry::{Mercator, Position, Tile};
use atlas::service::Atlas;
use atlas::service::encoding::Encoding;
use atlas::service::filter::Filter;
use atlas::service::heat::HeatStyle;
use atlas::service::tiles::{HeatLayer, TileKind, TileRequest, VectorLayer};

use super::support::{self, Rows, Table, large_world, open, own_cpu};

const DEEPEST: u8 = 16;
/// Tiles on each side of the one in the middle.
const AROUND: u32 = 1;

pub fn run(table: &mut Table) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let data = large_world(Rows::Problems, place.path());
    let (atlas, thread) = open(&data);
    let vector = TileKind::Vector(VectorLayer::Problems);
    let heat = TileKind::Heat(HeatLayer::Problems, HeatStyle::default());
    report(table, "cluster tile over 1,000,000 problems", "< 5 ms at any zoom", &measure(&atlas, vector, 0));
    report(table, "heat tile over 1,000,000 problems, z ≥ 6", "< 5 ms", &measure(&atlas, heat, 6));
    drop(atlas);
    support::close(thread);
}

/// Processor milliseconds of the dearest tile, by zoom.
struct AtZoom {
    z: u8,
    worst_ms: f64,
}

fn measure(atlas: &Atlas, kind: TileKind, from: u8) -> Vec<AtZoom> {
    (from..=DEEPEST).map(|z| at_zoom(atlas, kind, z)).collect()
}

fn at_zoom(atlas: &Atlas, kind: TileKind, z: u8) -> AtZoom {
    let centre = Tile::at(Mercator::from(Position::new(1_350_719_000, 484_827_000)), z);
    let (west, north) = (centre.x.saturating_sub(AROUND), centre.y.saturating_sub(AROUND));
    let last = (1 << z) - 1;
    let mut worst_ms: f64 = 0.0;
    for x in west..=(centre.x + AROUND).min(last) {
        for y in north..=(centre.y + AROUND).min(last) {
            let tile = Tile { z, x, y };
            let request = TileRequest { reading: atlas.read(), filter: Filter::default(), kind, tile };
            let before = own_cpu();
            atlas.tile(&request, Encoding::Identity).expect("the filter is plain");
            worst_ms = worst_ms.max((own_cpu() - before).as_secs_f64() * 1e3);
        }
    }
    AtZoom { z, worst_ms }
}

fn report(table: &mut Table, what: &str, goal: &str, zooms: &[AtZoom]) {
    let worst = zooms.iter().max_by(|a, b| a.worst_ms.total_cmp(&b.worst_ms)).expect("there are zooms");
    table.add(format!("{what}, dearest (z{})", worst.z), format!("{:.2} ms", worst.worst_ms), goal);
    let list: Vec<String> = zooms.iter().map(|at| format!("z{} {:.1}", at.z, at.worst_ms)).collect();
    table.add(format!("{what}, dearest by zoom"), format!("{} ms", list.join(", ")), "");
}
