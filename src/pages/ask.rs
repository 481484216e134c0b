//! Who asks for what: the world, the language, the conditions, and the addresses of other pages in the same language.

use std::fmt::Write;

use super::speech::Speech;
use crate::domain::{Category, Municipality, MunicipalityNo};
use crate::geometry::Position;
use crate::messages::Language;
use crate::service::filter::Filter;
use crate::service::{Atlas, ReadError, Reading};

/// Parameters by which pages, frames and pictures say which records they are of.
pub const CONDITIONS: &[&str] = &[
    "mun",
    "cat",
    "status",
    "resp",
    "due",
    "due_from",
    "due_to",
    "cost_from",
    "cost_to",
    "q",
    "bbox",
    "from",
    "to",
    "at",
];

/// Names of conditions here and in the one filter, where the two differ.
pub const FILTER_NAMES: [(&str, &str); 6] = [
    ("mun", "municipality"),
    ("cat", "category"),
    ("resp", "responsible"),
    ("from", "registered_from"),
    ("to", "registered_to"),
    ("at", "as_of"),
];

/// Pages that are of today, whichever day the others are of.
const OF_TODAY: [&str; 4] = ["/changes", "/method", "/help", "/a11y"];

/// A look that the reader chose; without one the device's own holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // what each looks like is its name
pub enum Theme {
    Light,
    Dark,
    Contrast,
}

impl Theme {
    /// All themes.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Contrast];

    /// The word in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
        }
    }
}

/// A request for a page.
pub struct Ask<'a> {
    /// The atlas.
    pub atlas: &'a Atlas,
    /// Its world at the moment that is asked for.
    pub reading: Reading,
    /// The language.
    pub speech: Speech,
    /// The path without the prefix of the language.
    pub path: String,
    /// The conditions as the address has them, without the theme, sorted: what links carry on.
    pub pairs: Vec<(&'static str, String)>,
    /// What else the address says of this very page, and no link carries on: how a map is looked at.
    pub view: Vec<(&'static str, String)>,
    /// The conditions.
    pub filter: Filter,
    /// The look.
    pub theme: Option<Theme>,
    /// Where the service is reached, without a slash at the end.
    pub base_url: String,
}

impl Ask<'_> {
    /// The address of a page of ours in the same language and look, and of the same day where the page is of a day.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        self.same_day(path, &[])
    }

    /// The same with conditions.
    #[must_use]
    pub fn same_day(&self, path: &str, conditions: &[(&'static str, &str)]) -> String {
        let mut pairs: Vec<(&'static str, String)> =
            conditions.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        pairs.extend(self.day().filter(|_| !OF_TODAY.contains(&path)));
        self.href_in(self.speech.language, self.theme, &format!("{path}{}", query_text(&pairs)))
    }

    /// The day that the address names.
    fn day(&self) -> Option<(&'static str, String)> {
        self.pairs.iter().find(|(name, _)| *name == "at").cloned()
    }

    /// An address of ours, path and query, in another language or look.
    #[must_use]
    pub fn href_in(&self, language: Language, theme: Option<Theme>, address: &str) -> String {
        let mut href = match (language, address.strip_prefix('/')) {
            (Language::Ru, _) => address.to_owned(),
            // The map of the region, which has no name of its own.
            (Language::En, Some(query)) if query.is_empty() || query.starts_with('?') => {
                format!("/en{query}")
            }
            (Language::En, _) => format!("/en{address}"),
        };
        if let Some(theme) = theme {
            href.push(if href.contains('?') { '&' } else { '?' });
            href.push_str("theme=");
            href.push_str(theme.code());
        }
        href
    }

    /// This very page, as a path with all that its address says.
    #[must_use]
    pub fn own_address(&self) -> String {
        let pairs: Vec<_> = self.pairs.iter().chain(&self.view).cloned().collect();
        format!("{}{}", self.path, query_text(&pairs))
    }

    /// An address with these conditions, some of them set to other values; an empty value takes one away.
    #[must_use]
    pub fn with(&self, path: &str, changes: &[(&'static str, &str)]) -> String {
        let others =
            self.pairs.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        let mut pairs: Vec<(&'static str, String)> = others.cloned().collect();
        let set = changes.iter().filter(|(_, value)| !value.is_empty());
        pairs.extend(set.map(|(name, value)| (*name, (*value).to_owned())));
        pairs.sort();
        self.href_in(self.speech.language, self.theme, &format!("{path}{}", query_text(&pairs)))
    }

    /// The address of an answer of the API about the same world: the evidence of a number.
    #[must_use]
    pub fn evidence(&self, path: &str, conditions: &[(&'static str, &str)]) -> String {
        let mut pairs: Vec<(&'static str, String)> =
            conditions.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        pairs.extend(self.day().map(|(_, day)| ("as_of", day)));
        format!("{path}{}", query_text(&pairs))
    }

    /// The address of the map at a place, of the same day, with further layers, which may be none.
    #[must_use]
    pub fn map_at(&self, place: Position, zoom: u8, layers: &str) -> String {
        let layers = [("layers", layers)];
        let address = self.same_day("/", if layers[0].1.is_empty() { &[] } else { &layers });
        format!("{address}#map={zoom}/{:.5}/{:.5}", place.lat_deg(), place.lon_deg())
    }

    /// The municipality that the conditions name, where it is one. Errors: there is no such municipality.
    pub fn subject(&self) -> Result<Option<&Municipality>, ReadError> {
        match &self.filter.municipality[..] {
            [one] => self.municipality(one).map(Some),
            _ => Ok(None),
        }
    }

    /// The name of a municipality.
    #[must_use]
    pub fn municipality_name<'m>(&self, m: &'m Municipality) -> &'m str {
        let version = m.current();
        self.speech.name(&version.short_name_ru, &version.name_en)
    }

    /// The name of a category.
    #[must_use]
    pub fn category_name<'c>(&self, c: &'c Category) -> &'c str {
        self.speech.name(&c.name_ru, &c.name_en)
    }

    /// The name of the category with this code; the code where there is none.
    #[must_use]
    pub fn category_called(&self, code: &str) -> String {
        let found = self.reading.snapshot.dictionary.find_category(code);
        found.map_or_else(|| code.to_owned(), |c| self.category_name(c).to_owned())
    }

    /// The name of the municipality with this id; a dash where there is none.
    #[must_use]
    pub fn municipality_called(&self, id: Option<&str>) -> String {
        let found = id.and_then(|id| self.reading.snapshot.dictionary.find_municipality(id));
        found.map_or_else(|| "—".to_owned(), |m| self.municipality_name(m).to_owned())
    }

    /// The name of the municipality with this number; of what is in none, that it is so.
    #[must_use]
    pub fn municipality_numbered(&self, no: Option<MunicipalityNo>) -> String {
        let found = no.and_then(|no| self.reading.snapshot.dictionary.municipality(no));
        found.map_or_else(|| self.speech.say("municipality.none"), |m| self.municipality_name(m).to_owned())
    }

    /// The name of the body with this id; a dash where there is none.
    #[must_use]
    pub fn body_called(&self, id: Option<&str>) -> String {
        let found = id.and_then(|id| self.reading.snapshot.dictionary.find_body(id));
        found.map_or_else(|| "—".to_owned(), |b| self.speech.name(&b.name_ru, &b.name_en).to_owned())
    }

    /// The name of the region.
    #[must_use]
    pub fn region_name(&self) -> String {
        let region = self.reading.snapshot.dictionary.region.as_ref();
        region.map_or_else(String::new, |r| self.speech.name(&r.name_ru, &r.name_en).to_owned())
    }

    /// What the conditions leave of the map: the municipality when it is one, else the region.
    #[must_use]
    pub fn place_name(&self) -> String {
        match &self.filter.municipality[..] {
            [one] => self.municipality_called(Some(one)),
            _ => self.region_name(),
        }
    }

    /// The municipality with this name in addresses. Errors: there is none.
    pub fn municipality(&self, name: &str) -> Result<&Municipality, ReadError> {
        let found = self.reading.snapshot.dictionary.find_municipality(name);
        found.ok_or(ReadError::NotFound("municipality"))
    }

    /// The day of the data, in words.
    #[must_use]
    pub fn as_of(&self) -> String {
        self.speech.date(self.reading.now)
    }
}

/// Parameters as the part of an address that begins with `?`; nothing without parameters.
#[must_use]
pub fn query_text<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        text.push(if text.is_empty() { '?' } else { '&' });
        text.push_str(name.as_ref());
        text.push('=');
        encode(&mut text, value.as_ref());
    }
    text
}

/// Percent-encodes all that is not plain; commas and colons may stand in a query and are easier to read so.
pub fn encode(out: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~,:".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_and_lists_stay_readable() {
        assert_eq!(
            query_text(&[("cat", "roads,water"), ("q", "яма & \"")]),
            "?cat=roads,water&q=%D1%8F%D0%BC%D0%B0%20%26%20%22"
        );
        assert_eq!(query_text::<&str, &str>(&[]), "");
    }
}
