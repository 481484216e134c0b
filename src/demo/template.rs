//! Sentences with gaps: the little language in which a region pack writes its texts.
//!
//! | written | means |
//! |---|---|
//! | `{street}` | the value of that name, a text or a number |
//! | `{flats:квартира\|квартиры\|квартир}` | the number and its noun: `24 квартиры` |
//! | `[ветхий\|аварийный]` | one of the alternatives, drawn by chance; they may have gaps, but no alternatives |
//! | `~` | a space that does not break |
//!
//! A template whose gaps cannot all be filled is not used: a title that names a street is not for a place without one.

use super::chance::Chance;
use super::numerals::{NO_BREAK, form, whole};

/// What fills a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Words.
    Text(String),
    /// A number, which may take a noun.
    Number(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// What can be said: values by name.
pub trait Scene {
    /// The value with this name, where there is one.
    fn value(&self, name: &str) -> Option<Value>;
}

/// A sentence with gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Gap { name: String, forms: Option<[String; 3]> },
    Choice(Vec<Template>),
}

/// Why a text is not a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} in «{text}»")]
pub struct TemplateError {
    /// What is wrong.
    pub what: &'static str,
    /// The text.
    pub text: String,
}

impl Template {
    /// Reads a template.
    ///
    /// Errors: a bracket without its partner, an empty name, a number of forms other than three.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        parse(text).map_err(|what| TemplateError { what, text: text.to_owned() })
    }

    /// The names of all gaps, those of alternatives included.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let of = |piece| match piece {
            &Piece::Text(_) => Vec::new(),
            Piece::Gap { name, .. } => vec![name.as_str()],
            Piece::Choice(ways) => ways.iter().flat_map(Self::names).collect(),
        };
        self.pieces.iter().flat_map(of).collect()
    }

    /// Whether every gap can be filled, those of all alternatives included.
    pub fn fits(&self, scene: &impl Scene) -> bool {
        self.pieces.iter().all(|piece| match piece {
            Piece::Text(_) => true,
            Piece::Gap { name, forms: None } => scene.value(name).is_some(),
            Piece::Gap { name, .. } => matches!(scene.value(name), Some(Value::Number(_))),
            Piece::Choice(ways) => ways.iter().all(|way| way.fits(scene)),
        })
    }

    /// The sentence with its gaps filled. Gaps that cannot be filled stay empty: see [`Self::fits`].
    pub fn fill(&self, scene: &impl Scene, chance: &mut Chance) -> String {
        let mut text = String::new();
        self.fill_into(scene, chance, &mut text);
        text
    }

    fn fill_into(&self, scene: &impl Scene, chance: &mut Chance, text: &mut String) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Gap { name, forms } => match (scene.value(name), forms) {
                    (Some(Value::Number(n)), Some(forms)) => {
                        text.push_str(&whole(n));
                        text.push(NO_BREAK);
                        text.push_str(&forms[form(n)]);
                    }
                    (Some(Value::Number(n)), None) => text.push_str(&whole(n)),
                    (Some(Value::Text(words)), _) => text.push_str(&words),
                    (None, _) => {}
                },
                Piece::Choice(ways) => {
                    if let Some(way) = chance.pick(ways) {
                        way.fill_into(scene, chance, text);
                    }
                }
            }
        }
    }
}

fn parse(text: &str) -> Result<Template, &'static str> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find(['{', '[', '}', ']']) {
        let (plain, bracketed) = rest.split_at(at);
        push_text(&mut pieces, plain);
        let (close, unclosed) = match bracketed.chars().next() {
            Some('{') => ('}', "a gap that is not closed"),
            Some('[') => (']', "a choice that is not closed"),
            _ => return Err("a closing bracket without an opening one"),
        };
        let end = bracketed.find(close).ok_or(unclosed)?;
        let inner = &bracketed[1..end];
        pieces.push(if close == '}' { parse_gap(inner)? } else { parse_choice(inner)? });
        rest = &bracketed[end + 1..];
    }
    push_text(&mut pieces, rest);
    Ok(Template { pieces })
}

fn push_text(pieces: &mut Vec<Piece>, plain: &str) {
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain.replace('~', &NO_BREAK.to_string())));
    }
}

fn parse_gap(inner: &str) -> Result<Piece, &'static str> {
    let (name, forms) = match inner.split_once(':') {
        None => (inner, None),
        Some((name, forms)) => {
            let forms: Vec<String> = forms.split('|').map(str::to_owned).collect();
            let forms: [String; 3] = forms.try_into().map_err(|_| "a noun without its three forms")?;
            (name, Some(forms))
        }
    };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if !is_name {
        return Err("a gap whose name is not of the letters a–z and _");
    }
    Ok(Piece::Gap { name: name.to_owned(), forms })
}

/// Alternatives are parted by `|`, except within a gap, where it parts the forms of a noun.
fn parse_choice(inner: &str) -> Result<Piece, &'static str> {
    if inner.contains('[') {
        return Err("a choice within a choice");
    }
    let (mut ways, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            '|' if depth == 0 => {
                ways.push(parse(&inner[start..at])?);
                start = at + 1;
            }
            _ => {}
        }
    }
    ways.push(parse(&inner[start..])?);
    Ok(Piece::Choice(ways))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::chance::Topic;

    struct House;

    impl Scene for House {
        fn value(&self, name: &str) -> Option<Value> {
            match name {
                "street" => Some("ул. Калинина".into()),
                "flats" => Some(Value::Number(24)),
                "people" => Some(Value::Number(12_501)),
                _ => None,
            }
        }
    }

    fn fill(text: &str) -> String {
        Template::parse(text).unwrap().fill(&House, &mut Chance::stream(1, Topic::Words, 0))
    }

    #[test]
    fn gaps_are_filled_and_nouns_agree_with_their_number() {
        assert_eq!(fill("{street}, {flats}"), "ул. Калинина, 24");
        assert_eq!(fill("{flats:квартира|квартиры|квартир}"), "24\u{a0}квартиры");
        assert_eq!(fill("около {people:жителя|жителей|жителей}"), "около 12\u{a0}501\u{a0}жителя");
        assert_eq!(fill("№~3"), "№\u{a0}3");
    }

    #[test]
    fn one_of_the_alternatives_is_taken_and_may_have_gaps() {
        let ways = ["дом", "24\u{a0}квартиры"];
        assert!(ways.contains(&fill("[дом|{flats:квартира|квартиры|квартир}]").as_str()));
    }

    #[test]
    fn a_template_fits_when_every_gap_can_be_filled() {
        let fits = |text: &str| Template::parse(text).unwrap().fits(&House);
        assert!(fits("{street} [{flats}|дом]"));
        assert!(!fits("{street}, {road}"));
        assert!(!fits("[дом|{road}]"));
        assert!(!fits("{street:дом|дома|домов}"), "a noun needs a number");
    }

    #[test]
    fn a_broken_template_is_refused() {
        for broken in ["{street", "street}", "[а|б", "{}", "{Дом}", "{n:а|б}", "[а|[б|в]]"] {
            assert!(Template::parse(broken).is_err(), "{broken}");
        }
    }
}
