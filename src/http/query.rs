//! The parameters of a request. Each must be one that the route names; values are parsed into types or refused.

use jiff::civil::Date;

use crate::domain::Timestamp;
use crate::geometry::Bounds;
use crate::service::filter::{Filter, Invalid, MAX_QUERY_CHARS, MAX_VALUES, Moment};

/// Longest query string, bytes.
pub const MAX_QUERY_BYTES: usize = 8_192;

/// More than all budgets of a region together.
const MAX_ROUBLES: u64 = 1_000_000_000_000_000;

/// Names of the parameters of the one filter.
pub const FILTER: &[&str] = &[
    "bbox",
    "municipality",
    "category",
    "status",
    "severity",
    "responsible",
    "due",
    "due_from",
    "due_to",
    "cost_from",
    "cost_to",
    "registered_from",
    "registered_to",
    "q",
    "as_of",
];

/// The parameters of a request, decoded.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pairs: Vec<(String, String)>,
}

/// Why a query string is refused before its values are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryError {
    /// A parameter that the address does not have.
    Unknown {
        /// The parameter.
        parameter: String,
        /// Those that it has.
        allowed: String,
    },
    /// A value that is not allowed.
    Invalid(Invalid),
}

impl From<Invalid> for QueryError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl Query {
    /// Takes a query string apart. `known` are the names that the address has.
    pub fn parse(text: &str, known: &[&str]) -> Result<Self, QueryError> {
        let query = Self::decoded(text)?;
        match query.pairs.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => {
                let allowed = known.join(", ");
                Err(QueryError::Unknown { parameter: name.chars().take(80).collect(), allowed })
            }
            None => Ok(query),
        }
    }

    /// Takes a query string apart and leaves out what is not among `known`.
    pub fn of_known(text: &str, known: &[&str]) -> Result<Self, QueryError> {
        let mut query = Self::decoded(text)?;
        query.pairs.retain(|(name, _)| known.contains(&name.as_str()));
        Ok(query)
    }

    /// Whether a parameter stands there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(known, _)| known == name)
    }

    /// Gives a parameter one value.
    pub fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.pairs.push((name.to_owned(), value.to_owned()));
    }

    /// Takes a parameter out.
    pub fn remove(&mut self, name: &str) {
        self.pairs.retain(|(known, _)| known != name);
    }

    fn decoded(text: &str) -> Result<Self, QueryError> {
        if text.len() > MAX_QUERY_BYTES {
            let allowed = MAX_QUERY_BYTES.to_string();
            return Err(Invalid::new("query", "too_long", &text[..0], allowed).into());
        }
        let pair = |part| {
            let (name, value) = split_pair(part);
            Ok((decode("query", name)?, decode("query", value)?))
        };
        let pairs =
            text.split('&').filter(|part| !part.is_empty()).map(pair).collect::<Result<_, Invalid>>()?;
        Ok(Self { pairs })
    }

    /// All parameters but one, as they were given.
    #[must_use]
    pub fn without(&self, name: &str) -> Vec<(&str, &str)> {
        let others = self.pairs.iter().filter(|(other, _)| other != name);
        others.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Values of a list parameter: repeated or comma-separated, sorted, without repetition.
    pub fn list(&self, name: &'static str) -> Result<Vec<String>, Invalid> {
        let mut values: Vec<String> = self
            .pairs
            .iter()
            .filter(|(n, _)| n == name)
            .flat_map(|(_, v)| v.split(','))
            .map(|v| v.trim().to_owned())
            .filter(|v| !v.is_empty())
            .collect();
        if values.len() > MAX_VALUES {
            return Err(Invalid::new(
                name,
                "too_many_values",
                &values.len().to_string(),
                MAX_VALUES.to_string(),
            ));
        }
        values.sort_unstable();
        values.dedup();
        Ok(values)
    }

    /// The value of a parameter that may stand once; an empty value counts as absent.
    pub fn one(&self, name: &'static str) -> Result<Option<&str>, Invalid> {
        let mut values = self.pairs.iter().filter(|(n, _)| n == name).map(|(_, v)| v.trim());
        let first = values.next();
        if values.next().is_some() {
            return Err(Invalid::new(name, "repeated", "", "1"));
        }
        Ok(first.filter(|v| !v.is_empty()))
    }

    /// A whole number; above `most` it is cut to it, as OGC API – Features wants for `limit`.
    pub fn count(&self, name: &'static str, default: usize, most: usize) -> Result<usize, Invalid> {
        let Some(text) = self.one(name)? else { return Ok(default) };
        match text.parse::<u64>() {
            Ok(n) if n >= 1 => Ok(usize::try_from(n).unwrap_or(most).min(most)),
            _ => Err(Invalid::new(name, "not_a_count", text, format!("1…{most}"))),
        }
    }

    /// Refuses parameters that only some of an address's variants have; `allowed` are those that this one has.
    pub fn none_of(&self, names: &[&str], allowed: &[&str]) -> Result<(), Invalid> {
        match names.iter().find(|name| self.pairs.iter().any(|(n, _)| n == *name)) {
            Some(name) => Err(Invalid::new("query", "not_here", name, allowed.join(", "))),
            None => Ok(()),
        }
    }

    /// A parameter with a few allowed words.
    pub fn word(
        &self,
        name: &'static str,
        allowed: &'static [&'static str],
    ) -> Result<Option<&'static str>, Invalid> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        match allowed.iter().find(|word| **word == text) {
            Some(word) => Ok(Some(word)),
            None => Err(Invalid::new(name, "unknown_value", text, allowed.join(", "))),
        }
    }

    /// The one filter.
    pub fn filter(&self) -> Result<Filter, Invalid> {
        let severity = |text: &String| {
            let digit = text.parse::<u8>().ok().filter(|n| (1..=5).contains(n));
            digit.ok_or_else(|| Invalid::new("severity", "unknown_value", text, "1, 2, 3, 4, 5"))
        };
        let filter = Filter {
            bbox: self.one("bbox")?.map(|text| parse_bbox("bbox", text)).transpose()?,
            municipality: self.list("municipality")?,
            category: self.list("category")?,
            status: self.list("status")?,
            severity: self.list("severity")?.iter().map(severity).collect::<Result<_, _>>()?,
            responsible: self.list("responsible")?,
            due: self.list("due")?,
            cost_from: self.roubles("cost_from")?,
            cost_to: self.roubles("cost_to")?,
            due_from: self.moment("due_from")?,
            due_to: self.moment("due_to")?,
            registered_from: self.moment("registered_from")?,
            registered_to: self.moment("registered_to")?,
            datetime: None,
            q: self.one("q")?.map(str::to_owned),
            as_of: self.moment("as_of")?,
        };
        if filter.q.as_ref().is_some_and(|q| q.chars().count() > MAX_QUERY_CHARS) {
            let got = filter.q.unwrap_or_default();
            return Err(Invalid::new("q", "too_long", &got, MAX_QUERY_CHARS.to_string()));
        }
        Ok(filter)
    }

    /// A sum of money, whole roubles.
    pub fn roubles(&self, name: &'static str) -> Result<Option<u64>, Invalid> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let number = text.parse::<u64>().ok().filter(|n| *n <= MAX_ROUBLES);
        let wrong = || Invalid::new(name, "not_a_count", text, format!("0…{MAX_ROUBLES}"));
        number.map(Some).ok_or_else(wrong)
    }

    /// A day or a moment.
    pub fn moment(&self, name: &'static str) -> Result<Option<Moment>, Invalid> {
        self.one(name)?.map(|text| parse_moment(name, text)).transpose()
    }
}

/// Parses `YYYY-MM-DD` or an RFC 3339 moment.
pub fn parse_moment(name: &'static str, text: &str) -> Result<Moment, Invalid> {
    let wrong = || Invalid::new(name, "not_a_date", text, "2026-11-22, 2026-11-22T10:00:00+10:00");
    if text.len() == 10 {
        let day: Date = text.parse().map_err(|_| wrong())?;
        return if (1900..2200).contains(&day.year()) { Ok(Moment::Day(day)) } else { Err(wrong()) };
    }
    // A plus sign that was not encoded has become a space.
    Timestamp::parse_rfc3339(&text.replace(' ', "+")).map(Moment::At).ok_or_else(wrong)
}

/// Parses a box of four numbers, or of six with heights, which are ignored.
pub fn parse_bbox(name: &'static str, text: &str) -> Result<Bounds, Invalid> {
    let wrong = || Invalid::new(name, "not_a_bbox", text, "west,south,east,north");
    let numbers: Vec<f64> =
        text.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().map_err(|_| wrong())?;
    if !numbers.iter().all(|n| n.is_finite()) {
        return Err(wrong());
    }
    let corners = match numbers[..] {
        [west, south, east, north] | [west, south, _, east, north, _] => [west, south, east, north],
        _ => return Err(wrong()),
    };
    Bounds::parse_degrees(corners).map_err(|_| wrong())
}

fn split_pair(part: &str) -> (&str, &str) {
    part.split_once('=').unwrap_or((part, ""))
}

/// Percent-decodes; `+` is a space.
fn decode(name: &'static str, text: &str) -> Result<String, Invalid> {
    let wrong = || Invalid::new(name, "not_percent_encoded", text, "UTF-8, %XX");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => {
                let hex = rest.get(..2).and_then(|h| std::str::from_utf8(h).ok()).ok_or_else(wrong)?;
                rest = &rest[2..];
                u8::from_str_radix(hex, 16).map_err(|_| wrong())?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_the_address_does_not_have_is_refused_with_those_that_it_has() {
        let error = Query::parse("limit=5&foo=1", &["limit", "bbox"]).unwrap_err();
        assert_eq!(error, QueryError::Unknown { parameter: "foo".into(), allowed: "limit, bbox".into() });
    }

    #[test]
    fn repeated_and_comma_separated_values_mean_the_same() {
        let a = Query::parse("status=overdue,open", FILTER).unwrap().filter().unwrap();
        let b = Query::parse("status=open&status=overdue&status=open", FILTER).unwrap().filter().unwrap();
        assert_eq!(a.canonical(), b.canonical());
    }

    #[test]
    fn boxes_with_wrong_numbers_are_refused() {
        for wrong in
            ["1,2,3", "1,2,3,x", "1,2,3,NaN", "200,0,210,1", "0,5,1,4", "", "1,2,3,4,5", "1,2,NaN,3,4,NaN"]
        {
            assert!(parse_bbox("bbox", wrong).is_err(), "{wrong}");
        }
        assert!(parse_bbox("bbox", "130,46,0,148,63,100").is_ok());
    }

    #[test]
    fn a_limit_above_the_most_is_cut_and_one_below_1_is_refused() {
        let limit = |text: &str| Query::parse(text, &["limit"]).unwrap().count("limit", 10, 1_000);
        assert_eq!(limit("limit=99999999999"), Ok(1_000));
        assert_eq!(limit(""), Ok(10));
        assert!(limit("limit=0").is_err() && limit("limit=-1").is_err() && limit("limit=a").is_err());
    }
}
