//! Pages for people: the parameters of an address become a question, its answer HTML. What the pages say: [`crate::pages`].

use std::sync::Arc;

use crate::http::answer::{Answer, Caching};
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::http::query::{Query, parse_bbox, parse_moment};
use crate::messages::Language;
use crate::pages::ask::{Ask, CONDITIONS, FILTER_NAMES, Theme};
use crate::pages::layout::{Head, document};
use crate::pages::speech::Speech;
use crate::pages::{
    card, changes, export, failure, home, hotspots, method, municipality, plan, rating, silence, slippage,
    table, told,
};
use crate::service::Atlas;
use crate::service::filter::{Filter, Invalid, MAX_QUERY_CHARS, Moment};
use crate::service::items::PageToken;
use crate::service::recent::REACH_DAYS;

/// Media type of pages.
pub const HTML: &str = "text/html; charset=utf-8";
/// Days that the page of changes looks back on when nobody says otherwise.
const WEEK_DAYS: i64 = 7;

/// Parameters of a page that takes no conditions.
pub const PLAIN: &[&str] = &["theme"];
/// Parameters of a page of one thing: the day too.
pub const DATED: &[&str] = &["theme", "at"];
/// Parameters of the list and the export beside the conditions.
pub const LIST: &[&str] = &["theme", "mode", "sort", "token"];
/// Parameters of the rating.
pub const RATING: &[&str] = &["theme", "at", "sort"];
/// Parameters of a page of the region or of one municipality.
pub const PLACE: &[&str] = &["theme", "at", "mun"];
/// Parameters of what changed.
pub const CHANGES: &[&str] = &["theme", "mun", "since"];

/// The region in English, as a page of its own.
pub fn home(call: &Call) -> Result<Answer, Failure> {
    written(call, |ask| {
        let title = ask.speech.fill("map.title", &[("place", &ask.region_name())]);
        let description = title.clone();
        Ok(document(&ask, &Head { title, description, section: "/" }, &home::overview(&ask)?))
    })
}

/// The region for the document of the application. What the application does not understand it passes over, so does this.
pub fn poster(call: &Call) -> Result<String, Failure> {
    let written = |ask: Ask<'_>| Ok(home::poster(&ask)?);
    asked(call).and_then(written).or_else(|_| asked_plainly(call).and_then(written))
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
            None => zone.start_of(zone.day_of(now.plus_days(-WEEK_DAYS))),
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

fn appeals_wanted(call: &Call) -> Result<bool, Failure> {
    Ok(call.query.word("mode", &["objects", "appeals"])? == Some("appeals"))
}

/// A page as an answer; values that the service refuses are named as the address names them.
pub fn written(
    call: &Call,
    write: impl FnOnce(Ask<'_>) -> Result<String, Failure>,
) -> Result<Answer, Failure> {
    let page = asked(call).and_then(write).map_err(renamed)?;
    let language = language_of(&call.path).0;
    let answer = Answer::of(HTML, page.into_bytes()).tagged_by_content();
    Ok(answer.with_header("Content-Language", language.tag().to_owned()))
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
