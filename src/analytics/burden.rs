//! The load that a municipality carries: open problems, their age and cost, and how long clearing them would take.
//!
//! Answers: "how much is there, and how many years at this pace?" All problems of the territory count, whoever must solve
//! them. Not ranked and never part of a score ([`super::rating`]): a poor district with much to repair is not a bad one.
//!
//! # Formulas
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `o` | open problems | problems |
//! | `R` | residents | persons |
//! | `r` | verified solutions of the last 365 days | problems a year |
//! | `sⱼ` | severity weight of open problem `j` (`burden.severity_weights` of the method) | – |
//! | `cⱼ` | known cost of open problem `j` | roubles |
//!
//! - open per 10,000: `10⁴ o/R`; smoothed: gamma–Poisson within the size group ([`super::shrinkage`]).
//! - severity-weighted: `10⁴ Σ sⱼ/R` over the problems whose severity is known, with their part of `o` beside it.
//! - cost per resident: `Σ cⱼ/R` over the problems whose cost is known, with their part of `o` beside it: unknown is not zero,
//!   so the sum is what is known *at least*.
//! - years to clear: `o/r`. Its interval takes `r` as a Poisson count: `o/Γ⁻¹(r + 1, 95 %)` to `o/Γ⁻¹(r, 5 %)` (Garwood 1936,
//!   see [`Rate::expected_hits`]). New problems are not counted in; in the forecast they are ([`super::forecast`]).
//!
//! # Edges
//!
//! Without residents nothing is related to them. Without a verified solution there are no years to clear (`None`, not
//! infinity) and the interval has a lower end only. With nothing open it takes 0 years. A problem whose opening is unknown has
//! an unknown age.

use rayon::prelude::*;
use serde::Serialize;

use super::digest::{fingerprint, seed_of};
use super::estimates::PER_RESIDENTS;
use super::facts::{AsOf, MunicipalityInput, ProblemFact, Units};
use super::forecast::{Flow, Forecast};
use super::method::Method;
use super::rating::as_text;
use super::shrinkage::{Rate, RatePrior};
use crate::domain::{Kopecks, MunicipalityNo, Status, Timestamp};

/// Upper ends of the age classes, days: under 1, 2, 3, 5 years; the last class is open.
pub const AGE_LIMITS_DAYS: [f64; 4] = [365.25, 730.5, 1_095.75, 1_826.25];

/// Names the region's stream among those of the municipalities, whose numbers are below 2¹⁶.
const REGION: u64 = 1 << 16;

/// The burden of all municipalities.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Burden {
    /// The moment, RFC 3339.
    #[serde(serialize_with = "as_text")]
    pub as_of: Timestamp,
    /// Version of the method.
    pub method_version: String,
    /// Seed of the draws behind the forecasts, as text.
    #[serde(serialize_with = "as_text")]
    pub seed: u64,
    /// Fingerprint of all inputs.
    pub inputs_hash: String,
    /// By number.
    pub municipalities: Vec<BurdenRow>,
    /// Everything together, problems outside all municipalities included.
    #[serde(rename = "total")]
    pub region: BurdenRow,
}

/// The burden of one municipality, or of the region.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BurdenRow {
    /// Its number; `None` for the region. Not on the wire.
    #[serde(skip)]
    pub no: Option<MunicipalityNo>,
    /// Its id; `None` for the region.
    pub id: Option<String>,
    /// Its name; `None` for the region.
    pub name: Option<String>,
    /// Residents. For the region: of the municipalities where they are known.
    pub residents: Option<u64>,
    /// Open problems.
    pub open: u32,
    /// Of them, overdue by the deadline of now: as on the map.
    pub overdue: u32,
    /// Of them, past their first deadline, moved or put off since or not.
    pub past_baseline: u32,
    /// Open problems per 10,000 residents.
    pub open_per_10k: Option<f64>,
    /// The same, smoothed within the size group; for the region as it is.
    pub open_per_10k_smoothed: Option<f64>,
    /// From the 5 % to the 95 % quantile of the smoothed one; `None` for the region.
    pub open_per_10k_interval: Option<[f64; 2]>,
    /// Severity-weighted open problems per 10,000 residents, where the severity is known.
    pub severity_per_10k: Option<f64>,
    /// Share of the open problems whose severity is known.
    pub severity_coverage: Option<f64>,
    /// Cost of the open problems, roubles, where it is known; `None` when it is known of none.
    pub cost_rub: Option<f64>,
    /// The same per resident.
    pub cost_rub_per_resident: Option<f64>,
    /// Share of the open problems whose cost is known.
    pub cost_coverage: Option<f64>,
    /// Open problems by age.
    pub age: AgePyramid,
    /// Problems opened in the last 365 days.
    pub intake: u32,
    /// Problems verified as solved in the last 365 days.
    pub verified: u32,
    /// Open over verified a year.
    pub years_to_clear: Option<f64>,
    /// From the 5 % to the 95 % end, years; the upper one may be unknown.
    pub years_to_clear_interval: Option<(f64, Option<f64>)>,
    /// By when nothing is left if as much keeps coming in and being solved; `None` with nothing open.
    pub forecast: Option<Forecast>,
}

/// Open problems by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct AgePyramid {
    /// Younger than a year.
    pub under_1_year: u32,
    /// From one year to two.
    pub years_1_to_2: u32,
    /// From two to three.
    pub years_2_to_3: u32,
    /// From three to five.
    pub years_3_to_5: u32,
    /// Five years or older.
    pub over_5_years: u32,
    /// Opened nobody knows when.
    pub unknown: u32,
}

/// The burden of all municipalities and of the region at a moment.
///
/// Cost: O(problems + municipalities), in parallel.
///
/// ```
/// use atlas::analytics::burden::burden;
/// use atlas::analytics::facts::{AsOf, MunicipalityInput, ProblemFact};
/// use atlas::analytics::method::Method;
/// use atlas::domain::{CategoryNo, Kopecks, MunicipalityNo, Status, Timestamp};
///
/// let now = Timestamp::parse_rfc3339("2026-11-22T12:00:00+10:00").unwrap();
/// let as_of = AsOf { now, today: Timestamp::parse_rfc3339("2026-11-22T00:00:00+10:00").unwrap() };
/// // 30 open problems, every third with a cost of 500,000 roubles, and 5 solved half a year ago; 2,000 residents.
/// let problem = |number: u32| ProblemFact {
///     number,
///     municipality: Some(MunicipalityNo(0)),
///     category: CategoryNo(0),
///     status: if number <= 30 { Status::InWork } else { Status::Resolved },
///     severity: None,
///     level: None,
///     opened_at: Some(now.plus_days(-500)),
///     baseline_due: None,
///     current_due: None,
///     closed_at: (number > 30).then_some(now.plus_days(-180)),
///     cost: (number % 3 == 0).then_some(Kopecks(50_000_000)),
///     solutions: Default::default(),
///     extensions: 0,
/// };
/// let facts: Vec<ProblemFact> = (1..=35).map(problem).collect();
/// let unit = MunicipalityInput::new(MunicipalityNo(0), "M", "", Some(2_000));
/// let row = burden(&facts, &[unit], as_of, Method::builtin()).municipalities.remove(0);
/// assert_eq!((row.open, row.verified, row.age.years_1_to_2), (30, 5, 30));
/// assert_eq!(row.open_per_10k, Some(150.0));
/// assert_eq!((row.cost_rub_per_resident, row.cost_coverage), (Some(2_500.0), Some(10.0 / 30.0)));
/// assert_eq!(row.years_to_clear, Some(6.0));
/// let (low, high) = row.years_to_clear_interval.unwrap(); // 5 solutions may have been 2 to 10.5 by chance
/// assert!((low - 30.0 / 10.513).abs() < 0.01 && (high.unwrap() - 30.0 / 1.970).abs() < 0.01);
/// ```
#[must_use]
pub fn burden(
    facts: &[ProblemFact],
    municipalities: &[MunicipalityInput],
    as_of: AsOf,
    method: &Method,
) -> Burden {
    let text = serde_json::to_vec(method).expect("a method is plain numbers and texts");
    let inputs_hash = fingerprint(facts, municipalities, as_of, &[&text]);
    let seed = seed_of(&inputs_hash);
    let forecast = |load: &Load, unit: u64| Forecast::of(load.flow(), as_of.now, seed, unit);
    let units = Units::new(facts, municipalities);
    // One slot more than there are municipalities: problems outside all of them.
    let mut loads: Vec<Load> = (0..=units.inputs().len())
        .into_par_iter()
        .map(|slot| Load::of(units.seen(slot, as_of), as_of, method))
        .collect();
    let elsewhere = loads.pop().unwrap_or_default();
    let residents = |input: &MunicipalityInput| input.residents.map(u64::from);
    let rates: Vec<Rate> =
        units.inputs().iter().zip(&loads).map(|(input, load)| load.rate(residents(input))).collect();
    let priors = GroupPriors::estimate(units.inputs(), &rates, method);
    let rows = units.inputs().par_iter().zip(&loads).zip(&rates);
    let loaded = rows
        .map(|((input, load), &rate)| {
            let row = BurdenRow {
                no: Some(input.no),
                id: Some(input.id.clone()),
                name: Some(input.name.clone()),
                forecast: forecast(load, u64::from(input.no.0)),
                ..load.row(residents(input))
            };
            row.smoothed(priors.of(input.residents, method), rate)
        })
        .collect();
    let known: Option<u64> = units.inputs().iter().filter_map(|input| residents(input)).reduce(|a, b| a + b);
    let everything = loads.iter().fold(elsewhere, Load::plus);
    let (whole, forecast) = (everything.row(known), forecast(&everything, REGION));
    let region = BurdenRow { open_per_10k_smoothed: whole.open_per_10k, forecast, ..whole };
    Burden {
        as_of: as_of.now,
        method_version: method.version.clone(),
        seed,
        inputs_hash,
        municipalities: loaded,
        region,
    }
}

/// The priors of open problems per resident, by size group.
struct GroupPriors {
    groups: Vec<Option<RatePrior>>,
    together: Option<RatePrior>,
}

impl GroupPriors {
    fn estimate(inputs: &[&MunicipalityInput], rates: &[Rate], method: &Method) -> Self {
        let together = RatePrior::estimate(rates).or_else(|| RatePrior::weak(rates));
        let of_group = |id: &str| {
            let mine =
                |input: &MunicipalityInput| input.residents.is_some_and(|n| method.size_group(n).id == id);
            let members: Vec<Rate> =
                inputs.iter().zip(rates).filter(|(input, _)| mine(input)).map(|(_, rate)| *rate).collect();
            RatePrior::estimate(&members).or(together)
        };
        Self { groups: method.size_groups.iter().map(|g| of_group(&g.id)).collect(), together }
    }

    fn of(&self, residents: Option<u32>, method: &Method) -> Option<RatePrior> {
        let Some(residents) = residents else { return self.together };
        let id = &method.size_group(residents).id;
        let place = method.size_groups.iter().position(|g| g.id == *id)?;
        self.groups[place]
    }
}

/// Whole numbers only: adding them in any order gives the same.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    open: u32,
    overdue: u32,
    past_baseline: u32,
    severity: u64,
    graded: u32,
    cost_kopecks: i128,
    priced: u32,
    age: [u32; 6],
    intake: u32,
    verified: u32,
}

impl Load {
    fn of(seen: impl Iterator<Item = ProblemFact>, as_of: AsOf, method: &Method) -> Self {
        let mut load = Self::default();
        for fact in seen {
            load.add(&fact, as_of, method);
        }
        load
    }

    fn add(&mut self, fact: &ProblemFact, as_of: AsOf, method: &Method) {
        // Neither ever was a problem of the registry.
        let counts = !matches!(fact.status, Status::Rejected | Status::Duplicate);
        self.intake += u32::from(counts && fact.opened_at.is_some_and(|t| as_of.in_last_year(t)));
        self.verified += u32::from(fact.is_resolved_in_last_year(as_of));
        if !fact.is_open() {
            return;
        }
        self.open += 1;
        self.overdue += u32::from(fact.is_overdue(as_of));
        self.past_baseline += u32::from(fact.is_past_baseline(as_of) == Some(true));
        if let Some(weight) = severity_weight(fact.severity, method) {
            self.severity += u64::from(weight);
            self.graded += 1;
        }
        if let Some(Kopecks(cost)) = fact.cost {
            self.cost_kopecks += i128::from(cost);
            self.priced += 1;
        }
        self.age[age_class(fact, as_of)] += 1;
    }

    fn plus(mut self, other: &Self) -> Self {
        self.open += other.open;
        self.overdue += other.overdue;
        self.past_baseline += other.past_baseline;
        self.severity += other.severity;
        self.graded += other.graded;
        self.cost_kopecks += other.cost_kopecks;
        self.priced += other.priced;
        self.age.iter_mut().zip(other.age).for_each(|(own, other)| *own += other);
        self.intake += other.intake;
        self.verified += other.verified;
        self
    }

    fn flow(&self) -> Flow {
        Flow { open: self.open, intake: self.intake, verified: self.verified }
    }

    fn rate(&self, residents: Option<u64>) -> Rate {
        Rate { hits: self.open, exposure: residents.unwrap_or(0) as f64 }
    }

    fn row(&self, residents: Option<u64>) -> BurdenRow {
        let people = residents.filter(|n| *n > 0).map(|n| n as f64);
        let coverage = |known: u32| (self.open > 0).then(|| f64::from(known) / f64::from(self.open));
        let per_10k = |n: f64| people.map(|people| PER_RESIDENTS * n / people);
        let cost_rub = (self.priced > 0).then_some(self.cost_kopecks as f64 / 100.0);
        let [under_1_year, years_1_to_2, years_2_to_3, years_3_to_5, over_5_years, unknown] = self.age;
        BurdenRow {
            no: None,
            id: None,
            name: None,
            residents,
            open: self.open,
            overdue: self.overdue,
            past_baseline: self.past_baseline,
            open_per_10k: per_10k(f64::from(self.open)),
            open_per_10k_smoothed: None,
            open_per_10k_interval: None,
            severity_per_10k: per_10k(self.severity as f64).filter(|_| self.graded > 0 || self.open == 0),
            severity_coverage: coverage(self.graded),
            cost_rub,
            cost_rub_per_resident: cost_rub.zip(people).map(|(cost, people)| cost / people),
            cost_coverage: coverage(self.priced),
            age: AgePyramid { under_1_year, years_1_to_2, years_2_to_3, years_3_to_5, over_5_years, unknown },
            intake: self.intake,
            verified: self.verified,
            years_to_clear: self.years_to_clear(),
            years_to_clear_interval: self.years_interval(),
            forecast: None,
        }
    }

    fn years_to_clear(&self) -> Option<f64> {
        match (self.open, self.verified) {
            (0, _) => Some(0.0),
            (_, 0) => None,
            (open, verified) => Some(f64::from(open) / f64::from(verified)),
        }
    }

    fn years_interval(&self) -> Option<(f64, Option<f64>)> {
        let open = f64::from(self.open);
        let [least, most] = Rate { hits: self.verified, exposure: 1.0 }.expected_hits();
        (self.open > 0).then(|| (open / most, (least > 0.0).then(|| open / least)))
    }
}

impl BurdenRow {
    fn smoothed(mut self, prior: Option<RatePrior>, rate: Rate) -> Self {
        if let Some(posterior) = prior.filter(|_| rate.exposure > 0.0).map(|prior| prior.posterior(rate)) {
            self.open_per_10k_smoothed = Some(PER_RESIDENTS * posterior.mean());
            self.open_per_10k_interval = Some(posterior.interval().map(|x| PER_RESIDENTS * x));
        }
        self
    }
}

fn severity_weight(severity: Option<u8>, method: &Method) -> Option<u32> {
    method.burden.severity_weights.get(usize::from(severity?.checked_sub(1)?)).copied()
}

fn age_class(fact: &ProblemFact, as_of: AsOf) -> usize {
    let Some(opened) = fact.opened_at else { return AGE_LIMITS_DAYS.len() + 1 };
    let age = as_of.now.days_since(opened);
    AGE_LIMITS_DAYS.iter().filter(|limit| age >= **limit).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::sample::{AS_OF, KRAI, days_ago, fact, municipalities, region};

    fn of(facts: &[ProblemFact], residents: &[u32]) -> Burden {
        burden(facts, &municipalities(residents), AS_OF, Method::builtin())
    }

    #[test]
    fn the_rows_add_up_to_the_region_with_what_lies_outside() {
        let facts = region(3_000, &KRAI, 8);
        let Burden { municipalities, region, .. } = of(&facts, &KRAI);
        let outside: Vec<ProblemFact> = facts.iter().copied().filter(|f| f.municipality.is_none()).collect();
        let rest = of(&outside, &[]).region;
        assert!(rest.open > 0);
        let sum = |pick: fn(&BurdenRow) -> u32| municipalities.iter().map(pick).sum::<u32>() + pick(&rest);
        assert_eq!(sum(|r| r.open), region.open);
        assert_eq!(sum(|r| r.overdue), region.overdue);
        assert_eq!(sum(|r| r.intake), region.intake);
        assert_eq!(sum(|r| r.verified), region.verified);
        assert_eq!(sum(|r| r.age.over_5_years), region.age.over_5_years);
        assert_eq!(region.residents, Some(KRAI.iter().map(|&n| u64::from(n)).sum()));
    }

    #[test]
    fn unknown_costs_and_severities_are_not_zero() {
        let row = of(&[fact(1), fact(2)], &[1_000]).region;
        assert_eq!((row.cost_rub, row.cost_rub_per_resident, row.cost_coverage), (None, None, Some(0.0)));
        assert_eq!((row.severity_per_10k, row.severity_coverage), (None, Some(0.0)));
        let graded = ProblemFact { severity: Some(4), cost: Some(Kopecks(0)), ..fact(2) };
        let row = of(&[fact(1), graded], &[1_000]).region;
        assert_eq!((row.cost_rub, row.cost_coverage), (Some(0.0), Some(0.5)));
        assert_eq!((row.severity_per_10k, row.severity_coverage), (Some(40.0), Some(0.5)));
    }

    #[test]
    fn without_a_verified_solution_there_are_no_years_to_clear_but_a_least_number() {
        let row = of(&[fact(1), fact(2), fact(3)], &[1_000]).region;
        assert_eq!(row.years_to_clear, None);
        let (low, high) = row.years_to_clear_interval.unwrap();
        assert!((low - 3.0 / 2.9957).abs() < 1e-3);
        assert_eq!(high, None);
    }

    #[test]
    fn with_nothing_open_it_takes_no_time_and_nothing_is_covered() {
        let row = of(&[], &[1_000]).municipalities.remove(0);
        assert_eq!((row.open, row.years_to_clear, row.years_to_clear_interval), (0, Some(0.0), None));
        assert_eq!((row.cost_coverage, row.open_per_10k), (None, Some(0.0)));
    }

    #[test]
    fn the_map_and_the_first_deadline_may_differ_on_what_is_overdue() {
        let moved =
            ProblemFact { baseline_due: Some(days_ago(40)), current_due: Some(days_ago(-10)), ..fact(1) };
        let row = of(&[moved], &[1_000]).region;
        assert_eq!((row.overdue, row.past_baseline), (0, 1));
    }

    #[test]
    fn an_age_falls_into_the_class_that_it_has_reached() {
        let aged = |number, days| ProblemFact { opened_at: Some(days_ago(days)), ..fact(number) };
        let unknown = ProblemFact { opened_at: None, ..fact(9) };
        let facts = [
            aged(1, 365),
            aged(2, 366),
            aged(3, 731),
            aged(4, 1_096),
            aged(5, 1_826),
            aged(6, 1_827),
            unknown,
        ];
        let expected = AgePyramid {
            under_1_year: 1,
            years_1_to_2: 1,
            years_2_to_3: 1,
            years_3_to_5: 2,
            over_5_years: 1,
            unknown: 1,
        };
        assert_eq!(of(&facts, &[1_000]).region.age, expected);
    }

    #[test]
    fn a_district_of_two_thousand_is_smoothed_more_than_a_city() {
        let facts = region(9_285, &KRAI, 2);
        let rows = of(&facts, &KRAI).municipalities;
        let moved = |n: usize| {
            let (raw, smoothed) = (rows[n].open_per_10k.unwrap(), rows[n].open_per_10k_smoothed.unwrap());
            (raw - smoothed).abs() / raw
        };
        assert!(moved(0) < 0.05);
        assert!(moved(3) > moved(0));
        let [low, high] = rows[3].open_per_10k_interval.unwrap();
        assert!(
            low < rows[3].open_per_10k_smoothed.unwrap() && rows[3].open_per_10k_smoothed.unwrap() < high
        );
    }

    #[test]
    fn neither_the_order_of_rows_nor_the_number_of_threads_changes_anything() {
        let mut facts = region(2_000, &KRAI, 4);
        let with = |threads, facts: &[ProblemFact]| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| of(facts, &KRAI))
        };
        let before = with(1, &facts);
        facts.reverse();
        assert_eq!(with(2, &facts), before);
    }
}
