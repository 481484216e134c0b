//! The only place where errors become status codes: RFC 9457 problem details, in the language of whoever asks.
//!
//! Bodies of 5xx answers never carry the error's text; it is logged once, here.

use actix_web::http::StatusCode;
use serde::Serialize;

use super::answer::{Answer, Caching};
use super::query::QueryError;
use crate::messages::{Language, text};
use crate::service::access::AccessError;
use crate::service::appeals::SubmitError;
use crate::service::archives::ArchiveFailure;
use crate::service::filter::Invalid;
use crate::service::photos::{PhotoError, allowed_of};
use crate::service::{ReadError, Refusal, WriteError};

/// Everything that can go wrong with a request.
#[derive(Debug)]
pub enum Failure {
    /// A parameter that the address does not have.
    UnknownParameter {
        /// The parameter.
        parameter: String,
        /// Those that it has.
        allowed: String,
    },
    /// A value that is not allowed.
    Invalid(Invalid),
    /// Several values of a body that are not allowed: field, rule, got.
    InvalidFields(Vec<(String, &'static str, String)>),
    /// There is no such thing, or not for whoever asks.
    NotFound,
    /// The address knows other methods.
    MethodNotAllowed(String),
    /// A token is needed.
    Unauthorized,
    /// The token's role may not do this.
    Forbidden,
    /// The body has a media type or an encoding that is not taken here.
    UnsupportedMediaType(&'static str),
    /// The body is too long.
    TooLarge(usize),
    /// The body has fewer bytes than those that are wanted; it has so many.
    RangeNotSatisfiable(u64),
    /// The state of the atlas does not allow it.
    Conflict(String),
    /// Too much is asked for at once.
    Busy,
    /// The disk is almost full.
    DiskFull,
    /// Nothing can be written.
    ReadOnly,
    /// Something is broken here; the text goes to the log only.
    Internal(String),
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Unknown { parameter, allowed } => Self::UnknownParameter { parameter, allowed },
            QueryError::Invalid(invalid) => Self::Invalid(invalid),
        }
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Invalid(invalid) => Self::Invalid(invalid),
            ReadError::NotFound(_) => Self::NotFound,
            ReadError::Store(error) => Self::Internal(error.to_string()),
            ReadError::Known(error) => Self::Internal(error.to_string()),
            ReadError::Priors(error) => Self::Internal(error.to_string()),
            ReadError::File(error) => Self::Internal(error.to_string()),
        }
    }
}

impl From<ArchiveFailure> for Failure {
    fn from(error: ArchiveFailure) -> Self {
        match error {
            ArchiveFailure::Read(error) => error.into(),
            ArchiveFailure::Busy => Self::Busy,
            ArchiveFailure::DiskFull => Self::DiskFull,
            ArchiveFailure::Write(error) => Self::Internal(error.to_string()),
        }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Refused(Refusal::NotFound(_)) => Self::NotFound,
            WriteError::Refused(Refusal::Invalid(rejections)) => {
                if rejections.iter().any(|r| r.rule == "outside_scope") {
                    return Self::Forbidden;
                }
                Self::InvalidFields(rejections.into_iter().map(|r| (r.field, r.rule, r.got)).collect())
            }
            WriteError::Refused(Refusal::Violated(violations)) => Self::InvalidFields(
                violations.into_iter().map(|v| (String::new(), v.rule, v.allowed)).collect(),
            ),
            WriteError::Refused(Refusal::Conflict(what)) => Self::Conflict(what.to_owned()),
            WriteError::Refused(Refusal::Store(error)) => Self::Internal(error.to_string()),
            WriteError::Busy => Self::Busy,
            WriteError::DiskFull => Self::DiskFull,
            WriteError::ReadOnly => Self::ReadOnly,
            WriteError::Unavailable => Self::Internal("the writer is not available".to_owned()),
        }
    }
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Access(error) => error.into(),
            SubmitError::Fields(faults) => {
                Self::InvalidFields(faults.into_iter().map(|f| (f.field.to_owned(), f.rule, f.got)).collect())
            }
            SubmitError::Write(error) => error.into(),
        }
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Unauthorized => Self::Unauthorized,
            AccessError::Forbidden => Self::Forbidden,
        }
    }
}

impl From<PhotoError> for Failure {
    fn from(error: PhotoError) -> Self {
        match error {
            PhotoError::Access(error) => error.into(),
            PhotoError::Read(error) => error.into(),
            PhotoError::Picture(fault) => {
                let (rule, allowed) = allowed_of(fault);
                Self::InvalidFields(vec![("photo".to_owned(), rule, allowed)])
            }
            PhotoError::File(error) => Self::Internal(error.to_string()),
            PhotoError::Write(error) => error.into(),
        }
    }
}

/// A problem details object.
#[derive(Debug, Serialize)]
struct ProblemDetails<'a> {
    r#type: String,
    title: String,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    instance: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    got: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError<'a>>,
}

#[derive(Debug, Serialize)]
struct FieldError<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    field: &'a str,
    rule: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    got: &'a str,
    detail: String,
}

impl Failure {
    /// Status and slug: the one mapping.
    fn kind(&self) -> (StatusCode, &'static str) {
        match self {
            Self::UnknownParameter { .. } => (StatusCode::BAD_REQUEST, "unknown-parameter"),
            Self::Invalid(_) => (StatusCode::BAD_REQUEST, "invalid-value"),
            Self::InvalidFields(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid-fields"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found"),
            Self::MethodNotAllowed(_) => (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "token-needed"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "not-allowed"),
            Self::UnsupportedMediaType(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type"),
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
            Self::RangeNotSatisfiable(_) => (StatusCode::RANGE_NOT_SATISFIABLE, "range-not-satisfiable"),
            Self::Conflict(_) => (StatusCode::CONFLICT, "conflict"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::DiskFull => (StatusCode::INSUFFICIENT_STORAGE, "disk-full"),
            Self::ReadOnly => (StatusCode::SERVICE_UNAVAILABLE, "read-only"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// The answer that tells of the failure. `path` is what was asked for.
    #[must_use]
    pub fn answer(&self, language: Language, path: &str) -> Answer {
        let (status, slug) = self.kind();
        if let Self::Internal(error) = self {
            tracing::error!(path, error, "a request failed");
        }
        let say = |key: &str, arguments: &[(&str, &str)]| text(language, key, arguments);
        let mut details = ProblemDetails {
            r#type: format!("/errors/{slug}"),
            title: say(&format!("error.{slug}"), &[]),
            status: status.as_u16(),
            detail: None,
            instance: path.split('?').next().unwrap_or(path),
            parameter: None,
            got: None,
            allowed: None,
            errors: Vec::new(),
        };
        details.detail = self.detail(language);
        match self {
            Self::UnknownParameter { parameter, allowed } => {
                details.parameter = Some(parameter);
                details.allowed = Some(allowed);
            }
            Self::Invalid(Invalid { parameter, got, allowed, .. }) => {
                details.parameter = Some(parameter);
                details.got = Some(got);
                details.allowed = Some(allowed.as_str()).filter(|a| !a.is_empty());
            }
            Self::InvalidFields(fields) => {
                details.errors = fields
                    .iter()
                    .map(|(field, rule, got)| {
                        let arguments = [("field", field.as_str()), ("got", got), ("allowed", got)];
                        FieldError { field, rule, got, detail: say(rule, &arguments) }
                    })
                    .collect();
            }
            Self::MethodNotAllowed(allowed) => details.allowed = Some(allowed),
            Self::UnsupportedMediaType(allowed) => details.allowed = Some(allowed),
            _ => {}
        }
        let mut answer = Answer::json(&details).typed("application/problem+json").cached(Caching::Never);
        answer.status = status;
        answer.headers.push(("Content-Language", language.tag().to_owned()));
        answer.headers.extend(self.headers());
        answer
    }

    /// Status, title and detail in words, for a page. `path` is what was asked for.
    #[must_use]
    pub fn told(&self, language: Language, path: &str) -> (StatusCode, String, Option<String>) {
        let (status, slug) = self.kind();
        if let Self::Internal(error) = self {
            tracing::error!(path, error, "a request failed");
        }
        (status, text(language, &format!("error.{slug}"), &[]), self.detail(language))
    }

    /// What exactly is wrong, in words.
    fn detail(&self, language: Language) -> Option<String> {
        let say = |key: &str, arguments: &[(&str, &str)]| Some(text(language, key, arguments));
        match self {
            Self::UnknownParameter { parameter, allowed } => {
                say("unknown_parameter", &[("parameter", parameter), ("allowed", allowed)])
            }
            Self::Invalid(Invalid { parameter, got, rule, allowed }) => {
                say(rule, &[("parameter", *parameter), ("got", got), ("allowed", allowed)])
            }
            Self::Conflict(what) => Some(what.clone()),
            Self::TooLarge(most) => say("body_too_large", &[("allowed", &most.to_string())]),
            _ => None,
        }
    }

    /// Headers that a refusal has beside its body.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Busy => vec![("Retry-After", "1".to_owned())],
            Self::DiskFull | Self::ReadOnly => vec![("Retry-After", "60".to_owned())],
            Self::Unauthorized => vec![("WWW-Authenticate", "Bearer".to_owned())],
            Self::MethodNotAllowed(allowed) => vec![("Allow", allowed.clone())],
            Self::RangeNotSatisfiable(length) => vec![("Content-Range", format!("bytes */{length}"))],
            _ => Vec::new(),
        }
    }
}

/// Slugs under `/errors/`, each with its sentence in the catalogue.
pub const SLUGS: &[&str] = &[
    "unknown-parameter",
    "invalid-value",
    "invalid-fields",
    "not-found",
    "method-not-allowed",
    "token-needed",
    "not-allowed",
    "unsupported-media-type",
    "too-large",
    "range-not-satisfiable",
    "conflict",
    "busy",
    "disk-full",
    "read-only",
    "internal",
];
