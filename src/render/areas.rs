//! Coloured areas: municipalities by class, with their borders, hatched where there are no data.
//!
//! Areas come in tile coordinates, rounded to the same grid for every tile of a zoom, and the hatching repeats itself a whole
//! number of times in a tile: neighbouring tiles go on where the other ends.

use tiny_skia::{
    Color, FillRule, FilterQuality, LineJoin, Paint, Path, PathBuilder, Pattern, Pixmap, Shader, SpreadMode,
    Stroke, Transform,
};

use super::palette::{Theme, class_colours, ground, parse_colour};
use crate::geometry::outline::{EXTENT, TilePoint};

/// Pixels of a tile's side at density 1.
pub const TILE_PX: u32 = 256;
const BORDER_PX: f32 = 0.9;
const HATCH_PX: u32 = 8;
const HATCH_OPACITY: f32 = 0.45;

/// An area and what it is filled with.
pub struct Area {
    /// Polygons, each an outer ring and its holes, in tile coordinates.
    pub pieces: Vec<Vec<Vec<TilePoint>>>,
    /// Class, 0 (good) … 4 (bad); `None` where there are no data.
    pub class: Option<usize>,
}

/// Draws areas on nothing. `density` is the number of device pixels in a pixel.
///
/// Cost: O(vertices + pixels).
#[must_use]
pub fn draw(areas: &[Area], density: u32, theme: Theme) -> Pixmap {
    let side = TILE_PX * density;
    let mut picture = Pixmap::new(side, side).expect("pictures have a size");
    let scale = side as f32 / EXTENT as f32;
    let place = Transform::from_scale(scale, scale);
    let paths: Vec<Option<Path>> = areas.iter().map(|area| path_of(&area.pieces)).collect();
    let (ground, colours) = (ground(theme), class_colours(theme));
    let hatching = hatching(density, &ground.border);
    for (area, path) in areas.iter().zip(&paths) {
        let Some(path) = path else { continue };
        // Two soft edges on the same line would let the ground through; the borders on top are soft.
        let fill =
            Paint { anti_alias: false, ..solid(area.class.map_or(&ground.land, |class| colours[class])) };
        picture.fill_path(path, &fill, FillRule::EvenOdd, place, None);
        if area.class.is_none() {
            let still = place.invert().unwrap_or_default();
            let shader =
                Pattern::new(hatching.as_ref(), SpreadMode::Repeat, FilterQuality::Nearest, 1.0, still);
            let hatch = Paint { shader, anti_alias: false, ..Paint::default() };
            picture.fill_path(path, &hatch, FillRule::EvenOdd, place, None);
        }
    }
    let stroke =
        Stroke { width: BORDER_PX * density as f32 / scale, line_join: LineJoin::Round, ..Stroke::default() };
    for path in paths.iter().flatten() {
        picture.stroke_path(path, &solid(&ground.border), &stroke, place, None);
    }
    picture
}

fn path_of(pieces: &[Vec<Vec<TilePoint>>]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for ring in pieces.iter().flatten() {
        for (n, &(x, y)) in ring.iter().enumerate() {
            if n == 0 { path.move_to(x as f32, y as f32) } else { path.line_to(x as f32, y as f32) }
        }
        path.close();
    }
    path.finish()
}

/// A square of slanted strokes that meets itself at its edges.
pub(super) fn hatching(density: u32, colour: &str) -> Pixmap {
    let side = HATCH_PX * density;
    let mut picture = Pixmap::new(side, side).expect("the hatching has a size");
    let length = side as f32;
    let mut path = PathBuilder::new();
    for offset in [-length, 0.0, length] {
        path.move_to(offset, length);
        path.line_to(offset + length, 0.0);
    }
    let mut paint = solid(colour);
    if let Shader::SolidColor(colour) = &mut paint.shader {
        colour.apply_opacity(HATCH_OPACITY);
    }
    let stroke = Stroke { width: density as f32, ..Stroke::default() };
    if let Some(path) = path.finish() {
        picture.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
    }
    picture
}

fn solid(colour: &str) -> Paint<'static> {
    let [r, g, b] = parse_colour(colour).expect("the palette's colours are #rrggbb");
    let mut paint = Paint::default();
    paint.set_color(Color::from_rgba8(r, g, b, 255));
    paint
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(west: i64, north: i64, east: i64, south: i64, class: Option<usize>) -> Area {
        let ring = vec![(west, north), (east, north), (east, south), (west, south)];
        Area { pieces: vec![vec![ring]], class }
    }

    #[test]
    fn classes_have_their_colours_and_everything_else_is_clear() {
        let picture = draw(&[square(0, 0, 2_048, 4_096, Some(4))], 1, Theme::Light);
        let inside = picture.pixel(64, 128).unwrap();
        let [r, g, b] = parse_colour(class_colours(Theme::Light)[4]).unwrap();
        assert_eq!((inside.red(), inside.green(), inside.blue(), inside.alpha()), (r, g, b, 255));
        assert_eq!(picture.pixel(200, 128).unwrap().alpha(), 0);
    }

    #[test]
    fn the_hatching_goes_on_in_the_next_tile() {
        let tile = draw(&[square(-64, -64, 4_160, 4_160, None)], 2, Theme::Light);
        for n in 0..512 {
            // The column after the last one is the first one of the neighbour.
            assert_eq!(tile.pixel(0, n), tile.pixel(16, n));
            assert_eq!(tile.pixel(511, n), tile.pixel(495, n));
            assert_eq!(tile.pixel(n, 0), tile.pixel(n, 16));
        }
        let mut colours: Vec<_> = tile.pixels().iter().map(|p| (p.red(), p.green(), p.blue())).collect();
        colours.sort_unstable();
        colours.dedup();
        assert!(colours.len() > 1);
    }

    #[test]
    fn no_ground_shows_through_between_neighbours() {
        let areas = [square(-64, -64, 1_000, 4_160, Some(0)), square(1_000, -64, 4_160, 4_160, Some(1))];
        assert!(draw(&areas, 1, Theme::Dark).pixels().iter().all(|pixel| pixel.alpha() == 255));
    }
}
