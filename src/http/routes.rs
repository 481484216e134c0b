//! Every address of the service, in one table: method, path, parameters, who may, and what answers.

use std::pin::Pin;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::answer::Answer;
use super::call::Call;
use super::handlers::{api, appeals, events, health, ogc, page, tiles};
use super::problem_details::Failure;
use super::query::FILTER;
use crate::domain::role::Permission;

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
    Waiting(fn(Call) -> Pin<Box<dyn Future<Output = Result<HttpResponse, Failure>>>>),
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
    /// Whether it takes the one filter too.
    pub filtered: bool,
    /// What whoever asks must be allowed.
    pub permission: Permission,
    /// Longest body, bytes.
    pub body_bytes: usize,
    /// What answers.
    pub handler: Handler,
}

impl Route {
    /// Names of all parameters.
    #[must_use]
    pub fn known_parameters(&self) -> Vec<&'static str> {
        let filter: &[&str] = if self.filtered { FILTER } else { &[] };
        self.parameters.iter().chain(filter).copied().collect()
    }

    const fn filtered(mut self) -> Self {
        self.filtered = true;
        self
    }

    const fn with(mut self, parameters: &'static [&'static str]) -> Self {
        self.parameters = parameters;
        self
    }
}

const fn get(path: &'static str, summary: &'static str, handler: Handler) -> Route {
    Route {
        method: Method::GET,
        path,
        summary,
        parameters: &[],
        filtered: false,
        permission: Permission::ReadPublic,
        body_bytes: 0,
        handler,
    }
}

const fn post(path: &'static str, summary: &'static str, permission: Permission, body_bytes: usize, handler: Handler) -> Route {
    Route { method: Method::POST, permission, body_bytes, ..get(path, summary, handler) }
}

/// The table.
pub static ROUTES: &[Route] = &[];
