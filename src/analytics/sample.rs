//! Small worlds for the tests of this folder: a fixed moment, plain facts, whole regions from a seed.
//!
//! Not part of the service: it is compiled for tests only.

use super::facts::{AsOf, MunicipalityInput, ProblemFact, Solutions};
use super::random::Stream;
use super::shrinkage::{Marks, Share};
use crate::domain::time::DAY_MS;
use crate::domain::{CategoryNo, Kopecks, Level, MunicipalityNo, Status, Timestamp};

/// 22 November 2026, 16:00 in Khabarovsk.
pub const AS_OF: AsOf = AsOf { now: Timestamp(1_795_327_200_000), today: Timestamp(1_795_269_600_000) };

/// The populations of the krai's 19 municipalities, 2021.
pub const KRAI: [u32; 19] = [
    617_441, 238_505, 57_852, 1_902, 21_907, 34_562, 25_173, 19_676, 24_015, 38_819, 14_703, 24_853, 6_106,
    3_873, 37_534, 27_491, 1_840, 14_604, 82_088,
];

/// So many days before [`AS_OF`].
pub fn days_ago(days: i64) -> Timestamp {
    AS_OF.now.plus_days(-days)
}

/// An open municipal problem of municipality 0, opened 100 days ago, without a deadline.
pub fn fact(number: u32) -> ProblemFact {
    ProblemFact {
        number,
        municipality: Some(MunicipalityNo(0)),
        category: CategoryNo(0),
        status: Status::InWork,
        severity: None,
        level: Some(Level::Municipal),
        opened_at: Some(days_ago(100)),
        baseline_due: None,
        current_due: None,
        closed_at: None,
        cost: None,
        solutions: Solutions::default(),
        extensions: 0,
    }
}

/// Municipalities 0, 1, 2… with these residents.
pub fn municipalities(residents: &[u32]) -> Vec<MunicipalityInput> {
    residents
        .iter()
        .enumerate()
        .map(|(n, &residents)| {
            let (id, name) = (format!("MUN-{n:02}"), format!("Municipality {n}"));
            let answered = 5 + residents / 1_000;
            MunicipalityInput {
                replies: Share { hits: answered * (6 + n as u32 % 4) / 10, n: answered },
                marks: Marks { histogram: [n as u32 % 3, 2, 3, answered / 2, answered / 3] },
                ..MunicipalityInput::new(MunicipalityNo(n as u16), &id, &name, Some(residents))
            }
        })
        .collect()
}

/// `n` problems of every kind, spread over municipalities by residents.
pub fn region(n: u32, residents: &[u32], seed: u64) -> Vec<ProblemFact> {
    let total: f64 = residents.iter().map(|&r| f64::from(r)).sum();
    let shares: Vec<f64> = residents
        .iter()
        .scan(0.0, |sum, &r| {
            *sum += f64::from(r) / total;
            Some(*sum)
        })
        .collect();
    (1..=n).map(|number| random_fact(number, &shares, &mut Stream::new(seed, &[u64::from(number)]))).collect()
}

fn random_fact(number: u32, shares: &[f64], stream: &mut Stream) -> ProblemFact {
    let mut chance = |p: f64| stream.unit() < p;
    let (known, timed, verified, municipal) = (chance(0.97), chance(0.8), chance(0.35), chance(0.7));
    let (priced, graded, again, refused) = (chance(0.6), chance(0.9), chance(0.08), chance(0.04));
    let place = stream.unit();
    let no = shares.iter().position(|&s| place < s).unwrap_or(shares.len() - 1);
    let speed = 1.0 + (no % 5) as f64 / 2.0;
    let opened = days_ago(0).0 - (stream.unit() * 2_500.0 * DAY_MS as f64) as i64;
    let term = (60.0 + stream.unit() * 600.0) * DAY_MS as f64;
    let baseline = timed.then_some(Timestamp(opened + term as i64));
    let closed = Timestamp(opened + (stream.unit() * speed * term) as i64);
    let status = match (verified, refused) {
        (true, _) => Status::Resolved,
        (_, true) => Status::Refused,
        _ => [Status::Planned, Status::InWork, Status::OnCheck, Status::Postponed, Status::Duplicate]
            [(stream.unit() * 4.2) as usize],
    };
    let level = [Level::Regional, Level::Federal, Level::Utility][(stream.unit() * 3.0) as usize];
    ProblemFact {
        number,
        municipality: known.then_some(MunicipalityNo(no as u16)),
        category: CategoryNo((stream.unit() * 40.0) as u16),
        status,
        severity: graded.then_some(1 + (stream.unit() * 5.0) as u8),
        level: Some(if municipal { Level::Municipal } else { level }),
        opened_at: known.then_some(Timestamp(opened)),
        baseline_due: baseline,
        current_due: baseline.map(|t| if again { t.plus_days(90) } else { t }),
        closed_at: status.is_closed().then_some(closed),
        cost: priced.then(|| Kopecks((stream.unit() * 1e10) as i64)),
        solutions: solutions(status, closed, again),
        extensions: u8::from(again),
    }
}

/// One in `closed`; when it did not hold, it is the one before, a hundred days earlier, that was undone.
fn solutions(status: Status, closed: Timestamp, again: bool) -> Solutions {
    let undone = again.then(|| closed.plus_days(-100));
    let last = if status == Status::Resolved { Some(closed) } else { undone };
    Solutions { last, undone }
}
