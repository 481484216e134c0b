//! Ratings and burdens of municipalities, computed once per version and day.

use std::sync::Arc;

use moka::sync::Cache;
use serde::Serialize;

use super::facts::{all_facts, moment, municipalities};
use super::filter::Filter;
use super::public::OwnedValue;
use super::units::moments;
use super::{Atlas, ReadError, Reading, scope_of};
use crate::analytics::burden::{Burden, burden};
use crate::analytics::counterfactual::{Counterfactual, next_tier};
use crate::analytics::estimates::GroupPriors;
use crate::analytics::indicators::{Indicator, Side, evidence};
use crate::analytics::method::Method;
use crate::analytics::rating::{Held, Inputs, Moments, Period, Rating, Ratings, rate_units};
use crate::domain::{MunicipalityNo, ProblemNo};
use crate::formats::Value;
use crate::formats::csv_writer::CsvWriter;
use crate::store::StoreError;

/// Ratings of versions and days that are kept.
const KEPT: u64 = 16;
/// Explanations that are kept: those of a region's municipalities for two or three days.
const KEPT_EXPLAINED: u64 = 64;

/// Ratings and burdens that were computed.
pub struct RatingCache {
    ratings: Cache<String, Arc<Ratings>>,
    burdens: Cache<String, Arc<Burden>>,
    explained: Cache<String, Arc<Explained>>,
}

impl Default for RatingCache {
    fn default() -> Self {
        Self { ratings: Cache::new(KEPT), burdens: Cache::new(KEPT), explained: Cache::new(KEPT_EXPLAINED) }
    }
}

/// One municipality's rating with the problems behind each number, and what it takes to rise.
#[derive(Debug, Serialize)]
pub struct Explained {
    as_of: String,
    method_version: String,
    seed: String,
    inputs_hash: String,
    #[serde(flatten)]
    rating: Rating,
    /// The priors of its size group.
    priors: Option<GroupPriors>,
    evidence: Vec<Evidence>,
    next_tier: Option<NextTier>,
}

/// What counts for an indicator: problems by id; for appeals and marks their numbers.
#[derive(Debug, Serialize)]
struct Evidence {
    indicator: &'static str,
    /// All of them, ascending.
    ids: Vec<String>,
    /// Those that speak against the municipality.
    against: Vec<String>,
    /// Where the records themselves are, when they are no problems.
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<String>,
}

/// The shortest list of problems whose verification moves the municipality to the next tier.
#[derive(Debug, Serialize)]
struct NextTier {
    #[serde(flatten)]
    way: Counterfactual,
    ids: Vec<String>,
}

impl Explained {
    /// What it takes to reach the next tier, with the ids of the problems; `None` where nothing does, or nothing can be told.
    #[must_use]
    pub fn way_up(&self) -> Option<(&Counterfactual, &[String])> {
        self.next_tier.as_ref().map(|next| (&next.way, &next.ids[..]))
    }
}

impl Atlas {
    /// The rating of all municipalities.
    ///
    /// Cost: that of [`Atlas::units`] and of 2,000 draws the first time a version is asked for on a day; then nothing.
    pub fn ratings(&self, reading: &Reading) -> Result<Arc<Ratings>, ReadError> {
        let make = || Ok::<_, ReadError>(Arc::new(compute(self, reading)?));
        self.ratings.ratings.try_get_with(rating_scope(reading), make).map_err(|shared| own(&shared))
    }

    /// The burdens of all municipalities. Cost: one pass over all problems the first time.
    #[must_use]
    pub fn burdens(&self, reading: &Reading) -> Arc<Burden> {
        self.ratings.burdens.get_with(rating_scope(reading), || {
            let facts = all_facts(reading);
            let at = moment(reading);
            Arc::new(burden(&facts, &municipalities(reading, at), at, Method::builtin()))
        })
    }

    /// One municipality's rating, down to the ids of the problems behind each number.
    ///
    /// Cost: as of the rating, and some thousand scores of this municipality, the first time; then nothing.
    pub fn explained_rating(&self, reading: &Reading, name: &str) -> Result<Arc<Explained>, ReadError> {
        let dictionary = &reading.snapshot.dictionary;
        let no = dictionary.find_municipality(name).ok_or(ReadError::NotFound("municipality"))?.no;
        let make = || Ok::<_, ReadError>(Arc::new(self.explain(reading, no)?));
        let scope = format!("{}/{}", rating_scope(reading), no.0);
        self.ratings.explained.try_get_with(scope, make).map_err(|shared| own(&shared))
    }

    fn explain(&self, reading: &Reading, no: MunicipalityNo) -> Result<Explained, ReadError> {
        let ratings = self.ratings(reading)?;
        let dictionary = &reading.snapshot.dictionary;
        let rating = ratings.municipalities.iter().find(|r| r.no == no);
        let rating = rating.ok_or(ReadError::NotFound("municipality"))?.clone();
        let (facts, Moments { now, before }) = (self.facts_of(reading, no)?, moments(reading));
        let then = before.map(|as_of| (as_of, municipalities(reading, as_of)));
        let units = municipalities(reading, now);
        let inputs = Inputs {
            facts: &facts.now,
            municipalities: &units,
            as_of: now,
            before: then.as_ref().map(|(as_of, units)| Period {
                facts: &facts.then,
                municipalities: units,
                as_of: *as_of,
            }),
            method: Method::builtin(),
            seed: Some(ratings.seed),
            priors: Some(&ratings.priors),
        };
        let public = |numbers: Vec<u32>| -> Vec<String> {
            numbers.into_iter().map(|n| dictionary.ids.problem(ProblemNo(n))).collect()
        };
        let seed = ratings.seed;
        let way = next_tier(&inputs, &ratings.priors, seed, no);
        let residents = units.iter().find(|m| m.no == no).and_then(|m| m.residents);
        let evidence = |indicator: Indicator| {
            let numbers = |side| public(evidence(&facts.now, now, indicator, no, side));
            let appeals = format!("/ogc/collections/appeals/items?municipality={}", rating.id);
            Evidence {
                indicator: indicator.id(),
                ids: numbers(None),
                against: numbers(Some(Side::Against)),
                records: (indicator == Indicator::AnsweredShare).then_some(appeals),
            }
        };
        Ok(Explained {
            as_of: ratings.as_of.to_string(),
            method_version: ratings.method_version.clone(),
            seed: seed.to_string(),
            inputs_hash: ratings.inputs_hash.clone(),
            priors: ratings.priors.for_residents(residents, Method::builtin()).cloned(),
            evidence: Indicator::ALL.map(evidence).into(),
            next_tier: way.map(|way| NextTier { ids: public(way.problems.clone()), way }),
            rating,
        })
    }
}

/// What the public sees of a rating in rows: the same on the wire, in files and from the command line.
#[must_use]
pub fn rating_properties(ratings: &Ratings, rating: &Rating) -> Vec<(&'static str, OwnedValue)> {
    let number = |n: Option<f64>| OwnedValue::from(n);
    let whole = |n: Option<u32>| OwnedValue::from(n.map(i64::from));
    let text = |text: Option<String>| text.map_or(OwnedValue::Null, OwnedValue::from);
    let mut properties = vec![
        ("id", rating.id.clone().into()),
        ("name", rating.name.clone().into()),
        ("size_group", text(rating.size_group.clone())),
        ("score", number(rating.score)),
        ("level", number(rating.level)),
        ("trend", number(rating.trend)),
        ("tier", text(rating.tier.map(|tier| tier.code().to_owned()))),
        ("rank", whole(rating.rank)),
        ("rank_median", whole(rating.rank_median)),
        ("rank_low", whole(rating.rank_interval.map(|i| i[0]))),
        ("rank_high", whole(rating.rank_interval.map(|i| i[1]))),
        ("p_top3", number(rating.p_top3)),
        ("p_bottom3", number(rating.p_bottom3)),
        ("p_improved", number(rating.p_improved)),
        ("missing_weight", rating.missing_weight.into()),
    ];
    let shrunken = |id: Indicator| rating.indicators.iter().find(|row| row.id == id)?.shrunken;
    properties.extend(Indicator::ALL.map(|id| (id.id(), number(shrunken(id)))));
    properties.extend([
        ("as_of", ratings.as_of.to_string().into()),
        ("method_version", ratings.method_version.clone().into()),
        ("seed", ratings.seed.to_string().into()),
        ("inputs_hash", ratings.inputs_hash.clone().into()),
    ]);
    properties
}

/// The rating as rows of CSV with a header, by rank.
#[must_use]
pub fn ratings_csv(ratings: &Ratings) -> Vec<u8> {
    let (mut out, writer) = (Vec::new(), CsvWriter::new(b','));
    for (n, rating) in ratings.municipalities.iter().enumerate() {
        let properties = rating_properties(ratings, rating);
        if n == 0 {
            writer.row(&mut out, properties.iter().map(|(name, _)| Value::Text(name)));
        }
        writer.row(&mut out, properties.iter().map(|(_, value)| value.borrow()));
    }
    out
}

/// The rating of a world, with the world of a year before for the trend. The seed is the fingerprint of what went in, so
/// anybody with the log can draw the same numbers.
fn compute(atlas: &Atlas, reading: &Reading) -> Result<Ratings, ReadError> {
    let (units, published) = (atlas.units(reading)?, atlas.published_priors(reading)?);
    let held = Held { seed: None, priors: published.as_ref().map(|published| &published.priors) };
    Ok(rate_units(&units, moments(reading), Method::builtin(), &held))
}

/// An error that several waited for, for one of them.
pub(super) fn own(shared: &ReadError) -> ReadError {
    match shared {
        ReadError::NotFound(what) => ReadError::NotFound(what),
        _ => ReadError::Store(StoreError::Damaged),
    }
}

/// Names what a rating depends on: all that an answer about problems does, and appeals and marks.
pub(super) fn rating_scope(reading: &Reading) -> String {
    let (appeals, marks) = (reading.snapshot.appeals.version(), reading.snapshot.assessments.last_number);
    format!("{}/{appeals}/{marks}", scope(reading))
}

/// Names what an answer about all problems depends on: version, names, day, and the moment of a past reading.
pub(super) fn scope(reading: &Reading) -> String {
    let version = reading.snapshot.problems.version();
    let past = if reading.past { reading.now.0 } else { 0 };
    scope_of("ratings", version, reading, &Filter::default()) + &past.to_string()
}
