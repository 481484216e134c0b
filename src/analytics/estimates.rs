//! From counts to fair numbers: the priors of the size groups and what is known of each indicator of a municipality.
//!
//! Answers: "what is this district's on-time share worth, given its peers?" Joins [`super::indicators`] (counts) with
//! [`super::shrinkage`] (formulas) under [`super::method`] (who is a peer, how few cases are too few). Scores and ranks
//! come after, in [`super::rating`].
//!
//! Priors are estimated once a period and published ([`Priors`] is plain data): as long as the same ones are held, nothing
//! about a unit moves because others moved. They are rounded to nine significant digits before they are used, so that what
//! is printed is what was used: JSON readers may be off by the last bit of a longer number.

use serde::{Deserialize, Serialize};

use super::facts::MunicipalityInput;
use super::indicators::{Indicator, Side, Tally};
use super::method::Method;
use super::pace::Hazards;
use super::shrinkage::{
    MarkPrior, Marks, Posterior, Rate, RatePrior, Share, SharePrior, Wait, WaitPrior, median_error,
};
use super::special::log_days;
use super::survival::Z_95;

/// Residents to which open problems are related.
pub const PER_RESIDENTS: f64 = 10_000.0;

/// What is counted of one municipality.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    residents: Option<u32>,
    on_time: Share,
    overdue: Share,
    reopened: Share,
    extended: Share,
    replies: Share,
    marks: Marks,
    pace: Rate,
    watched: u32,
    waits: u32,
    median: Option<f64>,
    wait: Option<Wait>,
    open: Rate,
    cleared: Rate,
}

impl Figures {
    /// The figures of a municipality from its tally. Cost: O(strata · log strata).
    #[must_use]
    pub fn new(input: &MunicipalityInput, tally: &Tally, hazards: &Hazards) -> Self {
        let waits = tally.waits();
        let wait = match waits.median {
            Some(days) => {
                let variance = median_error(days, waits.limits, Z_95);
                Some(Wait::Measured { value: log_days(days), variance })
            }
            None => waits.watched_by.map(|days| Wait::Beyond(log_days(days))),
        };
        let open = tally.cases(Indicator::OpenPer10k);
        Self {
            residents: input.residents,
            on_time: tally.share(Indicator::OnTimeShare, Side::For),
            overdue: tally.share(Indicator::OverdueShare, Side::Against),
            reopened: tally.share(Indicator::ReopenedShare, Side::Against),
            extended: tally.share(Indicator::ExtendedShare, Side::Against),
            replies: input.replies,
            marks: input.marks,
            pace: Rate {
                hits: tally.count(Indicator::Pace, Side::For),
                exposure: tally.watched().expected(hazards).unwrap_or(0.0),
            },
            watched: tally.cases(Indicator::Pace),
            waits: tally.cases(Indicator::MedianDays),
            median: waits.median.or(waits.watched_by),
            wait,
            open: Rate { hits: open, exposure: f64::from(input.residents.unwrap_or(0)) },
            cleared: Rate {
                hits: tally.count(Indicator::YearsToClear, Side::For),
                exposure: f64::from(open),
            },
        }
    }

    fn share(&self, indicator: Indicator) -> Share {
        match indicator {
            Indicator::OverdueShare => self.overdue,
            Indicator::ReopenedShare => self.reopened,
            Indicator::ExtendedShare => self.extended,
            Indicator::AnsweredShare => self.replies,
            _ => self.on_time,
        }
    }
}

/// What an indicator's number rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Enough cases.
    Measured,
    /// The median was not reached: `raw` is what it exceeds.
    AtLeast,
    /// Too few cases, or residents unknown: shown, not scored.
    Insufficient,
}

/// What is known of one indicator of one municipality.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Which indicator.
    pub id: Indicator,
    /// The number as counted, in the indicator's unit.
    pub raw: Option<f64>,
    /// Problems behind it.
    pub n: u32,
    /// What it rests on.
    pub basis: Basis,
    /// The number after shrinkage; `None` when insufficient.
    pub shrunken: Option<f64>,
    /// What may be drawn from; `None` when insufficient, or when the number is certain (nothing open: nothing to clear).
    pub posterior: Option<Posterior>,
}

/// From the 5 % to the 95 % quantile of a posterior, in the unit of its indicator.
#[must_use]
pub fn interval_in_unit(indicator: Indicator, posterior: Posterior) -> [f64; 2] {
    let [low, high] = posterior.interval().map(|x| in_unit(indicator, x));
    [low.min(high), low.max(high)]
}

/// A posterior's value in the unit of its indicator.
///
/// Shares and days are as they are; hits per resident become hits per 10,000; verified solutions per open problem and year
/// become years.
#[must_use]
pub fn in_unit(indicator: Indicator, value: f64) -> f64 {
    match indicator {
        Indicator::OpenPer10k => value * PER_RESIDENTS,
        Indicator::YearsToClear => 1.0 / value,
        _ => value,
    }
}

/// The priors of every size group, and last those of all municipalities together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Priors {
    /// Under which they were published; `None` for those that are estimated from the very problems that are rated.
    pub version: Option<String>,
    /// In the order of the method's size groups, then all together.
    pub groups: Vec<GroupPriors>,
    /// Speeds of the region, against which pace is measured.
    pub hazards: Hazards,
}

/// The priors of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupPriors {
    /// The size group; `None` for all together, which also serves units whose residents are unknown.
    pub size_group: Option<String>,
    /// Municipalities in it.
    pub units: u32,
    /// Indicators whose prior is that of all together, because fewer than three units of the group have cases.
    pub pooled: Vec<Indicator>,
    /// Share of solutions on time.
    pub on_time_share: SharePrior,
    /// Share of open problems overdue.
    pub overdue_share: SharePrior,
    /// Share of solutions that did not hold.
    pub reopened_share: SharePrior,
    /// Share of deadlines moved.
    pub extended_share: SharePrior,
    /// Share of appeals answered in time; `None` where no appeals are kept.
    pub answered_share: Option<SharePrior>,
    /// Mean mark; `None` where no marks are kept.
    pub marks: Option<MarkPrior>,
    /// Solutions over expected ones; `None` when nothing is expected.
    pub pace: Option<RatePrior>,
    /// Wait on the scale `ln(1 + days)`; `None` without any.
    pub median_days: Option<WaitPrior>,
    /// Open problems per resident; `None` without residents.
    pub open_per_10k: Option<RatePrior>,
    /// Verified solutions per open problem and year; `None` when nothing is open.
    pub years_to_clear: Option<RatePrior>,
}

impl Priors {
    /// Estimates the priors of all size groups. Cost: O(units · groups).
    #[must_use]
    pub fn estimate(figures: &[Figures], hazards: Hazards, method: &Method) -> Self {
        let all: Vec<&Figures> = figures.iter().collect();
        let together = GroupPriors::of(None, &all, None);
        let of_group = |id: &String| {
            let mine = |f: &&Figures| f.residents.is_some_and(|n| method.size_group(n).id == *id);
            let members: Vec<&Figures> = figures.iter().filter(mine).collect();
            GroupPriors::of(Some(id.clone()), &members, Some(&together))
        };
        let mut groups: Vec<GroupPriors> = method.size_groups.iter().map(|g| of_group(&g.id)).collect();
        groups.push(together);
        Self { version: None, groups, hazards }
    }

    /// Whether priors that somebody gives can be used.
    ///
    /// # Errors
    ///
    /// A sentence naming which number makes no sense.
    pub fn check(&self) -> Result<(), String> {
        let flaw = self.groups.iter().find_map(GroupPriors::first_flaw);
        match flaw {
            Some(flaw) => Err(flaw.to_owned()),
            None if self.groups.is_empty() => Err("there is no group".to_owned()),
            None if !self.hazards.is_sound() => Err("speeds must be above 0 and in order".to_owned()),
            None => Ok(()),
        }
    }

    /// The priors for a municipality of this size.
    #[must_use]
    pub fn for_residents(&self, residents: Option<u32>, method: &Method) -> Option<&GroupPriors> {
        let id = residents.map(|n| method.size_group(n).id.as_str());
        let named = self.groups.iter().find(|g| g.size_group.as_deref() == id);
        named.or_else(|| self.groups.iter().find(|g| g.size_group.is_none()))
    }
}

impl GroupPriors {
    /// The priors of some units; where they are too few, those of `fallback`, and without one weak ones.
    fn of(size_group: Option<String>, members: &[&Figures], fallback: Option<&Self>) -> Self {
        let mut pooled = Vec::new();
        let mut note = |indicator, own: bool| {
            if !own && fallback.is_some() {
                pooled.push(indicator);
            }
        };
        let mut share = |indicator, of_fallback: fn(&Self) -> SharePrior| {
            let shares: Vec<Share> = members.iter().map(|f| f.share(indicator)).collect();
            let own = SharePrior::estimate(&shares);
            note(indicator, own.is_some());
            own.unwrap_or_else(|| fallback.map_or_else(|| SharePrior::weak(&shares), of_fallback))
        };
        let on_time_share = share(Indicator::OnTimeShare, |g| g.on_time_share);
        let overdue_share = share(Indicator::OverdueShare, |g| g.overdue_share);
        let reopened_share = share(Indicator::ReopenedShare, |g| g.reopened_share);
        let extended_share = share(Indicator::ExtendedShare, |g| g.extended_share);
        let any_replies = members.iter().any(|f| f.replies.n > 0) || fallback.is_some();
        let answered_share = any_replies.then(|| {
            share(Indicator::AnsweredShare, |g| g.answered_share.unwrap_or_else(|| SharePrior::weak(&[])))
        });
        // What nobody has is measured nowhere.
        let answered_share = answered_share.filter(|_| fallback.is_none_or(|g| g.answered_share.is_some()));
        let marks: Vec<Marks> = members.iter().map(|f| f.marks).collect();
        let own_marks = MarkPrior::estimate(&marks);
        note(Indicator::Marks, own_marks.is_some());
        let marks = own_marks.or_else(|| fallback.map_or_else(|| MarkPrior::weak(&marks), |g| g.marks));
        let waits: Vec<Wait> = members.iter().filter_map(|f| f.wait).collect();
        let own_wait = WaitPrior::estimate(&waits);
        note(Indicator::MedianDays, own_wait.is_some());
        let median_days =
            own_wait.or_else(|| fallback.map_or_else(|| WaitPrior::weak(&waits), |g| g.median_days));
        let mut rate = |indicator, of: fn(&Figures) -> Rate, of_fallback: fn(&Self) -> Option<RatePrior>| {
            let rates: Vec<Rate> = members.iter().map(|f| of(f)).collect();
            let own = RatePrior::estimate(&rates);
            note(indicator, own.is_some());
            own.or_else(|| fallback.map_or_else(|| RatePrior::weak(&rates), of_fallback))
        };
        let pace = rate(Indicator::Pace, |f| f.pace, |g| g.pace);
        let open_per_10k = rate(Indicator::OpenPer10k, |f| f.open, |g| g.open_per_10k);
        let years_to_clear = rate(Indicator::YearsToClear, |f| f.cleared, |g| g.years_to_clear);
        Self {
            size_group,
            units: members.len() as u32,
            pooled,
            on_time_share: on_time_share.rounded(),
            overdue_share: overdue_share.rounded(),
            reopened_share: reopened_share.rounded(),
            extended_share: extended_share.rounded(),
            answered_share: answered_share.map(SharePrior::rounded),
            marks: marks.map(MarkPrior::rounded),
            pace: pace.map(RatePrior::rounded),
            median_days: median_days.map(WaitPrior::rounded),
            open_per_10k: open_per_10k.map(RatePrior::rounded),
            years_to_clear: years_to_clear.map(RatePrior::rounded),
        }
    }

    fn first_flaw(&self) -> Option<&'static str> {
        let positive = |x: f64| x > 0.0 && x.is_finite();
        let shares = [self.on_time_share, self.overdue_share, self.reopened_share, self.extended_share];
        let shares: Vec<SharePrior> = shares.into_iter().chain(self.answered_share).collect();
        let rates = [self.open_per_10k, self.years_to_clear, self.pace];
        [
            (
                shares.iter().all(|p| positive(p.mean) && p.mean < 1.0),
                "the mean of a share must lie between 0 and 1",
            ),
            (shares.iter().all(|p| positive(p.strength)), "the strength of a share must be above 0"),
            (
                rates.iter().flatten().all(|p| positive(p.mean) && positive(p.strength)),
                "rates must be above 0",
            ),
            (self.median_days.iter().all(|p| p.mean.is_finite() && positive(p.variance)), "waits must vary"),
            (self.marks.iter().all(|p| p.mean.is_finite() && positive(p.variance)), "marks must vary"),
        ]
        .into_iter()
        .find_map(|(fine, flaw)| (!fine).then_some(flaw))
    }

    /// Whether an indicator is measured in this atlas at all: somebody has cases of it.
    #[must_use]
    pub fn is_measured(&self, indicator: Indicator) -> bool {
        match indicator {
            Indicator::AnsweredShare => self.answered_share.is_some(),
            Indicator::Marks => self.marks.is_some(),
            _ => true,
        }
    }

    /// What is known of one indicator of a municipality.
    #[must_use]
    pub fn estimate(&self, indicator: Indicator, figures: &Figures, method: &Method) -> Estimate {
        let (raw, n, basis, posterior) = match indicator {
            Indicator::OnTimeShare => share_of(self.on_time_share, figures.on_time),
            Indicator::OverdueShare => share_of(self.overdue_share, figures.overdue),
            Indicator::ReopenedShare => share_of(self.reopened_share, figures.reopened),
            Indicator::ExtendedShare => share_of(self.extended_share, figures.extended),
            Indicator::AnsweredShare => match self.answered_share {
                Some(prior) => share_of(prior, figures.replies),
                None => (None, figures.replies.n, Basis::Insufficient, None),
            },
            Indicator::Marks => {
                let raw = figures.marks.mean().map(|(mean, _)| mean);
                let posterior = self.marks.and_then(|prior| prior.posterior(figures.marks));
                (
                    raw.filter(|_| figures.marks.n() >= method.least_cases),
                    figures.marks.n(),
                    Basis::Measured,
                    posterior,
                )
            }
            Indicator::Pace => rate_of(self.pace, figures.pace, figures.watched),
            Indicator::MedianDays => self.wait_of(figures),
            Indicator::OpenPer10k => rate_of(self.open_per_10k, figures.open, figures.open.hits),
            Indicator::YearsToClear => {
                let Rate { hits, exposure } = figures.cleared;
                rate_of(self.years_to_clear, figures.cleared, hits + exposure as u32)
            }
        };
        let raw = raw.map(|x| in_unit(indicator, x)).filter(|x| x.is_finite());
        let estimate = Estimate { id: indicator, raw, n, basis, shrunken: None, posterior: None };
        // A count of open problems is exact however small; everything else needs cases.
        let too_few = n < method.least_cases && indicator != Indicator::OpenPer10k;
        match posterior {
            _ if too_few => Estimate { basis: Basis::Insufficient, ..estimate },
            Some(posterior) => Estimate {
                shrunken: Some(in_unit(indicator, posterior.mean())),
                posterior: Some(posterior),
                ..estimate
            },
            // Solutions but nothing open: nothing is left to clear, whatever the pace.
            None if indicator == Indicator::YearsToClear && figures.open.hits == 0 => {
                Estimate { raw: Some(0.0), shrunken: Some(0.0), ..estimate }
            }
            None => Estimate { basis: Basis::Insufficient, ..estimate },
        }
    }

    fn wait_of(&self, figures: &Figures) -> (Option<f64>, u32, Basis, Option<Posterior>) {
        let posterior = self.median_days.zip(figures.wait).map(|(prior, wait)| prior.posterior(wait));
        let basis =
            if matches!(figures.wait, Some(Wait::Beyond(_))) { Basis::AtLeast } else { Basis::Measured };
        (figures.median, figures.waits, basis, posterior)
    }
}

fn share_of(prior: SharePrior, share: Share) -> (Option<f64>, u32, Basis, Option<Posterior>) {
    (share.raw(), share.n, Basis::Measured, Some(prior.posterior(share)))
}

fn rate_of(prior: Option<RatePrior>, rate: Rate, n: u32) -> (Option<f64>, u32, Basis, Option<Posterior>) {
    let posterior = prior.filter(|_| rate.exposure > 0.0).map(|prior| prior.posterior(rate));
    (rate.raw(), n, Basis::Measured, posterior)
}
