//! Money: whole kopecks, with how sure one may be of them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An amount in kopecks, 1/100 of a rouble.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kopecks(pub i64);

/// The largest amount taken from outside: 10 trillion roubles, ten times the krai's yearly product.
pub const MAX_KOPECKS: i64 = 1_000_000_000_000_000;

/// How a cost was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CostClass {
    /// An approved estimate.
    A,
    /// By analogue.
    B,
    /// An expert's judgement.
    C,
    /// Unknown.
    D,
}

/// What it takes to fix a problem. Unknown is `None`, never zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// The amount.
    pub amount: Kopecks,
    /// The day whose prices are meant, where known.
    pub price_date: Option<Date>,
    /// How it was found: A, B or C.
    pub class: CostClass,
}

impl Kopecks {
    /// Parses roubles from outside: a decimal number, at most two places kept, never negative.
    ///
    /// ```
    /// use atlas::domain::Kopecks;
    /// assert_eq!(Kopecks::parse_roubles("1250000.5"), Some(Kopecks(125_000_050)));
    /// assert_eq!(Kopecks::parse_roubles("12 500,99"), Some(Kopecks(1_250_099)));
    /// assert_eq!(Kopecks::parse_roubles("-1"), None);
    /// assert_eq!(Kopecks::parse_roubles("NaN"), None);
    /// ```
    #[must_use]
    pub fn parse_roubles(text: &str) -> Option<Self> {
        let plain: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
            .map(|c| if c == ',' { '.' } else { c })
            .collect();
        let roubles: f64 = plain.parse().ok()?;
        Self::from_roubles(roubles)
    }

    /// Roubles as a number from outside; `None` when negative, not finite or above [`MAX_KOPECKS`].
    #[must_use]
    pub fn from_roubles(roubles: f64) -> Option<Self> {
        let kopecks = (roubles * 100.0).round();
        (kopecks >= 0.0 && kopecks <= MAX_KOPECKS as f64).then_some(Self(kopecks as i64))
    }

    /// The amount in roubles.
    #[must_use]
    pub fn roubles(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

impl CostClass {
    /// Reads the letter of a class.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "A" => Some(Self::A),
            "B" => Some(Self::B),
            "C" => Some(Self::C),
            "D" => Some(Self::D),
            _ => None,
        }
    }

    /// The letter of the class.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }
}
