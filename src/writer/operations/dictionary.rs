//! The dictionaries of a region, when an atlas is created.

use crate::domain::source::Source;
use crate::domain::{Actor, Record};
use crate::snapshot::Boundaries;
use crate::writer::planner::{Operation, Planner, Refusal};

/// Puts the region and everything that its pack names into an atlas without anything in it.
pub struct LoadRegion {
    /// Records of the dictionaries, in the order of [`crate::domain::Kind::ALL`].
    pub records: Vec<Record>,
    /// The borders that they name, already durable.
    pub boundaries: Boundaries,
}

impl Operation for LoadRegion {
    type Answer = ();

    fn plan(self, planner: &mut Planner<'_>) -> Result<(), Refusal> {
        if planner.dictionary().region.is_some() {
            return Err(Refusal::Conflict("the atlas has a region already"));
        }
        for (blob, shape) in self.boundaries {
            planner.put_boundary(blob, shape);
        }
        for record in self.records {
            planner.put_dictionary(record, Actor::ADMIN);
        }
        Ok(())
    }
}

/// Names sources before their records come, with the numbers that those records bring.
pub struct LoadSources {
    /// The sources in the order of their numbers.
    pub sources: Vec<Source>,
}

impl Operation for LoadSources {
    type Answer = ();

    fn plan(self, planner: &mut Planner<'_>) -> Result<(), Refusal> {
        if !planner.dictionary().sources.is_empty() {
            return Err(Refusal::Conflict("the atlas has sources already"));
        }
        for source in self.sources {
            planner.put_dictionary(Record::Source(source), Actor::ADMIN);
        }
        Ok(())
    }
}
