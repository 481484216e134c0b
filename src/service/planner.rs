//! Problems for a planner's own map program: the collection with what explains it, in one ZIP.

use super::export::{Export, ExportError, ExportForm};
use super::features::Collection;
use super::filter::Filter;
use super::{Atlas, ReadError};
use crate::archive::bundle::Bundle;

/// Name of the collection's file; map programs look for a style beside it under the same name.
pub const NAME: &str = "problems";

/// A file that explains the collection: its name and text.
pub type Beside = (String, String);

/// A ZIP under way.
pub struct PlannerExport {
    bundle: Option<Bundle>,
    beside: Vec<Beside>,
    export: Export,
}

impl Atlas {
    /// Begins a ZIP of the problems that the filter takes. Errors: unknown names in the filter.
    pub fn begin_planner_export(
        &self,
        filter: Filter,
        beside: Vec<Beside>,
    ) -> Result<PlannerExport, ReadError> {
        let export = self.begin_export(Collection::Problems, filter, ExportForm::GeoJson)?;
        Ok(PlannerExport { bundle: Some(Bundle::default()), beside, export })
    }
}

impl PlannerExport {
    /// Everything on which the bytes depend.
    #[must_use]
    pub fn scope(&self) -> String {
        format!("zip/{}/{:?}", self.export.scope(), self.beside)
    }

    /// The next bytes; `None` after the last. Cost: that of pages of features until compression gives something.
    pub fn next_piece(&mut self, atlas: &Atlas) -> Result<Option<Vec<u8>>, ExportError> {
        let Some(mut bundle) = self.bundle.take() else { return Ok(None) };
        if !self.beside.is_empty() {
            for (name, text) in self.beside.drain(..) {
                bundle.file(&name)?;
                bundle.write(text.as_bytes())?;
            }
            bundle.file(&format!("{NAME}.geojson"))?;
        }
        while let Some(piece) = self.export.next_piece(atlas)? {
            bundle.write(&piece)?;
            let bytes = bundle.take();
            if !bytes.is_empty() {
                self.bundle = Some(bundle);
                return Ok(Some(bytes));
            }
        }
        Ok(Some(bundle.finish()?))
    }
}
