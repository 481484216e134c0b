//! Choropleth tiles: municipalities by class of a metric.

use std::collections::HashMap;

use super::markers::Theme;
use super::{Atlas, ReadError, Reading};
use crate::analytics::indicators::Indicator;
use crate::domain::MunicipalityNo;
use crate::geometry::Tile;
use crate::render::areas::{self, Area};
pub use crate::render::metrics::{Metric, metrics};
pub use crate::render::palette::{class_colours, ground};
use crate::render::png;

/// A metric, by its place in `tiles/metrics.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MetricNo(u8);

impl MetricNo {
    /// The metric with this id, or the first one; `None` for an id that there is not.
    #[must_use]
    pub fn parse(id: Option<&str>) -> Option<Self> {
        let Some(id) = id else { return Some(Self(0)) };
        metrics().metric.iter().position(|metric| metric.id == id).map(|at| Self(at as u8))
    }

    /// The metric.
    #[must_use]
    pub fn metric(self) -> &'static Metric {
        &metrics().metric[usize::from(self.0)]
    }
}

impl Atlas {
    /// A picture of the municipalities in a tile, coloured by a metric. `density` is the number of device pixels in a pixel.
    ///
    /// Cost: O(vertices in the tile + pixels), once the rating of the version and day is there.
    pub fn choropleth_tile(
        &self,
        reading: &Reading,
        metric: MetricNo,
        theme: Theme,
        tile: Tile,
        density: u32,
    ) -> Result<Vec<u8>, ReadError> {
        let (metric, values) = (metric.metric(), self.metric_values(reading, metric.metric())?);
        let area = |no: &MunicipalityNo, pieces| {
            let class = values.get(no).map(|value| metric.class_of(*value));
            Area { pieces, class }
        };
        let outlines = reading.snapshot.outlines.iter();
        let areas: Vec<Area> = outlines.map(|(no, outline)| area(no, outline.cut(tile))).collect();
        Ok(png::encode(areas::draw(&areas, density, theme)))
    }

    /// The value of a metric in each municipality that has one, as the page takes it from the rating and the burden.
    pub fn metric_values(
        &self,
        reading: &Reading,
        metric: &Metric,
    ) -> Result<HashMap<MunicipalityNo, f64>, ReadError> {
        if matches!(metric.id.as_str(), "open_per_10k" | "years_to_clear") {
            let burdens = self.burdens(reading);
            let value = |row: &crate::analytics::burden::BurdenRow| match metric.id.as_str() {
                "open_per_10k" => row.open_per_10k,
                _ => row.years_to_clear,
            };
            return Ok(burdens
                .municipalities
                .iter()
                .filter_map(|row| Some((row.no?, value(row)?)))
                .collect());
        }
        let ratings = self.ratings(reading)?;
        let indicator = Indicator::parse(&metric.id);
        let value = |rating: &crate::analytics::rating::Rating| match indicator {
            None => rating.score,
            Some(id) => {
                let row = rating.indicators.iter().find(|row| row.id == id)?;
                row.raw.filter(|_| row.n >= metrics().least_cases)
            }
        };
        Ok(ratings.municipalities.iter().filter_map(|rating| Some((rating.no, value(rating)?))).collect())
    }
}
