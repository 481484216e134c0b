//! Values as a column that may say the same of every row.

use std::ops::Index;

/// Values, row by row. Where all rows have the same one, as appeals of one source do, it is kept once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values<T> {
    /// The value of every row.
    Same(T),
    /// Row by row.
    Each(Vec<T>),
}

impl<T> Default for Values<T> {
    fn default() -> Self {
        Self::Each(Vec::new())
    }
}

impl<T: Copy + PartialEq> From<Vec<T>> for Values<T> {
    fn from(values: Vec<T>) -> Self {
        match values.first() {
            Some(&first) if values.iter().all(|value| *value == first) => Self::Same(first),
            _ => Self::Each(values),
        }
    }
}

impl<T> Index<usize> for Values<T> {
    type Output = T;

    #[inline]
    fn index(&self, row: usize) -> &T {
        match self {
            Self::Same(value) => value,
            Self::Each(values) => &values[row],
        }
    }
}
