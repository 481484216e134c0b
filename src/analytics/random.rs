//! Chance with a seed: the same streams on every machine and for every number of threads.
//!
//! A [`Stream`] belongs to what it is drawn for (a municipality, an indicator), not to the thread that draws, so results
//! depend on the seed alone. Not for secrets. Drawn from in [`super::shrinkage`] and [`super::ranks`].
//!
//! Sources: Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014, pp. 453–472 (SplitMix64);
//! Marsaglia & Tsang, "The Ziggurat Method for Generating Random Variables", J. Statistical Software 5 (2000), 8, with the 53 bits
//! and the separate layer of Doornik, "An Improved Ziggurat Method" (2005); Marsaglia & Tsang, "A Simple Method for Generating Gamma Variables", ACM TOMS 26 (2000), pp. 363–372; Robert, "Simulation of Truncated Normal
//! Variables", Statistics and Computing 5 (1995), proposition 2.3.

use std::sync::LazyLock;

use libm::{exp, log};

/// Most tries of a draw by rejection. A sound one is refused a hundred times in a row less than once in 10⁷⁰ draws; a parameter
/// that is not a number would be refused for ever.
const MAX_TRIES: u32 = 1_000;

/// The golden ratio's fraction in 64 bits: SplitMix64's step.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream of chance.
#[derive(Debug, Clone)]
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The stream of `seed` for what `path` names.
    ///
    /// ```
    /// use atlas::analytics::random::Stream;
    /// let draw = |path: &[u64]| Stream::new(7, path).bits();
    /// assert_eq!(draw(&[3, 1]), draw(&[3, 1]));
    /// assert_ne!(draw(&[3, 1]), draw(&[1, 3]));
    /// ```
    #[must_use]
    pub fn new(seed: u64, path: &[u64]) -> Self {
        let state =
            path.iter().fold(mix(seed ^ STEP), |state, &part| mix(state.wrapping_add(STEP) ^ mix(part)));
        Self { state }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// A number above 0 and below 1, in steps of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) * (1.0 / (1u64 << 53) as f64)
    }

    /// A draw of the standard normal distribution, by the ziggurat: 99 of 100 take no logarithm.
    pub fn normal(&mut self) -> f64 {
        let ziggurat = Ziggurat::get();
        self.accepted(|s| {
            let bits = s.bits();
            let layer = (bits & (LAYERS as u64 - 1)) as usize;
            let at = ((bits >> 11) as f64 + 0.5) * (2.0 / (1u64 << 53) as f64) - 1.0;
            if at.abs() < ziggurat.ratios[layer] {
                return Some(at * ziggurat.edges[layer]);
            }
            if layer == 0 {
                return Some(s.normal_tail(at < 0.0));
            }
            let x = at * ziggurat.edges[layer];
            let over = |edge: f64| exp(-0.5 * (edge * edge - x * x));
            let (wide, narrow) = (over(ziggurat.edges[layer]), over(ziggurat.edges[layer + 1]));
            (narrow + s.unit() * (wide - narrow) < 1.0).then_some(x)
        })
    }

    /// A draw beyond the ziggurat's base.
    fn normal_tail(&mut self, negative: bool) -> f64 {
        let beyond = self.accepted(|s| {
            let x = -log(s.unit()) / BASE;
            (-2.0 * log(s.unit()) >= x * x).then_some(x)
        });
        if negative { -BASE - beyond } else { BASE + beyond }
    }

    /// A draw of the standard normal distribution above `low`.
    pub fn normal_above(&mut self, low: f64) -> f64 {
        if low <= 0.0 {
            return self.accepted(|s| Some(s.normal()).filter(|z| *z >= low));
        }
        let rate = 0.5 * (low + (low * low + 4.0).sqrt());
        self.accepted(|s| {
            let z = low - log(s.unit()) / rate;
            (s.unit() <= exp(-0.5 * (z - rate) * (z - rate))).then_some(z)
        })
    }

    /// A draw of Gamma(shape, rate 1). `shape > 0`. For many of one shape see [`Gamma`].
    pub fn gamma(&mut self, shape: f64) -> f64 {
        Gamma::new(shape).draw(self)
    }

    /// The first draw that is accepted; not a number when none of many was.
    fn accepted(&mut self, mut draw: impl FnMut(&mut Self) -> Option<f64>) -> f64 {
        (0..MAX_TRIES).find_map(|_| draw(self)).unwrap_or(f64::NAN)
    }
}

/// The gamma distribution of one shape, rate 1, ready to be drawn from often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gamma {
    d: f64,
    c: f64,
    /// One over a shape below 1.
    inverse: Option<f64>,
}

impl Gamma {
    /// The distribution of `shape > 0`.
    #[must_use]
    pub fn new(shape: f64) -> Self {
        // A gamma variable of shape + 1, times U^(1/shape), has a shape below 1.
        let (larger, inverse) = if shape < 1.0 { (shape + 1.0, Some(1.0 / shape)) } else { (shape, None) };
        let d = larger - 1.0 / 3.0;
        Self { d, c: 1.0 / (9.0 * d).sqrt(), inverse }
    }

    /// A draw.
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        let drawn = stream.accepted(|s| {
            let z = s.normal();
            let root = 1.0 + self.c * z;
            if root <= 0.0 {
                return None;
            }
            let (v, u, square) = (root * root * root, s.unit(), z * z);
            // The squeeze spares the logarithms in 98 of 100 draws.
            let taken =
                u < 1.0 - 0.0331 * square * square || log(u) < 0.5 * square + self.d * (1.0 - v + log(v));
            taken.then_some(self.d * v)
        });
        self.inverse.map_or(drawn, |inverse| drawn * exp(log(stream.unit()) * inverse))
    }
}

/// The beta distribution, ready to be drawn from often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beta {
    of: [Gamma; 2],
    /// Its mean.
    mean: f64,
}

impl Beta {
    /// Beta(a, b). `a, b > 0`.
    #[must_use]
    pub fn new(a: f64, b: f64) -> Self {
        Self { of: [Gamma::new(a), Gamma::new(b)], mean: a / (a + b) }
    }

    /// A draw.
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        let [x, y] = [self.of[0].draw(stream), self.of[1].draw(stream)];
        // Both may vanish for tiny parameters; which of them is then left to the odds.
        if x + y > 0.0 { x / (x + y) } else { f64::from(u8::from(stream.unit() < self.mean)) }
    }
}

/// Layers of the ziggurat.
const LAYERS: usize = 128;
/// Where its base ends and the tail begins.
const BASE: f64 = 3.442_619_855_899;
/// Area of each layer.
const AREA: f64 = 9.912_563_035_262_17e-3;

/// The layers under the density of the normal distribution.
struct Ziggurat {
    edges: [f64; LAYERS + 1],
    ratios: [f64; LAYERS],
}

impl Ziggurat {
    fn get() -> &'static Self {
        static BUILT: LazyLock<Ziggurat> = LazyLock::new(|| {
            let (mut edges, mut height) = ([0.0; LAYERS + 1], exp(-0.5 * BASE * BASE));
            (edges[0], edges[1]) = (AREA / height, BASE);
            for layer in 2..LAYERS {
                edges[layer] = (-2.0 * log(AREA / edges[layer - 1] + height)).sqrt();
                height = exp(-0.5 * edges[layer] * edges[layer]);
            }
            let ratios = std::array::from_fn(|layer| edges[layer + 1] / edges[layer]);
            Ziggurat { edges, ratios }
        });
        &BUILT
    }
}

/// SplitMix64's mixing function.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(mut draw: impl FnMut(&mut Stream) -> f64) -> (f64, f64) {
        let mut stream = Stream::new(27, &[]);
        let draws: Vec<f64> = (0..200_000).map(|_| draw(&mut stream)).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        (mean, draws.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / draws.len() as f64)
    }

    fn assert_moments(what: &str, found: (f64, f64), mean: f64, variance: f64) {
        assert!(
            (found.0 - mean).abs() < 5.0 * (variance / 200_000.0).sqrt(),
            "{what}: mean {} of {mean}",
            found.0
        );
        assert!((found.1 / variance - 1.0).abs() < 0.05, "{what}: variance {} of {variance}", found.1);
    }

    #[test]
    fn draws_have_the_mean_and_variance_of_their_distribution() {
        assert_moments("unit", moments(Stream::unit), 0.5, 1.0 / 12.0);
        assert_moments("normal", moments(Stream::normal), 0.0, 1.0);
        for shape in [0.3, 1.0, 4.5, 250.0] {
            assert_moments("gamma", moments(|s| s.gamma(shape)), shape, shape);
        }
        for (a, b) in [(0.5, 0.5), (2.0, 8.0), (90.0, 30.0)] {
            let n: f64 = a + b;
            assert_moments("beta", moments(|s| Beta::new(a, b).draw(s)), a / n, a * b / (n * n * (n + 1.0)));
        }
    }

    #[test]
    fn draws_above_a_bound_have_the_mean_of_that_part() {
        for low in [-2.0, 0.0, 0.7, 5.0] {
            let (mean, variance) = moments(|s| s.normal_above(low));
            let expected = super::super::special::normal_hazard(low);
            assert!(
                (mean - expected).abs() < 5.0 * (variance / 200_000.0).sqrt(),
                "{low}: {mean} of {expected}"
            );
        }
    }

    #[test]
    fn normal_draws_have_the_tails_of_the_normal_distribution() {
        let mut stream = Stream::new(5, &[]);
        let draws: Vec<f64> = (0..1_000_000).map(|_| stream.normal()).collect();
        for bound in [0.3, 1.0, 2.0, 3.0, 3.6] {
            let p = super::super::special::normal_tail(bound);
            for side in [1.0, -1.0] {
                let share = draws.iter().filter(|z| side * **z > bound).count() as f64 / 1e6;
                assert!((share - p).abs() < 5.0 * (p / 1e6).sqrt(), "{bound}: {share} of {p}");
            }
        }
    }

    #[test]
    fn a_parameter_that_is_not_a_number_ends_in_no_number() {
        let mut stream = Stream::new(1, &[]);
        assert!(stream.normal_above(f64::NAN).is_nan());
        assert!(stream.gamma(f64::NAN).is_nan());
    }

    #[test]
    fn the_first_draws_of_a_seed_are_what_they_always_were() {
        // The published test vector of SplitMix64 for state 1234567.
        let mut stream = Stream { state: 1_234_567 };
        assert_eq!(stream.bits(), 6_457_827_717_110_365_317);
        assert_eq!(stream.bits(), 3_203_168_211_198_807_973);
    }
}
