//! Chance with a seed: the same streams on every machine and for every number of threads.
//!
//! A [`Stream`] belongs to what it is drawn for (a municipality, an indicator), not to the thread that draws, so results
//! depend on the seed alone. Not for secrets. Drawn from in [`super::shrinkage`] and [`super::ranks`].
//!
//! Sources: Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014, pp. 453–472 (SplitMix64);
//! Marsaglia & Bray, "A Convenient Method for Generating Normal Variables", SIAM Review 6 (1964), pp. 260–264; Marsaglia & Tsang, "A
//! Simple Method for Generating Gamma Variables", ACM TOMS 26 (2000), pp. 363–372; Robert, "Simulation of Truncated Normal
//! Variables", Statistics and Computing 5 (1995), proposition 2.3.

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
    spare_normal: Option<f64>,
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
        Self { state, spare_normal: None }
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

    /// A draw of the standard normal distribution, by the polar method.
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare_normal.take() {
            return spare;
        }
        let [u, v] = self.accepted(|s| {
            let (u, v) = (2.0 * s.unit() - 1.0, 2.0 * s.unit() - 1.0);
            let square = u * u + v * v;
            let scale = || (-2.0 * log(square) / square).sqrt();
            (square < 1.0 && square > 0.0).then(scale).map(|scale| [u * scale, v * scale])
        });
        self.spare_normal = Some(v);
        u
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

    /// A draw of Gamma(shape, rate 1). `shape > 0`.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            // A gamma variable of shape + 1, times U^(1/shape).
            let larger = self.gamma(shape + 1.0);
            return larger * exp(log(self.unit()) / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        self.accepted(|s| {
            let z = s.normal();
            let root = 1.0 + c * z;
            if root <= 0.0 {
                return None;
            }
            let (v, u, square) = (root * root * root, s.unit(), z * z);
            // The squeeze spares the logarithms in 98 of 100 draws.
            let taken = u < 1.0 - 0.0331 * square * square || log(u) < 0.5 * square + d * (1.0 - v + log(v));
            taken.then_some(d * v)
        })
    }

    /// The first draw that is accepted; not a number when none of many was.
    fn accepted<T: NotANumber>(&mut self, mut draw: impl FnMut(&mut Self) -> Option<T>) -> T {
        (0..MAX_TRIES).find_map(|_| draw(self)).unwrap_or(T::NAN)
    }

    /// A draw of Beta(a, b). `a, b > 0`.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a), self.gamma(b));
        // Both may vanish for tiny parameters; which of them is then left to the odds.
        if x + y > 0.0 { x / (x + y) } else { f64::from(u8::from(self.unit() < a / (a + b))) }
    }
}

/// What stands for a draw that does not exist.
trait NotANumber {
    const NAN: Self;
}

impl NotANumber for f64 {
    const NAN: Self = f64::NAN;
}

impl NotANumber for [f64; 2] {
    const NAN: Self = [f64::NAN; 2];
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
            assert_moments("beta", moments(|s| s.beta(a, b)), a / n, a * b / (n * n * (n + 1.0)));
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
    fn a_parameter_that_is_not_a_number_ends_in_no_number() {
        let mut stream = Stream::new(1, &[]);
        assert!(stream.normal_above(f64::NAN).is_nan());
        assert!(stream.gamma(f64::NAN).is_nan());
    }

    #[test]
    fn the_first_draws_of_a_seed_are_what_they_always_were() {
        // The published test vector of SplitMix64 for state 1234567.
        let mut stream = Stream { state: 1_234_567, spare_normal: None };
        assert_eq!(stream.bits(), 6_457_827_717_110_365_317);
        assert_eq!(stream.bits(), 3_203_168_211_198_807_973);
    }
}
