//! OGC API – Features: paging, counts, single features, forms, encodings, and what has not changed.

use std::collections::BTreeSet;
use std::io::Read;

use crate::demo::{APPEALS, PROBLEMS, all_features, client, filter, id_of, matched, words};
use crate::support::{Answer, Chance, Client, text};

const COLLECTIONS: [&str; 6] =
    ["problems", "appeals", "municipalities", "settlements", "hotspots", "ratings"];

#[test]
fn the_landing_page_leads_to_every_collection_and_its_items() {
    let mut client = client();
    let landing = client.json("/ogc");
    let rels: Vec<&str> =
        landing["links"].as_array().unwrap().iter().map(|link| link["rel"].as_str().unwrap()).collect();
    for rel in ["self", "conformance", "data"] {
        assert!(rels.contains(&rel), "{rels:?}");
    }
    let conformance = client.json("/ogc/conformance");
    let classes = conformance["conformsTo"].as_array().unwrap();
    assert!(classes.iter().any(|class| class.as_str().unwrap().ends_with("/conf/core")));
    let collections = client.json("/ogc/collections");
    for collection in collections["collections"].as_array().unwrap() {
        let id = collection["id"].as_str().unwrap();
        assert!(COLLECTIONS.contains(&id), "{id}");
        assert_eq!(client.json(&format!("/ogc/collections/{id}"))["id"], id);
        let items = collection["links"].as_array().unwrap().iter().find(|l| l["rel"] == "items").unwrap();
        let path = crate::demo::path_of(items["href"].as_str().unwrap());
        assert_eq!(client.json(&path)["type"], "FeatureCollection");
    }
    assert_eq!(collections["collections"].as_array().unwrap().len(), COLLECTIONS.len());
}

#[test]
fn following_next_visits_every_feature_exactly_once_in_any_page_size() {
    let mut client = client();
    let public = matched(&mut client, "appeals", "");
    assert!(public > APPEALS / 2 && public < APPEALS, "some appeals are hidden");
    for (collection, total, limits) in
        [("problems", PROBLEMS, [1_000, 599, 100, 37]), ("appeals", public, [10_000, public - 1, 333, 97])]
    {
        for limit in limits {
            let features = all_features(&mut client, collection, limit, "");
            let ids: BTreeSet<String> = features.iter().map(id_of).collect();
            assert_eq!((features.len() as u64, ids.len() as u64), (total, total), "{collection} by {limit}");
        }
    }
    let municipalities = all_features(&mut client, "municipalities", 7, "");
    assert_eq!(municipalities.iter().map(id_of).collect::<BTreeSet<_>>().len(), 19);
    let settlements = all_features(&mut client, "settlements", 20, "");
    assert_eq!(settlements.iter().map(id_of).collect::<BTreeSet<_>>().len(), 50);
}

#[test]
fn the_number_matched_is_exact_under_any_filter_and_pages_agree_with_it() {
    let mut client = client();
    let words = words(&mut client);
    let mut chance = Chance(41);
    for round in 0..60 {
        let (collection, appeals) = if round % 3 == 0 { ("appeals", true) } else { ("problems", false) };
        let filter = filter(&mut chance, &words, appeals);
        let expected = matched(&mut client, collection, &filter);
        let features = all_features(&mut client, collection, 50 + chance.below(200), &filter);
        assert_eq!(features.len() as u64, expected, "{collection}?{filter}");
        let csv = client.get(&format!("/ogc/collections/{collection}/items?f=csv&limit=10000&{filter}"));
        let rows = text(&csv.body).lines().count() as u64;
        assert_eq!(rows, if expected == 0 { 0 } else { expected + 1 }, "{filter}");
        assert_eq!(csv.header("ogc-numbermatched"), Some(expected.to_string().as_str()));
    }
}

#[test]
fn a_filter_takes_what_its_words_say_and_nothing_else() {
    let mut client = client();
    let everything = all_features(&mut client, "problems", 1_000, "");
    let count = |test: &dyn Fn(&serde_json::Value) -> bool| {
        everything.iter().filter(|feature| test(&feature["properties"])).count() as u64
    };
    let closed = ["resolved", "refused", "rejected", "duplicate", "archived"];
    let is_closed = |p: &serde_json::Value| closed.contains(&p["status"].as_str().unwrap());
    let mut is = |filter: &str| matched(&mut client, "problems", filter);
    assert_eq!(is("status=closed"), count(&is_closed));
    assert_eq!(is("status=open"), count(&|p| !is_closed(p)));
    assert_eq!(is("status=overdue"), count(&|p| p["overdue"] == true));
    assert_eq!(is("status=resolved,overdue"), count(&|p| p["overdue"] == true || p["status"] == "resolved"));
    // The four groups of the legend part all: each is of exactly one.
    let new = |p: &serde_json::Value| p["status"] == "registered" || p["status"] == "assigned";
    assert_eq!(is("status=new"), count(&|p| p["overdue"] == false && new(p)));
    assert_eq!(is("status=underway"), count(&|p| p["overdue"] == false && !new(p) && !is_closed(p)));
    assert_eq!(is("status=new,underway,overdue"), is("status=open"));
    assert_eq!(is("status=new,underway,overdue,closed"), count(&|_| true));
    assert_eq!(is("category=roads"), count(&|p| p["sphere"] == "roads"));
    assert_eq!(is("municipality=MUN-27-01"), count(&|p| p["municipality"] == "MUN-27-01"));
    assert_eq!(is("severity=5"), count(&|p| p["severity"] == 5));
    let since =
        |p: &serde_json::Value| p["registered_at"].as_str().is_some_and(|t| t >= "2023-12-31T14:00:00");
    assert_eq!(is("registered_from=2024-01-01"), count(&since), "days are those of the region, UTC+10");
    assert_eq!(
        is("status=open&category=roads&municipality=MUN-27-01"),
        count(&|p| !is_closed(p) && p["sphere"] == "roads" && p["municipality"] == "MUN-27-01"),
        "filters are ANDed"
    );
    let road = "%D0%B4%D0%BE%D1%80%D0%BE%D0%B3"; // «дорог»
    let titled = count(&|p| p["title"].as_str().unwrap().to_lowercase().contains("дорог"));
    assert!(is(&format!("q={road}")) >= titled && titled > 0);
    assert_eq!(is("q=ATL-27-000002"), 1);
}

#[test]
fn a_search_finds_words_of_the_title_and_of_the_address_together() {
    let mut client = client();
    let told: Vec<(String, String)> = all_features(&mut client, "problems", 1_000, "")
        .iter()
        .map(|feature| {
            let card = client.json(&format!("/api/problems/{}", id_of(feature)));
            let words = format!("{}\n{}", card["title"], card["address"].as_str().unwrap_or(""));
            (id_of(feature), words.to_lowercase().replace('ё', "е"))
        })
        .collect();
    // «ул. Ленина», «дорог», «яма ленина» in another order, and what nobody has.
    for (query, wanted) in [
        ("%D1%83%D0%BB.%20%D0%9B%D0%B5%D0%BD%D0%B8%D0%BD%D0%B0", &["ул.", "ленина"][..]),
        ("%D0%B4%D0%BE%D1%80%D0%BE%D0%B3", &["дорог"]),
        ("%D0%9B%D0%95%D0%9D%D0%98%D0%9D%D0%90%20%D1%83%D0%BB.", &["ленина", "ул."]),
        ("%3Cscript%3E", &["<script>"]),
    ] {
        let found: BTreeSet<String> =
            all_features(&mut client, "problems", 1_000, &format!("q={query}")).iter().map(id_of).collect();
        let expected: BTreeSet<String> = told
            .iter()
            .filter(|(_, words)| wanted.iter().all(|word| words.contains(word)))
            .map(|(id, _)| id.clone())
            .collect();
        assert_eq!(found, expected, "{wanted:?}");
        assert_eq!(found.is_empty(), query.starts_with("%3C"), "{wanted:?}");
    }
}

#[test]
fn bodies_are_named_for_whoever_asks_for_one() {
    let mut client = client();
    let answer = client.json("/api/bodies");
    let bodies = answer["bodies"].as_array().unwrap();
    assert!(!bodies.is_empty());
    let listed = all_features(&mut client, "problems", 1_000, "");
    for feature in listed.iter().filter(|feature| !feature["properties"]["responsible"].is_null()) {
        let p = &feature["properties"];
        let body = bodies.iter().find(|body| body["id"] == p["responsible"]).unwrap();
        assert_eq!(body["name_ru"], p["responsible_name"]);
    }
}

#[test]
fn a_municipality_is_known_by_id_code_and_slug() {
    let mut client = client();
    let municipality = client.json("/ogc/collections/municipalities/items/MUN-27-10");
    let (slug, oktmo) = (&municipality["properties"]["slug"], &municipality["properties"]["oktmo"]);
    let by = |client: &mut Client, name: &str| matched(client, "problems", &format!("municipality={name}"));
    let expected = by(&mut client, "MUN-27-10");
    assert!(expected > 0);
    assert_eq!(by(&mut client, slug.as_str().unwrap()), expected);
    assert_eq!(by(&mut client, oktmo.as_str().unwrap()), expected);
}

#[test]
fn a_feature_is_the_same_alone_and_in_its_list() {
    let mut client = client();
    for collection in COLLECTIONS {
        let listed = client.json(&format!("/ogc/collections/{collection}/items?limit=3"));
        for feature in listed["features"].as_array().unwrap() {
            let alone = client.json(&format!("/ogc/collections/{collection}/items/{}", id_of(feature)));
            for member in ["id", "geometry", "properties"] {
                assert_eq!(alone[member], feature[member]);
            }
        }
    }
    for unknown in ["ATL-27-999999", "ATL-27-1", "x", "APP-27-000001", "%2e%2e"] {
        let answer = client.get(&format!("/ogc/collections/problems/items/{unknown}"));
        assert_eq!(answer.status, 404, "{unknown}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    }
}

#[test]
fn lists_features_and_documents_have_tags_and_answer_304_to_them() {
    let mut client = client();
    for path in [
        "/",
        "/ogc",
        "/ogc/collections",
        "/ogc/collections/problems",
        "/ogc/collections/problems/items?limit=5",
        "/ogc/collections/appeals/items?status=open&limit=5",
        "/ogc/collections/municipalities/items/MUN-27-01",
        "/tiles/problems.json",
        "/tiles/problems/5/27/10.mvt",
        "/tiles/heat/5/27/10.png",
        "/api/region",
        "/api/problems/ATL-27-000001",
    ] {
        let first = client.get(path);
        assert_eq!(first.status, 200, "{path}");
        let tag = first.header("etag").unwrap_or_else(|| panic!("{path} has no tag")).to_owned();
        let again = client.get_with(path, &[("If-None-Match", &tag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.header("etag"), Some(tag.as_str()), "{path}");
        let listed = format!("\"other\", {tag}");
        assert_eq!(client.get_with(path, &[("If-None-Match", &listed)]).status, 304, "{path}");
        assert_eq!(client.get_with(path, &[("If-None-Match", "\"other\"")]).status, 200, "{path}");
    }
}

fn decoded(answer: &Answer) -> Vec<u8> {
    let mut bytes = Vec::new();
    match answer.header("content-encoding") {
        None => bytes.clone_from(&answer.body),
        Some("gzip") => {
            flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut bytes).unwrap();
        }
        Some("br") => {
            brotli::Decompressor::new(&answer.body[..], 4_096).read_to_end(&mut bytes).unwrap();
        }
        Some("zstd") => bytes = zstd::stream::decode_all(&answer.body[..]).unwrap(),
        Some(other) => panic!("{other}"),
    }
    bytes
}

#[test]
fn every_encoding_decodes_to_the_same_bytes_under_a_tag_of_its_own() {
    let mut client = client();
    // A list tells the second at which it was made, so the forms without that are compared.
    for path in [
        "/ogc/collections/problems/items?f=csv&limit=300",
        "/ogc/collections/problems/items?f=geojsonseq&limit=300",
        "/api/region",
        "/tiles/problems/12/3584/1420.mvt",
        "/tiles/municipalities/6/55/22.mvt",
        "/tiles/appeals/4/13/5.mvt",
        "/",
    ] {
        let plain = client.get(path);
        assert_eq!(plain.header("content-encoding"), None, "{path}");
        let mut tags = BTreeSet::from([plain.header("etag").unwrap().to_owned()]);
        for encoding in ["gzip", "br", "zstd"] {
            let answer = client.get_with(path, &[("Accept-Encoding", encoding)]);
            assert_eq!(answer.status, 200);
            assert!(answer.header("vary").unwrap().contains("Accept-Encoding"));
            assert_eq!(decoded(&answer), plain.body, "{path} as {encoding}");
            if plain.body.len() >= 512 {
                assert_eq!(answer.header("content-encoding"), Some(encoding), "{path}");
                tags.insert(answer.header("etag").unwrap().to_owned());
                let tag = answer.header("etag").unwrap();
                let headers = [("Accept-Encoding", encoding), ("If-None-Match", tag)];
                assert_eq!(client.get_with(path, &headers).status, 304, "{path} as {encoding}");
            }
        }
        assert_eq!(tags.len(), if plain.body.len() >= 512 { 4 } else { 1 }, "{path}");
    }
}

#[test]
fn the_client_chooses_the_encoding() {
    let mut client = client();
    let mut chosen = |accepted: &str| {
        let answer = client.get_with("/api/region", &[("Accept-Encoding", accepted)]);
        answer.header("content-encoding").map(str::to_owned)
    };
    assert_eq!(chosen("gzip;q=0.5, br;q=0.9"), Some("br".to_owned()));
    assert_eq!(chosen("gzip;q=1, br;q=0"), Some("gzip".to_owned()));
    assert_eq!(chosen("identity"), None);
    assert_eq!(chosen("deflate, compress"), None);
}

#[test]
fn a_sequence_holds_one_feature_per_record_and_a_table_one_per_row() {
    let mut client = client();
    let sequence = client.get("/ogc/collections/problems/items?f=geojsonseq&limit=20");
    assert_eq!(sequence.header("content-type"), Some("application/geo+json-seq"));
    let body = text(&sequence.body);
    let records: Vec<&str> = body.split('\u{1e}').filter(|record| !record.is_empty()).collect();
    assert_eq!(records.len(), 20);
    for record in records {
        let feature: serde_json::Value = serde_json::from_str(record).unwrap();
        assert_eq!(feature["type"], "Feature");
    }
    let table = client.get("/ogc/collections/problems/items?f=csv&limit=20");
    assert!(table.header("content-type").unwrap().starts_with("text/csv"));
    let body = text(&table.body);
    let header = body.lines().next().unwrap();
    for column in ["id", "title", "category", "status", "registered_at", "baseline_due", "lon", "lat"] {
        assert!(header.split(',').any(|name| name == column), "{column} in {header}");
    }
    assert!(table.header("link").unwrap().contains("rel=\"next\""));
}

#[test]
fn a_head_request_gets_the_headers_of_the_get_and_no_body() {
    let mut client = client();
    for path in
        ["/ogc/collections/problems/items?f=csv", "/tiles/heat/5/27/10.png", "/api/region", "/healthz"]
    {
        let get = client.get(path);
        let head = client.send("HEAD", path, &[], b"").unwrap();
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        for name in ["content-type", "content-length", "etag"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
}

#[test]
fn only_named_properties_leave_the_house() {
    let mut client = client();
    let named = [
        "id",
        "title",
        "category",
        "category_name",
        "sphere",
        "status",
        "overdue",
        "severity",
        "municipality",
        "municipality_name",
        "responsible",
        "responsible_name",
        "level",
        "registered_at",
        "baseline_due",
        "current_due",
        "resolved_at",
        "slip_days",
        "cost_rub",
        "cost_class",
        "n_appeals",
        "n_supporters",
        "updated_at",
        "quality",
    ];
    let problem = client.json("/ogc/collections/problems/items/ATL-27-000001");
    let mut properties: Vec<&str> =
        problem["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = named.to_vec();
    properties.sort_unstable();
    expected.sort_unstable();
    assert_eq!(properties, expected);
    let appeals = client.json("/ogc/collections/appeals/items?limit=1");
    let appeal = appeals["features"][0]["properties"].as_object().unwrap();
    let allowed = [
        "id",
        "category",
        "status",
        "municipality",
        "received_at",
        "due_at",
        "answered_at",
        "problem",
        "quality",
    ];
    assert!(appeal.keys().all(|name| allowed.contains(&name.as_str())), "{appeal:?}");
}

#[test]
fn every_open_problem_stands_to_its_deadline_in_exactly_one_way() {
    let mut client = client();
    const DAY: i64 = 86_400;
    let now = jiff::Timestamp::now().as_second();
    let mut sum = 0;
    for (class, days) in
        [("overdue", i64::MIN..0), ("30d", 0..30), ("90d", 30..90), ("later", 90..i64::MAX), ("none", 0..0)]
    {
        let features = all_features(&mut client, "problems", 1_000, &format!("due={class}"));
        assert_eq!(
            features.len() as u64,
            matched(&mut client, "problems", &format!("due={class}&status=open"))
        );
        sum += features.len() as u64;
        for feature in &features {
            let properties = &feature["properties"];
            assert_eq!(properties["overdue"], class == "overdue", "{properties}");
            if class == "none" {
                continue;
            }
            let due: jiff::Timestamp = properties["current_due"].as_str().unwrap().parse().unwrap();
            // Days are counted from the beginning of this one.
            let left = (due.as_second() - now).div_euclid(DAY);
            let near = |day: i64| days.contains(&day);
            assert!(near(left) || near(left + 1), "{class}: {left} days left");
        }
    }
    assert_eq!(sum, matched(&mut client, "problems", "status=open"));
    let two = matched(&mut client, "problems", "due=30d,90d");
    let each = ["30d", "90d"].map(|class| matched(&mut client, "problems", &format!("due={class}")));
    assert_eq!(two, each.iter().sum::<u64>());
    assert_eq!(
        matched(&mut client, "appeals", "due=overdue"),
        matched(&mut client, "appeals", "status=overdue")
    );
}

#[test]
fn a_range_of_costs_takes_what_is_known_to_lie_in_it() {
    let mut client = client();
    let costs: Vec<f64> = all_features(&mut client, "problems", 1_000, "")
        .iter()
        .filter_map(|feature| feature["properties"]["cost_rub"].as_f64())
        .collect();
    for (from, to) in [(0, 1_000_000), (1_000_000, 20_000_000), (500_000_000, 499_999_999)] {
        let expected = costs.iter().filter(|cost| (from as f64..=to as f64).contains(cost)).count();
        let filter = format!("cost_from={from}&cost_to={to}");
        assert_eq!(matched(&mut client, "problems", &filter), expected as u64, "{filter}");
    }
    assert_eq!(matched(&mut client, "problems", "cost_from=0"), costs.len() as u64);
    let words = client.get("/ogc/collections/problems/items?cost_from=0&q=%D1%83%D0%BB&limit=1");
    assert!(words.status == 200);
    for (path, status) in [
        ("/ogc/collections/appeals/items?cost_from=1", 400),
        ("/ogc/collections/problems/items?cost_from=-1", 400),
        ("/ogc/collections/problems/items?cost_to=much", 400),
        ("/ogc/collections/problems/items?due=soon", 400),
    ] {
        assert_eq!(client.get(path).status, status, "{path}");
    }
}
