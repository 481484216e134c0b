//! An appeal on disk.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::DecodeError;
use crate::domain::{
    Appeal, AppealNo, AppealStatus, CategoryNo, MunicipalityNo, ProblemNo, QualityFlags, SourceNo, Timestamp,
};
use crate::geometry::Position;

/// Version 1 of an appeal. Its number is the key's. The order of the fields is the format.
#[derive(Serialize, Deserialize)]
pub struct AppealV1<'a> {
    source: SourceNo,
    identity: [u8; 8],
    category: CategoryNo,
    point: Position,
    municipality: Option<MunicipalityNo>,
    received_at: Option<Timestamp>,
    due_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
    status: u8,
    problem: Option<ProblemNo>,
    public: bool,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    flags: QualityFlags,
    updated_at: Timestamp,
}

impl<'a> From<&'a Appeal> for AppealV1<'a> {
    fn from(a: &'a Appeal) -> Self {
        Self {
            source: a.source,
            identity: a.identity.to_le_bytes(),
            category: a.category,
            point: a.point,
            municipality: a.municipality,
            received_at: a.received_at,
            due_at: a.due_at,
            answered_at: a.answered_at,
            status: a.status as u8,
            problem: a.problem,
            public: a.public,
            text: a.text.as_deref().map(Cow::Borrowed),
            flags: a.flags,
            updated_at: a.updated_at,
        }
    }
}

/// Reads appeal `number`.
pub fn decode(number: u32, body: &[u8]) -> Result<Appeal, DecodeError> {
    let damaged = || DecodeError::Damaged("appeal");
    let v: AppealV1<'_> = postcard::from_bytes(body).map_err(|_| damaged())?;
    Ok(Appeal {
        no: AppealNo(number),
        source: v.source,
        identity: u64::from_le_bytes(v.identity),
        category: v.category,
        point: v.point,
        municipality: v.municipality,
        received_at: v.received_at,
        due_at: v.due_at,
        answered_at: v.answered_at,
        status: AppealStatus::from_number(v.status).ok_or_else(damaged)?,
        problem: v.problem,
        public: v.public,
        text: v.text.map(Cow::into_owned),
        flags: v.flags,
        updated_at: v.updated_at,
    })
}
