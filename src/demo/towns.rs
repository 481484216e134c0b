//! Settlements and their streets: street-like lines in a band around each centre, as long and as many as its residents
//! ask for.

use std::f64::consts::{FRAC_PI_2, PI};

use rayon::prelude::*;

use super::DemoInput;
use super::chance::{Chance, Topic, Weights};
use super::numerals::NO_BREAK;
use super::phrases::{SettlementWords, StreetFamily};
use super::plan::TownPlan;
use super::plane::{Metres, along, distance_m, length_m, moved};
use crate::domain::{Municipality, MunicipalityNo, Settlement, SettlementNo};
use crate::geometry::Position;
use crate::geometry::shape::Path;
use crate::index::Areas;

/// A settlement to place things in.
#[derive(Debug, Clone)]
pub struct Town {
    /// Its number; `None` for a municipal centre that the pack lists as a centre only.
    pub settlement: Option<SettlementNo>,
    /// Its municipality, by its place.
    pub municipality: MunicipalityNo,
    /// Its middle.
    pub centre: Position,
    /// Residents, known or estimated.
    pub residents: f64,
    /// Residents of the place by which one judges what occurs there: for a part of a city all of its municipality's.
    pub milieu: f64,
    /// Whether it is the centre of its municipality.
    pub is_centre: bool,
    /// Whether roads lead to it: parts of a city are no end of a road.
    pub on_roads: bool,
    /// Its name in sentences.
    pub words: SettlementWords,
    /// Its streets; never empty.
    pub streets: Vec<Street>,
    /// Weights of the streets.
    pub street_weights: Weights,
}

/// A street.
#[derive(Debug, Clone)]
pub struct Street {
    /// `ул.`
    pub kind: String,
    /// The preposition of place.
    pub at: String,
    /// Nominative, genitive, dative, prepositional.
    pub forms: [String; 4],
    /// Its line.
    pub line: Path,
    /// Its length.
    pub length_m: f64,
}

/// A settlement that is not in the pack as one, but is the centre of a municipality, lies this far from the next.
const OWN_CENTRE_M: f64 = 5_000.0;

/// A settlement whose number of residents is unknown has this share of its municipality's.
const UNKNOWN_SHARE: f64 = 0.12;

/// Kind of a settlement that is a part of another one.
const PART_OF_CITY: &str = "other";

/// No street is longer than this.
const LONGEST_STREET_M: f64 = 4_500.0;

/// Lays out all settlements with their streets. Those without a place for a street are left out.
#[must_use]
pub fn build(input: &DemoInput<'_>, ground: &Areas, seed: u64) -> Vec<Town> {
    let sites: Vec<Site<'_>> = sites(input, ground);
    let lay_out = |(n, site): (usize, &Site<'_>)| {
        lay_out(input, ground, site, &mut Chance::stream(seed, Topic::Streets, n as u64))
    };
    sites.par_iter().enumerate().filter_map(lay_out).collect()
}

/// Where a settlement is to be.
struct Site<'a> {
    settlement: Option<&'a Settlement>,
    name: &'a str,
    municipality: MunicipalityNo,
    point: Position,
    residents: f64,
    milieu: f64,
    is_centre: bool,
}

fn sites<'a>(input: &DemoInput<'a>, ground: &Areas) -> Vec<Site<'a>> {
    let mut sites = Vec::new();
    for settlement in input.settlements {
        let named = input.municipalities.iter().find(|m| m.id == settlement.municipality);
        let Some(no) = ground.locate(settlement.point).or(named.map(|m| m.no)) else { continue };
        let home = input.municipalities.iter().find(|m| m.no == no);
        let estimate = home.and_then(Municipality::residents).map_or(500.0, f64::from) * UNKNOWN_SHARE;
        let residents = settlement.population.map_or(estimate, f64::from).max(50.0);
        let is_centre = home.is_some_and(|m| distance_m(m.current().centre, settlement.point) < OWN_CENTRE_M);
        let part_of_city = settlement.kind == PART_OF_CITY;
        let around = home.and_then(Municipality::residents).map_or(residents, f64::from);
        sites.push(Site {
            settlement: Some(settlement),
            name: &settlement.name_ru,
            municipality: no,
            point: settlement.point,
            residents,
            milieu: if part_of_city { around.max(residents) } else { residents },
            is_centre,
        });
    }
    for municipality in input.municipalities {
        let version = municipality.current();
        let known = sites.iter().any(|site| distance_m(site.point, version.centre) < OWN_CENTRE_M);
        if !known && ground.locate(version.centre) == Some(municipality.no) {
            let residents = municipality.residents().map_or(500.0, f64::from) * UNKNOWN_SHARE;
            sites.push(Site {
                settlement: None,
                name: &version.centre_name,
                municipality: municipality.no,
                point: version.centre,
                residents,
                milieu: residents,
                is_centre: true,
            });
        }
    }
    sites
}

fn lay_out(input: &DemoInput<'_>, ground: &Areas, site: &Site<'_>, chance: &mut Chance) -> Option<Town> {
    let plan = site.settlement.and_then(|s| input.plan.towns.get(&s.id)).cloned().unwrap_or_default();
    let band = Band::draw(site, &plan, chance);
    let mut names = names(&input.phrases.streets, site.residents);
    let wanted = (2.0 + libm::pow(site.residents, 0.42)).max(4.0) as usize;
    let mut streets = Vec::with_capacity(wanted);
    while streets.len() < wanted && !names.is_empty() {
        let (family, forms) = names.swap_remove(chance.below(names.len()));
        let draw =
            (0..20).find_map(|_| band.draw_street(ground, site.municipality, family.longest_m, chance));
        let Some(line) = draw else { break };
        let (kind, at, length_m) = (family.kind.clone(), family.at.clone(), length_m(&line));
        streets.push(Street { kind, at, forms: four_forms(forms), line, length_m });
    }
    if streets.is_empty() {
        return None;
    }
    let busy = |street: &Street, chance: &mut Chance| chance.log_normal(1.0, 0.6) * street.length_m;
    let street_weights = Weights::new(streets.iter().map(|street| busy(street, chance)).collect::<Vec<_>>());
    Some(Town {
        settlement: site.settlement.map(|s| s.no),
        municipality: site.municipality,
        centre: site.point,
        residents: site.residents,
        milieu: site.milieu,
        is_centre: site.is_centre,
        on_roads: site.settlement.is_none_or(|s| s.kind != PART_OF_CITY),
        words: words(input, site),
        streets,
        street_weights,
    })
}

fn words(input: &DemoInput<'_>, site: &Site<'_>) -> SettlementWords {
    if let Some(known) = site.settlement.and_then(|s| input.phrases.settlements.get(&s.id)) {
        return known.clone();
    }
    let kind = site.settlement.and_then(|s| input.phrases.settlement_kinds.get(&s.kind));
    let label = kind.map_or_else(|| site.name.to_owned(), |kind| format!("{kind} {}", site.name));
    SettlementWords { in_: format!("в {label}"), of: label.clone(), label, road: None }
}

/// All names that a settlement of this size may have.
fn names(families: &[StreetFamily], residents: f64) -> Vec<(&StreetFamily, &[String])> {
    let fits = |family: &&StreetFamily| f64::from(family.least_residents) <= residents;
    families.iter().filter(fits).flat_map(|f| f.names.iter().map(move |n| (f, n.as_slice()))).collect()
}

fn four_forms(forms: &[String]) -> [String; 4] {
    let of = |n: usize| match (forms.len(), n) {
        (4.., n) => forms.get(n),
        (2 | 3, 1..) => forms.get(1),
        _ => forms.first(),
    };
    // `~` is the space that does not break, as in templates.
    let form = |n| of(n).map(|form| form.replace('~', &NO_BREAK.to_string())).unwrap_or_default();
    [form(0), form(1), form(2), form(3)]
}

/// The band that a settlement fills.
struct Band {
    axis: Path,
    length_m: f64,
    half_width_m: f64,
    street_m: f64,
    axis_is_known: bool,
}

impl Band {
    /// A village of 1,000 is 2 km long, a city of 600,000 is 30 km: the length grows with the root of the residents.
    fn draw(site: &Site<'_>, plan: &TownPlan, chance: &mut Chance) -> Self {
        let length_m = 800.0 + 37.0 * site.residents.sqrt();
        let by_chance_deg = chance.between(0.0, 180.0);
        let angle = FRAC_PI_2 - plan.bearing_deg.unwrap_or(by_chance_deg) * PI / 180.0;
        let known = plan.axis.iter().filter_map(|[lon, lat]| Position::parse_degrees(*lon, *lat).ok());
        let mut axis: Path = known.collect();
        let axis_is_known = axis.len() >= 2;
        if !axis_is_known {
            let end = |sign: f64| moved(site.point, Metres::towards(angle, sign * length_m / 2.0));
            axis = vec![end(-1.0), end(1.0)];
        }
        Self {
            length_m: super::plane::length_m(&axis),
            half_width_m: plan.half_width_km.map_or(length_m * 0.16, |km| km * 1_000.0),
            street_m: 320.0 * libm::pow(site.residents / 1_000.0, 0.22),
            axis,
            axis_is_known,
        }
    }

    /// Draws a street's line; `None` when it would leave the municipality.
    fn draw_street(
        &self,
        ground: &Areas,
        municipality: MunicipalityNo,
        longest_m: Option<f64>,
        chance: &mut Chance,
    ) -> Option<Path> {
        let spread = if self.axis_is_known { 0.27 } else { 0.2 };
        let at = (0.5 + spread * chance.normal()).clamp(0.02, 0.98);
        let (on_axis, axis_angle) = along(&self.axis, at * self.length_m)?;
        let off_m = (0.5 * chance.normal()).clamp(-1.0, 1.0) * self.half_width_m;
        let middle = moved(on_axis, Metres::towards(axis_angle + FRAC_PI_2, off_m));
        let crosswise = chance.happens(0.4);
        let angle = axis_angle + 0.08 * chance.normal() + if crosswise { FRAC_PI_2 } else { 0.0 };
        let room_m = if crosswise { 1.7 * self.half_width_m } else { 0.35 * self.length_m };
        let longest_m = room_m.min(longest_m.unwrap_or(LONGEST_STREET_M)).max(200.0);
        let length_m = chance.log_normal(self.street_m, 0.5).clamp(150.0, longest_m);
        let segments = 1 + chance.below(4);
        let mut line = vec![moved(middle, Metres::towards(angle, -length_m / 2.0))];
        for _ in 0..segments {
            let from = line[line.len() - 1];
            let bend = angle + 0.07 * chance.normal();
            line.push(moved(from, Metres::towards(bend, length_m / segments as f64)));
        }
        let inside = line.iter().all(|p| ground.locate(*p) == Some(municipality));
        inside.then_some(line)
    }
}
