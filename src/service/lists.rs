//! Pages of problems and appeals as the public may see them, typed: what lists for people are written from.
//!
//! The same pages as bytes for programs: [`super::features`].

use super::features::FeatureQuery;
use super::items::PageToken;
use super::order::Sorted;
use super::public::{PublicAppeal, PublicProblem};
use super::{Atlas, ReadError, Reading, scope_of};
use crate::analytics::selection::Selection;
use crate::domain::{AppealNo, ProblemNo};
use crate::geometry::Position;
use crate::snapshot::layer::{At, Layer};

/// A page of a list.
pub struct List<T> {
    /// Its rows in order.
    pub rows: Vec<T>,
    /// How many match in all.
    pub matched: u64,
    /// Where the next page begins.
    pub next: Option<PageToken>,
}

impl Atlas {
    /// A page of problems in the world of the reading. Cost: see [`Atlas::page`].
    pub fn list_problems(
        &self,
        reading: &Reading,
        query: &FeatureQuery,
    ) -> Result<List<PublicProblem>, ReadError> {
        let selection = query.filter.select_problems(reading)?;
        Ok(self.list(&reading.snapshot.problems, "problems", reading, &selection, query, PublicProblem::at))
    }

    /// A page of appeals in the world of the reading. Cost: see [`Atlas::page`].
    pub fn list_appeals(
        &self,
        reading: &Reading,
        query: &FeatureQuery,
    ) -> Result<List<PublicAppeal>, ReadError> {
        let selection = query.filter.select_appeals(reading)?;
        Ok(self.list(&reading.snapshot.appeals, "appeals", reading, &selection, query, PublicAppeal::at))
    }

    /// Where a problem's symbol stands. Errors: no such problem, or not for the public.
    pub fn place_of_problem(&self, reading: &Reading, id: &str) -> Result<Position, ReadError> {
        let no = reading.snapshot.dictionary.ids.parse_problem(id).ok_or(ReadError::NotFound("problem"))?;
        let at = reading.snapshot.problems.find(no.0).ok_or(ReadError::NotFound("problem"))?;
        Ok(PublicProblem::at(reading, at).place)
    }

    /// The problem with this number as the public sees it; `None` where it does not.
    #[must_use]
    pub fn public_problem_of(&self, reading: &Reading, no: ProblemNo) -> Option<PublicProblem> {
        let at = reading.snapshot.problems.find(no.0)?;
        Some(PublicProblem::at(reading, at))
    }

    /// The appeal with this number as the public sees it; `None` where it does not.
    #[must_use]
    pub fn public_appeal_of(&self, reading: &Reading, no: AppealNo) -> Option<PublicAppeal> {
        let at = reading.snapshot.appeals.find(no.0)?;
        Some(PublicAppeal::at(reading, at))
    }

    fn list<E: Sorted, T>(
        &self,
        layer: &Layer<E>,
        name: &str,
        reading: &Reading,
        selection: &Selection,
        query: &FeatureQuery,
        view: fn(&Reading, At) -> T,
    ) -> List<T> {
        let mut scope = scope_of(name, layer.version(), reading, &query.filter);
        if let Some(order) = query.order {
            scope.push_str(&format!("/{order:?}"));
        }
        let page = self.page(layer, reading, selection, &scope, query.order, query.limit, query.token);
        let rows = page.rows.into_iter().map(|at| view(reading, at)).collect();
        List { rows, matched: page.matched, next: page.next }
    }
}
