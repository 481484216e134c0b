//! Everything that records are drawn from, built once for a seed: boundaries, settlements, roads, types, words, days.

use std::collections::BTreeMap;

use super::answerers::Answerers;
use super::chance::{Chance, Topic, Weights};
use super::days::{DayTable, Days};
use super::plan::YearWeights;
use super::roads::Roads;
use super::spots::{Spot, Terrain};
use super::themes::{self, Rules, Theme};
use super::towns::{self, Town};
use super::traits::Traits;
use super::wording::{Phrasebook, Telling};
use super::{DemoError, DemoInput};
use crate::domain::{Municipality, MunicipalityNo};
use crate::index::Areas;

/// Reports of a settlement grow with this power of its residents.
const TOWN_POWER: f64 = 0.85;
/// What is left of the reports of a silent settlement.
const SILENCE: f64 = 0.01;

/// So many people live along a road.
const RURAL_RESIDENTS: f64 = 1_500.0;

/// The land and the people of an invented region.
#[derive(Debug)]
pub struct Land<'a> {
    /// What the caller gave.
    pub input: DemoInput<'a>,
    /// The seed.
    pub seed: u64,
    /// The span of the history.
    pub days: Days<'a>,
    /// Boundaries.
    pub ground: Areas,
    /// Settlements with their streets.
    pub towns: Vec<Town>,
    /// Indices of the settlements from which hardly anything is heard.
    pub silent: Vec<usize>,
    /// Roads between settlements.
    pub roads: Roads,
    /// How municipalities differ, by number.
    pub traits: Vec<Traits>,
    /// Types.
    pub themes: Vec<Theme>,
    /// Deadline rules.
    pub rules: Rules<'a>,
    /// Responsible bodies.
    pub answerers: Answerers<'a>,
    /// Words.
    pub book: Phrasebook<'a>,
}

impl<'a> Land<'a> {
    /// Builds the land of a seed.
    ///
    /// Errors: no history, nothing to place reports in, no types, a text that is not a template.
    pub fn build(input: &DemoInput<'a>, seed: u64) -> Result<Self, DemoError> {
        if input.until < input.since {
            return Err(DemoError::NoHistory);
        }
        let ground = Areas::build(input.boundaries.iter().map(|(no, shape)| (*no, shape)));
        if ground.is_empty() {
            return Err(DemoError::NoBoundaries);
        }
        let towns = towns::build(input, &ground, seed);
        if towns.is_empty() {
            return Err(DemoError::NoSettlements);
        }
        let themes = themes::build(input);
        if themes.is_empty() {
            return Err(DemoError::NoTypes);
        }
        Ok(Self {
            input: *input,
            seed,
            days: Days::new(input.calendar, input.since, input.until),
            silent: silent(input, &towns, seed),
            roads: Roads::build(&towns, &ground, seed),
            traits: Traits::of_all(input, seed),
            themes,
            rules: Rules::new(input),
            answerers: Answerers::new(input.bodies, input.municipalities),
            book: Phrasebook::compile(input.phrases)?,
            ground,
            towns,
        })
    }

    /// A stream of chance of this seed.
    #[must_use]
    pub fn chance(&self, topic: Topic, index: usize) -> Chance {
        Chance::stream(self.seed, topic, index as u64)
    }

    /// What places are drawn from.
    #[must_use]
    pub fn terrain(&self) -> Terrain<'_> {
        Terrain { ground: &self.ground, towns: &self.towns, roads: &self.roads }
    }

    /// The traits of a municipality.
    #[must_use]
    pub fn traits(&self, municipality: MunicipalityNo) -> Traits {
        self.traits
            .get(municipality.index())
            .copied()
            .unwrap_or_else(|| Traits::draw(self.seed, municipality.0))
    }

    /// The settlement with the most residents.
    #[must_use]
    pub fn largest_town(&self) -> usize {
        let by_residents = |a: &usize, b: &usize| {
            let (a, b) = (*a, *b);
            self.towns[a].residents.total_cmp(&self.towns[b].residents).then(b.cmp(&a))
        };
        (0..self.towns.len()).max_by(by_residents).unwrap_or(0)
    }

    /// What can be said of a place.
    #[must_use]
    pub fn telling(&self, spot: &Spot) -> Telling {
        self.book.telling(spot, &self.towns, &self.roads.roads)
    }

    /// Residents near a place: of its settlement; of the country along roads a few.
    #[must_use]
    pub fn residents_near(&self, spot: &Spot) -> f64 {
        spot.town.map_or(RURAL_RESIDENTS, |n| self.towns[n].residents)
    }

    /// Residents of the place by which one judges what occurs there.
    #[must_use]
    pub fn milieu(&self, spot: &Spot) -> f64 {
        spot.town.map_or(RURAL_RESIDENTS, |n| self.towns[n].milieu)
    }
}

/// Settlements from which hardly anything is heard: drawn among the middling ones that are no centre.
fn silent(input: &DemoInput<'_>, towns: &[Town], seed: u64) -> Vec<usize> {
    let [from, to] = input.plan.problems.silent_residents.map(f64::from);
    let may_be = |n: &usize| {
        let town = &towns[*n];
        town.on_roads && !town.is_centre && (from..=to).contains(&town.residents)
    };
    let mut candidates: Vec<usize> = (0..towns.len()).filter(may_be).collect();
    let mut chance = Chance::stream(seed, Topic::Silence, 0);
    let mut silent = Vec::new();
    // No more than half of them, whatever the plan wants.
    while silent.len() < input.plan.problems.silent.min((candidates.len() + silent.len()) / 2) {
        silent.push(candidates.swap_remove(chance.below(candidates.len())));
    }
    silent.sort_unstable();
    silent
}

/// Draws what and where.
#[derive(Debug)]
pub struct Lottery {
    municipalities: Vec<MunicipalityNo>,
    municipality_weights: Weights,
    towns: BTreeMap<MunicipalityNo, (Vec<usize>, Weights)>,
    themes: Vec<Weights>,
    remote_themes: Weights,
    remote: f64,
}

impl Lottery {
    /// A lottery over all settlements and types. Reports of a municipality grow with the power `residents_power` of its
    /// residents; `weight_of` is the weight of a type; `remote` of all reports come from along roads.
    pub fn new(
        land: &Land<'_>,
        residents_power: f64,
        remote: f64,
        weight_of: impl Fn(&Theme) -> f64,
    ) -> Self {
        let mut towns: BTreeMap<MunicipalityNo, (Vec<usize>, Weights)> = BTreeMap::new();
        for (n, town) in land.towns.iter().enumerate() {
            towns.entry(town.municipality).or_default().0.push(n);
        }
        let weight = |n: &usize| {
            let loud = libm::pow(land.towns[*n].residents, TOWN_POWER);
            if land.silent.contains(n) { loud * SILENCE } else { loud }
        };
        for (members, weights) in towns.values_mut() {
            *weights = Weights::new(members.iter().map(weight));
        }
        let municipalities: Vec<MunicipalityNo> = towns.keys().copied().collect();
        let residents = |no: &MunicipalityNo| {
            let municipality = land.input.municipalities.iter().find(|m| m.no == *no);
            let residents = municipality.and_then(Municipality::residents).map_or(1_000.0, f64::from);
            libm::pow(residents.max(1.0), residents_power)
        };
        let themes_of = |town: &Town| {
            let id = town.settlement.and_then(|no| land.input.settlements.iter().find(|s| s.no == no));
            let suits = |theme: &Theme| theme.plan.suits(town.milieu, id.map(|s| s.id.as_str()));
            let weight = |theme: &Theme| if suits(theme) { weight_of(theme) } else { 0.0 };
            Weights::new(land.themes.iter().map(weight))
        };
        Self {
            municipality_weights: Weights::new(municipalities.iter().map(residents)),
            municipalities,
            towns,
            themes: land.towns.iter().map(themes_of).collect(),
            remote_themes: Weights::new(land.themes.iter().map(|theme| theme.remote)),
            remote,
        }
    }

    /// Draws a type and a place for it.
    pub fn draw(&self, land: &Land<'_>, chance: &mut Chance) -> (usize, Spot) {
        let at = self.municipality_weights.draw(chance).unwrap_or(0);
        let municipality = self.municipalities[at];
        if chance.happens(self.remote)
            && let Some(theme) = self.remote_themes.draw(chance)
            && let Some(spot) = land.terrain().on_road(municipality, &land.themes[theme].plan, chance)
        {
            return (theme, spot);
        }
        let drawn = self.towns.get(&municipality).and_then(|(towns, weights)| {
            let at = weights.draw(chance)?;
            towns.get(at).copied()
        });
        let town = drawn.unwrap_or_else(|| land.largest_town());
        let theme = self.draw_theme(town, chance);
        (theme, land.terrain().in_town(town, &land.themes[theme].plan, chance))
    }

    /// Draws a type for a settlement.
    pub fn draw_theme(&self, town: usize, chance: &mut Chance) -> usize {
        self.themes.get(town).and_then(|weights| weights.draw(chance)).unwrap_or(0)
    }
}

/// Tables of days, one for each profile of the year that the types have.
#[derive(Debug)]
pub struct Seasons {
    tables: Vec<([f64; 12], DayTable)>,
}

impl Seasons {
    /// Tables for all types. `weight_of` is the weight of a day apart from its season.
    pub fn new(
        land: &Land<'_>,
        years: &YearWeights,
        weight_of: impl Fn(jiff::civil::Date) -> f64 + Copy,
    ) -> Self {
        let mut tables: Vec<([f64; 12], DayTable)> = Vec::new();
        for theme in &land.themes {
            if !tables.iter().any(|(months, _)| *months == theme.months) {
                let months = theme.months;
                let of_day = |day| super::days::month_weight(&months, day) * weight_of(day);
                tables.push((months, DayTable::new(&land.days, years, of_day)));
            }
        }
        Self { tables }
    }

    /// Draws a day for a type.
    pub fn draw(&self, theme: &Theme, chance: &mut Chance) -> jiff::civil::Date {
        let table = self.tables.iter().find(|(months, _)| *months == theme.months).or(self.tables.first());
        table.map_or(jiff::civil::Date::MIN, |(_, table)| table.draw(chance))
    }
}
