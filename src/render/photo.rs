//! A photo as it came becomes one that may be published: upright, of a size that a page needs, and with nothing but its pixels.
//!
//! What a camera writes beside the pixels (where and when, its number, a small copy of the picture before it was cut) is not
//! carried over: the picture is written anew.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

/// Media types that are taken.
pub const MEDIA_TYPES: &str = "image/jpeg, image/png, image/webp";
/// Longer side of what is published, pixels: a large screen, and no more than is needed to see the thing.
pub const MAX_SIDE_PX: u32 = 1_600;
/// Most pixels of a picture that is taken, millions: those of a good telephone.
pub const MAX_MEGAPIXELS: u64 = 50;
/// Most bytes of its pixels: [`MAX_MEGAPIXELS`] of four bytes each. Deeper colours leave room for fewer pixels.
const MAX_DECODED_BYTES: u64 = MAX_MEGAPIXELS * 4_000_000;
/// Quality of what is written: 85 is where artefacts are no longer seen.
const QUALITY: u8 = 85;

/// Why a picture is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoFault {
    /// It cannot be read as one of [`MEDIA_TYPES`].
    #[error("not a picture")]
    Unreadable,
    /// It has more pixels than may be unpacked.
    #[error("too many pixels")]
    TooManyPixels,
}

/// Whether pictures of this media type are taken.
#[must_use]
pub fn is_taken(media_type: &str) -> bool {
    let plain = media_type.split(';').next().unwrap_or("").trim();
    MEDIA_TYPES.split(", ").any(|taken| taken.eq_ignore_ascii_case(plain))
}

/// The bytes of a JPEG that shows the picture. The same bytes give the same bytes.
///
/// Errors: see [`PhotoFault`]; the number of pixels is looked at before any is unpacked. Cost: O(pixels), up to 200 MB.
pub fn publishable(bytes: &[u8]) -> Result<Vec<u8>, PhotoFault> {
    let unreadable = |_| PhotoFault::Unreadable;
    let mut reader = ImageReader::new(Cursor::new(bytes));
    // By what it is, not by what it is called.
    let format = image::guess_format(bytes).map_err(unreadable)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(PhotoFault::Unreadable);
    }
    reader.set_format(format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(2 * MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| fault(&error))?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_MEGAPIXELS * 1_000_000 || decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(PhotoFault::TooManyPixels);
    }
    let turned = decoder.orientation().map_err(|error| fault(&error))?;
    let mut picture = shrunk(DynamicImage::from_decoder(decoder).map_err(|error| fault(&error))?);
    picture.apply_orientation(turned);
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    opaque(picture).write_with_encoder(encoder).map_err(|error| fault(&error))?;
    Ok(jpeg)
}

fn fault(error: &image::ImageError) -> PhotoFault {
    match error {
        image::ImageError::Limits(_) => PhotoFault::TooManyPixels,
        _ => PhotoFault::Unreadable,
    }
}

/// The picture, no larger than is published. By averages of pixels: a filter of better edges would need a second copy of the
/// whole in floating point.
fn shrunk(picture: DynamicImage) -> DynamicImage {
    if picture.width().max(picture.height()) <= MAX_SIDE_PX {
        return picture;
    }
    picture.thumbnail(MAX_SIDE_PX, MAX_SIDE_PX)
}

/// The picture on white where it is transparent: JPEG knows no transparency.
fn opaque(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let seen = picture.into_rgba8();
    RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [red, green, blue, alpha] = seen.get_pixel(x, y).0.map(u32::from);
        Rgb([red, green, blue].map(|part| ((part * alpha + 255 * (255 - alpha)) / 255) as u8))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_large_picture_shrinks_to_its_longer_side_and_a_small_one_keeps_its_size() {
        let size = |width, height| {
            let published = publishable(&png(&DynamicImage::new_rgb8(width, height))).unwrap();
            let read = image::load_from_memory(&published).unwrap();
            (read.width(), read.height())
        };
        assert_eq!(size(3_200, 1_000), (1_600, 500));
        assert_eq!(size(10, 4_000), (4, 1_600));
        assert_eq!(size(40, 30), (40, 30));
    }

    #[test]
    fn what_is_transparent_is_white() {
        let published = publishable(&png(&DynamicImage::new_rgba8(16, 16))).unwrap();
        let read = image::load_from_memory(&published).unwrap().into_rgb8();
        assert!(read.get_pixel(8, 8).0.iter().all(|part| *part > 250));
    }

    #[test]
    fn what_is_no_picture_of_a_known_kind_is_refused() {
        for bytes in [
            &b""[..],
            b"\xff\xd8\xff",
            b"GIF89a\x01\x00\x01\x00\x00\x00\x00",
            b"<svg/>",
            b"\x89PNG\r\n\x1a\n",
        ] {
            assert_eq!(publishable(bytes), Err(PhotoFault::Unreadable), "{bytes:?}");
        }
    }
}
