//! Our side, in this process, so that processor time can be read to the microsecond.

use std::sync::Arc;
use std::time::Duration;

use atlas::analytics::density::{self, Weight};
use atlas::analytics::selection::Selection;
use atlas::analytics::{clusters, pyramid};
use atlas::geometry::{Mercator, Position, Tile};
use atlas::service::Atlas;
use atlas::service::coverage::coverage;
use atlas::service::encoding::Encoding;
use atlas::service::filter::{Filter, Moment};
use atlas::service::heat::HeatStyle;
use atlas::service::tiles::{HeatLayer, TileKind, TileRequest, VectorLayer};
use atlas::snapshot::appeals::AppealColumns;
use atlas::snapshot::dictionary::FallbackPlaces;
use atlas::snapshot::layer::{Entry, Layer};

use super::super::support::{Chance, own_cpu, thread_cpu};
use super::{CENTRE, DEEPEST};

const KIND: TileKind = TileKind::Vector(VectorLayer::Appeals);
/// Tiles that one measurement draws at most.
const MAX_TILES: usize = 200_000;
/// Points that are inserted one by one.
const INSERTED: usize = 1_000;
const ROUNDS: usize = 5;

/// Processor milliseconds of many things of a kind.
pub struct Spread {
    in_order: Vec<f64>,
    sorted: Vec<f64>,
}

impl Spread {
    fn of(in_order: Vec<f64>) -> Self {
        let mut sorted = in_order.clone();
        sorted.sort_by(f64::total_cmp);
        Self { in_order, sorted }
    }

    fn at(&self, share: f64) -> f64 {
        let last = self.sorted.len().saturating_sub(1);
        let at = (self.sorted.len() as f64 * share) as usize;
        self.sorted.get(at.min(last)).copied().unwrap_or(0.0)
    }

    pub fn count(&self) -> usize {
        self.sorted.len()
    }

    pub fn total(&self) -> f64 {
        self.sorted.iter().sum()
    }

    pub fn mean(&self) -> f64 {
        self.total() / self.count().max(1) as f64
    }

    pub fn p50(&self) -> f64 {
        self.at(0.5)
    }

    pub fn p99(&self) -> f64 {
        self.at(0.99)
    }

    pub fn worst(&self) -> f64 {
        self.at(1.0)
    }

    pub fn in_order(&self) -> &[f64] {
        &self.in_order
    }
}

/// Processor milliseconds of some work of this thread.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let before = thread_cpu();
    let result = work();
    (milliseconds(thread_cpu() - before), result)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

pub fn everything() -> Filter {
    Filter::default()
}

/// Keeps the rows of [`super::PERIOD`]: about 5 %.
pub fn of_period() -> Filter {
    let day = |text: &str| Some(Moment::Day(text.parse().expect("a date")));
    let (first, last) = super::PERIOD;
    Filter {
        registered_from: day(&format!("{first}-01")),
        registered_to: day(&format!("{last}-28")),
        ..Filter::default()
    }
}

pub fn of_category() -> Filter {
    Filter { category: vec!["roads".to_owned()], ..Filter::default() }
}

fn request(atlas: &Atlas, filter: &Filter, kind: TileKind, tile: Tile) -> TileRequest {
    TileRequest { reading: atlas.read(), filter: filter.clone(), kind, tile }
}

/// All tiles to [`DEEPEST`] that hold something: filter, clusters and encoding, as for a request that nobody made before.
pub fn tiles(atlas: &Atlas, filter: &Filter) -> Spread {
    let reading = atlas.read();
    let selection = filter.select_appeals(&reading).expect("the filter is plain");
    let tiles =
        coverage(&reading, KIND, &selection, &(0..=DEEPEST), MAX_TILES).expect("they gather around towns");
    let draw = |tile| {
        let request = request(atlas, filter, KIND, tile);
        let (ms, (_, bytes)) =
            timed(|| atlas.tile(&request, Encoding::Identity).expect("the filter is plain"));
        (!bytes.is_empty()).then_some(ms)
    };
    Spread::of(tiles.into_iter().filter_map(draw).collect())
}

/// What all tiles to [`DEEPEST`] show, without encoding them.
pub fn contents(atlas: &Atlas, filter: &Filter) -> Spread {
    let reading = atlas.read();
    let selection = filter.select_appeals(&reading).expect("the filter is plain");
    let parts = reading.snapshot.appeals.parts();
    let view = Layer::<AppealColumns>::view(&parts, &selection, reading.today);
    let tiles =
        coverage(&reading, KIND, &selection, &(0..=DEEPEST), MAX_TILES).expect("they gather around towns");
    let show = |tile| {
        let (ms, content) = timed(|| clusters::tile_content(&view, tile, &reading.snapshot.seats));
        (content.row_count() > 0).then_some(ms)
    };
    Spread::of(tiles.into_iter().filter_map(show).collect())
}

/// What a filter costs that nobody has asked for before: finding its rows and counting them by cell. The segments of a
/// layer keep what they found, so this is true once.
pub fn select_first(atlas: &Atlas, filter: &Filter) -> f64 {
    let reading = atlas.read();
    let selection = filter.select_appeals(&reading).expect("the filter is plain");
    let parts = reading.snapshot.appeals.parts();
    timed(|| pyramid::warm(&Layer::<AppealColumns>::view(&parts, &selection, reading.today))).0
}

/// Building columns and counts of all rows, processor milliseconds of all threads.
pub fn build(atlas: &Atlas) -> f64 {
    let reading = atlas.read();
    let (entries, selection) = (entries(&reading.snapshot.appeals), Selection::default());
    let before = own_cpu();
    let layer = Layer::<AppealColumns>::build(entries, &FallbackPlaces::default(), 1);
    let parts = layer.parts();
    pyramid::warm(&Layer::<AppealColumns>::view(&parts, &selection, reading.today));
    milliseconds(own_cpu() - before)
}

/// All rows, in the order in which they came.
fn entries(layer: &Layer<AppealColumns>) -> Vec<Entry<AppealColumns>> {
    let rows = layer.segments().iter().flat_map(|s| (0..s.columns.len()).map(|n| s.columns.row(n)));
    let mut entries: Vec<_> = rows.map(|row| Entry { row, item: None }).collect();
    entries.sort_by_key(|entry| entry.row.number);
    entries
}

/// New points near others.
fn new_entries(layer: &Layer<AppealColumns>) -> Vec<Entry<AppealColumns>> {
    let (mut chance, all) = (Chance(5), entries(layer));
    let new = |n: usize| {
        let mut row = all[(chance.unit() * all.len() as f64) as usize].row;
        row.number = layer.last_number() + 1 + n as u32;
        row.place.x ^= 0x3ff;
        Entry { row, item: None }
    };
    (0..INSERTED).map(new).collect()
}

/// Inserting points one by one, each seen by whoever asks next.
pub fn insert(atlas: &Atlas) -> Spread {
    let mut layer = atlas.read().snapshot.appeals.clone();
    let mut times = Vec::new();
    for entry in new_entries(&layer) {
        let (ms, next) = timed(|| layer.with(vec![entry], &FallbackPlaces::default(), 2));
        times.push(ms);
        layer = next;
    }
    Spread::of(times)
}

/// Inserting points one by one, and what the tile over the densest place shows then.
pub fn visible(atlas: &Atlas) -> Spread {
    let reading = atlas.read();
    let (mut layer, seats, everything) =
        (reading.snapshot.appeals.clone(), reading.snapshot.seats.clone(), Selection::default());
    let mut times = Vec::new();
    for entry in new_entries(&layer).into_iter().take(100) {
        let tile = Tile::at(entry.row.place, 12);
        let (ms, next) = timed(|| {
            let next = layer.with(vec![entry], &FallbackPlaces::default(), 2);
            let parts = next.parts();
            let view = Layer::<AppealColumns>::view(&parts, &everything, reading.today);
            assert!(clusters::tile_content(&view, tile, &seats).row_count() > 0);
            drop(parts);
            next
        });
        times.push(ms);
        layer = next;
    }
    Spread::of(times)
}

/// Counting the rows of a category and a period.
pub fn select(atlas: &Atlas) -> f64 {
    let filter = Filter { category: of_category().category, ..of_period() };
    let reading = atlas.read();
    let once = || {
        timed(|| {
            let selection = filter.select_appeals(&reading).expect("the filter is plain");
            let parts = reading.snapshot.appeals.parts();
            let view = Layer::<AppealColumns>::view(&parts, &selection, reading.today);
            assert!(view.count() > 0);
        })
    };
    Spread::of((0..ROUNDS).map(|_| once().0).collect()).p50()
}

fn centre() -> Mercator {
    let e7 = |degrees: f64| (degrees * 1e7) as i32;
    Mercator::from(Position::new(e7(CENTRE.0), e7(CENTRE.1)))
}

/// Heat tiles over the densest place, zoom by zoom, the first time that anybody asks.
pub fn heat(atlas: &Atlas) -> Spread {
    let kind = TileKind::Heat(HeatLayer::Appeals, HeatStyle::default());
    let draw = |z| {
        let request = request(atlas, &everything(), kind, Tile::at(centre(), z));
        timed(|| atlas.tile(&request, Encoding::Identity).expect("the filter is plain")).0
    };
    Spread::of((0..=DEEPEST).map(draw).collect())
}

/// How many points lie in each cell of those tiles, before the kernel spreads them.
pub fn heat_counts(atlas: &Atlas) -> Vec<u32> {
    const SIDE: usize = 256;
    let (reading, everything) = (atlas.read(), Selection::default());
    let parts = reading.snapshot.appeals.parts();
    let view = Layer::<AppealColumns>::view(&parts, &everything, reading.today);
    let tiles = (0..=DEEPEST).map(|z| Tile::at(centre(), z));
    let counts = tiles.map(|tile| density::count(&view, tile, SIDE, 0, Weight::Count));
    counts.flat_map(|counts| counts.expect("it is the densest place")).map(|count| count as u32).collect()
}

/// The tile over the densest place whose length is nearest to `bytes`.
pub fn tile_of_about(atlas: &Atlas, bytes: usize) -> (Tile, Arc<[u8]>) {
    let all = (0..=clusters::LAST_ZOOM).map(|z| {
        let tile = Tile::at(centre(), z);
        let request = request(atlas, &everything(), KIND, tile);
        (tile, atlas.tile(&request, Encoding::Identity).expect("the filter is plain").1)
    });
    all.min_by_key(|(_, made)| made.len().abs_diff(bytes)).expect("there are zooms")
}

/// Tiles of zooms 10 to [`DEEPEST`] with something in them, evenly chosen.
pub fn some_tiles(atlas: &Atlas) -> Vec<Tile> {
    const SOME: usize = 300;
    let reading = atlas.read();
    let selection = everything().select_appeals(&reading).expect("the filter is plain");
    let tiles =
        coverage(&reading, KIND, &selection, &(10..=DEEPEST), MAX_TILES).expect("they gather around towns");
    let step = (tiles.len() / SOME).max(1);
    tiles.into_iter().step_by(step).collect()
}
