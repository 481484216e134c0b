//! Pages for people: the parameters of an address become a question, its answer HTML. What the pages say: [`crate::pages`].

use std::sync::Arc;

use crate::http::answer::{Answer, Caching};
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::http::query::{Query, parse_bbox, parse_moment};
use crate::messages::Language;
use crate::pages::ask::{Ask, CONDITIONS, FILTER_NAMES, Theme, query_text};
use crate::pages::speech::Speech;
use crate::pages::{
    card, changes, export, failure, home, hotspots, method, municipality, parts, plan, rating, silence,
    slippage, table, told,
};
use crate::service::Atlas;
use crate::service::filter::{Filter, Invalid, MAX_QUERY_CHARS, Moment};
use crate::service::items::PageToken;
use crate::service::recent::REACH_DAYS;

/// Media type of pages.
pub const HTML: &str = "text/html; charset=utf-8";
/// The script of pages that follow the data.
const FOLLOW_SCRIPT: &str = include_str!("follow.js");

/// Parameters of the map beside the conditions: the application reads them, the server lets most of them pass.
pub const MAP: &[&str] = &[
    "mode", "layers", "weight", "versus", "ui", "list", "theme", "lang", "font", "engine", "o", "sort",
    "metric", "per", "classes", "k",
];
/// Parameters of the paragraph beside the one filter.
pub const SUMMARY: &[&str] = &["lang", "mode"];
/// Parameters of a page that takes no conditions.
pub const PLAIN: &[&str] = &["theme"];
/// Parameters of a page of one thing: the day too.
pub const DATED: &[&str] = &["theme", "at"];
/// Parameters of the list and the export beside the conditions.
pub const LIST: &[&str] = &["theme", "mode", "sort", "token"];
/// Parameters of the rating.
pub const RATING: &[&str] = &["theme", "at", "sort", "mun"];
/// Parameters of a page of the region or of one municipality.
pub const PLACE: &[&str] = &["theme", "at", "mun"];
/// Parameters of what changed.
pub const CHANGES: &[&str] = &["theme", "mun", "since"];

/// The map: the region as a page, and what loads the application, which takes over. What the application does not understand
/// it passes over, so does this.
pub fn map(call: &Call, application: &str) -> Result<Answer, Failure> {
    let write = |ask: Ask<'_>| Ok(home::page(&ask, application)?);
    let page = asked_of_map(call).and_then(write).or_else(|_| asked_plainly(call).and_then(write))?;
    Ok(in_language_of(call, page))
}

/// The question of the map. Its links carry on the conditions; how it is looked at belongs to its own address.
fn asked_of_map(call: &Call) -> Result<Ask<'_>, Failure> {
    let mut ask = asked(call)?;
    ask.pairs.retain(|(name, _)| CONDITIONS.contains(name));
    for name in MAP.iter().filter(|name| !["theme", "lang"].contains(name)) {
        ask.view.extend(call.query.one(name)?.map(|value| (*name, value.to_owned())));
    }
    Ok(ask)
}

/// Where the map is in the language that the address wishes for, when its path is in the other one.
pub fn wished_elsewhere(call: &Call) -> Option<String> {
    let (language, _) = language_of(&call.path);
    let path = match (call.query.word("lang", &["ru", "en"]).ok()??, language) {
        ("en", Language::Ru) => "/en",
        ("ru", Language::En) => "/",
        _ => return None,
    };
    Some(format!("{path}{}", query_text(&call.query.without("lang"))))
}

/// A municipality.
pub fn municipality(call: &Call) -> Result<Answer, Failure> {
    written(call, |ask| Ok(municipality::page(ask, call.segment("slug"))?))
}

/// A problem.
pub fn problem(call: &Call) -> Result<Answer, Failure> {
    written(call, |ask| Ok(card::page(&ask, call.segment("id"))?))
}

/// The rating.
pub fn rating(call: &Call) -> Result<Answer, Failure> {
    let sort = call.query.word("sort", &rating::SORTS)?.unwrap_or(rating::SORTS[0]);
    written(call, |ask| Ok(rating::page(&ask, sort)?))
}

/// A list.
pub fn table(call: &Call) -> Result<Answer, Failure> {
    const SORTS: &[&str] = &["due", "cost", "appeals", "newest"];
    let sort = call.query.word("sort", SORTS)?.unwrap_or(SORTS[0]);
    let token = call.query.one("token")?.map(PageToken::parse).transpose()?;
    let wanted = table::Wanted { appeals: appeals_wanted(call)?, sort, token };
    written(call, |ask| Ok(table::page(&ask, &wanted)?))
}

/// What changed.
pub fn changes(call: &Call) -> Result<Answer, Failure> {
    let since = call.query.moment("since")?;
    written(call, |ask| {
        let now = ask.reading.now;
        let zone = ask.reading.snapshot.dictionary.calendar.zone();
        let since = match since {
            None => zone.start_of(zone.day_of(now.plus_days(-changes::WEEK_DAYS))),
            Some(Moment::Day(day)) => zone.start_of(day),
            Some(Moment::At(moment)) => moment,
        };
        let earliest = now.plus_days(-REACH_DAYS);
        if since < earliest || since > now {
            let day = |t| zone.day_of(t).to_string();
            let allowed = format!("{} … {}", day(earliest.plus_days(1)), day(now));
            return Err(Invalid::new("since", "unknown_value", &day(since), allowed).into());
        }
        Ok(changes::page(&ask, since)?)
    })
}

/// The sheet for a meeting.
pub fn plan(call: &Call) -> Result<Answer, Failure> {
    written(call, |ask| Ok(plan::page(&ask)?))
}

/// How deadlines slipped.
pub fn slippage(call: &Call) -> Result<Answer, Failure> {
    written(call, |ask| Ok(slippage::page(&ask)?))
}

/// Where problems crowd.
pub fn hotspots(call: &Call) -> Result<Answer, Failure> {
    written(call, |ask| Ok(hotspots::page(&ask)?))
}

/// From where little is heard.
pub fn silence(call: &Call) -> Result<Answer, Failure> {
    written(call, |ask| Ok(silence::page(&ask)?))
}

/// The export.
pub fn export(call: &Call) -> Result<Answer, Failure> {
    let appeals = appeals_wanted(call)?;
    written(call, |ask| Ok(export::page(&ask, appeals)?))
}

/// The method.
pub fn method(call: &Call) -> Result<Answer, Failure> {
    written(call, |ask| Ok(method::page(&ask)))
}

/// Help.
pub fn help(call: &Call) -> Result<Answer, Failure> {
    written(call, |ask| Ok(told::help(&ask)))
}

/// The accessibility statement.
pub fn accessibility(call: &Call) -> Result<Answer, Failure> {
    written(call, |ask| Ok(told::accessibility(&ask)))
}

/// The paragraph that tells a selection in words, the same as on the pages, with its numbers; for the application.
pub fn summary(call: &Call) -> Result<Answer, Failure> {
    let appeals = appeals_wanted(call)?;
    let language = match call.query.word("lang", &["ru", "en"])? {
        Some("en") => Language::En,
        Some(_) => Language::Ru,
        None => call.language,
    };
    let filter = call.query.filter()?;
    let mut ask = Question { filter, theme: None, pairs: Vec::new() }.of(call)?;
    ask.speech.language = language;
    let told = if appeals { parts::appeals_summary(&ask)? } else { parts::problems_summary(&ask)? };
    let answer = Answer::json(&told).tagged_by_content();
    Ok(answer.with_header("Content-Language", language.tag().to_owned()))
}

/// Whether a list is of appeals. The rating is of no objects of its own: what is listed beside it is problems.
fn appeals_wanted(call: &Call) -> Result<bool, Failure> {
    Ok(call.query.word("mode", &["objects", "appeals", "rating"])? == Some("appeals"))
}

/// The script of pages that follow the data.
pub fn follow_script(_: &Call) -> Result<Answer, Failure> {
    let answer = Answer::of("text/javascript; charset=utf-8", FOLLOW_SCRIPT.as_bytes().to_vec());
    Ok(answer.tagged_by_content().cached(Caching::Revalidate))
}

/// A page as an answer; values that the service refuses are named as the address names them.
pub fn written(
    call: &Call,
    write: impl FnOnce(Ask<'_>) -> Result<String, Failure>,
) -> Result<Answer, Failure> {
    let page = asked(call).and_then(write).map_err(renamed)?;
    Ok(in_language_of(call, page))
}

fn in_language_of(call: &Call, page: String) -> Answer {
    let language = language_of(&call.path).0;
    let answer = Answer::of(HTML, page.into_bytes()).tagged_by_content();
    answer.with_header("Content-Language", language.tag().to_owned())
}

/// A refusal that names a parameter as the pages' addresses name it.
pub fn renamed(failure: Failure) -> Failure {
    match failure {
        Failure::Invalid(mut invalid) => {
            if let Some((own, _)) = FILTER_NAMES.iter().find(|(_, name)| *name == invalid.parameter) {
                invalid.parameter = own;
            }
            Failure::Invalid(invalid)
        }
        other => other,
    }
}

/// The question of an address. Errors: a value that is not understood.
pub fn asked(call: &Call) -> Result<Ask<'_>, Failure> {
    let theme = call.query.word("theme", &["light", "dark", "contrast", "auto"])?;
    let names = CONDITIONS.iter().chain(LIST).chain(&["since"]).filter(|name| **name != "theme");
    let pairs = pairs_of(&call.query, names)?;
    let theme = theme.and_then(|code| Theme::ALL.into_iter().find(|theme| theme.code() == code));
    Question { filter: conditions(&call.query)?, theme, pairs }.of(call)
}

/// The values that an address has under some names, sorted by name.
pub fn pairs_of<'n>(
    query: &Query,
    names: impl Iterator<Item = &'n &'static str>,
) -> Result<Vec<(&'static str, String)>, Invalid> {
    let mut pairs: Vec<(&'static str, String)> = Vec::new();
    for name in names {
        let values = query.list(name)?;
        if !values.is_empty() {
            // Words and boxes are one value; their order says something.
            let one = matches!(*name, "q" | "bbox").then(|| query.one(name)).transpose()?.flatten();
            pairs.push((name, one.map_or_else(|| values.join(","), str::to_owned)));
        }
    }
    pairs.sort();
    pairs.dedup();
    Ok(pairs)
}

/// The question of an address whose values were not understood: without them.
pub fn asked_plainly(call: &Call) -> Result<Ask<'_>, Failure> {
    Question { filter: Filter::default(), theme: None, pairs: Vec::new() }.of(call)
}

/// What an address asks, apart from the world that answers.
struct Question {
    filter: Filter,
    theme: Option<Theme>,
    pairs: Vec<(&'static str, String)>,
}

impl Question {
    fn of(self, call: &Call) -> Result<Ask<'_>, Failure> {
        let (language, path) = language_of(&call.path);
        let reading = call.atlas.read_for(&self.filter)?;
        let zone = reading.snapshot.dictionary.calendar.zone().clone();
        Ok(Ask {
            atlas: &call.atlas,
            reading,
            speech: Speech::new(language, zone),
            path: path.to_owned(),
            pairs: self.pairs,
            view: Vec::new(),
            filter: self.filter,
            theme: self.theme,
            base_url: call.base_url.clone(),
        })
    }
}

/// The one filter, in the words of the pages' addresses.
fn conditions(query: &Query) -> Result<Filter, Failure> {
    let moment =
        |name| query.one(name).and_then(|text| text.map(|text| parse_moment(name, text)).transpose());
    let filter = Filter {
        bbox: query.one("bbox")?.map(|text| parse_bbox("bbox", text)).transpose()?,
        municipality: query.list("mun")?,
        category: query.list("cat")?,
        status: query.list("status")?,
        responsible: query.list("resp")?,
        due: query.list("due")?,
        due_from: moment("due_from")?,
        due_to: moment("due_to")?,
        cost_from: query.roubles("cost_from")?,
        cost_to: query.roubles("cost_to")?,
        registered_from: moment("from")?,
        registered_to: moment("to")?,
        q: query.one("q")?.map(str::to_owned),
        as_of: moment("at")?,
        ..Filter::default()
    };
    if let Some(q) = filter.q.as_ref().filter(|q| q.chars().count() > MAX_QUERY_CHARS) {
        return Err(Invalid::new("q", "too_long", q, MAX_QUERY_CHARS.to_string()).into());
    }
    Ok(filter)
}

/// The language of a path, and the path without its prefix and without a query.
pub fn language_of(path: &str) -> (Language, &str) {
    let path = path.split('?').next().unwrap_or(path);
    match path.strip_prefix("/en") {
        Some("") => (Language::En, "/"),
        Some(rest) if rest.starts_with('/') => (Language::En, rest),
        _ => (Language::Ru, path),
    }
}

/// A refusal as a page, in the language of the path.
#[must_use]
pub fn refused(atlas: &Arc<Atlas>, path: &str, refusal: &Failure) -> Answer {
    let (language, path) = language_of(path);
    let reading = atlas.read();
    let zone = reading.snapshot.dictionary.calendar.zone().clone();
    let ask = Ask {
        atlas,
        reading,
        speech: Speech::new(language, zone),
        path: "/".to_owned(),
        pairs: Vec::new(),
        view: Vec::new(),
        filter: Filter::default(),
        theme: None,
        base_url: String::new(),
    };
    let (status, title, detail) = refusal.told(language, path);
    let mut answer = Answer::of(HTML, failure::page(&ask, &title, detail.as_deref()).into_bytes());
    answer.status = status;
    answer.caching = Caching::Never;
    answer.headers = refusal.headers();
    answer.with_header("Content-Language", language.tag().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_a_part_of_the_path_and_not_of_a_word_that_begins_so() {
        assert_eq!(language_of("/en/m/lazo?at=2026-01-01"), (Language::En, "/m/lazo"));
        assert_eq!(language_of("/en"), (Language::En, "/"));
        assert_eq!(language_of("/energy"), (Language::Ru, "/energy"));
    }
}
