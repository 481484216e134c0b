//! The form that repeats what the colour of a state says: ● new, ◐ in work, ■ overdue, ○ solved (`tiles/palette.toml`).

use maud::{Markup, html};

use crate::render::palette::{StatusColour, palette};

/// A mark of a state group around a place, half as wide as `r`. On a page the stylesheet's colours win over these.
#[must_use]
pub fn glyph(group: &str, (x, y): (f64, f64), r: f64, colour: &str, ground: &str) -> Markup {
    let class = group.replace('_', "-");
    let (solid, hollow) = (format!("solid {class}"), format!("hollow {class}"));
    let form = palette().status.iter().find(|status| status.id == group).map_or("", |s| s.glyph.as_str());
    match form {
        "square" => html! {
            rect class=(solid) x=(px(x - r)) y=(px(y - r)) width=(px(2.0 * r)) height=(px(2.0 * r)) fill=(colour) stroke=(ground) {}
        },
        "ring" => html! {
            circle class=(hollow) cx=(px(x)) cy=(px(y)) r=(px(r - 0.8)) fill=(ground) stroke=(colour) stroke-width="1.8" {}
        },
        "half" => html! {
            circle class=(hollow) cx=(px(x)) cy=(px(y)) r=(px(r - 0.8)) fill=(ground) stroke=(colour) stroke-width="1.8" {}
            path class=(solid) d=(format!("M{} {}a{r} {r} 0 0 0 0 {}z", px(x), px(y - r), px(2.0 * r))) fill=(colour) {}
        },
        _ => html! { circle class=(solid) cx=(px(x)) cy=(px(y)) r=(px(r)) fill=(colour) stroke=(ground) {} },
    }
}

/// The form alone, for a legend.
#[must_use]
pub fn key(status: &StatusColour) -> Markup {
    html! {
        svg viewBox="0 0 14 14" aria-hidden="true" { (glyph(&status.id, (7.0, 7.0), 6.0, &status.light, &palette().light.land)) }
    }
}

/// A length in pixels, as short as it can be written.
#[must_use]
pub fn px(n: f64) -> String {
    let text = format!("{n:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
