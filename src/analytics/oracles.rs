//! The formulas against other people's code: what lifelines, SciPy and statsmodels say of the same data.
//!
//! Compiled for tests only. The numbers and where conventions differ: `tests/fixtures/analytics/make_fixtures.py`.

use serde::Deserialize;

use super::sample::KRAI;
use super::shrinkage::{Rate, RatePrior, Share, SharePrior, Wait, WaitPrior};
use super::special::{
    beta_cdf, beta_quantile, gamma_cdf, gamma_quantile, normal_hazard, normal_quantile_above, normal_tail,
};
use super::survival::{Spell, Survival, Z_95};

/// The file of this name beside the script.
macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str(include_str!(concat!("../../tests/fixtures/analytics/", $name))).unwrap()
    };
}

fn assert_close(what: &str, ours: f64, theirs: f64, relative: f64) {
    let bound = relative * theirs.abs() + 1e-300;
    assert!((ours - theirs).abs() <= bound, "{what}: ours {ours:e}, theirs {theirs:e}");
}

#[derive(Deserialize)]
struct KaplanMeier {
    cases: Vec<KaplanMeierCase>,
}

#[derive(Deserialize)]
struct KaplanMeierCase {
    name: String,
    days: Vec<f64>,
    resolved: Vec<bool>,
    median: Option<f64>,
    interval: [Option<f64>; 2],
    table: Vec<TableRow>,
}

#[derive(Deserialize)]
struct TableRow {
    days: f64,
    share: f64,
    low: f64,
    high: f64,
}

#[test]
fn medians_intervals_and_tables_are_those_of_lifelines() {
    let file: KaplanMeier = fixture!("kaplan_meier.json");
    assert_eq!(file.cases.len(), 24);
    for case in file.cases {
        let spells = case.days.iter().zip(&case.resolved).map(|(&days, &resolved)| Spell { days, resolved });
        let survival = Survival::estimate(spells.collect());
        assert_eq!(survival.median(), case.median, "{}", case.name);
        assert_eq!(survival.median_interval(Z_95), case.interval, "{}", case.name);
        for row in case.table {
            let step = survival.steps().iter().find(|s| s.days == row.days).unwrap();
            assert!((step.open_share - row.share).abs() < 1e-12, "{} at {}", case.name, row.days);
            if let Some([low, high]) = step.interval(Z_95) {
                assert_close(&case.name, low, row.low, 1e-9);
                assert_close(&case.name, high, row.high, 1e-9);
            }
        }
    }
}

#[derive(Deserialize)]
struct Posteriors {
    beta: Vec<BetaCase>,
    gamma: Vec<GammaCase>,
}

#[derive(Deserialize)]
struct BetaCase {
    mean: f64,
    strength: f64,
    hits: u32,
    n: u32,
    posterior_mean: f64,
    points: Vec<f64>,
    quantiles: Vec<f64>,
}

#[derive(Deserialize)]
struct GammaCase {
    mean: f64,
    strength: f64,
    hits: u32,
    exposure: f64,
    posterior_mean: f64,
    points: Vec<f64>,
    quantiles: Vec<f64>,
}

#[test]
fn posteriors_of_shares_are_those_of_scipy() {
    let file: Posteriors = fixture!("posteriors.json");
    assert_eq!(file.beta.len(), 35);
    for case in file.beta {
        let what = format!("Beta prior {} × {}, {} of {}", case.mean, case.strength, case.hits, case.n);
        let posterior = SharePrior { mean: case.mean, strength: case.strength }
            .posterior(Share { hits: case.hits, n: case.n });
        assert_close(&what, posterior.mean(), case.posterior_mean, 1e-14);
        let (a, misses) = (case.mean * case.strength + f64::from(case.hits), f64::from(case.n - case.hits));
        let b = (1.0 - case.mean) * case.strength + misses;
        for (&p, &theirs) in case.points.iter().zip(&case.quantiles) {
            assert_close(&format!("{what} at {p}"), beta_quantile(a, b, p), theirs, 1e-9);
        }
        assert_close(&what, posterior.interval()[0], case.quantiles[1], 1e-9);
        assert_close(&what, posterior.interval()[1], case.quantiles[3], 1e-9);
    }
}

#[test]
fn posteriors_of_rates_are_those_of_scipy() {
    let file: Posteriors = fixture!("posteriors.json");
    assert_eq!(file.gamma.len(), 20);
    for case in file.gamma {
        let what =
            format!("Gamma prior {} × {}, {} on {}", case.mean, case.strength, case.hits, case.exposure);
        let prior = RatePrior { mean: case.mean, strength: case.strength };
        let posterior = prior.posterior(Rate { hits: case.hits, exposure: case.exposure });
        assert_close(&what, posterior.mean(), case.posterior_mean, 1e-14);
        let (shape, rate) = (case.strength + f64::from(case.hits), case.strength / case.mean + case.exposure);
        for (&p, &theirs) in case.points.iter().zip(&case.quantiles) {
            assert_close(&format!("{what} at {p}"), gamma_quantile(shape, p) / rate, theirs, 1e-9);
        }
        assert_close(&what, posterior.interval()[0], case.quantiles[1], 1e-9);
    }
}

#[derive(Deserialize)]
struct Functions {
    beta_cdf: Vec<[f64; 4]>,
    gamma_cdf: Vec<[f64; 3]>,
    normal: Vec<[f64; 3]>,
    normal_above: Vec<[f64; 3]>,
    poisson: Vec<(u32, f64, f64)>,
}

#[test]
fn distribution_functions_are_those_of_scipy_over_a_wide_grid() {
    let file: Functions = fixture!("functions.json");
    for [a, b, x, theirs] in file.beta_cdf {
        assert!((beta_cdf(a, b, x) - theirs).abs() < 1e-9, "Beta({a}, {b}) below {x}");
    }
    for [a, x, theirs] in file.gamma_cdf {
        assert!((gamma_cdf(a, x) - theirs).abs() < 1e-9, "Gamma({a}) below {x}");
    }
    for [z, tail, hazard] in file.normal {
        assert_close(&format!("normal above {z}"), normal_tail(z), tail, 1e-12);
        // From 25 on an asymptotic series stands in.
        assert_close(
            &format!("normal hazard at {z}"),
            normal_hazard(z),
            hazard,
            if z > 25.0 { 1e-7 } else { 1e-11 },
        );
    }
    for [low, p, theirs] in file.normal_above {
        assert_close(&format!("normal above {low}, {p}"), normal_quantile_above(low, p), theirs, 1e-10);
    }
    for (hits, low, high) in file.poisson {
        let ours = Rate { hits, exposure: 1.0 }.expected_hits();
        assert_close(&format!("Poisson {hits} low"), ours[0], low, 1e-10);
        assert_close(&format!("Poisson {hits} high"), ours[1], high, 1e-10);
    }
}

#[test]
fn wilson_intervals_are_those_of_statsmodels() {
    let rows: Vec<(u32, u32, f64, f64)> = fixture!("wilson.json");
    for (hits, n, low, high) in rows {
        let ours = Share { hits, n }.wilson(Z_95).unwrap();
        assert!((ours[0] - low).abs() < 1e-12 && (ours[1] - high).abs() < 1e-12, "{hits} of {n}: {ours:?}");
    }
    assert_eq!(Share { hits: 0, n: 0 }.wilson(Z_95), None);
}

#[derive(Deserialize)]
struct GroupCase {
    values: Vec<f64>,
    variances: Vec<f64>,
    mean: f64,
    between: f64,
}

#[test]
fn group_means_and_variances_of_waits_are_those_of_statsmodels() {
    let cases: Vec<GroupCase> = fixture!("groups.json");
    for case in cases {
        let waits: Vec<Wait> = case
            .values
            .iter()
            .zip(&case.variances)
            .map(|(&value, &variance)| Wait::Measured { value, variance })
            .collect();
        let prior = WaitPrior::estimate(&waits).unwrap();
        assert_close("mean", prior.mean, case.mean, 1e-10);
        assert_close("variance", prior.variance, case.between, 1e-10);
    }
}

/// With the krai's populations and known true shares: what a year of problems tells, raw, shrunken and by Wilson's bound.
#[test]
fn shrunken_shares_are_nearest_to_the_truth_and_do_not_put_small_districts_last() {
    let mut stream = super::random::Stream::new(27, &[]);
    let total: u32 = KRAI.iter().sum();
    let mut smallest: Vec<usize> = (0..KRAI.len()).collect();
    smallest.sort_by_key(|&n| KRAI[n]);
    let (rounds, mut errors, mut last) = (400, [0.0; 3], [0u32; 4]);
    for _ in 0..rounds {
        let truth: Vec<f64> =
            KRAI.iter().map(|_| super::random::Beta::new(12.0, 8.0).draw(&mut stream)).collect();
        let shares: Vec<Share> = KRAI
            .iter()
            .zip(&truth)
            .map(|(&people, &p)| {
                let n = 5 + (1_600.0 * f64::from(people) / f64::from(total)) as u32;
                Share { hits: (0..n).filter(|_| stream.unit() < p).count() as u32, n }
            })
            .collect();
        let prior = SharePrior::estimate(&shares).unwrap();
        let raw: Vec<f64> = shares.iter().filter_map(|s| s.raw()).collect();
        let shrunken: Vec<f64> = shares.iter().map(|&s| prior.posterior(s).mean()).collect();
        let wilson: Vec<f64> = shares.iter().filter_map(|s| s.wilson(Z_95).map(|w| w[0])).collect();
        for (n, found) in [&shrunken, &raw, &wilson].into_iter().enumerate() {
            errors[n] += found.iter().zip(&truth).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        }
        for (n, found) in [&truth, &shrunken, &raw, &wilson].into_iter().enumerate() {
            let worst = (0..found.len()).min_by(|&a, &b| found[a].total_cmp(&found[b])).unwrap();
            last[n] += u32::from(smallest[..4].contains(&worst));
        }
    }
    let [shrunken, raw, wilson] = errors.map(|sum| (sum / f64::from(rounds * 19)).sqrt());
    println!(
        "RMSE: shrunken {shrunken:.3}, raw {raw:.3}, Wilson's bound {wilson:.3}; the four smallest last, of {rounds}:"
    );
    println!("in truth {}, shrunken {}, raw {}, Wilson's bound {}", last[0], last[1], last[2], last[3]);
    assert!(shrunken < raw && raw < wilson);
    assert!(last[1] <= last[0] && last[3] > 2 * last[0]);
}
