//! What a problem is before it lives: type, place, day of registration, how long it will take.

use super::chance::{Chance, Topic, Weights};
use super::land::{Land, Lottery, Seasons};
use super::plan::TypePlan;
use super::spots::Spot;
use crate::domain::money::MAX_KOPECKS;
use crate::domain::{Cost, CostClass, Kopecks, Quality, QualityFlags, Timestamp};
use crate::geometry::{Position, Shape};

/// How widely the duration of problems of one type is spread (of its logarithm).
const YEARS_SPREAD: f64 = 0.95;
/// How often nobody knows how many people it concerns.
const PEOPLE_UNKNOWN: f64 = 0.28;

/// A problem before it lives.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Index of its type.
    pub theme: usize,
    /// Where.
    pub spot: Spot,
    /// Doubts that its place shows.
    pub flags: QualityFlags,
    /// Its place is the fallback coordinate.
    pub unlocated: bool,
    /// When it enters the registry.
    pub registered_at: Timestamp,
    /// Years until it is fixed, before all problems are brought to one pace.
    pub years: f64,
    /// What it echoes.
    pub origin: Origin,
}

/// Where a problem comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is new.
    New,
    /// It is the same as the problem with this index.
    DuplicateOf(usize),
    /// The problem with this index was resolved then and came back.
    RecurrenceOf(usize, Timestamp),
}

/// What drafts are drawn from.
#[derive(Debug)]
pub struct Drafting<'l, 'a> {
    land: &'l Land<'a>,
    lottery: Lottery,
    seasons: Seasons,
}

impl<'l, 'a> Drafting<'l, 'a> {
    /// Prepares drawing.
    #[must_use]
    pub fn new(land: &'l Land<'a>) -> Self {
        let plan = &land.input.plan.problems;
        let calendar = land.days.calendar;
        let on_working_days = |day| f64::from(u8::from(calendar.is_working(day)));
        Self {
            land,
            lottery: Lottery::new(land, plan.residents_power, plan.remote, |theme| theme.problems),
            seasons: Seasons::new(land, &plan.intake, on_working_days),
        }
    }

    /// Draft number `index` of those that echo nothing. The first `unlocated` stand on the fallback coordinate, the next
    /// `misplaced` on impossible ones; the order of registration hides that later.
    #[must_use]
    pub fn draw(&self, index: usize, unlocated: usize, misplaced: usize) -> Draft {
        let land = self.land;
        let mut chance = land.chance(Topic::Problem, index);
        let (theme, mut spot) = if index < unlocated {
            let town = land.largest_town();
            let theme = self.lottery.draw_theme(town, &mut chance);
            (theme, land.terrain().in_the_middle(town, &land.themes[theme].plan, &mut chance))
        } else {
            self.lottery.draw(land, &mut chance)
        };
        let mut flags = QualityFlags::default();
        if (unlocated..unlocated + misplaced).contains(&index) {
            flags = misplace(&mut spot, index);
        }
        let day = self.seasons.draw(&land.themes[theme], &mut chance);
        let registered_at = land.days.office(day, &mut chance);
        let years = draw_years(land, theme, &spot, &mut chance);
        let unlocated = index < unlocated;
        Draft { theme, spot, flags, unlocated, registered_at, years, origin: Origin::New }
    }
}

/// Years that a problem of a type takes at a place.
pub fn draw_years(land: &Land<'_>, theme: usize, spot: &Spot, chance: &mut Chance) -> f64 {
    let slowness = land.traits(spot.municipality).slowness;
    chance.log_normal(land.themes[theme].years, YEARS_SPREAD) * slowness
}

/// Puts a place where none can be, in one of the ways in which files do, and names the doubts.
pub fn misplace(spot: &mut Spot, index: usize) -> QualityFlags {
    let outside = QualityFlags::default().with(Quality::OutsideRegion, true);
    let (at, flags) = match index % 3 {
        0 => (Position::new(spot.at.lat_e7, spot.at.lat_e7), outside.with(Quality::LonEqualsLat, true)),
        1 => (Position::new(0, 0), outside.with(Quality::NullIsland, true)),
        // A digit of the longitude was lost.
        _ => (Position::new(spot.at.lon_e7 / 10, spot.at.lat_e7), outside),
    };
    spot.at = at;
    spot.shape = Shape::Point(at);
    flags
}

/// The figures of a problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// 1…5.
    pub severity: Option<u8>,
    /// People are in danger.
    pub danger: bool,
    /// People concerned.
    pub people: Option<u32>,
    /// What it costs.
    pub cost: Option<Cost>,
    /// People who said "me too".
    pub supporters: u32,
}

impl Figures {
    /// Draws the figures of a draft.
    #[must_use]
    pub fn draw(land: &Land<'_>, draft: &Draft, chance: &mut Chance) -> Self {
        let (plan, residents) = (&land.themes[draft.theme].plan, land.residents_near(&draft.spot));
        let weights = Weights::new(plan.severity.unwrap_or([4.0, 22.0, 42.0, 25.0, 7.0]));
        let severity = weights.draw(chance).map(|n| n as u8 + 1).filter(|_| !chance.happens(0.03));
        let severe = severity.is_some_and(|severity| severity >= 4);
        let danger = chance.happens(plan.danger.unwrap_or(0.0) * if severe { 1.6 } else { 0.15 });
        let [median, sigma] = plan.people.unwrap_or([200.0, 0.9]);
        let concerned = chance.log_normal(median, sigma).min(residents * 0.7);
        let people = (!chance.happens(PEOPLE_UNKNOWN)).then(|| rounded(concerned.max(1.0)));
        let cost = draw_cost(land, draft, plan, chance);
        let loud = if danger { 14.0 } else { 6.0 };
        let voices = chance.log_normal(loud, 1.3).min(residents * 0.08);
        let supporters = if chance.happens(0.22) { 0 } else { voices as u32 };
        Self { severity, danger, people, cost, supporters }
    }
}

/// A count as one estimates it: exact below twenty, then to five, ten, fifty.
fn rounded(n: f64) -> u32 {
    let step = match n {
        ..20.0 => 1.0,
        ..100.0 => 5.0,
        ..1_000.0 => 10.0,
        _ => 50.0,
    };
    ((n / step).round() * step) as u32
}

/// What fixing it takes. A problem along a line or over an area costs in proportion to its size.
fn draw_cost(land: &Land<'_>, draft: &Draft, plan: &TypePlan, chance: &mut Chance) -> Option<Cost> {
    let known = !chance.happens(land.input.plan.problems.cost_unknown);
    let class = Weights::new([0.3, 0.38, 0.32]).draw(chance);
    let [median, sigma] = plan.cost.unwrap_or([1.0, 1.0]);
    let middle = |limits: Option<[f64; 2]>| limits.map_or(1.0, |[low, high]| (low * high).max(1.0).sqrt());
    let size = if plan.line.is_some_and(|share| share > 0.0) {
        draft.spot.length_m / middle(plan.length_m)
    } else if plan.area.is_some_and(|share| share > 0.0) {
        (draft.spot.area_m2 / middle(plan.area_m2)).sqrt()
    } else {
        1.0
    };
    let roubles = chance.log_normal(median * 1e6, sigma) * size.clamp(0.05, 20.0);
    let class = [CostClass::A, CostClass::B, CostClass::C][class.unwrap_or(2)];
    let digits = match class {
        CostClass::A => 11,
        CostClass::B => 3,
        _ => 2,
    };
    let kopecks = to_digits((roubles * 100.0).min(MAX_KOPECKS as f64), digits).max(100_000.0);
    let price_date = price_date(land, draft).filter(|_| !chance.happens(0.15));
    known.then_some(Cost { amount: Kopecks((kopecks as i64).min(MAX_KOPECKS)), price_date, class })
}

/// Rounds to so many significant digits.
fn to_digits(x: f64, digits: i32) -> f64 {
    let mut step = 1.0;
    while x / step >= libm::exp10(f64::from(digits)) {
        step *= 10.0;
    }
    (x / step).round() * step
}

/// The first day of the quarter of registration.
fn price_date(land: &Land<'_>, draft: &Draft) -> Option<jiff::civil::Date> {
    let day = land.days.day_of(draft.registered_at);
    jiff::civil::Date::new(day.year(), (day.month() - 1) / 3 * 3 + 1, 1).ok()
}
