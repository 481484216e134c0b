//! A request, taken apart: what handlers may look at.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName};
use actix_web::web::Bytes;
use tokio::sync::Semaphore;

use super::query::{Query, QueryError};
use super::routes::Route;
use crate::messages::{Language, quality};
use crate::service::Atlas;
use crate::service::basemap::Basemap;
use crate::service::encoding::Encoding;

/// What the service brings to every request.
pub struct Context<'a> {
    /// The atlas.
    pub atlas: Arc<Atlas>,
    /// How the service is reached from outside, when configured.
    pub public_url: Option<&'a str>,
    /// The base map that the administrator chose.
    pub basemap: Option<Arc<Basemap>>,
    /// Gives what has been counted.
    pub metrics_text: fn() -> String,
    /// Places for long bodies.
    pub outflows: Arc<Semaphore>,
}

/// A request.
#[derive(Clone)]
pub struct Call {
    /// The atlas.
    pub atlas: Arc<Atlas>,
    /// The base map that the administrator chose; usually none.
    pub basemap: Option<Arc<Basemap>>,
    /// Gives what has been counted.
    pub metrics_text: fn() -> String,
    /// Places for long bodies (see [`super::outflow`]).
    pub outflows: Arc<Semaphore>,
    /// Only the headers of the answer are wanted.
    pub head: bool,
    /// Which bytes are wanted; empty for all.
    pub range: String,
    /// Of which body they are wanted; empty for any.
    pub if_range: String,
    /// Parameters.
    pub query: Query,
    /// Where the service is reached, without a slash at the end.
    pub base_url: String,
    /// Path and query as asked.
    pub path: String,
    /// The language of whoever asks.
    pub language: Language,
    /// The text of a bearer token.
    pub token: Option<String>,
    /// Version after which announcements are wanted.
    pub last_event_id: Option<String>,
    /// Media type of the body.
    pub content_type: String,
    /// The body.
    pub body: Bytes,
    segments: Vec<(String, String)>,
    accept_encoding: String,
    if_none_match: String,
}

impl Call {
    /// Takes a request apart. Errors: a parameter that the address does not have; text that is not percent-encoded UTF-8.
    pub fn parse(
        context: Context<'_>,
        request: &HttpRequest,
        body: Bytes,
        route: &Route,
    ) -> Result<Self, QueryError> {
        let (known, text) = (route.known_parameters(), request.query_string());
        let query = if route.lenient { Query::of_known(text, &known) } else { Query::parse(text, &known) }?;
        let text = |name: HeaderName| {
            request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned()
        };
        let token = bearer_of(request).map(str::to_owned);
        let last_event_id = Some(text(HeaderName::from_static("last-event-id"))).filter(|id| !id.is_empty());
        let base_url = match context.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", host_of(request)),
        };
        Ok(Self {
            atlas: context.atlas,
            basemap: context.basemap,
            metrics_text: context.metrics_text,
            outflows: context.outflows,
            head: request.method() == Method::HEAD,
            range: text(header::RANGE),
            if_range: text(header::IF_RANGE),
            query,
            base_url,
            path: request.uri().path_and_query().map_or_else(String::new, ToString::to_string),
            language: Language::preferred(&text(header::ACCEPT_LANGUAGE)),
            token,
            last_event_id,
            content_type: text(header::CONTENT_TYPE),
            body,
            segments: request
                .match_info()
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            accept_encoding: text(header::ACCEPT_ENCODING),
            if_none_match: text(header::IF_NONE_MATCH),
        })
    }

    /// A variable part of the path.
    #[must_use]
    pub fn segment(&self, name: &str) -> &str {
        self.segments.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// The encoding that the client likes best among ours: the highest quality, then the one that is cheapest to make.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        let mut best = (0.0, Encoding::Identity);
        for (name, encoding) in [("zstd", Encoding::Zstd), ("br", Encoding::Brotli), ("gzip", Encoding::Gzip)]
        {
            let quality = quality_of(&self.accept_encoding, name);
            if quality > best.0 {
                best = (quality, encoding);
            }
        }
        best.1
    }

    /// Whether the client takes Brotli, be it that it likes another encoding better.
    #[must_use]
    pub fn takes_brotli(&self) -> bool {
        quality_of(&self.accept_encoding, "br") > 0.0
    }

    /// The same of gzip.
    #[must_use]
    pub fn takes_gzip(&self) -> bool {
        quality_of(&self.accept_encoding, "gzip") > 0.0
    }

    /// Whether the client has the answer with this tag already.
    #[must_use]
    pub fn has(&self, etag: &str) -> bool {
        let mut tags = self.if_none_match.split(',').map(str::trim);
        tags.any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag.trim_start_matches("W/"))
    }
}

/// The text of a bearer token.
#[must_use]
pub fn bearer_of(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim)
}

/// The host that the client asked, for links. Headers of proxies (`Forwarded`, `X-Forwarded-Host`) are not believed: anybody
/// can send them, and whoever stands behind a proxy configures `public_url`. Nor is a name that no host can have.
fn host_of(request: &HttpRequest) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    let asked = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let asked = asked.filter(|host| !host.is_empty() && host.chars().all(plain));
    asked.map_or_else(|| request.app_config().local_addr().to_string(), str::to_owned)
}

fn quality_of(accepted: &str, name: &str) -> f64 {
    let is_named = |part: &&str| part.split(';').next().is_some_and(|n| n.trim().eq_ignore_ascii_case(name));
    accepted.split(',').find(is_named).map_or(0.0, quality)
}
