//! The metrics that colour municipalities and the classes of their values, from `tiles/metrics.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// All metrics.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Fewer cases than this say nothing about a share or a median.
    pub least_cases: u32,
    /// The metrics; the first, the score of the rating, is shown when none is asked for.
    pub metric: Vec<Metric>,
}

/// A number by which municipalities are compared.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Its name in addresses.
    pub id: String,
    /// What its values are: `score`, `share`, `days`, `rate` (per 10,000 residents) or `years`.
    pub kind: String,
    /// Inner bounds between the classes, ascending; a value on a bound belongs to the class above.
    pub bounds: [f64; 4],
    /// Whether more of it is better.
    pub more_is_better: bool,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(|| {
    toml::from_str(include_str!("../../tiles/metrics.toml")).expect("the metrics are well formed")
});

/// The metrics.
#[must_use]
pub fn metrics() -> &'static Metrics {
    &METRICS
}

impl Metric {
    /// The class of a value, 0 (good) … 4 (bad).
    #[must_use]
    pub fn class_of(&self, value: f64) -> usize {
        let above = self.bounds.iter().filter(|bound| value >= **bound).count();
        if self.more_is_better { self.bounds.len() - above } else { above }
    }

    /// The values of each class from good to bad: the first that belongs, and the first that no longer does; `None` at an open
    /// end.
    #[must_use]
    pub fn class_ranges(&self) -> Vec<(Option<f64>, Option<f64>)> {
        let from = std::iter::once(None).chain(self.bounds.iter().copied().map(Some));
        let to = self.bounds.iter().copied().map(Some).chain(std::iter::once(None));
        let mut ranges: Vec<_> = from.zip(to).collect();
        if self.more_is_better {
            ranges.reverse();
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::palette::palette;

    #[test]
    fn the_first_metric_is_the_score() {
        assert_eq!(metrics().metric[0].id, "score");
    }

    #[test]
    fn bounds_ascend_and_there_is_a_colour_for_each_class() {
        for metric in &metrics().metric {
            assert!(metric.bounds.windows(2).all(|pair| pair[0] < pair[1]), "{}", metric.id);
            assert_eq!(metric.class_ranges().len(), palette().choropleth.classes.len());
        }
    }

    #[test]
    fn a_value_is_of_the_class_whose_range_holds_it() {
        for metric in &metrics().metric {
            let values = metric.bounds.iter().flat_map(|bound| [bound - 0.01, *bound, bound + 0.01]);
            for value in values {
                let (from, to) = metric.class_ranges()[metric.class_of(value)];
                assert!(from.is_none_or(|from| value >= from) && to.is_none_or(|to| value < to), "{value}");
            }
        }
    }
}
