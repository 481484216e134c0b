//! What a frame, a picture and oEmbed tell of one selection: the same title, paragraph and map in all of them.

use maud::{Markup, html};

use super::ask::Ask;
use super::embed_view::{Mode, View};
use super::map::{Caption, Dot, class_map, dot_of, dots_map, region_map, with_ring};
use super::parts::{due_words, problem_table, summary_of};
use super::speech::as_heading;
use super::summary::paragraph;
use super::table::appeal_table;
use crate::domain::{MunicipalityNo, Timestamp};
use crate::geometry::Position;
use crate::render::palette::palette;
use crate::render::symbols::Group;
use crate::service::ReadError;
use crate::service::choropleth::Metric;
use crate::service::features::{Collection, FeatureQuery};
use crate::service::filter::Invalid;
use crate::service::order::Order;
use crate::service::overview::Sums;
use crate::service::public::PublicAppeal;

/// Rows of the table in a frame.
const ROWS: usize = 10;

/// What is told.
pub struct Told {
    /// The heading.
    pub title: String,
    /// The same in a paragraph: the text twin of the map.
    pub paragraph: String,
    /// What stands on the map.
    pub shown: Shown,
    /// What is pointed at.
    pub marked: Option<Marked>,
    /// What the signs mean.
    pub keys: Vec<Key>,
    /// The heading of the table.
    pub listed: String,
    /// The first rows.
    pub table: Markup,
}

/// What stands on a map.
pub enum Shown {
    /// Counts by number of the municipality, in a unit.
    Rings(Vec<Sums>, &'static str),
    /// Single things in one municipality, what presses first.
    Dots(MunicipalityNo, Vec<Dot>),
    /// A class and a value in words for each municipality, by its number.
    Classes(Vec<(Option<usize>, String)>),
}

/// What is pointed at.
pub struct Marked {
    /// Where it is.
    pub place: Position,
    /// Its title.
    pub title: String,
    /// How it stands.
    pub told: String,
    /// Its page.
    pub href: String,
}

/// A sign with its meaning.
pub struct Key {
    /// The sign.
    pub sign: Sign,
    /// What it means.
    pub words: String,
}

/// A sign of a legend.
pub enum Sign {
    /// A status group.
    Group(Group),
    /// A class, 0 (good) … 4 (bad).
    Class(usize),
    /// Nothing is known.
    NoData,
}

/// Tells a selection; on the map of a municipality at most so many dots.
pub fn told(ask: &Ask<'_>, view: &View, dots: usize) -> Result<Told, ReadError> {
    let marked = view.object.as_deref().map(|id| marked(ask, id)).transpose()?;
    let mut told = match view.mode {
        Mode::Objects => objects(ask, dots)?,
        Mode::Appeals => appeals(ask, dots)?,
        Mode::Rating => rating(ask, view)?,
    };
    if let Some(Marked { title, told: how, .. }) = &marked {
        told.paragraph =
            ask.speech.fill("embed.marked", &[("title", title), ("told", how), ("map", &told.paragraph)]);
    }
    told.marked = marked;
    Ok(told)
}

fn objects(ask: &Ask<'_>, dots: usize) -> Result<Told, ReadError> {
    let overview = ask.atlas.overview(&ask.reading, &ask.filter)?;
    let order = Some(Order::parse(Collection::Problems, "urgency")?);
    let query = FeatureQuery { filter: ask.filter.clone(), order, limit: dots.max(ROWS), token: None };
    let first = ask.atlas.list_problems(&ask.reading, &query)?.rows;
    let shown = match ask.subject()? {
        Some(one) => Shown::Dots(one.no, first.iter().take(dots).map(|p| dot_of(ask, p)).collect()),
        None => Shown::Rings(overview.municipalities.clone(), "unit.objects"),
    };
    Ok(Told {
        title: ask.speech.fill("map.title", &[("place", &ask.place_name())]),
        paragraph: paragraph(&ask.speech, &summary_of(ask, &overview)),
        shown,
        marked: None,
        keys: group_keys(ask),
        listed: ask.speech.say("embed.first"),
        table: problem_table(ask, &first[..first.len().min(ROWS)], &ask.speech.say("sort.due"), false),
    })
}

fn appeals(ask: &Ask<'_>, dots: usize) -> Result<Told, ReadError> {
    let speech = &ask.speech;
    let counts = ask.atlas.appeal_counts(&ask.reading, &ask.filter)?;
    let order = Some(Order::parse(Collection::Appeals, "-received_at")?);
    let query = FeatureQuery { filter: ask.filter.clone(), order, limit: dots.max(ROWS), token: None };
    let first = ask.atlas.list_appeals(&ask.reading, &query)?.rows;
    let n = |n: u32| speech.number(i64::from(n));
    let told = [
        ("place", ask.place_name()),
        ("n", speech.counted("unit.appeals", i64::from(counts.total.count))),
        ("overdue", n(counts.total.overdue)),
        ("closed", n(counts.total.closed)),
    ];
    let shown = match ask.subject()? {
        Some(one) => Shown::Dots(one.no, first.iter().take(dots).map(|a| appeal_dot(ask, a)).collect()),
        None => Shown::Rings(counts.municipalities, "unit.appeals"),
    };
    Ok(Told {
        title: speech.fill("embed.appeals_title", &[("place", &ask.place_name())]),
        paragraph: speech
            .fill("embed.appeals_told", &told.each_ref().map(|(name, value)| (*name, value.as_str()))),
        shown,
        marked: None,
        keys: group_keys(ask),
        listed: speech.say("embed.first_appeals"),
        table: appeal_table(ask, &first[..first.len().min(ROWS)]),
    })
}

fn appeal_dot(ask: &Ask<'_>, appeal: &PublicAppeal) -> Dot {
    let due = appeal.due_at.as_deref().and_then(Timestamp::parse_rfc3339);
    let group = match appeal.status {
        "received" | "in_work" if due.is_some_and(|due| due < ask.reading.today) => Group::Overdue,
        "received" => Group::New,
        "in_work" => Group::InWork,
        _ => Group::Resolved,
    };
    let state = ask.speech.say(&format!("appeal.{}", appeal.status));
    Dot { place: appeal.place, group, told: format!("{}: {state}", ask.category_called(&appeal.category)) }
}

fn rating(ask: &Ask<'_>, view: &View) -> Result<Told, ReadError> {
    let (speech, metric) = (&ask.speech, view.metric.metric());
    let values = ask.atlas.metric_values(&ask.reading, metric)?;
    let municipalities = &ask.reading.snapshot.dictionary.municipalities;
    let words = |no: MunicipalityNo| {
        values
            .get(&no)
            .map_or_else(|| speech.say("rating.not_rated"), |value| value_words(ask, metric, *value))
    };
    let class = |no: MunicipalityNo| values.get(&no).map(|value| metric.class_of(*value));
    let mut known: Vec<_> = municipalities.iter().filter(|m| values.contains_key(&m.no)).collect();
    known.sort_by(|a, b| {
        let order = values[&a.no].total_cmp(&values[&b.no]);
        (if metric.more_is_better { order.reverse() } else { order }).then(a.no.cmp(&b.no))
    });
    let name = metric_name(ask, metric);
    let place = ask.place_name();
    let said = |m: &&crate::domain::Municipality| format!("{} ({})", ask.municipality_name(m), words(m.no));
    let arguments = [
        ("metric", name.clone()),
        ("place", ask.region_name()),
        ("best", known.first().map_or_else(String::new, said)),
        ("worst", known.last().map_or_else(String::new, said)),
        ("known", speech.number(known.len() as i64)),
        ("all", speech.number(municipalities.len() as i64)),
    ];
    let key = if known.is_empty() { "embed.rating_empty" } else { "embed.rating_told" };
    let mut told = speech.fill(key, &arguments.each_ref().map(|(name, value)| (*name, value.as_str())));
    if let Some(one) = ask.subject()? {
        told = format!("{}: {}. {told}", as_heading(&place), words(one.no));
    }
    let classes = (0..palette().choropleth.classes.len())
        .map(|n| Key { sign: Sign::Class(n), words: range_words(ask, metric, n) });
    let no_data = Key { sign: Sign::NoData, words: speech.say("rating.not_rated") };
    Ok(Told {
        title: speech.fill("embed.rating_title", &[("metric", &name), ("place", &ask.region_name())]),
        paragraph: told,
        shown: Shown::Classes(municipalities.iter().map(|m| (class(m.no), words(m.no))).collect()),
        marked: None,
        keys: classes.chain([no_data]).collect(),
        listed: speech.say("embed.first_rated"),
        table: html! {
            div.scroll {
                table {
                    thead { tr { th scope="col" { (speech.say("column.municipality")) } th.n scope="col" { (name) } } }
                    tbody {
                        @for m in known.iter().take(ROWS) {
                            tr {
                                th scope="row" { a href=(ask.same_day(&format!("/m/{}", m.slug), &[])) { (ask.municipality_name(m)) } }
                                td.n { (words(m.no)) }
                            }
                        }
                    }
                }
            }
        },
    })
}

/// The problem or appeal with this id. Errors: there is none.
fn marked(ask: &Ask<'_>, id: &str) -> Result<Marked, ReadError> {
    let (reading, ids) = (&ask.reading, &ask.reading.snapshot.dictionary.ids);
    let problem = ids.parse_problem(id).and_then(|no| ask.atlas.public_problem_of(reading, no));
    if let Some(p) = problem {
        let told = due_words(ask, p.status, p.overdue, p.current_due.as_deref());
        let href = ask.same_day(&format!("/o/{}", p.id), &[]);
        return Ok(Marked { place: p.place, title: p.title.to_string(), told, href });
    }
    let appeal = ids.parse_appeal(id).and_then(|no| ask.atlas.public_appeal_of(reading, no));
    let found = appeal.ok_or_else(|| Invalid::new("o", "unknown_value", id, ""))?;
    let told = ask.speech.say(&format!("appeal.{}", found.status));
    let title = ask.category_called(&found.category);
    Ok(Marked {
        place: found.place,
        title,
        told,
        href: ask.with("/table", &[("mode", "appeals"), ("sort", "")]),
    })
}

fn group_keys(ask: &Ask<'_>) -> Vec<Key> {
    [Group::New, Group::InWork, Group::Overdue, Group::Resolved]
        .map(|group| Key {
            sign: Sign::Group(group),
            words: ask.speech.say(&format!("group.{}", group.id())),
        })
        .into()
}

fn metric_name(ask: &Ask<'_>, metric: &Metric) -> String {
    match metric.id.as_str() {
        "score" => ask.speech.say("embed.score"),
        id => ask.speech.say(&format!("indicator.{id}")),
    }
}

fn value_words(ask: &Ask<'_>, metric: &Metric, value: f64) -> String {
    let speech = &ask.speech;
    match metric.kind.as_str() {
        "share" => speech.share(value),
        "ratio" => speech.decimal(value, 2),
        "score" | "mark" => speech.decimal(value, 1),
        "years" if value < 10.0 => speech.decimal(value, 1),
        _ => speech.decimal(value, 0),
    }
}

fn range_words(ask: &Ask<'_>, metric: &Metric, class: usize) -> String {
    let bound = |value: f64| match metric.kind.as_str() {
        "share" => ask.speech.share(value),
        "ratio" => ask.speech.decimal(value, 2),
        "mark" => ask.speech.decimal(value, 1),
        _ => ask.speech.decimal(value, 0),
    };
    match metric.class_ranges()[class] {
        (None, Some(to)) => ask.speech.fill("embed.under", &[("n", &bound(to))]),
        (Some(from), None) => ask.speech.fill("embed.from", &[("n", &bound(from))]),
        (Some(from), Some(to)) => format!("{}–{}", bound(from), bound(to)),
        (None, None) => String::new(),
    }
}

/// The map as a drawing; `None` without borders.
#[must_use]
pub fn map(ask: &Ask<'_>, told: &Told) -> Option<Markup> {
    let caption = Caption { title: &told.title, description: &told.paragraph };
    let (map, only) = match &told.shown {
        Shown::Rings(sums, unit) => (region_map(ask, sums, unit, &caption), None),
        Shown::Dots(no, dots) => (dots_map(ask, *no, dots, &caption), Some(*no)),
        Shown::Classes(classes) => {
            let of = |no: MunicipalityNo| classes.get(no.index());
            let name = |no| ask.municipality_numbered(Some(no));
            let words = |no| format!("{}: {}", name(no), of(no).map_or("", |(_, words)| words));
            (class_map(ask, |no| of(no)?.0, words, &caption), None)
        }
    };
    let land = ask.atlas.land_maps.of(&ask.reading, only)?;
    let place = told.marked.as_ref().and_then(|marked| land.place(marked.place));
    map.map(|map| with_ring(ask, map, place))
}

/// What the signs mean, for pages.
#[must_use]
pub fn legend(told: &Told) -> Markup {
    html! {
        ul.keys {
            @for key in &told.keys {
                li {
                    svg viewBox="0 0 14 14" aria-hidden="true" {
                        @match key.sign {
                            Sign::Group(Group::Overdue) => { rect.overdue x="1" y="1" width="12" height="12" {} },
                            Sign::Group(group) => { circle class=(group.id().replace('_', "-")) cx="7" cy="7" r="6" {} },
                            Sign::Class(n) => { rect class=(format!("swatch class-{n}")) width="14" height="14" {} },
                            Sign::NoData => { rect.swatch.none width="14" height="14" {} },
                        }
                    }
                    (key.words)
                }
            }
        }
    }
}
