//! An invented region for a seed: problems with their whole lives, appeals and marks, to look at before there are real ones.
//!
//! [`generate`] answers it all. It reads no clock and no file and draws no unseeded number: the same pack, sizes and seed
//! give the same world on any machine and any number of threads (see [`chance`]). What the numbers are is data of the
//! region pack ([`plan`]), and so are the words ([`phrases`], [`template`]); a second region needs no code.
//!
//! How it is made, in this order:
//!
//! 1. `land`: boundaries, settlements with streets (`towns`), roads (`roads`), types (`themes`), words
//!    (`wording`), and how municipalities differ (`traits`, drawn from the seed, never from a place's reputation).
//! 2. `problems`: type, place and day of each (`drafts`, `spots`); one common pace so that the registry as a whole
//!    resolves what the plan says (`fates`); each life planned (`course`) and put to the rules of
//!    [`crate::domain::lifecycle`] step by step ([`life`]); then those that echo earlier ones (`echoes`).
//! 3. `appeals`: half of them evidence for a problem, with replies by the calendar (`replies`).
//! 4. `marks`.
//!
//! Flawed rows are part of it, because real files have them: a fallback coordinate, impossible coordinates, rows sent
//! twice, appeals answered before they came in. They carry the doubts that an import would give them; the fallback
//! coordinate is left for the atlas to find ([`crate::domain::fallback`]).

use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::deadline::{DeadlineRule, LegalCalendar};
use crate::domain::event::PastEvent;
use crate::domain::source::Source;
use crate::domain::{
    Appeal, Body, Category, Mark, Municipality, MunicipalityNo, Problem, Settlement, SourceNo,
};
use crate::geometry::Shape;

mod answerers;
mod appeals;
pub mod chance;
mod course;
mod days;
mod drafts;
mod echoes;
mod fates;
mod land;
pub mod life;
mod marks;
pub mod numerals;
pub mod phrases;
pub mod plan;
mod plane;
mod problems;
mod replies;
mod roads;
mod spots;
pub mod template;
#[cfg(test)]
mod tests;
mod themes;
mod towns;
mod traits;
mod wording;

pub use phrases::DemoPhrases;
pub use plan::DemoPlan;

/// Name of the one source of all invented records.
pub const SOURCE: &str = "demo";

/// What an invented region is made of: a region pack. Entities are in the order of their numbers, from 0.
#[derive(Debug, Clone, Copy)]
pub struct DemoInput<'a> {
    /// Municipalities.
    pub municipalities: &'a [Municipality],
    /// Their boundaries, polygons.
    pub boundaries: &'a [(MunicipalityNo, Arc<Shape>)],
    /// Settlements.
    pub settlements: &'a [Settlement],
    /// Bodies.
    pub bodies: &'a [Body],
    /// Spheres and types.
    pub categories: &'a [Category],
    /// Deadline rules.
    pub rules: &'a [DeadlineRule],
    /// The calendar, with the zone in which legal days are counted.
    pub calendar: &'a LegalCalendar,
    /// Numbers: the pack's `demo.toml`.
    pub plan: &'a DemoPlan,
    /// Words: the pack's `demo_texts.toml`.
    pub phrases: &'a DemoPhrases,
    /// First day of the history.
    pub since: Date,
    /// Its last day, "today" for the demonstration: nothing happens after it.
    pub until: Date,
}

/// How much is invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoSizes {
    /// Problems.
    pub problems: u32,
    /// Appeals.
    pub appeals: u32,
    /// Citizens' marks.
    pub assessments: u32,
}

impl Default for DemoSizes {
    /// The sizes that are publicly known of Khabarovsk Krai's registry and portal.
    fn default() -> Self {
        Self { problems: 9_285, appeals: 73_000, assessments: 90_000 }
    }
}

/// An invented region. Records of each kind are numbered from 1, in the order in which they arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoWorld {
    /// Where the records come from: one source, number 0, called [`SOURCE`].
    pub sources: Vec<Source>,
    /// Problems as they are at the end, with everything that happened to them; see [`life::first_record`].
    pub problems: Vec<(Problem, Vec<PastEvent>)>,
    /// Appeals.
    pub appeals: Vec<Appeal>,
    /// Citizens' marks.
    pub marks: Vec<Mark>,
}

/// Why no region can be invented from a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DemoError {
    /// No municipality has a boundary.
    #[error("the pack has no boundaries to place problems in")]
    NoBoundaries,
    /// No settlement lies in a municipality and has room for a street.
    #[error("the pack has no settlements to place problems in")]
    NoSettlements,
    /// The history ends before it begins.
    #[error("the history ends before it begins")]
    NoHistory,
    /// There is nothing that a problem could be about.
    #[error("the pack has no categories")]
    NoTypes,
    /// A text of the pack is not a template.
    #[error(transparent)]
    Text(#[from] template::TemplateError),
}

/// Invents a region.
///
/// Errors: a pack without boundaries, settlements or types, or with a text that is not a template; a history that ends
/// before it begins; see [`DemoError`].
/// A pack in which little is said (no roads, few words, types that the plan does not know) gives a plainer region.
///
/// Cost: O(problems + appeals + marks), in parallel.
pub fn generate(input: &DemoInput<'_>, sizes: DemoSizes, seed: u64) -> Result<DemoWorld, DemoError> {
    let land = land::Land::build(input, seed)?;
    let mut cases = problems::draw(&land, sizes.problems);
    let appeals = appeals::draw(&land, &mut cases, sizes.appeals);
    let marks = marks::draw(&land, sizes.assessments);
    Ok(DemoWorld {
        sources: vec![Source { no: SourceNo(0), name: SOURCE.to_owned() }],
        problems: cases.into_iter().map(|case| (case.problem, case.events)).collect(),
        appeals,
        marks,
    })
}
