//! Spheres and types: what a problem is about.

use serde::{Deserialize, Serialize};

use super::CategoryNo;

/// Code of the sphere under which unknown categories are kept.
pub const OTHER: &str = "other";

/// How many categories beyond the pack's an atlas keeps: above it a column was surely mapped wrongly.
pub const MAX_CATEGORIES: usize = 4_000;

/// A sphere (no parent) or a type within one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its number.
    pub no: CategoryNo,
    /// Its stable code (`roads`, `roads.pothole`), or the text under which an import named it.
    pub code: String,
    /// Code of the sphere; `None` for a sphere.
    pub parent: Option<String>,
    /// Russian name.
    pub name_ru: String,
    /// English name.
    pub name_en: String,
    /// Code of the rule that sets an appeal's reply term.
    pub reply_rule: Option<String>,
    /// Code of the rule that sets a problem's deadline when nobody else does.
    pub resolution_rule: Option<String>,
    /// Within this distance two problems of the type may be the same, metres.
    pub duplicate_radius_m: u32,
    /// For so many months after a resolution a new problem near it counts as a recurrence.
    pub recurrence_months: u16,
    /// Name of its icon.
    pub icon: String,
    /// Other names under which files may know it (sub-categories of a feedback platform).
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Kept as an import named it; not part of the pack.
    #[serde(default)]
    pub as_given: bool,
}

impl Category {
    /// The code of the sphere: its own, or its parent's.
    #[must_use]
    pub fn sphere(&self) -> &str {
        self.parent.as_deref().unwrap_or(&self.code)
    }

    /// A category that an import named and no pack knows.
    #[must_use]
    pub fn as_given(no: CategoryNo, name: &str) -> Self {
        Self {
            no,
            code: name.to_owned(),
            parent: Some(OTHER.to_owned()),
            name_ru: name.to_owned(),
            name_en: name.to_owned(),
            reply_rule: None,
            resolution_rule: None,
            duplicate_radius_m: 50,
            recurrence_months: 24,
            icon: "marker".to_owned(),
            aliases: Vec::new(),
            as_given: true,
        }
    }
}
