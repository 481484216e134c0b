//! A map as a sheet of its own, for print: title and conditions above it, below it the legend, the scale, north, day and source.
//!
//! The sheet is laid out once; [`crate::render::sheet`] draws it for the PNG, [`svg`] writes it.

use maud::{Markup, PreEscaped, html};

use super::ask::Ask;
use super::embed_told::{Key, Shown, Sign, Told};
use super::map::theme_of;
use super::speech::Speech;
use super::table::due_words;
use crate::domain::Status;
use crate::render::palette::{class_colours, ground, status_colour};
use crate::render::sheet::{Mark, Sheet, paper};
use crate::render::symbols::Group;
use crate::render::words;
use crate::service::land::LandMap;

/// Narrower than this a picture is no sheet: nobody could read what stands around the map, px.
pub const LEAST_WIDTH_PX: u32 = 600;
/// A narrow map stands in the middle of a sheet that is wide enough for words.
const LEAST_SHEET_PX: f64 = 460.0;
const MARGIN_PX: f64 = 14.0;
const TITLE_PX: f64 = 16.0;
const WORDS_PX: f64 = 11.0;
const SMALL_PX: f64 = 9.5;
/// From line to line, in letters' sizes.
const LINE: f64 = 1.3;
/// The scale bar is no longer than this.
const BAR_PX: f64 = 150.0;
/// The letters of an SVG may be those of another font, a little wider than ours.
const SLACK: f64 = 0.94;

/// Takes marks from above to below.
struct Pen {
    marks: Vec<Mark>,
    y: f64,
    width: f64,
}

impl Pen {
    fn text(&mut self, text: &str, size: f64, most: usize) {
        let room = (self.width - 2.0 * MARGIN_PX) * SLACK;
        for line in words::lines(text, size as f32, room as f32, most) {
            self.y += size * LINE;
            self.marks.push(Mark::Text { at: (MARGIN_PX, self.y), size, text: line });
        }
    }

    fn keys(&mut self, ask: &Ask<'_>, keys: &[Key]) {
        let line = WORDS_PX * 1.5;
        let mut x = MARGIN_PX;
        self.y += line;
        for key in keys {
            let wide = 16.0 + f64::from(words::width(&key.words, WORDS_PX as f32)) / SLACK;
            if x > MARGIN_PX && x + wide > self.width - MARGIN_PX {
                (x, self.y) = (MARGIN_PX, self.y + line);
            }
            self.marks.push(sign(ask, &key.sign, (x, self.y - 9.0)));
            self.marks.push(Mark::Text { at: (x + 16.0, self.y), size: WORDS_PX, text: key.words.clone() });
            x += wide + 16.0;
        }
    }

    /// The scale bar on the left, north on the right.
    fn measures(&mut self, speech: &Speech, metres_per_px: f64) {
        self.y += 26.0;
        let metres = round_down(BAR_PX * metres_per_px);
        let (from, to) = (MARGIN_PX, MARGIN_PX + metres / metres_per_px);
        let ends = vec![(from, self.y - 6.0), (from, self.y), (to, self.y), (to, self.y - 6.0)];
        self.marks.push(Mark::Line { points: ends, width: 1.5 });
        let text = match metres {
            metres if metres >= 1_000.0 => {
                speech.fill("embed.km", &[("n", &speech.decimal(metres / 1_000.0, 0))])
            }
            metres => speech.fill("unit.metres", &[("n", &speech.decimal(metres, 0))]),
        };
        self.marks.push(Mark::Text { at: (to + 8.0, self.y), size: WORDS_PX, text });
        let x = self.width - MARGIN_PX - 8.0;
        let arrow = vec![(x - 5.0, self.y - 12.0), (x, self.y - 20.0), (x + 5.0, self.y - 12.0)];
        self.marks.push(Mark::Line { points: arrow, width: 1.5 });
        self.marks.push(Mark::Line { points: vec![(x, self.y - 19.0), (x, self.y)], width: 1.5 });
        let north = speech.say("embed.north");
        let wide = f64::from(words::width(&north, WORDS_PX as f32));
        self.marks.push(Mark::Text { at: (x - 10.0 - wide, self.y), size: WORDS_PX, text: north });
    }
}

fn sign(ask: &Ask<'_>, sign: &Sign, (x, y): (f64, f64)) -> Mark {
    let theme = theme_of(ask);
    match sign {
        Sign::Group(Group::Overdue) => {
            Mark::Square { at: (x, y), side: 10.0, fill: Some(status_colour("overdue", theme)) }
        }
        Sign::Group(group) => {
            Mark::Disc { at: (x + 5.0, y + 5.0), radius: 5.0, fill: status_colour(group.id(), theme) }
        }
        Sign::Class(n) => Mark::Square { at: (x, y), side: 10.0, fill: Some(class_colours(theme)[*n]) },
        Sign::NoData => Mark::Square { at: (x, y), side: 10.0, fill: None },
    }
}

/// 1, 2 or 5 times a power of ten.
fn round_down(n: f64) -> f64 {
    let power = 10_f64.powf(n.log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|step| step * power).find(|step| *step <= n).unwrap_or(power)
}

/// Lays a sheet out around a map.
#[must_use]
pub fn sheet(ask: &Ask<'_>, told: &Told, map: &LandMap, stamp: &str) -> Sheet {
    let speech = &ask.speech;
    let width = map.width.max(LEAST_SHEET_PX);
    let mut pen = Pen { marks: Vec::new(), y: MARGIN_PX / 2.0, width };
    pen.text(&told.title, TITLE_PX, 2);
    // A rating is of all that a municipality answers for, whatever else the address says.
    if !matches!(told.shown, Shown::Classes(_)) {
        pen.text(&conditions(ask), WORDS_PX, 3);
    }
    if let Some(marked) = &told.marked {
        let about = [("title", marked.title.as_str()), ("told", &marked.told)];
        pen.text(&speech.fill("embed.marked_alone", &about), WORDS_PX, 2);
    }
    pen.y += 8.0;
    let map_at = (((width - map.width) / 2.0).floor(), pen.y.ceil());
    pen.y = map_at.1 + map.height + 2.0;
    pen.keys(ask, &told.keys);
    pen.measures(speech, map.metres_per_px());
    pen.y += 6.0;
    pen.text(stamp, WORDS_PX, 2);
    let region = ask.reading.snapshot.dictionary.region.as_ref();
    if let Some(notice) = region.and_then(|region| region.invented.as_ref()) {
        pen.text(speech.name(&notice.ru, &notice.en), SMALL_PX, 2);
    }
    let source = format!("{} · {}. {}", speech.say("page.title"), ask.base_url, speech.say("page.sources"));
    pen.text(&source, SMALL_PX, 3);
    Sheet { width, height: (pen.y + MARGIN_PX / 1.5).ceil(), map_at, marks: pen.marks }
}

/// The conditions in words.
fn conditions(ask: &Ask<'_>) -> String {
    let (speech, filter) = (&ask.speech, &ask.filter);
    let mut said: Vec<String> = Vec::new();
    let mut put = |label: &str, values: Vec<String>| {
        if !values.is_empty() {
            said.push(format!("{}: {}", speech.say(label), values.join(", ")));
        }
    };
    let state = |code: &String| match code.as_str() {
        "open" | "overdue" | "closed" => speech.say(&format!("filter.{code}")),
        code if Status::parse(code).is_some() => speech.say(&format!("status.{code}")),
        code => speech.say(&format!("appeal.{code}")),
    };
    if filter.municipality.len() > 1 {
        let names = filter.municipality.iter().map(|name| ask.municipality_called(Some(name))).collect();
        put("column.municipality", names);
    }
    put("filter.category", filter.category.iter().map(|code| ask.category_called(code)).collect());
    put("filter.status", filter.status.iter().map(state).collect());
    put("filter.due", filter.due.iter().map(|code| due_words(speech, code)).collect());
    put("column.responsible", filter.responsible.iter().map(|id| ask.body_called(Some(id))).collect());
    for (name, cost) in [("filter.cost_from", filter.cost_from), ("filter.cost_to", filter.cost_to)] {
        put(name, cost.map(|n| speech.number(i64::try_from(n).unwrap_or(i64::MAX))).into_iter().collect());
    }
    put("filter.words", filter.q.clone().into_iter().collect());
    let days = [
        ("from", "embed.since"),
        ("to", "embed.until"),
        ("due_from", "embed.due_since"),
        ("due_to", "embed.due_until"),
    ];
    for (name, label) in days {
        let value = ask.pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        let day = value.map(|text| text.parse().map_or(text, |day| speech.day(day)));
        put(label, day.into_iter().collect());
    }
    if said.is_empty() { speech.say("embed.unfiltered") } else { said.join(" · ") }
}

/// Writes a sheet around a map that is a drawing.
#[must_use]
pub fn svg(ask: &Ask<'_>, sheet: &Sheet, map: Markup, told: &Told) -> String {
    let theme = theme_of(ask);
    let ground = ground(theme);
    let (width, height) = (sheet.width, sheet.height);
    let placed = format!("<svg x=\"{}\" y=\"{}\"", sheet.map_at.0, sheet.map_at.1);
    let map = PreEscaped(map.into_string().replacen("<svg", &placed, 1));
    let markup = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {width} {height}")) width=(width) height=(height)
            role="group" aria-label=(told.title) font-family="Golos Text,Arial,sans-serif" {
            rect width="100%" height="100%" fill=(paper(theme)) {}
            (map)
            @for mark in &sheet.marks {
                @match mark {
                    Mark::Text { at: (x, y), size, text } => { text x=(short(*x)) y=(short(*y)) font-size=(size) fill=(ground.text) { (text) } },
                    Mark::Disc { at: (x, y), radius, fill } => { circle cx=(short(*x)) cy=(short(*y)) r=(radius) fill=(fill) {} },
                    Mark::Square { at: (x, y), side, fill } => {
                        rect x=(short(*x)) y=(short(*y)) width=(side) height=(side) fill=(fill.unwrap_or("url(#no-data)")) stroke=(ground.border) stroke-width=".8" {}
                    },
                    Mark::Line { points, width } => { path d=(path_of(points)) fill="none" stroke=(ground.text) stroke-width=(width) {} },
                }
            }
        }
    };
    markup.into_string()
}

fn path_of(points: &[(f64, f64)]) -> String {
    let part = |(n, (x, y)): (usize, &(f64, f64))| {
        format!("{}{} {}", if n == 0 { 'M' } else { 'L' }, short(*x), short(*y))
    };
    points.iter().enumerate().map(part).collect()
}

fn short(n: f64) -> String {
    let text = format!("{n:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_bar_is_as_long_as_a_number_that_is_easy_to_read() {
        for (n, rounded) in [(149_999.0, 100_000.0), (2_000.0, 2_000.0), (999.0, 500.0), (23.0, 20.0)] {
            assert!((round_down(n) - rounded).abs() < 1e-6, "{n}");
        }
    }
}
