//! Words: the names and sentences of an invented region, from the pack's `demo_texts.toml`.
//!
//! This is the file as it is; `wording` makes sentences of it. The little language of the templates is
//! described in [`super::template`].

use std::collections::BTreeMap;

use serde::Deserialize;

/// A pack's `demo_texts.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoPhrases {
    /// Names of streets.
    pub streets: Vec<StreetFamily>,
    /// What stands before the name of a settlement, by its kind (`city = "г."`).
    pub settlement_kinds: BTreeMap<String, String>,
    /// Names of settlements in sentences, by id.
    #[serde(default)]
    pub settlements: BTreeMap<String, SettlementWords>,
    /// How places are written.
    pub places: PlaceWords,
    /// References of acts and photos.
    pub evidence: EvidenceWords,
    /// Codes of reasons.
    pub reasons: Reasons,
    /// What citizens mark.
    pub criteria: Vec<Criterion>,
    /// Sentences for every type unless its sphere or itself has some.
    pub default: TextSet,
    /// Sentences for the types of a sphere.
    #[serde(default)]
    pub spheres: BTreeMap<String, TextSet>,
    /// Words of appeals, by code of a type, else of its sphere, else `default`.
    #[serde(default)]
    pub letters: BTreeMap<String, Vec<String>>,
    /// Sentences for a type: one or several cases of it, of which each record takes one.
    #[serde(default)]
    pub types: BTreeMap<String, Vec<TextSet>>,
}

/// Streets of one sort.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreetFamily {
    /// What stands before the name: `ул.`
    pub kind: String,
    /// The preposition of place: `на`.
    pub at: String,
    /// Only in settlements of at least so many residents.
    #[serde(default)]
    pub least_residents: u32,
    /// No longer than this, metres.
    pub longest_m: Option<f64>,
    /// One form (it does not change), two (nominative and all other cases) or four (nominative, genitive, dative,
    /// prepositional).
    pub names: Vec<Vec<String>>,
}

/// A settlement's name in sentences.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettlementWords {
    /// In addresses and titles: `с. Некрасовка`.
    pub label: String,
    /// Where: `в Некрасовке`.
    #[serde(rename = "in")]
    pub in_: String,
    /// Of what: `Некрасовки`.
    pub of: String,
    /// In the name of a road; without it the settlement's own name.
    pub road: Option<String>,
}

/// How places are written: templates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceWords {
    /// A road, of `{from}` and `{to}`.
    pub road: String,
    /// The same in the genitive.
    pub of_road: String,
    /// The same with its preposition.
    pub on_road: String,
    /// A kilometre `{n}` of a road.
    pub km: String,
    /// The same with its preposition.
    pub at_km: String,
    /// An address: with a house, with a street only, on a road, unknown.
    pub address_house: String,
    /// See above.
    pub address_street: String,
    /// See above.
    pub address_road: String,
    /// See above.
    pub address_unknown: String,
    /// Where, in a title: at a house, in a street, on a road, in a settlement.
    pub place_house: String,
    /// See above.
    pub place_street: String,
    /// See above.
    pub place_road: String,
    /// See above.
    pub place_town: String,
    /// At which house, in a sentence about the house.
    pub by_house: String,
    /// See above.
    pub by_street: String,
    /// See above.
    pub by_road: String,
    /// See above.
    pub by_town: String,
    /// Near which house, in a sentence about something beside it.
    pub near_house: String,
    /// See above.
    pub near_street: String,
    /// See above.
    pub near_road: String,
    /// See above.
    pub near_town: String,
    /// Where, in a sentence, without a house.
    pub where_street: String,
    /// See above.
    pub where_road: String,
    /// See above.
    pub where_town: String,
}

/// References of acts and photos: templates with `{no}` and `{date}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceWords {
    /// An act.
    pub act: String,
    /// A photo.
    pub photo: String,
    /// Confirmations by citizens.
    pub confirmations: String,
    /// A sampled inspection.
    pub inspection: String,
    /// The region's approval.
    pub approval: String,
    /// A complaint of the applicant.
    pub applicant: String,
}

/// Codes of reasons by what they are given for. A code may stand several times to be drawn more often.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    /// For moving a deadline.
    pub move_due: Vec<String>,
    /// For postponing.
    pub postpone: Vec<String>,
    /// For refusing.
    pub refuse: Vec<String>,
    /// For rejecting.
    pub reject: Vec<String>,
    /// For sending back from the check.
    pub send_back: Vec<String>,
    /// For another responsible body.
    pub reassign: Vec<String>,
}

/// Something that citizens mark.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its code, as marks carry it.
    pub code: String,
    /// Russian name.
    pub name_ru: String,
    /// English name.
    pub name_en: String,
}

/// Sentences of a type, of a sphere or of everything. Each list holds alternatives.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextSet {
    /// Only for places of so many residents, from and to.
    pub residents: Option<[u32; 2]>,
    /// Whether it can come back after it was resolved; unless said otherwise it can. What was missing and has been built
    /// cannot.
    pub recurs: Option<bool>,
    /// Titles, without a full stop.
    pub titles: Vec<String>,
    /// First sentences: what is wrong.
    pub opening: Vec<String>,
    /// Said next of problems that came back after a resolved one.
    pub again: Vec<String>,
    /// Whom it concerns, and how.
    pub effect: Vec<String>,
    /// What happened so far.
    pub history: Vec<String>,
    /// What it takes.
    pub need: Vec<String>,
    /// Values that the sentences of one problem share.
    pub facts: BTreeMap<String, Fact>,
}

/// A value to draw.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    /// A whole number: from, to and, after them, its step.
    Range(Vec<i64>),
    /// One of some words.
    Words(Vec<String>),
    /// A year so many years before the registration: from, to.
    Year {
        /// From, to.
        ago: [i64; 2],
    },
}
