//! Hexagons of H3, a grid of the whole Earth in 16 sizes: which cell holds a place, and what the cell looks like on a tile.
//!
//! Source: H3, <https://h3geo.org>; its cells and their numbers are those of every other program that knows H3.

use std::fmt;

use h3o::{CellIndex, LatLng, Resolution};

use super::mercator::EQUATOR_M;
use super::outline::{BUFFER, EXTENT, TilePoint, clip_ring, is_area};
use super::zorder::Rect;
use super::{Mercator, Position, Tile};

/// The finest resolution that is served: hexagons 19 m wide.
pub const FINEST: u8 = 12;
/// Units of Mercator around the Earth.
const WORLD: i64 = 1 << 32;
/// Hexagons of a resolution differ in size: none reaches further from its centre than this many mean edges.
const LONGEST_EDGE: f64 = 1.5;
/// Metres in a degree of latitude, rounded down, so that a distance spans no fewer degrees than it is taken for.
const METRES_PER_DEG: f64 = 110_000.0;
/// The last latitude of Mercator, degrees.
const LAST_LAT: f64 = 85.051_128_7;

/// A hexagon; twelve of each resolution are pentagons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hex(CellIndex);

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Hex {
    /// The hexagon of a resolution (0…[`FINEST`]) that holds a place. Cost: below 1 µs.
    #[must_use]
    pub fn at(p: Position, resolution: u8) -> Self {
        let place = LatLng::new(p.lat_deg(), p.lon_deg()).expect("positions are finite");
        Self(place.to_cell(of(resolution)))
    }

    /// A number for the feature id of a vector tile: 47 bits, which JavaScript keeps exactly. The mode and the digits beyond
    /// [`FINEST`] are left out, for they are always the same.
    #[must_use]
    pub fn feature_id(self) -> u64 {
        (u64::from(self.0) >> (3 * (15 - FINEST))) & ((1 << 47) - 1)
    }

    /// Its centre.
    #[must_use]
    pub fn centre(self) -> Position {
        position(self.0.into())
    }

    /// The hexagons that share an edge with it, in no particular order: six, five around a pentagon.
    #[must_use]
    pub fn around(self) -> Vec<Self> {
        let disk: Vec<CellIndex> = self.0.grid_disk(1);
        disk.into_iter().filter(|cell| *cell != self.0).map(Self).collect()
    }

    /// Its corners as places, counter-clockwise. A hexagon across the antimeridian ends at it, on the side of its centre.
    #[must_use]
    pub fn ring(self) -> Vec<Position> {
        let home = self.centre().lon_deg();
        let corner = |place: &LatLng| {
            let turns = ((place.lng() - home) / 360.0).round();
            let lon = (place.lng() - 360.0 * turns).clamp(-180.0, 180.0);
            position(LatLng::new(place.lat(), lon).expect("H3 has its places on Earth"))
        };
        self.0.boundary().iter().map(corner).collect()
    }

    /// The pieces in a tile and its buffer, each one ring: none, one, or two where the hexagon lies across the antimeridian.
    #[must_use]
    pub fn cut(self, tile: Tile) -> Vec<Vec<Vec<TilePoint>>> {
        let corners = self.corners();
        let ring = |turn: i64| clip_ring(corners.iter().map(|&(x, y)| scaled(x + turn, y, tile)).collect());
        [-WORLD, 0, WORLD].map(ring).into_iter().filter(|ring| is_area(ring)).map(|ring| vec![ring]).collect()
    }

    /// Corners in Mercator units; those beyond the antimeridian are counted on, so that neighbours are near one another.
    fn corners(self) -> Vec<(i64, i64)> {
        let home = i64::from(Mercator::from(self.centre()).x);
        let near = |x: i64| x - WORLD * ((x - home + WORLD / 2).div_euclid(WORLD));
        let boundary = self.0.boundary();
        let corner = |place: &LatLng| {
            let m = Mercator::from(position(*place));
            (near(i64::from(m.x)), i64::from(m.y))
        };
        boundary.iter().map(corner).collect()
    }
}

/// The boxes that together hold every place of every hexagon of a resolution that meets the tile or its buffer: two where
/// they lie across the antimeridian.
#[must_use]
pub fn reach(tile: Tile, resolution: u8) -> Vec<Rect> {
    let buffer = tile.size() * BUFFER as u64 / EXTENT as u64 + 1;
    let buffered = tile.widened(buffer);
    // From a corner in the tile across the whole hexagon.
    let metres = 2.0 * LONGEST_EDGE * of(resolution).edge_length_m();
    let latitudes = [buffered.min, buffered.max].map(|m| m.position().lat_deg().abs());
    let latitude = (latitudes[0].max(latitudes[1]) + metres / METRES_PER_DEG).min(LAST_LAT);
    let units = metres / (EQUATOR_M * latitude.to_radians().cos()) * WORLD as f64;
    let margin = buffer + units.ceil() as u64;
    let main = tile.widened(margin);
    let west = i64::from(tile.origin().x) - margin as i64;
    let east = i64::from(tile.origin().x) + (tile.size() + margin) as i64 - WORLD;
    let strip = |from: i64, to: i64| Rect {
        min: Mercator { x: from.max(0) as u32, ..main.min },
        max: Mercator { x: to.min(WORLD - 1) as u32, ..main.max },
    };
    let beyond_west = (west < 0).then(|| strip(west + WORLD, WORLD - 1));
    let beyond_east = (east > 0).then(|| strip(0, east));
    std::iter::once(main).chain(beyond_west).chain(beyond_east).collect()
}

fn of(resolution: u8) -> Resolution {
    Resolution::try_from(resolution).expect("H3 has more resolutions than are served")
}

fn position(place: LatLng) -> Position {
    let lat = place.lat().clamp(-LAST_LAT, LAST_LAT);
    Position::parse_degrees(place.lng(), lat).expect("H3 has its places on Earth")
}

fn scaled(x: i64, y: i64, tile: Tile) -> TilePoint {
    let origin = tile.origin();
    let scale = |v: i64, from: u32| ((v - i64::from(from)) * EXTENT) >> (32 - u32::from(tile.z));
    (scale(x, origin.x), scale(y, origin.y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(lon: f64, lat: f64) -> Position {
        Position::parse_degrees(lon, lat).unwrap()
    }

    #[test]
    fn cells_are_those_of_other_programs() {
        // From `h3.latlng_to_cell` of the PyPI package h3 4.
        for (lon, lat, resolution, name) in CELLS {
            assert_eq!(Hex::at(place(lon, lat), resolution).to_string(), name);
        }
    }

    #[test]
    fn neighbours_are_mutual_and_a_ring_runs_counter_clockwise_around_the_centre() {
        for (lon, lat) in [(135.06, 48.48), (140.0, 59.0), (179.9999, 65.0), (-179.9999, 65.0)] {
            let hex = Hex::at(place(lon, lat), 7);
            let around = hex.around();
            assert_eq!(around.len(), 6);
            assert!(around.iter().all(|other| other.around().contains(&hex)));
            let ring = hex.ring();
            let degrees = |n: usize| (ring[n % ring.len()].lon_deg(), ring[n % ring.len()].lat_deg());
            let area: f64 = (0..ring.len())
                .map(|n| {
                    let ((x, y), (next_x, next_y)) = (degrees(n), degrees(n + 1));
                    x * next_y - next_x * y
                })
                .sum();
            assert!(area > 0.0 && area < 0.01, "{area} at {lon}");
        }
    }

    #[test]
    fn a_hexagon_across_the_antimeridian_shows_on_both_sides() {
        let hex = Hex::at(place(179.9999, 65.0), 4);
        assert_eq!(hex, Hex::at(place(-179.9999, 65.0), 4));
        let [west, east] = [-179.99, 179.99].map(|lon| Tile::at(Mercator::from(place(lon, 65.0)), 6));
        assert!(!hex.cut(west).is_empty() && !hex.cut(east).is_empty());
        assert_eq!(hex.cut(Tile::parse(0, 0, 0).unwrap()).len(), 2);
        assert_eq!(reach(west, 4).len(), 2);
    }

    proptest! {
        #[test]
        fn ids_tell_hexagons_apart_and_fit_into_a_double(
            lon in -180.0..180.0, lat in -85.0..85.0, other in -180.0..180.0, resolution in 0..=FINEST
        ) {
            let (a, b) = (Hex::at(place(lon, lat), resolution), Hex::at(place(other, lat), resolution));
            prop_assert_eq!(a.feature_id() == b.feature_id(), a == b);
            prop_assert!(a.feature_id() < 1 << 53);
        }

        #[test]
        fn every_place_of_a_hexagon_that_meets_a_tile_is_within_reach(
            lon in -180.0..180.0, lat in -80.0..80.0, dx in -1.0..1.0f64, dy in -1.0..1.0f64, z in 3u8..14
        ) {
            let resolution = (z - 1) * 2 / 3;
            let home = place(lon, lat);
            let hex = Hex::at(home, resolution);
            let tile = Tile::at(Mercator::from(home), z);
            let span = 60.0 / 2f64.powi(i32::from(resolution));
            let other = place((lon + dx * span).clamp(-180.0, 180.0), (lat + dy * span / 2.0).clamp(-85.0, 85.0));
            if Hex::at(other, resolution) == hex {
                let m = Mercator::from(other);
                prop_assert!(reach(tile, resolution).iter().any(|rect| rect.contains(m)));
            }
        }

        #[test]
        fn pieces_wind_as_tiles_want_and_keep_to_the_buffer(lon in -180.0..180.0, lat in -80.0..80.0, z in 0u8..16) {
            let home = place(lon, lat);
            let tile = Tile::at(Mercator::from(home), z);
            for piece in Hex::at(home, z.min(FINEST) * 2 / 3).cut(tile) {
                let inside = |v: i64| (-BUFFER..=EXTENT + BUFFER).contains(&v);
                prop_assert!(piece[0].iter().all(|&(x, y)| inside(x) && inside(y)));
                prop_assert!(is_area(&piece[0]));
            }
        }
    }

    const CELLS: [(f64, f64, u8, &str); 4] = [
        (135.06, 48.48, 4, "8414d65ffffffff"),
        (135.06, 48.48, 12, "8c14d64ad0415ff"),
        (-73.9857, 40.7484, 9, "892a100d2d7ffff"),
        (179.9999, -17.0, 0, "809bfffffffffff"),
    ];
}
