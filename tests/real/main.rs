//! Real files and real programs: the data of `../shared/data`, and GDAL as a client. What is absent is skipped, aloud.

#![allow(clippy::unwrap_used)] // a test that cannot go on ends here

#[path = "../support/mod.rs"]
mod support;
#[path = "../api/vector.rs"]
mod vector;

mod districts;
mod foreign;
mod gdal;
