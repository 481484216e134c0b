//! Icons of categories as outlines, from `tiles/icons.toml`; the page draws the same (`web/src/map/images.ts`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use tiny_skia::{Path, PathBuilder};

/// Side of the grid on which icons are drawn.
pub const GRID: f32 = 150.0;

/// An icon, by its place among all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Icon(u16);

static ICONS: LazyLock<Vec<(String, Path)>> = LazyLock::new(|| {
    let file = include_str!("../../tiles/icons.toml");
    let icons: BTreeMap<String, String> = toml::from_str(file).expect("the icons are well formed");
    let outline = |(name, path): (String, String)| {
        let path = parse(&path).expect("outlines are of the commands M m l h v c z");
        (name, path)
    };
    icons.into_iter().map(outline).collect()
});

impl Icon {
    /// The icon with this name. Cost: O(log n).
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let at = ICONS.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        u16::try_from(at).ok().map(Self)
    }

    /// Its outline on a square of [`GRID`] from the origin on.
    #[must_use]
    pub fn outline(self) -> &'static Path {
        &ICONS[usize::from(self.0)].1
    }
}

/// Reads a path of SVG of the commands `M m l h v c z`; `None` for any other.
fn parse(text: &str) -> Option<Path> {
    let mut path = PathBuilder::new();
    let (mut x, mut y) = (0.0, 0.0);
    let mut begin = (x, y);
    for part in split(text) {
        let (command, numbers) = part.split_at(1);
        let numbers = numbers_of(numbers)?;
        match command {
            "M" | "m" => {
                for (n, pair) in numbers.chunks_exact(2).enumerate() {
                    let from = if command == "M" { (0.0, 0.0) } else { (x, y) };
                    (x, y) = (from.0 + pair[0], from.1 + pair[1]);
                    if n > 0 {
                        path.line_to(x, y);
                        continue;
                    }
                    path.move_to(x, y);
                    begin = (x, y);
                }
            }
            "l" => {
                for pair in numbers.chunks_exact(2) {
                    (x, y) = (x + pair[0], y + pair[1]);
                    path.line_to(x, y);
                }
            }
            "h" | "v" => {
                for step in numbers {
                    (x, y) = if command == "h" { (x + step, y) } else { (x, y + step) };
                    path.line_to(x, y);
                }
            }
            "c" => {
                for n in numbers.chunks_exact(6) {
                    path.cubic_to(x + n[0], y + n[1], x + n[2], y + n[3], x + n[4], y + n[5]);
                    (x, y) = (x + n[4], y + n[5]);
                }
            }
            "z" => {
                path.close();
                (x, y) = begin;
            }
            _ => return None,
        }
    }
    path.finish()
}

/// A command with its numbers each.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let begins = |at: &usize| text.as_bytes()[*at].is_ascii_alphabetic();
    let starts: Vec<usize> = (0..text.len()).filter(begins).collect();
    let ends: Vec<usize> = starts.iter().copied().skip(1).chain([text.len()]).collect();
    starts.into_iter().zip(ends).map(|(from, to)| &text[from..to])
}

/// Whole numbers; a minus divides them as a space does.
fn numbers_of(text: &str) -> Option<Vec<f32>> {
    let apart = text.replace('-', " -");
    apart.split_whitespace().map(|number| number.parse::<i16>().ok().map(f32::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_lies_on_its_grid() {
        for (name, path) in ICONS.iter() {
            let bounds = path.bounds();
            // Handles of curves lie outside of them.
            let within = |v: f32| (-GRID / 10.0..=1.1 * GRID).contains(&v);
            assert!(
                [bounds.left(), bounds.top(), bounds.right(), bounds.bottom()].map(within) == [true; 4],
                "{name}"
            );
            assert!(bounds.width().max(bounds.height()) > GRID / 2.0, "{name} is small");
        }
    }

    #[test]
    fn every_category_of_the_pack_has_an_icon() {
        let pack = include_str!("../../data/khabarovsk/categories.csv");
        for row in pack.lines().skip(1) {
            let name = row.rsplit(',').next().unwrap();
            assert!(Icon::find(name).is_some(), "{row}");
        }
        assert!(Icon::find("marker").is_some(), "what an import named and no pack knows has one too");
        assert!(Icon::find("no such icon").is_none());
    }

    #[test]
    fn after_a_closed_outline_the_next_begins_where_it_began() {
        let path = parse("M10 20l30 0 0 30zm100 0v-10h5z").unwrap();
        assert_eq!((path.bounds().right(), path.bounds().top()), (115.0, 10.0));
        assert!(parse("M0 0q1 1 2 2z").is_none());
        assert!(parse("M0 0l1.5 2z").is_none());
    }
}
