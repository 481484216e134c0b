//! Which tiles of a layer may show something: what an archive must look at.
//!
//! Every tile that shows something is among them, and few that do not. Whether one does is known when it is drawn.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::Reading;
use super::tiles::{TileKind, VectorLayer};
use crate::analytics::selection::{Selection, View};
use crate::geometry::{Mercator, Tile, zorder};
use crate::snapshot::Snapshot;
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::layer::Layer;
use crate::snapshot::problems::ProblemColumns;

/// There are more tiles than one may ask for.
#[derive(Debug, PartialEq, Eq)]
pub struct TooMany;

/// Tiles of `zooms` in which a layer may show something under a selection, zoom by zoom. Of hexagons, hot spots and
/// pictures there are none.
///
/// Errors: more than `most` of them. Cost: O(rows selected · log tiles), then O(log) a tile and zoom.
pub fn coverage(
    reading: &Reading,
    kind: TileKind,
    selection: &Selection,
    zooms: &RangeInclusive<u8>,
    most: usize,
) -> Result<Vec<Tile>, TooMany> {
    let snapshot = &reading.snapshot;
    match kind {
        TileKind::Vector(VectorLayer::Problems) => {
            let parts = snapshot.problems.parts();
            let view = Layer::<ProblemColumns>::view(&parts, selection, reading.today);
            let places = Places::of_rows(&view, snapshot, *zooms.end(), most)?;
            descend(zooms, most, |tile| places.any_in(tile) || shape_meets(snapshot, &view, tile))
        }
        TileKind::Vector(VectorLayer::Appeals) => {
            let parts = snapshot.appeals.parts();
            let view = Layer::<AppealColumns>::view(&parts, selection, reading.today);
            let places = Places::of_rows(&view, snapshot, *zooms.end(), most)?;
            descend(zooms, most, |tile| places.any_in(tile))
        }
        TileKind::Vector(VectorLayer::Municipalities) => {
            let places = Places::of_names(snapshot);
            let outlined = |tile| snapshot.outlines.iter().any(|(_, outline)| outline.may_meet(tile));
            descend(zooms, most, |tile| places.any_in(tile) || outlined(tile))
        }
        TileKind::Vector(VectorLayer::Hexes | VectorLayer::Hotspots)
        | TileKind::Heat(..)
        | TileKind::Markers(..)
        | TileKind::Choropleth(..) => Ok(Vec::new()),
    }
}

/// Walks down from the tile of the whole world, into tiles that `may_show` takes.
fn descend(
    zooms: &RangeInclusive<u8>,
    most: usize,
    may_show: impl Fn(Tile) -> bool,
) -> Result<Vec<Tile>, TooMany> {
    let (mut found, mut level) = (Vec::new(), vec![Tile { z: 0, x: 0, y: 0 }]);
    for z in 0..=*zooms.end() {
        level.retain(|tile| may_show(*tile));
        if zooms.contains(&z) {
            found.extend_from_slice(&level);
        }
        if level.len().max(found.len()) > most {
            return Err(TooMany);
        }
        level = level.into_iter().flat_map(Tile::children).collect();
    }
    Ok(found)
}

/// Keys of places on the curve, ascending.
struct Places(Vec<u64>);

impl Places {
    /// Where selected rows stand, to the precision of the deepest zoom, and where symbols of municipalities do.
    fn of_rows(view: &View<'_>, snapshot: &Snapshot, deepest: u8, most: usize) -> Result<Self, TooMany> {
        let unknown = u64::MAX.checked_shr(2 * u32::from(deepest)).unwrap_or(0);
        let (mut cells, mut last) = (BTreeSet::new(), None);
        view.for_each(|part, row| {
            let cell = view.parts[part].columns.key(row) & !unknown;
            // Rows come in the order of the curve, so most share their cell with the one before.
            if last != Some(cell) && cells.len() <= most {
                cells.insert(cell);
                last = Some(cell);
            }
        });
        if cells.len() > most {
            return Err(TooMany);
        }
        cells.extend(snapshot.seats.iter().copied().map(zorder::encode));
        Ok(Self(cells.into_iter().collect()))
    }

    /// Where labels and settlements stand.
    fn of_names(snapshot: &Snapshot) -> Self {
        let dictionary = &snapshot.dictionary;
        let labels = dictionary.municipalities.iter().map(|m| m.current().label_point);
        let all = labels.chain(dictionary.settlements.iter().map(|settlement| settlement.point));
        let mut keys: Vec<u64> = all.map(|at| zorder::encode(Mercator::from(at))).collect();
        keys.sort_unstable();
        Self(keys)
    }

    fn any_in(&self, tile: Tile) -> bool {
        let keys = tile.keys();
        let first = self.0.partition_point(|key| *key < keys.start);
        self.0.get(first).is_some_and(|key| keys.contains(key))
    }
}

/// Whether the box of a selected problem's line or polygon meets a tile.
fn shape_meets(snapshot: &Snapshot, view: &View<'_>, tile: Tile) -> bool {
    let bounds = tile.bounds();
    snapshot.problems.segments().iter().enumerate().any(|(part, segment)| {
        segment.extra.shapes_nearby().meeting(&bounds).any(|row| view.takes(part, row as usize))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_ends_as_soon_as_there_are_too_many_tiles() {
        assert_eq!(descend(&(0..=22), 1_000, |_| true), Err(TooMany));
        assert_eq!(descend(&(0..=2), 21, |_| true).map(|tiles| tiles.len()), Ok(21));
        assert_eq!(descend(&(22..=22), 1_000, |tile| tile.x == 0 && tile.y == 0).map(|t| t.len()), Ok(1));
    }

    #[test]
    fn places_are_found_in_the_tiles_that_hold_them() {
        let place = Mercator { x: 3 << 30, y: 1 << 30 };
        let places = Places(vec![zorder::encode(place)]);
        for z in 0..=20 {
            let tile = Tile::at(place, z);
            assert!(places.any_in(tile));
            let beside = Tile { x: tile.x ^ 1, ..tile };
            assert!(z == 0 || !places.any_in(beside));
        }
    }
}
