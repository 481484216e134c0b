//! What it takes: the shortest list of problems whose verification moves a municipality to the next tier.
//!
//! Answers: "which of our open problems, verified as solved today, would bring us out of tier C?" Everything else is held:
//! priors, speeds, goalposts, the seed, the other municipalities and the calendar. The answer is computed with the very
//! functions of [`super::rating`], so a list that is given does what it says.
//!
//! # Method
//!
//! What a verification does to the score depends only on three things of a problem: whether its first deadline has passed, is
//! to come or never was, whether a solution of it counts already (it was undone), and its stratum of pace, which the
//! verification of today does not change. So problems fall into six classes of equal effect, and a list is how many of each.
//!
//! 1. From the empty list on, the class whose next problem raises the score most is taken (ties: the first class), until the
//!    draws show a better tier; what can be left out is left out. That is *a* list.
//! 2. Then every shorter list of up to [`EXHAUSTED`] problems is tried, one for each combination of effects, shortest first.
//!    The first length at which one reaches the tier is the shortest there is, and the list with the best score is given.
//!
//! So a list of up to [`EXHAUSTED`]` + 1` problems is the shortest for certain (`shortest` in the answer); a longer one is
//! short, without that proof. Within a class the most severe come first, then the cheapest, then the lowest number. A test
//! compares with all lists of small worlds, class by class.
//!
//! # Edges
//!
//! Tier A has no next tier and an unrated municipality no tier: no list. At most [`MAX_LIST`] problems are considered; where
//! that is not enough, or nothing helps, there is none either.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::estimates::{Figures, GroupPriors, Priors};
use super::facts::{AsOf, MunicipalityInput, ProblemFact};
use super::indicators::Tally;
use super::method::Method;
use super::ranks::{Chances, simulate};
use super::rating::{Inputs, Tier, assess};
use crate::domain::{Level, MunicipalityNo, Status};

/// Most problems of a list: a longer one is no plan for a year of any of the municipalities, and the search must end.
pub const MAX_LIST: usize = 200;

/// Lists of up to so many problems are all tried: 220 combinations for most municipalities, each of which costs the draws of
/// one municipality.
pub const EXHAUSTED: usize = 9;

/// The way to the next tier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Counterfactual {
    /// The tier now.
    pub from: Tier,
    /// The tier with the list verified.
    pub to: Tier,
    /// Score now.
    pub score: f64,
    /// Score with the list verified.
    pub score_after: f64,
    /// Whether it is certain that no shorter list does it.
    pub shortest: bool,
    /// Numbers of the problems, in the order in which they help most; not on the wire.
    #[serde(skip)]
    pub problems: Vec<u32>,
}

/// What is held while problems are verified in thought.
struct Held<'a> {
    input: &'a MunicipalityInput,
    group: Option<&'a GroupPriors>,
    priors: &'a Priors,
    before: Option<Figures>,
    method: &'a Method,
    as_of: AsOf,
    seed: u64,
}

impl Held<'_> {
    /// Score and chances with these facts; `None` when it is not rated.
    fn score(&self, facts: &[ProblemFact]) -> Option<f64> {
        self.assess(facts).0
    }

    fn chances(&self, facts: &[ProblemFact]) -> Option<(f64, Chances)> {
        let (score, contender) = self.assess(facts);
        Some((score?, simulate(&[contender], self.method, self.seed)[0]))
    }

    fn assess(&self, facts: &[ProblemFact]) -> (Option<f64>, super::ranks::Contender) {
        let tally = Tally::of(facts.iter().copied(), self.as_of, self.method);
        let figures = Figures::new(self.input, &tally, &self.priors.hazards);
        let (rating, contender) = assess(self.input, &figures, self.before.as_ref(), self.group, self.method);
        (rating.score, contender)
    }
}

/// The shortest list that moves municipality `no` to the next tier, with the priors and the seed of its rating.
///
/// Cost: O(list · classes · problems of the municipality), and some hundred times the draws of one municipality, in parallel.
#[must_use]
pub fn next_tier(
    inputs: &Inputs<'_>,
    priors: &Priors,
    seed: u64,
    no: MunicipalityNo,
) -> Option<Counterfactual> {
    let Inputs { as_of, method, .. } = *inputs;
    let own = |facts: &[ProblemFact], as_of: AsOf| -> Vec<ProblemFact> {
        let mine = facts.iter().filter(|fact| fact.municipality == Some(no));
        mine.filter_map(|fact| fact.seen_at(as_of)).collect()
    };
    let input = inputs.municipalities.iter().find(|m| m.no == no)?;
    let before = inputs.before.and_then(|period| {
        let input = period.municipalities.iter().find(|m| m.no == no)?;
        let tally = Tally::of(own(period.facts, period.as_of).into_iter(), period.as_of, method);
        Some(Figures::new(input, &tally, &priors.hazards))
    });
    let group = priors.for_residents(input.residents, method);
    let held = Held { input, group, priors, before, method, as_of, seed };
    let facts = own(inputs.facts, as_of);
    let (score, chances) = held.chances(&facts)?;
    let from = Tier::of(&chances, method);
    let reached = |chances: &Chances| Tier::of(chances, method) < from;
    if from == Tier::A {
        return None;
    }
    let does = |list: &[usize]| {
        let found = held.chances(&verified(&facts, list, as_of));
        found.filter(|(_, chances)| reached(chances))
    };
    let classes = classes(&facts, as_of);
    let order = greedy(&held, &facts, classes.clone());
    let short = shortest_prefix(order.len(), |n| does(&order[..n]).is_some())
        .map(|enough| thinned(order[..enough].to_vec(), |list| does(list).is_some()));
    let below = short.as_ref().map_or(EXHAUSTED + 1, Vec::len);
    let shorter = (1..below.min(EXHAUSTED + 1)).find_map(|size| best_of(&lists_of(&classes, size), does));
    let shortest = shorter.is_some() || below <= EXHAUSTED + 1;
    let list = shorter.or(short)?;
    let (score_after, chances) = does(&list)?;
    let problems = list.iter().map(|&row| facts[row].number).collect();
    Some(Counterfactual { from, to: Tier::of(&chances, method), score, score_after, shortest, problems })
}

/// A list for each combination of effects that `size` problems can have.
fn lists_of(classes: &[Vec<usize>], size: usize) -> Vec<Vec<usize>> {
    let mut counts: Vec<Vec<usize>> = vec![vec![]];
    for class in classes {
        let longer = |taken: &Vec<usize>| {
            let (taken, room) = (taken.clone(), size - taken.iter().sum::<usize>());
            (0..=class.len().min(room)).map(move |n| [&taken[..], &[n]].concat())
        };
        counts = counts.iter().flat_map(longer).collect();
    }
    counts.retain(|taken| taken.iter().sum::<usize>() == size);
    // What counts is how many of each deadline and how many new solutions, not which of them is both.
    let effect = |taken: &[usize]| -> [usize; 4] {
        [taken[0] + taken[1], taken[2] + taken[3], taken[4] + taken[5], taken[0] + taken[2] + taken[4]]
    };
    let of_effects: BTreeMap<[usize; 4], Vec<usize>> =
        counts.into_iter().map(|taken| (effect(&taken), taken)).collect();
    let rows = |taken: &Vec<usize>| {
        classes.iter().zip(taken).flat_map(|(class, n)| class.iter().rev().take(*n)).copied().collect()
    };
    of_effects.values().map(rows).collect()
}

/// Of the lists that do it, the one with the best score; of equal ones the first.
fn best_of(
    lists: &[Vec<usize>],
    does: impl Fn(&[usize]) -> Option<(f64, Chances)> + Sync,
) -> Option<Vec<usize>> {
    let scores: Vec<Option<f64>> = lists.par_iter().map(|list| does(list).map(|(score, _)| score)).collect();
    let better = |best: Option<(usize, f64)>, (n, score): (usize, f64)| match best {
        Some(best) if best.1 >= score => Some(best),
        _ => Some((n, score)),
    };
    let found = scores.iter().enumerate().filter_map(|(n, score)| Some((n, (*score)?)));
    found.fold(None, better).map(|(n, _)| lists[n].clone())
}

/// The facts with the rows of the list verified as solved now.
fn verified(facts: &[ProblemFact], list: &[usize], as_of: AsOf) -> Vec<ProblemFact> {
    let mut after = facts.to_vec();
    for &row in list {
        (after[row].status, after[row].closed_at) = (Status::Resolved, Some(as_of.now));
        after[row].solutions.last = Some(as_of.now);
    }
    after
}

/// Rows that could be verified, by class of equal effect; within a class the most worthwhile last.
fn classes(facts: &[ProblemFact], as_of: AsOf) -> Vec<Vec<usize>> {
    let mut classes = vec![Vec::new(); 6];
    for (row, fact) in facts.iter().enumerate() {
        let known = fact.opened_at.is_some() && fact.level == Some(Level::Municipal);
        if known && fact.is_open() {
            let due = fact.is_past_baseline(as_of).map_or(2, usize::from);
            classes[2 * due + usize::from(fact.has_held(as_of).is_some())].push(row);
        }
    }
    let worth = |row: &usize| {
        let fact = &facts[*row];
        let cost = fact.cost.map_or(i64::MAX, |cost| cost.0);
        (std::cmp::Reverse(fact.severity.unwrap_or(0)), cost, fact.number)
    };
    for class in &mut classes {
        class.sort_by_key(worth);
        class.reverse();
    }
    classes
}

/// Rows in the order in which each raises the score most.
fn greedy(held: &Held<'_>, facts: &[ProblemFact], mut classes: Vec<Vec<usize>>) -> Vec<usize> {
    let mut list: Vec<usize> = Vec::new();
    while list.len() < MAX_LIST {
        let tried = classes.iter().enumerate().filter_map(|(n, class)| {
            let with: Vec<usize> = list.iter().chain(class.last()).copied().collect();
            (with.len() > list.len()).then(|| (n, held.score(&verified(facts, &with, held.as_of))))
        });
        let best = tried.fold(None, |best: Option<(usize, Option<f64>)>, next| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            _ => Some(next),
        });
        let Some(row) = best.and_then(|(n, _)| classes[n].pop()) else { break };
        list.push(row);
    }
    list
}

/// The shortest beginning for which `enough` holds, taken to hold for all longer ones.
fn shortest_prefix(most: usize, enough: impl Fn(usize) -> bool) -> Option<usize> {
    let mut high = 1;
    while high < most && !enough(high) {
        high = (2 * high).min(most);
    }
    if most == 0 || !enough(high) {
        return None;
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low.midpoint(high);
        if enough(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// The list without whatever it can do without, tried from its end.
fn thinned(mut list: Vec<usize>, enough: impl Fn(&[usize]) -> bool) -> Vec<usize> {
    let mut at = list.len().min(THINNED);
    while at > 0 {
        at -= 1;
        let mut fewer = list.clone();
        fewer.remove(at);
        if !fewer.is_empty() && enough(&fewer) {
            list = fewer;
        }
    }
    list
}

/// Members of a list that are tried to be left out: each costs the draws of one municipality.
const THINNED: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::facts::Solutions;
    use crate::analytics::rating::{Ratings, rate};
    use crate::analytics::sample::{AS_OF, KRAI, days_ago, fact, municipalities, region};

    fn inputs<'a>(facts: &'a [ProblemFact], units: &'a [MunicipalityInput]) -> Inputs<'a> {
        let method = Method::builtin();
        Inputs {
            facts,
            municipalities: units,
            as_of: AS_OF,
            before: None,
            method,
            seed: Some(5),
            priors: None,
        }
    }

    fn tier(ratings: &Ratings, no: u16) -> Option<Tier> {
        ratings.municipalities.iter().find(|r| r.no.0 == no).unwrap().tier
    }

    #[test]
    fn who_verifies_the_list_reaches_the_tier_and_with_one_less_does_not() {
        let (facts, units) = (region(3_000, &KRAI, 11), municipalities(&KRAI));
        let inputs = inputs(&facts, &units);
        let ratings = rate(&inputs);
        let mut found = 0;
        for no in 0..19 {
            let Some(way) = next_tier(&inputs, &ratings.priors, ratings.seed, MunicipalityNo(no)) else {
                continue;
            };
            found += 1;
            assert_eq!(Some(way.from), tier(&ratings, no));
            assert!(way.to < way.from && way.score_after > way.score);
            let tier_with = |list: &[u32]| {
                let mut after = facts.clone();
                for fact in after.iter_mut().filter(|f| list.contains(&f.number)) {
                    let seen = fact.seen_at(AS_OF).unwrap();
                    assert!(seen.is_open() && seen.level == Some(Level::Municipal));
                    (fact.status, fact.closed_at) = (Status::Resolved, Some(AS_OF.now));
                    fact.solutions.last = Some(AS_OF.now);
                }
                tier(&rate(&Inputs { facts: &after, priors: Some(&ratings.priors), ..inputs }), no)
            };
            assert_eq!(tier_with(&way.problems), Some(way.to), "{no}");
            let one_less = &way.problems[..way.problems.len() - 1];
            assert_eq!(tier_with(one_less), Some(way.from), "{no}");
        }
        assert!(found > 0, "somebody has a next tier to reach");
    }

    /// A solution of 90 days ago that did not hold, or none.
    fn undone(really: bool) -> Solutions {
        let at = really.then(|| days_ago(90));
        Solutions { last: at, undone: at }
    }

    /// A region in which municipality 4 has few problems: 14 open ones of all kinds, some solved in time and some late.
    fn small_world(good: i64, late: i64) -> Vec<ProblemFact> {
        let mut facts = region(2_000, &KRAI, 12);
        facts.retain(|f| f.municipality != Some(MunicipalityNo(4)));
        let open = |n: i64| ProblemFact {
            municipality: Some(MunicipalityNo(4)),
            opened_at: Some(days_ago(200 + 60 * n)),
            baseline_due: (n % 4 != 0).then(|| days_ago(if n % 3 == 0 { -20 } else { 20 })),
            severity: Some(1 + (n % 5) as u8),
            solutions: undone(n % 7 == 0),
            ..fact(50_000 + n as u32)
        };
        facts.extend((0..14).map(open));
        facts.extend((0..good + late).map(|n| ProblemFact {
            status: Status::Resolved,
            baseline_due: Some(days_ago(if n < good { 10 } else { 60 })),
            closed_at: Some(days_ago(30)),
            solutions: Solutions { last: Some(days_ago(30)), undone: undone((n + 20) % 7 == 0).undone },
            ..open(n + 20)
        }));
        facts
    }

    #[test]
    fn no_list_of_any_kinds_is_shorter() {
        let units = municipalities(&KRAI);
        let mut found = 0;
        for (good, late) in
            (0..=12).step_by(3).flat_map(|good| (0..=12).step_by(3).map(move |late| (good, late)))
        {
            let facts = small_world(good, late);
            let inputs = inputs(&facts, &units);
            let priors = rate(&inputs).priors;
            let way = next_tier(&inputs, &priors, 5, MunicipalityNo(4));
            let Some(way) = way.filter(|way| (2..=6).contains(&way.problems.len())) else { continue };
            assert!(way.shortest);
            found += 1;
            let own: Vec<ProblemFact> =
                facts.iter().copied().filter(|f| f.municipality == Some(MunicipalityNo(4))).collect();
            let group = priors.for_residents(units[4].residents, inputs.method);
            let (priors, method) = (&priors, inputs.method);
            let held = Held { input: &units[4], group, priors, before: None, method, as_of: AS_OF, seed: 5 };
            let classes = classes(&own, AS_OF);
            let shorter = way.problems.len() - 1;
            // Every way to take so many, class by class.
            let mut counts: Vec<Vec<usize>> = vec![vec![]];
            for class in &classes {
                let longer = |taken: &Vec<usize>| {
                    let taken = taken.clone();
                    (0..=class.len()).map(move |n| [&taken[..], &[n]].concat()).collect::<Vec<_>>()
                };
                counts = counts.iter().flat_map(longer).collect();
                counts.retain(|taken| taken.iter().sum::<usize>() <= shorter);
            }
            for taken in counts.iter().filter(|taken| taken.iter().sum::<usize>() == shorter) {
                let rows = classes.iter().zip(taken).flat_map(|(class, n)| class.iter().rev().take(*n));
                let list: Vec<usize> = rows.copied().collect();
                let (_, chances) = held.chances(&verified(&own, &list, AS_OF)).unwrap();
                assert_eq!(Tier::of(&chances, method), way.from, "{taken:?} of {:?}", way.problems);
            }
        }
        println!("{found} worlds compared");
        assert!(found > 0);
    }

    #[test]
    fn the_shortest_beginning_is_found() {
        for most in 0..40 {
            for least in 0..45 {
                let found = shortest_prefix(most, |n| n >= least.max(1));
                assert_eq!(found, (least.max(1) <= most).then_some(least.max(1)), "{least} of {most}");
            }
        }
    }
}
