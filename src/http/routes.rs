//! Every address of the service, in one table: method, path, parameters, who may, and what answers.

use std::pin::Pin;

use actix_web::HttpResponse;

use super::answer::Answer;
use super::call::Call;
use super::handlers::{
    api, appeals, basemap, downloads, embeds, events, geopackages, health, ogc, page, pages, photos,
    pictures, tiles,
};
use super::problem_details::Failure;
use super::query::FILTER;
use crate::domain::role::Permission;
use crate::pages::ask::CONDITIONS;

/// What answers an address.
pub enum Handler {
    /// Answers at once.
    Quick(fn(&Call) -> Result<Answer, Failure>),
    /// Works: on a bounded number of threads, with a bounded queue.
    Work(fn(&Call) -> Result<Answer, Failure>),
    /// Works when `look` finds nothing kept.
    Kept {
        /// Looks for a kept answer.
        look: fn(&Call) -> Result<Option<Answer>, Failure>,
        /// Makes the answer.
        work: fn(&Call) -> Result<Answer, Failure>,
    },
    /// Waits, or streams.
    Waiting(fn(Call) -> Later),
}

/// An answer that comes later.
pub type Later = Pin<Box<dyn Future<Output = Result<HttpResponse, Failure>>>>;

/// How an address is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the methods of HTTP
pub enum Method {
    Get,
    Post,
    Delete,
}

impl Method {
    /// Names of the methods that such a route answers, for `Allow`.
    #[must_use]
    pub const fn allowed(self) -> &'static [&'static str] {
        match self {
            Self::Get => &["GET", "HEAD"],
            Self::Post => &["POST"],
            Self::Delete => &["DELETE"],
        }
    }
}

/// One address.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path; `{name}` is a variable part.
    pub path: &'static str,
    /// What it is, for the description of the API.
    pub summary: &'static str,
    /// Parameters of its own.
    pub parameters: &'static [&'static str],
    /// Parameters that it shares with others: those of the one filter, or the conditions of pages.
    pub shared: &'static [&'static str],
    /// What whoever asks must be allowed.
    pub permission: Permission,
    /// Longest body, bytes.
    pub body_bytes: usize,
    /// For people: refusals too are told as pages.
    pub is_page: bool,
    /// Parameters that it does not have are passed over: links are lengthened on their way, and other sites write frames.
    pub lenient: bool,
    /// What answers.
    pub handler: Handler,
}

impl Route {
    /// Names of all parameters.
    #[must_use]
    pub fn known_parameters(&self) -> Vec<&'static str> {
        self.parameters.iter().chain(self.shared).copied().collect()
    }

    const fn filtered(mut self) -> Self {
        self.shared = FILTER;
        self
    }

    const fn conditioned(mut self) -> Self {
        self.shared = CONDITIONS;
        self
    }

    const fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    const fn with(mut self, parameters: &'static [&'static str]) -> Self {
        self.parameters = parameters;
        self
    }
}

const fn get(path: &'static str, summary: &'static str, handler: Handler) -> Route {
    Route {
        method: Method::Get,
        path,
        summary,
        parameters: &[],
        shared: &[],
        permission: Permission::ReadPublic,
        body_bytes: 0,
        is_page: false,
        lenient: false,
        handler,
    }
}

/// A page for people.
const fn page(path: &'static str, summary: &'static str, make: MakePage) -> Route {
    Route { is_page: true, ..get(path, summary, Handler::Work(make)) }
}

type MakePage = fn(&Call) -> Result<Answer, Failure>;

const fn post(
    path: &'static str,
    summary: &'static str,
    permission: Permission,
    body_bytes: usize,
    handler: Handler,
) -> Route {
    Route { method: Method::Post, permission, body_bytes, ..get(path, summary, handler) }
}

const fn delete(
    path: &'static str,
    summary: &'static str,
    permission: Permission,
    handler: Handler,
) -> Route {
    Route { method: Method::Delete, permission, ..get(path, summary, handler) }
}

/// The body of a photo: what a good telephone makes.
const PHOTO_BYTES: usize = 12 << 20;
/// The body of an appeal: text of 4,000 characters, four bytes each, and the rest.
const APPEAL_BYTES: usize = 64 << 10;

const PAGING: &[&str] = &["limit", "token", "sortby", "datetime", "f"];
const PLACES: &[&str] = &["limit", "token", "bbox", "datetime", "f"];
const FORMAT: &[&str] = &["f"];
const ZOOMS: &[&str] = &["minzoom", "maxzoom"];

/// The table.
pub static ROUTES: &[Route] = &[
    // The page.
    page("/", "The map", page::index).with(pages::MAP).conditioned().lenient(),
    page("/en", "The map", page::index).with(pages::MAP).conditioned().lenient(),
    page("/en/", "The map", page::index).with(pages::MAP).conditioned().lenient(),
    get("/assets/{file}", "A file of the page", Handler::Quick(page::asset)),
    get("/favicon.ico", "The icon of the window", Handler::Quick(page::icon)).lenient(),
    get("/errors/{slug}", "What an error means", Handler::Quick(page::error)),
    // Pages, in Russian and in English.
    page("/m/{slug}", "A municipality", pages::municipality).with(pages::DATED),
    page("/en/m/{slug}", "A municipality", pages::municipality).with(pages::DATED),
    page("/o/{id}", "A problem", pages::problem).with(pages::DATED),
    page("/en/o/{id}", "A problem", pages::problem).with(pages::DATED),
    page("/rating", "The rating", pages::rating).with(pages::RATING),
    page("/en/rating", "The rating", pages::rating).with(pages::RATING),
    page("/table", "A list of what the map shows", pages::table).with(pages::LIST).conditioned(),
    page("/en/table", "A list of what the map shows", pages::table).with(pages::LIST).conditioned(),
    page("/changes", "What changed", pages::changes).with(pages::CHANGES),
    page("/en/changes", "What changed", pages::changes).with(pages::CHANGES),
    page("/slippage", "How deadlines slipped", pages::slippage).with(pages::PLACE),
    page("/en/slippage", "How deadlines slipped", pages::slippage).with(pages::PLACE),
    page("/hotspots", "Where problems crowd", pages::hotspots).with(pages::PLACE),
    page("/en/hotspots", "Where problems crowd", pages::hotspots).with(pages::PLACE),
    page("/silence", "From where little is heard", pages::silence).with(pages::PLACE),
    page("/en/silence", "From where little is heard", pages::silence).with(pages::PLACE),
    page("/plan", "The sheet for a meeting", pages::plan).with(pages::PLACE),
    page("/en/plan", "The sheet for a meeting", pages::plan).with(pages::PLACE),
    page("/export", "The export", pages::export).with(pages::LIST).conditioned(),
    page("/en/export", "The export", pages::export).with(pages::LIST).conditioned(),
    page("/method", "The method", pages::method).with(pages::PLAIN),
    page("/en/method", "The method", pages::method).with(pages::PLAIN),
    page("/help", "Help", pages::help).with(pages::PLAIN),
    page("/en/help", "Help", pages::help).with(pages::PLAIN),
    page("/a11y", "The accessibility statement", pages::accessibility).with(pages::PLAIN),
    page("/en/a11y", "The accessibility statement", pages::accessibility).with(pages::PLAIN),
    page("/embed-builder", "Codes for other sites", embeds::builder).with(embeds::CODES).conditioned(),
    page("/en/embed-builder", "Codes for other sites", embeds::builder).with(embeds::CODES).conditioned(),
    get("/follow.js", "The script of pages that follow the data", Handler::Quick(pages::follow_script)),
    // Embeds.
    page("/e/{key}", "A frame or a picture for another site", embeds::frame)
        .with(embeds::FRAME)
        .conditioned()
        .lenient(),
    page("/e/{key}/live", "The application in a frame", embeds::live)
        .with(pages::MAP)
        .conditioned()
        .lenient(),
    get("/oembed", "What oEmbed says of a page", Handler::Work(embeds::oembed)).with(embeds::OEMBED),
    get("/embed-frame.js", "The script of a frame", Handler::Quick(embeds::frame_script)),
    get("/embed-builder.js", "The script of the page of codes", Handler::Quick(embeds::builder_script)),
    get("/api/embed-codes", "Codes by which other sites show a view", Handler::Work(embeds::codes))
        .with(embeds::CODES)
        .conditioned()
        .lenient(),
    get("/qr.svg", "A QR code of an address of ours", Handler::Work(embeds::qr_code)).with(&["url"]),
    get("/embed.js", "The element for other sites", Handler::Quick(embeds::element)),
    // OGC API – Features.
    get("/ogc", "Landing page", Handler::Quick(ogc::landing)).with(FORMAT),
    get("/ogc/conformance", "Conformance classes", Handler::Quick(ogc::conformance)).with(FORMAT),
    get("/ogc/collections", "Collections", Handler::Quick(ogc::collections)).with(FORMAT),
    get("/ogc/collections/{collection}", "One collection", Handler::Quick(ogc::collection)).with(FORMAT),
    get("/ogc/collections/problems/items", "Problems", Handler::Work(ogc::problems)).with(PAGING).filtered(),
    get("/ogc/collections/appeals/items", "Appeals", Handler::Work(ogc::appeals)).with(PAGING).filtered(),
    get("/ogc/collections/municipalities/items", "Municipalities", Handler::Work(ogc::municipalities))
        .with(PLACES),
    get("/ogc/collections/settlements/items", "Settlements", Handler::Work(ogc::settlements)).with(PLACES),
    get(
        "/ogc/collections/hotspots/items",
        "Crowds of open problems and hot cells",
        Handler::Work(ogc::hotspots),
    )
    .with(&["limit", "token", "bbox", "f", "as_of"]),
    get("/ogc/collections/ratings/items", "The rating of municipalities", Handler::Work(ogc::ratings))
        .with(&["limit", "token", "bbox", "f", "as_of"]),
    get("/ogc/collections/{collection}/items/{id}", "One feature", Handler::Work(ogc::item))
        .with(&["f", "as_of"]),
    // Tiles.
    get("/tiles/{layer}.json", "TileJSON", Handler::Work(tiles::tile_json))
        .with(tiles::HEAT_STYLE)
        .filtered(),
    get("/tiles/{layer}/{z}/{x}/{file}", "A tile", Handler::Kept { look: tiles::look, work: tiles::draw })
        .with(tiles::HEAT_STYLE)
        .filtered(),
    // Tiles that are pictures: what the page draws itself.
    get("/tiles/problems.png.json", "TileJSON of problems' symbols", Handler::Work(pictures::problems_json))
        .with(pictures::MARKERS)
        .filtered(),
    get("/tiles/appeals.png.json", "TileJSON of appeals' symbols", Handler::Work(pictures::appeals_json))
        .with(pictures::MARKERS)
        .filtered(),
    get(
        "/tiles/choropleth.json",
        "TileJSON of municipalities by class, with its legend",
        Handler::Work(pictures::choropleth_json),
    )
    .with(pictures::CHOROPLETH),
    get(
        "/tiles/problems/{z}/{x}/{y}.png",
        "Problems' symbols",
        Handler::Kept { look: pictures::look_problems, work: pictures::draw_problems },
    )
    .with(pictures::MARKERS)
    .filtered(),
    get(
        "/tiles/appeals/{z}/{x}/{y}.png",
        "Appeals' symbols",
        Handler::Kept { look: pictures::look_appeals, work: pictures::draw_appeals },
    )
    .with(pictures::MARKERS)
    .filtered(),
    get(
        "/tiles/choropleth/{z}/{x}/{y}.png",
        "Municipalities by class of a metric",
        Handler::Kept { look: pictures::look_choropleth, work: pictures::draw_choropleth },
    )
    .with(pictures::CHOROPLETH),
    get(
        "/basemap/{z}/{x}/{y}",
        "A tile of the base map, where one is configured",
        Handler::Work(basemap::tile),
    )
    .with(&["v"]),
    // Files to take along.
    get("/download/{layer}.pmtiles", "Tiles in one file, PMTiles", Handler::Waiting(downloads::pmtiles))
        .with(ZOOMS)
        .filtered(),
    get("/download/{layer}.mbtiles", "Tiles in one file, MBTiles", Handler::Waiting(downloads::mbtiles))
        .with(ZOOMS)
        .filtered(),
    get(
        "/download/problems.zip",
        "All problems with their style for QGIS",
        Handler::Waiting(downloads::planner),
    )
    .with(&["lang"])
    .filtered(),
    get(
        "/download/problems.{form:geojson|geojsonseq|csv}",
        "All problems",
        Handler::Waiting(downloads::problems),
    )
    .with(downloads::DIALECT)
    .filtered(),
    get(
        "/download/appeals.{form:geojson|geojsonseq|csv}",
        "All appeals",
        Handler::Waiting(downloads::appeals),
    )
    .with(downloads::DIALECT)
    .filtered(),
    get(
        "/download/municipalities.{form:geojson|geojsonseq|csv}",
        "All municipalities",
        Handler::Waiting(downloads::municipalities),
    )
    .with(&["bbox", "dialect"]),
    get(
        "/download/problems.gpkg",
        "All problems, GeoPackage: a table each for points, lines and areas",
        Handler::Waiting(geopackages::problems),
    )
    .with(&["lang"])
    .filtered(),
    get("/download/appeals.gpkg", "All appeals, GeoPackage", Handler::Waiting(geopackages::appeals))
        .with(&["lang"])
        .filtered(),
    get(
        "/download/municipalities.gpkg",
        "All municipalities, GeoPackage",
        Handler::Waiting(geopackages::municipalities),
    )
    .with(&["bbox", "lang"]),
    // JSON.
    get("/api/region", "Region, municipalities, categories and colours", Handler::Quick(api::region)),
    get("/api/bodies", "Bodies that answer for problems", Handler::Work(api::bodies)),
    get("/api/problems/{id}", "One problem with its history", Handler::Work(api::problem)).with(&["as_of"]),
    get("/api/problems/{id}/events", "The history of a problem", Handler::Work(api::problem_events))
        .with(&["as_of"]),
    post(
        "/api/problems/{id}/photos",
        "Publishes a photo of a problem",
        Permission::PublishPhotos,
        PHOTO_BYTES,
        Handler::Work(photos::publish),
    )
    .with(&["alt", "taken_at"]),
    delete(
        "/api/problems/{id}/photos/{blob}",
        "Takes a photo off a problem",
        Permission::PublishPhotos,
        Handler::Work(photos::remove),
    ),
    get("/photos/{id}/{blob}.jpg", "A photo of a problem", Handler::Work(photos::photo)),
    get("/api/clusters/{id}/leaves", "Problems in a cluster", Handler::Work(api::leaves))
        .with(&["limit", "offset", "layer"])
        .filtered(),
    get(
        "/api/clusters/{id}/expansion-zoom",
        "Where a cluster falls apart",
        Handler::Work(api::expansion_zoom),
    )
    .with(&["layer"])
    .filtered(),
    get("/api/stats", "Counts by anything", Handler::Work(api::stats)).with(&["by", "layer"]).filtered(),
    get("/api/summary", "A selection told in words, with its numbers", Handler::Work(pages::summary))
        .with(pages::SUMMARY)
        .filtered(),
    get("/api/ratings", "The rating of all municipalities", Handler::Work(api::ratings))
        .with(&["as_of", "f"]),
    get("/api/ratings/{municipality}", "Why one municipality has its rank", Handler::Work(api::rating))
        .with(&["as_of"]),
    get("/api/burden", "What load each municipality carries", Handler::Work(api::burden))
        .with(&["as_of", "f"]),
    get(
        "/api/slippage",
        "How deadlines slipped, who held the ball, what came back",
        Handler::Work(api::slippage),
    )
    .with(&["municipality", "as_of"]),
    get("/api/sensitivity", "How much the rating depends on its own making", Handler::Work(api::sensitivity))
        .with(&["as_of"]),
    get("/api/marks", "Citizens' marks of heads", Handler::Work(api::marks)).with(&[
        "municipality",
        "as_of",
        "f",
    ]),
    get("/api/method", "The method: constants, formulas, sources", Handler::Quick(api::method)),
    get("/api/silence", "Settlements that report less than expected", Handler::Work(api::silence))
        .with(&["as_of"]),
    get("/api/events", "What changes, as it changes", Handler::Waiting(events::stream)),
    post(
        "/api/appeals",
        "Take in an appeal",
        Permission::SubmitAppeal,
        APPEAL_BYTES,
        Handler::Waiting(appeals::submit),
    ),
    // The service itself.
    get("/healthz", "Whether the service lives", Handler::Quick(health::healthz)),
    get("/readyz", "Whether the service can work", Handler::Quick(health::readyz)),
    get("/metrics", "Metrics for Prometheus", Handler::Quick(health::metrics)),
];
