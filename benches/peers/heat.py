"""datashader over the rows of a CSV: aggregate, shade and PNG of one tile at each zoom.

Prints one JSON object. Times are processor milliseconds of this process, the middle of some rounds.

python3 heat.py rows.csv LON LAT DEEPEST
"""

import io
import json
import math
import platform
import sys
import time

import datashader
import datashader.transfer_functions as shading
import pandas

ROUNDS = 5
HALF_M = math.pi * 6378137.0


def mercator(lon, lat):
    return math.radians(lon) * 6378137.0, math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) * 6378137.0


def tile_ranges(lon, lat, zoom):
    side = 2 * HALF_M / 2**zoom
    x, y = mercator(lon, lat)
    west = -HALF_M + math.floor((x + HALF_M) / side) * side
    south = -HALF_M + math.floor((y + HALF_M) / side) * side
    return (west, west + side), (south, south + side)


def picture(rows, x_range, y_range):
    canvas = datashader.Canvas(plot_width=256, plot_height=256, x_range=x_range, y_range=y_range)
    counts = canvas.points(rows, "x", "y", agg=datashader.count())
    image = shading.shade(counts, cmap=["#ffffb2", "#bd0026"], how="eq_hist")
    out = io.BytesIO()
    image.to_pil().save(out, format="PNG")
    return len(out.getvalue())


def middle_ms(work):
    times = []
    for _ in range(ROUNDS):
        before = time.process_time()
        work()
        times.append((time.process_time() - before) * 1e3)
    return sorted(times)[ROUNDS // 2]


def main():
    file, lon, lat, deepest = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    rows = pandas.read_csv(file, usecols=["lon", "lat"])
    places = [mercator(*row) for row in zip(rows["lon"], rows["lat"])]
    rows = pandas.DataFrame(places, columns=["x", "y"])
    picture(rows, *tile_ranges(lon, lat, 0))  # compiles
    by_zoom = [middle_ms(lambda z=z: picture(rows, *tile_ranges(lon, lat, z))) for z in range(deepest + 1)]
    told = {
        "version": datashader.__version__,
        "runtime": f"Python {platform.python_version()}",
        "points": len(rows),
        "by_zoom_ms": by_zoom,
    }
    print(json.dumps(told))


main()
