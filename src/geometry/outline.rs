//! Cutting lines and rings to a tile, in tile coordinates.
//!
//! Vertices are rounded to a grid that is the same for every shape, so a border shared by two municipalities stays shared:
//! the same vertices round to the same places and are dropped or kept together.

use super::shape::Path;
use super::{Mercator, Shape, Tile};

/// Width of a tile in tile coordinates.
pub const EXTENT: i64 = 4_096;
/// How far shapes are drawn beyond the tile's edge, so that their strokes have no visible ends.
pub const BUFFER: i64 = 64;
/// Borders are rounded to this many tile coordinates: half a screen pixel in a tile of 512.
const SNAP: i64 = 4;

/// A place in tile coordinates.
pub type TilePoint = (i64, i64);

/// A shape with its vertices in Mercator units, computed once.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Outer ring and holes, polygon by polygon, or lines one by one.
    parts: Vec<Part>,
    closed: bool,
}

#[derive(Debug, Clone)]
struct Part {
    paths: Vec<Vec<Mercator>>,
    west: u32,
    east: u32,
    north: u32,
    south: u32,
}

impl Outline {
    /// The outline of a shape; a point has none. Cost: O(v).
    #[must_use]
    pub fn of(shape: &Shape) -> Option<Self> {
        let (parts, closed): (Vec<Part>, bool) = match shape {
            Shape::Point(_) => return None,
            Shape::Lines(lines) => (lines.iter().map(|l| Part::of(std::slice::from_ref(l))).collect(), false),
            Shape::Polygons(polygons) => (polygons.iter().map(|rings| Part::of(rings)).collect(), true),
        };
        Some(Self { parts, closed })
    }

    /// Whether the outline is made of rings.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The pieces that meet the tile and its buffer: polygon by polygon (outer ring first), or line by line.
    ///
    /// Rings that become less than a dot are left out. Cost: O(v) of the parts whose box meets the tile.
    #[must_use]
    pub fn cut(&self, tile: Tile) -> Vec<Vec<Vec<TilePoint>>> {
        let pieces = self
            .parts_near(tile)
            .map(|part| if self.closed { cut_polygon(part, tile) } else { cut_line(&part.paths[0], tile) });
        pieces.filter(|piece| !piece.is_empty()).collect()
    }

    /// Whether [`Self::cut`] may find anything: a part's box meets the tile and its buffer. Cost: O(parts).
    #[must_use]
    pub fn may_meet(&self, tile: Tile) -> bool {
        self.parts_near(tile).next().is_some()
    }

    fn parts_near(&self, tile: Tile) -> impl Iterator<Item = &Part> {
        let rect = tile.widened(tile.size() * BUFFER as u64 / EXTENT as u64 + 1);
        self.parts.iter().filter(move |part| {
            part.west <= rect.max.x
                && part.east >= rect.min.x
                && part.north <= rect.max.y
                && part.south >= rect.min.y
        })
    }
}

impl Part {
    fn of(paths: &[Path]) -> Self {
        let paths: Vec<Vec<Mercator>> =
            paths.iter().map(|path| path.iter().map(|p| Mercator::from(*p)).collect()).collect();
        let all = || paths.iter().flatten();
        Self {
            west: all().map(|m| m.x).min().unwrap_or(0),
            east: all().map(|m| m.x).max().unwrap_or(0),
            north: all().map(|m| m.y).min().unwrap_or(0),
            south: all().map(|m| m.y).max().unwrap_or(0),
            paths,
        }
    }
}

/// Tile coordinates of a place.
#[must_use]
pub fn tile_point(m: Mercator, tile: Tile) -> TilePoint {
    let origin = tile.origin();
    let scale = |v: u32, from: u32| ((i64::from(v) - i64::from(from)) * EXTENT) >> (32 - u32::from(tile.z));
    (scale(m.x, origin.x), scale(m.y, origin.y))
}

fn snapped(path: &[Mercator], tile: Tile) -> Vec<TilePoint> {
    let snap = |v: i64| (v + SNAP / 2).div_euclid(SNAP) * SNAP;
    let mut points: Vec<TilePoint> = path
        .iter()
        .map(|m| {
            let (x, y) = tile_point(*m, tile);
            (snap(x), snap(y))
        })
        .collect();
    points.dedup();
    points
}

fn cut_polygon(part: &Part, tile: Tile) -> Vec<Vec<TilePoint>> {
    let mut rings = part.paths.iter().map(|ring| clip_ring(snapped(ring, tile)));
    let Some(outer) = rings.next().filter(|ring| is_area(ring)) else { return Vec::new() };
    std::iter::once(outer).chain(rings.filter(|ring| is_area(ring))).collect()
}

/// Whether a ring encloses anything.
pub(super) fn is_area(ring: &[TilePoint]) -> bool {
    let next = ring.iter().cycle().skip(1);
    ring.len() >= 3 && ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<i64>() != 0
}

/// Sutherland–Hodgman against the four edges of tile and buffer (CACM 17, 1974).
pub(super) fn clip_ring(ring: Vec<TilePoint>) -> Vec<TilePoint> {
    let (low, high) = (-BUFFER, EXTENT + BUFFER);
    let sides: [(bool, i64, bool); 4] =
        [(true, low, true), (true, high, false), (false, low, true), (false, high, false)];
    let mut ring = ring;
    for (horizontal, limit, keep_above) in sides {
        let value = |p: &TilePoint| if horizontal { p.0 } else { p.1 };
        let inside = |p: &TilePoint| if keep_above { value(p) >= limit } else { value(p) <= limit };
        if ring.iter().all(inside) {
            continue;
        }
        let mut kept = Vec::with_capacity(ring.len());
        for (n, point) in ring.iter().enumerate() {
            let before = &ring[(n + ring.len() - 1) % ring.len()];
            if inside(before) != inside(point) {
                kept.push(crossing(*before, *point, horizontal, limit));
            }
            if inside(point) {
                kept.push(*point);
            }
        }
        kept.dedup();
        ring = kept;
    }
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

/// Where the edge from `a` to `b` crosses a side. Computed from the lower end, so that both neighbours of a shared border
/// get the same place.
fn crossing(a: TilePoint, b: TilePoint, horizontal: bool, limit: i64) -> TilePoint {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    let along = |from: i64, to: i64, num: i64, den: i64| from + ((to - from) * num + den / 2).div_euclid(den);
    if horizontal {
        let (num, den) = (limit - a.0, b.0 - a.0);
        (limit, along(a.1, b.1, num, den))
    } else {
        let (num, den) = (limit - a.1, b.1 - a.1);
        let (num, den) = if den < 0 { (-num, -den) } else { (num, den) };
        (along(a.0, b.0, num, den), limit)
    }
}

/// Pieces of a line inside tile and buffer, by Liang and Barsky (ACM TOG 3, 1984).
fn cut_line(line: &[Mercator], tile: Tile) -> Vec<Vec<TilePoint>> {
    let points = snapped(line, tile);
    let mut pieces: Vec<Vec<TilePoint>> = Vec::new();
    for w in points.windows(2) {
        let Some((from, to)) = clip_segment(w[0], w[1]) else { continue };
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
    }
    pieces.retain(|piece| piece.iter().any(|p| *p != piece[0]));
    pieces
}

fn clip_segment(a: TilePoint, b: TilePoint) -> Option<(TilePoint, TilePoint)> {
    let (dx, dy) = ((b.0 - a.0) as f64, (b.1 - a.1) as f64);
    let (low, high) = (-BUFFER as f64, (EXTENT + BUFFER) as f64);
    let (mut enter, mut leave) = (0f64, 1f64);
    for (d, from) in [(dx, a.0 as f64), (dy, a.1 as f64)] {
        if d == 0.0 {
            if from < low || from > high {
                return None;
            }
            continue;
        }
        let (t1, t2) = ((low - from) / d, (high - from) / d);
        enter = enter.max(t1.min(t2));
        leave = leave.min(t1.max(t2));
    }
    let at = |t: f64| ((a.0 as f64 + dx * t).round() as i64, (a.1 as f64 + dy * t).round() as i64);
    (enter < leave).then(|| (at(enter), at(leave)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Position;

    fn square(west: f64, south: f64, east: f64, north: f64) -> Shape {
        let p = |lon, lat| Position::parse_degrees(lon, lat).unwrap();
        Shape::Polygons(vec![vec![vec![p(west, south), p(east, south), p(east, north), p(west, north)]]])
    }

    #[test]
    fn a_polygon_around_a_tile_is_cut_to_the_tile_and_its_buffer() {
        let outline = Outline::of(&square(-100.0, -60.0, 100.0, 60.0)).unwrap();
        let tile = Tile::parse(4, 8, 7).unwrap();
        let pieces = outline.cut(tile);
        assert_eq!(pieces.len(), 1);
        let mut ring = pieces[0][0].clone();
        ring.sort_unstable();
        let (low, high) = (-BUFFER, EXTENT + BUFFER);
        assert_eq!(ring, [(low, low), (low, high), (high, low), (high, high)]);
    }

    #[test]
    fn a_shape_far_away_leaves_nothing() {
        let outline = Outline::of(&square(10.0, 10.0, 11.0, 11.0)).unwrap();
        assert!(outline.cut(Tile::parse(6, 0, 0).unwrap()).is_empty());
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two_pieces() {
        let p = |lon, lat| Position::parse_degrees(lon, lat).unwrap();
        let line = Shape::Lines(vec![vec![p(1.0, 1.0), p(1.0, 80.0), p(2.0, 80.0), p(2.0, 1.0)]]);
        let tile = Tile::at(Mercator::from(p(1.5, 1.0)), 6);
        assert_eq!(Outline::of(&line).unwrap().cut(tile).iter().map(Vec::len).sum::<usize>(), 2);
    }
}
