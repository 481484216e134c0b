//! Hot spots against other people's code: scikit-learn, esda, SciPy and pymannkendall on the same data.
//!
//! Compiled for tests only. How the numbers were made: `tests/fixtures/analytics/make_hotspots.py`.

use serde::Deserialize;

use super::dbscan::cluster;
use super::getis::{false_discoveries, gi_star, mann_kendall};
use crate::geometry::Position;

#[derive(Deserialize)]
struct Clustering {
    radius_m: f64,
    least: usize,
    points: Vec<[i32; 2]>,
    labels: Vec<i32>,
    core: Vec<usize>,
}

#[test]
fn clusters_core_points_and_labels_are_those_of_scikit_learn() {
    let cases: Vec<Clustering> =
        serde_json::from_str(include_str!("../../tests/fixtures/analytics/dbscan.json")).unwrap();
    assert_eq!(cases.len(), 6);
    for case in cases {
        let places: Vec<Position> = case.points.iter().map(|[lon, lat]| Position::new(*lon, *lat)).collect();
        let found = cluster(&places, case.radius_m, case.least);
        let labels: Vec<i32> = found.labels.iter().map(|label| label.map_or(-1, |n| n as i32)).collect();
        assert_eq!(labels, case.labels, "radius {}", case.radius_m);
        let core: Vec<usize> = (0..places.len()).filter(|n| found.core[*n]).collect();
        assert_eq!(core, case.core);
    }
}

#[derive(Deserialize)]
struct Hot {
    columns: usize,
    values: Vec<f64>,
    z: Vec<f64>,
    p: Vec<f64>,
    adjusted: Vec<f64>,
}

/// Numbers of the queen's neighbours on a full grid.
fn queen(n: usize, columns: usize) -> Vec<Vec<u32>> {
    let rows = n / columns;
    let near = |n: usize| {
        let (y, x) = (n / columns, n % columns);
        let ys = y.saturating_sub(1)..=(y + 1).min(rows - 1);
        let cells = ys.flat_map(|y| (x.saturating_sub(1)..=(x + 1).min(columns - 1)).map(move |x| (y, x)));
        cells.map(|(y, x)| (y * columns + x) as u32).filter(|m| *m as usize != n).collect()
    };
    (0..n).map(near).collect()
}

#[test]
fn hotness_is_that_of_esda_and_its_adjustment_that_of_scipy() {
    let cases: Vec<Hot> =
        serde_json::from_str(include_str!("../../tests/fixtures/analytics/gi_star.json")).unwrap();
    for case in cases {
        let found = gi_star(&case.values, &queen(case.values.len(), case.columns));
        let p: Vec<f64> = found.iter().map(|one| one.p).collect();
        for (n, adjusted) in false_discoveries(&p).into_iter().enumerate() {
            assert!((found[n].z - case.z[n]).abs() < 1e-9, "z of {n}: {} and {}", found[n].z, case.z[n]);
            assert!((p[n] - case.p[n].min(1.0)).abs() < 1e-9);
            assert!((adjusted - case.adjusted[n]).abs() < 1e-9);
        }
    }
}

#[derive(Deserialize)]
struct Series {
    values: Vec<f64>,
    s: f64,
    z: f64,
    p: f64,
}

#[test]
fn trends_are_those_of_pymannkendall() {
    let cases: Vec<Series> =
        serde_json::from_str(include_str!("../../tests/fixtures/analytics/mann_kendall.json")).unwrap();
    assert_eq!(cases.len(), 21);
    for case in cases {
        let found = mann_kendall(&case.values);
        assert_eq!(found.s as f64, case.s);
        assert!((found.z - case.z).abs() < 1e-12 && (found.p - case.p).abs() < 1e-12, "{:?}", case.values);
    }
}
