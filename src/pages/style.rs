//! The one stylesheet: its colours and rules beside this file, the colours of the map from `tiles/palette.toml`. Named by its
//! content, so it is kept for ever.

use std::fmt::Write;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::ask::encode;
use super::built;
use crate::render::palette::{Ground, Palette, StatusColour, palette};

/// A stylesheet and its name.
type Sheet = LazyLock<(String, String)>;

/// For pages.
static SHEET: Sheet =
    LazyLock::new(|| named("pages", &format!("{}{}", built::letter_rules(), include_str!("style.css"))));
/// For the poster in the document of the application, which it must not touch and which takes it away when it is there.
static POSTER: Sheet = LazyLock::new(|| {
    let rules = include_str!("style.css");
    named("poster", &format!("#app:empty{{display:none}}\n#poster{{\n{rules}\n}}"))
});

/// The colours and the rules under a name that tells the content.
fn named(name: &str, rules: &str) -> (String, String) {
    let text = format!("{}\n{}\n{rules}", variables(palette()), include_str!("tokens.css"));
    let digest = Sha256::digest(&text);
    let hex: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    (format!("{name}-{hex}.css"), text)
}

/// The stylesheet when `file` is its name.
#[must_use]
pub fn file(file: &str) -> Option<&'static str> {
    [&SHEET, &POSTER].into_iter().find(|sheet| sheet.0 == file).map(|sheet| sheet.1.as_str())
}

/// Where the stylesheet is.
#[must_use]
pub fn address() -> String {
    format!("/assets/{}", SHEET.0)
}

/// Where the stylesheet of the poster is.
#[must_use]
pub fn poster_address() -> String {
    format!("/assets/{}", POSTER.0)
}

/// The icon of the window, SVG.
pub const ICON: &str = include_str!("../../web/src/icon.svg");

/// The icon of the window, within the page: no further request.
#[must_use]
pub fn icon() -> String {
    let mut address = "data:image/svg+xml,".to_owned();
    encode(&mut address, ICON.trim());
    address
}

/// The palette as CSS variables: light, dark by the device's or the reader's choice, and in high contrast.
fn variables(palette: &Palette) -> String {
    let ground = |ground: &Ground, colour: fn(&StatusColour) -> &str| {
        let mut text = format!(
            "--sea:{};--land:{};--border:{};--map-text:{};--halo:{};",
            ground.sea, ground.land, ground.border, ground.text, ground.halo
        );
        for status in &palette.status {
            let _ = write!(text, "--{}:{};", status.id.replace('_', "-"), colour(status));
        }
        text
    };
    let mut classes = String::new();
    for (n, colour) in palette.choropleth.classes.iter().enumerate() {
        let _ = write!(classes, "--class-{n}:{colour};");
    }
    let light = ground(&palette.light, |status| &status.light);
    let dark = ground(&palette.dark, |status| &status.dark);
    let contrast = ground(&palette.contrast, |status| &status.contrast);
    format!(
        ":root{{{light}{classes}--no-data:{};}}\n\
         @media (prefers-color-scheme:dark){{:root:not([data-theme=light],[data-theme=contrast]){{{dark}}}}}\n\
         :root[data-theme=dark]{{{dark}}}\n\
         :root[data-theme=contrast]{{{contrast}}}\n\
         @media print{{:root:root{{{light}}}}}",
        palette.choropleth.no_data
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_is_found_by_its_own_name_only() {
        let name = address().replace("/assets/", "");
        assert!(file(&name).is_some_and(|text| text.contains("--overdue:") && text.contains("--class-4:")));
        assert!(file("pages.css").is_none());
    }
}
