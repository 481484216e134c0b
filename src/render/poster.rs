//! The picture of a region as a file of its own: land and sea, symbols, and the day.
//!
//! It has the borders of the drawing on the pages and the symbols of the tiles, and stands where neither a drawing nor a
//! script may stand.

use tiny_skia::{Color, FillRule, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, Transform};

use super::numbers;
use super::palette::{ground, parse_colour};
use super::png;
use super::symbols::{self, Placed, Style};

const BORDER_PX: f32 = 0.8;
/// Size of the letters of the day, and their distance from the corner.
const DAY_PX: f32 = 12.0;
const CORNER_PX: f32 = 8.0;

/// A part of the land.
pub struct Land<'a> {
    /// Its rings, pixels of the drawing.
    pub rings: &'a [Ring],
    /// It is what the picture is of, and does not only lie beside it.
    pub is_subject: bool,
}

/// A closed line.
pub type Ring = Vec<(i64, i64)>;

/// A picture to be drawn. Lengths are pixels of the drawing.
pub struct Poster<'a> {
    /// Width and height.
    pub size: (f64, f64),
    /// The land.
    pub land: Vec<Land<'a>>,
    /// Symbols, the later ones over the earlier, in device pixels.
    pub symbols: Vec<Placed>,
    /// The day of the data in digits.
    pub day: String,
    /// What the picture shows, in words: kept beside the pixels.
    pub told: String,
}

/// Draws a picture and writes it as PNG. The density of `style` is the number of device pixels in a pixel of the drawing.
///
/// Cost: O(vertices + pixels).
#[must_use]
pub fn draw(poster: &Poster<'_>, style: &Style) -> Vec<u8> {
    let device = |length: f64| ((length * f64::from(style.density)).round() as u32).max(1);
    let (width, height) = (device(poster.size.0), device(poster.size.1));
    let mut picture = Pixmap::new(width, height).expect("pictures have a size");
    let ground = ground(style.theme);
    picture.fill(colour(&ground.sea));
    let place = Transform::from_scale(style.density, style.density);
    let stroke = Stroke { width: BORDER_PX, line_join: LineJoin::Round, ..Stroke::default() };
    for Land { rings, is_subject } in &poster.land {
        let Some(path) = path_of(rings) else { continue };
        let fill = if *is_subject { &ground.land } else { &ground.sea };
        picture.fill_path(&path, &solid(fill), FillRule::EvenOdd, place, None);
        picture.stroke_path(&path, &solid(&ground.border), &stroke, place, None);
    }
    symbols::draw_onto(&mut picture, &poster.symbols, style);
    // The outline stands by its middle; digits are some six tenths as wide as they are high.
    let half = DAY_PX * 0.29 * poster.day.len() as f32;
    if let Some(day) = numbers::outline(&poster.day, DAY_PX, CORNER_PX + half, CORNER_PX + DAY_PX) {
        picture.fill_path(&day, &solid(&ground.text), FillRule::Winding, place, None);
    }
    png::encode_told(picture, &poster.told)
}

fn path_of(rings: &[Ring]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for ring in rings {
        for (n, &(x, y)) in ring.iter().enumerate() {
            if n == 0 { path.move_to(x as f32, y as f32) } else { path.line_to(x as f32, y as f32) }
        }
        path.close();
    }
    path.finish()
}

fn colour(text: &str) -> Color {
    let [r, g, b] = parse_colour(text).expect("the palette's colours are #rrggbb");
    Color::from_rgba8(r, g, b, 255)
}

fn solid(text: &str) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(colour(text));
    paint
}
