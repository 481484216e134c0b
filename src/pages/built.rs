//! The built application, from inside the binary, and its letters, which the pages of the server are set in too.

use std::fmt::Write;
use std::sync::LazyLock;

use rust_embed::RustEmbed;

/// The files of the application. `build.rs` says where they are.
#[derive(RustEmbed)]
#[folder = "$ATLAS_PAGE"]
pub struct Built;

/// Parts of the letters: how the name of the file begins, and which characters are in it (`web/src/styles/fonts.css`).
const LETTERS: [(&str, &str); 3] = [
    ("assets/golos-text-cyrillic-wght-", "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116"),
    ("assets/golos-text-latin-wght-", "U+0000-00FF,U+2000-206F,U+2191,U+2193,U+2212"),
    ("assets/golos-text-latin-ext-wght-", "U+20BD"),
];

/// Where each part is; `None` where the application is not built. Looked up once: every page names them.
static ADDRESSES: LazyLock<[Option<String>; 3]> = LazyLock::new(|| {
    LETTERS
        .map(|(start, _)| Built::iter().find(|name| name.starts_with(start)).map(|name| format!("/{name}")))
});

/// Addresses of the letters that every page needs at once: Cyrillic, and Latin with the digits.
pub fn letters_at_once() -> impl Iterator<Item = &'static str> {
    ADDRESSES[..2].iter().filter_map(Option::as_deref)
}

/// The rules that name the letters. Those that come too late wait for the next page: nothing that stands is moved.
#[must_use]
pub fn letter_rules() -> String {
    let mut rules = String::new();
    for ((_, characters), address) in LETTERS.iter().zip(&*ADDRESSES) {
        if let Some(address) = address {
            let _ = writeln!(
                rules,
                "@font-face{{font-family:\"Golos Text\";font-weight:400 900;font-display:optional;\
                 src:url({address}) format(\"woff2\");unicode-range:{characters}}}"
            );
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_are_divided_as_those_of_the_application() {
        let rules = include_str!("../../web/src/styles/fonts.css");
        for (start, characters) in LETTERS {
            let file = start.strip_prefix("assets/").unwrap();
            let rule = rules.split("@font-face").find(|rule| rule.contains(file)).unwrap();
            assert!(rule.contains(&format!("unicode-range: {};", characters.replace(',', ", "))), "{file}");
        }
    }
}
