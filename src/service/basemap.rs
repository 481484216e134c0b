//! The base map that an administrator may put under ours: tiles of a PMTiles file of this machine, or pictures of a server
//! elsewhere that browsers ask themselves. Without a word in the settings there is none.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::archive::tile_file::{StoredTile, TileFile};
use crate::geometry::Tile;
use crate::geometry::tile::MAX_ZOOM;

// What callers must be able to tell apart.
pub use crate::archive::tile_file::{TileFileError, TileForm};

/// What the settings may say of a base map, not looked at yet: [`Basemap::open`] does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BasemapConfig {
    /// A PMTiles v3 file; a relative path begins in the folder of the settings.
    pub pmtiles: Option<PathBuf>,
    /// Or where pictures are, `https://tiles.example/{z}/{x}/{y}.png`.
    pub raster: Option<String>,
    /// Whom to name on the map.
    pub attribution: String,
    /// The last zoom of pictures from elsewhere; a file says its own.
    pub max_zoom: Option<u8>,
}

/// Letters of an attribution: it stands on the map, on a phone too.
const MAX_ATTRIBUTION: usize = 200;
/// Bytes of an address.
const MAX_ADDRESS_BYTES: usize = 500;
/// The last zoom of most servers of pictures.
const USUAL_LAST_ZOOM: u8 = 19;
/// Where tiles of a file are asked for; which file, stands behind it, so that tiles of another are not taken for its own.
const OWN_TILES: &str = "/basemap/{z}/{x}/{y}?v=";
/// What an address must hold, each once.
const PLACES: [&str; 3] = ["{z}", "{x}", "{y}"];

/// A base map that can be used.
#[derive(Debug)]
pub struct Basemap {
    attribution: String,
    zooms: (u8, u8),
    tiles: String,
    source: Source,
}

#[derive(Debug)]
enum Source {
    File { path: PathBuf, file: TileFile },
    Elsewhere { origin: String },
}

/// How a base map is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Raster,
    Vector,
}

/// What the page must know of a base map.
#[derive(Debug, Serialize)]
pub struct BasemapView<'a> {
    kind: Kind,
    tiles: &'a str,
    minzoom: u8,
    maxzoom: u8,
    attribution: &'a str,
}

/// Why the settings give no base map.
#[derive(Debug, thiserror::Error)]
pub enum BasemapError {
    /// They name no source, or two.
    #[error("a base map has one source, pmtiles or raster")]
    NotOneSource,
    /// They name nobody, or too many, or with signs that are no letters.
    #[error("an attribution has 1…{allowed} letters")]
    Attribution {
        /// Most letters.
        allowed: usize,
    },
    /// That is no address of pictures.
    #[error("no address of pictures: {got}")]
    Address {
        /// The address.
        got: String,
    },
    /// The last zoom is none, or is told of a file.
    #[error("no last zoom")]
    LastZoom,
    /// The file cannot be read, or is of no use.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: TileFileError,
    },
}

impl Basemap {
    /// The base map of the settings; a relative path begins in `folder`. Cost: that of [`TileFile::open`]; nobody elsewhere is
    /// asked.
    ///
    /// # Errors
    /// The settings contradict themselves or leave something out, or the file is of no use.
    pub fn open(config: &BasemapConfig, folder: &Path) -> Result<Self, BasemapError> {
        let attribution = config.attribution.trim();
        let letters = attribution.chars().count();
        if !(1..=MAX_ATTRIBUTION).contains(&letters) || attribution.chars().any(char::is_control) {
            return Err(BasemapError::Attribution { allowed: MAX_ATTRIBUTION });
        }
        let (zooms, tiles, source) = match (&config.pmtiles, &config.raster) {
            (Some(path), None) => {
                if config.max_zoom.is_some() {
                    return Err(BasemapError::LastZoom);
                }
                let path = folder.join(path);
                let opened = TileFile::open(&path);
                let file = opened.map_err(|error| BasemapError::File { path: path.clone(), error })?;
                let tiles = format!("{OWN_TILES}{:016x}", file.mark());
                (file.zooms(), tiles, Source::File { path, file })
            }
            (None, Some(tiles)) => {
                let last = config.max_zoom.unwrap_or(USUAL_LAST_ZOOM);
                if last > MAX_ZOOM {
                    return Err(BasemapError::LastZoom);
                }
                let origin = origin_of(tiles).ok_or_else(|| BasemapError::Address { got: tiles.clone() })?;
                ((0, last), tiles.clone(), Source::Elsewhere { origin: origin.to_owned() })
            }
            _ => return Err(BasemapError::NotOneSource),
        };
        Ok(Self { attribution: attribution.to_owned(), zooms, tiles, source })
    }

    /// What the page must know.
    #[must_use]
    pub fn view(&self) -> BasemapView<'_> {
        let kind = if self.form() == Some(TileForm::Vector) { Kind::Vector } else { Kind::Raster };
        let (minzoom, maxzoom) = self.zooms;
        BasemapView { kind, tiles: &self.tiles, minzoom, maxzoom, attribution: &self.attribution }
    }

    /// Whom browsers ask beside us, `https://tiles.example`; `None` for a file.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        match &self.source {
            Source::File { .. } => None,
            Source::Elsewhere { origin } => Some(origin),
        }
    }

    /// What the tiles of the file are; `None` where others have them.
    #[must_use]
    pub fn form(&self) -> Option<TileForm> {
        match &self.source {
            Source::File { file, .. } => Some(file.form()),
            Source::Elsewhere { .. } => None,
        }
    }

    /// A tile of the file; `None` when it has none there. `packed` leaves it gzip-encoded, if it is: otherwise it is unpacked.
    /// Cost: that of [`TileFile::tile`].
    ///
    /// # Errors
    /// The file cannot be read or is damaged there; the error names it.
    pub fn tile(&self, tile: Tile, packed: bool) -> Result<Option<StoredTile>, BasemapError> {
        let Source::File { path, file } = &self.source else { return Ok(None) };
        let read = || match file.tile(tile)? {
            Some(stored) if stored.gzipped && !packed => {
                Ok(Some(StoredTile { bytes: stored.unpacked()?, gzipped: false }))
            }
            found => Ok(found),
        };
        read().map_err(|error| BasemapError::File { path: path.clone(), error })
    }
}

/// Scheme, host and port of an address of pictures; `None` when it is none that browsers may be sent to. Its parts are
/// checked sign by sign, because the origin becomes part of a header.
fn origin_of(address: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| address.starts_with(scheme))?;
    let below = address[scheme.len()..].find('/')? + scheme.len();
    let (origin, path) = address.split_at(below);
    let (host, port) = match origin[scheme.len()..].rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (&origin[scheme.len()..], None),
    };
    let named = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    let numbered =
        |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|n| n > 0);
    let reached = port.is_none_or(numbered);
    let bare = PLACES.iter().fold(path.to_owned(), |path, place| path.replacen(place, "", 1));
    let placed = PLACES.iter().all(|place| path.contains(place));
    let plain = bare.chars().all(|c| c.is_ascii_graphic() && !"{}<>\"'\\^`|#".contains(c));
    (named && reached && placed && plain && address.len() <= MAX_ADDRESS_BYTES).then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_pictures_have_an_origin() {
        for (address, origin) in [
            ("https://tiles.example/{z}/{x}/{y}.png", Some("https://tiles.example")),
            ("http://127.0.0.1:8080/a/{z}/{y}/{x}?key=1&s=a,b", Some("http://127.0.0.1:8080")),
            ("https://tiles.example/{z}/{x}.png", None),
            ("https://tiles.example/{z}/{x}/{y}/{y}.png", None),
            ("https://tiles.example/{z}/{x}/{y}{r}.png", None),
            ("https://{s}.tiles.example/{z}/{x}/{y}.png", None),
            ("https://user:word@tiles.example/{z}/{x}/{y}.png", None),
            ("https://user@tiles.example/{z}/{x}/{y}.png", None),
            ("https://tiles.example; script-src */{z}/{x}/{y}.png", None),
            ("https://tiles.example:0/{z}/{x}/{y}.png", None),
            ("https://tiles.example:+443/{z}/{x}/{y}.png", None),
            ("https://tiles.example:99999/{z}/{x}/{y}.png", None),
            ("https:///{z}/{x}/{y}.png", None),
            ("https://tiles.example?{z}/{x}/{y}.png", None),
            ("https://tiles.example/{z}/{x}/{y}.png#top", None),
            ("https://tiles.example/{z}/{x}/{y} .png", None),
            ("ftp://tiles.example/{z}/{x}/{y}.png", None),
            ("//tiles.example/{z}/{x}/{y}.png", None),
            ("/{z}/{x}/{y}.png", None),
            ("javascript:{z}{x}{y}", None),
        ] {
            assert_eq!(origin_of(address), origin, "{address}");
        }
        let long = format!("https://tiles.example/{{z}}/{{x}}/{{y}}/{}", "a".repeat(MAX_ADDRESS_BYTES));
        assert_eq!(origin_of(&long), None);
    }
}
