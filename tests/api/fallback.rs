//! Coordinates on which a source puts what it cannot find: one symbol of its own at every zoom, no part of any other, no heat.

use crate::demo::matched;
use crate::support::{Chance, Server, must, path};
use crate::tiles::picture;
use crate::vector::Address;

/// 200 of 1,000 problems stand on one point far from the others; two stand on the same point but come from elsewhere.
fn file() -> String {
    let mut chance = Chance(12);
    let mut csv = "source_id,title,lon,lat,source,status,severity\n".to_owned();
    for n in 0..1_000 {
        let (lon, lat) = if n % 5 == 0 {
            (136.5, 49.2)
        } else {
            (chance.between(134.9, 135.3), chance.between(48.3, 48.6))
        };
        let status = ["registered", "in_work", "resolved"][n % 3];
        csv.push_str(&format!("{n},Problem,{lon:.5},{lat:.5},registry,{status},{}\n", 1 + n % 5));
    }
    csv + "a,Real,136.5,49.2,inspectors,registered,5\nb,Real,136.5,49.2,inspectors,resolved,5\n"
}

#[test]
fn rows_on_a_fallback_point_are_counted_apart_and_never_make_a_hot_spot() {
    let place = tempfile::tempdir().unwrap();
    let (problems, data, report) =
        (place.path().join("problems.csv"), place.path().join("data"), place.path().join("report.json"));
    std::fs::write(&problems, file()).unwrap();
    must(&["import", "problems", path(&problems), "--data", path(&data), "--report", path(&report)]);
    let told = std::fs::read_to_string(&report).unwrap();
    assert!(told.contains("fallback_coordinate") && told.contains("136.5 49.2"), "{told}");
    let server = Server::start(&data, &[]);
    let mut client = server.client();
    for filter in ["", "status=open", "severity=1,5", "status=resolved&severity=1"] {
        let total = matched(&mut client, "problems", filter);
        let flagged: u64 = crate::demo::all_features(&mut client, "problems", 500, filter)
            .iter()
            .filter(|f| f["properties"]["quality"].as_str().unwrap().contains("fallback_coordinate"))
            .count() as u64;
        assert!(flagged > 0, "{filter}");
        for z in [2, 4, 6] {
            let features: Vec<_> = crate::tiles::around_the_region(z)
                .into_iter()
                .flat_map(|tile| tile.fetch(&mut client, "problems", filter))
                .collect();
            let sum = |fallback: bool| -> u64 {
                features
                    .iter()
                    .filter(|f| f.is("fallback") == fallback)
                    .map(crate::vector::Feature::count)
                    .sum()
            };
            assert_eq!((sum(true), sum(false)), (flagged, total - flagged), "zoom {z}, {filter}");
        }
        for z in [8, 12, 13, 16, 22] {
            let features = Address::of(z, 136.5, 49.2).fetch(&mut client, "problems", filter);
            let apart: Vec<u64> =
                features.iter().filter(|f| f.is("fallback")).map(super::vector::Feature::count).collect();
            assert_eq!(apart, [flagged], "zoom {z}, {filter}");
        }
    }
    let Address(z, x, y) = Address::of(12, 136.5, 49.2);
    let only = |filter: &str| format!("/tiles/heat/{z}/{x}/{y}.png?{filter}");
    let (_, pixels, _) = picture(&client.get(&only("q=problem")).body);
    assert!(pixels.iter().all(|pixel| *pixel == 0), "no heat from what nobody could locate");
    let (_, pixels, _) = picture(&client.get(&only("q=real")).body);
    assert!(pixels.iter().any(|pixel| *pixel > 0), "whoever was there is believed");
    let cluster = Address::of(9, 136.5, 49.2).fetch(&mut client, "problems", "");
    let id =
        cluster.iter().find(|f| f.is("fallback")).unwrap().tags["cluster_id"].as_str().unwrap().to_owned();
    let leaves = client.json(&format!("/api/clusters/{id}/leaves?limit=1000"));
    assert_eq!(leaves["point_count"], 200);
    server.assert_log_is_clean();
}
