//! An atlas of a region's problems: where they are, who must fix them by when at what cost, what is overdue, where they
//! cluster, how municipalities compare.
//!
//! Facts arrive as commands (an import, an appeal). One [`writer`] turns each into a [`domain::change::ChangeSet`], makes it
//! durable in the [`journal`], applies it to an immutable [`snapshot`] and publishes that with one pointer swap. Every reader
//! takes the snapshot once and sees one consistent world. `ARCHITECTURE.md` tells the whole story; its rules are checked by
//! `tests/architecture.rs`.
//!
//! # Where to find
//!
//! | what | where |
//! |---|---|
//! | all addresses | [`http::routes`] |
//! | all status codes | [`http::problem_details`] |
//! | parameters of a request, parsed | [`http::query`], [`service::filter`] |
//! | what happens on a write | [`writer::core`] |
//! | the pointer swap | `commit` in [`writer`] |
//! | what makes a write durable | [`journal::append`] |
//! | where sled is touched | [`store`] |
//! | the R-tree | [`index::nearby`], [`index::areas`] |
//! | point in polygon | [`geometry::locate`] |
//! | rows as columns | [`analytics::columns`], [`snapshot::layer`] |
//! | clusters | [`analytics::clusters`] |
//! | heat | [`analytics::density`] |
//! | archives of tiles | [`service::archives`], [`archive`] |
//! | a base map from elsewhere | [`service::basemap`], [`archive::tile_file`] |
//! | tiles | [`service::tiles`], [`service::drawing`], [`render`] |
//! | the rating's formula | [`analytics::rating`], its constants in `src/analytics/method.toml` |
//! | the life cycle's table | [`domain::lifecycle`] |
//! | deadlines | [`domain::deadline`] |
//! | file formats, mappings | [`formats`] |
//! | words that people read | [`messages`], `src/messages.toml` |
//! | colours | `tiles/palette.toml`, [`render::palette`] |
//! | settings | [`config`] |
//! | the invented region | [`demo`] |
//! | the pages that the server writes | [`pages`] |
//! | the map's application | `web/` |

pub mod analytics;
pub mod archive;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod feed;
pub mod formats;
pub mod geometry;
pub mod http;
pub mod index;
pub mod journal;
pub mod messages;
pub mod pages;
pub mod records;
pub mod render;
pub mod service;
pub mod snapshot;
pub mod store;
pub mod telemetry;
pub mod writer;
