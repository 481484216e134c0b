//! QR codes as drawings: an address for whoever stands before a screen or a sheet with a telephone in the hand.

use std::fmt::Write;

use maud::html;
use qrcode::{Color, EcLevel, QrCode};

/// Longest text that still gives a code which a telephone reads from a screen, bytes.
pub const MOST_BYTES: usize = 1_200;
/// White around a code, modules (ISO/IEC 18004 wants four).
const QUIET: usize = 4;

/// The code of a text; `None` for one that is too long. Black on white in every look: readers expect it so.
#[must_use]
pub fn svg(text: &str) -> Option<String> {
    if text.len() > MOST_BYTES {
        return None;
    }
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let (width, side) = (code.width(), code.width() + 2 * QUIET);
    let mut path = String::new();
    for (n, _) in code.to_colors().iter().enumerate().filter(|(_, colour)| **colour == Color::Dark) {
        let _ = write!(path, "M{} {}h1v1h-1z", n % width + QUIET, n / width + QUIET);
    }
    let drawing = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {side} {side}")) shape-rendering="crispEdges" role="img" aria-label=(text) {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    };
    Some(drawing.into_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_square_and_stays_text() {
        let drawn = svg("https://atlas.example/?q=%22<script>").unwrap();
        assert!(drawn.starts_with("<svg") && !drawn.contains("<script"));
        assert!(drawn.matches('M').count() > 200);
        assert_eq!(svg(&"a".repeat(MOST_BYTES + 1)), None);
    }
}
