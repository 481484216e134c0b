//! The picture of a region as a file of its own: land and sea, symbols or classes, and words.
//!
//! It has the borders of the drawing on the pages and the symbols of the tiles, and stands where neither a drawing nor a
//! script may stand. A large one is a [`super::sheet`] with all that belongs to a map in print.

use tiny_skia::{
    Color, FillRule, FilterQuality, LineJoin, Paint, Path, PathBuilder, Pattern, Pixmap, SpreadMode, Stroke,
    Transform,
};

use super::areas::hatching;
use super::palette::{ground, parse_colour};
use super::png;
use super::sheet::{self, Sheet};
use super::symbols::{self, Placed, Style};
use super::words;

const BORDER_PX: f32 = 0.8;
/// Size of the letters of the stamp, and their distance from the corner.
const STAMP_PX: f32 = 11.0;
const CORNER_PX: f32 = 8.0;
/// The ring around what is pointed at.
const RING_PX: f32 = 13.0;

/// A part of the land.
pub struct Land<'a> {
    /// Its rings, pixels of the drawing.
    pub rings: &'a [Ring],
    /// How it is filled.
    pub fill: Fill,
}

/// How land is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// As what the picture is of.
    Subject,
    /// As what only lies beside it.
    Beside,
    /// In the colour of a class.
    Class(&'static str),
    /// Without data.
    Hatched,
}

/// A closed line.
pub type Ring = Vec<(i64, i64)>;

/// A picture to be drawn. Lengths are pixels of the drawing.
pub struct Poster<'a> {
    /// Width and height of the map.
    pub size: (f64, f64),
    /// The land.
    pub land: Vec<Land<'a>>,
    /// Symbols, the later ones over the earlier, in device pixels.
    pub symbols: Vec<Placed>,
    /// What is pointed at.
    pub marked: Option<(f64, f64)>,
    /// Day and hash of the data, in the corner of a map without a sheet.
    pub stamp: String,
    /// What stands around the map.
    pub sheet: Option<Sheet>,
    /// What the picture shows, in words: kept beside the pixels.
    pub told: String,
}

/// Draws a picture and writes it as PNG. The density of `style` is the number of device pixels in a pixel of the drawing.
///
/// Cost: O(vertices + pixels).
#[must_use]
pub fn draw(poster: &Poster<'_>, style: &Style) -> Vec<u8> {
    let mut map = map(poster, style);
    let picture = match &poster.sheet {
        Some(sheet) => sheet::draw(sheet, &map, style.theme, style.density),
        None => {
            if let Some(stamp) = words::outline(&poster.stamp, STAMP_PX, CORNER_PX, CORNER_PX + STAMP_PX) {
                let ground = ground(style.theme);
                let place = Transform::from_scale(style.density, style.density);
                let halo = Stroke { width: 3.0, line_join: LineJoin::Round, ..Stroke::default() };
                map.stroke_path(&stamp, &solid(&ground.halo), &halo, place, None);
                map.fill_path(&stamp, &solid(&ground.text), FillRule::Winding, place, None);
            }
            map
        }
    };
    png::encode_told(picture, &poster.told)
}

fn map(poster: &Poster<'_>, style: &Style) -> Pixmap {
    let device = |length: f64| ((length * f64::from(style.density)).round() as u32).max(1);
    let (width, height) = (device(poster.size.0), device(poster.size.1));
    let mut picture = Pixmap::new(width, height).expect("pictures have a size");
    let ground = ground(style.theme);
    picture.fill(colour(&ground.sea));
    let place = Transform::from_scale(style.density, style.density);
    let stroke = Stroke { width: BORDER_PX, line_join: LineJoin::Round, ..Stroke::default() };
    let hatching = hatching(style.density.round().max(1.0) as u32, &ground.border);
    let still = place.invert().unwrap_or_default();
    for Land { rings, fill } in &poster.land {
        let Some(path) = path_of(rings) else { continue };
        let colour = match fill {
            Fill::Subject | Fill::Hatched => &ground.land,
            Fill::Beside => &ground.sea,
            Fill::Class(colour) => *colour,
        };
        picture.fill_path(&path, &solid(colour), FillRule::EvenOdd, place, None);
        if *fill == Fill::Hatched {
            let shader =
                Pattern::new(hatching.as_ref(), SpreadMode::Repeat, FilterQuality::Nearest, 1.0, still);
            let hatch = Paint { shader, ..Paint::default() };
            picture.fill_path(&path, &hatch, FillRule::EvenOdd, place, None);
        }
        picture.stroke_path(&path, &solid(&ground.border), &stroke, place, None);
    }
    symbols::draw_onto(&mut picture, &poster.symbols, style);
    if let Some((x, y)) = poster.marked
        && let Some(ring) = PathBuilder::from_circle(x as f32, y as f32, RING_PX)
    {
        let ring_stroke = |width| Stroke { width, ..Stroke::default() };
        picture.stroke_path(&ring, &solid(&ground.halo), &ring_stroke(5.5), place, None);
        picture.stroke_path(&ring, &solid(&ground.text), &ring_stroke(2.5), place, None);
    }
    picture
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

pub(super) fn colour(text: &str) -> Color {
    let [r, g, b] = parse_colour(text).expect("the palette's colours are #rrggbb");
    Color::from_rgba8(r, g, b, 255)
}

pub(super) fn solid(text: &str) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(colour(text));
    paint
}
