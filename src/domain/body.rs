//! Who answers for problems.

use serde::{Deserialize, Serialize};

use super::BodyNo;

/// At which level of power a body stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Level {
    /// Federal.
    Federal = 0,
    /// Regional.
    Regional = 1,
    /// Municipal.
    Municipal = 2,
    /// A utility company.
    Utility = 3,
    /// Anything else, or unknown.
    Other = 4,
}

impl Level {
    /// All levels, from the top.
    pub const ALL: [Self; 5] = [Self::Federal, Self::Regional, Self::Municipal, Self::Utility, Self::Other];

    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Federal => "federal",
            Self::Regional => "regional",
            Self::Municipal => "municipal",
            Self::Utility => "utility",
            Self::Other => "other",
        }
    }

    /// Reads the name on the wire.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == text)
    }

    /// The level with this number on disk.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// A body that may be responsible for a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Its number.
    pub no: BodyNo,
    /// Its stable id: of the pack (`BOD-27-01`), or the text under which an import named it.
    pub id: String,
    /// Its level.
    pub level: Level,
    /// Russian name.
    pub name_ru: String,
    /// English name.
    pub name_en: String,
    /// Id of the municipality that it serves, for municipal bodies.
    pub municipality: Option<String>,
    /// Id of the body above it.
    pub parent: Option<String>,
    /// Codes of the spheres that it usually answers for.
    #[serde(default)]
    pub spheres: Vec<String>,
}
