//! Files to take along: archives of tiles, and whole collections.

use std::ops::Range;
use std::sync::Arc;

use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::stream;
use tokio::sync::OwnedSemaphorePermit;

use super::tiles::{layer_json, vector_layer};
use crate::geometry::Tile;
use crate::http::answer::{Caching, tag};
use crate::http::call::Call;
use crate::http::outflow;
use crate::http::problem_details::Failure;
use crate::http::query::{FILTER, parse_bbox};
use crate::http::ranges::{Wanted, wanted};
use crate::http::routes::Later;
use crate::messages::Language;
use crate::pages::planner;
use crate::service::Atlas;
use crate::service::archives::{
    Archive, ArchiveFailure, ArchiveForm, ArchiveInfo, ArchiveRequest, LAST_ZOOM,
};
use crate::service::export::ExportForm;
use crate::service::features::Collection;
use crate::service::filter::{Filter, Invalid};
use crate::service::tiles::{TileKind, TileRequest, VectorLayer};

/// Last zoom of an archive when nobody says otherwise: points stand alone there, and the next zooms only spread them.
const MAX_ZOOM_OF_ROWS: u8 = 14;
/// The same for borders: a screen pixel is 20 m, and a whole region stays within the most tiles.
const MAX_ZOOM_OF_BORDERS: u8 = 10;
/// Bytes of a file that are read at once.
const PIECE_BYTES: u64 = 256 << 10;

/// An archive in PMTiles.
pub fn pmtiles(call: Call) -> Later {
    Box::pin(archive(call, ArchiveForm::PmTiles))
}

/// An archive in MBTiles.
pub fn mbtiles(call: Call) -> Later {
    Box::pin(archive(call, ArchiveForm::MbTiles))
}

async fn archive(call: Call, form: ArchiveForm) -> Result<HttpResponse, Failure> {
    let ask = move |call: &Call| archive_request(call, form);
    let archive = kept_or_made(&call, ask, Atlas::kept_archive, Atlas::archive).await?;
    let (media_type, ending) = match form {
        ArchiveForm::PmTiles => ("application/vnd.pmtiles", "pmtiles"),
        ArchiveForm::MbTiles => ("application/vnd.mapbox-vector-tile+sqlite3", "mbtiles"),
    };
    send_archive(&call, archive, media_type, &attachment(call.segment("layer"), ending)).await
}

/// The file that a call asks for: the one that is kept, else the one made in its turn.
pub(super) async fn kept_or_made<R: Send + 'static>(
    call: &Call,
    ask: impl FnOnce(&Call) -> Result<R, Failure> + Send + 'static,
    kept: fn(&Atlas, &R) -> Option<Arc<Archive>>,
    make: fn(&Atlas, &R, &OwnedSemaphorePermit) -> Result<Arc<Archive>, ArchiveFailure>,
) -> Result<Arc<Archive>, Failure> {
    let asking = call.clone();
    let (request, found) = blocking(move || {
        let request = ask(&asking)?;
        let found = kept(&asking.atlas, &request);
        Ok((request, found))
    })
    .await?;
    if let Some(archive) = found {
        return Ok(archive);
    }
    let turn = call.atlas.archives.turn().await?;
    let atlas = Arc::clone(&call.atlas);
    // The turn goes along: a client that leaves does not end the work.
    blocking(move || Ok(make(&atlas, &request, &turn)?)).await
}

/// Sends a file that was made, or the part of it that is wanted.
pub(super) async fn send_archive(
    call: &Call,
    archive: Arc<Archive>,
    media_type: &'static str,
    disposition: &str,
) -> Result<HttpResponse, Failure> {
    let (length, etag) = (archive.length_bytes(), archive.etag().to_owned());
    if call.has(&etag) {
        return Ok(headed(HttpResponse::NotModified(), etag).finish());
    }
    // Ranges are for GET alone (RFC 9110, section 14.2).
    let range = if call.head { "" } else { &call.range };
    let (mut response, range) = match wanted(range, &call.if_range, &etag, length) {
        Wanted::Unsatisfiable => return Err(Failure::RangeNotSatisfiable(length)),
        Wanted::Whole => (headed(HttpResponse::Ok(), etag), 0..length),
        Wanted::Part(range) => {
            let mut response = headed(HttpResponse::PartialContent(), etag);
            let told = format!("bytes {}-{}/{length}", range.start, range.end - 1);
            response.insert_header((header::CONTENT_RANGE, told));
            (response, range)
        }
    };
    response.insert_header((header::ACCEPT_RANGES, "bytes"));
    response.insert_header((header::CONTENT_TYPE, media_type));
    response.insert_header((header::CONTENT_DISPOSITION, disposition));
    let size = range.end - range.start;
    if call.head {
        return Ok(response.body(SizedStream::new(size, stream::empty::<std::io::Result<Bytes>>())));
    }
    if size <= PIECE_BYTES {
        let bytes = blocking(move || piece(&archive, &range)).await?;
        return Ok(response.body(bytes));
    }
    let place = outflow::place(&call.outflows)?;
    let mut rest = range;
    let next = move || {
        if rest.is_empty() {
            return Ok(None);
        }
        let end = rest.end.min(rest.start + PIECE_BYTES);
        let bytes =
            archive.read(rest.start, (end - rest.start) as usize).map_err(|error| error.to_string())?;
        rest.start = end;
        Ok(Some(bytes))
    };
    Ok(response.body(SizedStream::new(size, Box::pin(outflow::stream(place, next)))))
}

fn piece(archive: &Archive, range: &Range<u64>) -> Result<Vec<u8>, Failure> {
    let bytes = archive.read(range.start, (range.end - range.start) as usize);
    bytes.map_err(|error| Failure::Internal(error.to_string()))
}

fn archive_request(call: &Call, form: ArchiveForm) -> Result<ArchiveRequest, Failure> {
    let layer = vector_layer(call.segment("layer")).ok_or(Failure::NotFound)?;
    let usual = match layer {
        VectorLayer::Municipalities => MAX_ZOOM_OF_BORDERS,
        _ => MAX_ZOOM_OF_ROWS,
    };
    let last = zoom(call, "maxzoom", LAST_ZOOM)?.unwrap_or(usual);
    let first = zoom(call, "minzoom", last)?.unwrap_or(0);
    let filter = call.query.filter()?;
    let reading = call.atlas.read_for(&filter)?;
    let json = layer_json(call.segment("layer"), &reading)?;
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    let info = ArchiveInfo {
        name: text("name"),
        description: text("description"),
        attribution: text("attribution"),
        version: text("version"),
        bounds: [0, 1, 2, 3].map(|n| json["bounds"][n].as_f64().unwrap_or_default()),
        min_zoom: first,
        max_zoom: last,
        vector_layers: json["vector_layers"].clone(),
    };
    let tiles =
        TileRequest { reading, filter, kind: TileKind::Vector(layer), tile: Tile { z: 0, x: 0, y: 0 } };
    Ok(ArchiveRequest { tiles, zooms: first..=last, form, info })
}

fn zoom(call: &Call, name: &'static str, most: u8) -> Result<Option<u8>, Failure> {
    let Some(text) = call.query.one(name)? else { return Ok(None) };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u8>().ok().filter(|z| digits && *z <= most) {
        Some(z) => Ok(Some(z)),
        None => Err(Invalid::new(name, "not_a_count", text, format!("0…{most}")).into()),
    }
}

/// All problems under a filter.
pub fn problems(call: Call) -> Later {
    Box::pin(async move {
        let filter = call.query.filter()?;
        collection(call, Collection::Problems, filter).await
    })
}

/// All problems under a filter for a planner's map program: a ZIP with what explains them.
pub fn planner(call: Call) -> Later {
    Box::pin(async move {
        let (language, filter) = (language_of(&call)?, call.query.filter()?);
        let (asking, atlas) = (call.clone(), Arc::clone(&call.atlas));
        let mut export = blocking(move || {
            let reading = asking.atlas.read_for(&filter)?;
            let day = reading.snapshot.dictionary.calendar.zone().day_of(reading.now).to_string();
            let address = format!("{}{}", asking.base_url, asking.path);
            Ok(asking.atlas.begin_planner_export(filter, planner::files(language, &address, &day))?)
        })
        .await?;
        let etag = tag(export.scope().as_bytes());
        if call.has(&etag) {
            return Ok(headed(HttpResponse::NotModified(), etag).finish());
        }
        let mut response = headed(HttpResponse::Ok(), etag);
        response.insert_header((header::CONTENT_TYPE, "application/zip"));
        response.insert_header((header::CONTENT_DISPOSITION, attachment("problems", "zip")));
        if call.head {
            return Ok(response.streaming(stream::empty::<std::io::Result<Bytes>>()));
        }
        let place = outflow::place(&call.outflows)?;
        let next = move || export.next_piece(&atlas).map_err(|error| error.to_string());
        Ok(response.streaming(outflow::stream(place, next)))
    })
}

/// All appeals under a filter.
pub fn appeals(call: Call) -> Later {
    Box::pin(async move {
        let filter = call.query.filter()?;
        collection(call, Collection::Appeals, filter).await
    })
}

/// All municipalities that meet a box.
pub fn municipalities(call: Call) -> Later {
    Box::pin(async move {
        let filter = box_of(&call)?;
        collection(call, Collection::Municipalities, filter).await
    })
}

/// The filter of places: a box.
pub(super) fn box_of(call: &Call) -> Result<Filter, Failure> {
    let bbox = call.query.one("bbox")?.map(|text| parse_bbox("bbox", text)).transpose()?;
    Ok(Filter { bbox, ..Filter::default() })
}

async fn collection(call: Call, collection: Collection, filter: Filter) -> Result<HttpResponse, Failure> {
    let ending = call.segment("form").to_owned();
    let form = form_of(&call, &ending)?;
    let atlas = Arc::clone(&call.atlas);
    let mut export = blocking(move || Ok(atlas.begin_export(collection, filter, form)?)).await?;
    let etag = tag(export.scope().as_bytes());
    if call.has(&etag) {
        return Ok(headed(HttpResponse::NotModified(), etag).finish());
    }
    let mut response = headed(HttpResponse::Ok(), etag);
    let media_type = match form {
        ExportForm::GeoJson => "application/geo+json",
        ExportForm::GeoJsonSeq => "application/geo+json-seq",
        ExportForm::Csv | ExportForm::Spreadsheet => "text/csv; charset=utf-8",
    };
    response.insert_header((header::CONTENT_TYPE, media_type));
    response.insert_header((header::CONTENT_DISPOSITION, attachment(collection.code(), &ending)));
    if call.head {
        return Ok(response.streaming(stream::empty::<std::io::Result<Bytes>>()));
    }
    let place = outflow::place(&call.outflows)?;
    let atlas = Arc::clone(&call.atlas);
    let next = move || export.next_piece(&atlas).map_err(|error| error.to_string());
    Ok(response.streaming(outflow::stream(place, next)))
}

/// The language of what is said inside a file; Russian when nobody asks for another.
pub(super) fn language_of(call: &Call) -> Result<Language, Failure> {
    Ok(match call.query.word("lang", &["ru", "en"])? {
        Some("en") => Language::En,
        _ => Language::Ru,
    })
}

/// The parameter that tells of a CSV file for whom it is.
pub const DIALECT: &[&str] = &["dialect"];

fn form_of(call: &Call, ending: &str) -> Result<ExportForm, Failure> {
    let form = ExportForm::parse(ending).ok_or(Failure::NotFound)?;
    if form != ExportForm::Csv {
        call.query.none_of(DIALECT, FILTER)?;
    }
    Ok(call.query.word("dialect", &["excel"])?.map_or(form, |_| ExportForm::Spreadsheet))
}

/// What every download says; scripts of other origins may see what they need for reading in ranges.
fn headed(mut response: HttpResponseBuilder, etag: String) -> HttpResponseBuilder {
    response.insert_header((header::ETAG, etag));
    response.insert_header((header::CACHE_CONTROL, Caching::Revalidate.header()));
    response.insert_header((header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag, Content-Range, Content-Length"));
    response
}

pub(super) fn attachment(name: &str, ending: &str) -> String {
    format!("attachment; filename=\"{name}.{ending}\"")
}

/// Runs what may take a while on a thread for such work.
pub(super) async fn blocking<T, F>(work: F) -> Result<T, Failure>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Failure> + Send + 'static,
{
    web::block(work).await.map_err(|error| Failure::Internal(error.to_string()))?
}
