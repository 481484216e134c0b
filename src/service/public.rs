//! What the public may know of a record: each property is named here, nothing is passed through.
//!
//! Lists, downloads and cards are written from these views only. A field that is not here does not leave the house.

use super::Reading;
use crate::analytics::columns::{Columns, NO_TIME};
use crate::domain::{
    Appeal, AppealNo, AppealStatus, CostClass, Level, Municipality, Problem, ProblemNo, Quality,
    QualityFlags, Settlement, Status, Timestamp,
};
use crate::formats::Value;
use crate::geometry::{Position, Shape};
use crate::snapshot::Snapshot;
use crate::snapshot::layer::At;
use crate::snapshot::problems::{ProblemItem, known};

/// A property: its name on the wire and its value.
pub type Property<'a> = (&'static str, Value<'a>);

/// A problem as the public sees it.
#[derive(Debug, Clone)]
pub struct PublicProblem {
    /// Public id.
    pub id: String,
    /// Where its symbol stands.
    pub place: Position,
    /// Its line or polygon; `None` for a point.
    pub shape: Option<std::sync::Arc<Shape>>,
    /// What it is, in the words of the source.
    pub title: String,
    /// Category.
    pub category: Named,
    /// Code of its sphere.
    pub sphere: String,
    /// State.
    pub status: &'static str,
    /// Its deadline has passed while it ran.
    pub overdue: bool,
    /// 1…5.
    pub severity: Option<u32>,
    /// Municipality.
    pub municipality: Option<Named>,
    /// Responsible body.
    pub responsible: Option<Named>,
    /// Level of power of who must fix it.
    pub level: Option<&'static str>,
    /// In the registry since, RFC 3339.
    pub registered_at: Option<String>,
    /// First deadline, RFC 3339.
    pub baseline_due: Option<String>,
    /// Deadline now, RFC 3339.
    pub current_due: Option<String>,
    /// Closed, RFC 3339.
    pub resolved_at: Option<String>,
    /// Days by which the deadline moved.
    pub slip_days: Option<i64>,
    /// Cost, roubles; unknown is none.
    pub cost_rub: Option<f64>,
    /// How the cost was found.
    pub cost_class: &'static str,
    /// Linked appeals.
    pub n_appeals: u32,
    /// Supporters.
    pub n_supporters: u32,
    /// Changed last, RFC 3339.
    pub updated_at: String,
    /// Codes of what is doubtful about it.
    pub quality: String,
}

/// A dictionary entry: its code and its Russian name.
#[derive(Debug, Clone)]
pub struct Named {
    /// Code.
    pub code: String,
    /// Russian name.
    pub name: String,
}

impl PublicProblem {
    /// The problem at a row of the world.
    #[must_use]
    pub fn at(reading: &Reading, at: At) -> Self {
        let segment = &reading.snapshot.problems.segments()[at.part];
        Self::of(reading, &segment.columns, at.row, segment.extra.item(at.row))
    }

    fn of(reading: &Reading, columns: &Columns, row: usize, item: ProblemItem) -> Self {
        let dictionary = &reading.snapshot.dictionary;
        let category = dictionary.categories.get(usize::from(columns.category[row]));
        let status = Status::from_number(columns.status[row]).unwrap_or(Status::Registered);
        let due = columns.due_at.get(row);
        let slip = item.baseline_due.filter(|_| due != NO_TIME).map(|base| Timestamp(due).days_since(base));
        Self {
            id: dictionary.ids.problem(ProblemNo(columns.number[row])),
            place: columns.place(row).position(),
            shape: item.shape,
            title: item.title.into(),
            category: Named {
                code: category.map_or_else(String::new, |c| c.code.clone()),
                name: category.map_or_else(String::new, |c| c.name_ru.clone()),
            },
            sphere: category.map_or_else(String::new, |c| c.sphere().to_owned()),
            status: status.code(),
            overdue: status.deadline_runs() && due != NO_TIME && due < reading.today.0,
            severity: Some(u32::from(columns.severity[row])).filter(|s| *s > 0),
            municipality: municipality_named(&reading.snapshot, columns.municipality[row]),
            responsible: known(columns.responsible[row])
                .and_then(|n| dictionary.bodies.get(usize::from(n)))
                .map(|body| Named { code: body.id.clone(), name: body.name_ru.clone() }),
            level: item.level.map(Level::code),
            registered_at: time(columns.opened_at.get(row)),
            baseline_due: item.baseline_due.map(|t| t.to_string()),
            current_due: time(due),
            resolved_at: time(columns.closed_at.get(row)),
            slip_days: slip.map(|days| days.round() as i64),
            cost_rub: item.cost.map(|(amount, _)| amount.roubles()),
            cost_class: item.cost.map_or(CostClass::D, |(_, class)| class).code(),
            n_appeals: item.n_appeals,
            n_supporters: item.n_supporters,
            updated_at: item.updated_at.to_string(),
            quality: quality(columns.flags[row]),
        }
    }

    /// All properties in the order of columns.
    #[must_use]
    pub fn properties(&self) -> Vec<Property<'_>> {
        vec![
            ("id", Value::Text(&self.id)),
            ("title", Value::Text(&self.title)),
            ("category", Value::Text(&self.category.code)),
            ("category_name", Value::Text(&self.category.name)),
            ("sphere", Value::Text(&self.sphere)),
            ("status", Value::Text(self.status)),
            ("overdue", Value::Bool(self.overdue)),
            ("severity", self.severity.into()),
            ("municipality", self.municipality.as_ref().map(|m| &m.code).into()),
            ("municipality_name", self.municipality.as_ref().map(|m| &m.name).into()),
            ("responsible", self.responsible.as_ref().map(|b| &b.code).into()),
            ("responsible_name", self.responsible.as_ref().map(|b| &b.name).into()),
            ("level", self.level.into()),
            ("registered_at", self.registered_at.as_ref().into()),
            ("baseline_due", self.baseline_due.as_ref().into()),
            ("current_due", self.current_due.as_ref().into()),
            ("resolved_at", self.resolved_at.as_ref().into()),
            ("slip_days", self.slip_days.into()),
            ("cost_rub", self.cost_rub.into()),
            ("cost_class", Value::Text(self.cost_class)),
            ("n_appeals", self.n_appeals.into()),
            ("n_supporters", self.n_supporters.into()),
            ("updated_at", Value::Text(&self.updated_at)),
            ("quality", Value::Text(&self.quality)),
        ]
    }
}

/// An appeal as the public sees it: that it exists, where, about what, and whether it was answered. Never its words.
#[derive(Debug, Clone)]
pub struct PublicAppeal {
    /// Public id.
    pub id: String,
    /// Where.
    pub place: Position,
    /// Code of its category.
    pub category: String,
    /// State.
    pub status: &'static str,
    /// Id of the municipality.
    pub municipality: Option<String>,
    /// Received, RFC 3339.
    pub received_at: Option<String>,
    /// Answer due, RFC 3339.
    pub due_at: Option<String>,
    /// Answered, RFC 3339.
    pub answered_at: Option<String>,
    /// Id of the problem that it is about.
    pub problem: Option<String>,
    /// Codes of what is doubtful about it.
    pub quality: String,
}

impl PublicAppeal {
    /// The appeal at a row of the world.
    #[must_use]
    pub fn at(reading: &Reading, at: At) -> Self {
        let segment = &reading.snapshot.appeals.segments()[at.part];
        let (columns, row, dictionary) = (&segment.columns, at.row, &reading.snapshot.dictionary);
        let category = dictionary.categories.get(usize::from(columns.category[row]));
        Self {
            id: dictionary.ids.appeal(AppealNo(columns.number[row])),
            place: columns.place(row).position(),
            category: category.map_or_else(String::new, |c| c.code.clone()),
            status: AppealStatus::from_number(columns.status[row]).unwrap_or(AppealStatus::Received).code(),
            municipality: municipality_named(&reading.snapshot, columns.municipality[row]).map(|m| m.code),
            received_at: time(columns.opened_at.get(row)),
            due_at: time(columns.due_at.get(row)),
            answered_at: time(columns.closed_at.get(row)),
            problem: segment.extra.problem(row).map(|no| dictionary.ids.problem(no)),
            quality: quality(columns.flags[row]),
        }
    }

    /// All properties in the order of columns.
    #[must_use]
    pub fn properties(&self) -> Vec<Property<'_>> {
        vec![
            ("id", Value::Text(&self.id)),
            ("category", Value::Text(&self.category)),
            ("status", Value::Text(self.status)),
            ("municipality", self.municipality.as_ref().into()),
            ("received_at", self.received_at.as_ref().into()),
            ("due_at", self.due_at.as_ref().into()),
            ("answered_at", self.answered_at.as_ref().into()),
            ("problem", self.problem.as_ref().into()),
            ("quality", Value::Text(&self.quality)),
        ]
    }
}

/// Properties of a municipality.
#[must_use]
pub fn municipality_properties(municipality: &Municipality) -> Vec<(&'static str, OwnedValue)> {
    let version = municipality.current();
    let day = |day: Option<jiff::civil::Date>| day.map(|d| d.to_string()).into();
    vec![
        ("id", municipality.id.clone().into()),
        ("slug", municipality.slug.clone().into()),
        ("name_ru", version.name_ru.clone().into()),
        ("name_en", version.name_en.clone().into()),
        ("short_name_ru", version.short_name_ru.clone().into()),
        ("kind", version.kind.code().to_owned().into()),
        ("oktmo", version.oktmo.clone().into()),
        ("population", municipality.residents().map(i64::from).into()),
        ("area_km2", version.area_km2.into()),
        ("approximate", OwnedValue::Bool(version.approximate)),
        ("valid_from", day(version.valid_from)),
        ("valid_to", day(version.valid_to)),
    ]
}

/// Properties of a settlement.
#[must_use]
pub fn settlement_properties(settlement: &Settlement) -> Vec<(&'static str, OwnedValue)> {
    vec![
        ("id", settlement.id.clone().into()),
        ("name_ru", settlement.name_ru.clone().into()),
        ("name_en", settlement.name_en.clone().into()),
        ("kind", settlement.kind.clone().into()),
        ("municipality", settlement.municipality.clone().into()),
        ("population", settlement.population.map(i64::from).into()),
    ]
}

/// A value that owns its text.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // as in `Value`
pub enum OwnedValue {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

impl OwnedValue {
    /// The value as writers take it.
    #[must_use]
    pub fn borrow(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(*b),
            Self::Int(n) => Value::Int(*n),
            Self::Float(n) => Value::Float(*n),
            Self::Text(text) => Value::Text(text),
        }
    }
}

impl From<Value<'_>> for OwnedValue {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(b) => Self::Bool(b),
            Value::Int(n) => Self::Int(n),
            Value::Float(n) => Self::Float(n),
            Value::Text(text) => Self::Text(text.to_owned()),
        }
    }
}

impl From<String> for OwnedValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for OwnedValue {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<f64> for OwnedValue {
    fn from(n: f64) -> Self {
        Self::Float(n)
    }
}

impl<T: Into<Self>> From<Option<T>> for OwnedValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Whether the public may see a problem at all.
#[must_use]
pub fn is_public_problem(problem: &Problem) -> bool {
    problem.status.is_public()
}

/// Whether the public may see that an appeal exists.
#[must_use]
pub fn is_public_appeal(appeal: &Appeal) -> bool {
    appeal.public
}

fn municipality_named(snapshot: &Snapshot, number: u16) -> Option<Named> {
    let municipality = snapshot.dictionary.municipalities.get(usize::from(known(number)?))?;
    Some(Named { code: municipality.id.clone(), name: municipality.current().short_name_ru.clone() })
}

fn time(ms: i64) -> Option<String> {
    (ms != NO_TIME).then(|| Timestamp(ms).to_string())
}

fn quality(flags: u16) -> String {
    let codes: Vec<&str> = QualityFlags(flags).iter().map(Quality::code).collect();
    codes.join(" ")
}
