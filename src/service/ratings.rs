//! Ratings and burdens of municipalities, computed once per version and day.

use std::sync::Arc;

use moka::sync::Cache;
use serde::Serialize;

use super::facts::{all_facts, moment, municipalities};
use super::filter::Filter;
use super::{Atlas, ReadError, Reading, scope_of};
use crate::analytics::burden::{Burden, burden};
use crate::analytics::facts::ProblemFact;
use crate::analytics::indicators::{Indicator, evidence};
use crate::analytics::method::Method;
use crate::analytics::rating::{Inputs, Rating, Ratings, rate};
use crate::domain::ProblemNo;

/// Ratings of versions and days that are kept.
const KEPT: u64 = 16;

/// Ratings and burdens that were computed.
pub struct RatingCache {
    ratings: Cache<String, Arc<Ratings>>,
    burdens: Cache<String, Arc<Burden>>,
}

impl Default for RatingCache {
    fn default() -> Self {
        Self { ratings: Cache::new(KEPT), burdens: Cache::new(KEPT) }
    }
}

/// One municipality's rating with the problems behind each number.
#[derive(Debug, Serialize)]
pub struct Explained {
    as_of: String,
    method_version: String,
    seed: String,
    inputs_hash: String,
    #[serde(flatten)]
    rating: Rating,
    evidence: Vec<Evidence>,
}

#[derive(Debug, Serialize)]
struct Evidence {
    indicator: &'static str,
    ids: Vec<String>,
}

impl Atlas {
    /// The rating of all municipalities.
    ///
    /// Cost: one pass over all problems and 500 draws the first time a version is asked for on a day; then nothing.
    #[must_use]
    pub fn ratings(&self, reading: &Reading) -> Arc<Ratings> {
        self.ratings.ratings.get_with(scope(reading), || Arc::new(compute(reading, &all_facts(reading))))
    }

    /// The burdens of all municipalities. Cost: one pass over all problems the first time.
    #[must_use]
    pub fn burdens(&self, reading: &Reading) -> Arc<Burden> {
        self.ratings.burdens.get_with(scope(reading), || {
            let facts = all_facts(reading);
            Arc::new(burden(&facts, &municipalities(reading), moment(reading), Method::builtin()))
        })
    }

    /// One municipality's rating, down to the ids of the problems behind each number.
    pub fn explained_rating(&self, reading: &Reading, name: &str) -> Result<Explained, ReadError> {
        let dictionary = &reading.snapshot.dictionary;
        let no = dictionary.find_municipality(name).ok_or(ReadError::NotFound("municipality"))?.no;
        let ratings = self.ratings(reading);
        let rating = ratings.municipalities.iter().find(|r| r.no == no);
        let rating = rating.ok_or(ReadError::NotFound("municipality"))?.clone();
        let facts = all_facts(reading);
        let ids = |indicator| -> Vec<String> {
            let numbers = evidence(&facts, moment(reading), indicator, no, None);
            numbers.into_iter().map(|n| dictionary.ids.problem(ProblemNo(n))).collect()
        };
        Ok(Explained {
            as_of: ratings.as_of.to_string(),
            method_version: ratings.method_version.clone(),
            seed: ratings.seed.to_string(),
            inputs_hash: ratings.inputs_hash.clone(),
            rating,
            evidence: Indicator::ALL.map(|i| Evidence { indicator: i.id(), ids: ids(i) }).into(),
        })
    }
}

/// The rating of a world. The seed is the world's own hash, so anybody with the log can draw the same numbers.
#[must_use]
pub fn compute(reading: &Reading, facts: &[ProblemFact]) -> Ratings {
    let chain = reading.snapshot.chain;
    let seed = u64::from_le_bytes(chain[..8].try_into().expect("a hash has 32 bytes"));
    rate(&Inputs {
        facts,
        municipalities: &municipalities(reading),
        as_of: moment(reading),
        method: Method::builtin(),
        seed,
        priors: None,
    })
}

fn scope(reading: &Reading) -> String {
    let version = reading.snapshot.problems.version();
    let past = if reading.past { reading.now.0 } else { 0 };
    scope_of("ratings", version, reading, &Filter::default()) + &past.to_string()
}
