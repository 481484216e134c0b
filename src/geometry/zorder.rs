//! The Z-order (Morton) curve: rows sorted by it keep every tile contiguous.
//!
//! Source: G. M. Morton, *A computer oriented geodetic data base and a new technique in file sequencing*, IBM, 1966.

use std::ops::Range;

use super::Mercator;

/// Interleaves x (even bits) and y (odd bits). Cost: constant, no tables.
#[must_use]
pub fn encode(m: Mercator) -> u64 {
    spread(m.x) | (spread(m.y) << 1)
}

/// The inverse of [`encode`].
#[must_use]
pub fn decode(key: u64) -> Mercator {
    Mercator { x: squeeze(key), y: squeeze(key >> 1) }
}

fn spread(v: u32) -> u64 {
    let mut v = u64::from(v);
    v = (v | (v << 16)) & 0x0000_ffff_0000_ffff;
    v = (v | (v << 8)) & 0x00ff_00ff_00ff_00ff;
    v = (v | (v << 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    v = (v | (v << 2)) & 0x3333_3333_3333_3333;
    (v | (v << 1)) & 0x5555_5555_5555_5555
}

fn squeeze(v: u64) -> u32 {
    let mut v = v & 0x5555_5555_5555_5555;
    v = (v | (v >> 1)) & 0x3333_3333_3333_3333;
    v = (v | (v >> 2)) & 0x0f0f_0f0f_0f0f_0f0f;
    v = (v | (v >> 4)) & 0x00ff_00ff_00ff_00ff;
    v = (v | (v >> 8)) & 0x0000_ffff_0000_ffff;
    ((v | (v >> 16)) & 0xffff_ffff) as u32
}

/// A closed rectangle of Mercator units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// North-western corner.
    pub min: Mercator,
    /// South-eastern corner, inclusive.
    pub max: Mercator,
}

impl Rect {
    /// Whether `m` lies inside or on the edge.
    #[must_use]
    pub fn contains(&self, m: Mercator) -> bool {
        (self.min.x..=self.max.x).contains(&m.x) && (self.min.y..=self.max.y).contains(&m.y)
    }

    /// Whether the two have a point in common.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }

    fn covers(&self, other: &Self) -> bool {
        self.contains(other.min) && self.contains(other.max)
    }
}

/// How many ranges [`cover`] returns at most. More ranges mean fewer rows outside the rectangle and more binary
/// searches; past a few dozen the searches cost more than the rows they save.
pub const MAX_RANGES: usize = 32;

/// Key ranges that together hold every key in `rect`, ascending, adjacent ones joined.
///
/// They may hold keys outside it: whoever scans them still tests each row. Breadth first from the whole world: the
/// quadrant that straddles the edge is split until [`MAX_RANGES`] would be passed. Cost: O([`MAX_RANGES`]).
#[must_use]
pub fn cover(rect: &Rect) -> Vec<Range<u64>> {
    let mut inside: Vec<Quadrant> = Vec::new();
    let mut straddling = vec![Quadrant { prefix: 0, level: 0 }];
    // One quadrant becomes at most four: stop while there is still room for that.
    while let Some(position) = straddling.iter().position(|q| q.level < 32) {
        if inside.len() + straddling.len() + 3 > MAX_RANGES {
            break;
        }
        let quadrant = straddling.remove(position);
        for child in quadrant.children() {
            let area = child.rect();
            if rect.covers(&area) {
                inside.push(child);
            } else if rect.meets(&area) {
                straddling.push(child);
            }
        }
    }
    let mut ranges: Vec<Range<u64>> = inside.iter().chain(&straddling).map(Quadrant::keys).collect();
    ranges.sort_unstable_by_key(|r| r.start);
    ranges.dedup_by(|next, previous| {
        let adjacent = next.start == previous.end;
        if adjacent {
            previous.end = next.end;
        }
        adjacent
    });
    ranges
}

/// Key ranges that together hold every key in any of `rects`, ascending; no key is in two of them. See [`cover`].
#[must_use]
pub fn cover_all(rects: &[Rect]) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = rects.iter().flat_map(cover).collect();
    ranges.sort_unstable_by_key(|r| r.start);
    ranges.dedup_by(|next, previous| {
        let joined = next.start <= previous.end;
        if joined {
            previous.end = previous.end.max(next.end);
        }
        joined
    });
    ranges
}

/// A square of the curve: the keys that share their first `2 * level` bits.
struct Quadrant {
    prefix: u64,
    level: u32,
}

impl Quadrant {
    fn children(&self) -> [Self; 4] {
        [0, 1, 2, 3].map(|n| Self { prefix: (self.prefix << 2) | n, level: self.level + 1 })
    }

    fn keys(&self) -> Range<u64> {
        prefix_range(self.prefix, self.level)
    }

    fn rect(&self) -> Rect {
        let first = if self.level == 0 { 0 } else { self.prefix << (64 - 2 * self.level) };
        // At the last level a square is one key.
        let last = first | u64::MAX.checked_shr(2 * self.level).unwrap_or(0);
        Rect { min: decode(first), max: decode(last) }
    }
}

/// Keys whose first `2 * level` bits are `prefix`. The very last key of the curve is left out of a range that ends
/// with it (a range's end is exclusive): it is the south-eastern corner of the world, where Antarctica's cut lies.
#[must_use]
pub fn prefix_range(prefix: u64, level: u32) -> Range<u64> {
    if level == 0 {
        return 0..u64::MAX;
    }
    let shift = 64 - 2 * level;
    let start = prefix << shift;
    start..start.saturating_add(1u64.checked_shl(shift).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn decoding_a_key_gives_back_its_place(x: u32, y: u32) {
            let m = Mercator { x, y };
            prop_assert_eq!(decode(encode(m)), m);
        }

        #[test]
        fn a_cover_holds_every_key_of_its_rectangle(a: u32, b: u32, c: u32, d: u32, fx in 0.0..1.0, fy in 0.0..1.0) {
            let rect = Rect {
                min: Mercator { x: a.min(b), y: c.min(d) },
                max: Mercator { x: a.max(b), y: c.max(d) },
            };
            let at = |lo: u32, hi: u32, f: f64| lo + (f64::from(hi - lo) * f) as u32;
            let inside = Mercator { x: at(rect.min.x, rect.max.x, fx), y: at(rect.min.y, rect.max.y, fy) };
            let ranges = cover(&rect);
            prop_assert!(ranges.len() <= MAX_RANGES);
            prop_assert!(ranges.windows(2).all(|w| w[0].end < w[1].start));
            let key = encode(inside).min(u64::MAX - 1);
            prop_assert!(ranges.iter().any(|r| r.contains(&key)));
        }

        #[test]
        fn a_rectangle_of_one_place_is_covered_by_its_key(x in 0..u32::MAX, y: u32) {
            let place = Mercator { x, y };
            let key = encode(place);
            let ranges = cover(&Rect { min: place, max: place });
            prop_assert_eq!((ranges.len(), ranges[0].clone()), (1, key..key + 1));
        }
    }
}
