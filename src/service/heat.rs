//! Heat: what is weighed, how it is coloured, and what the colours mean.
//!
//! The scale of a picture comes from the whole selection at its zoom, never from the tile, so that neighbouring tiles agree
//! and a legend can be written down.

use std::sync::Arc;

use serde::Serialize;

use super::filter::{Filter, Invalid, Moment};
use super::tiles::{HeatLayer, TileRequest};
use super::{Atlas, ReadError, Reading, scope_of};
use crate::analytics::density::{self, BANDWIDTH_PX, BANDWIDTHS_PX, Density, Weight};
use crate::analytics::selection::{Part, Selection, StatusTable, View};
use crate::analytics::tone::Scale;
pub use crate::analytics::tone::Tone;
use crate::geometry::mercator::metres_per_px;
use crate::render::palette::{colour_at, difference_ramp, heat_ramp, palette};
use crate::render::png;
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::layer::Extra;
use crate::snapshot::problems::ProblemColumns;

/// Residents to which [`HeatWeight::PerResident`] relates.
const RESIDENTS: f32 = 10_000.0;
const MS_A_YEAR: f64 = 365.25 * 86_400_000.0;
/// Zooms for which a legend is given: those of the pictures on the page.
const LEGEND_ZOOMS: std::ops::RangeInclusive<u8> = 3..=18;

/// What a row adds to the density.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HeatWeight {
    /// One.
    #[default]
    Count,
    /// One when it is overdue.
    Overdue,
    /// Its severity, 1…5; nothing when unknown.
    Severity,
    /// Its cost in roubles; nothing when unknown.
    Cost,
    /// One for every 10,000 residents of its municipality.
    PerResident,
}

impl HeatWeight {
    /// All, with their names in addresses.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("count", Self::Count),
        ("overdue", Self::Overdue),
        ("severity", Self::Severity),
        ("cost", Self::Cost),
        ("per_resident", Self::PerResident),
    ];

    fn unit(self) -> &'static str {
        match self {
            Self::Count => "records per km²",
            Self::Overdue => "overdue records per km²",
            Self::Severity => "points of severity per km²",
            Self::Cost => "roubles per km²",
            Self::PerResident => "records per km² and 10,000 residents of the municipality",
        }
    }
}

/// Standard deviation of the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bandwidth {
    /// In pixels of a 256-pixel tile: the same on every zoom's screen.
    Px(u16),
    /// In metres on the ground at the region's middle latitude, as far as a tile can show them.
    Metres(u32),
}

/// A period, both ends included.
pub type Period = (Moment, Moment);

/// How density is counted and coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeatStyle {
    /// Pixels on a side: 256, or 512 for @2x.
    pub size_px: u16,
    /// What is weighed.
    pub weight: HeatWeight,
    /// How it is spread over the ramp.
    pub tone: Tone,
    /// How far a row reaches.
    pub bandwidth: Bandwidth,
    /// Show how much more there was, per year, in the period of the filter than in this one.
    pub versus: Option<Period>,
}

impl Default for HeatStyle {
    fn default() -> Self {
        let (weight, tone) = Default::default();
        Self { size_px: 256, weight, tone, bandwidth: Bandwidth::Px(BANDWIDTH_PX as u16), versus: None }
    }
}

impl HeatStyle {
    /// The kernel's standard deviation at the request's zoom, in pixels of a 256-pixel tile.
    #[must_use]
    pub fn bandwidth_px(&self, request: &TileRequest) -> f32 {
        self.bandwidth_px_at(&request.reading, request.tile.z)
    }

    fn bandwidth_px_at(&self, reading: &Reading, z: u8) -> f32 {
        let px = match self.bandwidth {
            Bandwidth::Px(px) => f32::from(px),
            Bandwidth::Metres(m) => (f64::from(m) / ground_px(reading, z)) as f32,
        };
        px.clamp(*BANDWIDTHS_PX.start(), *BANDWIDTHS_PX.end())
    }
}

/// Metres per pixel of a 256-pixel tile at the middle latitude of the region.
fn ground_px(reading: &Reading, z: u8) -> f64 {
    metres_per_px(middle_latitude(reading), z, 256)
}

fn middle_latitude(reading: &Reading) -> f64 {
    let region = reading.snapshot.dictionary.region.as_ref();
    region.map_or(0.0, |region| (region.bounds[1] + region.bounds[3]) / 2.0)
}

/// The selections of a heat picture: one, or two to be compared, each with what its rows count for.
pub(super) struct Compared {
    own: Selection,
    factor: f32,
    other: Option<(Selection, f32)>,
}

impl Compared {
    fn of(reading: &Reading, layer: HeatLayer, filter: &Filter, style: HeatStyle) -> Result<Self, ReadError> {
        let select = |filter: &Filter| match layer {
            HeatLayer::Problems => filter.select_problems(reading),
            HeatLayer::Appeals => filter.select_appeals(reading),
        };
        let own = select(filter)?;
        let Some((from, to)) = style.versus else { return Ok(Self { own, factor: 1.0, other: None }) };
        let past = Filter { registered_from: Some(from), registered_to: Some(to), ..filter.clone() };
        let other = select(&past)?;
        let per_year = |selection: &Selection| {
            let days = selection
                .attributes
                .opened
                .filter(|(from, to)| *from > i64::MIN + 1 && *to < i64::MAX && from < to);
            let allowed = "registered_from, registered_to, versus_from, versus_to";
            let (from, to) =
                days.ok_or_else(|| Invalid::new("versus_from", "period_missing", "", allowed))?;
            Ok::<f32, Invalid>((MS_A_YEAR / (to - from + 1) as f64) as f32)
        };
        let (factor, other_factor) = (per_year(&own)?, per_year(&other)?);
        Ok(Self { own, factor, other: Some((other, other_factor)) })
    }
}

/// The parts of a layer on a day.
#[derive(Clone, Copy)]
struct Seen<'a> {
    parts: &'a [Part<'a>],
    statuses: StatusTable,
    today: i64,
}

impl<'a> Seen<'a> {
    fn view(&self, selection: &'a Selection) -> View<'a> {
        View { parts: self.parts, statuses: self.statuses, selection, today: self.today }
    }
}

/// Calls `f` with the parts of a layer and what their rows weigh.
fn with_weight<A>(
    reading: &Reading,
    layer: HeatLayer,
    weight: HeatWeight,
    f: impl FnOnce(Seen<'_>, Weight<'_>) -> A,
) -> A {
    let (snapshot, today) = (&reading.snapshot, reading.today.0);
    let parts = match layer {
        HeatLayer::Problems => snapshot.problems.parts(),
        HeatLayer::Appeals => snapshot.appeals.parts(),
    };
    let statuses = match layer {
        HeatLayer::Problems => ProblemColumns::STATUSES,
        HeatLayer::Appeals => AppealColumns::STATUSES,
    };
    let seen = Seen { parts: &parts, statuses, today };
    match weight {
        HeatWeight::Count => f(seen, Weight::Count),
        HeatWeight::Overdue => f(seen, Weight::Overdue),
        HeatWeight::Severity => {
            f(seen, Weight::OfRow(&|part, row| f32::from(parts[part].columns.severity[row])))
        }
        HeatWeight::Cost => {
            let segments = snapshot.problems.segments();
            let roubles = |part: usize, row: usize| {
                let cost = segments[part].extra.cost(row);
                cost.map_or(0.0, |(kopecks, _)| (kopecks.0 as f64 / 100.0) as f32)
            };
            f(seen, Weight::OfRow(&roubles))
        }
        HeatWeight::PerResident => {
            let municipalities = snapshot.dictionary.municipalities.iter();
            let weights: Vec<f32> = municipalities
                .map(|m| m.residents().filter(|n| *n > 0).map_or(0.0, |n| RESIDENTS / n as f32))
                .collect();
            f(seen, Weight::OfMunicipality(&weights))
        }
    }
}

/// What the colours of a heat layer mean.
#[derive(Debug, Clone, Serialize)]
pub struct HeatLegend {
    /// Name of what is weighed.
    pub weight: &'static str,
    /// What the values count; a difference counts them per year.
    pub unit: String,
    /// Latitude for which areas and metres hold, degrees.
    pub latitude: f64,
    /// By zoom.
    pub zooms: Vec<ZoomLegend>,
}

/// The legend of one zoom.
#[derive(Debug, Clone, Serialize)]
pub struct ZoomLegend {
    /// Zoom.
    pub z: u8,
    /// Standard deviation of the kernel, pixels of a 256-pixel tile.
    pub bandwidth_px: f32,
    /// The same in metres.
    pub bandwidth_m: f64,
    /// Values at the stops of the ramp.
    pub stops: Vec<LegendStop>,
}

/// A stop of the ramp.
#[derive(Debug, Clone, Serialize)]
pub struct LegendStop {
    /// Least value that has the colour; negative for less than before.
    pub value: f64,
    /// `#rrggbb`.
    pub colour: String,
    /// Opacity, 0…1.
    pub alpha: f32,
}

impl TileRequest {
    pub(super) fn scale_key(&self, layer: HeatLayer, style: HeatStyle) -> (String, u8) {
        scale_key(&self.reading, &self.filter, layer, style, self.tile.z)
    }
}

fn scale_key(reading: &Reading, filter: &Filter, layer: HeatLayer, style: HeatStyle, z: u8) -> (String, u8) {
    let version = match layer {
        HeatLayer::Problems => reading.snapshot.problems.version(),
        HeatLayer::Appeals => reading.snapshot.appeals.version(),
    };
    // One scale for both sizes of picture.
    let style = HeatStyle { size_px: 256, ..style };
    (scope_of(&format!("{layer:?}{style:?}"), version, reading, filter), z)
}

impl Atlas {
    /// What a heat picture is coloured by. Cost: see [`density::cell_weights`]; nothing when it is kept already.
    fn heat_scale(
        &self,
        reading: &Reading,
        filter: &Filter,
        (layer, style): (HeatLayer, HeatStyle),
        compared: &Compared,
        z: u8,
    ) -> Arc<Scale> {
        let key = scale_key(reading, filter, layer, style, z);
        self.tiles.scales.get_with(key, || Arc::new(scale(reading, layer, style, compared, z)))
    }

    /// What a heat picture shows, and by what it is coloured.
    pub(super) fn heat_content(
        &self,
        request: &TileRequest,
        layer: HeatLayer,
        style: HeatStyle,
    ) -> Result<(Compared, Arc<Scale>), ReadError> {
        let TileRequest { reading, filter, tile, .. } = request;
        let compared = Compared::of(reading, layer, filter, style)?;
        let scale = self.heat_scale(reading, filter, (layer, style), &compared, tile.z);
        Ok((compared, scale))
    }

    /// What the colours of a heat layer mean under a filter, zoom by zoom. Cost: one scale a zoom.
    pub fn heat_legend(
        &self,
        filter: &Filter,
        layer: HeatLayer,
        style: HeatStyle,
    ) -> Result<HeatLegend, ReadError> {
        let reading = self.read_for(filter)?;
        let compared = Compared::of(&reading, layer, filter, style)?;
        let zoom = |z: u8| {
            let scale = self.heat_scale(&reading, filter, (layer, style), &compared, z);
            let metres = ground_px(&reading, z);
            let bandwidth_px = style.bandwidth_px_at(&reading, z);
            let stops = legend_stops(&scale, style, 1e6 / (metres * metres));
            ZoomLegend { z, bandwidth_px, bandwidth_m: f64::from(bandwidth_px) * metres, stops }
        };
        let zooms = LEGEND_ZOOMS.map(zoom).collect();
        let name = HeatWeight::NAMES.iter().find(|(_, weight)| *weight == style.weight);
        let per_year = if style.versus.is_some() { ", more or fewer a year" } else { "" };
        let unit = format!("{}{per_year}", style.weight.unit());
        let latitude = middle_latitude(&reading);
        Ok(HeatLegend { weight: name.map_or("", |(name, _)| name), unit, latitude, zooms })
    }
}

/// A heat picture, PNG.
pub(super) fn heat_tile(
    request: &TileRequest,
    layer: HeatLayer,
    style: HeatStyle,
    compared: &Compared,
    scale: &Scale,
) -> Vec<u8> {
    let (tile, size_px) = (request.tile, usize::from(style.size_px));
    let bandwidth_px = style.bandwidth_px(request);
    let density = with_weight(&request.reading, layer, style.weight, |seen, weight| {
        let of = |selection| density::density(&seen.view(selection), tile, size_px, weight, bandwidth_px);
        let own: Density = of(&compared.own);
        match &compared.other {
            Some((other, factor)) => own.minus(compared.factor, &of(other), *factor),
            None => own,
        }
    });
    match style.versus {
        Some(_) => {
            let step = |v: &f32| 128u8.saturating_add_signed(signed_step(scale, *v));
            picture(&density, size_px, 128, step, &difference_ramp())
        }
        None => picture(&density, size_px, 0, |v| scale.step(*v), &heat_ramp()),
    }
}

fn legend_stops(scale: &Scale, style: HeatStyle, per_km2: f64) -> Vec<LegendStop> {
    let ramp = if style.versus.is_some() { &palette().difference } else { &palette().heat };
    let stop = |at: f32| {
        let value = f64::from(scale.value_at(at.abs()).copysign(at)) * per_km2;
        let [r, g, b, alpha] = colour_at(ramp, at);
        let alpha = (f32::from(alpha) / 255.0 * 100.0).round() / 100.0;
        LegendStop { value: three_digits(value), colour: format!("#{r:02x}{g:02x}{b:02x}"), alpha }
    };
    ramp.iter().map(|one| stop(one.at)).collect()
}

/// A number that people can read: three significant digits.
fn three_digits(value: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let unit = 10f64.powi(value.abs().log10().floor() as i32 - 2);
    let rounded = (value / unit).round() * unit;
    // The product is a hair off; its shortest text is not.
    format!("{rounded:.12}").parse().unwrap_or(rounded)
}

/// How many steps a difference is away from none: -127…127.
fn signed_step(scale: &Scale, difference: f32) -> i8 {
    let size = (u16::from(scale.step(difference)) * 127 / 255) as i8;
    if difference < 0.0 { -size } else { size }
}

fn picture(
    density: &Density,
    size_px: usize,
    nothing: u8,
    step: impl Fn(&f32) -> u8,
    ramp: &[[u8; 4]; 256],
) -> Vec<u8> {
    if density.values.is_empty() {
        return png::encode_indexed(size_px, &vec![nothing; size_px * size_px], ramp);
    }
    let pixels: Vec<u8> = density.values.iter().map(step).collect();
    png::encode_indexed(size_px, &pixels, ramp)
}

fn scale(reading: &Reading, layer: HeatLayer, style: HeatStyle, compared: &Compared, z: u8) -> Scale {
    let least = 2.0 * density::single(style.bandwidth_px_at(reading, z));
    with_weight(reading, layer, style.weight, |seen, weight| {
        let of = |selection| density::cell_weights(&seen.view(selection), z, weight);
        let own = of(&compared.own);
        // What weighs a million is not measured in ones.
        let least =
            if matches!(style.weight, HeatWeight::Count | HeatWeight::Overdue) { least } else { 1e-9 };
        match &compared.other {
            None => Scale::of(density::cell_densities(&own), style.tone, least),
            Some((other, factor)) => {
                let differences = differences(&own, compared.factor, &of(other), *factor);
                Scale::of(density::cell_densities(&differences), style.tone, least * compared.factor)
            }
        }
    })
}

/// How far the cells of two lists, both ascending, are apart.
fn differences(own: &[(u64, f32)], factor: f32, other: &[(u64, f32)], other_factor: f32) -> Vec<(u64, f32)> {
    let signed = own.iter().map(|(cell, v)| (*cell, v * factor));
    let mut all: Vec<(u64, f32)> =
        signed.chain(other.iter().map(|(cell, v)| (*cell, -v * other_factor))).collect();
    all.sort_by_key(|(cell, _)| *cell);
    all.dedup_by(|next, first| {
        let same = next.0 == first.0;
        first.1 += if same { next.1 } else { 0.0 };
        same
    });
    all.iter_mut().for_each(|(_, v)| *v = v.abs());
    all
}
