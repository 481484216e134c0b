//! Every sentence that a person may see, in Russian and in English: one catalogue, `messages.toml` beside this file.
//!
//! Code names a sentence by its key and gives the values of its `{placeholders}`; it never holds the words.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Russian, the first language.
    Ru,
    /// English.
    En,
}

#[derive(Deserialize)]
struct Entry {
    ru: String,
    en: String,
}

static CATALOGUE: LazyLock<HashMap<String, Entry>> = LazyLock::new(|| {
    toml::from_str(include_str!("messages.toml"))
        .unwrap_or_else(|error| panic!("the message catalogue: {}", error.message()))
});

/// The sentence `key` in `language`, with `{name}` replaced by the values of `arguments`.
///
/// A key that the catalogue lacks is returned as it is; a test makes sure that no code uses one.
///
/// ```
/// use atlas::messages::{Language, text};
/// let sentence = text(Language::En, "unknown_parameter", &[("parameter", "foo"), ("allowed", "bbox, limit")]);
/// assert_eq!(sentence, "The parameter “foo” is not known here. Known: bbox, limit.");
/// ```
#[must_use]
pub fn text(language: Language, key: &str, arguments: &[(&str, &str)]) -> String {
    let Some(entry) = CATALOGUE.get(key) else { return key.to_owned() };
    let template = match language {
        Language::Ru => &entry.ru,
        Language::En => &entry.en,
    };
    fill(template, arguments)
}

/// Replaces placeholders in one pass, so that a value that looks like a placeholder stays as it is.
fn fill(template: &str, arguments: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, tail)) = after.split_once('}') else { break };
        filled.push_str(arguments.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value));
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

impl Language {
    /// The language that an `Accept-Language` header or a locale (`ru_RU.UTF-8`, `en`) prefers; Russian without one.
    ///
    /// ```
    /// use atlas::messages::Language;
    /// assert_eq!(Language::preferred("en-GB,en;q=0.9,ru;q=0.8"), Language::En);
    /// assert_eq!(Language::preferred("de, ru;q=0.5"), Language::Ru);
    /// assert_eq!(Language::preferred("C.UTF-8"), Language::Ru);
    /// ```
    #[must_use]
    pub fn preferred(accepted: &str) -> Self {
        let language = |part: &str| -> Option<Self> {
            match part.trim().get(..2)? {
                "ru" => Some(Self::Ru),
                "en" => Some(Self::En),
                _ => None,
            }
        };
        let mut best = (0.0, Self::Ru);
        for part in accepted.split(',') {
            if let Some(known) = language(part)
                && quality(part) > best.0
            {
                best = (quality(part), known);
            }
        }
        best.1
    }

    /// The tag for `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }
}

/// The quality that a part of an `Accept…` header states (RFC 9110, section 12.4.2): 1 where it states none, 0 where it
/// states something else than a number.
///
/// ```
/// use atlas::messages::quality;
/// assert_eq!(quality("gzip"), 1.0);
/// assert_eq!(quality("br; q=0.5"), 0.5);
/// assert_eq!(quality("br;level=4 ;Q=0"), 0.0);
/// ```
#[must_use]
pub fn quality(part: &str) -> f64 {
    let stated = part.split(';').skip(1).filter_map(|parameter| parameter.split_once('=')).find_map(
        |(name, value)| name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse().unwrap_or(0.0)),
    );
    stated.unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(template: &str) -> Vec<&str> {
        let mut names: Vec<&str> = template
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name)
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_of_every_sentence_have_the_same_placeholders() {
        for (key, entry) in CATALOGUE.iter() {
            assert_eq!(placeholders(&entry.ru), placeholders(&entry.en), "{key}");
            assert!(!entry.ru.is_empty() && !entry.en.is_empty(), "{key}");
        }
    }

    #[test]
    fn a_value_that_looks_like_a_placeholder_stays_as_it_is() {
        assert_eq!(fill("{a} and {b}", &[("a", "{b}"), ("b", "x")]), "{b} and x");
    }
}
