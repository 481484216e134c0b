//! Bytes out: content type, entity tag, encoding, caching.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;

use super::call::Call;
use crate::domain::ids::hex;
use crate::service::encoding::{Encoding, encode};

/// Bodies shorter than this are sent as they are: the headers cost more than compressing saves.
const SMALLEST_ENCODED: usize = 512;

/// An answer before it becomes HTTP.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Media type.
    pub content_type: &'static str,
    /// Body, not encoded yet.
    pub body: Body,
    /// Entity tag of the unencoded body; an encoding changes it.
    pub etag: Option<String>,
    /// What caches may do.
    pub caching: Caching,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
}

/// The body of an answer.
#[derive(Debug, Clone)]
pub enum Body {
    /// To be encoded as the client likes.
    Plain(Vec<u8>),
    /// Encoded already; its entity tag says so.
    Encoded(Arc<[u8]>, Encoding),
    /// None.
    Empty,
}

/// What caches may do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// Ask every time whether it is still the same.
    Revalidate,
    /// Keep for an hour: the content never changes, but it may be taken away.
    ForAnHour,
    /// Keep for ever: the address names the content.
    Immutable,
    /// Keep nothing: it is about one role or one moment.
    Never,
}

impl Caching {
    /// The header `Cache-Control`.
    #[must_use]
    pub const fn header(self) -> &'static str {
        match self {
            Self::Revalidate => "public, no-cache",
            Self::ForAnHour => "public, max-age=3600",
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Never => "private, no-store",
        }
    }
}

impl Answer {
    /// A body of a media type.
    #[must_use]
    pub fn of(content_type: &'static str, body: Vec<u8>) -> Self {
        Self {
            status: StatusCode::OK,
            content_type,
            body: Body::Plain(body),
            etag: None,
            caching: Caching::Revalidate,
            headers: Vec::new(),
        }
    }

    /// JSON of a value.
    #[must_use]
    pub fn json<T: serde::Serialize>(value: &T) -> Self {
        Self::of("application/json", serde_json::to_vec(value).expect("answers are plain data"))
    }

    /// The answer with an entity tag made of its body.
    #[must_use]
    pub fn tagged_by_content(mut self) -> Self {
        if let Body::Plain(bytes) = &self.body {
            self.etag = Some(tag(bytes));
        }
        self
    }

    /// The answer with an entity tag made of everything that it depends on.
    #[must_use]
    pub fn tagged(mut self, depends_on: &str) -> Self {
        self.etag = Some(tag(depends_on.as_bytes()));
        self
    }

    /// The same for bodies that are equal in meaning and not in every byte.
    #[must_use]
    pub fn tagged_weakly(mut self, depends_on: &str) -> Self {
        self.etag = Some(format!("W/{}", tag(depends_on.as_bytes())));
        self
    }

    /// The answer with a header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The answer with another media type.
    #[must_use]
    pub fn typed(mut self, content_type: &'static str) -> Self {
        self.content_type = content_type;
        self
    }

    /// The answer with other caching.
    #[must_use]
    pub fn cached(mut self, caching: Caching) -> Self {
        self.caching = caching;
        self
    }

    /// Becomes HTTP as it is, for answers to requests that could not even be taken apart.
    #[must_use]
    pub fn into_unencoded_response(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CACHE_CONTROL, self.caching.header()));
        response.insert_header((header::CONTENT_TYPE, self.content_type));
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        match self.body {
            Body::Plain(bytes) => response.body(bytes),
            Body::Encoded(..) | Body::Empty => response.finish(),
        }
    }

    /// Becomes HTTP: 304 when the client has it already, else encoded as the client likes.
    #[must_use]
    pub fn into_response(self, call: &Call) -> HttpResponse {
        let encoding = match &self.body {
            Body::Plain(bytes) if bytes.len() >= SMALLEST_ENCODED && compressible(self.content_type) => {
                call.encoding()
            }
            Body::Encoded(_, encoding) => *encoding,
            _ => Encoding::Identity,
        };
        let etag = self.etag.map(|tag| match &self.body {
            Body::Encoded(..) => tag,
            _ => tag_for(&tag, encoding),
        });
        let unchanged = self.status == StatusCode::OK && etag.as_ref().is_some_and(|tag| call.has(tag));
        let status = if unchanged { StatusCode::NOT_MODIFIED } else { self.status };
        let mut response = HttpResponse::build(status);
        if let Some(etag) = etag {
            response.insert_header((header::ETAG, etag));
        }
        response.insert_header((header::CACHE_CONTROL, self.caching.header()));
        response.insert_header((header::VARY, "Accept-Encoding, Accept-Language"));
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        if unchanged {
            return response.finish();
        }
        if let Some(name) = encoding_name(encoding) {
            response.insert_header((header::CONTENT_ENCODING, name));
        }
        if !matches!(self.body, Body::Empty) {
            response.insert_header((header::CONTENT_TYPE, self.content_type));
        }
        match self.body {
            Body::Empty => response.finish(),
            Body::Encoded(bytes, _) => response.body(actix_web::web::Bytes::from_owner(SharedBytes(bytes))),
            Body::Plain(bytes) if encoding == Encoding::Identity => response.body(bytes),
            Body::Plain(bytes) => response.body(encode(&bytes, encoding)),
        }
    }
}

/// Lets the body of a response share the bytes of the cache.
struct SharedBytes(Arc<[u8]>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A strong entity tag for whatever depends on `depends_on` only.
#[must_use]
pub fn tag(depends_on: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(depends_on);
    format!("\"{}\"", hex(&digest[..10]))
}

/// The tag of the encoded form: other bytes, other tag.
fn tag_for(tag: &str, encoding: Encoding) -> String {
    match encoding_name(encoding) {
        Some(name) => format!("{}-{name}\"", tag.trim_end_matches('"')),
        None => tag.to_owned(),
    }
}

fn encoding_name(encoding: Encoding) -> Option<&'static str> {
    match encoding {
        Encoding::Identity => None,
        Encoding::Gzip => Some("gzip"),
        Encoding::Zstd => Some("zstd"),
        Encoding::Brotli => Some("br"),
    }
}

fn compressible(content_type: &str) -> bool {
    !content_type.starts_with("image/png")
        && !content_type.starts_with("image/jpeg")
        && !content_type.starts_with("font/")
}
