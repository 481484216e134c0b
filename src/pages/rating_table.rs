//! The table of the rating: a row for each municipality, its columns in either order, and beneath each row why it stands there.

use maud::{Markup, html};

use super::ask::Ask;
use super::decomposition::{self, value_words};
use super::rating::indicator_name;
use super::rating_charts::interval_bar;
use crate::analytics::burden::{Burden, BurdenRow};
use crate::analytics::indicators::Indicator;
use crate::analytics::rating::{Rating, Ratings};
use crate::domain::{Kopecks, Municipality};

/// Words for the order in addresses; a minus turns it round.
pub const SORTS: [&str; 22] = [
    "rank",
    "-rank",
    "score",
    "-score",
    "trend",
    "-trend",
    "overdue_share",
    "-overdue_share",
    "on_time_share",
    "-on_time_share",
    "median_days",
    "-median_days",
    "open_per_10k",
    "-open_per_10k",
    "solved",
    "-solved",
    "cost",
    "-cost",
    "complete",
    "-complete",
    "municipality",
    "-municipality",
];

/// What a row tells of.
struct Row<'a> {
    m: &'a Municipality,
    rating: &'a Rating,
    burden: Option<&'a BurdenRow>,
}

/// A column of numbers.
struct Column {
    /// Its word in addresses.
    word: &'static str,
    /// Whether the largest come first when it is asked for: what is bad, or what stands out.
    largest_first: bool,
    /// Its name.
    name: fn(&Ask<'_>) -> String,
    /// What sorts.
    value: fn(&Row<'_>) -> Option<f64>,
    /// What it says.
    told: fn(&Ask<'_>, &Row<'_>) -> String,
    /// Left out on paper, where two columns of the table stand beside each other.
    on_screen: bool,
}

/// The columns after place, name, interval, score and tier.
const COLUMNS: [Column; 8] = [
    Column {
        word: "overdue_share",
        largest_first: true,
        name: |ask| indicator_name(ask, Indicator::OverdueShare),
        value: |row| raw(row, Indicator::OverdueShare),
        told: |ask, row| value_words(ask, Indicator::OverdueShare, raw(row, Indicator::OverdueShare)),
        on_screen: false,
    },
    Column {
        word: "on_time_share",
        largest_first: false,
        name: |ask| indicator_name(ask, Indicator::OnTimeShare),
        value: |row| raw(row, Indicator::OnTimeShare),
        told: |ask, row| value_words(ask, Indicator::OnTimeShare, raw(row, Indicator::OnTimeShare)),
        on_screen: true,
    },
    Column {
        word: "median_days",
        largest_first: true,
        name: |ask| indicator_name(ask, Indicator::MedianDays),
        value: |row| raw(row, Indicator::MedianDays),
        told: |ask, row| value_words(ask, Indicator::MedianDays, raw(row, Indicator::MedianDays)),
        on_screen: true,
    },
    Column {
        word: "solved",
        largest_first: true,
        name: |ask| ask.speech.say("rating.solved"),
        value: |row| Some(f64::from(row.burden?.verified)),
        told: |ask, row| row.burden.map_or_else(dash, |b| ask.speech.number(i64::from(b.verified))),
        on_screen: true,
    },
    Column {
        word: "open_per_10k",
        largest_first: true,
        name: |ask| indicator_name(ask, Indicator::OpenPer10k),
        value: |row| raw(row, Indicator::OpenPer10k),
        told: |ask, row| value_words(ask, Indicator::OpenPer10k, raw(row, Indicator::OpenPer10k)),
        on_screen: true,
    },
    Column {
        word: "cost",
        largest_first: true,
        name: |ask| ask.speech.say("rating.cost"),
        value: |row| row.burden?.cost_rub,
        told: |ask, row| {
            let known = row.burden.and_then(|b| b.cost_rub).and_then(Kopecks::from_roubles);
            known.map_or_else(dash, |cost| ask.speech.money(cost))
        },
        on_screen: true,
    },
    Column {
        word: "complete",
        largest_first: false,
        name: |ask| ask.speech.say("rating.complete"),
        value: |row| Some(1.0 - row.rating.missing_weight),
        told: |ask, row| ask.speech.share(1.0 - row.rating.missing_weight),
        on_screen: true,
    },
    Column {
        word: "trend",
        largest_first: false,
        name: |ask| ask.speech.say("rating.trend"),
        value: |row| change(row.rating),
        told: |ask, row| change_words(ask, row.rating),
        on_screen: true,
    },
];

fn dash() -> String {
    "—".to_owned()
}

fn raw(row: &Row<'_>, indicator: Indicator) -> Option<f64> {
    row.rating.indicators.iter().find(|one| one.id == indicator).and_then(|one| one.raw)
}

/// By how much the level changed within a year.
fn change(rating: &Rating) -> Option<f64> {
    Some(rating.level? - rating.level_before?)
}

fn change_words(ask: &Ask<'_>, rating: &Rating) -> String {
    match change(rating) {
        Some(change) if change > 0.05 => format!("▲\u{a0}+{}", ask.speech.decimal(change, 1)),
        Some(change) if change < -0.05 => format!("▼\u{a0}{}", ask.speech.decimal(change, 1)),
        Some(_) => "0".to_owned(),
        None => dash(),
    }
}

/// The table in one of the orders of [`SORTS`]; the row of `own` stands on top, opened.
#[must_use]
pub fn table(
    ask: &Ask<'_>,
    ratings: &Ratings,
    burden: &Burden,
    sort: &str,
    own: Option<&Municipality>,
) -> Markup {
    let dictionary = &ask.reading.snapshot.dictionary;
    let mut rows: Vec<Row<'_>> = ratings
        .municipalities
        .iter()
        .filter_map(|rating| {
            let m = dictionary.municipality(rating.no)?;
            Some(Row { m, rating, burden: burden.municipalities.iter().find(|b| b.no == Some(m.no)) })
        })
        .collect();
    let (word, descending) = sort.strip_prefix('-').map_or((sort, false), |word| (word, true));
    rows.sort_by(|a, b| order(ask, a, b, word, descending));
    let last = ratings.municipalities.iter().filter_map(|r| r.rank).max().unwrap_or(1);
    let is_own = |row: &&Row<'_>| own.is_some_and(|m| m.no == row.m.no);
    let caption = ask.speech.say("rating.caption");
    html! {
        div.scroll.rating role="region" tabindex="0" aria-label=(caption) {
            table {
                caption { (caption) }
                thead { (heading(ask, word, descending)) }
                @if own.is_some() {
                    tbody.own { @for row in rows.iter().filter(is_own) { (written(ask, row, last, true)) } }
                }
                tbody { @for row in rows.iter().filter(|row| !is_own(row)) { (written(ask, row, last, false)) } }
            }
        }
    }
}

fn order(ask: &Ask<'_>, a: &Row<'_>, b: &Row<'_>, word: &str, descending: bool) -> std::cmp::Ordering {
    let turned = |order: std::cmp::Ordering| if descending { order.reverse() } else { order };
    if word == "municipality" {
        return turned(ask.municipality_name(a.m).cmp(ask.municipality_name(b.m)));
    }
    match (value(a, word), value(b, word)) {
        (Some(a), Some(b)) => turned(a.total_cmp(&b)),
        // What is unknown stays last, whichever way.
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn value(row: &Row<'_>, word: &str) -> Option<f64> {
    match word {
        "rank" => row.rating.rank.map(f64::from),
        "score" => row.rating.score,
        _ => COLUMNS.iter().find(|column| column.word == word).and_then(|column| (column.value)(row)),
    }
}

fn heading(ask: &Ask<'_>, sorted: &str, descending: bool) -> Markup {
    let say = |key: &str| ask.speech.say(key);
    let column = |word: &'static str, largest_first: bool, name: &str, class: &str| {
        let now = word == sorted;
        let turns = if now { !descending } else { largest_first };
        let next = if turns { format!("-{word}") } else { word.to_owned() };
        let usual = if next == "rank" { "" } else { &next };
        let direction = if descending { "descending" } else { "ascending" };
        html! {
            th class=(class) scope="col" aria-sort=[now.then_some(direction)] {
                a href=(ask.with("/rating", &[("sort", usual)])) { (name) @if now { (if descending { " ↓" } else { " ↑" }) } }
            }
        }
    };
    html! {
        tr {
            (column("rank", false, &say("rating.rank"), "n"))
            (column("municipality", false, &say("column.municipality"), ""))
            th scope="col" { (say("rating.rank_interval")) }
            (column("score", true, &say("rating.score_column"), "n"))
            th scope="col" { (say("rating.tier_column")) }
            @for one in &COLUMNS { (column(one.word, one.largest_first, &(one.name)(ask), if one.on_screen { "n screen" } else { "n" })) }
        }
    }
}

fn written(ask: &Ask<'_>, row: &Row<'_>, last: u32, opened: bool) -> Markup {
    let (speech, rating) = (&ask.speech, row.rating);
    let why = ask.evidence(&format!("/api/ratings/{}", row.m.slug), &[]);
    let name = ask.municipality_name(row.m);
    let evidence = |told: String| {
        let label = speech.fill("rating.evidence", &[("value", &told), ("name", name)]);
        html! { a href=(why) aria-label=(label) { (told) } }
    };
    let question = match rating.rank {
        Some(rank) => speech.fill("why.rank", &[("rank", &rank.to_string())]),
        None => speech.say("why.not_rated"),
    };
    html! {
        tr {
            td.n { (evidence(rating.rank.map_or_else(dash, |rank| rank.to_string()))) }
            th scope="row" {
                a href=(ask.href(&format!("/m/{}", row.m.slug))) { (name) }
                @if opened { br; span.badge { (speech.say("rating.own")) } }
            }
            td {
                @match (rating.rank_interval, rating.rank) {
                    (Some([from, to]), Some(rank)) => {
                        (interval_bar([from, to], rank, last))
                        (evidence(speech.fill("rating.interval", &[("from", &from.to_string()), ("to", &to.to_string())])))
                    }
                    _ => span.badge { (speech.say("rating.not_rated")) },
                }
            }
            td.n { (evidence(rating.score.map_or_else(dash, |score| speech.decimal(score, 1)))) }
            td { (evidence(rating.tier.map_or_else(dash, |tier| tier.code().to_owned()))) }
            @for column in &COLUMNS { td.n.screen[column.on_screen] { (evidence((column.told)(ask, row))) } }
        }
        tr.why {
            td colspan=(5 + COLUMNS.len()) {
                details open[opened] {
                    summary { (question) }
                    (decomposition::table(ask, row.m, rating))
                }
            }
        }
    }
}
