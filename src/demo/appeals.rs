//! Appeals: about half of them evidence for a problem of the registry, near it in place and time, the others on their own.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::chance::{Chance, Topic, Weights, mix};
use super::days::{later, month_weight, weekday_weight};
use super::drafts::misplace;
use super::land::{Land, Lottery, Seasons};
use super::plan::YearWeights;
use super::plane::{Metres, moved};
use super::problems::Case;
use super::replies::{Reply, reply};
use super::spots::Spot;
use crate::domain::event::PastEvent;
use crate::domain::{
    Actor, Appeal, AppealNo, EventKind, Quality, QualityFlags, Role, SourceNo, Status, Timestamp,
};
use crate::geometry::Shape;

/// Most appeals that one problem draws.
const MOST_PER_PROBLEM: u32 = 120;
/// Appeals about a problem come from within so many metres, two thirds of them from within half.
const NEAR_M: f64 = 150.0;
/// How often an appeal about a problem names its very type and not another of the sphere.
const SAME_TYPE: f64 = 0.68;
/// Of a year's appeals no more than this share are linked.
const MOST_LINKED: f64 = 0.82;
/// Appeals grow with this power of a municipality's residents.
const RESIDENTS_POWER: f64 = 0.9;
/// Attempts to hit the days of the week and the season.
const ATTEMPTS: usize = 12;

/// An appeal before it has a number.
#[derive(Debug, Clone)]
struct Letter {
    theme: usize,
    spot: Spot,
    received_at: Timestamp,
    case: Option<usize>,
    flags: QualityFlags,
}

/// Draws `n` appeals, numbered from 1 in the order in which they came in, and tells the problems of those about them.
#[must_use]
pub fn draw(land: &Land<'_>, cases: &mut [Case], n: u32) -> Vec<Appeal> {
    let post = PostOffice::new(land);
    let n = n as usize;
    let part = |share: f64| ((n as f64 * share.clamp(0.0, 1.0)).round() as usize).min(n / 4);
    let plan = &land.input.plan.appeals;
    let repeated = part(plan.repeated);
    let linked = (n as f64 * plan.linked.clamp(0.0, 0.9)).round() as usize;
    let chosen = choose_cases(land, cases, linked * 2);
    let candidates: Vec<Letter> = chosen
        .into_par_iter()
        .enumerate()
        .filter_map(|(k, case)| post.about(&cases[case], case, k))
        .collect();
    let mut letters = post.within_the_years(candidates, linked, n);
    let alone = n.saturating_sub(repeated + letters.len());
    let seasons = post.seasons_without(&letters, n);
    let (unlocated, misplaced) = (part(plan.fallback), part(plan.misplaced));
    letters
        .par_extend((0..alone).into_par_iter().map(|k| post.on_its_own(&seasons, k, unlocated, misplaced)));

    let mut chance = land.chance(Topic::Flaw, 1);
    let plain: Vec<usize> = (0..letters.len()).filter(|k| letters[*k].case.is_none()).collect();
    let mut copied: Vec<usize> = (0..repeated).filter_map(|_| chance.pick(&plain).copied()).collect();
    // Fewer than wanted only when every appeal is about a problem.
    copied.extend((copied.len()..repeated).map(|k| k % letters.len().max(1)));
    let before: Vec<usize> =
        (0..part(plan.answered_before)).filter_map(|_| chance.pick(&plain).copied()).collect();
    let write = |k: usize| post.write(&letters[k], k, before.contains(&k));
    let mut written: Vec<(Appeal, Option<usize>)> = (0..letters.len()).into_par_iter().map(write).collect();
    for k in copied {
        if let Some((mut copy, _)) = written.get(k).cloned() {
            copy.flags.insert(Quality::ExactDuplicate);
            copy.problem = None;
            written.push((copy, None));
        }
    }
    number(land, cases, written)
}

/// Chooses the problem of each linked appeal: few problems draw many, many draw few.
fn choose_cases(land: &Land<'_>, cases: &[Case], linked: usize) -> Vec<usize> {
    let mut chance = land.chance(Topic::Link, 0);
    let weight = |case: &Case| {
        let loud = chance.log_normal(1.0, 1.0);
        let clean = case.draft.flags == QualityFlags::default() && !case.draft.unlocated;
        let counts = clean
            && !case.problem.flags.contains(Quality::ExactDuplicate)
            && case.problem.status != Status::Rejected;
        if counts { loud } else { 0.0 }
    };
    let weights = Weights::new(cases.iter().map(weight));
    let mut counts = vec![0u32; cases.len()];
    let mut chosen = Vec::with_capacity(linked);
    for _ in 0..linked * 3 / 2 {
        let Some(at) = weights.draw(&mut chance) else { break };
        if counts[at] < MOST_PER_PROBLEM {
            counts[at] += 1;
            chosen.push(at);
        }
        if chosen.len() == linked {
            break;
        }
    }
    chosen
}

/// What appeals are drawn from.
struct PostOffice<'l, 'a> {
    land: &'l Land<'a>,
    lottery: Lottery,
    hours: Weights,
}

impl<'l, 'a> PostOffice<'l, 'a> {
    fn new(land: &'l Land<'a>) -> Self {
        let lottery = Lottery::new(land, RESIDENTS_POWER, 0.0, |theme| theme.appeals);
        Self { land, lottery, hours: Weights::new(land.input.plan.appeals.hours) }
    }

    /// An appeal about a problem; `None` when the problem leaves no time for one.
    fn about(&self, case: &Case, at: usize, k: usize) -> Option<Letter> {
        let mut chance = self.land.chance(Topic::Link, k + 1);
        let theme = self.theme_of_sphere(case.draft.theme, &mut chance);
        let received_at = self.around(case, theme, &mut chance)?;
        let spot = self.nearby(&case.draft.spot, &mut chance);
        Some(Letter { theme, spot, received_at, case: Some(at), flags: QualityFlags::default() })
    }

    /// Some write before the registry takes a problem up, most while it is open, nobody after it was resolved.
    fn around(&self, case: &Case, theme: usize, chance: &mut Chance) -> Option<Timestamp> {
        let (days, plan) = (&self.land.days, &self.land.input.plan.appeals);
        let registered_at = case.draft.registered_at;
        let closed = case.problem.status.is_closed();
        let end = if closed { case.problem.status_since.min(days.now) } else { days.now };
        let months = &self.land.themes[theme].months;
        let most = |weights: &[f64]| weights.iter().copied().fold(0.01, f64::max);
        // The first moment that the weekday and the season let pass; of those that they did not, the likeliest.
        let mut best: Option<(f64, Timestamp)> = None;
        for _ in 0..ATTEMPTS {
            let before = chance.happens(0.3);
            let shift = if before { -chance.waiting(120.0) } else { chance.waiting(330.0) };
            let day = days.day_of(later(registered_at, shift));
            let moment = days.by_hours(day, &self.hours, chance);
            if !(days.start..end).contains(&moment) {
                continue;
            }
            let liked = weekday_weight(&plan.weekdays, day) * month_weight(months, day)
                / (most(&plan.weekdays) * most(months));
            if chance.happens(liked) {
                return Some(moment);
            }
            if best.is_none_or(|(most_liked, _)| liked > most_liked) {
                best = Some((liked, moment));
            }
        }
        best.map(|(_, moment)| moment)
    }

    /// The type itself, mostly, where people write about it; else one of its sphere.
    fn theme_of_sphere(&self, theme: usize, chance: &mut Chance) -> usize {
        let themes = &self.land.themes;
        let own = themes[theme].appeals;
        if own > 0.0 && chance.happens(SAME_TYPE) {
            return theme;
        }
        let of_sphere = |other: &super::themes::Theme| {
            if other.sphere == themes[theme].sphere { other.appeals } else { 0.0 }
        };
        Weights::new(themes.iter().map(of_sphere)).draw(chance).unwrap_or(theme)
    }

    /// A point near a place in the same municipality.
    fn nearby(&self, spot: &Spot, chance: &mut Chance) -> Spot {
        let try_near = |chance: &mut Chance| {
            let way = Metres {
                east_m: chance.normal().clamp(-2.0, 2.0) * NEAR_M / 2.0,
                north_m: chance.normal().clamp(-2.0, 2.0) * NEAR_M / 2.0,
            };
            let at = moved(spot.at, way);
            (self.land.ground.locate(at) == Some(spot.municipality)).then_some(at)
        };
        let at = (0..10).find_map(|_| try_near(chance)).unwrap_or(spot.at);
        Spot { at, shape: Shape::Point(at), ..spot.clone() }
    }

    /// How many appeals a year is to have when there are `n` in all.
    fn wanted(&self, n: usize) -> YearWeights {
        let intake = &self.land.input.plan.appeals.intake;
        let total: f64 = intake.iter().map(|(_, weight)| *weight).sum();
        intake.iter().map(|(year, weight)| (*year, weight / total.max(1.0) * n as f64)).collect()
    }

    fn year_of(&self, letter: &Letter) -> i16 {
        self.land.days.day_of(letter.received_at).year()
    }

    /// The first `linked` of the candidates, of each year no more than most of its appeals: the year in which the registry
    /// took in thousands of problems was no year of thousands of letters more.
    fn within_the_years(&self, candidates: Vec<Letter>, linked: usize, n: usize) -> Vec<Letter> {
        let mut room: BTreeMap<i16, f64> =
            self.wanted(n).into_iter().map(|(year, wanted)| (year, wanted * MOST_LINKED)).collect();
        let fits = |letter: &Letter| {
            let left = room.entry(self.year_of(letter)).or_insert(0.0);
            *left -= 1.0;
            *left >= 0.0
        };
        candidates.into_iter().filter(fits).take(linked).collect()
    }

    /// Days for the appeals that stand alone: what the years want, less what the linked ones have taken already.
    fn seasons_without(&self, letters: &[Letter], n: usize) -> Seasons {
        let mut years = self.wanted(n);
        for letter in letters {
            let year = self.year_of(letter);
            if let Some((_, left)) = years.iter_mut().find(|(own, _)| *own == year) {
                *left -= 1.0;
            }
        }
        let weekdays = &self.land.input.plan.appeals.weekdays;
        Seasons::new(self.land, &years, |day| weekday_weight(weekdays, day))
    }

    /// An appeal about something that is no problem of the registry. The first `unlocated` stand on the fallback
    /// coordinate, the next `misplaced` on impossible ones.
    fn on_its_own(&self, seasons: &Seasons, k: usize, unlocated: usize, misplaced: usize) -> Letter {
        let land = self.land;
        let mut chance = land.chance(Topic::Appeal, k);
        let mut flags = QualityFlags::default();
        let (theme, spot) = if k < unlocated {
            let town = land.largest_town();
            let theme = self.lottery.draw_theme(town, &mut chance);
            (theme, land.terrain().in_the_middle(town, &land.themes[theme].plan, &mut chance))
        } else {
            let (theme, mut spot) = self.lottery.draw(land, &mut chance);
            // Whatever a problem would look like, an appeal is a point.
            spot.shape = Shape::Point(spot.at);
            if k < unlocated + misplaced {
                flags = misplace(&mut spot, k);
            }
            (theme, spot)
        };
        let day = seasons.draw(&land.themes[theme], &mut chance);
        let received_at = land.days.by_hours(day, &self.hours, &mut chance).min(land.days.now);
        Letter { theme, spot, received_at, case: None, flags }
    }

    /// A letter as a record, replied to.
    fn write(&self, letter: &Letter, k: usize, answered_before: bool) -> (Appeal, Option<usize>) {
        let (land, plan) = (self.land, &self.land.input.plan.appeals);
        let mut chance = land.chance(Topic::Words, usize::MAX - k);
        let theme = &land.themes[letter.theme];
        let mut answer = reply(land, theme, letter.spot.municipality, letter.received_at, &mut chance);
        let mut flags = letter.flags;
        if answered_before {
            let answered_at = later(letter.received_at, -chance.between(1.0, 20.0));
            answer = Reply::answered(answer.due_at, answered_at, letter.received_at);
            flags.insert(Quality::ClosedBeforeOpened);
        }
        let text = chance
            .happens(plan.with_text)
            .then(|| land.book.letter(theme, &land.telling(&letter.spot), &mut chance));
        let outside = flags.contains(Quality::OutsideRegion);
        let appeal = Appeal {
            no: AppealNo(0),
            source: SourceNo(0),
            identity: 0,
            category: theme.category,
            point: letter.spot.at,
            municipality: (!outside).then_some(letter.spot.municipality),
            received_at: Some(letter.received_at),
            due_at: answer.due_at,
            answered_at: answer.answered_at,
            status: answer.status,
            problem: None,
            public: !chance.happens(plan.hidden),
            text: text.flatten(),
            flags,
            updated_at: answer.updated_at.min(land.days.now),
        };
        (appeal, letter.case)
    }
}

/// Numbers appeals in the order in which they came in and links those that are about a problem.
fn number(land: &Land<'_>, cases: &mut [Case], mut written: Vec<(Appeal, Option<usize>)>) -> Vec<Appeal> {
    // Stable: a repeated row stands behind its original.
    written.sort_by_key(|(appeal, _)| appeal.received_at);
    let mut links: Vec<Vec<PastEvent>> = vec![Vec::new(); cases.len()];
    let mut appeals = Vec::with_capacity(written.len());
    for (n, (mut appeal, case)) in written.into_iter().enumerate() {
        appeal.no = AppealNo(u32::try_from(n + 1).unwrap_or(u32::MAX));
        appeal.identity = identity(land.seed, 0, n);
        if let Some(at) = case {
            let linked_at = link_time(land, &cases[at], &appeal, n);
            appeal.problem = Some(cases[at].problem.no);
            appeal.updated_at = appeal.updated_at.max(linked_at);
            let actor = Actor { role: Role::Moderator, body: None, token: None };
            let kind = EventKind::AppealLinked;
            links[at].push(PastEvent { kind, actor, at: linked_at, reason: None, evidence: None });
        }
        appeals.push(appeal);
    }
    for (case, links) in cases.iter_mut().zip(links) {
        case.problem.n_appeals = u32::try_from(links.len()).unwrap_or(u32::MAX);
        case.problem.n_supporters = case.problem.n_supporters.max(case.problem.n_appeals / 2);
        case.events.extend(links);
        case.events.sort_by_key(|event| event.at);
        if let Some(last) = case.events.last() {
            case.problem.updated_at = last.at;
        }
    }
    appeals
}

/// A moderator links an appeal within days, but not before the problem is in the registry.
fn link_time(land: &Land<'_>, case: &Case, appeal: &Appeal, n: usize) -> Timestamp {
    let mut chance = land.chance(Topic::Link, usize::MAX - n);
    let received_at = appeal.received_at.unwrap_or(case.draft.registered_at);
    let known_at = Timestamp(case.draft.registered_at.0 + 600_000).max(received_at);
    later(known_at, chance.waiting(1.5)).min(land.days.now)
}

/// The identity of record `n` of a kind: [`mix`] is a bijection, so no two records of a kind share one, and against the
/// keyed hashes of later imports it is as good as random.
#[must_use]
pub fn identity(seed: u64, kind: u64, n: usize) -> u64 {
    let base = Chance::stream(seed, Topic::Identity, kind).bits();
    mix(base.wrapping_add(n as u64))
}
