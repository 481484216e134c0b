//! Words on a picture as outlines: Latin and Cyrillic letters of Golos Text Regular in `tiles/`.

use std::sync::LazyLock;

use tiny_skia::{Path, PathBuilder, Transform};
use ttf_parser::{Face, GlyphId};

use super::numbers::Pen;

/// Letters, digits and signs of Golos Text; see `tiles/SOURCES.md`.
static FACE: LazyLock<Face<'static>> = LazyLock::new(|| {
    Face::parse(include_bytes!("../../tiles/golos-words.ttf"), 0).expect("the font is well formed")
});
/// Stands for a character that the font lacks.
const UNKNOWN: char = '?';

fn glyphs(text: &str) -> impl Iterator<Item = GlyphId> {
    text.chars().filter_map(|c| FACE.glyph_index(c).or_else(|| FACE.glyph_index(UNKNOWN)))
}

/// How wide a text is.
#[must_use]
pub fn width(text: &str, size_px: f32) -> f32 {
    let units: u32 = glyphs(text).map(|glyph| u32::from(FACE.glyph_hor_advance(glyph).unwrap_or(0))).sum();
    units as f32 * size_px / f32::from(FACE.units_per_em())
}

/// The outline of a text that begins at `x` on the baseline `y`; `None` when it has nothing to draw.
#[must_use]
pub fn outline(text: &str, size_px: f32, x: f32, y: f32) -> Option<Path> {
    let mut pen = Pen { path: PathBuilder::new(), x: 0.0 };
    for glyph in glyphs(text) {
        FACE.outline_glyph(glyph, &mut pen);
        pen.x += f32::from(FACE.glyph_hor_advance(glyph).unwrap_or(0));
    }
    let scale = size_px / f32::from(FACE.units_per_em());
    // In the font y grows upwards.
    pen.path.finish()?.transform(Transform::from_row(scale, 0.0, 0.0, -scale, x, y))
}

/// Lines no wider than `most` px, broken at spaces; a single word that is too wide is cut. At most `lines` of them: what is
/// left over ends in an ellipsis.
#[must_use]
pub fn lines(text: &str, size_px: f32, most: f32, lines: usize) -> Vec<String> {
    let fits = |line: &str| width(line, size_px) <= most;
    let mut broken: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let joined = broken.last().map(|line| format!("{line} {word}"));
        match joined.filter(|line| fits(line)) {
            Some(line) => *broken.last_mut().expect("it was joined to a line") = line,
            None if broken.len() == lines => {
                let last = broken.last_mut().expect("there is at least one line");
                *last = shortened(&format!("{last} {word}"), &fits);
                return broken;
            }
            None => broken.push(if fits(word) { word.to_owned() } else { shortened(word, &fits) }),
        }
    }
    broken
}

fn shortened(text: &str, fits: &impl Fn(&str) -> bool) -> String {
    let mut kept: String = text.to_owned();
    while !fits(&format!("{kept}…")) && kept.pop().is_some() {}
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_both_alphabets() {
        let text = "Съешь ещё этих мягких булок № 7 — «да» · The quick brown fox, 12 млн ₽ 0123456789abcdef";
        assert!(text.chars().all(|c| FACE.glyph_index(c).is_some()));
        assert!(outline(text, 12.0, 0.0, 0.0).is_some() && outline(" ", 12.0, 0.0, 0.0).is_none());
    }

    #[test]
    fn lines_are_no_wider_than_they_may_be_and_no_more() {
        let text = "На карте район имени Лазо: 112 объектов, 14 просрочены. Больше всего — дороги.";
        let broken = lines(text, 12.0, 150.0, 3);
        assert_eq!(broken.len(), 3);
        assert!(broken.iter().all(|line| width(line, 12.0) <= 150.0), "{broken:?}");
        assert!(broken[2].ends_with('…'));
        assert_eq!(lines(text, 12.0, 5_000.0, 3), [text]);
        let endless = "а".repeat(500);
        assert!(width(&lines(&endless, 12.0, 150.0, 3)[0], 12.0) <= 150.0);
        assert!(lines("", 12.0, 150.0, 3).is_empty());
    }
}
