//! The symbols of the map as pictures: donuts, single objects, what stands on a fallback coordinate.
//!
//! Form and size are those of the page (`web/src/map/donut.ts`, `web/src/map/images.ts`), so that the map is the same map
//! where it comes as pictures. A symbol is drawn once, alone, and laid down at whole pixels: on both sides of a tile's edge it
//! has the same pixels, whatever is around it.

use std::collections::BTreeMap;
use std::f64::consts::TAU;

use tiny_skia::{
    Color, FillRule, LineCap, Mask, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Rect, Stroke, StrokeDash,
    Transform,
};

use super::icons::{GRID, Icon};
use super::numbers::{self, Language};
use super::palette::{Ground, Theme, ground, parse_colour, status_colour};

/// Radii of the donuts, pixels, and the counts from which the next is taken.
const RADII: [f32; 5] = [15.0, 19.0, 24.0, 29.0, 35.0];
const SIZE_STEPS: [u32; 4] = [10, 100, 500, 2_000];
/// Size of the number in each, pixels.
const TEXT_PX: [f32; 5] = [12.0, 12.0, 12.5, 13.5, 15.0];
const RING_PX: f32 = 5.5;
const CASING_PX: f32 = 1.5;
const GAP_PX: f32 = 1.0;
/// Half of a single object's symbol, and its casing.
const MARK_PX: f32 = 6.0;
const MARK_CASING_PX: f32 = 1.75;
/// The same of one that holds the icon of its category, the icon's side, and the width of the ring around it.
const ICON_MARK_PX: f32 = 10.0;
const ICON_PX: f32 = 12.5;
const ICON_RING_PX: f32 = 1.75;
/// The unit below a number, against the number.
const UNIT_SHARE: f32 = 0.72;
/// No symbol reaches further from its place, pixels.
pub const REACH_PX: u32 = 48;

/// The status group of a single object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Solved, or closed in another way.
    Resolved,
    /// In work.
    InWork,
    /// Nobody at work yet.
    New,
    /// Overdue.
    Overdue,
}

impl Group {
    /// What presses first, as the ring of a donut shows them from twelve o'clock on.
    pub const CLOCKWISE: [Self; 4] = [Self::Overdue, Self::InWork, Self::New, Self::Resolved];

    /// Its name in `tiles/palette.toml` and on the wire.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::InWork => "in_work",
            Self::New => "new",
            Self::Overdue => "overdue",
        }
    }
}

/// Objects of each group that a symbol stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // the fields are the groups
pub struct Shares {
    pub overdue: u32,
    pub in_work: u32,
    pub new: u32,
    pub resolved: u32,
}

/// A symbol. Symbols are laid down in the order of their kinds, so the kinds' order is that of drawing: what presses on top.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symbol {
    /// A single object, with the icon of its category where there is room for one.
    Point(Group, Option<Icon>),
    /// Objects on a coordinate where a source puts what it cannot locate.
    Fallback {
        /// How many.
        count: u32,
    },
    /// Several objects.
    Donut {
        /// How many.
        count: u32,
        /// Of them by group.
        shares: Shares,
    },
}

/// A symbol with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Centre, device pixels from the left edge of the picture; may lie outside of it.
    pub x: i64,
    /// Centre, device pixels from the upper edge.
    pub y: i64,
    /// What.
    pub symbol: Symbol,
}

/// How symbols are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// On light or dark ground.
    pub theme: Theme,
    /// Language of the numbers.
    pub language: Language,
    /// Device pixels a pixel.
    pub density: f32,
    /// Size of donuts against the page's largest.
    pub donut_scale: f32,
    /// Size of single objects' symbols.
    pub point_scale: f32,
}

/// Draws symbols on nothing, the later ones over the earlier. `side` is the picture's, in device pixels.
///
/// Cost: each different symbol once, then O(its pixels) for each place.
#[must_use]
pub fn draw(placed: &[Placed], side: u32, style: &Style) -> Pixmap {
    let mut picture = Pixmap::new(side, side).expect("pictures have a size");
    draw_onto(&mut picture, placed, style);
    picture
}

/// Draws symbols on what is there already.
pub fn draw_onto(picture: &mut Pixmap, placed: &[Placed], style: &Style) {
    let mut drawn: BTreeMap<&Symbol, Pixmap> = BTreeMap::new();
    for Placed { x, y, symbol } in placed {
        let pixels = drawn.entry(symbol).or_insert_with(|| symbol.draw(style));
        let half = i64::from(pixels.width() / 2);
        let corner = |v: i64| i32::try_from(v - half).ok();
        if let (Some(x), Some(y)) = (corner(*x), corner(*y)) {
            picture.draw_pixmap(x, y, pixels.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
        }
    }
}

/// Half of a single object's symbol with its casing.
fn mark_px(icon: Option<Icon>) -> f32 {
    MARK_CASING_PX + if icon.is_some() { ICON_MARK_PX } else { MARK_PX }
}

fn size_of(count: u32) -> usize {
    SIZE_STEPS.iter().filter(|step| count >= **step).count()
}

impl Symbol {
    /// Half of what it takes on the map with its casing, pixels.
    #[must_use]
    pub fn radius_px(&self, style: &Style) -> f32 {
        match self {
            Self::Point(_, icon) => mark_px(*icon) * style.point_scale,
            Self::Fallback { count } | Self::Donut { count, .. } => {
                RADII[size_of(*count)] * style.donut_scale + CASING_PX
            }
        }
    }

    /// How far it reaches from its place, pixels.
    fn reach_px(&self, style: &Style) -> f32 {
        match self {
            Self::Point(_, icon) => mark_px(*icon) * style.point_scale + 1.0,
            // Numbers are not scaled and may be as wide as the smallest donut.
            Self::Fallback { count } | Self::Donut { count, .. } => {
                RADII[size_of(*count)] * style.donut_scale.max(1.0) + CASING_PX + 1.0
            }
        }
    }

    /// The symbol in the middle of a picture of its own.
    fn draw(&self, style: &Style) -> Pixmap {
        let half = (self.reach_px(style) * style.density).ceil();
        let side = 2 * half as u32;
        let pixels = Pixmap::new(side, side).expect("symbols have a size");
        let ground = ground(style.theme);
        let mut canvas = Canvas { pixels, theme: style.theme, ground, half, scale: style.density };
        match self {
            Self::Point(group, icon) => {
                canvas.scale *= style.point_scale;
                match icon {
                    Some(icon) => canvas.point_with_icon(*group, *icon),
                    None => canvas.point(*group),
                }
            }
            Self::Fallback { count } => {
                let radius = RADII[size_of(*count)];
                canvas.scale *= style.donut_scale;
                canvas.fallback(radius);
                canvas.scale = style.density;
                canvas.number(*count, style.language, 0.8);
            }
            Self::Donut { count, shares } => {
                let radius = RADII[size_of(*count)];
                canvas.scale *= style.donut_scale;
                canvas.donut(radius, *shares);
                canvas.scale = style.density;
                canvas.number(*count, style.language, 1.0);
            }
        }
        canvas.pixels
    }
}

/// Where one symbol is drawn: its centre is the origin, and lengths are pixels of the page.
struct Canvas {
    pixels: Pixmap,
    theme: Theme,
    ground: &'static Ground,
    half: f32,
    scale: f32,
}

impl Canvas {
    fn place(&self) -> Transform {
        Transform::from_scale(self.scale, self.scale).post_translate(self.half, self.half)
    }

    fn fill(&mut self, path: Option<Path>, colour: &str, opacity: f32) {
        if let Some(path) = path {
            let place = self.place();
            self.pixels.fill_path(&path, &paint(colour, opacity), FillRule::Winding, place, None);
        }
    }

    fn stroke(&mut self, path: Option<Path>, colour: &str, stroke: &Stroke) {
        if let Some(path) = path {
            let place = self.place();
            self.pixels.stroke_path(&path, &paint(colour, 1.0), stroke, place, None);
        }
    }

    fn donut(&mut self, radius: f32, shares: Shares) {
        let halo = &self.ground.halo;
        self.fill(disc(radius + CASING_PX), halo, 1.0);
        let arcs = arcs_of(shares);
        for &(group, from, to) in &arcs {
            let colour = status_colour(group.id(), self.theme);
            let path = if arcs.len() == 1 { disc(radius) } else { slice(radius, from, to) };
            self.fill(path, colour, 1.0);
        }
        // Thin spokes keep neighbouring colours apart for those who cannot tell them by hue.
        for &(_, from, _) in arcs.iter().filter(|_| arcs.len() > 1) {
            let (x, y) = on_circle(radius, from);
            let mut path = PathBuilder::new();
            path.move_to(0.0, 0.0);
            path.line_to(x, y);
            self.stroke(path.finish(), halo, &Stroke { width: GAP_PX, ..Stroke::default() });
        }
        self.fill(disc(radius - RING_PX), halo, 1.0);
    }

    /// Hollow and dashed: the source did not know the place, so this is no hot spot.
    fn fallback(&mut self, radius: f32) {
        self.fill(disc(radius), &self.ground.halo, 0.85);
        let dash = StrokeDash::new(vec![4.0, 3.0], 0.0);
        let stroke = Stroke { width: 1.5, dash, line_cap: LineCap::Butt, ..Stroke::default() };
        self.stroke(disc(radius - 1.0), &self.ground.border, &stroke);
    }

    /// The glyph says what the colour says: disc, half disc, square, ring.
    fn point(&mut self, group: Group) {
        let (colour, halo) = (status_colour(group.id(), self.theme), &self.ground.halo);
        if group == Group::Overdue {
            self.fill(square(MARK_PX - 0.5 + MARK_CASING_PX), halo, 1.0);
            self.fill(square(MARK_PX - 0.5), colour, 1.0);
            return;
        }
        self.fill(disc(MARK_PX + MARK_CASING_PX), halo, 1.0);
        self.fill(disc(MARK_PX), colour, 1.0);
        match group {
            Group::Resolved => self.fill(disc(MARK_PX - 2.5), halo, 1.0),
            Group::InWork => self.fill(slice(MARK_PX - 2.0, 0.0, 0.5), halo, 1.0),
            Group::New | Group::Overdue => {}
        }
    }

    /// The same forms, large enough to hold an icon: on a disc, on one that is half filled, on a square, in a ring.
    fn point_with_icon(&mut self, group: Group, icon: Icon) {
        let (colour, halo) = (status_colour(group.id(), self.theme), &self.ground.halo);
        let form = if group == Group::Overdue { square } else { disc };
        let half = if group == Group::Overdue { ICON_MARK_PX - 0.75 } else { ICON_MARK_PX };
        self.fill(form(half + MARK_CASING_PX), halo, 1.0);
        self.fill(form(half), colour, 1.0);
        match group {
            Group::New | Group::Overdue => self.icon(icon, halo, None),
            Group::Resolved => {
                self.fill(disc(half - ICON_RING_PX), halo, 1.0);
                self.icon(icon, colour, None);
            }
            Group::InWork => {
                self.fill(slice(half - ICON_RING_PX, 0.0, 0.5), halo, 1.0);
                let side = |left: f32| Rect::from_xywh(left, -half, half, 2.0 * half);
                self.icon(icon, halo, side(-half));
                self.icon(icon, colour, side(0.0));
            }
        }
    }

    /// The icon in the middle, or the part of it that lies within a box.
    fn icon(&mut self, icon: Icon, colour: &str, within: Option<Rect>) {
        let place = self.place();
        let mask = within.and_then(|part| {
            let mut mask = Mask::new(self.pixels.width(), self.pixels.height())?;
            mask.fill_path(&PathBuilder::from_rect(part), FillRule::Winding, true, place);
            Some(mask)
        });
        let scale = ICON_PX / GRID;
        let on_grid = place.pre_scale(scale, scale).pre_translate(-GRID / 2.0, -GRID / 2.0);
        self.pixels.fill_path(icon.outline(), &paint(colour, 1.0), FillRule::Winding, on_grid, mask.as_ref());
    }

    fn number(&mut self, count: u32, language: Language, opacity: f32) {
        let (number, unit) = numbers::abbreviated(count, language);
        let size = TEXT_PX[size_of(count)];
        let text = &self.ground.text;
        if unit.is_empty() {
            self.fill(numbers::outline(&number, size, 0.0, numbers::DIGIT_EM * size / 2.0), text, opacity);
            return;
        }
        let (digits, letters) = (numbers::DIGIT_EM * size, numbers::SMALL_EM * UNIT_SHARE * size);
        let between = 0.22 * size;
        let top = -(digits + between + letters) / 2.0;
        self.fill(numbers::outline(&number, size, 0.0, top + digits), text, opacity);
        let baseline = top + digits + between + letters;
        self.fill(numbers::outline(unit, UNIT_SHARE * size, 0.0, baseline), text, opacity);
    }
}

/// Parts of a ring, in turns from twelve o'clock. Shares are whole tenths, so that a map needs few different donuts; a group
/// that is there at all gets one: a single overdue object must be seen.
fn arcs_of(shares: Shares) -> Vec<(Group, f64, f64)> {
    let count = |group| match group {
        Group::Overdue => shares.overdue,
        Group::InWork => shares.in_work,
        Group::New => shares.new,
        Group::Resolved => shares.resolved,
    };
    let total: f64 = Group::CLOCKWISE.iter().map(|group| f64::from(count(*group))).sum();
    let tenths = |group: Group| match count(group) {
        0 => 0.0,
        n => (10.0 * f64::from(n) / total).round().max(1.0),
    };
    let sum: f64 = Group::CLOCKWISE.iter().map(|group| tenths(*group)).sum();
    let mut at = 0.0;
    let mut arcs = Vec::new();
    for group in Group::CLOCKWISE.into_iter().filter(|group| tenths(*group) > 0.0) {
        let from = at;
        at += tenths(group) / sum;
        arcs.push((group, from, at));
    }
    arcs
}

fn paint(colour: &str, opacity: f32) -> Paint<'static> {
    let [r, g, b] = parse_colour(colour).expect("the palette's colours are #rrggbb");
    let mut paint = Paint::default();
    paint.set_color(Color::from_rgba8(r, g, b, (opacity * 255.0).round() as u8));
    paint
}

fn disc(radius: f32) -> Option<Path> {
    PathBuilder::from_circle(0.0, 0.0, radius)
}

fn square(half: f32) -> Option<Path> {
    Some(PathBuilder::from_rect(Rect::from_xywh(-half, -half, 2.0 * half, 2.0 * half)?))
}

/// A slice of a disc between two angles, in turns from twelve o'clock.
fn slice(radius: f32, from: f64, to: f64) -> Option<Path> {
    /// Points on a whole circle: the error is a hundredth of a pixel.
    const STEPS: f64 = 180.0;
    let steps = ((to - from) * STEPS).ceil().max(1.0);
    let mut path = PathBuilder::new();
    path.move_to(0.0, 0.0);
    for n in 0..=steps as u32 {
        let (x, y) = on_circle(radius, from + (to - from) * f64::from(n) / steps);
        path.line_to(x, y);
    }
    path.close();
    path.finish()
}

fn on_circle(radius: f32, turns: f64) -> (f32, f32) {
    let radius = f64::from(radius);
    ((radius * libm::sin(TAU * turns)) as f32, (-radius * libm::cos(TAU * turns)) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(density: f32) -> Style {
        Style { theme: Theme::Light, language: Language::Ru, density, donut_scale: 1.0, point_scale: 1.3 }
    }

    fn donut(overdue: u32, in_work: u32, new: u32, resolved: u32) -> Symbol {
        let count = overdue + in_work + new + resolved;
        Symbol::Donut { count, shares: Shares { overdue, in_work, new, resolved } }
    }

    /// Symbols all over a square of 512, many of them across its inner edges.
    fn crowd() -> Vec<Placed> {
        let mut seed = 3u64;
        let mut chance = move |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let mut one = |n: u64| {
            let symbol = match n % 3 {
                0 => donut(chance(3) as u32, chance(900) as u32, 1 + chance(3_000) as u32, chance(50) as u32),
                1 => Symbol::Fallback { count: 1 + chance(700) as u32 },
                _ => {
                    let icon = [None, Icon::find("car"), Icon::find("waste")][chance(3) as usize];
                    Symbol::Point(Group::CLOCKWISE[chance(4) as usize], icon)
                }
            };
            Placed { x: chance(560) as i64 - 24, y: chance(560) as i64 - 24, symbol }
        };
        (0..240).map(&mut one).collect()
    }

    #[test]
    fn four_tiles_are_the_picture_of_their_block_to_the_pixel() {
        let (all, style) = (crowd(), style(1.0));
        let block = draw(&all, 512, &style);
        for (column, row) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let moved = |p: &Placed| Placed {
                x: p.x - 256 * i64::from(column),
                y: p.y - 256 * i64::from(row),
                symbol: p.symbol.clone(),
            };
            let near = |p: &Placed| {
                let reach = i64::from(REACH_PX);
                (-reach..256 + reach).contains(&p.x) && (-reach..256 + reach).contains(&p.y)
            };
            let own: Vec<Placed> = all.iter().map(moved).filter(near).collect();
            let tile = draw(&own, 256, &style);
            for y in 0..256 {
                for x in 0..256 {
                    let (here, there) = (tile.pixel(x, y), block.pixel(256 * column + x, 256 * row + y));
                    assert_eq!(here, there, "{x}, {y} of {column}/{row}");
                }
            }
        }
    }

    #[test]
    fn no_symbol_reaches_further_than_is_looked_for() {
        let symbols = [
            donut(1, 2, 3, 4_000),
            Symbol::Fallback { count: 9_000 },
            Symbol::Point(Group::New, None),
            Symbol::Point(Group::Overdue, Icon::find("car")),
        ];
        for symbol in symbols {
            assert!(symbol.reach_px(&style(1.0)).ceil() <= REACH_PX as f32);
            let pixels = symbol.draw(&style(2.0));
            // Nothing is cut off at the picture's own edge.
            let side = pixels.width();
            for n in 0..side {
                for (x, y) in [(n, 0), (0, n), (n, side - 1), (side - 1, n)] {
                    assert_eq!(
                        pixels.pixel(x, y).map(tiny_skia::PremultipliedColorU8::alpha),
                        Some(0),
                        "{symbol:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_single_overdue_object_among_thousands_is_seen() {
        let arcs = arcs_of(Shares { overdue: 1, in_work: 0, new: 5_000, resolved: 0 });
        assert_eq!(arcs.len(), 2);
        assert_eq!(arcs[0].0, Group::Overdue);
        assert!((arcs[0].2 - 1.0 / 11.0).abs() < 1e-9 && (arcs[1].2 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn each_group_has_its_own_form_and_colour_and_each_icon_is_seen_in_it() {
        let icons = [None, Icon::find("car"), Icon::find("waste")];
        let symbols = icons.iter().flat_map(|icon| Group::CLOCKWISE.map(|group| Symbol::Point(group, *icon)));
        let pictures: Vec<Vec<u8>> = symbols.map(|symbol| symbol.draw(&style(1.0)).take()).collect();
        for (n, one) in pictures.iter().enumerate() {
            assert!(pictures[n + 1..].iter().all(|other| other != one));
        }
    }
}
