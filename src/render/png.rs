//! PNG pictures: of 256 colours where that loses nothing, for that is a third of the bytes; else in full colour.

use std::collections::BTreeMap;

use png::{BitDepth, ColorType, Compression, Encoder, Filter};
use tiny_skia::Pixmap;

use super::palette::Rgba;

/// Colours of a picture for sites: beyond these there are only shades of soft edges, which cost a tenth of the bytes.
const TOLD_COLOURS: usize = 64;

/// Writes a picture of any form with words on what it shows. It gets a palette of its most frequent colours: soft edges have
/// many that nobody tells apart.
///
/// Cost: O(pixels + colours · 64).
#[must_use]
pub fn encode_told(picture: Pixmap, told: &str) -> Vec<u8> {
    let size = (picture.width(), picture.height());
    let pixels = picture.take_demultiplied();
    let mut counts: BTreeMap<Rgba, u32> = BTreeMap::new();
    for pixel in pixels.chunks_exact(4) {
        *counts.entry([pixel[0], pixel[1], pixel[2], pixel[3]]).or_default() += 1;
    }
    let mut colours: Vec<Rgba> = counts.keys().copied().collect();
    colours.sort_by_key(|colour| std::cmp::Reverse(counts[colour]));
    colours.truncate(TOLD_COLOURS);
    let distance =
        |a: &Rgba, b: &Rgba| -> u32 { a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum() };
    let nearest = |colour: &Rgba| {
        let by_distance = |n: &usize| distance(&colours[*n], colour);
        (0..colours.len()).min_by_key(by_distance).unwrap_or(0) as u8
    };
    let numbers: BTreeMap<Rgba, u8> = counts.keys().map(|colour| (*colour, nearest(colour))).collect();
    let indexes: Vec<u8> =
        pixels.chunks_exact(4).map(|pixel| numbers[&[pixel[0], pixel[1], pixel[2], pixel[3]]]).collect();
    write(size, &indexes, &colours, Compression::Balanced, Some(told))
}

/// Writes a square picture as it is: with a palette when it has no more than 256 colours.
///
/// Cost: O(pixels); about 1 ms for 256 × 256. Flat colours are worth a search for repetitions, which [`Compression::Fast`] does
/// without: it leaves up to twenty times the bytes.
#[must_use]
pub fn encode(picture: Pixmap) -> Vec<u8> {
    let side_px = picture.width();
    let pixels = picture.take_demultiplied();
    match indexed(&pixels) {
        Some((indexes, colours)) => write_indexed(side_px, &indexes, &colours, Compression::Balanced),
        None => encode_full(side_px, &pixels),
    }
}

/// The pixels as numbers of a palette; `None` when it would have to be larger than 256.
fn indexed(pixels: &[u8]) -> Option<(Vec<u8>, Vec<Rgba>)> {
    let mut numbers: BTreeMap<Rgba, u8> = BTreeMap::new();
    let mut colours = Vec::new();
    let mut indexes = Vec::with_capacity(pixels.len() / 4);
    // Neighbours are mostly alike.
    let mut last: Option<(Rgba, u8)> = None;
    for pixel in pixels.chunks_exact(4) {
        let colour: Rgba = [pixel[0], pixel[1], pixel[2], pixel[3]];
        let number = match last {
            Some((same, number)) if same == colour => number,
            _ => match numbers.get(&colour) {
                Some(number) => *number,
                None => {
                    let number = u8::try_from(colours.len()).ok()?;
                    colours.push(colour);
                    numbers.insert(colour, number);
                    number
                }
            },
        };
        last = Some((colour, number));
        indexes.push(number);
    }
    Some((indexes, colours))
}

fn encode_full(side_px: u32, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(pixels.len() / 8);
    let mut encoder = Encoder::new(&mut bytes, side_px, side_px);
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::NoFilter);
    let mut writer = encoder.write_header().expect("writing to memory cannot fail");
    writer.write_image_data(pixels).expect("the picture has as many pixels as it says");
    writer.finish().expect("writing to memory cannot fail");
    bytes
}

/// Writes a square picture whose pixels are numbers of `colours`.
///
/// Cost: O(pixels); about 0.2 ms for 256 × 256.
#[must_use]
pub fn encode_indexed(size_px: usize, pixels: &[u8], colours: &[Rgba; 256]) -> Vec<u8> {
    write_indexed(size_px as u32, pixels, colours, Compression::Fast)
}

fn write_indexed(side_px: u32, pixels: &[u8], colours: &[Rgba], compression: Compression) -> Vec<u8> {
    write((side_px, side_px), pixels, colours, compression, None)
}

fn write(
    (width, height): (u32, u32),
    pixels: &[u8],
    colours: &[Rgba],
    compression: Compression,
    told: Option<&str>,
) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(pixels.len() / 4);
    let mut encoder = Encoder::new(&mut bytes, width, height);
    if let Some(told) = told {
        encoder.add_itxt_chunk("Description".to_owned(), told.to_owned()).expect("the keyword is plain");
    }
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(colours.iter().flat_map(|c| [c[0], c[1], c[2]]).collect::<Vec<u8>>());
    encoder.set_trns(colours.iter().map(|c| c[3]).collect::<Vec<u8>>());
    encoder.set_compression(compression);
    // Filters predict brightness; numbers of colours have none.
    encoder.set_filter(Filter::NoFilter);
    let mut writer = encoder.write_header().expect("writing to memory cannot fail");
    writer.write_image_data(pixels).expect("the picture has as many pixels as it says");
    writer.finish().expect("writing to memory cannot fail");
    bytes
}
