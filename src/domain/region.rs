//! The region that an atlas is about.

use serde::{Deserialize, Serialize};

/// A region: what its pack says of it as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// Code of the region, part of every public id (`27`).
    pub code: String,
    /// Short Latin name (`khabarovsk`).
    pub slug: String,
    /// Russian name.
    pub name_ru: String,
    /// English name.
    pub name_en: String,
    /// IANA time zone in which legal days are counted.
    pub time_zone: String,
    /// West, south, east, north in degrees.
    pub bounds: [f64; 4],
    /// Set when the problems and appeals are invented: every page and file then says so.
    #[serde(default)]
    pub invented: Option<Notice>,
    /// Where residents report a problem, if the region has such a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_url: Option<String>,
}

/// A sentence that must accompany the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// In Russian.
    pub ru: String,
    /// In English.
    pub en: String,
}
