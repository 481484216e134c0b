//! Cities, towns and villages.

use serde::{Deserialize, Serialize};

use super::SettlementNo;
use crate::geometry::Position;

/// A settlement of the region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settlement {
    /// Its number.
    pub no: SettlementNo,
    /// Its stable id (`SET-27-001`).
    pub id: String,
    /// Id of its municipality.
    pub municipality: String,
    /// Russian name.
    pub name_ru: String,
    /// English name.
    pub name_en: String,
    /// `city`, `urban_settlement`, `rural_settlement` or `other`.
    pub kind: String,
    /// Where its label stands.
    pub point: Position,
    /// Residents, where known.
    pub population: Option<u32>,
    /// How reports can reach the region from there (`mobile`, `satellite`, `none`), where known.
    #[serde(default)]
    pub connectivity: Option<String>,
}
