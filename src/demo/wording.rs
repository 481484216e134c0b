//! Titles, descriptions, addresses and references: sentences made of a pack's words.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::chance::Chance;
use super::numerals;
use super::phrases::{DemoPhrases, Fact, PlaceWords, Reasons, TextSet};
use super::spots::Spot;
use super::template::{Scene, Template, TemplateError, Value};
use super::themes::Theme;
use super::towns::{Street, Town};
use crate::domain::problem::{MAX_DESCRIPTION_CHARS, MAX_TITLE_CHARS};

/// Key of the letters for every type.
const ANY: &str = "default";

/// The year in which a problem that came back was resolved.
pub const RESOLVED_YEAR: &str = "resolved_year";

/// No fact has a wider range than this.
const WIDEST_FACT: i64 = 1_000_000_000;

/// One list of sentences.
type Part = fn(&Sentences) -> &[Template];

/// A pack's words, ready to use.
#[derive(Debug)]
pub struct Phrasebook<'a> {
    default: Sentences,
    spheres: BTreeMap<&'a str, Sentences>,
    types: BTreeMap<&'a str, Vec<Sentences>>,
    letters: BTreeMap<&'a str, Vec<Template>>,
    places: Places,
    references: BTreeMap<Reference, Template>,
    /// Codes of reasons.
    pub reasons: &'a Reasons,
}

/// A sort of reference to a piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // the names are those of `EvidenceWords`
pub enum Reference {
    Act,
    Photo,
    Confirmations,
    Inspection,
    Approval,
    Applicant,
}

/// The sentences of a case, of a sphere or of everything.
#[derive(Debug)]
pub struct Sentences {
    residents: Option<[u32; 2]>,
    recurs: bool,
    titles: Vec<Template>,
    opening: Vec<Template>,
    again: Vec<Template>,
    effect: Vec<Template>,
    history: Vec<Template>,
    need: Vec<Template>,
    facts: Vec<(String, Fact)>,
}

#[derive(Debug)]
struct Places {
    roads: [(&'static str, Template); 3],
    kilometres: [(&'static str, Template); 2],
    addresses: [Template; 4],
    /// By name, the most exact first.
    names: [(&'static str, Vec<Template>); 4],
}

impl<'a> Phrasebook<'a> {
    /// Reads all templates of a pack.
    pub fn compile(phrases: &'a DemoPhrases) -> Result<Self, TemplateError> {
        let sphere = |(code, set): (&'a String, &TextSet)| Ok((code.as_str(), Sentences::compile(set)?));
        let cases = |(code, sets): (&'a String, &'a Vec<TextSet>)| {
            let cases: Result<Vec<Sentences>, TemplateError> = sets.iter().map(Sentences::compile).collect();
            Ok((code.as_str(), cases?))
        };
        let letters = |(code, texts): (&'a String, &Vec<String>)| Ok((code.as_str(), templates(texts)?));
        let words = &phrases.evidence;
        let references = [
            (Reference::Act, &words.act),
            (Reference::Photo, &words.photo),
            (Reference::Confirmations, &words.confirmations),
            (Reference::Inspection, &words.inspection),
            (Reference::Approval, &words.approval),
            (Reference::Applicant, &words.applicant),
        ];
        let reference = |(sort, text): (Reference, &String)| Ok((sort, Template::parse(text)?));
        Ok(Self {
            default: Sentences::compile(&phrases.default)?,
            spheres: phrases.spheres.iter().map(sphere).collect::<Result<_, TemplateError>>()?,
            types: phrases.types.iter().map(cases).collect::<Result<_, TemplateError>>()?,
            letters: phrases.letters.iter().map(letters).collect::<Result<_, TemplateError>>()?,
            places: Places::compile(&phrases.places)?,
            references: references.into_iter().map(reference).collect::<Result<_, TemplateError>>()?,
            reasons: &phrases.reasons,
        })
    }

    /// What can be said of a place.
    #[must_use]
    pub fn telling(&self, spot: &Spot, towns: &[Town], roads: &[super::roads::Road]) -> Telling {
        let mut telling = Telling::default();
        let chance = &mut Chance::stream(0, super::chance::Topic::Words, 0);
        if let Some(town) = spot.town.and_then(|n| towns.get(n)) {
            telling.say("town", town.words.label.as_str());
            telling.say("in_town", town.words.in_.as_str());
            telling.say("of_town", town.words.of.as_str());
            if let Some(street) = spot.street.and_then(|n| town.streets.get(n)) {
                telling.say_street(street, spot.house.as_deref());
            }
        }
        if let Some((road, km)) = spot.road {
            let name = |n: usize| road_end(&towns[n]);
            telling.say("from", name(roads[road].from).as_str());
            telling.say("to", name(roads[road].to).as_str());
            telling.count("n", km);
            for (name, template) in self.places.roads.iter().chain(&self.places.kilometres) {
                let text = template.fill(&telling, chance);
                telling.say(name, text.as_str());
            }
        }
        telling.say("length", numerals::length(spot.length_m).as_str());
        telling.say("area", numerals::area(spot.area_m2).as_str());
        for (name, templates) in &self.places.names {
            let fitting = templates.iter().find(|template| template.fits(&telling));
            let text = fitting.map(|template| template.fill(&telling, chance)).unwrap_or_default();
            telling.say(name, text.as_str());
        }
        telling
    }

    /// Whether a theme has a case that can come back after it was resolved.
    #[must_use]
    pub fn recurs(&self, theme: &Theme) -> bool {
        self.types.get(theme.code.as_str()).is_none_or(|cases| cases.iter().any(|case| case.recurs))
    }

    /// Chooses the case of a type that a problem tells of, and draws the facts that its sentences share. When the telling
    /// has [`RESOLVED_YEAR`], the problem came back.
    pub fn story(
        &self,
        theme: &Theme,
        residents: f64,
        year: i64,
        mut telling: Telling,
        chance: &mut Chance,
    ) -> Story<'_> {
        telling.say("type", theme.name_ru.as_str());
        telling.count("year", year);
        let common = self.spheres.get(theme.sphere.as_str()).into_iter().chain([&self.default]);
        let cases: &[Sentences] = self.types.get(theme.code.as_str()).map_or(&[], |cases| cases);
        let first = chance.below(cases.len());
        let again = telling.value(RESOLVED_YEAR).is_some();
        let suits = |case: &&Sentences| case.suits(residents) && (case.recurs || !again);
        for case in cases[first..].iter().chain(&cases[..first]).filter(suits) {
            let levels: Vec<&Sentences> = [case].into_iter().chain(common.clone()).collect();
            let told = with_facts(&levels, year, telling.clone(), chance);
            if case.titles.is_empty() || case.titles.iter().any(|template| template.fits(&told)) {
                return Story { levels, telling: told, theme: theme.name_ru.clone() };
            }
        }
        let levels: Vec<&Sentences> = common.collect();
        let telling = with_facts(&levels, year, telling, chance);
        Story { levels, telling, theme: theme.name_ru.clone() }
    }

    /// The words of an appeal about a theme.
    pub fn letter(&self, theme: &Theme, telling: &Telling, chance: &mut Chance) -> Option<String> {
        let codes = [theme.code.as_str(), theme.sphere.as_str(), ANY];
        codes.iter().find_map(|code| pick_fitting(self.letters.get(code)?, telling, chance))
    }

    /// The address of a place.
    #[must_use]
    pub fn address(&self, telling: &Telling, chance: &mut Chance) -> Option<String> {
        let fitting = self.places.addresses.iter().find(|template| template.fits(telling));
        fitting.map(|template| template.fill(telling, chance))
    }

    /// A reference to a piece of evidence.
    pub fn reference(&self, sort: Reference, day: Date, chance: &mut Chance) -> String {
        let mut telling = Telling::default();
        telling.count("no", 1 + chance.below(640) as i64);
        let date = format!("{:02}.{:02}.{}", day.day(), day.month(), day.year());
        telling.say("date", date.as_str());
        self.references.get(&sort).map(|template| template.fill(&telling, chance)).unwrap_or_default()
    }
}

/// What a record tells: one case of its type, with its facts.
#[derive(Debug)]
pub struct Story<'b> {
    /// The sentences of the case, of the sphere and of everything, in this order.
    levels: Vec<&'b Sentences>,
    telling: Telling,
    theme: String,
}

impl Story<'_> {
    /// A title without a full stop, at most [`MAX_TITLE_CHARS`] long.
    pub fn title(&self, chance: &mut Chance) -> String {
        let drawn = (0..6)
            .filter_map(|_| self.sentence(|s| &s.titles, chance))
            .find(|title| title.chars().count() <= MAX_TITLE_CHARS);
        drawn.unwrap_or_else(|| self.theme.chars().take(MAX_TITLE_CHARS).collect())
    }

    /// A description of two to five sentences.
    pub fn description(&self, chance: &mut Chance) -> String {
        let mut parts: Vec<String> = self.sentence(|s| &s.opening, chance).into_iter().collect();
        if self.telling.value(RESOLVED_YEAR).is_some() {
            parts.extend(self.sentence(|s| &s.again, chance));
        }
        let later: [(Part, f64); 3] = [(|s| &s.effect, 0.9), (|s| &s.history, 0.55), (|s| &s.need, 0.75)];
        for (part, share) in later {
            if chance.happens(share) {
                parts.extend(self.sentence(part, chance));
            }
        }
        if parts.len() < 2 {
            parts.extend(self.sentence(|s| &s.need, chance));
        }
        parts.join(" ").chars().take(MAX_DESCRIPTION_CHARS).collect()
    }

    /// One of the fitting sentences of the first level that has any.
    fn sentence(&self, part: Part, chance: &mut Chance) -> Option<String> {
        self.levels.iter().find_map(|sentences| pick_fitting(part(sentences), &self.telling, chance))
    }
}

/// One of the templates that can be filled, filled.
fn pick_fitting(templates: &[Template], telling: &Telling, chance: &mut Chance) -> Option<String> {
    let fitting: Vec<&Template> = templates.iter().filter(|t| t.fits(telling)).collect();
    chance.pick(&fitting).map(|template| sentence_case(&template.fill(telling, chance)))
}

/// Adds the facts of all levels; where two levels name one, the first has it.
fn with_facts(levels: &[&Sentences], year: i64, mut telling: Telling, chance: &mut Chance) -> Telling {
    for (name, fact) in levels.iter().flat_map(|sentences| &sentences.facts) {
        let value = draw_fact(fact, year, chance);
        if telling.value(name).is_none() {
            telling.values.push((name.clone(), value));
        }
    }
    telling
}

fn road_end(town: &Town) -> String {
    let bare = || town.words.label.split_once(' ').map_or(town.words.label.as_str(), |(_, name)| name);
    town.words.road.clone().unwrap_or_else(|| bare().to_owned())
}

fn draw_fact(fact: &Fact, year: i64, chance: &mut Chance) -> Value {
    let mut range = |low: i64, high: i64, step: i64| {
        let (step, span) = (step.max(1), high.saturating_sub(low).clamp(0, WIDEST_FACT));
        low.saturating_add(step * chance.below(usize::try_from(span / step).unwrap_or(0) + 1) as i64)
    };
    match fact {
        Fact::Range(limits) => match limits[..] {
            [low, high, step, ..] => Value::Number(range(low, high, step)),
            [low, high] => Value::Number(range(low, high, 1)),
            [only] => Value::Number(only),
            [] => Value::Number(0),
        },
        Fact::Words(words) => Value::Text(chance.pick(words).cloned().unwrap_or_default()),
        Fact::Year { ago: [low, high] } => Value::Number(year.saturating_sub(range(*low, *high, 1))),
    }
}

/// A sentence with a capital at its beginning.
fn sentence_case(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + rest.as_str()
}

fn templates(texts: &[String]) -> Result<Vec<Template>, TemplateError> {
    texts.iter().map(|text| Template::parse(text)).collect()
}

impl Sentences {
    fn compile(set: &TextSet) -> Result<Self, TemplateError> {
        Ok(Self {
            residents: set.residents,
            recurs: set.recurs.unwrap_or(true),
            titles: templates(&set.titles)?,
            opening: templates(&set.opening)?,
            again: templates(&set.again)?,
            effect: templates(&set.effect)?,
            history: templates(&set.history)?,
            need: templates(&set.need)?,
            facts: set.facts.iter().map(|(name, fact)| (name.clone(), fact.clone())).collect(),
        })
    }

    /// Whether the case occurs where so many people live.
    fn suits(&self, residents: f64) -> bool {
        self.residents.is_none_or(|[from, to]| (f64::from(from)..=f64::from(to)).contains(&residents.round()))
    }
}

impl Places {
    fn compile(words: &PlaceWords) -> Result<Self, TemplateError> {
        let parse = |text: &String| Template::parse(text);
        let all = |texts: [&String; 4]| texts.into_iter().map(parse).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            roads: [
                ("road", parse(&words.road)?),
                ("of_road", parse(&words.of_road)?),
                ("on_road", parse(&words.on_road)?),
            ],
            kilometres: [("km", parse(&words.km)?), ("at_km", parse(&words.at_km)?)],
            addresses: [
                parse(&words.address_house)?,
                parse(&words.address_street)?,
                parse(&words.address_road)?,
                parse(&words.address_unknown)?,
            ],
            names: [
                (
                    "place",
                    all([&words.place_house, &words.place_street, &words.place_road, &words.place_town])?,
                ),
                ("by", all([&words.by_house, &words.by_street, &words.by_road, &words.by_town])?),
                ("near", all([&words.near_house, &words.near_street, &words.near_road, &words.near_town])?),
                (
                    "where",
                    all([&words.where_street, &words.where_street, &words.where_road, &words.where_town])?,
                ),
            ],
        })
    }
}

/// What can be said: values by name.
#[derive(Debug, Clone, Default)]
pub struct Telling {
    values: Vec<(String, Value)>,
}

impl Scene for Telling {
    fn value(&self, name: &str) -> Option<Value> {
        self.values.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    }
}

impl Telling {
    /// Adds words.
    pub fn say(&mut self, name: &str, words: &str) {
        self.values.push((name.to_owned(), words.into()));
    }

    /// Adds a number.
    pub fn count(&mut self, name: &str, n: i64) {
        self.values.push((name.to_owned(), Value::Number(n)));
    }

    fn say_street(&mut self, street: &Street, house: Option<&str>) {
        let (kind, [name, of, to, at]) = (&street.kind, &street.forms);
        let named = [
            ("street", format!("{kind} {name}")),
            ("of_street", format!("{kind} {of}")),
            ("along_street", format!("по {kind} {to}")),
            ("on_street", format!("{} {kind} {at}", street.at)),
        ];
        for (slot, text) in &named {
            self.say(slot, text);
        }
        if let Some(house) = house {
            self.say("house", house);
            self.say("address", &format!("{kind} {name}, {house}"));
            self.say("along_address", &format!("по {kind} {to}, {house}"));
        }
    }
}
