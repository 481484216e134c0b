//! No tile is larger than its budget, and one that is not whole says so.

use std::fmt::Write as _;

use crate::support::{Server, must, path};
use crate::vector::{Address, decode};

const LINES: usize = 2_500;
/// Every fifth line is long overdue.
const OVERDUE_EVERY: usize = 5;

/// Winding lines around one crossing, together far more than a tile may hold.
fn many_lines() -> String {
    let mut rows = String::new();
    for n in 0..LINES {
        let (west, south) = (135.05 + (n % 50) as f64 * 1e-4, 48.470 + (n / 50) as f64 * 1e-4);
        let vertices: Vec<String> = (0..150)
            .map(|v| {
                format!("[{:.6},{:.6}]", west + f64::from(v) * 5e-5, south + f64::from(v * 7 % 11) * 1e-4)
            })
            .collect();
        let due = if n % OVERDUE_EVERY == 0 { "2025-02-01" } else { "2099-01-01" };
        writeln!(
            rows,
            r#"{{"type":"Feature","geometry":{{"type":"LineString","coordinates":[{}]}},"properties":{{"source_id":"{n}","title":"Дорога {n}","category":"roads.section_repair","status":"in_work","registered_at":"2025-01-01","baseline_due":"{due}"}}}}"#,
            vertices.join(","),
        )
        .unwrap();
    }
    rows
}

#[test]
fn a_tile_that_would_be_too_large_shows_what_is_urgent_and_says_what_is_missing() {
    let place = tempfile::tempdir().unwrap();
    let (file, data) = (place.path().join("lines.geojsonl"), place.path().join("data"));
    std::fs::write(&file, many_lines()).unwrap();
    must(&["import", "problems", path(&file), "--data", path(&data)]);
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    let Address(z, x, y) = Address::of(13, 135.06, 48.475);
    let answer = client.get(&format!("/tiles/problems/{z}/{x}/{y}.mvt"));
    assert!(answer.body.len() <= 500_000, "{} bytes", answer.body.len());
    let features = decode(&answer.body);
    let of = |layer: &'static str| features.iter().filter(move |feature| feature.layer == layer);
    let notice = of("truncated").next().unwrap();
    assert_eq!(notice.tags["layer"], "shapes");
    let drawn = of("shapes").count();
    assert_eq!(notice.tags["drawn"], drawn);
    assert_eq!(drawn as u64 + notice.tags["left_out"].as_u64().unwrap(), LINES as u64);
    let overdue = of("shapes").filter(|shape| shape.tags["group"] == "overdue").count();
    assert_eq!(overdue, LINES / OVERDUE_EVERY, "what is overdue is drawn before anything else");
    let counted: u64 = of("problems").map(crate::vector::Feature::count).sum();
    assert_eq!(counted, LINES as u64, "symbols count what is not drawn as well");
    let json = client.json("/tiles/problems.json");
    assert!(json["vector_layers"].as_array().unwrap().iter().any(|layer| layer["id"] == "truncated"));
    // A fifth of them: a filter makes room.
    let answer = client.get(&format!("/tiles/problems/{z}/{x}/{y}.mvt?status=overdue"));
    assert!(decode(&answer.body).iter().all(|feature| feature.layer != "truncated"));
}
