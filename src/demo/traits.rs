//! How municipalities differ: invented multipliers, drawn from the seed alone.
//!
//! They are never tied to what a real place is known for: a municipality that performs well under one seed does badly
//! under another. Only its number of residents is taken from the pack.

use super::DemoInput;
use super::chance::{Chance, Topic};

/// The traits of one municipality.
#[derive(Debug, Clone, Copy)]
pub struct Traits {
    /// How many times longer its problems take; 1 is usual.
    pub slowness: f64,
    /// How much more often it sets deadlines that nobody can keep; 1 is usual.
    pub haste: f64,
    /// How much more often its work comes back from the check, or breaks again; 1 is usual.
    pub sloppiness: f64,
    /// How much more often its replies are late; 1 is usual.
    pub tardiness: f64,
    /// How much its head's marks lie above the mean, in spreads.
    pub favour: f64,
    /// How eagerly its residents take part; 1 is usual.
    pub turnout: f64,
}

impl Traits {
    /// The traits of a municipality.
    #[must_use]
    pub fn draw(seed: u64, municipality: u16) -> Self {
        let mut chance = Chance::stream(seed, Topic::Traits, u64::from(municipality));
        let mut times = |sigma: f64| chance.log_normal(1.0, sigma).clamp(0.55, 1.8);
        let (slowness, haste, sloppiness) = (times(0.25), times(0.22), times(0.45));
        let (tardiness, turnout) = (times(0.5), times(0.3));
        // Residents notice slowness, but not only that.
        let favour = -0.55 * libm::log(slowness) / 0.25 + 0.8 * chance.normal();
        Self { slowness, haste, sloppiness, tardiness, favour, turnout }
    }

    /// The traits of all municipalities, by number.
    #[must_use]
    pub fn of_all(input: &DemoInput<'_>, seed: u64) -> Vec<Self> {
        let most = input.municipalities.iter().map(|m| m.no.0).max().unwrap_or(0);
        (0..=most).map(|no| Self::draw(seed, no)).collect()
    }
}
