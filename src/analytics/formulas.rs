//! The formulas of the method in words, for whoever must explain a number: name, symbols, source and edges in two languages.
//!
//! Answers: "how is this number made, where does the formula come from, and what happens at its edges?" The texts are data
//! (`formulas.toml`); the constants that they name are [`super::method`]'s and are never repeated in them.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InBoth {
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

/// A symbol of a formula.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Symbol {
    /// As it stands in the formula.
    pub symbol: String,
    /// What it is, with its unit, in Russian.
    pub ru: String,
    /// The same in English.
    pub en: String,
}

/// One formula.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    /// Its id: that of the indicator, or of a step of the method.
    pub id: String,
    /// Its name.
    pub name: InBoth,
    /// The formula, in plain text.
    pub formula: String,
    /// What its letters mean.
    pub symbols: Vec<Symbol>,
    /// Where it comes from.
    pub source: String,
    /// What happens at its edges.
    pub edges: InBoth,
    /// Paths of the constants of the method that it uses, as in `method.toml`.
    #[serde(default)]
    pub constants: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    formulas: Vec<Formula>,
}

/// All formulas, in the order in which a number is made. Read once.
///
/// ```
/// let formulas = atlas::analytics::formulas::all();
/// assert_eq!(formulas[0].id, "on_time_share");
/// ```
#[must_use]
pub fn all() -> &'static [Formula] {
    static ALL: LazyLock<Vec<Formula>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("formulas.toml")).expect("the built-in texts are sound");
        file.formulas
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::indicators::Indicator;
    use crate::analytics::method::Method;

    #[test]
    fn every_indicator_is_explained_in_both_languages() {
        for indicator in Indicator::ALL {
            assert!(all().iter().any(|formula| formula.id == indicator.id()), "{}", indicator.id());
        }
        for formula in all() {
            let texts = formula.symbols.iter().flat_map(|s| [&s.ru, &s.en]);
            let texts =
                texts.chain([&formula.name.ru, &formula.name.en, &formula.edges.ru, &formula.edges.en]);
            assert!(texts.chain([&formula.source]).all(|text| !text.trim().is_empty()), "{}", formula.id);
            let russian = |text: &str| text.chars().any(|c| ('а'..='я').contains(&c));
            assert!(russian(&formula.name.ru) && !russian(&formula.name.en), "{}", formula.id);
            for symbol in &formula.symbols {
                assert!(formula.formula.contains(&symbol.symbol), "{} of {}", symbol.symbol, formula.id);
            }
        }
    }

    #[test]
    fn no_id_stands_twice_and_every_constant_exists() {
        let method = serde_json::to_value(Method::builtin()).unwrap();
        for (n, formula) in all().iter().enumerate() {
            assert!(all()[..n].iter().all(|other| other.id != formula.id), "{}", formula.id);
            for path in &formula.constants {
                let pointer = format!("/{}", path.replace('.', "/"));
                assert!(method.pointer(&pointer).is_some(), "{path} of {}", formula.id);
            }
        }
    }
}
