//! What a rating takes of one municipality, worked out once and kept until something of that municipality changes.
//!
//! Answers: "what is counted here, now and a year before?" A [`Unit`] depends on its own municipality's rows and on the moment
//! alone, so after a change of one problem all other units stand; what depends on everybody (speeds, priors, draws) is made
//! anew by [`super::rating::rate_units`]. Whoever keeps units names them by the version of the rows that they are made of.

use super::digest::{Print, print_of};
use super::facts::{AsOf, MunicipalityInput, ProblemFact};
use super::indicators::Tally;
use super::method::Method;

/// A municipality at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Who it is, with appeals and marks of that time.
    pub input: MunicipalityInput,
    /// What its problems add up to.
    pub tally: Tally,
    print: Print,
}

impl Seen {
    /// Counts the problems of one municipality, in any order. Cost: O(n log n).
    #[must_use]
    pub fn new(input: MunicipalityInput, facts: &[ProblemFact], as_of: AsOf, method: &Method) -> Self {
        let seen = facts.iter().filter_map(|fact| fact.seen_at(as_of));
        Self { input, tally: Tally::of(seen, as_of, method), print: print_of(facts, as_of) }
    }
}

/// A municipality now and a year before.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Now.
    pub now: Seen,
    /// A year before; `None` when nothing is known of then.
    pub before: Option<Seen>,
}

impl Unit {
    /// Fingerprints of the problems of both moments.
    pub fn prints(&self) -> impl Iterator<Item = &Print> {
        std::iter::once(&self.now.print).chain(self.before.iter().map(|seen| &seen.print))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::rating::{Held, Inputs, Moments, Period, rate, rate_units};
    use crate::analytics::sample::{AS_OF, KRAI, municipalities, region};
    use crate::domain::{MunicipalityNo, Status};
    use proptest::prelude::*;

    const A_YEAR_BEFORE: AsOf = AsOf { now: AS_OF.now.plus_days(-365), today: AS_OF.today.plus_days(-365) };

    fn unit(facts: &[ProblemFact], inputs: &[MunicipalityInput], no: u16) -> Unit {
        let own: Vec<ProblemFact> =
            facts.iter().copied().filter(|fact| fact.municipality == Some(MunicipalityNo(no))).collect();
        let seen = |as_of| Seen::new(inputs[usize::from(no)].clone(), &own, as_of, Method::builtin());
        Unit { now: seen(AS_OF), before: Some(seen(A_YEAR_BEFORE)) }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn counting_the_touched_municipality_anew_gives_the_bytes_of_counting_everything_anew(
            seed in 0u64..10_000,
            changes in prop::collection::vec((0usize..1_500, 0usize..3, 0u16..19), 1..6),
        ) {
            let (mut facts, mut inputs, method) = (region(1_500, &KRAI, seed), municipalities(&KRAI), Method::builtin());
            let mut kept: Vec<Unit> = (0..19).map(|no| unit(&facts, &inputs, no)).collect();
            for (row, change, other) in changes {
                let fact = &mut facts[row];
                let mut touched: Vec<MunicipalityNo> = fact.municipality.into_iter().collect();
                match change {
                    0 => {
                        (fact.status, fact.closed_at) = (Status::Resolved, Some(AS_OF.now));
                        fact.solutions.last = Some(AS_OF.now);
                    }
                    1 => fact.municipality = Some(MunicipalityNo(other)),
                    _ => inputs[usize::from(other)].replies.n += 1,
                }
                touched.push(MunicipalityNo(other));
                for no in touched {
                    kept[no.index()] = unit(&facts, &inputs, no.0);
                }
                let moments = Moments { now: AS_OF, before: Some(A_YEAR_BEFORE) };
                let from_kept = rate_units(&kept, moments, method, &Held::default());
                let period = |as_of| Period { facts: &facts, municipalities: &inputs, as_of };
                let Period { facts, municipalities, as_of } = period(AS_OF);
                let before = Some(period(A_YEAR_BEFORE));
                let anew = rate(&Inputs { facts, municipalities, as_of, method, before, seed: None, priors: None });
                prop_assert_eq!(serde_json::to_string(&from_kept).unwrap(), serde_json::to_string(&anew).unwrap());
            }
        }
    }
}
