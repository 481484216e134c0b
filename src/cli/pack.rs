//! Region packs: the one inside the binary, or a directory.

use std::borrow::Cow;
use std::path::Path;

use rust_embed::RustEmbed;

use super::failure::Failure;
use crate::formats::region_pack::{self, RegionPack};

#[derive(RustEmbed)]
#[folder = "data/khabarovsk"]
#[exclude = "anchors.csv"]
#[exclude = "expected.toml"]
struct DefaultPack;

/// A file of the pack: of `directory`, or of the default one.
pub fn file(directory: Option<&Path>, name: &str) -> Option<Cow<'static, [u8]>> {
    match directory {
        Some(directory) => std::fs::read(directory.join(name)).ok().map(Cow::Owned),
        None => DefaultPack::get(name).map(|file| file.data),
    }
}

/// Reads a pack.
pub fn read(directory: Option<&Path>) -> Result<RegionPack, Failure> {
    if let Some(path) = directory.filter(|path| !path.is_dir()) {
        return Err(Failure::unusable("region_pack_missing", vec![("path", path.display().to_string())]));
    }
    Ok(region_pack::parse(|name| file(directory, name))?)
}
