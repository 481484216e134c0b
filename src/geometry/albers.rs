//! Albers' equal-area conic projection: for pictures in which areas are compared. Tiles are in Mercator, see [`super::mercator`].
//!
//! # Formulas
//!
//! On the unit sphere, φ latitude, λ longitude, φ₁ and φ₂ the standard parallels, φ₀ and λ₀ the origin:
//! `n = (sin φ₁ + sin φ₂)/2`, `C = cos² φ₁ + 2n sin φ₁`, `ρ = √(C − 2n sin φ)/n`, `θ = n(λ − λ₀)`, `x = ρ sin θ`,
//! `y = ρ₀ − ρ cos θ`. Snyder, *Map Projections: A Working Manual* (USGS Professional Paper 1395, 1987), pp. 98–103.
//!
//! # Edges
//!
//! Standard parallels that are each other's mirror image make `n` 0; a region that straddles the equator so is moved by a
//! hundredth of a degree. Beyond the pole the root is taken of 0.

use super::Position;

/// A projection made for one region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Albers {
    n: f64,
    c: f64,
    rho_origin: f64,
    lon_origin: f64,
}

impl Albers {
    /// The projection for a box of west, south, east, north in degrees: standard parallels at a sixth of its height from
    /// either edge, the origin in its middle.
    ///
    /// ```
    /// use atlas::geometry::Position;
    /// use atlas::geometry::albers::Albers;
    /// let albers = Albers::for_box([130.0, 45.0, 146.0, 63.0]);
    /// let (x, y) = albers.project(Position::new(1_380_000_000, 540_000_000));
    /// assert!(x.abs() < 1e-12 && y.abs() < 1e-12); // the middle of the box
    /// let (east, north) = albers.project(Position::new(1_390_000_000, 550_000_000));
    /// assert!(east > 0.0 && north > 0.0);
    /// ```
    #[must_use]
    pub fn for_box([west, south, east, north]: [f64; 4]) -> Self {
        let sixth = (north - south) / 6.0;
        let (mut first, second) = ((south + sixth).to_radians(), (north - sixth).to_radians());
        if (first + second).abs() < 1e-6 {
            first += 0.01_f64.to_radians();
        }
        let n = f64::midpoint(first.sin(), second.sin());
        let c = first.cos().powi(2) + 2.0 * n * first.sin();
        let albers = Self { n, c, rho_origin: 0.0, lon_origin: f64::midpoint(west, east).to_radians() };
        Self { rho_origin: albers.rho(f64::midpoint(south, north).to_radians()), ..albers }
    }

    /// East and north of the origin, in radii of the sphere.
    #[must_use]
    pub fn project(&self, place: Position) -> (f64, f64) {
        let (rho, theta) = (
            self.rho(place.lat_deg().to_radians()),
            self.n * (place.lon_deg().to_radians() - self.lon_origin),
        );
        (rho * theta.sin(), self.rho_origin - rho * theta.cos())
    }

    fn rho(&self, lat: f64) -> f64 {
        (self.c - 2.0 * self.n * lat.sin()).max(0.0).sqrt() / self.n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_areas_of_the_globe_are_equal_on_the_picture() {
        let albers = Albers::for_box([130.0, 46.0, 148.0, 63.0]);
        let at = |lon: f64, lat: f64| albers.project(Position::new((lon * 1e7) as i32, (lat * 1e7) as i32));
        // A small cell of the globe has the area Δλ · Δ(sin φ).
        let part = |lon: f64, lat: f64| {
            let (a, b, c) = (at(lon, lat), at(lon + 0.01, lat), at(lon, lat + 0.01));
            let drawn = ((b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)).abs();
            let real = 0.01_f64.to_radians() * ((lat + 0.01).to_radians().sin() - lat.to_radians().sin());
            drawn / real
        };
        for (lon, lat) in [(131.0, 47.0), (140.0, 54.0), (147.0, 62.0)] {
            assert!((part(lon, lat) - 1.0).abs() < 1e-3, "{lon} {lat}: {}", part(lon, lat));
        }
    }
}
