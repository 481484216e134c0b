#!/usr/bin/env python3
"""Checks a region pack: every file, every column, every reference between files.

    python3 data/scripts/check_pack.py data/khabarovsk

Needs Python 3.11 and nothing else. Every failure is printed; exit code 0 all is well, 1 something failed, 2 the
directory is not a pack. What a pack is: data/README.md.
"""

import collections
import csv
import datetime
import json
import pathlib
import re
import sys
import tomllib

COLUMNS = {
    "municipalities.csv": (
        "id,slug,valid_from,valid_to,kind,parent,name_ru,name_en,short_name_ru,aliases,oktmo,oktmo_confirmed,"
        "successor_of,centre_name,centre_lon,centre_lat,label_lon,label_lat,population,population_date,"
        "population_source,area_km2,note"
    ),
    "settlements.csv": "id,municipality,name_ru,name_en,kind,lon,lat,population,connectivity,source,source_id",
    "categories.csv": (
        "code,parent,name_ru,name_en,kind,reply_rule,resolution_rule,duplicate_radius_m,recurrence_months,icon"
    ),
    "fast_track.csv": "number,category_ru,subcategory_ru,reply_days,type",
    "deadline_rules.csv": ("code,clock,quantity,unit,start_event,name_ru,name_en,legal_reference,valid_from,valid_to"),
    "calendar.csv": "date,day,name_ru,source",
    "bodies.csv": "id,level,name_ru,name_en,municipality,parent,spheres",
    "anchors.csv": "municipality,feature_ru,kind,seq,lon,lat",
}
OPTIONAL = {"anchors.csv", "fast_track.csv"}
REGION_KEYS = {"code", "slug", "id_prefix", "name_ru", "name_en", "time_zone", "bounds", "languages", "currency"}

MUNICIPALITY_KINDS = {"urban_okrug", "municipal_district", "municipal_okrug", "settlement"}
SETTLEMENT_KINDS = {"city", "urban_settlement", "rural_settlement", "other"}
BODY_LEVELS = {"federal", "regional", "municipal", "utility", "other"}
CLOCKS = {"reply", "resolution"}
UNITS = {"calendar_days", "working_days", "hours"}
START_EVENTS = {"received", "registered", "planned"}

DECIMALS = 5

# What a sentence of demo_texts.toml may speak of besides its own facts.
GAPS_OF_PLACES = set(
    "town in_town of_town street of_street along_street on_street house address along_address road of_road on_road km "
    "at_km place by near where".split()
)
GAPS = GAPS_OF_PLACES | set("length area people year resolved_year type".split())
SENTENCES = ("titles", "opening", "effect", "history", "need", "again")


class Pack:
    """The files as read, and the failures found so far."""

    def __init__(self, directory):
        self.directory = directory
        self.failures = []
        with open(directory / "region.toml", "rb") as file:
            self.region = tomllib.load(file)
        self.tables = {name: self.read_table(name) for name in COLUMNS}
        self.expected = self.read_settings("expected.toml")
        self.demo = self.read_settings("demo.toml")
        self.demo_texts = self.read_settings("demo_texts.toml")
        with open(directory / "outlines.geojson", encoding="utf-8") as file:
            self.outlines = json.load(file)

    def fail(self, where, message):
        self.failures.append(f"{where}: {message}")

    def read_settings(self, name):
        """The TOML file with this name; nothing where there is none."""
        path = self.directory / name
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def read_table(self, name):
        path = self.directory / name
        if name in OPTIONAL and not path.exists():
            return []
        raw = path.read_bytes()
        if b"\r" in raw:
            self.fail(name, "lines must end in \\n")
        reader = csv.DictReader(raw.decode("utf-8").splitlines(), strict=True)
        rows = list(reader)
        if reader.fieldnames != COLUMNS[name].split(","):
            self.fail(name, f"columns are {reader.fieldnames}, expected {COLUMNS[name]}")
        for number, row in enumerate(rows, 2):
            if None in row or None in row.values():
                self.fail(f"{name}:{number}", "wrong number of cells")
            for column, value in row.items():
                if isinstance(value, str) and value != value.strip():
                    self.fail(f"{name}:{number}", f"{column} has blanks around it")
        return rows

    def current_municipalities(self):
        return {row["id"]: row for row in self.tables["municipalities.csv"] if not row["valid_to"]}

    def municipality_ids(self):
        return {row["id"] for row in self.tables["municipalities.csv"]}

    # ----- small checks used by many -----

    def one_of(self, where, row, column, allowed, may_be_empty=False):
        value = row[column]
        if not (may_be_empty and not value) and value not in allowed:
            self.fail(where, f"{column} is {value!r}")

    def date(self, where, row, column, may_be_empty=False):
        value = row[column]
        if not value and may_be_empty:
            return
        try:
            datetime.date.fromisoformat(value)
        except ValueError:
            self.fail(where, f"{column} is not a date: {value!r}")

    def number(self, where, row, column, minimum, may_be_empty=False, whole=False):
        value = row[column]
        if not value and may_be_empty:
            return
        try:
            parsed = int(value) if whole else float(value)
            if parsed < minimum:
                self.fail(where, f"{column} is {value}, less than {minimum}")
        except ValueError:
            self.fail(where, f"{column} is not a number: {value!r}")

    def text(self, where, row, *columns):
        for column in columns:
            if not row[column]:
                self.fail(where, f"{column} is empty")

    def unique(self, name, values):
        for value, count in collections.Counter(values).items():
            if count > 1:
                self.fail(name, f"{value!r} occurs {count} times")

    def place(self, where, row, lon, lat):
        west, south, east, north = self.region["bounds"]
        try:
            x, y = float(row[lon]), float(row[lat])
        except ValueError:
            self.fail(where, f"{lon}, {lat} is not a place")
            return
        if not (west <= x <= east and south <= y <= north):
            self.fail(where, f"{x}, {y} lies outside the region's bounds")


def check_region(pack):
    missing = REGION_KEYS - set(pack.region)
    if missing:
        pack.fail("region.toml", f"missing {sorted(missing)}")
    points = [point for ring in all_rings(pack) for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    if pack.region["bounds"] != [west, south, east, north]:
        pack.fail("region.toml", f"bounds should be {[west, south, east, north]}")
    demo = pack.region.get("demo")
    if demo and not demo["since"] < demo["until"]:
        pack.fail("region.toml", "the demo ends before it begins")


def check_municipalities(pack):
    name = "municipalities.csv"
    rows = pack.tables[name]
    versions = collections.defaultdict(list)
    for number, row in enumerate(rows, 2):
        where = f"{name}:{number}"
        pack.text(where, row, "id", "slug", "name_ru", "name_en", "short_name_ru", "centre_name")
        pack.one_of(where, row, "kind", MUNICIPALITY_KINDS)
        pack.one_of(where, row, "parent", pack.municipality_ids(), may_be_empty=True)
        pack.one_of(where, row, "oktmo_confirmed", {"true", "false"})
        pack.date(where, row, "valid_from")
        pack.date(where, row, "valid_to", may_be_empty=True)
        pack.date(where, row, "population_date", may_be_empty=True)
        pack.number(where, row, "population", 1, may_be_empty=True, whole=True)
        pack.number(where, row, "area_km2", 1, may_be_empty=True)
        pack.place(where, row, "centre_lon", "centre_lat")
        pack.place(where, row, "label_lon", "label_lat")
        if row["oktmo"] and not re.fullmatch(r"\d{8}(\d{3})?", row["oktmo"]):
            pack.fail(where, f"oktmo is {row['oktmo']!r}, expected 8 or 11 digits as text")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["slug"]):
            pack.fail(where, f"slug is {row['slug']!r}")
        for id in filter(None, row["successor_of"].split("|")):
            if id not in pack.municipality_ids():
                pack.fail(where, f"successor_of names {id!r}")
        versions[row["id"]].append(row)
    check_versions(pack, name, versions)
    check_names(pack, name, versions)


def check_versions(pack, name, versions):
    """The versions of a municipality follow one another without gap or overlap; one is current."""
    for id, rows in versions.items():
        if len({row["slug"] for row in rows}) > 1:
            pack.fail(name, f"{id} has several slugs")
        for earlier, later in zip(rows, rows[1:]):
            if earlier["valid_to"] != later["valid_from"]:
                pack.fail(name, f"{id}: versions do not meet ({earlier['valid_to']!r}, {later['valid_from']!r})")
        if sum(not row["valid_to"] for row in rows) != 1:
            pack.fail(name, f"{id} needs exactly one current version")
        for row in rows:
            if row["valid_to"] and row["valid_to"] <= row["valid_from"]:
                pack.fail(name, f"{id} ends before it begins")
    pack.unique(name, [rows[0]["slug"] for rows in versions.values()])
    pack.unique(name, [row["oktmo"] for rows in versions.values() for row in rows if row["oktmo"]])


def check_names(pack, name, versions):
    """A name that an import may use must lead to one municipality, whatever its case."""
    owners = collections.defaultdict(set)
    for id, rows in versions.items():
        for row in rows:
            known = row["aliases"].split("|") + [row["name_ru"], row["name_en"], row["short_name_ru"]]
            for alias in filter(None, known):
                owners[alias.casefold()].add(id)
    for alias, ids in owners.items():
        if len(ids) > 1:
            pack.fail(name, f"the name {alias!r} belongs to {sorted(ids)}")


def population(pack):
    return sum(int(row["population"] or 0) for row in pack.current_municipalities().values())


def check_totals(pack):
    """A slip of one digit passes every other check."""
    found = {
        "municipalities": len(pack.current_municipalities()),
        "population": population(pack),
        "fast_track": len(pack.tables["fast_track.csv"]),
    }
    for key, value in pack.expected.items():
        if key not in found:
            pack.fail("expected.toml", f"unknown total {key!r}")
        elif found[key] != value:
            pack.fail("expected.toml", f"{key} is {found[key]}, expected {value}")


def check_settlements(pack):
    name = "settlements.csv"
    rows = pack.tables[name]
    pack.unique(name, [row["id"] for row in rows])
    for number, row in enumerate(rows, 2):
        where = f"{name}:{number}"
        pack.text(where, row, "id", "name_ru", "name_en", "source")
        pack.one_of(where, row, "municipality", pack.municipality_ids())
        pack.one_of(where, row, "kind", SETTLEMENT_KINDS)
        pack.number(where, row, "population", 1, may_be_empty=True, whole=True)
        pack.place(where, row, "lon", "lat")


def check_rules(pack):
    name = "deadline_rules.csv"
    rows = pack.tables[name]
    pack.unique(name, [(row["code"], row["valid_from"]) for row in rows])
    if not any(row["code"] == "reply_general" for row in rows):
        pack.fail(name, "the fallback rule reply_general is missing")
    for number, row in enumerate(rows, 2):
        where = f"{name}:{number}"
        pack.text(where, row, "code", "name_ru", "name_en", "legal_reference")
        pack.one_of(where, row, "clock", CLOCKS)
        pack.one_of(where, row, "unit", UNITS)
        pack.one_of(where, row, "start_event", START_EVENTS)
        pack.number(where, row, "quantity", 1, whole=True)
        pack.date(where, row, "valid_from")
        pack.date(where, row, "valid_to", may_be_empty=True)


def check_categories(pack):
    name = "categories.csv"
    rows = pack.tables[name]
    pack.unique(name, [row["code"] for row in rows])
    spheres = {row["code"] for row in rows if row["kind"] == "sphere"}
    clocks = {row["code"]: row["clock"] for row in pack.tables["deadline_rules.csv"]}
    for number, row in enumerate(rows, 2):
        where = f"{name}:{number}"
        pack.text(where, row, "name_ru", "name_en", "icon")
        pack.one_of(where, row, "kind", {"sphere", "type"})
        pack.number(where, row, "duplicate_radius_m", 1, whole=True)
        pack.number(where, row, "recurrence_months", 1, whole=True)
        if row["kind"] == "sphere" and row["parent"]:
            pack.fail(where, "a sphere has no parent")
        if row["kind"] == "type" and (row["parent"] not in spheres or not row["code"].startswith(row["parent"] + ".")):
            pack.fail(where, f"type {row['code']!r} does not fit its sphere {row['parent']!r}")
        if not re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", row["code"]):
            pack.fail(where, f"code is {row['code']!r}")
        for column, clock in (("reply_rule", "reply"), ("resolution_rule", "resolution")):
            if clocks.get(row[column]) != clock:
                pack.fail(where, f"{column} {row[column]!r} is not a rule of the clock {clock}")
    for sphere in spheres:
        if not any(row["parent"] == sphere for row in rows):
            pack.fail(name, f"sphere {sphere!r} has no type")


def check_fast_track(pack):
    name = "fast_track.csv"
    rows = pack.tables[name]
    types = {row["code"]: row for row in pack.tables["categories.csv"] if row["kind"] == "type"}
    rules = {row["code"]: row for row in pack.tables["deadline_rules.csv"]}
    if [row["number"] for row in rows] != [str(n) for n in range(1, len(rows) + 1)]:
        pack.fail(name, "numbers do not run from 1")
    pack.unique(name, [(row["category_ru"], row["subcategory_ru"]) for row in rows])
    for number, row in enumerate(rows, 2):
        where = f"{name}:{number}"
        pack.text(where, row, "category_ru", "subcategory_ru")
        pack.number(where, row, "reply_days", 1, whole=True)
        if row["type"] not in types:
            pack.fail(where, f"unknown type {row['type']!r}")
            continue
        rule = rules.get(types[row["type"]]["reply_rule"])
        if rule and rule["unit"] == "calendar_days" and int(rule["quantity"]) > int(row["reply_days"]):
            pack.fail(where, f"the reply rule of {row['type']} is slower than {row['reply_days']} days")


def check_calendar(pack):
    name = "calendar.csv"
    rows = pack.tables[name]
    dates = [row["date"] for row in rows]
    pack.unique(name, dates)
    if dates != sorted(dates):
        pack.fail(name, "dates are not in order")
    for number, row in enumerate(rows, 2):
        where = f"{name}:{number}"
        pack.date(where, row, "date")
        pack.text(where, row, "name_ru", "source")
        pack.one_of(where, row, "day", {"off", "working"})
        weekend = datetime.date.fromisoformat(row["date"]).weekday() >= 5
        if weekend != (row["day"] == "working"):
            pack.fail(where, "is no exception to the Monday–Friday week")


def check_bodies(pack):
    name = "bodies.csv"
    rows = pack.tables[name]
    ids = {row["id"] for row in rows}
    pack.unique(name, [row["id"] for row in rows])
    spheres = {row["code"] for row in pack.tables["categories.csv"] if row["kind"] == "sphere"}
    for number, row in enumerate(rows, 2):
        where = f"{name}:{number}"
        pack.text(where, row, "id", "name_ru", "name_en")
        pack.one_of(where, row, "level", BODY_LEVELS)
        pack.one_of(where, row, "parent", ids, may_be_empty=True)
        pack.one_of(where, row, "municipality", pack.municipality_ids(), may_be_empty=True)
        for sphere in filter(None, row["spheres"].split("|")):
            if sphere not in spheres:
                pack.fail(where, f"unknown sphere {sphere!r}")
    for id in pack.current_municipalities():
        if not any(row["municipality"] == id and row["level"] == "municipal" for row in rows):
            pack.fail(name, f"{id} has no administration")
    for sphere in spheres:
        if not any(sphere in row["spheres"].split("|") for row in rows):
            pack.fail(name, f"nobody is responsible for {sphere!r}")


def check_anchors(pack):
    name = "anchors.csv"
    rows = pack.tables[name]
    pack.unique(name, [(row["municipality"], row["feature_ru"], row["kind"], row["seq"]) for row in rows])
    for number, row in enumerate(rows, 2):
        where = f"{name}:{number}"
        pack.text(where, row, "feature_ru", "kind")
        pack.one_of(where, row, "municipality", pack.municipality_ids())
        pack.number(where, row, "seq", 1, whole=True)
        pack.number(where, row, "lon", -180)
        pack.number(where, row, "lat", -90)


# ----- outlines -----


def polygons(geometry):
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]


def all_rings(pack):
    for feature in pack.outlines["features"]:
        for polygon in polygons(feature["geometry"]):
            yield from polygon


def signed_area(ring):
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:])) / 2


def contains(geometry, x, y):
    """Even-odd rule over all rings."""
    inside = False
    for polygon in polygons(geometry):
        for ring in polygon:
            for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
                if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                    inside = not inside
    return inside


def check_outlines(pack):
    name = "outlines.geojson"
    if pack.outlines.get("type") != "FeatureCollection" or "crs" in pack.outlines:
        pack.fail(name, "must be a FeatureCollection without crs")
    ids = [feature["properties"]["id"] for feature in pack.outlines["features"]]
    pack.unique(name, ids)
    if set(ids) != set(pack.current_municipalities()):
        pack.fail(name, "the outlines are not exactly those of the current municipalities")
    for feature in pack.outlines["features"]:
        where = f"{name} {feature['properties']['id']}"
        if not isinstance(feature["properties"].get("approximate"), bool):
            pack.fail(where, "property approximate must be true or false")
        for polygon in polygons(feature["geometry"]):
            check_rings(pack, where, polygon)
    check_shared_edges(pack, name)
    check_places_inside(pack)


def check_rings(pack, where, polygon):
    for index, ring in enumerate(polygon):
        if len(ring) < 4 or ring[0] != ring[-1]:
            pack.fail(where, "a ring is not closed")
        if (signed_area(ring) > 0) != (index == 0):
            pack.fail(where, "a ring is wound against the right-hand rule")
        for x, y in ring:
            if round(x, DECIMALS) != x or round(y, DECIMALS) != y:
                pack.fail(where, f"more than {DECIMALS} decimals: {x}, {y}")
                break


def check_shared_edges(pack, name):
    """Neighbours share their vertices, so each edge occurs twice, in opposite directions, or belongs to the region's
    own outline. Those single edges must enclose exactly the area of all units together: no gap, no overlap."""
    edges = collections.Counter()
    area = 0.0
    for ring in all_rings(pack):
        area += signed_area(ring)
        edges.update(((x1, y1), (x2, y2)) for (x1, y1), (x2, y2) in zip(ring, ring[1:]))
    if any(count > 1 for count in edges.values()):
        pack.fail(name, "an edge is used twice in the same direction: units overlap")
    outside = [edge for edge in edges if (edge[1], edge[0]) not in edges]
    rings = join_edges(outside)
    if rings is None:
        pack.fail(name, "the region's outline does not close: neighbours do not share their vertices")
        return
    if any(signed_area(ring) < 0 for ring in rings):
        pack.fail(name, "there is a gap between units")
    if abs(sum(signed_area(ring) for ring in rings) - area) > 1e-6:
        pack.fail(name, "the units do not fill the region")


def join_edges(edges):
    """Rings made of the edges, or None where they do not close or where more than two meet."""
    following = {start: end for start, end in edges}
    if len(following) != len(edges):
        return None
    rings = []
    while following:
        start, point = following.popitem()
        ring = [start, point]
        while point != start:
            if point not in following:
                return None
            point = following.pop(point)
            ring.append(point)
        rings.append(ring)
    return rings


def check_places_inside(pack):
    """Labels and settlements lie in their own unit. A centre may lie in another one (a district around a city)."""
    outlines = {feature["properties"]["id"]: feature["geometry"] for feature in pack.outlines["features"]}
    current = pack.current_municipalities()
    for id, row in current.items():
        if id not in outlines:
            continue
        if not contains(outlines[id], float(row["label_lon"]), float(row["label_lat"])):
            pack.fail("outlines.geojson", f"the label of {id} lies outside its outline")
        centre = float(row["centre_lon"]), float(row["centre_lat"])
        if not any(contains(geometry, *centre) for geometry in outlines.values()):
            pack.fail("outlines.geojson", f"the centre of {id} lies in no outline")
    for row in pack.tables["settlements.csv"]:
        home = outlines.get(row["municipality"])
        if home and not contains(home, float(row["lon"]), float(row["lat"])):
            pack.fail("outlines.geojson", f"{row['name_ru']} lies outside {row['municipality']}")


def centres_elsewhere(pack):
    outlines = {feature["properties"]["id"]: feature["geometry"] for feature in pack.outlines["features"]}
    return [
        row["short_name_ru"]
        for id, row in pack.current_municipalities().items()
        if id in outlines and not contains(outlines[id], float(row["centre_lon"]), float(row["centre_lat"]))
    ]


def check_demo(pack):
    if bool(pack.demo) != bool(pack.demo_texts):
        pack.fail("demo.toml", "atlas demo needs both demo.toml and demo_texts.toml")
    if not (pack.demo and pack.demo_texts):
        return
    types = {row["code"] for row in pack.tables["categories.csv"] if row["parent"]}
    spheres = {row["code"] for row in pack.tables["categories.csv"] if not row["parent"]}
    settlements = {row["id"] for row in pack.tables["settlements.csv"]}
    bodies = {row["id"] for row in pack.tables["bodies.csv"]}
    figures = [pack.demo["default"], *pack.demo["spheres"].values(), *pack.demo["types"].values()]
    named = [
        ("demo.toml", "type", pack.demo["types"], types),
        ("demo.toml", "sphere", pack.demo["spheres"], spheres),
        ("demo.toml", "settlement", pack.demo["towns"], settlements),
        ("demo.toml", "settlement", [id for f in figures for id in f.get("settlements", [])], settlements),
        ("demo.toml", "season", [f["season"] for f in figures if "season" in f], set(pack.demo["seasons"])),
        ("demo.toml", "body or level", [who for f in figures for who in f.get("answer", {})], bodies | BODY_LEVELS),
        ("demo_texts.toml", "type", pack.demo_texts["types"], types),
        ("demo_texts.toml", "sphere", pack.demo_texts["spheres"], spheres),
        ("demo_texts.toml", "settlement", pack.demo_texts["settlements"], settlements),
        ("demo_texts.toml", "type or sphere", pack.demo_texts["letters"], types | spheres | {"default"}),
    ]
    for file, what, names, known in named:
        for name in sorted(set(names) - known):
            pack.fail(file, f"no {what} {name!r}")
    check_sentences(pack)


def check_sentences(pack):
    texts = pack.demo_texts
    common = set(texts["default"].get("facts", {}))
    cases = [("default", texts["default"]), *texts["spheres"].items()]
    cases += [(code, case) for code, several in texts["types"].items() for case in several]
    for code, case in cases:
        sphere = texts["spheres"].get(code.split(".")[0], {})
        known = GAPS | common | set(sphere.get("facts", {})) | set(case.get("facts", {}))
        for sentence in (sentence for part in SENTENCES for sentence in case.get(part, [])):
            check_gaps(pack, code, sentence, known)
    for code, letters in texts["letters"].items():
        for letter in letters:
            check_gaps(pack, code, letter, GAPS_OF_PLACES)
    for code, several in texts["types"].items():
        if sum(len(case["titles"]) for case in several) < 2:
            pack.fail("demo_texts.toml", f"{code} has fewer than two titles")


def check_gaps(pack, code, sentence, known):
    for gap in re.findall(r"\{([^}]*)\}", sentence):
        name, _, forms = gap.partition(":")
        if name not in known:
            pack.fail("demo_texts.toml", f"{code}: nothing is called {name!r} in «{sentence}»")
        if forms and forms.count("|") != 2:
            pack.fail("demo_texts.toml", f"{code}: a noun without its three forms in «{sentence}»")
    if sentence.count("{") != sentence.count("}") or sentence.count("[") != sentence.count("]"):
        pack.fail("demo_texts.toml", f"{code}: brackets without partners in «{sentence}»")


CHECKS = [
    check_region,
    check_municipalities,
    check_settlements,
    check_rules,
    check_categories,
    check_fast_track,
    check_calendar,
    check_bodies,
    check_anchors,
    check_outlines,
    check_demo,
    check_totals,
]


def main():
    if len(sys.argv) != 2:
        print("usage: check_pack.py PACK_DIRECTORY", file=sys.stderr)
        return 2
    try:
        pack = Pack(pathlib.Path(sys.argv[1]))
    except (OSError, ValueError, csv.Error) as error:
        print(f"not a region pack: {error}", file=sys.stderr)
        return 2
    for check in CHECKS:
        check(pack)
    for failure in pack.failures:
        print(f"FAILED  {failure}")
    for name, rows in pack.tables.items():
        print(f"{name:<22}{len(rows):>5} rows")
    print(f"{'outlines.geojson':<22}{len(pack.outlines['features']):>5} outlines")
    print(
        f"population {population(pack)}; centres outside their own outline: {', '.join(centres_elsewhere(pack)) or 'none'}"
    )
    print("all checks passed" if not pack.failures else f"{len(pack.failures)} checks failed")
    return 1 if pack.failures else 0


if __name__ == "__main__":
    sys.exit(main())
