//! Checks of the rating by itself, and of the silence around it: sensitivity, funnels, the federal-style series, silent zones.

use std::collections::HashMap;
use std::sync::Arc;

use moka::sync::Cache;
use serde_json::{Map, Value as Json, json};

use super::ratings::{rating_scope, scope};
use super::units::moments;
use super::{Atlas, ReadError, Reading};
use crate::analytics::columns::NO_TIME;
use crate::analytics::facts::{AsOf, YEAR_DAYS};
use crate::analytics::funnel::{Place, funnel};
use crate::analytics::indicators::Indicator;
use crate::analytics::method::Method;
use crate::analytics::rating::{Held, Moments, Ratings, rate_units};
use crate::analytics::selection::Selection;
use crate::analytics::sensitivity::{drop_one, fairness, federal, spearman};
use crate::analytics::shrinkage::Share;
use crate::analytics::silence::{Voice, heard};
use crate::analytics::unit::Unit;
use crate::domain::Settlement;
use crate::geometry::Position;
use crate::geometry::distance::haversine_m;
use crate::snapshot::appeals::AppealColumns;
use crate::snapshot::layer::Layer;

/// Checks of versions and days that are kept.
const KEPT: u64 = 8;

/// The indicators that are shares of cases: what a funnel can show.
const SHARES: [Indicator; 5] = [
    Indicator::OnTimeShare,
    Indicator::OverdueShare,
    Indicator::ReopenedShare,
    Indicator::AnsweredShare,
    Indicator::ExtendedShare,
];

/// Checks that were made.
pub struct CheckCache {
    kept: Cache<String, Arc<Json>>,
}

impl Default for CheckCache {
    fn default() -> Self {
        Self { kept: Cache::new(KEPT) }
    }
}

impl Atlas {
    /// How much the rating depends on its own making: sensitivity table, fairness, funnels, and the federal-style series.
    ///
    /// Cost: that of two ratings the first time a version is asked for on a day; then nothing.
    pub fn sensitivity(&self, reading: &Reading) -> Result<Arc<Json>, ReadError> {
        let scope = format!("sensitivity/{}", rating_scope(reading));
        if let Some(kept) = self.checks.kept.get(&scope) {
            return Ok(kept);
        }
        let made = Arc::new(self.make_sensitivity(reading)?);
        self.checks.kept.insert(scope, Arc::clone(&made));
        Ok(made)
    }

    fn make_sensitivity(&self, reading: &Reading) -> Result<Json, ReadError> {
        let (ratings, burden, method) = (self.ratings(reading)?, self.burdens(reading), Method::builtin());
        let then = self.rated_before(reading, &ratings)?;
        let series =
            federal(&ratings, |id, indicator| then.get(&(id.to_owned(), indicator)).copied(), method);
        let both = ratings.municipalities.iter().zip(&series).filter_map(|(own, s)| Some((own.score?, s.k?)));
        let (ours, theirs): (Vec<f64>, Vec<f64>) = both.unzip();
        let of_burden = |of: fn(&crate::analytics::burden::BurdenRow) -> Option<f64>| {
            fairness(&ratings, |rating| {
                of(burden.municipalities.iter().find(|row| row.no == Some(rating.no))?)
            })
        };
        Ok(json!({
            "as_of": ratings.as_of.to_string(),
            "method_version": ratings.method_version,
            "seed": ratings.seed.to_string(),
            "inputs_hash": ratings.inputs_hash,
            "drop_one": drop_one(&ratings, method),
            "fairness": {
                "residents": of_burden(|row| row.residents.map(|n| n as f64)),
                "open_per_10k": of_burden(|row| row.open_per_10k),
                "cost_rub_per_resident": of_burden(|row| row.cost_rub_per_resident),
            },
            "funnels": SHARES.into_iter().filter_map(|id| funnel_of(&ratings, id)).collect::<Vec<Json>>(),
            "federal_style": {
                "is_the_rating_of_the_atlas": false,
                "spearman_with_ours": spearman(&ours, &theirs),
                "municipalities": series,
            },
        }))
    }

    /// Raw values of a year before the rating, by municipality and indicator.
    fn rated_before(
        &self,
        reading: &Reading,
        ratings: &Ratings,
    ) -> Result<HashMap<(String, Indicator), f64>, ReadError> {
        let before = |unit: &Arc<Unit>| Some(Unit { now: unit.before.clone()?, before: None });
        let units: Vec<Unit> = self.units(reading)?.iter().filter_map(before).collect();
        let Some(then) = moments(reading).before else { return Ok(HashMap::new()) };
        let moments = Moments { now: then, before: None };
        let held = Held { seed: Some(ratings.seed), priors: Some(&ratings.priors) };
        let then = rate_units(&units, moments, Method::builtin(), &held);
        let rows = then
            .municipalities
            .iter()
            .flat_map(|rating| rating.indicators.iter().map(|row| (&rating.id, row)));
        Ok(rows.filter_map(|(id, row)| Some(((id.clone(), row.id), row.raw?))).collect())
    }

    /// Reports of the last year from every settlement against those expected.
    ///
    /// Cost: O(appeals of the year · settlements) the first time a version is asked for on a day.
    #[must_use]
    pub fn silence(&self, reading: &Reading) -> Arc<Json> {
        let version = reading.snapshot.appeals.version();
        let scope = format!("silence/{version}/{}", scope(reading));
        self.checks.kept.get_with(scope, || Arc::new(silence_of(reading)))
    }
}

fn funnel_of(ratings: &Ratings, id: Indicator) -> Option<Json> {
    let share = |rating: &crate::analytics::rating::Rating| {
        let row = rating.indicators.iter().find(|row| row.id == id);
        let cases =
            row.and_then(|row| Some(Share { hits: (row.raw? * f64::from(row.n)).round() as u32, n: row.n }));
        cases.unwrap_or(Share { hits: 0, n: 0 })
    };
    let shares: Vec<Share> = ratings.municipalities.iter().map(share).collect();
    let found = funnel(&shares)?;
    let named = |(rating, place): (&crate::analytics::rating::Rating, &Option<Place>)| {
        let mut row: Map<String, Json> = match json!(place.as_ref()?) {
            Json::Object(row) => row,
            _ => return None,
        };
        row.insert("id".to_owned(), rating.id.clone().into());
        Some(Json::Object(row))
    };
    let rows: Vec<Json> = ratings.municipalities.iter().zip(&found.units).filter_map(named).collect();
    let (target, phi, tau_squared) = (found.target, found.phi, found.tau_squared);
    Some(json!({
        "indicator": id, "target": target, "phi": phi, "tau_squared": tau_squared, "municipalities": rows,
    }))
}

fn silence_of(reading: &Reading) -> Json {
    let (method, dictionary) = (Method::builtin(), &reading.snapshot.dictionary);
    let settlements: Vec<&Settlement> =
        dictionary.settlements.iter().filter(|s| s.population.is_some_and(|n| n > 0)).collect();
    let mut reports = vec![0u32; settlements.len()];
    let mut elsewhere = 0u32;
    let as_of = AsOf { now: reading.now, today: reading.today };
    let layer = &reading.snapshot.appeals;
    let parts = layer.parts();
    Layer::<AppealColumns>::view(&parts, &Selection::default(), reading.today).for_each(|part, row| {
        let columns = &layer.segments()[part].columns;
        let received = columns.opened_at.get(row);
        if received == NO_TIME || !as_of.in_last_year(crate::domain::Timestamp(received)) {
            return;
        }
        match nearest(&settlements, columns.place(row).position(), method.silence.reach_m) {
            Some(n) => reports[n] += 1,
            None => elsewhere += 1,
        }
    });
    let voices: Vec<Voice> = settlements
        .iter()
        .zip(&reports)
        .map(|(settlement, &reports)| Voice {
            id: settlement.id.clone(),
            residents: settlement.population.unwrap_or(0),
            connectivity: settlement.connectivity.clone(),
            reports,
        })
        .collect();
    json!({
        "as_of": reading.now.to_string(),
        "method_version": method.version,
        "days": YEAR_DAYS,
        "reports_elsewhere": elsewhere,
        "settlements": heard(&voices, &method.silence),
    })
}

/// The nearest settlement within reach; the first of equally near ones.
fn nearest(settlements: &[&Settlement], place: Position, reach_m: f64) -> Option<usize> {
    let distance = |n: usize| haversine_m(settlements[n].point, place);
    let found = (0..settlements.len()).map(|n| (n, distance(n))).min_by(|a, b| a.1.total_cmp(&b.1))?;
    (found.1 <= reach_m).then_some(found.0)
}
