//! Where records come from.

use serde::{Deserialize, Serialize};

use super::SourceNo;

/// A source of records: with a record's own `source_id` it is the record's identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its number.
    pub no: SourceNo,
    /// Its name as given by the import (`boston-311-2015`).
    pub name: String,
}
