//! What a vector tile may hold, and saying so where something had to be left out.
//!
//! Tiles that drop features without a word make maps that lie. A tile that would be too large is drawn again with the
//! features that matter most, and a layer named [`LAYER`] tells how many records are missing.

use std::cmp::Reverse;

use crate::render::vector_tile::{Geometry, TileWriter, Value};

/// Most features of a tile.
pub const FEATURES: usize = 10_000;
/// Most bytes of a tile, not compressed: what Mapbox, whose format it is, allows for.
pub const BYTES: usize = 500_000;
/// The layer that tells what was left out: a point for each layer that is not whole.
pub const LAYER: &str = "truncated";

/// The middle of a tile in its own coordinates.
const MIDDLE: (i64, i64) = (2_048, 2_048);

/// What one drawing of a tile has room for.
pub struct Room {
    features: usize,
    left_out: Vec<LeftOut>,
}

/// Records of a layer for which there was no room.
struct LeftOut {
    layer: &'static str,
    drawn: usize,
    records: u64,
}

impl Room {
    /// The `items` of a layer that are drawn: all of them in their order, or, where there is no room for all, those with the
    /// highest `rank`, highest first. `records` tells how many records an item stands for.
    pub fn take<'a, T, R: Ord>(
        &mut self,
        layer: &'static str,
        items: &'a [T],
        rank: impl Fn(&T) -> R,
        records: impl Fn(&T) -> u64,
    ) -> Vec<&'a T> {
        let mut taken: Vec<&T> = items.iter().collect();
        if taken.len() > self.features {
            taken.sort_by_cached_key(|item| Reverse(rank(item)));
            let records = taken.drain(self.features..).map(records).sum();
            self.leave_out(layer, taken.len(), records);
        }
        self.features -= taken.len();
        taken
    }

    fn leave_out(&mut self, layer: &'static str, drawn: usize, records: u64) {
        match self.left_out.iter_mut().find(|one| one.layer == layer) {
            Some(one) => {
                one.drawn += drawn;
                one.records += records;
            }
            None => self.left_out.push(LeftOut { layer, drawn, records }),
        }
    }

    fn tell(&self, writer: &mut TileWriter) {
        writer.layer(LAYER, |out| {
            for (n, LeftOut { layer, drawn, records }) in self.left_out.iter().enumerate() {
                let tags = [
                    ("layer", Value::Text(layer)),
                    ("drawn", Value::Count(*drawn as u64)),
                    ("left_out", Value::Count(*records)),
                ];
                out.feature(n as u64 + 1, Geometry::Point(MIDDLE), &tags);
            }
        });
    }
}

/// A tile of at most [`FEATURES`] features and [`BYTES`] bytes. `draw` takes what it draws from the room that it is given.
///
/// Cost: one drawing; for a tile that is too large a few, each smaller than the one before.
pub fn within(draw: impl Fn(&mut Room, &mut TileWriter)) -> Vec<u8> {
    let mut features = FEATURES;
    loop {
        let mut room = Room { features, left_out: Vec::new() };
        let mut writer = TileWriter::default();
        draw(&mut room, &mut writer);
        let drawn = features - room.features;
        room.tell(&mut writer);
        let bytes = writer.finish();
        if bytes.len() <= BYTES || drawn == 0 {
            return bytes;
        }
        // In proportion, and one tenth less, because features differ.
        features = (drawn as u128 * BYTES as u128 * 9 / (bytes.len() as u128 * 10)) as usize;
    }
}

#[cfg(test)]
mod tests {
    use fast_mvt::MvtReaderRef;
    use proptest::prelude::*;

    use super::*;

    /// Draws points with a text each, and reads back how many there are and how many are told to be missing.
    fn drawn(lengths: &[usize]) -> (usize, u64, usize) {
        let text = |(n, len): (usize, &usize)| format!("{n}{}", "x".repeat(*len));
        let texts: Vec<String> = lengths.iter().enumerate().map(text).collect();
        let items: Vec<usize> = (0..texts.len()).collect();
        let bytes = within(|room, writer| {
            let taken = room.take("points", &items, |n| *n, |_| 2);
            writer.layer("points", |out| {
                for n in taken {
                    let tags = [("text", Value::Text(&texts[*n]))];
                    out.feature(*n as u64, Geometry::Point(MIDDLE), &tags);
                }
            });
        });
        let (mut points, mut left_out) = (0, 0);
        for layer in MvtReaderRef::new(&bytes).unwrap().layers() {
            for feature in layer.features() {
                points += usize::from(layer.name() == "points");
                left_out += feature
                    .properties()
                    .map(Result::unwrap)
                    .filter(|(key, _)| *key == "left_out")
                    .map(|(_, value)| match value {
                        fast_mvt::MvtValueRef::UInt(n) => n,
                        _ => panic!("a count is a number"),
                    })
                    .sum::<u64>();
            }
        }
        (points, left_out, bytes.len())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_tile_is_within_its_budget_and_counts_what_is_missing(
            lengths in prop::collection::vec(1usize..600, 0..4_000),
        ) {
            let (points, left_out, bytes) = drawn(&lengths);
            prop_assert!(bytes <= BYTES && points <= FEATURES);
            prop_assert_eq!(points as u64 + left_out / 2, lengths.len() as u64);
            let whole: usize = lengths.iter().map(|len| len + 16).sum();
            prop_assert!(left_out == 0 || whole > BYTES / 2, "nothing is left out that had room");
        }
    }

    #[test]
    fn more_features_than_a_tile_may_hold_are_thinned_by_rank() {
        let (points, left_out, _) = drawn(&vec![1; FEATURES + 7]);
        assert_eq!((points, left_out), (FEATURES, 14));
    }

    #[test]
    fn a_feature_larger_than_a_tile_is_left_out_and_told_of() {
        let (points, left_out, bytes) = drawn(&[BYTES + 1]);
        assert_eq!((points, left_out), (0, 2));
        assert!(bytes < 200);
    }
}
