//! The colours of the map, from `tiles/palette.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// All colours.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Palette {
    /// Base colours on light ground.
    pub light: Ground,
    /// Base colours on dark ground.
    pub dark: Ground,
    /// Base colours in great contrast.
    pub contrast: Ground,
    /// Status groups in legend order.
    pub status: Vec<StatusColour>,
    /// Stops of the heat ramp, ascending.
    pub heat: Vec<HeatStop>,
    /// Stops of the ramp for differences, from much better to much worse.
    pub difference: Vec<HeatStop>,
    /// Classes of a choropleth.
    pub choropleth: Choropleth,
}

/// Base colours.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // what each colours is its name
pub struct Ground {
    pub sea: String,
    pub land: String,
    pub border: String,
    pub text: String,
    pub halo: String,
    pub water: String,
}

/// How a status group is shown.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusColour {
    /// `new`, `in_work`, `overdue` or `resolved`.
    pub id: String,
    /// Colour on light ground.
    pub light: String,
    /// Colour on dark ground.
    pub dark: String,
    /// Colour in great contrast.
    pub contrast: String,
    /// Form that repeats the colour.
    pub glyph: String,
    /// Russian name.
    pub name_ru: String,
    /// English name.
    pub name_en: String,
}

/// A stop of a ramp.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeatStop {
    /// Share of the full scale: 0…1, for differences -1…1.
    pub at: f32,
    /// Colour.
    pub colour: String,
    /// Opacity, 0…1.
    pub alpha: f32,
}

/// Classes of a choropleth.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choropleth {
    /// Colours from few to many.
    pub classes: Vec<String>,
    /// The same in great contrast.
    pub contrast: Vec<String>,
    /// Colour of what has no data.
    pub no_data: String,
}

static PALETTE: LazyLock<Palette> = LazyLock::new(|| {
    toml::from_str(include_str!("../../tiles/palette.toml")).expect("the palette is well formed")
});

/// The palette.
#[must_use]
pub fn palette() -> &'static Palette {
    &PALETTE
}

/// The ground on which the map is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Light ground.
    Light,
    /// Dark ground.
    Dark,
    /// Great contrast: black, white and yellow.
    Contrast,
}

/// The base colours of a theme.
#[must_use]
pub fn ground(theme: Theme) -> &'static Ground {
    match theme {
        Theme::Light => &palette().light,
        Theme::Dark => &palette().dark,
        Theme::Contrast => &palette().contrast,
    }
}

/// The colour of a status group, by its id.
#[must_use]
pub fn status_colour(id: &str, theme: Theme) -> &'static str {
    let status = palette().status.iter().find(|status| status.id == id);
    let status = status.expect("the palette has every status group");
    match theme {
        Theme::Light => &status.light,
        Theme::Dark => &status.dark,
        Theme::Contrast => &status.contrast,
    }
}

/// The colours of the classes of a choropleth, from good to bad. On dark ground the scale is turned round, for there light is
/// what stands out.
#[must_use]
pub fn class_colours(theme: Theme) -> Vec<&'static str> {
    let Choropleth { classes, contrast, .. } = &palette().choropleth;
    match theme {
        Theme::Light => classes.iter().map(String::as_str).collect(),
        Theme::Dark => classes.iter().rev().map(String::as_str).collect(),
        Theme::Contrast => contrast.iter().map(String::as_str).collect(),
    }
}

/// A colour with opacity, 0…255 each.
pub type Rgba = [u8; 4];

/// Reads `#rrggbb`.
#[must_use]
pub fn parse_colour(text: &str) -> Option<[u8; 3]> {
    let hex = text.strip_prefix('#').filter(|h| h.len() == 6 && h.is_ascii())?;
    let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// The heat ramp in 256 steps; step 0 is fully transparent.
#[must_use]
pub fn heat_ramp() -> [Rgba; 256] {
    static RAMP: LazyLock<[Rgba; 256]> =
        LazyLock::new(|| std::array::from_fn(|n| colour_at(&palette().heat, n as f32 / 255.0)));
    *RAMP
}

/// The ramp for differences: step 128 is no difference and fully transparent, 1 much better, 255 much worse.
#[must_use]
pub fn difference_ramp() -> [Rgba; 256] {
    static RAMP: LazyLock<[Rgba; 256]> = LazyLock::new(|| {
        std::array::from_fn(|n| colour_at(&palette().difference, (n as f32 - 128.0) / 127.0))
    });
    *RAMP
}

/// The colour of a ramp at a share of the scale.
#[must_use]
pub fn colour_at(stops: &[HeatStop], at: f32) -> Rgba {
    let above = stops.iter().position(|stop| stop.at >= at).unwrap_or(stops.len() - 1).max(1);
    let (low, high) = (&stops[above - 1], &stops[above]);
    let share = ((at - low.at) / (high.at - low.at)).clamp(0.0, 1.0);
    let mix = |a: f32, b: f32| a + (b - a) * share;
    let colour = |stop: &HeatStop| parse_colour(&stop.colour).expect("the palette's colours are #rrggbb");
    let (from, to) = (colour(low), colour(high));
    let channel = |n: usize| mix(f32::from(from[n]), f32::from(to[n])).round() as u8;
    [channel(0), channel(1), channel(2), (mix(low.alpha, high.alpha) * 255.0).round() as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, WCAG 2.2.
    fn luminance(colour: [u8; 3]) -> f64 {
        let linear = colour.map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(parse_colour(a).unwrap()), luminance(parse_colour(b).unwrap()));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_status_stands_out_from_the_land_by_three_to_one() {
        let p = palette();
        for status in &p.status {
            assert!(contrast(&status.light, &p.light.land) >= 3.0, "{} light", status.id);
            assert!(contrast(&status.dark, &p.dark.land) >= 3.0, "{} dark", status.id);
            assert!(contrast(&status.contrast, &p.contrast.land) >= 4.5, "{} in great contrast", status.id);
        }
    }

    #[test]
    fn text_stands_out_from_its_halo_and_the_land() {
        let p = palette();
        for ground in [&p.light, &p.dark, &p.contrast] {
            assert!(contrast(&ground.text, &ground.land) >= 7.0);
            assert!(contrast(&ground.text, &ground.halo) >= 7.0);
        }
    }

    #[test]
    fn the_heat_ramp_begins_with_nothing_and_never_gets_lighter() {
        let ramp = heat_ramp();
        assert_eq!(ramp[0][3], 0);
        assert!(ramp.windows(2).all(|w| w[0][3] <= w[1][3]));
        let dark = |c: Rgba| luminance([c[0], c[1], c[2]]);
        assert!(ramp.windows(2).all(|w| dark(w[1]) <= dark(w[0]) + 0.01));
    }

    #[test]
    fn no_difference_has_no_colour_and_better_and_worse_are_told_apart_by_every_kind_of_vision() {
        let ramp = difference_ramp();
        assert_eq!(ramp[128][3], 0);
        assert!(ramp[1..=128].windows(2).all(|w| w[0][3] >= w[1][3]));
        assert!(ramp[128..].windows(2).all(|w| w[0][3] <= w[1][3]));
        for deficiency in &DEFICIENCIES {
            let [better, worse] =
                [1, 255].map(|n: usize| lab([ramp[n][0], ramp[n][1], ramp[n][2]], deficiency));
            let distance: f64 = (0..3).map(|k| (better[k] - worse[k]).powi(2)).sum::<f64>().sqrt();
            assert!(distance >= 30.0, "{distance:.1}");
        }
    }

    /// Colour-vision deficiencies after G. M. Machado et al., IEEE TVCG 15 (2009), severity 1.0.
    const DEFICIENCIES: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ];

    fn lab(colour: [u8; 3], deficiency: &[[f64; 3]; 3]) -> [f64; 3] {
        let linear = colour.map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        let seen: [f64; 3] = std::array::from_fn(|r| {
            (0..3).map(|c| deficiency[r][c] * linear[c]).sum::<f64>().clamp(0.0, 1.0)
        });
        let xyz = [
            (0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.95047,
            0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2],
            (0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.08883,
        ];
        let f = xyz.map(|t| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 });
        [116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])]
    }

    #[test]
    fn statuses_stay_apart_for_every_kind_of_colour_vision() {
        for theme in [Theme::Light, Theme::Dark, Theme::Contrast] {
            let colour = |status: &StatusColour| parse_colour(status_colour(&status.id, theme)).unwrap();
            let colours: Vec<[u8; 3]> = palette().status.iter().map(colour).collect();
            for deficiency in &DEFICIENCIES {
                for (n, a) in colours.iter().enumerate() {
                    for b in &colours[n + 1..] {
                        let (a, b) = (lab(*a, deficiency), lab(*b, deficiency));
                        let distance: f64 = (0..3).map(|k| (a[k] - b[k]).powi(2)).sum::<f64>().sqrt();
                        assert!(distance >= 20.0, "{theme:?}: {distance:.1}");
                    }
                }
            }
        }
    }
}
