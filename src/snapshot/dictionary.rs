//! Names to numbers and back: region, municipalities, settlements, bodies, categories, rules, calendar, sources.
//!
//! Small (hundreds of entries), cloned when one of them changes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::domain::change::{CalendarYear, IdentityKey};
use crate::domain::deadline::{DayKind, DeadlineRule, LegalCalendar};
use crate::domain::embed::Embed;
use crate::domain::fallback::Fallback;
use crate::domain::ids::IdFormat;
use crate::domain::source::Source;
use crate::domain::time::Zone;
use crate::domain::token::Token;
use crate::domain::{
    Body, BodyNo, Category, CategoryNo, Kind, Municipality, MunicipalityNo, Record, Region, Settlement,
    SourceNo, Timestamp,
};
use crate::geometry::Mercator;
use crate::records::identity::IdentityHasher;

/// Code of the rule that holds where a category's own rule was not yet in force; every region pack has it.
const GENERAL_REPLY_RULE: &str = "reply_general";

/// All dictionaries of one world.
#[derive(Debug, Clone)]
pub struct Dictionary {
    /// The region; `None` in a world without anything in it.
    pub region: Option<Region>,
    /// The key of the identity hashes.
    pub identity_key: Option<IdentityKey>,
    /// Tells this atlas from others in entity tags; says nothing about the key that it is made from.
    pub atlas_id: String,
    /// Municipalities by number.
    pub municipalities: Vec<Municipality>,
    /// Settlements by number.
    pub settlements: Vec<Settlement>,
    /// Bodies by number.
    pub bodies: Vec<Body>,
    /// Categories by number.
    pub categories: Vec<Category>,
    /// Deadline rules by number.
    pub rules: Vec<DeadlineRule>,
    /// Sources by number.
    pub sources: Vec<Source>,
    /// Fallback coordinates by number.
    pub fallbacks: Vec<Fallback>,
    /// Service tokens by number.
    pub tokens: Vec<Token>,
    /// Keys of embeds by number.
    pub embeds: Vec<Embed>,
    /// Writes and reads public ids.
    pub ids: IdFormat,
    /// The region's calendar.
    pub calendar: Arc<LegalCalendar>,
    years: BTreeMap<u16, CalendarYear>,
    category_by_name: HashMap<String, CategoryNo>,
    body_by_name: HashMap<String, BodyNo>,
    source_by_name: HashMap<String, SourceNo>,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self {
            region: None,
            identity_key: None,
            atlas_id: String::new(),
            municipalities: Vec::new(),
            settlements: Vec::new(),
            bodies: Vec::new(),
            categories: Vec::new(),
            rules: Vec::new(),
            sources: Vec::new(),
            fallbacks: Vec::new(),
            tokens: Vec::new(),
            embeds: Vec::new(),
            ids: IdFormat::new(""),
            calendar: Arc::new(LegalCalendar::new(utc(), BTreeMap::new())),
            years: BTreeMap::new(),
            category_by_name: HashMap::new(),
            body_by_name: HashMap::new(),
            source_by_name: HashMap::new(),
        }
    }
}

fn utc() -> Zone {
    Zone::parse("UTC").expect("UTC is in every table of zones")
}

impl Dictionary {
    /// Takes in a dictionary entry. Other records are none of its business.
    pub fn put(&mut self, record: &Record) {
        match record {
            Record::Region(v) => {
                self.ids = IdFormat::new(&v.code);
                self.region = Some(v.clone());
                self.rebuild_calendar();
            }
            Record::IdentityKey(v) => {
                let identity = IdentityHasher::new(v).of(Kind::IdentityKey, "atlas", "id");
                self.atlas_id = format!("{identity:016x}");
                self.identity_key = Some(v.clone());
            }
            Record::Municipality(v) => place(&mut self.municipalities, v.no.index(), v),
            Record::Settlement(v) => place(&mut self.settlements, v.no.index(), v),
            Record::Body(v) => {
                for name in [&v.id, &v.name_ru, &v.name_en] {
                    self.body_by_name.entry(name.to_lowercase()).or_insert(v.no);
                }
                place(&mut self.bodies, v.no.index(), v);
            }
            Record::Category(v) => {
                for name in [&v.code, &v.name_ru, &v.name_en].into_iter().chain(&v.aliases) {
                    self.category_by_name.entry(name.to_lowercase()).or_insert(v.no);
                }
                place(&mut self.categories, v.no.index(), v);
            }
            Record::DeadlineRule(no, v) => place(&mut self.rules, usize::from(*no), v),
            Record::CalendarYear(v) => {
                self.years.insert(v.year, v.clone());
                self.rebuild_calendar();
            }
            Record::Source(v) => {
                self.source_by_name.insert(v.name.clone(), v.no);
                place(&mut self.sources, v.no.index(), v);
            }
            Record::Fallback(v) => place(&mut self.fallbacks, v.no.index(), v),
            Record::Token(v) => place(&mut self.tokens, v.no.index(), v),
            Record::Embed(v) => place(&mut self.embeds, v.no.index(), v),
            Record::Problem(_) | Record::Appeal(_) | Record::Mark(_) => {}
        }
    }

    /// Everything in it that came from records.
    pub(super) fn contents(&self) -> impl std::fmt::Debug + '_ {
        (
            (&self.region, &self.atlas_id, &self.municipalities, &self.settlements, &self.bodies),
            (
                &self.categories,
                &self.rules,
                &self.years,
                &self.sources,
                &self.fallbacks,
                &self.tokens,
                &self.embeds,
            ),
        )
    }

    fn rebuild_calendar(&mut self) {
        let zone = self.region.as_ref().and_then(|r| Zone::parse(&r.time_zone)).unwrap_or_else(utc);
        let exceptions: BTreeMap<_, DayKind> =
            self.years.values().flat_map(|year| year.exceptions.iter().copied()).collect();
        self.calendar = Arc::new(LegalCalendar::new(zone, exceptions));
    }

    /// The municipality with this number.
    #[must_use]
    pub fn municipality(&self, no: MunicipalityNo) -> Option<&Municipality> {
        self.municipalities.get(no.index())
    }

    /// The municipality with this id, slug, present or former code, or name.
    #[must_use]
    pub fn find_municipality(&self, name: &str) -> Option<&Municipality> {
        self.municipalities.iter().find(|m| m.is_called(name))
    }

    /// The category with this code or name, whatever the case.
    #[must_use]
    pub fn find_category(&self, name: &str) -> Option<&Category> {
        let no =
            self.category_by_name.get(name).or_else(|| self.category_by_name.get(&name.to_lowercase()))?;
        self.categories.get(no.index())
    }

    /// The category with this number.
    #[must_use]
    pub fn category(&self, no: CategoryNo) -> Option<&Category> {
        self.categories.get(no.index())
    }

    /// Numbers of a category and, when it is a sphere, of all its types.
    pub fn category_and_types<'a>(&'a self, code: &'a str) -> impl Iterator<Item = CategoryNo> + 'a {
        self.categories
            .iter()
            .filter(move |c| c.code == code || c.parent.as_deref() == Some(code))
            .map(|c| c.no)
    }

    /// The body with this id or name, whatever the case.
    #[must_use]
    pub fn find_body(&self, name: &str) -> Option<&Body> {
        let no = self.body_by_name.get(name).or_else(|| self.body_by_name.get(&name.to_lowercase()))?;
        self.bodies.get(no.index())
    }

    /// The body with this number.
    #[must_use]
    pub fn body(&self, no: BodyNo) -> Option<&Body> {
        self.bodies.get(no.index())
    }

    /// The source with this name.
    #[must_use]
    pub fn find_source(&self, name: &str) -> Option<SourceNo> {
        self.source_by_name.get(name).copied()
    }

    /// The rule with this code that holds at `t`.
    #[must_use]
    pub fn rule_at(&self, code: &str, t: Timestamp) -> Option<&DeadlineRule> {
        let day = self.calendar.zone().day_of(t);
        self.rules.iter().find(|rule| rule.code == code && rule.holds_on(day))
    }

    /// When the reply to an appeal of this category is due that was received at `t`; `None` for a category without a reply
    /// rule. Before its own rule came into force the general one holds.
    #[must_use]
    pub fn reply_due(&self, category: CategoryNo, t: Timestamp) -> Option<Timestamp> {
        let code = self.category(category)?.reply_rule.as_deref()?;
        let rule = self.rule_at(code, t).or_else(|| self.rule_at(GENERAL_REPLY_RULE, t))?;
        Some(self.calendar.due(rule, t))
    }

    /// The token whose text has this hash.
    #[must_use]
    pub fn find_token(&self, sha256: &str) -> Option<&Token> {
        self.tokens.iter().find(|token| token.sha256 == sha256 && token.revoked_at.is_none())
    }

    /// The key of embeds that reads so and was not taken back.
    #[must_use]
    pub fn find_embed(&self, key: &str) -> Option<&Embed> {
        self.embeds.iter().find(|embed| embed.key == key && embed.removed_at.is_none())
    }

    /// The fallback coordinates of a layer.
    #[must_use]
    pub fn fallback_places(&self, layer: Kind) -> FallbackPlaces {
        let of_layer = self.fallbacks.iter().filter(|f| f.layer == layer);
        FallbackPlaces(of_layer.map(|f| (f.source.0, Mercator::from(f.position))).collect())
    }
}

/// The fallback coordinates of one layer: a handful of (source, place).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FallbackPlaces(Vec<(u16, Mercator)>);

impl FallbackPlaces {
    /// Whether a row of `source` at `place` stands on one of them.
    #[must_use]
    pub fn contains(&self, source: u16, place: Mercator) -> bool {
        self.0.iter().any(|(s, p)| *s == source && *p == place)
    }
}

/// Puts an entry at its number. Numbers are given out without gaps, in order.
fn place<T: Clone>(table: &mut Vec<T>, at: usize, value: &T) {
    match table.get_mut(at) {
        Some(old) => *old = value.clone(),
        None => table.push(value.clone()),
    }
}
