//! The parts of one GeoJSON feature as text: wanted properties, geometry, id. Nothing is built that is not needed.
//!
//! Features come from [`super::split`]; geometries are read by [`super::geometry_json`].

use std::borrow::Cow;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A feature, its parts still JSON text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Feature<'a> {
    /// The geometry unless it is missing or null.
    pub geometry: Option<&'a str>,
    /// The properties unless they are missing or null.
    pub properties: Option<&'a str>,
    id: Option<&'a str>,
}

/// Why a text is not a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FeatureFault {
    NotJson,
    NotFeature,
}

#[derive(Deserialize)]
struct FeatureText<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    geometry: Option<&'a RawValue>,
    #[serde(borrow)]
    properties: Option<&'a RawValue>,
}

impl<'a> Feature<'a> {
    /// Takes a feature apart. Members that it does not know are skipped; a member that stands there twice is a fault.
    pub(super) fn parse(text: &'a str) -> Result<Self, FeatureFault> {
        if !text.starts_with('{') {
            let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
            return Err(if is_json { FeatureFault::NotFeature } else { FeatureFault::NotJson });
        }
        let parts: FeatureText = serde_json::from_str(text).map_err(|_| FeatureFault::NotJson)?;
        let kind = parts.kind.and_then(|kind| scalar_text(kind.get()));
        if kind.as_deref() != Some("Feature") {
            return Err(FeatureFault::NotFeature);
        }
        Ok(Self {
            geometry: parts.geometry.map(RawValue::get),
            properties: parts.properties.map(RawValue::get),
            id: parts.id.map(RawValue::get),
        })
    }

    /// The feature's own id when it is a text or a number.
    pub(super) fn id(&self) -> Option<Cow<'a, str>> {
        self.id.filter(|id| !matches!(id.as_bytes().first(), Some(b't' | b'f'))).and_then(scalar_text)
    }
}

/// The values of wanted properties.
#[derive(Debug, Default)]
pub(super) struct PropertyCells<'a> {
    /// One per wanted name; empty when absent or null.
    pub cells: Vec<Cow<'a, str>>,
    /// Cells that hold a list or an object, as bits.
    pub compound: u64,
    /// Cells whose property was there, as bits.
    pub seen: u64,
}

impl<'a> PropertyCells<'a> {
    /// Reads the properties called `names` (64 at most) out of the JSON object `text`.
    pub(super) fn read(&mut self, names: &[String], text: Option<&'a str>) -> Result<(), FeatureFault> {
        self.cells.clear();
        self.cells.resize(names.len(), Cow::Borrowed(""));
        (self.compound, self.seen) = (0, 0);
        let Some(text) = text else { return Ok(()) };
        let mut deserializer = serde_json::Deserializer::from_str(text);
        deserializer
            .deserialize_map(PropertiesVisitor { names, into: self })
            .map_err(|_| FeatureFault::NotJson)
    }

    fn put(&mut self, cell: usize, value: &'a str) -> bool {
        let bit = 1 << cell;
        self.seen |= bit;
        self.compound &= !bit;
        match value.as_bytes().first() {
            Some(b'{' | b'[') => {
                self.compound |= bit;
                self.cells[cell] = Cow::Borrowed(value);
            }
            Some(b'n') => self.cells[cell] = Cow::Borrowed(""),
            _ => match scalar_text(value) {
                Some(text) => self.cells[cell] = text,
                None => return false,
            },
        }
        true
    }
}

struct PropertiesVisitor<'s, 'a> {
    names: &'s [String],
    into: &'s mut PropertyCells<'a>,
}

impl<'a> Visitor<'a> for PropertiesVisitor<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        // Features of a file list their properties in the same order: the next wanted name is the likely one.
        let mut likely = 0;
        while let Some(found) = map.next_key_seed(NameSeed { names: self.names, likely })? {
            let Some(cell) = found else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            likely = cell + 1;
            let value: &'a RawValue = map.next_value()?;
            if !self.into.put(cell, value.get()) {
                return Err(serde::de::Error::custom("a text with a broken escape"));
            }
        }
        Ok(())
    }
}

/// Reads a key as the number of the wanted name that it is.
struct NameSeed<'s> {
    names: &'s [String],
    likely: usize,
}

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        if self.names.get(self.likely).is_some_and(|likely| likely == name) {
            return Ok(Some(self.likely));
        }
        Ok(self.names.iter().position(|wanted| wanted == name))
    }
}

/// The text of a JSON string, number or literal; `None` for null, lists, objects and broken escapes.
fn scalar_text(json: &str) -> Option<Cow<'_, str>> {
    match json.as_bytes().first()? {
        b'"' if !json.contains('\\') => json.get(1..json.len() - 1).map(Cow::Borrowed),
        b'"' => serde_json::from_str::<String>(json).ok().map(Cow::Owned),
        b'n' | b'{' | b'[' => None,
        _ => Some(Cow::Borrowed(json)),
    }
}

/// Calls `each` with every property and its text; lists and objects as they are written. Nulls are left out.
pub(super) fn for_each_property(text: &str, mut each: impl FnMut(&str, &str)) {
    type Pair<'a> = (Cow<'a, str>, &'a RawValue);
    struct All<'f, F>(&'f mut F);
    impl<'de, F: FnMut(&str, &str)> Visitor<'de> for All<'_, F> {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some((name, value)) = map.next_entry::<_, _>()? {
                let (name, value): Pair<'de> = (name, value);
                match value.get() {
                    "null" => {}
                    json => (self.0)(&name, &scalar_text(json).unwrap_or(Cow::Borrowed(json))),
                }
            }
            Ok(())
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // The text was read once before; a fault would have been found then.
    let _ = deserializer.deserialize_map(All(&mut each));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn scalars_become_text_nulls_become_empty_and_the_rest_is_marked() {
        let text = r#"{"a":"x\ny","skipped":{"a":1},"b":12.50,"c":true,"d":null,"e":[1,2],"a2":"plain"}"#;
        let mut cells = PropertyCells::default();
        cells.read(&names(&["a", "b", "c", "d", "e", "missing"]), Some(text)).unwrap();
        assert_eq!(cells.cells, ["x\ny", "12.50", "true", "", "[1,2]", ""]);
        assert_eq!(cells.compound, 0b01_0000);
        assert_eq!(cells.seen, 0b01_1111);
    }

    #[test]
    fn a_feature_needs_its_type_and_each_member_once() {
        let fault = |text: &str| Feature::parse(text).map(|_| ()).unwrap_err();
        assert_eq!(fault(r#"{"type":"Point","coordinates":[1,2]}"#), FeatureFault::NotFeature);
        assert_eq!(fault(r#"{"geometry":null}"#), FeatureFault::NotFeature);
        assert_eq!(fault("[1]"), FeatureFault::NotFeature);
        assert_eq!(fault("null"), FeatureFault::NotFeature);
        assert_eq!(fault(r#"{"type":"Feature","type":"Feature"}"#), FeatureFault::NotJson);
        assert_eq!(fault(r#"{"type":"Feature","geometry":nul}"#), FeatureFault::NotJson);
        assert_eq!(fault(r#"{"type":"Feature"} x"#), FeatureFault::NotJson);
    }

    #[test]
    fn an_id_is_a_text_or_a_number() {
        let id = |json: &str| {
            let text = format!(r#"{{"type":"Feature","id":{json}}}"#);
            Feature::parse(&text).unwrap().id().map(Cow::into_owned)
        };
        assert_eq!(id("\"A-1\"").as_deref(), Some("A-1"));
        assert_eq!(id("101001242404").as_deref(), Some("101001242404"));
        for other in ["null", "true", "[1]", "{}"] {
            assert_eq!(id(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,80}", json in "[\\[\\]{}\":,a0n.\\\\u-]{0,60}") {
            for text in [text, json] {
                let _ = Feature::parse(&text);
                let _ = PropertyCells::default().read(&names(&["a", "type"]), Some(&text));
            }
        }
    }
}
