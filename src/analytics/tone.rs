//! From a density to the step of a ramp: scales that come from the whole selection, never from one tile.
//!
//! A scale is a table, so whoever has the table has everything on which a tile's colours depend besides its own densities.

/// How densities are spread over the ramp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Tone {
    /// Logarithmic: one row alone is still to be seen, a hundred times as many are not a hundred times as dark.
    #[default]
    Log,
    /// Proportional.
    Linear,
    /// By rank (histogram equalisation): each step of the ramp has as many non-empty cells.
    EqHist,
}

/// Entries of a table.
const ENTRIES: usize = 4_096;
/// Density at which a scale ends: this share of non-empty cells lies below it.
const QUANTILE: f64 = 0.99;
/// How strongly [`Tone::Log`] lifts small values.
const CONTRAST: f32 = 20.0;

/// A scale: steps 0…255 for densities from nothing to [`Scale::full`].
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    full: f32,
    steps: Vec<u8>,
}

impl Scale {
    /// The scale of cells with `densities`, in any order; `least` is the smallest value at which it may end.
    ///
    /// It ends at two significant digits, so that one row more or less seldom changes every tile. Cost: O(n), for
    /// [`Tone::EqHist`] O(n log n).
    #[must_use]
    pub fn of(mut densities: Vec<f32>, tone: Tone, least: f32) -> Self {
        let full = match densities.len() {
            0 => least,
            n => {
                let at = ((n - 1) as f64 * QUANTILE).round() as usize;
                let (_, value, _) = densities.select_nth_unstable_by(at, f32::total_cmp);
                two_digits(value.max(least))
            }
        };
        let share = |entry: usize| entry as f32 / (ENTRIES - 1) as f32;
        let step = |at: f32| (at.clamp(0.0, 1.0) * 255.0).round() as u8;
        let steps = match tone {
            Tone::Linear => (0..ENTRIES).map(|n| step(share(n))).collect(),
            Tone::Log => {
                let lifted = |n| libm::log1pf(CONTRAST * share(n)) / libm::log1pf(CONTRAST);
                (0..ENTRIES).map(|n| step(lifted(n))).collect()
            }
            Tone::EqHist => {
                densities.sort_unstable_by(f32::total_cmp);
                (0..ENTRIES).map(|n| step(rank(&densities, share(n) * full))).collect()
            }
        };
        Self { full, steps }
    }

    /// Where the ramp ends.
    #[must_use]
    pub fn full(&self) -> f32 {
        self.full
    }

    /// The step of a density, 0…255; of a negative one that of its size.
    #[must_use]
    pub fn step(&self, density: f32) -> u8 {
        let at = (density.abs() / self.full * (ENTRIES - 1) as f32 + 0.5) as usize;
        self.steps[at.min(ENTRIES - 1)]
    }

    /// The least density that reaches `at`, 0…1, of the ramp.
    #[must_use]
    pub fn value_at(&self, at: f32) -> f32 {
        let wanted = (at * 255.0).round() as u8;
        let entry = self.steps.partition_point(|step| *step < wanted).min(ENTRIES - 1);
        entry as f32 / (ENTRIES - 1) as f32 * self.full
    }

    /// The table, as bytes that name it.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        [&self.full.to_le_bytes(), &self.steps[..]].concat()
    }
}

/// Share of `sorted` values up to `value`, between two of them in proportion.
fn rank(sorted: &[f32], value: f32) -> f32 {
    let above = sorted.partition_point(|v| *v <= value);
    let Some(next) = sorted.get(above) else { return 1.0 };
    let last = if above == 0 { 0.0 } else { sorted[above - 1] };
    (above as f32 + (value - last) / (next - last)) / sorted.len() as f32
}

/// `value` rounded up to two significant digits.
fn two_digits(value: f32) -> f32 {
    let unit = libm::powf(10.0, libm::floorf(libm::log10f(value)) - 1.0);
    (value / unit).ceil() * unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_scale_never_falls_and_ends_at_the_top(values in prop::collection::vec(0.001f32..1e6, 1..200), tone in 0..3) {
            let tone = [Tone::Log, Tone::Linear, Tone::EqHist][tone as usize];
            let scale = Scale::of(values, tone, 1e-3);
            prop_assert_eq!(scale.step(0.0), 0);
            prop_assert!(scale.steps.is_sorted());
            prop_assert!(scale.step(scale.full()) >= 250);
            prop_assert_eq!(scale.step(-scale.full()), scale.step(scale.full()));
            let half = scale.value_at(0.5);
            prop_assert!(scale.step(half) >= 127);
        }
    }

    #[test]
    fn a_scale_ends_at_two_significant_digits() {
        for (value, end) in [(0.012_34, 0.013), (99.1, 100.0), (1_010.0, 1_100.0), (7.0, 7.0)] {
            let scale = Scale::of(vec![value], Tone::Log, 1e-6);
            assert!((scale.full() / end - 1.0).abs() < 1e-4, "{value}: {}", scale.full());
        }
    }

    #[test]
    fn ranks_give_every_step_as_many_cells() {
        let values: Vec<f32> = (1..=1_000).map(|n| (n * n) as f32).collect();
        let scale = Scale::of(values.clone(), Tone::EqHist, 1.0);
        let below_half = values.iter().filter(|v| scale.step(**v) < 128).count();
        assert!((450..=550).contains(&below_half), "{below_half}");
    }
}
