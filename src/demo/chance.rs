//! Seeded chance: the same seed gives the same numbers on any machine, in any order of work and on any number of threads.
//!
//! The generator is SplitMix64 (Steele, Lea, Flood: *Fast Splittable Pseudorandom Number Generators*, OOPSLA 2014): a
//! counter that steps by the golden ratio, scrambled by [`mix`]. It is not a library's, so that no update of a library
//! changes an invented region. Every record has a stream of its own ([`Chance::stream`]), so records can be drawn in
//! parallel. Logarithms and exponentials come from `libm`: those of the standard library differ between machines.

use std::f64::consts::TAU;

/// What a stream of chance is for. The numbers are part of the seed's meaning: never reorder them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Topic {
    /// Traits of a municipality.
    Traits = 1,
    /// Streets of a settlement.
    Streets = 2,
    /// Roads between settlements.
    Roads = 3,
    /// Which settlements are silent.
    Silence = 4,
    /// Place, type and time of a problem.
    Problem = 5,
    /// How long a problem takes and what becomes of it.
    Fate = 6,
    /// The steps of a problem's life.
    Life = 7,
    /// Words of a problem.
    Words = 8,
    /// Problems that echo earlier ones.
    Echo = 9,
    /// Which problem an appeal speaks of.
    Link = 10,
    /// One appeal.
    Appeal = 11,
    /// Which appeals are flawed.
    Flaw = 12,
    /// One mark.
    Mark = 13,
    /// Identities of records.
    Identity = 14,
}

/// Step of the counter: 2^64 divided by the golden ratio, odd.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser of SplitMix64: a bijection of 64 bits in which each bit of the input stirs all bits of the output.
#[must_use]
pub const fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A stream of chance.
#[derive(Debug, Clone)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// The stream of record `index` of a topic.
    #[must_use]
    pub const fn stream(seed: u64, topic: Topic, index: u64) -> Self {
        let topic = mix(mix(seed.wrapping_add(GOLDEN)) ^ (topic as u64).wrapping_mul(GOLDEN));
        Self { state: mix(topic.wrapping_add(index.wrapping_mul(GOLDEN))) }
    }

    /// 64 even bits.
    pub const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// A number of 0 ≤ u < 1, in steps of 2^-53.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number of 0 ≤ n < `end`; 0 when `end` is 0. The bias is below `end` / 2^64.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.bits()) * end as u128) >> 64) as usize
    }

    /// A number of `low` ≤ x < `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// True with probability `p`.
    pub fn happens(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// A number of the standard normal distribution (Box and Muller, 1958). At most 8.6 from zero.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        radius * libm::cos(TAU * self.unit())
    }

    /// A positive number whose logarithm is normal: half of them lie below `median`, two thirds within a factor of
    /// exp(`sigma`) around it.
    pub fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// A waiting time with this mean.
    pub fn waiting(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.unit())
    }

    /// One of `items`; `None` when there are none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

/// Weights to draw from: a table of running sums.
#[derive(Debug, Clone, Default)]
pub struct Weights {
    sums: Vec<f64>,
}

impl Weights {
    /// A table of weights. What is not a positive number counts as zero.
    pub fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let mut total = 0.0;
        let add = |weight: f64| {
            total += if weight.is_finite() { weight.max(0.0) } else { 0.0 };
            total
        };
        Self { sums: weights.into_iter().map(add).collect() }
    }

    /// The sum of all weights.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.sums.last().copied().unwrap_or(0.0)
    }

    /// Draws the index of a weight, in proportion; `None` when all are zero. Cost: O(log n).
    pub fn draw(&self, chance: &mut Chance) -> Option<usize> {
        let total = self.total();
        if total <= 0.0 {
            return None;
        }
        let at = chance.unit() * total;
        // Rounding may carry `at` to the total itself; the last positive weight has it then.
        let end = self.sums.partition_point(|sum| *sum < total);
        Some(self.sums.partition_point(|sum| *sum <= at).min(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_are_those_of_the_published_generator() {
        // First outputs of SplitMix64 for the state 1234567, as in the reference implementation's test vector.
        let mut chance = Chance { state: 1_234_567 };
        assert_eq!(chance.bits(), 6_457_827_717_110_365_317);
        assert_eq!(chance.bits(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn streams_of_neighbouring_records_do_not_resemble_each_other() {
        let first = |index| Chance::stream(27, Topic::Problem, index).bits();
        let different: std::collections::HashSet<u64> = (0..10_000).map(first).collect();
        assert_eq!(different.len(), 10_000);
        assert_ne!(Chance::stream(27, Topic::Problem, 1).bits(), Chance::stream(27, Topic::Appeal, 1).bits());
        assert_ne!(
            Chance::stream(27, Topic::Problem, 1).bits(),
            Chance::stream(28, Topic::Problem, 1).bits()
        );
    }

    #[test]
    fn a_normal_number_has_the_mean_and_spread_of_its_distribution() {
        let mut chance = Chance::stream(1, Topic::Fate, 0);
        let numbers: Vec<f64> = (0..50_000).map(|_| chance.normal()).collect();
        let mean = numbers.iter().sum::<f64>() / 50_000.0;
        let spread = numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 50_000.0;
        assert!(mean.abs() < 0.02 && (spread - 1.0).abs() < 0.03, "{mean} {spread}");
    }

    #[test]
    fn weights_are_drawn_in_proportion_and_zeros_never() {
        let weights = Weights::new([0.0, 3.0, 0.0, 1.0, f64::NAN, 0.0]);
        let mut chance = Chance::stream(1, Topic::Link, 0);
        let mut counts = [0u32; 6];
        for _ in 0..40_000 {
            counts[weights.draw(&mut chance).unwrap()] += 1;
        }
        assert_eq!([counts[0], counts[2], counts[4], counts[5]], [0; 4]);
        assert!((29_000..31_000).contains(&counts[1]), "{counts:?}");
        assert_eq!(Weights::new([0.0, 0.0]).draw(&mut chance), None);
        assert_eq!(Weights::default().draw(&mut chance), None);
    }
}
