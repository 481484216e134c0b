//! Features of the collections, page by page, and their bytes in GeoJSON, as a sequence and as CSV.

use std::borrow::Cow;

use super::filter::Filter;
use super::items::{Page, PageToken};
use super::order::{Order, Sorted};
use super::public::{
    OwnedValue, Property, PublicAppeal, PublicProblem, municipality_properties, settlement_properties,
};
use super::ratings::rating_properties;
use super::{Atlas, ReadError, Reading, scope_of};
use crate::analytics::rating::{Rating, Ratings};
use crate::analytics::selection::Selection;
use crate::formats::Value;
use crate::formats::csv_writer::CsvWriter;
use crate::formats::geojson_writer::{FeatureWriter, Framing, Place, write_feature};
use crate::geometry::{Bounds, Position, Shape};
use crate::snapshot::layer::{At, Extra, Layer};

/// A collection of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collection {
    /// Problems.
    Problems,
    /// Appeals.
    Appeals,
    /// Municipalities.
    Municipalities,
    /// Settlements.
    Settlements,
    /// Hot spots: crowds of problems and hot cells.
    Hotspots,
    /// The rating, on the borders of the municipalities.
    Ratings,
}

impl Collection {
    /// All collections.
    pub const ALL: [Self; 6] = [
        Self::Problems,
        Self::Appeals,
        Self::Municipalities,
        Self::Settlements,
        Self::Hotspots,
        Self::Ratings,
    ];

    /// The name in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Problems => "problems",
            Self::Appeals => "appeals",
            Self::Municipalities => "municipalities",
            Self::Settlements => "settlements",
            Self::Hotspots => "hotspots",
            Self::Ratings => "ratings",
        }
    }

    /// Reads the name in addresses.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|collection| collection.code() == text)
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct FeatureQuery {
    /// The one filter; of places only its box counts.
    pub filter: Filter,
    /// The order, where it is not that of ids; of problems and appeals only.
    pub order: Option<Order>,
    /// Most features on the page.
    pub limit: usize,
    /// Where the page begins.
    pub token: Option<PageToken>,
}

/// A page of features.
pub struct FeaturePage {
    /// The world from which it is.
    pub reading: Reading,
    /// The features.
    pub features: Vec<Feature>,
    /// How many match in all.
    pub matched: u64,
    /// Where the next page begins.
    pub next: Option<PageToken>,
    /// Everything on which the page depends but the address.
    pub scope: String,
}

/// A feature as the public sees it.
#[derive(Clone)]
pub struct Feature {
    id: String,
    geometry: FeatureGeometry,
    properties: Vec<(&'static str, OwnedValue)>,
}

#[derive(Clone)]
enum FeatureGeometry {
    Nowhere,
    At(Position),
    Of(Shape),
}

impl Atlas {
    /// A page of a collection. Cost: see [`Atlas::page`]; for places, hot spots and ratings O(all of them), once those were
    /// found and rated.
    pub fn features(&self, collection: Collection, query: &FeatureQuery) -> Result<FeaturePage, ReadError> {
        self.features_of(&self.read_for(&query.filter)?, collection, query)
    }

    /// A page of a collection of one world.
    pub fn features_of(
        &self,
        reading: &Reading,
        collection: Collection,
        query: &FeatureQuery,
    ) -> Result<FeaturePage, ReadError> {
        match collection {
            Collection::Problems => {
                let selection = query.filter.select_problems(reading)?;
                Ok(self.layer_page(
                    &reading.snapshot.problems,
                    "problems",
                    reading,
                    &selection,
                    query,
                    problem_feature,
                ))
            }
            Collection::Appeals => {
                let selection = query.filter.select_appeals(reading)?;
                Ok(self.layer_page(
                    &reading.snapshot.appeals,
                    "appeals",
                    reading,
                    &selection,
                    query,
                    appeal_feature,
                ))
            }
            Collection::Municipalities | Collection::Settlements => {
                let version = reading.snapshot.dictionary_version;
                Ok(list_page(places(collection, reading), collection, version, reading, query))
            }
            Collection::Hotspots => {
                let (found, version) = (self.hotspots.of(reading), reading.snapshot.problems.version());
                Ok(list_page(found.features.to_vec(), collection, version, reading, query))
            }
            Collection::Ratings => {
                let ratings = self.ratings(reading)?;
                let (rows, version) = (rating_features(reading, &ratings), reading.snapshot.version);
                Ok(list_page(rows, collection, version, reading, query))
            }
        }
    }

    fn layer_page<E: Sorted>(
        &self,
        layer: &Layer<E>,
        name: &str,
        reading: &Reading,
        selection: &Selection,
        query: &FeatureQuery,
        feature: fn(&Reading, At) -> Feature,
    ) -> FeaturePage {
        let mut scope = scope_of(name, layer.version(), reading, &query.filter);
        if let Some(order) = query.order {
            scope.push_str(&format!("/{order:?}"));
        }
        let Page { rows, matched, next } =
            self.page(layer, reading, selection, &scope, query.order, query.limit, query.token);
        let features = rows.into_iter().map(|at| feature(reading, at)).collect();
        FeaturePage { reading: reading.clone(), features, matched, next, scope }
    }

    /// One feature by its id. Errors: no such feature, or not for the public.
    pub fn feature(&self, reading: &Reading, collection: Collection, id: &str) -> Result<Feature, ReadError> {
        let snapshot = &reading.snapshot;
        let (dictionary, ids) = (&snapshot.dictionary, &snapshot.dictionary.ids);
        let found = match collection {
            Collection::Problems => ids
                .parse_problem(id)
                .and_then(|no| public_row(reading, no.0, &snapshot.problems))
                .map(|at| problem_feature(reading, at)),
            Collection::Appeals => ids
                .parse_appeal(id)
                .and_then(|no| public_row(reading, no.0, &snapshot.appeals))
                .map(|at| appeal_feature(reading, at)),
            Collection::Municipalities => {
                dictionary.find_municipality(id).map(|m| municipality_feature(reading, m))
            }
            Collection::Settlements => {
                dictionary.settlements.iter().find(|s| s.id == id).map(settlement_feature)
            }
            Collection::Hotspots => self.hotspots.of(reading).features.iter().find(|f| f.id == id).cloned(),
            Collection::Ratings => {
                let no = dictionary.find_municipality(id).map(|m| m.id.clone());
                let rows = rating_features(reading, &*self.ratings(reading)?);
                rows.into_iter().find(|f| Some(&f.id) == no.as_ref())
            }
        };
        found.ok_or(ReadError::NotFound("feature"))
    }
}

fn public_row<E: Extra>(reading: &Reading, number: u32, layer: &Layer<E>) -> Option<At> {
    let (everything, parts) = (Selection::default(), layer.parts());
    let view = Layer::<E>::view(&parts, &everything, reading.today);
    layer.find(number).filter(|at| view.takes(at.part, at.row))
}

fn problem_feature(reading: &Reading, at: At) -> Feature {
    let view = PublicProblem::at(reading, at);
    let geometry = match &view.shape {
        Some(shape) => FeatureGeometry::Of((**shape).clone()),
        None => FeatureGeometry::At(view.place),
    };
    Feature { id: view.id.clone(), geometry, properties: owned(&view.properties()) }
}

fn appeal_feature(reading: &Reading, at: At) -> Feature {
    let view = PublicAppeal::at(reading, at);
    let geometry = FeatureGeometry::At(view.place);
    Feature { id: view.id.clone(), geometry, properties: owned(&view.properties()) }
}

fn municipality_feature(reading: &Reading, m: &crate::domain::Municipality) -> Feature {
    let geometry = match reading.snapshot.boundary(m.no) {
        Some(shape) => FeatureGeometry::Of((**shape).clone()),
        None => FeatureGeometry::Nowhere,
    };
    Feature { id: m.id.clone(), geometry, properties: municipality_properties(m) }
}

/// The rows of the rating on the borders of their municipalities, by rank.
fn rating_features(reading: &Reading, ratings: &Ratings) -> Vec<Feature> {
    let feature = |rating: &Rating| {
        let place = municipality_feature(reading, reading.snapshot.dictionary.municipality(rating.no)?);
        Some(Feature { properties: rating_properties(ratings, rating), ..place })
    };
    ratings.municipalities.iter().filter_map(feature).collect()
}

fn settlement_feature(settlement: &crate::domain::Settlement) -> Feature {
    let geometry = FeatureGeometry::At(settlement.point);
    Feature { id: settlement.id.clone(), geometry, properties: settlement_properties(settlement) }
}

fn places(collection: Collection, reading: &Reading) -> Vec<Feature> {
    let dictionary = &reading.snapshot.dictionary;
    match collection {
        Collection::Municipalities => {
            dictionary.municipalities.iter().map(|m| municipality_feature(reading, m)).collect()
        }
        _ => dictionary.settlements.iter().map(settlement_feature).collect(),
    }
}

/// Places and hot spots are few: their pages are cut from the whole list.
fn list_page(
    mut features: Vec<Feature>,
    collection: Collection,
    version: u64,
    reading: &Reading,
    query: &FeatureQuery,
) -> FeaturePage {
    if let Some(bounds) = &query.filter.bbox {
        features.retain(|feature| feature.geometry.meets(bounds));
    }
    let (matched, first) = (features.len(), query.token.map_or(0, |token| token.after as usize));
    let end = first.saturating_add(query.limit);
    let next = (end < matched).then_some(PageToken { after: end as u32, last: matched as u32 });
    let features = features.into_iter().skip(first).take(query.limit).collect();
    let scope = scope_of(collection.code(), version, reading, &query.filter);
    FeaturePage { reading: reading.clone(), features, matched: matched as u64, next, scope }
}

impl FeatureGeometry {
    fn place(&self) -> Place<'_> {
        match self {
            Self::Nowhere => Place::Nowhere,
            Self::At(position) => Place::At(*position),
            Self::Of(shape) => Place::Of(shape),
        }
    }

    fn meets(&self, bounds: &Bounds) -> bool {
        match self {
            Self::Nowhere => true,
            Self::At(position) => bounds.contains(*position),
            Self::Of(shape) => shape.meets(bounds),
        }
    }

    fn anchor(&self) -> Option<Position> {
        match self {
            Self::Nowhere => None,
            Self::At(position) => Some(*position),
            Self::Of(shape) => Some(shape.anchor()),
        }
    }
}

fn owned(properties: &[Property<'_>]) -> Vec<(&'static str, OwnedValue)> {
    properties.iter().map(|(name, value)| (*name, OwnedValue::from(*value))).collect()
}

impl Feature {
    /// A feature that is no record.
    #[must_use]
    pub fn new(id: String, shape: Shape, properties: Vec<(&'static str, OwnedValue)>) -> Self {
        Self { id, geometry: FeatureGeometry::Of(shape), properties }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its shape, where it has one that is more than a record's place.
    #[must_use]
    pub fn shape(&self) -> Option<&Shape> {
        match &self.geometry {
            FeatureGeometry::Of(shape) => Some(shape),
            FeatureGeometry::Nowhere | FeatureGeometry::At(_) => None,
        }
    }

    /// One of its properties.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&OwnedValue> {
        self.properties.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// GeoJSON of the feature alone; `members` are further members as JSON text, or empty.
    #[must_use]
    pub fn to_geojson(&self, members: &str) -> Vec<u8> {
        let mut out = Vec::new();
        write_feature(&mut out, Some(&self.id), self.geometry.place(), &self.borrowed());
        if !members.is_empty() {
            // The brace that closes the feature moves behind the further members.
            out.pop();
            out.push(b',');
            out.extend_from_slice(members.as_bytes());
            out.push(b'}');
        }
        out
    }

    /// Its shape, with a record's place as a point; `None` when it is nowhere.
    #[must_use]
    pub(super) fn drawn(&self) -> Option<Cow<'_, Shape>> {
        match &self.geometry {
            FeatureGeometry::Nowhere => None,
            FeatureGeometry::At(position) => Some(Cow::Owned(Shape::Point(*position))),
            FeatureGeometry::Of(shape) => Some(Cow::Borrowed(shape)),
        }
    }

    pub(super) fn write(&self, writer: &mut FeatureWriter, out: &mut Vec<u8>) {
        writer.feature(out, Some(&self.id), self.geometry.place(), &self.borrowed());
    }

    fn borrowed(&self) -> Vec<Property<'_>> {
        self.properties.iter().map(|(name, value)| (*name, value.borrow())).collect()
    }
}

/// A GeoJSON `FeatureCollection`; `members` are further members of it as JSON text.
#[must_use]
pub fn collection_geojson(features: &[Feature], members: &str) -> Vec<u8> {
    let (mut out, mut writer) = (Vec::new(), FeatureWriter::new(Framing::Collection));
    writer.begin(&mut out);
    for feature in features {
        feature.write(&mut writer, &mut out);
    }
    writer.end(&mut out, members);
    out
}

/// A GeoJSON text sequence (RFC 8142).
#[must_use]
pub fn sequence_geojson(features: &[Feature]) -> Vec<u8> {
    let (mut out, mut writer) = (Vec::new(), FeatureWriter::new(Framing::Sequence));
    for feature in features {
        feature.write(&mut writer, &mut out);
    }
    out
}

/// Rows of CSV with a header and the place of each feature.
#[must_use]
pub fn csv_rows(features: &[Feature]) -> Vec<u8> {
    let (mut out, writer) = (Vec::new(), CsvWriter::new(b','));
    for (n, feature) in features.iter().enumerate() {
        csv_row(&writer, &mut out, feature, n == 0);
    }
    out
}

pub(super) fn csv_row(writer: &CsvWriter, out: &mut Vec<u8>, feature: &Feature, with_header: bool) {
    if with_header {
        let names = feature.properties.iter().map(|(name, _)| Value::Text(name));
        writer.row(out, names.chain([Value::Text("lon"), Value::Text("lat")]));
    }
    let at = feature.geometry.anchor();
    let degrees = [at.map(Position::lon_deg).into(), at.map(Position::lat_deg).into()];
    writer.row(out, feature.properties.iter().map(|(_, value)| value.borrow()).chain(degrees));
}
