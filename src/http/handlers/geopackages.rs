//! Whole collections as GeoPackages: made in a file, in the same turn as archives of tiles, and sent like them, in ranges.

use actix_web::HttpResponse;

use super::downloads::{attachment, box_of, kept_or_made, language_of, send_archive};
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::http::routes::Later;
use crate::pages::planner;
use crate::service::Atlas;
use crate::service::features::Collection;
use crate::service::geopackages::PackageRequest;

/// The media type that IANA knows.
const MEDIA_TYPE: &str = "application/geopackage+sqlite3";

/// All problems under a filter.
pub fn problems(call: Call) -> Later {
    Box::pin(package(call, Collection::Problems))
}

/// All appeals under a filter.
pub fn appeals(call: Call) -> Later {
    Box::pin(package(call, Collection::Appeals))
}

/// All municipalities that meet a box.
pub fn municipalities(call: Call) -> Later {
    Box::pin(package(call, Collection::Municipalities))
}

async fn package(call: Call, collection: Collection) -> Result<HttpResponse, Failure> {
    let ask = move |call: &Call| package_request(call, collection);
    let package = kept_or_made(&call, ask, Atlas::kept_package, Atlas::package).await?;
    send_archive(&call, package, MEDIA_TYPE, &attachment(collection.code(), "gpkg")).await
}

fn package_request(call: &Call, collection: Collection) -> Result<PackageRequest, Failure> {
    let filter = match collection {
        Collection::Municipalities => box_of(call)?,
        _ => call.query.filter()?,
    };
    let reading = call.atlas.read_for(&filter)?;
    let address = format!("{}{}", call.base_url, call.path);
    let words = planner::words(language_of(call)?, &reading, collection, Some(&address));
    Ok(PackageRequest::new(reading, collection, filter, words)?)
}
