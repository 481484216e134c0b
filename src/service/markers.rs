//! Marker tiles: the symbols of the vector tiles as a picture, for whoever cannot draw them.
//!
//! The page draws a vector tile 512 pixels wide, and clusters are made for that. A picture of 256 pixels at zoom z shows a
//! quarter of the vector tile of zoom z − 1, so symbols keep their distance from one another.

use super::Reading;
use super::drawing::group_of;
use crate::analytics::clusters::{self, CELLS_FROM, Cluster, POINTS_FROM, TileContent};
use crate::analytics::selection::{Selection, View};
use crate::geometry::{Mercator, Tile};
use crate::render::areas::TILE_PX;
use crate::render::icons::Icon;
pub use crate::render::numbers::Language;
pub use crate::render::palette::Theme;
use crate::render::png;
use crate::render::spread::{Room, Spreading, spread};
pub use crate::render::symbols::Group;
use crate::render::symbols::{self, Placed, REACH_PX, Shares, Style, Symbol};
use crate::snapshot::layer::{Extra, Layer};

/// A layer of marker tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MarkerLayer {
    /// Problems.
    Problems,
    /// Appeals.
    Appeals,
}

/// The status groups that a picture shows; the others are left out of its numbers too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Groups(u8);

impl Groups {
    /// All of them.
    pub const ALL: Self = Self(0b1111);

    /// These, or all when there are none.
    #[must_use]
    pub fn of(groups: impl IntoIterator<Item = Group>) -> Self {
        match groups.into_iter().fold(0, |bits, group| bits | 1 << group as u8) {
            0 => Self::ALL,
            bits => Self(bits),
        }
    }

    const fn has(self, group: Group) -> bool {
        self.0 & (1 << group as u8) != 0
    }
}

/// How a picture is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Look {
    /// On light or dark ground.
    pub theme: Theme,
    /// Language of the numbers.
    pub language: Language,
    /// Device pixels a pixel, 1 or 2.
    pub density: u32,
    /// What is shown of all that the filter takes.
    pub groups: Groups,
}

/// A picture of the symbols in a tile, those of its neighbours too where they reach into it.
///
/// Symbols that would cover one another give way: those of municipalities among all of them, those of cells among those of
/// their vector tile, which they do not leave. So all pictures of a zoom agree where each one went.
///
/// Cost: that of four vector tiles ([`clusters::tile_content`]), far out that of one; of moving symbols apart; of its pixels.
#[must_use]
pub fn markers_tile<E: Extra>(
    reading: &Reading,
    layer: &Layer<E>,
    selection: &Selection,
    tile: Tile,
    look: Look,
) -> Vec<u8> {
    let parts = layer.parts();
    let view = Layer::<E>::view(&parts, selection, reading.today);
    let seats = &reading.snapshot.seats;
    let (frame, style) = (Frame { tile, density: look.density, groups: look.groups }, style(tile, look));
    let icons = icons(reading, tile);
    let sources = sources(tile);
    let (contents, symbols) = contents(&view, &sources, seats);
    let mut placed = frame.clusters(symbols, None, 0, &style);
    for (&(source, turn), content) in sources.iter().zip(contents) {
        placed.extend(frame.points(&view, &content.points, turn, &icons));
        placed.extend(frame.clusters(content.clusters, Some(source), turn, &style));
    }
    placed.retain(|placed| frame.is_near(placed));
    // The same order in every tile: points, what cannot be located, then the largest donuts first, so that none is hidden.
    placed.sort_by_key(drawing_order);
    let picture = symbols::draw(&placed, TILE_PX * look.density, &style);
    png::encode(picture)
}

/// The icon of each category, by its number; none where objects are clustered and single ones stand between them.
fn icons(reading: &Reading, tile: Tile) -> Vec<Option<Icon>> {
    if source_zoom(tile) < POINTS_FROM {
        return Vec::new();
    }
    reading.snapshot.dictionary.categories.iter().map(|category| Icon::find(&category.icon)).collect()
}

/// What the sources show, in their order; and apart from them the symbols of municipalities, where there are such.
fn contents(
    view: &View<'_>,
    sources: &[(Tile, i64)],
    seats: &[Mercator],
) -> (Vec<TileContent>, Vec<Cluster>) {
    let mut tiles: Vec<Tile> = Vec::new();
    for (tile, _) in sources {
        if !tiles.contains(tile) {
            tiles.push(*tile);
        }
    }
    let (contents, symbols) = match tiles.first() {
        Some(tile) if tile.z < CELLS_FROM => clusters::municipal_contents(view, &tiles, seats),
        _ => (tiles.iter().map(|tile| clusters::tile_content(view, *tile, seats)).collect(), Vec::new()),
    };
    // Around the world one comes to the same tile again.
    let content = |(source, _): &(Tile, i64)| {
        let at = tiles.iter().position(|tile| tile == source);
        at.map(|at| contents[at].clone()).unwrap_or_default()
    };
    (sources.iter().map(content).collect(), symbols)
}

/// Symbols that are laid down first come first. Places last: the order of equal symbols must not depend on the tile.
fn drawing_order(placed: &Placed) -> (u8, i64, i64, i64) {
    let (kind, rank) = match &placed.symbol {
        Symbol::Point(group, _) => (0, i64::from(*group as u8)),
        Symbol::Fallback { count } => (1, -i64::from(*count)),
        Symbol::Donut { count, .. } => (2, -i64::from(*count)),
    };
    (kind, rank, placed.y, placed.x)
}

/// Sizes as the page has them (`web/src/map/donut.ts`, `style_symbols.ts`), at the zoom of the vector tiles.
fn style(tile: Tile, look: Look) -> Style {
    let zoom = f32::from(source_zoom(tile));
    let between = |at: f32, (from, low): (f32, f32), (to, high): (f32, f32)| {
        low + (high - low) * ((at - from) / (to - from)).clamp(0.0, 1.0)
    };
    let (cells, points) = (f32::from(CELLS_FROM), f32::from(POINTS_FROM));
    let point_scale = if zoom < points {
        between(zoom, (cells, 0.85), (points, 1.0))
    } else {
        between(zoom, (points, 1.0), (16.0, 1.3))
    };
    Style {
        theme: look.theme,
        language: look.language,
        density: look.density as f32,
        donut_scale: between(zoom, (3.4, 0.8), (5.4, 1.0)),
        point_scale,
    }
}

fn source_zoom(tile: Tile) -> u8 {
    tile.z.saturating_sub(1)
}

/// The vector tiles whose symbols may reach into a picture, each with the number of times that one must go around the world
/// to get to it.
fn sources(tile: Tile) -> Vec<(Tile, i64)> {
    let z = source_zoom(tile);
    // Pixels of a source in the picture's scale.
    let side = i64::from(TILE_PX) << (tile.z - z);
    let (reach, count) = (i64::from(REACH_PX), 1i64 << z);
    let span = |at: u32| {
        let from = i64::from(at) * i64::from(TILE_PX);
        (from - reach).div_euclid(side)..=(from + i64::from(TILE_PX) + reach).div_euclid(side)
    };
    let rows = || span(tile.y).filter(|y| (0..count).contains(y));
    let at = |x: i64, y: i64| (Tile { z, x: x.rem_euclid(count) as u32, y: y as u32 }, x.div_euclid(count));
    span(tile.x).flat_map(|x| rows().map(move |y| at(x, y))).collect()
}

/// The picture of a tile: turns places into device pixels.
struct Frame {
    tile: Tile,
    density: u32,
    groups: Groups,
}

impl Frame {
    /// Whole device pixels, counted over the whole world first: a symbol has the same place in every tile.
    fn pixel(&self, place: Mercator, turn: i64) -> (i64, i64) {
        let side = i64::from(TILE_PX * self.density);
        let world = side << self.tile.z;
        let scaled = |v: u32| ((i128::from(v) * i128::from(world)) >> 32) as i64;
        (
            scaled(place.x) + turn * world - side * i64::from(self.tile.x),
            scaled(place.y) - side * i64::from(self.tile.y),
        )
    }

    /// Symbols of several objects, moved apart within a tile or anywhere.
    fn clusters(
        &self,
        mut clusters: Vec<Cluster>,
        within: Option<Tile>,
        turn: i64,
        style: &Style,
    ) -> Vec<Placed> {
        // Whatever order they were counted in.
        clusters.sort_unstable_by_key(|cluster| cluster.id);
        let shown = |cluster: Cluster| symbol_of(&cluster, self.groups).map(|symbol| (cluster, symbol));
        let (clusters, symbols): (Vec<Cluster>, Vec<Symbol>) = clusters.into_iter().filter_map(shown).unzip();
        // Pixels of the whole world, the same for every tile.
        let scale = f64::from(TILE_PX) * 2f64.powi(i32::from(self.tile.z) - 32);
        let spreading = |(cluster, symbol): (&Cluster, &Symbol)| Spreading {
            x: f64::from(cluster.place.x) * scale,
            y: f64::from(cluster.place.y) * scale,
            radius: f64::from(symbol.radius_px(style)),
            weight: f64::from(cluster.sums.count),
        };
        let homes: Vec<Spreading> = clusters.iter().zip(&symbols).map(spreading).collect();
        let span = |from: u32, size: u64| (f64::from(from) * scale, (f64::from(from) + size as f64) * scale);
        let room = within.map(|tile| Room {
            x: span(tile.origin().x, tile.size()),
            y: span(tile.origin().y, tile.size()),
        });
        let side = i64::from(TILE_PX * self.density);
        let device = |v: f64, at: u32| (v * f64::from(self.density)).floor() as i64 - side * i64::from(at);
        let around = turn * (side << self.tile.z);
        let place = |((x, y), symbol): ((f64, f64), Symbol)| Placed {
            x: device(x, self.tile.x) + around,
            y: device(y, self.tile.y),
            symbol,
        };
        spread(&homes, room).into_iter().zip(symbols).map(place).collect()
    }

    /// Symbols of single objects.
    fn points(
        &self,
        view: &View<'_>,
        points: &[(usize, usize)],
        turn: i64,
        icons: &[Option<Icon>],
    ) -> Vec<Placed> {
        let place = |&(part, row): &(usize, usize)| {
            let columns = view.parts[part].columns;
            let group = Some(group_of(view, columns, row)).filter(|group| self.groups.has(*group))?;
            let (x, y) = self.pixel(columns.place(row), turn);
            let icon = icons.get(usize::from(columns.category[row])).copied().flatten();
            Some(Placed { x, y, symbol: Symbol::Point(group, icon) })
        };
        points.iter().filter_map(place).collect()
    }

    fn is_near(&self, placed: &Placed) -> bool {
        let reach = i64::from(REACH_PX * self.density);
        let near = -reach..i64::from(TILE_PX * self.density) + reach;
        near.contains(&placed.x) && near.contains(&placed.y)
    }
}

/// The symbol of what is shown of a cluster; `None` when nothing is.
fn symbol_of(cluster: &Cluster, groups: Groups) -> Option<Symbol> {
    let sums = &cluster.sums;
    let shown = |group, count| if groups.has(group) { count } else { 0 };
    // What was closed in another way is shown with what was solved, as on the page.
    let rest = sums.count.saturating_sub(sums.overdue + sums.in_work + sums.new);
    let shares = Shares {
        overdue: shown(Group::Overdue, sums.overdue),
        in_work: shown(Group::InWork, sums.in_work),
        new: shown(Group::New, sums.new),
        resolved: shown(Group::Resolved, rest),
    };
    let count = shares.overdue + shares.in_work + shares.new + shares.resolved;
    let symbol =
        if cluster.id.fallback { Symbol::Fallback { count } } else { Symbol::Donut { count, shares } };
    (count > 0).then_some(symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_takes_the_vector_tiles_of_the_zoom_above_that_it_touches() {
        let names = |z, x, y| {
            let mut names: Vec<_> =
                sources(Tile { z, x, y }).into_iter().map(|(t, turn)| (t.z, t.x, t.y, turn)).collect();
            names.sort_unstable();
            names
        };
        assert_eq!(names(9, 100, 51), [(8, 49, 25, 0), (8, 49, 26, 0), (8, 50, 25, 0), (8, 50, 26, 0)]);
        // At the edges of the world one goes on around it, and nowhere over the poles.
        assert_eq!(names(2, 0, 0), [(1, 0, 0, 0), (1, 1, 0, -1)]);
        assert_eq!(names(0, 0, 0), [(0, 0, 0, -1), (0, 0, 0, 0), (0, 0, 0, 1)]);
    }

    #[test]
    fn a_place_has_the_same_pixel_in_every_tile() {
        let place = Mercator { x: 3_758_096_384 + 12_345, y: 1_476_395_008 + 54_321 };
        let tile = Tile::at(place, 12);
        let next = Tile { x: tile.x + 1, ..tile };
        for density in [1, 2] {
            let (here, there) = (
                Frame { tile, density, groups: Groups::ALL },
                Frame { tile: next, density, groups: Groups::ALL },
            );
            let ((x, y), (x_next, y_next)) = (here.pixel(place, 0), there.pixel(place, 0));
            assert_eq!((x - i64::from(256 * density), y), (x_next, y_next));
        }
    }
}
