//! What is wrong with a region pack, and where.

/// One fault of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFault {
    /// Name of the file.
    pub file: &'static str,
    /// Line in the file, from 1; 0 when the file as a whole is meant.
    pub line: u64,
    /// Column, key or property; empty when the line as a whole is meant.
    pub field: String,
    /// Code of the broken rule, a key of the message catalogue.
    pub rule: &'static str,
    /// What stands there.
    pub got: String,
}

impl PackFault {
    /// A fault of a field in a line.
    pub(super) fn new(file: &'static str, line: u64, field: &str, rule: &'static str, got: &str) -> Self {
        let got = got.chars().take(120).collect();
        Self { file, line, field: field.to_owned(), rule, got }
    }

    /// A fault of a file as a whole.
    pub(super) fn of_file(file: &'static str, rule: &'static str, got: &str) -> Self {
        Self::new(file, 0, "", rule, got)
    }

    /// The values of the placeholders of its sentence.
    #[must_use]
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        vec![
            ("file", self.file.to_owned()),
            ("line", self.line.to_string()),
            ("field", self.field.clone()),
            ("got", self.got.clone()),
        ]
    }
}

impl std::fmt::Display for PackFault {
    /// `file:line: field: rule “got”`, without what is not there.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        f.write_str(": ")?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(self.rule)?;
        if !self.got.is_empty() {
            write!(f, " “{}”", self.got)?;
        }
        Ok(())
    }
}
