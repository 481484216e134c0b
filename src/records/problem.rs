//! A problem on disk.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::DecodeError;
use crate::domain::problem::{Photo, Placement, Purse};
use crate::domain::{
    BodyNo, CategoryNo, Cost, CostClass, Kopecks, Level, MunicipalityNo, Problem, ProblemNo, QualityFlags,
    SettlementNo, SourceNo, Status, Timestamp,
};
use crate::geometry::Shape;

/// Version 1 of a problem. Its number is the key's. The order of the fields is the format.
#[derive(Serialize, Deserialize)]
pub struct ProblemV1<'a> {
    source: SourceNo,
    #[serde(borrow)]
    source_id: Cow<'a, str>,
    #[serde(borrow)]
    title: Cow<'a, str>,
    #[serde(borrow)]
    description: Cow<'a, str>,
    category: CategoryNo,
    shape: Cow<'a, Shape>,
    precision_m: Option<u32>,
    placement: Placement,
    municipality: Option<MunicipalityNo>,
    settlement: Option<SettlementNo>,
    #[serde(borrow)]
    address: Option<Cow<'a, str>>,
    severity: Option<u8>,
    danger: bool,
    people_affected: Option<u32>,
    cost: Option<CostV1>,
    funding: Cow<'a, [(Purse, Kopecks)]>,
    responsible: Option<BodyNo>,
    level: Option<u8>,
    holder: Option<(BodyNo, Timestamp)>,
    reassignments: u8,
    status: u8,
    status_since: Timestamp,
    baseline_due: Option<Timestamp>,
    current_due: Option<Timestamp>,
    extension_count: u8,
    review_at: Option<Timestamp>,
    registered_at: Option<Timestamp>,
    resolved_at: Option<Timestamp>,
    reopened: u8,
    n_appeals: u32,
    n_supporters: u32,
    photos: Cow<'a, [Photo]>,
    flags: QualityFlags,
    duplicate_of: Option<ProblemNo>,
    recurrence_of: Option<ProblemNo>,
    updated_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct CostV1 {
    amount: Kopecks,
    price_date: Option<(i16, i8, i8)>,
    class: CostClass,
}

impl<'a> From<&'a Problem> for ProblemV1<'a> {
    fn from(p: &'a Problem) -> Self {
        Self {
            source: p.source,
            source_id: Cow::Borrowed(&p.source_id),
            title: Cow::Borrowed(&p.title),
            description: Cow::Borrowed(&p.description),
            category: p.category,
            shape: Cow::Borrowed(&p.shape),
            precision_m: p.precision_m,
            placement: p.placement,
            municipality: p.municipality,
            settlement: p.settlement,
            address: p.address.as_deref().map(Cow::Borrowed),
            severity: p.severity,
            danger: p.danger,
            people_affected: p.people_affected,
            cost: p.cost.as_ref().map(CostV1::from),
            funding: Cow::Borrowed(&p.funding),
            responsible: p.responsible,
            level: p.level.map(|level| level as u8),
            holder: p.holder,
            reassignments: p.reassignments,
            status: p.status as u8,
            status_since: p.status_since,
            baseline_due: p.baseline_due,
            current_due: p.current_due,
            extension_count: p.extension_count,
            review_at: p.review_at,
            registered_at: p.registered_at,
            resolved_at: p.resolved_at,
            reopened: p.reopened,
            n_appeals: p.n_appeals,
            n_supporters: p.n_supporters,
            photos: Cow::Borrowed(&p.photos),
            flags: p.flags,
            duplicate_of: p.duplicate_of,
            recurrence_of: p.recurrence_of,
            updated_at: p.updated_at,
        }
    }
}

impl From<&Cost> for CostV1 {
    fn from(cost: &Cost) -> Self {
        let price_date = cost.price_date.map(|day| (day.year(), day.month(), day.day()));
        Self { amount: cost.amount, price_date, class: cost.class }
    }
}

/// Reads problem `number`.
pub fn decode(number: u32, body: &[u8]) -> Result<Problem, DecodeError> {
    let damaged = || DecodeError::Damaged("problem");
    let v: ProblemV1<'_> = postcard::from_bytes(body).map_err(|_| damaged())?;
    Ok(Problem {
        no: ProblemNo(number),
        source: v.source,
        source_id: v.source_id.into_owned(),
        title: v.title.into_owned(),
        description: v.description.into_owned(),
        category: v.category,
        shape: v.shape.into_owned(),
        precision_m: v.precision_m,
        placement: v.placement,
        municipality: v.municipality,
        settlement: v.settlement,
        address: v.address.map(Cow::into_owned),
        severity: v.severity,
        danger: v.danger,
        people_affected: v.people_affected,
        cost: v.cost.as_ref().map(decode_cost).transpose()?,
        funding: v.funding.into_owned(),
        responsible: v.responsible,
        level: v.level.map(|n| Level::from_number(n).ok_or_else(damaged)).transpose()?,
        holder: v.holder,
        reassignments: v.reassignments,
        status: Status::from_number(v.status).ok_or_else(damaged)?,
        status_since: v.status_since,
        baseline_due: v.baseline_due,
        current_due: v.current_due,
        extension_count: v.extension_count,
        review_at: v.review_at,
        registered_at: v.registered_at,
        resolved_at: v.resolved_at,
        reopened: v.reopened,
        n_appeals: v.n_appeals,
        n_supporters: v.n_supporters,
        photos: v.photos.into_owned(),
        flags: v.flags,
        duplicate_of: v.duplicate_of,
        recurrence_of: v.recurrence_of,
        updated_at: v.updated_at,
    })
}

fn decode_cost(v: &CostV1) -> Result<Cost, DecodeError> {
    let day = |(year, month, day): (i16, i8, i8)| Date::new(year, month, day);
    let price_date = v.price_date.map(day).transpose().map_err(|_| DecodeError::Damaged("problem"))?;
    Ok(Cost { amount: v.amount, price_date, class: v.class })
}
