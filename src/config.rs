//! Every setting in one struct. Each module defines its own section and knows nothing of this one.

use std::path::Path;

use serde::Deserialize;

use crate::http::server::HttpConfig;
use crate::service::basemap::BasemapConfig;
use crate::writer::space::SpaceConfig;

/// What `--config FILE` may say, in TOML. What it leaves out keeps its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The HTTP side.
    pub http: HttpConfig,
    /// The disk guard.
    pub space: SpaceConfig,
    /// The base map; without it there is none.
    pub basemap: Option<BasemapConfig>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{0}")]
    Read(#[from] std::io::Error),
    /// It says something that is not known, or not allowed.
    #[error("{0}")]
    Parse(#[from] toml::de::Error),
}

impl Config {
    /// Reads a file; without one everything keeps its default.
    pub fn read(path: Option<&Path>) -> Result<Self, ConfigError> {
        match path {
            None => Ok(Self::default()),
            Some(path) => Ok(toml::from_str(&std::fs::read_to_string(path)?)?),
        }
    }
}
