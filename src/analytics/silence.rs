//! Silent zones: settlements from which fewer reports come than their people would make one expect.
//!
//! Answers: "is it quiet here because all is well, or because nobody can or will write?" It cannot tell these two apart: it says
//! where to ask. Reports are citizens' appeals of the last 365 days, given to the nearest settlement.
//!
//! # Formulas
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `O, P` | reports from a settlement, and its residents | reports a year, persons |
//! | `m_c` | reports per resident and year over the settlements of the same connectivity, `(ΣO + ½)/ΣP` | – |
//! | `E = m_c P` | expected reports | reports |
//!
//! The ratio is `O/E`; its interval takes `O` as a Poisson count: `Γ⁻¹(O, 5 %)/E` to `Γ⁻¹(O + 1, 95 %)/E` (Garwood 1936, see
//! [`Rate::expected_hits`]). It is not shrunken: a prior that holds silent settlements would excuse them. A settlement is
//! *silent* when the upper end stays below `silence.silent_below` of the method; *loud* never: many reports are no fault.
//!
//! # Edges
//!
//! Settlements without known residents are left out and so are reports farther than `silence.reach_m` from every settlement; fewer
//! than three settlements of a connectivity class are judged with all together. Unknown connectivity is a class of its own.

use serde::Serialize;

use super::method::SilenceRule;
use super::shrinkage::{MIN_UNITS, Rate};

/// A settlement with what was reported from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Voice {
    /// Its id, handed through.
    pub id: String,
    /// Residents.
    pub residents: u32,
    /// Its connectivity, where known.
    pub connectivity: Option<String>,
    /// Reports of the last year.
    pub reports: u32,
}

/// A settlement's reports against those expected.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heard {
    /// Its id.
    pub id: String,
    /// Residents.
    pub residents: u32,
    /// Its connectivity, where known.
    pub connectivity: Option<String>,
    /// Reports of the last year.
    pub reports: u32,
    /// Reports expected.
    pub expected: f64,
    /// Actual over expected.
    pub ratio: f64,
    /// From its 5 % to its 95 % end.
    pub interval: [f64; 2],
    /// Surely fewer than half of the expected reports.
    pub silent: bool,
}

/// Every settlement with residents against its class, in the order given. Empty when nobody reported anything.
///
/// Cost: O(settlements · classes).
///
/// ```
/// use atlas::analytics::{method::Method, silence::{Voice, heard}};
/// let voice = |id: &str, residents, reports| Voice { id: id.into(), residents, connectivity: None, reports };
/// let voices = [voice("a", 9_000, 90), voice("b", 8_000, 85), voice("c", 9_500, 100), voice("d", 9_000, 4)];
/// let found = heard(&voices, &Method::builtin().silence);
/// assert_eq!(found.iter().map(|one| one.silent).collect::<Vec<_>>(), [false, false, false, true]);
/// ```
#[must_use]
pub fn heard(voices: &[Voice], rule: &SilenceRule) -> Vec<Heard> {
    let spoken = voices.iter().any(|voice| voice.reports > 0);
    let mean = |class: &[&Voice]| {
        let sum = |of: fn(&Voice) -> u32| class.iter().map(|voice| f64::from(of(voice))).sum::<f64>();
        (sum(|voice| voice.reports) + 0.5) / sum(|voice| voice.residents)
    };
    let all: Vec<&Voice> = voices.iter().filter(|voice| voice.residents > 0).collect();
    let one = |voice: &&Voice| {
        let class: Vec<&Voice> =
            all.iter().copied().filter(|other| other.connectivity == voice.connectivity).collect();
        let mean = mean(if class.len() < MIN_UNITS { &all } else { &class });
        let expected = mean * f64::from(voice.residents);
        let reports = Rate { hits: voice.reports, exposure: expected };
        let interval = reports.expected_hits().map(|hits| hits / expected);
        Heard {
            id: voice.id.clone(),
            residents: voice.residents,
            connectivity: voice.connectivity.clone(),
            reports: voice.reports,
            expected,
            ratio: f64::from(voice.reports) / expected,
            interval,
            silent: interval[1] < rule.silent_below,
        }
    };
    if spoken { all.iter().map(one).collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::method::Method;

    fn hear(voices: &[Voice]) -> Vec<Heard> {
        heard(voices, &Method::builtin().silence)
    }

    fn voice(residents: u32, connectivity: Option<&str>, reports: u32) -> Voice {
        Voice { id: String::new(), residents, connectivity: connectivity.map(str::to_owned), reports }
    }

    #[test]
    fn a_hamlet_without_a_report_is_not_called_silent_for_being_small() {
        let found = hear(&[
            voice(20_000, None, 210),
            voice(30_000, None, 280),
            voice(25_000, None, 260),
            voice(40, None, 0),
        ]);
        assert!(found.iter().all(|one| !one.silent), "{found:?}");
        assert!(found[3].expected < 1.0 && found[3].interval[1] > 0.5);
    }

    #[test]
    fn a_settlement_is_judged_with_those_of_its_connectivity() {
        let town = |reports| voice(20_000, Some("mobile"), reports);
        let village = |reports| voice(2_000, Some("satellite"), reports);
        let found = hear(&[town(400), town(380), town(420), village(4), village(5), village(6), village(4)]);
        assert!(found.iter().all(|one| !one.silent), "few reports are usual by satellite: {found:?}");
        let mixed: Vec<Voice> = [town(400), town(380), town(420), village(1)]
            .into_iter()
            .map(|v| Voice { connectivity: None, ..v })
            .collect();
        assert!(hear(&mixed)[3].silent);
    }

    #[test]
    fn without_reports_or_residents_nothing_is_said() {
        assert!(hear(&[voice(100, None, 0), voice(200, None, 0), voice(300, None, 0)]).is_empty());
        assert!(hear(&[]).is_empty());
        assert_eq!(
            hear(&[voice(0, None, 3), voice(10, None, 1), voice(10, None, 1), voice(10, None, 1)]).len(),
            3
        );
    }
}
