//! Taking data away: the conditions as a form, how many rows and bytes that will be, and the addresses that give them.

use maud::html;

use super::ask::{Ask, query_text};
use super::embed::OPEN_KEY;
use super::layout::{Head, document};
use super::table::{api_pairs, conditions};
use crate::service::ReadError;
use crate::service::features::{Collection, FeatureQuery, collection_geojson, csv_rows, sequence_geojson};
use crate::service::geopackages::reckoned_bytes;

/// Width of pictures: that of a slide or of a sheet of paper.
const PICTURE_PX: &str = "1200";
/// Rows of which the size of all is reckoned.
const SAMPLE: usize = 60;
/// Conditions that the programs' addresses do not know are refused there, so they are not offered here.
const COLLECTIONS: [Collection; 2] = [Collection::Problems, Collection::Appeals];

/// The page.
pub fn page(ask: &Ask<'_>, appeals: bool) -> Result<String, ReadError> {
    let speech = &ask.speech;
    let collection = COLLECTIONS[usize::from(appeals)];
    let query = FeatureQuery { filter: ask.filter.clone(), order: None, limit: SAMPLE, token: None };
    let sample = ask.atlas.features(collection, &query)?;
    let size = |bytes: usize| match sample.features.len() {
        0 => 0.0,
        n => bytes as f64 / n as f64 * sample.matched as f64,
    };
    let rows = speech.counted("unit.rows", sample.matched as i64);
    let told = speech.fill("export.told", &[("place", &ask.place_name()), ("rows", &rows)]);
    let address = |ending: &str, more: &[(&'static str, &str)]| {
        let mut pairs = api_pairs(ask);
        pairs.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        format!("/download/{}.{ending}{}", collection.code(), query_text(&pairs))
    };
    let spreadsheet = speech.say("export.spreadsheet");
    let rows_bytes = size(csv_rows(&sample.features).len());
    let forms = [
        ("GeoJSON", address("geojson", &[]), size(collection_geojson(&sample.features, "").len())),
        (&spreadsheet, address("csv", &[("dialect", "excel")]), rows_bytes),
        ("CSV", address("csv", &[]), rows_bytes),
        ("GeoJSON Text Sequence", address("geojsonseq", &[]), size(sequence_geojson(&sample.features).len())),
    ];
    // For QGIS; the words inside are of the page's language.
    let language = [("lang", speech.language.tag())];
    let package = reckoned_bytes(collection, &sample.features, sample.matched);
    let mut rich = vec![("GeoPackage", address("gpkg", &language), "export.geopackage", package)];
    if !appeals {
        rich.push(("ZIP", address("zip", &language), "export.planner", forms[0].2));
    }
    let drawn = [
        ("PNG", picture(ask, appeals, "png", &[("scale", "2")])),
        ("SVG", picture(ask, appeals, "svg", &[])),
    ];
    let body = html! {
        p.lead #preview { (told) }
        (super::conditions::told(ask))
        nav aria-label=(speech.say("export.what")) {
            ul {
                li { a href=(ask.with("/export", &[("mode", "")])) aria-current=[(!appeals).then_some("true")] { (speech.say("export.problems")) } }
                li { a href=(ask.with("/export", &[("mode", "appeals")])) aria-current=[appeals.then_some("true")] { (speech.say("export.appeals")) } }
            }
        }
        (conditions(ask, "/export", &[("mode", if appeals { "appeals" } else { "" })], true))
        div.scroll {
            table {
                caption { (speech.say("export.caption")) }
                thead { tr { th scope="col" { (speech.say("export.form")) } th.n scope="col" { (speech.say("export.rows")) } th.n scope="col" { (speech.say("export.bytes")) } } }
                tbody {
                    @for (name, address, told, bytes) in &rich {
                        tr {
                            th scope="row" { a href=(address) { (name) } span.soft.small { " " (speech.say(told)) } }
                            td.n { (speech.number(sample.matched as i64)) }
                            td.n { "≈ " (bytes_words(ask, *bytes)) }
                        }
                    }
                    @for (name, address, bytes) in &forms {
                        tr {
                            th scope="row" { a href=(address) { (name) } }
                            td.n { (speech.number(sample.matched as i64)) }
                            td.n { "≈ " (bytes_words(ask, *bytes)) }
                        }
                    }
                    @for (name, address) in &drawn {
                        tr {
                            th scope="row" { a href=(address) { (name) } span.soft.small { " " (speech.say("export.picture")) } }
                            td.n { (speech.number(sample.matched as i64)) }
                            td.n { "–" }
                        }
                    }
                }
            }
        }
        p { (speech.say("export.note")) " " a href="/ogc" { "OGC API" } " · " a href=(ask.with("/table", &[])) { (speech.say("page.table")) } }
    };
    Ok(document(
        ask,
        &Head { title: speech.say("page.export"), description: told.clone(), section: "/export" },
        &body,
    ))
}

/// The map of these conditions, drawn when it is asked for: how large it is, is not known before.
fn picture(ask: &Ask<'_>, appeals: bool, ending: &str, more: &[(&'static str, &str)]) -> String {
    let conditions = ask.pairs.iter().filter(|(name, _)| !["mode", "sort"].contains(name)).cloned();
    let own = [("lang", ask.speech.language.tag()), ("w", PICTURE_PX)];
    let mode = appeals.then_some(("mode", "appeals"));
    let more = own.iter().chain(more).copied().chain(mode);
    let mut pairs: Vec<(&'static str, String)> =
        conditions.chain(more.map(|(name, value)| (name, value.to_owned()))).collect();
    pairs.sort();
    format!("/e/{OPEN_KEY}.{ending}{}", query_text(&pairs))
}

fn bytes_words(ask: &Ask<'_>, bytes: f64) -> String {
    let (scaled, key) =
        if bytes >= 1e6 { (bytes / 1e6, "unit.megabytes") } else { (bytes / 1e3, "unit.kilobytes") };
    format!("{}\u{a0}{}", ask.speech.decimal(scaled, 1), ask.speech.say(key))
}
