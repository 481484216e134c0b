//! What the address of a frame or a picture says beside its conditions: what is shown, how much of it, and where its links lead.

use super::ask::{Ask, query_text};
use crate::service::choropleth::MetricNo;

/// What a map shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each is what it says
pub enum Mode {
    Objects,
    Appeals,
    Rating,
}

/// Parameters that are about the frame alone: the whole page has no use for them.
const OF_FRAMES: [&str; 6] = ["v", "ui", "list", "font", "engine", "bbox"];

/// What an address says beside its conditions.
#[derive(Debug, Clone)]
pub struct View {
    /// What the map shows.
    pub mode: Mode,
    /// The metric of the rating.
    pub metric: MetricNo,
    /// Id of the object that is pointed at.
    pub object: Option<String>,
    /// The map alone.
    pub bare: bool,
    /// With a table.
    pub listed: bool,
    /// Nothing is loaded after the poster.
    pub still: bool,
    /// Size of the letters, per cent: 100, 125, 150, 175 or 200.
    pub font: usize,
    /// All that the address says, sorted, in the words of addresses.
    pub pairs: Vec<(&'static str, String)>,
    /// Where the map looks, as the fragment of addresses; empty where nobody said.
    pub camera: String,
    /// Some of the address was not understood.
    pub noticed: bool,
}

impl View {
    /// A value of the address; empty where there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.pairs.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
    }

    /// The address of a frame, of its live map or of a picture below `path`, with everything that this one says.
    #[must_use]
    pub fn framed(&self, path: &str) -> String {
        format!("{path}{}{}", query_text(&self.pairs), self.camera)
    }

    /// A picture in a size. It looks nowhere, for it shows a whole place.
    #[must_use]
    pub fn pictured(&self, path: &str, width: u32, scale: u32) -> String {
        let mut pairs = self.pairs.clone();
        if scale != 1 {
            pairs.push(("scale", scale.to_string()));
        }
        pairs.push(("w", width.to_string()));
        format!("{path}{}", query_text(&pairs))
    }

    /// The whole page with the same view.
    #[must_use]
    pub fn whole(&self) -> String {
        let pairs: Vec<_> = self.pairs.iter().filter(|(name, _)| !OF_FRAMES.contains(name)).collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        format!("/{}{}", query_text(&pairs), self.camera)
    }

    /// The page that tells the same in words and a table.
    #[must_use]
    pub fn twin(&self, ask: &Ask<'_>) -> String {
        let listed = |sort: &str| super::table::SORTS.iter().any(|(word, _)| *word == sort);
        let sort = Some(self.value("sort")).filter(|sort| listed(sort)).unwrap_or("");
        match (&self.object, self.mode) {
            (Some(id), Mode::Objects) => ask.same_day(&format!("/o/{id}"), &[]),
            (_, Mode::Rating) => ask.same_day("/rating", &[]),
            (_, Mode::Appeals) => ask.with("/table", &[("mode", "appeals"), ("sort", "")]),
            (None, Mode::Objects) => ask.with("/table", &[("mode", ""), ("sort", sort)]),
        }
    }
}
