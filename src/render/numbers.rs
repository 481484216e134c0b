//! Short numbers as outlines: a subset of Golos Text in `tiles/`, the face that the page is set in.

use std::sync::LazyLock;

use tiny_skia::{Path, PathBuilder, Transform};
use ttf_parser::{Face, OutlineBuilder};

/// Digits, comma, point, «тысмлн», k and M of Golos Text Semibold; see `tiles/SOURCES.md`.
static FACE: LazyLock<Face<'static>> = LazyLock::new(|| {
    Face::parse(include_bytes!("../../tiles/golos-numbers.ttf"), 0).expect("the font is well formed")
});

/// Height of a digit, in ems.
pub const DIGIT_EM: f32 = 0.7;
/// Height of the small letters, in ems.
pub const SMALL_EM: f32 = 0.52;

/// The language in which a number is shortened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// «4,9 тыс.»
    Ru,
    /// “4.9k”
    En,
}

/// A number as it is written in a symbol: the number, and below it the unit, if it has a line of its own.
#[must_use]
pub fn abbreviated(n: u32, language: Language) -> (String, &'static str) {
    let (unit, russian, english) = match n {
        0..1_000 => return (n.to_string(), ""),
        1_000..999_500 => (1_000, "тыс.", "k"),
        _ => (1_000_000, "млн", "M"),
    };
    let rounded = |to: u32| (f64::from(n) / f64::from(to)).round() as u32;
    // Ten and more are short enough without tenths.
    let tenths = Some(rounded(unit / 10)).filter(|tenths| *tenths < 100).unwrap_or(10 * rounded(unit));
    let comma = if language == Language::Ru { ',' } else { '.' };
    let (whole, rest) = (tenths / 10, tenths % 10);
    let number = if rest == 0 { whole.to_string() } else { format!("{whole}{comma}{rest}") };
    match language {
        Language::Ru => (number, russian),
        Language::En => (number + english, ""),
    }
}

/// The outline of a text in a size, its middle at `x` and its baseline at `y`; `None` when it has nothing to draw. Characters
/// that the subset lacks are left out.
#[must_use]
pub fn outline(text: &str, size_px: f32, x: f32, y: f32) -> Option<Path> {
    let mut pen = Pen { path: PathBuilder::new(), x: 0.0 };
    for glyph in text.chars().filter_map(|c| FACE.glyph_index(c)) {
        FACE.outline_glyph(glyph, &mut pen);
        pen.x += f32::from(FACE.glyph_hor_advance(glyph).unwrap_or(0));
    }
    let (width, scale) = (pen.x, size_px / f32::from(FACE.units_per_em()));
    // In the font y grows upwards.
    let place = Transform::from_row(scale, 0.0, 0.0, -scale, x - width * scale / 2.0, y);
    pen.path.finish()?.transform(place)
}

/// Takes the outlines of glyphs one behind the other.
pub(super) struct Pen {
    /// What was drawn so far, in the units of the font.
    pub path: PathBuilder,
    /// Where the next outline begins.
    pub x: f32,
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.path.quad_to(self.x + x1, y1, self.x + x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.path.cubic_to(self.x + x1, y1, self.x + x2, y2, self.x + x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_they_are_on_the_page() {
        let russian = |n| abbreviated(n, Language::Ru);
        assert_eq!(russian(950), ("950".to_owned(), ""));
        assert_eq!(russian(4_900), ("4,9".to_owned(), "тыс."));
        assert_eq!(russian(5_000), ("5".to_owned(), "тыс."));
        assert_eq!(russian(9_949), ("9,9".to_owned(), "тыс."));
        assert_eq!(russian(9_950), ("10".to_owned(), "тыс."));
        assert_eq!(russian(73_499), ("73".to_owned(), "тыс."));
        assert_eq!(russian(999_500), ("1".to_owned(), "млн"));
        assert_eq!(abbreviated(4_900, Language::En), ("4.9k".to_owned(), ""));
        assert_eq!(abbreviated(u32::MAX, Language::En), ("4295M".to_owned(), ""));
    }

    #[test]
    fn the_font_has_every_character_that_a_number_needs() {
        for n in [0, 123, 4_567, 89_000, 1_200_000] {
            for language in [Language::Ru, Language::En] {
                let (number, unit) = abbreviated(n, language);
                assert!(number.chars().chain(unit.chars()).all(|c| FACE.glyph_index(c).is_some()), "{n}");
                assert!(outline(&number, 12.0, 0.0, 0.0).is_some());
            }
        }
    }
}
