//! The canonical fields of each kind of row: the names of the import contract, without a mapping.
//!
//! Next: [`super::mapping`] gives them other names, `layout` finds them in a file.

use crate::domain::{AppealStatus, CostClass, Level, Status};

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// Problems.
    Problems,
    /// Appeals.
    Appeals,
    /// Municipalities and their borders.
    Municipalities,
    /// Citizens' marks of heads.
    Marks,
}

macro_rules! fields {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// A canonical field of any kind of row.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Field { $($name),* }

        impl Field {
            /// All fields, in the order of their numbers.
            pub(super) const ALL: &[Self] = &[$(Self::$name),*];

            /// The canonical name.
            pub(super) const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

fields! {
    SourceId = "source_id",
    Source = "source",
    Title = "title",
    Description = "description",
    Category = "category",
    Status = "status",
    Severity = "severity",
    Responsible = "responsible",
    Level = "level",
    RegisteredAt = "registered_at",
    BaselineDue = "baseline_due",
    CurrentDue = "current_due",
    ResolvedAt = "resolved_at",
    CostRub = "cost_rub",
    CostClass = "cost_class",
    PeopleAffected = "people_affected",
    Address = "address",
    ReceivedAt = "received_at",
    DueAt = "due_at",
    AnsweredAt = "answered_at",
    Text = "text",
    Public = "public",
    Id = "id",
    Name = "name",
    Approximate = "approximate",
    ValidFrom = "valid_from",
    Oktmo = "oktmo",
    NameRu = "name_ru",
    NameEn = "name_en",
    Population = "population",
    AreaKm2 = "area_km2",
    Municipality = "municipality",
    Criterion = "criterion",
    Mark = "mark",
    GivenAt = "given_at",
    Lon = "lon",
    Lat = "lat",
    Wkt = "wkt",
    LatLonPair = "latlon_pair",
    LonLatPair = "lonlat_pair",
}

use Field as F;

/// The fields that say where a row lies.
pub(super) const COORDINATE_FIELDS: [Field; 5] = [F::Lon, F::Lat, F::Wkt, F::LatLonPair, F::LonLatPair];

impl RowKind {
    /// The name on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Problems => "problems",
            Self::Appeals => "appeals",
            Self::Municipalities => "municipalities",
            Self::Marks => "assessments",
        }
    }

    /// The canonical fields of such a row, those of its place left out.
    pub(super) const fn fields(self) -> &'static [Field] {
        match self {
            Self::Problems => &[
                F::SourceId,
                F::Source,
                F::Title,
                F::Description,
                F::Category,
                F::Status,
                F::Severity,
                F::Responsible,
                F::Level,
                F::RegisteredAt,
                F::BaselineDue,
                F::CurrentDue,
                F::ResolvedAt,
                F::CostRub,
                F::CostClass,
                F::PeopleAffected,
                F::Address,
            ],
            Self::Appeals => &[
                F::SourceId,
                F::Source,
                F::Category,
                F::ReceivedAt,
                F::DueAt,
                F::AnsweredAt,
                F::Status,
                F::Text,
                F::Public,
            ],
            Self::Municipalities => &[
                F::Id,
                F::Name,
                F::Approximate,
                F::ValidFrom,
                F::Oktmo,
                F::NameRu,
                F::NameEn,
                F::Population,
                F::AreaKm2,
            ],
            Self::Marks => &[F::SourceId, F::Source, F::Municipality, F::Criterion, F::Mark, F::GivenAt],
        }
    }

    /// Whether such a row lies somewhere.
    pub(super) const fn has_place(self) -> bool {
        !matches!(self, Self::Marks)
    }

    /// Fields without which no row of a CSV file could be taken; of each group one suffices.
    pub(super) const fn required(self) -> &'static [&'static [Field]] {
        match self {
            Self::Problems => &[&[F::SourceId], &[F::Title, F::Category]],
            Self::Appeals => &[],
            Self::Municipalities => &[&[F::Id, F::Name, F::Oktmo, F::NameRu, F::NameEn]],
            Self::Marks => &[&[F::Municipality], &[F::Criterion], &[F::Mark], &[F::GivenAt]],
        }
    }

    /// The field of this kind with that canonical name.
    pub(super) fn field(self, name: &str) -> Option<Field> {
        self.named().find(|field| field.name() == name)
    }

    /// The canonical names of this kind.
    pub(super) fn names(self) -> Vec<&'static str> {
        self.named().map(Field::name).collect()
    }

    fn named(self) -> impl Iterator<Item = Field> {
        let of_place: &[Field] = if self.has_place() { &[F::Lon, F::Lat, F::Wkt] } else { &[] };
        self.fields().iter().chain(of_place).copied()
    }
}

impl Field {
    /// Whether a fixed or translated value can be a value of this field of such a row, as far as the mapping alone can
    /// tell: fields with a closed list of values are checked, all others are left to the rows.
    pub(super) fn may_be(self, kind: RowKind, value: &str) -> bool {
        value.is_empty()
            || match self {
                Self::Status if kind == RowKind::Appeals => AppealStatus::parse(value).is_some(),
                Self::Status => Status::parse(value).is_some(),
                Self::Level => Level::parse(value).is_some(),
                Self::CostClass => CostClass::parse(value).is_some(),
                Self::Severity | Self::Mark => matches!(value, "1" | "2" | "3" | "4" | "5"),
                Self::Public | Self::Approximate => super::number::parse_bool(value).is_some(),
                _ => true,
            }
    }
}
