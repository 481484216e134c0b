//! Whole collections as GeoPackages: made in a file, in the same turn as archives of tiles, and sent like them, in ranges.

use std::sync::Arc;

use actix_web::HttpResponse;

use super::downloads::{attachment, blocking, box_of, language_of, send_archive};
use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::http::routes::Later;
use crate::pages::planner;
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
    let asking = call.clone();
    let (request, kept) = blocking(move || {
        let request = package_request(&asking, collection)?;
        let kept = asking.atlas.kept_package(&request);
        Ok((request, kept))
    })
    .await?;
    let package = match kept {
        Some(package) => package,
        None => {
            let turn = call.atlas.archives.turn().await?;
            let atlas = Arc::clone(&call.atlas);
            // The turn goes along: a client that leaves does not end the work.
            blocking(move || Ok(atlas.package(&request, &turn)?)).await?
        }
    };
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
