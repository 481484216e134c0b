//! A citizen's mark on disk.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::DecodeError;
use crate::domain::{Mark, MarkNo, MunicipalityNo, SourceNo, Timestamp};

/// Version 1 of a mark. Its number is the key's. The order of the fields is the format.
#[derive(Serialize, Deserialize)]
pub struct MarkV1<'a> {
    source: SourceNo,
    identity: [u8; 8],
    municipality: MunicipalityNo,
    #[serde(borrow)]
    criterion: Cow<'a, str>,
    mark: u8,
    given_at: Timestamp,
}

impl<'a> From<&'a Mark> for MarkV1<'a> {
    fn from(m: &'a Mark) -> Self {
        Self {
            source: m.source,
            identity: m.identity.to_le_bytes(),
            municipality: m.municipality,
            criterion: Cow::Borrowed(&m.criterion),
            mark: m.mark,
            given_at: m.given_at,
        }
    }
}

/// Reads mark `number`.
pub fn decode(number: u32, body: &[u8]) -> Result<Mark, DecodeError> {
    let v: MarkV1<'_> = postcard::from_bytes(body).map_err(|_| DecodeError::Damaged("mark"))?;
    Ok(Mark {
        no: MarkNo(number),
        source: v.source,
        identity: u64::from_le_bytes(v.identity),
        municipality: v.municipality,
        criterion: v.criterion.into_owned(),
        mark: v.mark,
        given_at: v.given_at,
    })
}
