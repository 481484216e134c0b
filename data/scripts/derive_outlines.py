#!/usr/bin/env python3
"""Draws approximate outlines of a region's municipalities: `outlines.geojson` of a region pack.

Official boundaries are not free to redistribute, so the pack carries a drawing of its own. It is made from

* the outline of the whole region: Natural Earth, admin 1, public domain;
* the pack's `municipalities.csv` (centres, label points, legal areas), `settlements.csv` (places that lie in a
  unit) and `anchors.csv` (villages, stations, rivers, capes of which it is known to which unit they belong).

No boundary of any other map is an input. `--compare` measures the result against one; it changes nothing.

Method
------
1. The region's outline is projected (Albers equal area, so that areas can be compared), cut and extended as the
   constants below say, and covered with a grid of 1 km cells.
2. Each unit is a set of points: its places, and its rivers and railways sampled every 2 km. A cell goes to the
   unit with the smallest `factor * (distance + 1 km) * noise`. Halfway between the rivers of two units lies, as a
   rule, their watershed, and most of the boundaries here follow watersheds. The noise makes the line wander
   instead of running straight between two points; it fades to nothing where points of two units are close.
3. The factors are balanced until each unit's area is near its legal area. A factor moves a boundary in proportion
   to its distance from known points, so it works in empty land and leaves well-known places alone.
4. Stray patches join a neighbour. The lines between cells are cut into arcs at the junctions, each arc is smoothed
   once, and the polygons are assembled from the arcs: neighbours therefore share every vertex of a common boundary.
5. The coordinates are rounded to 5 decimals and everything is checked on the rounded coordinates.

The result depends on nothing but its inputs: the noise has a fixed seed.

How to run
----------
    pip install -r data/scripts/requirements.txt
    python3 data/scripts/derive_outlines.py data/khabarovsk

Natural Earth is taken from the file `world_map.gpkg` of the Debian package `qgis-common`. Without `--world-map`
the script fetches it into a temporary directory (`apt-get download qgis-common`, then `dpkg -x`). With the file at
hand: `--world-map PATH/world_map.gpkg`. `--check-only` checks the outlines that are there.

Exit code: 0 all checks passed, 1 a check failed, 2 the inputs are unusable.
"""

import argparse
import csv
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

import numpy as np
import pyproj
import shapely
from scipy import ndimage
from scipy.spatial import cKDTree
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, mapping, shape
from shapely.geometry.polygon import orient

DECIMALS = 5
GRID_STEP_DEG = 10.0**-DECIMALS

# Equal-area projection of the region; only this script uses it.
ALBERS = "+proj=aea +lat_1=50 +lat_2=60 +lat_0=0 +lon_0=138 +datum=WGS84 +units=m"

# The region's row in Natural Earth's admin-1 layer.
NATURAL_EARTH_ADMIN = "Russia"
NATURAL_EARTH_NAME = "Khabarovsk"

# Natural Earth draws the whole of Bolshoy Ussuriysky island and Tarabarov island inside the region. The western
# part has been Chinese since 14 October 2008 (supplementary agreement of 14 October 2004). Its vertices in this box
# are left out, so the outline runs straight between the two of its vertices on either side, from the mouth of the
# Kazakevichev channel to the Amur: close to the agreed line. Order: west, south, east, north.
LEFT_OUT_BOX = (134.3, 48.27, 134.7, 48.45)

# A place must lie this far inside the region; where the generalised coast leaves it in the sea or closer to it,
# a disc is added to the region.
COAST_MARGIN_M = 400.0
COAST_DISC_M = 1_500.0

CELL_M = 1_000.0
MARGIN_CELLS = 8
SAMPLE_STEP_M = 2_000.0
BASE_DISTANCE_M = 1_000.0
NOISE_SEED = 27
NOISE_STRENGTH = 0.12
NOISE_SCALES_CELLS = ((16.0, 0.7), (7.0, 1.0), (3.5, 0.8))
BALANCE_ROUNDS = 80
# Stray patches and smoothing change the areas a little; the shares asked for are corrected by what was drawn.
CORRECTION_ROUNDS = 4
FINE_WINDOW_CELLS = 3
COARSE_WINDOW_CELLS = 11
SMOOTH_SIGMA_M = 1_000.0
RESAMPLE_STEP_M = 500.0
SIMPLIFY_TOLERANCE_M = 450.0
# Drawn area against legal area; the coast of a generalised map alone costs up to one per cent.
AREA_TOLERANCE = 0.03

# Units that really lie in more than one piece: Khabarovsky district has a part around the city, on the Amur, and one
# on the rivers Urmi and Kur; the lowest Kur and the railway between them belong to Amursky district.
IN_PIECES = {"MUN-27-19"}

# Units whose own centre lies in a neighbouring city.
CENTRES_OUTSIDE = {"MUN-27-09": "MUN-27-02", "MUN-27-19": "MUN-27-01"}

TO_PLANE = pyproj.Transformer.from_crs("EPSG:4326", ALBERS, always_xy=True)


def to_plane(geometry):
    return shapely.transform(geometry, lambda c: np.column_stack(TO_PLANE.transform(c[:, 0], c[:, 1])))


def to_degrees(geometry):
    return shapely.transform(
        geometry, lambda c: np.column_stack(TO_PLANE.transform(c[:, 0], c[:, 1], direction="INVERSE"))
    )


# ---------------------------------------------------------------------------------------------------------------
# Inputs
# ---------------------------------------------------------------------------------------------------------------


@dataclass
class Unit:
    """One municipality: what is known of it and the lines and points that lie in it (degrees)."""

    id: str
    name: str
    area_km2: float
    aliases: set
    centre: Point
    label: Point
    places: list = field(default_factory=list)
    features: list = field(default_factory=list)


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_units(pack):
    units = {}
    for row in read_csv(pack / "municipalities.csv"):
        if row["valid_to"]:
            continue
        units[row["id"]] = Unit(
            id=row["id"],
            name=row["short_name_ru"],
            area_km2=float(row["area_km2"]),
            aliases=set(row["aliases"].split("|")),
            centre=Point(float(row["centre_lon"]), float(row["centre_lat"])),
            label=Point(float(row["label_lon"]), float(row["label_lat"])),
        )
    for row in read_csv(pack / "settlements.csv"):
        units[row["municipality"]].places.append((row["name_ru"], Point(float(row["lon"]), float(row["lat"]))))
    for unit_id, points in read_anchor_features(pack / "anchors.csv"):
        units[unit_id].features.append(points)
    return dict(sorted(units.items()))


def read_anchor_features(path):
    """Rows in a row with the same unit and feature are one line; a feature of one row is a point."""
    features = {}
    for row in read_csv(path):
        key = (row["municipality"], row["feature_ru"], row["kind"])
        features.setdefault(key, []).append((int(row["seq"]), float(row["lon"]), float(row["lat"])))
    for (unit_id, _, _), points in features.items():
        yield unit_id, [(lon, lat) for _, lon, lat in sorted(points)]


def fetch_world_map(directory):
    subprocess.run(["apt-get", "download", "qgis-common"], cwd=directory, check=True, stdout=subprocess.DEVNULL)
    package = next(pathlib.Path(directory).glob("qgis-common_*.deb"))
    subprocess.run(["dpkg", "-x", package.name, "unpacked"], cwd=directory, check=True)
    return next((pathlib.Path(directory) / "unpacked").rglob("world_map.gpkg"))


def geometry_of_geopackage_blob(blob):
    """A GeoPackage geometry is WKB behind a header whose length depends on the envelope it carries."""
    envelope_bytes = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[(blob[3] >> 1) & 0b111]
    return shapely.from_wkb(bytes(blob[8 + envelope_bytes :]))


def read_natural_earth(world_map):
    connection = sqlite3.connect(f"file:{world_map}?mode=ro", uri=True)
    with connection:
        rows = connection.execute(
            "SELECT geom FROM states_provinces WHERE admin = ? AND name = ?", (NATURAL_EARTH_ADMIN, NATURAL_EARTH_NAME)
        ).fetchall()
    connection.close()
    if len(rows) != 1:
        sys.exit(f"expected one outline named {NATURAL_EARTH_NAME}, found {len(rows)}")
    return geometry_of_geopackage_blob(rows[0][0])


# ---------------------------------------------------------------------------------------------------------------
# The region's own outline
# ---------------------------------------------------------------------------------------------------------------


def region_outline(world_map, units):
    """The outline in degrees, rounded, and the names of the places for which land was added."""
    west, south, east, north = LEFT_OUT_BOX

    def keep(lon, lat):
        return not (west < lon < east and south < lat < north)

    parts = [
        Polygon([c for c in part.exterior.coords if keep(*c)], [ring.coords for ring in part.interiors])
        for part in read_natural_earth(world_map).geoms
    ]
    region = to_plane(MultiPolygon(parts))
    extended = []
    shore = region.boundary
    for name, place in places_that_must_be_on_land(units):
        point = to_plane(place)
        depth = shore.distance(point) if region.contains(point) else -shore.distance(point)
        if depth < COAST_MARGIN_M:
            region = region.union(point.buffer(COAST_DISC_M - min(depth, 0.0), quad_segs=3))
            extended.append(name)
    # A disc may close a small bay; the water behind it would be a hole in the coverage.
    region = MultiPolygon([Polygon(part.exterior) for part in shapely.get_parts(region)])
    region = shapely.set_precision(to_degrees(region), GRID_STEP_DEG)
    return region, extended


def places_that_must_be_on_land(units):
    for unit in units.values():
        yield from unit.places
        yield f"центр: {unit.name}", unit.centre
        yield f"подпись: {unit.name}", unit.label


# ---------------------------------------------------------------------------------------------------------------
# Cells
# ---------------------------------------------------------------------------------------------------------------


@dataclass
class Grid:
    """Cells of CELL_M; row 0 is the south. `land` is the region, `drawn` the region and a margin around it."""

    x0: float
    y0: float
    centres: np.ndarray
    land: np.ndarray
    drawn: np.ndarray

    def cell_of(self, point):
        return int((point.y - self.y0) // CELL_M), int((point.x - self.x0) // CELL_M)


def lay_grid(region_plane):
    west, south, east, north = region_plane.bounds
    pad = (MARGIN_CELLS + 2) * CELL_M
    x0, y0 = np.floor((west - pad) / CELL_M) * CELL_M, np.floor((south - pad) / CELL_M) * CELL_M
    columns, rows = int((east + pad - x0) // CELL_M) + 1, int((north + pad - y0) // CELL_M) + 1
    xs, ys = np.meshgrid(x0 + (np.arange(columns) + 0.5) * CELL_M, y0 + (np.arange(rows) + 0.5) * CELL_M)
    shapely.prepare(region_plane)
    land = shapely.contains_xy(region_plane, xs, ys)
    drawn = ndimage.binary_dilation(land, iterations=MARGIN_CELLS)
    return Grid(x0, y0, np.dstack([xs, ys]), land, drawn)


def sample_points(unit):
    """Points of the unit in the plane: lines are sampled every SAMPLE_STEP_M."""
    own_centre = [] if unit.id in CENTRES_OUTSIDE else [unit.centre]
    points = [to_plane(p) for p in own_centre + [unit.label] + [place for _, place in unit.places]]
    for feature in unit.features:
        line = to_plane(LineString(feature) if len(feature) > 1 else Point(feature[0]))
        for distance in np.arange(0.0, line.length + SAMPLE_STEP_M, SAMPLE_STEP_M):
            points.append(line.interpolate(distance) if line.length else line)
    return np.array([(p.x, p.y) for p in points])


def noise_fields(shape_of_grid, count):
    """Smooth random fields with mean 0 and deviation 1, one per unit."""
    random = np.random.default_rng(NOISE_SEED)
    for _ in range(count):
        total = np.zeros(shape_of_grid)
        for scale, weight in NOISE_SCALES_CELLS:
            layer = ndimage.gaussian_filter(random.standard_normal(shape_of_grid), scale)
            total += weight * layer / layer.std()
        yield total / total.std()


def cell_costs(grid, units):
    """Logarithm of what each drawn cell costs each unit before the factors."""
    cells = grid.centres[grid.drawn]
    noises = noise_fields(grid.drawn.shape, len(units))
    costs = np.empty((len(units), len(cells)))
    for index, unit in enumerate(units.values()):
        distance, _ = cKDTree(sample_points(unit)).query(cells)
        costs[index] = np.log(distance + BASE_DISTANCE_M) + NOISE_STRENGTH * next(noises)[grid.drawn]
    return costs


def assign_cells(grid, units, costs, shares):
    """The index of the unit of every drawn cell, -1 elsewhere; units get the given shares of the land."""
    drawn = grid.drawn
    land = grid.land[drawn]
    goal = shares * land.sum()
    log_factor = np.zeros(len(units))
    for round_number in range(BALANCE_ROUNDS):
        best = np.argmin(costs + log_factor[:, None], axis=0)
        have = np.bincount(best[land], minlength=len(units))
        log_factor += 0.5 * 0.97**round_number * np.log(have / goal)
        log_factor -= log_factor.mean()
    labels = np.full(drawn.shape, -1)
    labels[drawn] = best
    return join_stray_patches(labels, grid, units)


def shares_of(areas):
    areas = np.array(areas, dtype=float)
    return areas / areas.sum()


def join_stray_patches(labels, grid, units):
    """A patch that is not the main one of its unit goes to the neighbour around it."""
    labels = majority(labels, grid.drawn, FINE_WINDOW_CELLS)
    # Tongues and bays are smoothed away only where no known point is near.
    labels = np.where(far_from_known_points(grid, units), majority(labels, grid.drawn, COARSE_WINDOW_CELLS), labels)
    for _ in range(4):
        stray = np.zeros(labels.shape, dtype=bool)
        for index, unit in enumerate(units.values()):
            patches, count = ndimage.label(labels == index)
            if count > 1:
                stray |= (patches > 0) & ~np.isin(patches, list(kept_patches(patches, unit, grid)))
        stray &= grid.drawn
        if not stray.any():
            break
        known = (labels >= 0) & ~stray
        nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
        labels[stray] = labels[tuple(axis[stray] for axis in nearest)]
    return labels


def kept_patches(patches, unit, grid):
    """The largest patch; of a unit that lies in pieces, every patch with a known point."""
    if unit.id in IN_PIECES:
        return {patches[grid.cell_of(Point(xy))] for xy in sample_points(unit)} - {0}
    return {1 + int(np.argmax(np.bincount(patches.ravel())[1:]))}


def far_from_known_points(grid, units):
    points = np.vstack([sample_points(unit) for unit in units.values()])
    far = np.zeros(grid.drawn.shape, dtype=bool)
    distance, _ = cKDTree(points).query(grid.centres[grid.drawn])
    far[grid.drawn] = distance > COARSE_WINDOW_CELLS * CELL_M
    return far


def majority(labels, drawn, window):
    """Each cell takes the label most common in the square of `window` cells around it."""
    best_votes = np.full(labels.shape, -1.0)
    best = labels.copy()
    for index in range(labels.max() + 1):
        votes = ndimage.uniform_filter((labels == index).astype(float), window)
        better = votes > best_votes + 1e-9
        best[better], best_votes[better] = index, votes[better]
    return np.where(drawn, best, -1)


# ---------------------------------------------------------------------------------------------------------------
# Arcs and polygons
# ---------------------------------------------------------------------------------------------------------------


def boundary_arcs(labels, grid):
    """Lines between cells of different units, cut at the junctions, in the plane."""
    segments = []
    rows, columns = labels.shape
    across = (labels[:, :-1] != labels[:, 1:]) & (labels[:, :-1] >= 0) & (labels[:, 1:] >= 0)
    for row, column in zip(*np.nonzero(across)):
        segments.append(((column + 1, row), (column + 1, row + 1)))
    along = (labels[:-1, :] != labels[1:, :]) & (labels[:-1, :] >= 0) & (labels[1:, :] >= 0)
    for row, column in zip(*np.nonzero(along)):
        segments.append(((column, row + 1), (column + 1, row + 1)))
    lines = shapely.multilinestrings([LineString(segment) for segment in segments])
    merged = shapely.line_merge(lines)
    for line in getattr(merged, "geoms", [merged]):
        corners = np.array(line.coords) * CELL_M + (grid.x0, grid.y0)
        yield smooth_arc(corners)


def smooth_arc(corners):
    """Rounds the stairs of an arc; its ends stay where they are, so that arcs still meet."""
    line = LineString(corners)
    count = max(4, int(line.length / RESAMPLE_STEP_M))
    points = np.array([line.interpolate(i / count, normalized=True).coords[0] for i in range(count + 1)])
    sigma = min(SMOOTH_SIGMA_M, line.length / 8) / (line.length / count)
    if line.is_ring:
        points[:-1] = ndimage.gaussian_filter1d(points[:-1], sigma, axis=0, mode="wrap")
        points[-1] = points[0]
        return LineString(points)
    # Reflection through an end point keeps that point fixed under the symmetric kernel.
    before, after = 2 * points[0] - points[:0:-1], 2 * points[-1] - points[-2::-1]
    padded = np.vstack([before, points, after])
    smooth = ndimage.gaussian_filter1d(padded, sigma, axis=0)[len(before) : len(before) + len(points)]
    smooth[0], smooth[-1] = points[0], points[-1]
    return LineString(smooth)


def assemble(region, arcs, labels, grid, units):
    """One (multi)polygon per unit, in degrees, from the region's outline and the arcs."""
    lines = [region.boundary] + [to_degrees(arc) for arc in arcs]
    noded = shapely.union_all(lines, grid_size=GRID_STEP_DEG)
    shapely.prepare(region)
    faces = [
        face
        for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
        if region.contains(face.representative_point())
    ]
    owner = [int(labels[grid.cell_of(to_plane(face.representative_point()))]) for face in faces]
    owner = join_stray_faces(faces, owner, units)
    shapes = []
    for index in range(len(units)):
        shapes.append(shapely.coverage_union_all([f for f, o in zip(faces, owner) if o == index]))
    return simplify_shared(shapes)


def join_stray_faces(faces, owner, units):
    """A face cut off from the rest of its unit by an arc or by the coast joins the face with the longest common line."""
    owner = list(owner)
    tree = shapely.STRtree(faces)
    for _ in range(6):
        changed = False
        for face_set in stray_components(faces, owner, units):
            shared = {}
            for index in face_set:
                for other in tree.query(faces[index], predicate="intersects"):
                    if owner[other] != owner[index]:
                        length = faces[index].boundary.intersection(faces[other].boundary).length
                        shared[owner[other]] = shared.get(owner[other], 0.0) + length
            if shared and max(shared.values()) > 0:
                new_owner = max(shared, key=shared.get)
                for index in face_set:
                    owner[index] = new_owner
                changed = True
        if not changed:
            break
    return owner


def stray_components(faces, owner, units):
    """Sets of faces that are connected, of one unit, and neither its largest such set nor a piece it really has."""
    for number, unit in enumerate(units.values()):
        indices = [i for i, o in enumerate(owner) if o == number]
        merged = shapely.get_parts(shapely.coverage_union_all([faces[i] for i in indices]))
        if len(merged) < 2:
            continue
        largest = max(merged, key=lambda part: part.area)
        known = to_degrees(shapely.multipoints(sample_points(unit))) if unit.id in IN_PIECES else Point()
        for part in merged:
            if part is not largest and not part.intersects(known):
                yield [i for i in indices if part.intersects(faces[i].representative_point())]


def simplify_shared(shapes):
    """Fewer vertices on the common boundaries; the region's outline keeps all of its own."""
    plane = [to_plane(geometry) for geometry in shapes]
    simpler = shapely.coverage_simplify(np.array(plane), SIMPLIFY_TOLERANCE_M, simplify_boundary=False)
    return [rounded(to_degrees(geometry)) for geometry in simpler]


def rounded(geometry):
    geometry = shapely.transform(geometry, lambda c: np.round(c, DECIMALS))
    parts = [orient(part, 1.0) for part in shapely.get_parts(geometry)]
    parts.sort(key=lambda part: part.area, reverse=True)
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def write_geojson(path, units, shapes):
    lines = []
    for unit, geometry in zip(units.values(), shapes):
        feature = {
            "type": "Feature",
            "properties": {"id": unit.id, "approximate": True},
            "geometry": mapping(geometry),
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8")


# ---------------------------------------------------------------------------------------------------------------
# Checks
# ---------------------------------------------------------------------------------------------------------------


def read_outlines(path):
    collection = json.loads(path.read_text(encoding="utf-8"))
    return {f["properties"]["id"]: shape(f["geometry"]) for f in collection["features"]}


def check_topology(shapes, region):
    """Messages about what is wrong with the coverage; `region` may be missing when only checking."""
    geometries = list(shapes.values())
    problems = []
    for unit_id, geometry in shapes.items():
        if not geometry.is_valid:
            problems.append(f"{unit_id}: {shapely.is_valid_reason(geometry)}")
    # Valid as a coverage: no overlaps, and every vertex on a common boundary is a vertex of both neighbours.
    if not shapely.coverage_is_valid(geometries):
        problems.append("the outlines overlap or do not share their vertices")
    union = shapely.coverage_union_all(geometries)
    holes = sum(len(part.interiors) for part in shapely.get_parts(union))
    if holes:
        problems.append(f"{holes} gaps inside the region")
    summed = sum(geometry.area for geometry in geometries)
    if abs(summed - union.area) > 1e-9:
        problems.append("the areas do not add up to the area of the union")
    if region is not None:
        if len(shapely.get_parts(union)) != len(shapely.get_parts(region)):
            problems.append("the union has another number of parts than the region")
        distance_deg = shapely.hausdorff_distance(union.boundary, region.boundary)
        if distance_deg > 2 * GRID_STEP_DEG:
            problems.append(f"the union departs from the region's outline by {distance_deg} degrees")
    return problems


def check_unit(unit, geometry, shapes):
    problems = []
    parts = shapely.get_parts(geometry)
    for name, place in unit.places + [("подпись", unit.label)]:
        if not geometry.contains(place):
            problems.append(f"{unit.id} {unit.name}: {name} lies outside")
    home = CENTRES_OUTSIDE.get(unit.id, unit.id)
    if not shapes[home].contains(unit.centre):
        problems.append(f"{unit.id} {unit.name}: the centre does not lie in {home}")
    drawn_km2 = to_plane(geometry).area / 1e6
    if abs(drawn_km2 / unit.area_km2 - 1) > AREA_TOLERANCE:
        problems.append(f"{unit.id} {unit.name}: area {drawn_km2:.0f} km² against {unit.area_km2:.0f}")
    for part in parts:
        if not part.exterior.is_ccw or any(ring.is_ccw for ring in part.interiors):
            problems.append(f"{unit.id}: a ring is wound the wrong way")
    return problems, drawn_km2, len(parts)


def anchor_hits(unit, geometry):
    points = [Point(p) for feature in unit.features for p in feature]
    return sum(geometry.contains(p) for p in points), len(points)


def check(pack, units, region, compare):
    shapes = read_outlines(pack / "outlines.geojson")
    problems = check_topology(shapes, region)
    if list(shapes) != list(units):
        problems.append("the outlines are not those of the current municipalities, in their order")
        return report(problems)
    reference = read_reference(compare, units) if compare else {}
    print(
        f"{'unit':<40}{'legal km²':>10}{'drawn km²':>10}{'diff %':>8}{'parts':>6}{'places':>8}{'anchors':>9}{'IoU':>7}"
    )
    for unit in units.values():
        geometry = shapes[unit.id]
        found, drawn_km2, parts = check_unit(unit, geometry, shapes)
        problems += found
        inside, total = anchor_hits(unit, geometry)
        places = f"{sum(geometry.contains(p) for _, p in unit.places)}/{len(unit.places)}"
        iou = f"{intersection_over_union(geometry, reference[unit.id], shapes):.3f}" if unit.id in reference else "-"
        difference = 100 * (drawn_km2 / unit.area_km2 - 1)
        print(
            f"{unit.id} {unit.name:<30}{unit.area_km2:>10.0f}{drawn_km2:>10.0f}{difference:>8.1f}{parts:>6}"
            f"{places:>8}{f'{inside}/{total}':>9}{iou:>7}"
        )
    return report(problems)


def report(problems):
    for problem in problems:
        print(f"FAILED  {problem}")
    print("all checks passed" if not problems else f"{len(problems)} checks failed")
    return 1 if problems else 0


def read_reference(path, units):
    """Polygons of another map by unit, found by the names the pack knows; for measuring only."""
    features = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["features"]
    found = {}
    for feature in features:
        names = {value for value in feature["properties"].values() if isinstance(value, str)}
        for unit in units.values():
            if names & unit.aliases:
                found[unit.id] = shapely.make_valid(shape(feature["geometry"]))
    return found


def intersection_over_union(drawn, reference, shapes):
    """Over the land that is drawn: the other map may include territorial sea."""
    land = to_plane(shapely.coverage_union_all(list(shapes.values())))
    drawn, reference = to_plane(drawn), to_plane(reference).intersection(land)
    return drawn.intersection(reference).area / drawn.union(reference).area


# ---------------------------------------------------------------------------------------------------------------


def parse_arguments():
    parser = argparse.ArgumentParser(description="Draw a region pack's approximate outlines and check them.")
    parser.add_argument("pack", type=pathlib.Path, help="the pack's directory, e.g. data/khabarovsk")
    parser.add_argument("--world-map", type=pathlib.Path, help="world_map.gpkg; fetched with apt-get when missing")
    parser.add_argument("--check-only", action="store_true", help="check the outlines that are there")
    parser.add_argument("--compare", type=pathlib.Path, help="GeoJSON to measure the result against")
    return parser.parse_args()


def derive(pack, units, world_map):
    region, extended = region_outline(world_map, units)
    print(f"land added on the coast at: {', '.join(extended) or 'nowhere'}")
    grid = lay_grid(to_plane(region))
    costs = cell_costs(grid, units)
    legal = shares_of([unit.area_km2 for unit in units.values()])
    asked = legal
    for _ in range(CORRECTION_ROUNDS):
        labels = assign_cells(grid, units, costs, asked)
        shapes = assemble(region, boundary_arcs(labels, grid), labels, grid, units)
        drawn = shares_of([to_plane(geometry).area for geometry in shapes])
        asked = shares_of(asked * legal / drawn)
    write_geojson(pack / "outlines.geojson", units, shapes)
    return region


def main():
    arguments = parse_arguments()
    units = read_units(arguments.pack)
    region = None
    if not arguments.check_only:
        with tempfile.TemporaryDirectory() as directory:
            world_map = arguments.world_map or fetch_world_map(directory)
            region = derive(arguments.pack, units, world_map)
    return check(arguments.pack, units, region, arguments.compare)


if __name__ == "__main__":
    sys.exit(main())
