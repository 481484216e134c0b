//! What was repaired or left out in rows that were accepted all the same, by count.

/// One kind of repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Warning {
    /// A title longer than allowed was cut at a word.
    TitleCut,
    /// A description longer than allowed was cut at a word.
    DescriptionCut,
    /// The words of an appeal, longer than allowed, were cut.
    TextCut,
    /// Rings that broke the right-hand rule were turned.
    RingsTurned,
    /// A ring whose last vertex was not its first was closed.
    RingsClosed,
    /// A cost of class D (unknown) was left out.
    CostDropped,
}

impl Warning {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::TitleCut,
        Self::DescriptionCut,
        Self::TextCut,
        Self::RingsTurned,
        Self::RingsClosed,
        Self::CostDropped,
    ];

    /// The code, a key of the message catalogue.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TitleCut => "title_cut",
            Self::DescriptionCut => "description_cut",
            Self::TextCut => "text_cut",
            Self::RingsTurned => "rings_turned",
            Self::RingsClosed => "rings_closed",
            Self::CostDropped => "cost_dropped",
        }
    }
}

/// How many rows were repaired in which way. A row counts once per kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WarningCounts([u64; Warning::ALL.len()]);

impl WarningCounts {
    /// Rows repaired in this way.
    #[must_use]
    pub const fn of(&self, warning: Warning) -> u64 {
        self.0[warning as usize]
    }

    /// Counts one more row.
    pub(super) fn count(&mut self, warning: Warning) {
        self.0[warning as usize] += 1;
    }

    /// Adds the counts of another part of the file.
    pub fn add(&mut self, other: &Self) {
        for (sum, n) in self.0.iter_mut().zip(other.0) {
            *sum += n;
        }
    }

    /// The kinds that occurred, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (Warning, u64)> + '_ {
        Warning::ALL.into_iter().map(|warning| (warning, self.of(warning))).filter(|(_, n)| *n > 0)
    }
}
