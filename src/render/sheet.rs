//! What stands around a map that is a sheet of its own: words, keys of the legend, scale bar, north. Said once in forms and
//! texts; the PNG draws them here, the SVG writes them in [`crate::pages::sheet`].

use tiny_skia::{
    FillRule, FilterQuality, Paint, PathBuilder, Pattern, Pixmap, Rect, SpreadMode, Stroke, Transform,
};

use super::areas::hatching;
use super::palette::{Ground, Theme, ground};
use super::poster::{colour, solid};
use super::words;

/// A sheet. Lengths are pixels of the drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Width of the sheet.
    pub width: f64,
    /// Height of the sheet.
    pub height: f64,
    /// The upper left corner of the map.
    pub map_at: (f64, f64),
    /// What stands around the map.
    pub marks: Vec<Mark>,
}

/// Something on a sheet.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A text from a point on its baseline.
    Text {
        /// Where it begins.
        at: (f64, f64),
        /// Size of the letters.
        size: f64,
        /// The text.
        text: String,
    },
    /// A disc of the legend.
    Disc {
        /// Its middle.
        at: (f64, f64),
        /// Its radius.
        radius: f64,
        /// Its colour.
        fill: &'static str,
    },
    /// A square of the legend.
    Square {
        /// Its upper left corner.
        at: (f64, f64),
        /// Its side.
        side: f64,
        /// Its colour; hatched land where there is none.
        fill: Option<&'static str>,
    },
    /// A line in the colour of the text.
    Line {
        /// Its points.
        points: Vec<(f64, f64)>,
        /// Its width.
        width: f64,
    },
}

/// The colour of paper: what lies around the map, on which the text stands.
#[must_use]
pub fn paper(theme: Theme) -> &'static str {
    match theme {
        Theme::Light => "#ffffff",
        Theme::Dark => "#16202a",
        Theme::Contrast => "#000000",
    }
}

/// Puts a map on its sheet. `density` is the number of device pixels in a pixel of the drawing.
///
/// Cost: O(pixels).
#[must_use]
pub fn draw(sheet: &Sheet, map: &Pixmap, theme: Theme, density: f32) -> Pixmap {
    let device = |length: f64| ((length * f64::from(density)).round() as u32).max(1);
    let mut picture = Pixmap::new(device(sheet.width), device(sheet.height)).expect("sheets have a size");
    picture.fill(colour(paper(theme)));
    let (x, y) = (device(sheet.map_at.0 + 1.0) - device(1.0), device(sheet.map_at.1));
    picture.draw_pixmap(x as i32, y as i32, map.as_ref(), &Default::default(), Transform::identity(), None);
    let place = Transform::from_scale(density, density);
    for mark in &sheet.marks {
        draw_mark(&mut picture, mark, ground(theme), place, density);
    }
    picture
}

fn draw_mark(picture: &mut Pixmap, mark: &Mark, ground: &Ground, place: Transform, density: f32) {
    match mark {
        Mark::Text { at: (x, y), size, text } => {
            if let Some(path) = words::outline(text, *size as f32, *x as f32, *y as f32) {
                picture.fill_path(&path, &solid(&ground.text), FillRule::Winding, place, None);
            }
        }
        Mark::Disc { at: (x, y), radius, fill } => {
            if let Some(path) = PathBuilder::from_circle(*x as f32, *y as f32, *radius as f32) {
                picture.fill_path(&path, &solid(fill), FillRule::Winding, place, None);
            }
        }
        Mark::Square { at: (x, y), side, fill } => {
            let side = *side as f32;
            let Some(rect) = Rect::from_xywh(*x as f32, *y as f32, side, side) else { return };
            picture.fill_rect(rect, &solid(fill.unwrap_or(&ground.land)), place, None);
            if fill.is_none() {
                let hatching = hatching(density.round().max(1.0) as u32, &ground.border);
                let still = place.invert().unwrap_or_default();
                let shader =
                    Pattern::new(hatching.as_ref(), SpreadMode::Repeat, FilterQuality::Nearest, 1.0, still);
                picture.fill_rect(rect, &Paint { shader, ..Paint::default() }, place, None);
            }
            let stroke = Stroke { width: 0.8, ..Stroke::default() };
            picture.stroke_path(&PathBuilder::from_rect(rect), &solid(&ground.border), &stroke, place, None);
        }
        Mark::Line { points, width } => {
            let mut path = PathBuilder::new();
            for (n, (x, y)) in points.iter().enumerate() {
                let (x, y) = (*x as f32, *y as f32);
                if n == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
            }
            let stroke = Stroke { width: *width as f32, ..Stroke::default() };
            if let Some(path) = path.finish() {
                picture.stroke_path(&path, &solid(&ground.text), &stroke, place, None);
            }
        }
    }
}
