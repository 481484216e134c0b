//! Numbers inside, text outside: every entity has a dense number of its own kind and a stable public id.

use serde::{Deserialize, Serialize};

/// Bytes as text, two hexadecimal digits each.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|n| char::from(DIGITS[usize::from(n)]));
    bytes.iter().flat_map(digits).collect()
}

macro_rules! number {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub $inner);

        impl $name {
            /// The number as an index of a table.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

number! {
    /// A problem, numbered from 1 in order of arrival.
    ProblemNo(u32);
    /// An appeal, numbered from 1 in order of arrival.
    AppealNo(u32);
    /// A citizen's mark of a head, numbered from 1 in order of arrival.
    MarkNo(u32);
    /// A municipality, numbered from 0 in the order of the region pack.
    MunicipalityNo(u16);
    /// A category, numbered from 0 in the order of the region pack, then of arrival.
    CategoryNo(u16);
    /// A responsible body, numbered from 0 in the order of the region pack, then of arrival.
    BodyNo(u16);
    /// A settlement, numbered from 0 in the order of the region pack.
    SettlementNo(u16);
    /// Where records come from, numbered from 0 in order of arrival.
    SourceNo(u16);
    /// A fallback coordinate, numbered from 0 in order of discovery.
    FallbackNo(u16);
    /// A service token, numbered from 0 in order of issue.
    TokenNo(u16);
    /// A key of embeds, numbered from 0 in order of addition.
    EmbedNo(u16);
}

/// Writes and reads the public ids of one region: `ATL-27-000001` for problems, `APP-27-000001` for appeals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdFormat {
    region: String,
}

impl IdFormat {
    /// The ids of the region with this code (`27`).
    #[must_use]
    pub fn new(region: &str) -> Self {
        Self { region: region.to_owned() }
    }

    /// The public id of a problem.
    #[must_use]
    pub fn problem(&self, no: ProblemNo) -> String {
        self.write("ATL", no.0)
    }

    /// The public id of an appeal.
    #[must_use]
    pub fn appeal(&self, no: AppealNo) -> String {
        self.write("APP", no.0)
    }

    /// Reads a problem's public id; `None` when it is not one of this region.
    #[must_use]
    pub fn parse_problem(&self, id: &str) -> Option<ProblemNo> {
        self.read("ATL", id).map(ProblemNo)
    }

    /// Reads an appeal's public id; `None` when it is not one of this region.
    #[must_use]
    pub fn parse_appeal(&self, id: &str) -> Option<AppealNo> {
        self.read("APP", id).map(AppealNo)
    }

    fn write(&self, prefix: &str, no: u32) -> String {
        format!("{prefix}-{}-{no:06}", self.region)
    }

    fn read(&self, prefix: &str, id: &str) -> Option<u32> {
        let digits =
            id.strip_prefix(prefix)?.strip_prefix('-')?.strip_prefix(&self.region)?.strip_prefix('-')?;
        let no: u32 = digits.parse().ok()?;
        // One spelling per id: no signs, no missing or surplus zeros.
        (no > 0 && self.write(prefix, no) == id).then_some(no)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_in_its_one_spelling_only() {
        let ids = IdFormat::new("27");
        assert_eq!(ids.problem(ProblemNo(7)), "ATL-27-000007");
        assert_eq!(ids.parse_problem("ATL-27-000007"), Some(ProblemNo(7)));
        assert_eq!(ids.parse_problem("ATL-27-1234567"), Some(ProblemNo(1_234_567)));
        for wrong in
            ["ATL-27-7", "ATL-28-000007", "APP-27-000007", "ATL-27-+00007", "ATL-27-000000", "", "ATL"]
        {
            assert_eq!(ids.parse_problem(wrong), None, "{wrong}");
        }
    }
}
