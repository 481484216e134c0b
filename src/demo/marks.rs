//! Citizens' marks of heads of municipalities, given in campaigns.

use jiff::civil::Date;
use rayon::prelude::*;

use super::appeals::identity;
use super::chance::{Topic, Weights};
use super::days::DayTable;
use super::land::Land;
use crate::domain::{Mark, MarkNo, Municipality, MunicipalityNo, SourceNo};

/// What is left of the turnout of a quiet municipality.
const QUIET: f64 = 0.12;
/// How widely the marks of one municipality are spread.
const SPREAD: f64 = 1.15;
/// How far criteria lie apart.
const CRITERIA_SPREAD: f64 = 0.22;

/// Draws `n` marks, numbered from 1 in the order in which they were given.
#[must_use]
pub fn draw(land: &Land<'_>, n: u32) -> Vec<Mark> {
    let plan = &land.input.plan.marks;
    let criteria = &land.input.phrases.criteria;
    let municipalities: Vec<MunicipalityNo> = land.input.municipalities.iter().map(|m| m.no).collect();
    if criteria.is_empty() || municipalities.is_empty() {
        return Vec::new();
    }
    let voters = Weights::new(turnouts(land));
    let weights = Weights::new((0..criteria.len()).map(|k| 1.0 / (1.0 + 0.15 * k as f64)));
    let hours = Weights::new(land.input.plan.appeals.hours);
    let table = DayTable::new(&land.days, &plan.intake, |day| f64::from(u8::from(in_campaign(land, day))));
    let mean = |municipality: MunicipalityNo, criterion: usize| {
        let index = (municipality.index() << 8) + criterion + (1 << 32);
        let own = land.chance(Topic::Traits, index).normal() * CRITERIA_SPREAD;
        plan.mean + plan.spread * land.traits(municipality).favour + own
    };
    let draw_one = |k: usize| {
        let mut chance = land.chance(Topic::Mark, k);
        let municipality = municipalities[voters.draw(&mut chance).unwrap_or(0)];
        let criterion = weights.draw(&mut chance).unwrap_or(0);
        let mark = (mean(municipality, criterion) + SPREAD * chance.normal()).round().clamp(1.0, 5.0);
        let given_at = land.days.by_hours(table.draw(&mut chance), &hours, &mut chance);
        Mark {
            no: MarkNo(0),
            source: SourceNo(0),
            identity: 0,
            municipality,
            criterion: criteria[criterion].code.clone(),
            mark: mark as u8,
            given_at: given_at.min(land.days.now),
        }
    };
    let mut marks: Vec<Mark> = (0..n as usize).into_par_iter().map(draw_one).collect();
    marks.sort_by_key(|mark| mark.given_at);
    for (k, mark) in marks.iter_mut().enumerate() {
        mark.no = MarkNo(u32::try_from(k + 1).unwrap_or(u32::MAX));
        mark.identity = identity(land.seed, 1, k);
    }
    marks
}

/// How many residents of each municipality take part: of the smallest ones hardly any.
fn turnouts(land: &Land<'_>) -> Vec<f64> {
    let residents = |m: &Municipality| m.residents().map_or(1_000.0, f64::from);
    let mut by_size: Vec<&Municipality> = land.input.municipalities.iter().collect();
    by_size.sort_by(|a, b| residents(a).total_cmp(&residents(b)).then(a.no.cmp(&b.no)));
    let quiet: Vec<MunicipalityNo> = by_size.iter().take(land.input.plan.marks.quiet).map(|m| m.no).collect();
    let turnout = |m: &Municipality| {
        let eager = residents(m) * land.traits(m.no).turnout;
        if quiet.contains(&m.no) { eager * QUIET } else { eager }
    };
    land.input.municipalities.iter().map(turnout).collect()
}

/// Whether a campaign runs on a day. A plan without campaigns takes marks all the year.
fn in_campaign(land: &Land<'_>, day: Date) -> bool {
    let campaigns = &land.input.plan.marks.campaigns;
    let today = format!("{:02}-{:02}", day.month(), day.day());
    campaigns.is_empty() || campaigns.iter().any(|[from, until]| *from <= today && today <= *until)
}
