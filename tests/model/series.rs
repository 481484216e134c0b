//! Random series of writes: what is applied equals what is rebuilt, and both equal a plain model.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use atlas::analytics::columns::HIDDEN;
use atlas::domain::role::{Role, Scope};
use atlas::domain::row::{AppealRow, MarkRow, ProblemRow, RowIdentity};
use atlas::domain::{Actor, AppealStatus, Kind, ProblemNo, Quality, QualityFlags, Status, Timestamp};
use atlas::geometry::{Position, Shape};
use atlas::records::stored::StateHash;
use atlas::snapshot::Snapshot;
use atlas::snapshot::build::Builder;
use atlas::store::probe::probe_here;
use atlas::writer::core::Leaving;
use atlas::writer::open::{OpenOptions, load_world, open};
use atlas::writer::operations::appeals::ImportAppeals;
use atlas::writer::operations::fallbacks::FindFallbacks;
use atlas::writer::operations::marks::ImportMarks;
use atlas::writer::operations::problems::ImportProblems;
use atlas::writer::operations::reassign::ReassignMunicipalities;
use atlas::writer::operations::submit_appeal::SubmitAppeal;
use atlas::writer::operations::tokens::{IssueToken, RevokeToken};
use atlas::writer::space::SpaceConfig;
use atlas::writer::steps::StepTrace;
use atlas::writer::{Running, Writer, start};

use crate::support::{Chance, data_of, small_atlas};

/// A problem as the model sees it.
#[derive(Debug, Clone, PartialEq)]
struct PlainProblem {
    title: String,
    status: Status,
    severity: u8,
    place: Position,
    baseline: Option<Timestamp>,
    due: Option<Timestamp>,
    n_appeals: u32,
}

/// An appeal as the model sees it.
#[derive(Debug, Clone, PartialEq)]
struct PlainAppeal {
    place: Position,
    status: AppealStatus,
    public: bool,
    problem: Option<u32>,
}

/// What there should be: numbers are given in the order of arrival.
#[derive(Default)]
struct Model {
    problems: BTreeMap<u32, PlainProblem>,
    problem_ids: BTreeMap<String, u32>,
    appeals: BTreeMap<u32, PlainAppeal>,
    appeal_ids: BTreeMap<(String, String), u32>,
    marks: BTreeMap<String, u8>,
}

fn position(chance: &mut Chance) -> Position {
    // A few places, so that some become fallbacks; a few outside of everything.
    match chance.below(6) {
        0 => Position::parse_degrees(135.06, 48.48).unwrap(),
        1 => Position::parse_degrees(chance.between(-10.0, 10.0), chance.between(0.0, 20.0)).unwrap(),
        _ => Position::parse_degrees(chance.between(134.0, 141.0), chance.between(47.5, 52.0)).unwrap(),
    }
}

fn moment(chance: &mut Chance) -> Option<Timestamp> {
    (chance.below(3) > 0).then(|| Timestamp(1_700_000_000_000 + chance.below(1_000) as i64 * 86_400_000))
}

fn problem_row(chance: &mut Chance) -> ProblemRow {
    let status = [
        None,
        Some(Status::Registered),
        Some(Status::InWork),
        Some(Status::Resolved),
        Some(Status::Submitted),
    ];
    let at = position(chance);
    let shape = if chance.below(8) == 0 {
        let end = Position::parse_degrees(at.lon_deg() + 0.01, at.lat_deg()).unwrap();
        Shape::Lines(vec![vec![at, end]])
    } else {
        Shape::Point(at)
    };
    ProblemRow {
        row: 1,
        source: String::new(),
        source_id: chance.below(120).to_string(),
        title: format!("Title {}", chance.below(40)),
        description: String::new(),
        category: ["roads", "yards", "ecology", "Unicorns"][chance.below(4) as usize].to_owned(),
        shape,
        status: status[chance.below(5) as usize],
        severity: (chance.below(2) == 0).then(|| 1 + chance.below(5) as u8),
        responsible: None,
        level: None,
        registered_at: moment(chance),
        baseline_due: moment(chance),
        current_due: moment(chance),
        resolved_at: None,
        cost: None,
        people_affected: None,
        address: None,
        flags: QualityFlags::default(),
    }
}

impl Model {
    fn take_problem(&mut self, row: &ProblemRow) {
        let next = self.problems.len() as u32 + 1;
        let number = *self.problem_ids.entry(row.source_id.clone()).or_insert(next);
        let place = row.shape.anchor();
        let Some(known) = self.problems.get_mut(&number) else {
            let status = row.status.unwrap_or(Status::Registered);
            let new = PlainProblem {
                title: row.title.clone(),
                status,
                severity: row.severity.unwrap_or(0),
                place,
                baseline: row.baseline_due,
                due: row.current_due.or(row.baseline_due),
                n_appeals: 0,
            };
            self.problems.insert(number, new);
            return;
        };
        known.title.clone_from(&row.title);
        known.place = place;
        known.status = row.status.unwrap_or(known.status);
        known.severity = row.severity.unwrap_or(known.severity);
        // The first deadline stands; a row that contests it moves nothing unless it names the current one.
        let contested =
            known.baseline.is_some() && row.baseline_due.is_some() && known.baseline != row.baseline_due;
        let asked = row.current_due.or(if contested { None } else { row.baseline_due });
        known.baseline = known.baseline.or(row.baseline_due);
        known.due = asked.or(known.due);
    }

    fn take_appeal(&mut self, id: (String, String), new: PlainAppeal, replace: bool) {
        let next = self.appeals.len() as u32 + 1;
        if let Some(number) = self.appeal_ids.get(&id) {
            if replace {
                let known = self.appeals.get_mut(number).unwrap();
                (known.place, known.public) = (new.place, new.public);
            }
            return;
        }
        self.appeal_ids.insert(id, next);
        if let Some(problem) = new.problem {
            self.problems.get_mut(&problem).unwrap().n_appeals += 1;
        }
        self.appeals.insert(next, new);
    }

    fn assert_is(&self, snapshot: &Snapshot) {
        assert_eq!(snapshot.problems.len(), self.problems.len());
        assert_eq!(snapshot.appeals.len(), self.appeals.len());
        for (number, plain) in &self.problems {
            let at = snapshot.problems.find(*number).unwrap();
            let segment = &snapshot.problems.segments()[at.part];
            let (columns, extra) = (&segment.columns, &segment.extra);
            let item = extra.item(at.row);
            assert_eq!(extra.title(at.row), plain.title, "problem {number}");
            assert_eq!(columns.status[at.row], plain.status as u8, "problem {number}");
            assert_eq!(columns.severity[at.row], plain.severity, "problem {number}");
            assert_eq!(columns.flags[at.row] & HIDDEN != 0, !plain.status.is_public(), "problem {number}");
            assert_eq!(
                (item.baseline_due, item.n_appeals),
                (plain.baseline, plain.n_appeals),
                "problem {number}"
            );
            let due = plain.due.map_or(atlas::analytics::columns::NO_TIME, |t| t.0);
            assert_eq!(columns.due_at.get(at.row), due, "problem {number}");
            assert_near(columns.place(at.row).position(), plain.place);
        }
        for (number, plain) in &self.appeals {
            let at = snapshot.appeals.find(*number).unwrap();
            let segment = &snapshot.appeals.segments()[at.part];
            assert_eq!(segment.columns.flags[at.row] & HIDDEN != 0, !plain.public, "appeal {number}");
            assert_eq!(segment.columns.status[at.row], plain.status as u8, "appeal {number}");
            assert_eq!(segment.extra.problem(at.row).map(|no| no.0), plain.problem, "appeal {number}");
            assert_near(segment.columns.place(at.row).position(), plain.place);
        }
        let marks: u64 = snapshot.assessments.cells.values().map(|cell| u64::from(cell.n)).sum();
        assert_eq!(marks, self.marks.len() as u64);
        assert_eq!(snapshot.assessments.last_number as usize, self.marks.len());
    }
}

fn assert_near(a: Position, b: Position) {
    let apart = (a.lon_deg() - b.lon_deg()).abs() + (a.lat_deg() - b.lat_deg()).abs();
    assert!(apart < 1e-5, "{a:?} {b:?}");
}

/// The number of each problem that is there already, from the file of the small atlas.
fn running(data: &Path, clock: &Arc<AtomicI64>) -> (Running, atlas::store::Store) {
    let options = OpenOptions {
        probe: &|data| probe_here(data),
        space: SpaceConfig::default(),
        on_rebuild: &mut |_| (),
    };
    let (core, report) = open(data, options).unwrap();
    assert_eq!(report.rebuilt_store, None, "the store was good");
    let store = core.store().clone();
    let clock = Arc::clone(clock);
    let clock = Arc::new(move || Timestamp(clock.fetch_add(1_000, Ordering::Relaxed)));
    (start(core, clock, StepTrace::default(), false), store)
}

/// The world as the store has it.
fn from_store(data: &Path, store: &atlas::store::Store, snapshot: &Snapshot) -> Snapshot {
    let mut builder = Builder::default();
    for page in store.entries() {
        builder.take(&page.unwrap()).unwrap();
    }
    let (base, _) = load_world(data).unwrap();
    assert_eq!(builder.state(), base.position().state);
    assert_ne!(builder.state(), StateHash::default());
    builder.finish(base.position(), (*snapshot.boundaries).clone())
}

fn assert_all_equal(data: &Path, running: &Running, store: &atlas::store::Store, model: &Model) {
    let applied = running.world.load_full();
    let (_, rebuilt) = load_world(data).unwrap();
    assert_eq!(applied.digest(), rebuilt.digest(), "applied and rebuilt from the journal");
    assert_eq!(
        applied.digest(),
        from_store(data, store, &applied).digest(),
        "applied and rebuilt from the store"
    );
    model.assert_is(&applied);
    model.assert_is(&rebuilt);
    for kind in [Kind::Problem, Kind::Appeal] {
        let of = |snapshot: &Snapshot| -> Vec<u16> {
            let flags = Quality::FallbackCoordinate as u16;
            let parts =
                if kind == Kind::Problem { snapshot.problems.parts() } else { snapshot.appeals.parts() };
            let mut rows: Vec<(u32, u16)> = parts
                .iter()
                .flat_map(|part| {
                    let alive = (0..part.columns.len()).filter(|n| !part.dead.contains(*n));
                    alive.map(|n| (part.columns.number[n], part.columns.flags[n] & flags)).collect::<Vec<_>>()
                })
                .collect();
            rows.sort_unstable();
            rows.into_iter().map(|(_, flag)| flag).collect()
        };
        assert_eq!(of(&applied), of(&rebuilt), "{kind:?}");
    }
}

/// One random write, also in the model. Returns a wait for its end.
fn write(chance: &mut Chance, writer: &Writer, model: &mut Model, tokens: &mut u16) -> Box<dyn FnOnce()> {
    fn waiting<T: Send + 'static, E: std::fmt::Debug + Send + 'static>(
        receiver: tokio::sync::oneshot::Receiver<Result<T, E>>,
    ) -> Box<dyn FnOnce()> {
        Box::new(move || drop(receiver.blocking_recv().unwrap().unwrap()))
    }
    match chance.below(12) {
        0..5 => {
            let rows: Vec<ProblemRow> = (0..1 + chance.below(30)).map(|_| problem_row(chance)).collect();
            rows.iter().for_each(|row| model.take_problem(row));
            let operation = ImportProblems { rows, default_source: "registry".into(), actor: Actor::ADMIN };
            waiting(writer.start_blocking(operation).unwrap())
        }
        5..7 => {
            let mut row = |chance: &mut Chance| {
                let id = chance.below(150).to_string();
                let (point, public) = (position(chance), chance.below(4) > 0);
                let new = PlainAppeal { place: point, status: AppealStatus::Received, public, problem: None };
                model.take_appeal(("portal".into(), id.clone()), new, true);
                let row = AppealRow {
                    row: 1,
                    source: "portal".into(),
                    identity: RowIdentity::SourceId(id.clone()),
                    category: "roads".into(),
                    point,
                    received_at: moment(chance),
                    due_at: None,
                    answered_at: None,
                    status: None,
                    text: None,
                    public,
                    flags: QualityFlags::default(),
                };
                (row, id)
            };
            let rows = (0..1 + chance.below(40)).map(|_| row(chance)).collect();
            let operation = ImportAppeals { rows, default_source: "file".into(), actor: Actor::ADMIN };
            waiting(writer.start_blocking(operation).unwrap())
        }
        7..9 => {
            let (point, public) = (position(chance), chance.below(4) > 0);
            let id = chance.below(60).to_string();
            let shown: Vec<u32> = model
                .problems
                .iter()
                .filter(|(_, p)| p.status.is_public())
                .map(|(number, _)| *number)
                .collect();
            let problem = (chance.below(2) == 0).then(|| shown[chance.below(shown.len() as u64) as usize]);
            let new = PlainAppeal { place: point, status: AppealStatus::Received, public, problem };
            model.take_appeal(("service".into(), id.clone()), new, false);
            let operation = SubmitAppeal {
                category: "roads".into(),
                point,
                text: Some("words".into()),
                received_at: moment(chance),
                source: "service".into(),
                source_id: Some(id),
                nonce: 0,
                problem: problem.map(ProblemNo),
                public,
                actor: Actor::ADMIN,
                scope: Scope::default(),
            };
            waiting(writer.start_blocking(operation).unwrap())
        }
        9 => {
            let mut row = |chance: &mut Chance| {
                let (id, mark) = (chance.below(200).to_string(), 1 + chance.below(5) as u8);
                model.marks.entry(id.clone()).or_insert(mark);
                let row = MarkRow {
                    row: 1,
                    source: "polls".into(),
                    identity: RowIdentity::SourceId(id.clone()),
                    municipality: format!("MUN-27-{:02}", 1 + chance.below(19)),
                    criterion: "roads".into(),
                    mark,
                    given_at: Timestamp(1_700_000_000_000 + chance.below(900) as i64 * 86_400_000),
                };
                (row, id)
            };
            let rows = (0..1 + chance.below(20)).map(|_| row(chance)).collect();
            let operation = ImportMarks { rows, default_source: "file".into(), actor: Actor::ADMIN };
            waiting(writer.start_blocking(operation).unwrap())
        }
        10 => {
            let layer = if chance.below(2) == 0 { Kind::Problem } else { Kind::Appeal };
            if chance.below(2) == 0 {
                return waiting(writer.start_blocking(FindFallbacks { layer }).unwrap());
            }
            waiting(writer.start_blocking(ReassignMunicipalities { layer, after: 0 }).unwrap())
        }
        _ if *tokens > 0 && chance.below(2) == 0 => {
            let no = atlas::domain::TokenNo(chance.below(u64::from(*tokens)) as u16);
            let receiver = writer.start_blocking(RevokeToken { no }).unwrap();
            // One that was taken back already cannot be taken back again.
            Box::new(move || drop(receiver.blocking_recv().unwrap()))
        }
        _ => {
            *tokens += 1;
            let sha256 = format!("{:064x}", chance.below(u64::MAX));
            let (label, role, scope) = ("test".into(), Role::MunicipalOperator, Scope::default());
            waiting(writer.start_blocking(IssueToken { label, sha256, role, scope }).unwrap())
        }
    }
}

fn series(seed: u64) {
    let place = small_atlas();
    let data = data_of(&place);
    let (mut chance, mut model, mut tokens) = (Chance(seed), Model::default(), 0);
    let clock = Arc::new(AtomicI64::new(1_790_000_000_000));
    let (mut world, mut store) = running(&data, &clock);
    read_what_is_there(&mut model, &world.world.load_full());
    for round in 0..10 {
        // Several writes wait at once, so that some share a group and see each other before anything is on disk.
        let waits: Vec<_> =
            (0..8).map(|_| write(&mut chance, &world.writer, &mut model, &mut tokens)).collect();
        waits.into_iter().for_each(|wait| wait());
        assert_all_equal(&data, &world, &store, &model);
        if round % 3 == 2 {
            let leaving = [Leaving::AsItIs, Leaving::WithCheckpoint, Leaving::CheckpointIfWorthIt]
                [chance.below(3) as usize];
            drop(store);
            let Running { thread, writer, .. } = world;
            drop(writer);
            thread.stop(leaving).unwrap();
            (world, store) = running(&data, &clock);
            assert_all_equal(&data, &world, &store, &model);
        }
    }
    assert!(model.problems.len() > 60 && model.appeals.len() > 60);
    drop(store);
    world.thread.stop(Leaving::WithCheckpoint).unwrap();
}

/// The six problems of the small atlas.
fn read_what_is_there(model: &mut Model, snapshot: &Snapshot) {
    snapshot.problems.ascending(0, |at| {
        let segment = &snapshot.problems.segments()[at.part];
        let (columns, item) = (&segment.columns, segment.extra.item(at.row));
        let due = columns.due_at.get(at.row);
        let plain = PlainProblem {
            title: segment.extra.title(at.row).to_owned(),
            status: Status::from_number(columns.status[at.row]).unwrap(),
            severity: columns.severity[at.row],
            place: columns.place(at.row).position(),
            baseline: item.baseline_due,
            due: (due != atlas::analytics::columns::NO_TIME).then_some(Timestamp(due)),
            n_appeals: item.n_appeals,
        };
        model.problems.insert(columns.number[at.row], plain);
        std::ops::ControlFlow::Continue(())
    });
    assert_eq!(model.problems.len(), 6);
}

#[test]
fn after_any_series_of_writes_the_applied_world_is_the_rebuilt_one_and_the_model() {
    let _alone = crate::alone();
    (1..=4).for_each(series);
}
