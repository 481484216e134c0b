//! URL and bytes in, typed call out. Every address stands in one table: [`routes`].
//!
//! - [`server`]: binding, limits, headers that every answer has;
//! - [`call`]: a request, taken apart; [`query`]: its parameters, every one known or refused;
//! - [`answer`]: bytes out, with entity tag, encoding and caching;
//! - [`outflow`]: long bodies, piece by piece; [`ranges`]: which bytes of a file are wanted;
//! - [`problem_details`]: the only place where errors become status codes;
//! - `handlers`: one file per family of addresses.

pub mod answer;
pub mod call;
pub mod count;
pub mod handlers;
pub mod outflow;
pub mod problem_details;
pub mod query;
pub mod ranges;
pub mod routes;
pub mod server;
