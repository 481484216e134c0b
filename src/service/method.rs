//! The method as data: every constant, every formula, and the rules of hot spots.

use serde::Serialize;

use crate::analytics::formulas::{self, Formula};
use crate::analytics::hotspots::HotspotRule;
use crate::analytics::method::Method;

/// All that a page on the method shows.
#[derive(Debug, Serialize)]
pub struct MethodView {
    /// Version of the method.
    pub version: &'static str,
    /// Every constant of the rating, as in `method.toml`.
    pub constants: &'static Method,
    /// Every constant of the hot spots, as in `hotspots.toml`.
    pub hotspots: &'static HotspotRule,
    /// The formulas, in the order in which a number is made.
    pub formulas: &'static [Formula],
}

/// The method that answers are made with: the very values that the code reads. Cost: none.
#[must_use]
pub fn method_view() -> MethodView {
    let constants = Method::builtin();
    MethodView {
        version: &constants.version,
        constants,
        hotspots: HotspotRule::builtin(),
        formulas: formulas::all(),
    }
}
