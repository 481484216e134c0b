"""datashader over the rows of a CSV: aggregate, shade and PNG of one tile at each zoom.

Prints one JSON object, and writes the counts of every picture's cells, 32 bits each, one picture after another. Times are
processor milliseconds of this process, the middle of some rounds. Places are those of the atlas: Web Mercator in 2^32 parts of
the equator, from the north-west.

python3 heat.py rows.csv LON LAT DEEPEST counts.bin
"""

import io
import json
import platform
import sys
import time

import datashader
import datashader.transfer_functions as shading
import numpy
import pandas

ROUNDS = 5
WORLD = 2**32


def mercator(lon, lat):
    sin = numpy.sin(numpy.radians(lat))
    x = (lon / 360 + 0.5) * WORLD
    y = (0.5 - numpy.log((1 + sin) / (1 - sin)) / (4 * numpy.pi)) * WORLD
    return numpy.round(x), numpy.round(y)


def tile_ranges(lon, lat, zoom):
    side = WORLD // 2**zoom
    west, north = (int(v) // side * side for v in mercator(lon, lat))
    return (west, west + side), (north, north + side)


def counted(rows, x_range, y_range):
    canvas = datashader.Canvas(plot_width=256, plot_height=256, x_range=x_range, y_range=y_range)
    return canvas.points(rows, "x", "y", agg=datashader.count())


def picture(rows, x_range, y_range):
    image = shading.shade(counted(rows, x_range, y_range), cmap=["#ffffb2", "#bd0026"], how="eq_hist")
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
    file, lon, lat, deepest, counts_file = sys.argv[1], *map(float, sys.argv[2:4]), int(sys.argv[4]), sys.argv[5]
    rows = pandas.read_csv(file, usecols=["lon", "lat"])
    x, y = mercator(rows["lon"].to_numpy(), rows["lat"].to_numpy())
    rows = pandas.DataFrame({"x": x, "y": y})
    ranges = [tile_ranges(lon, lat, zoom) for zoom in range(deepest + 1)]
    picture(rows, *ranges[0])  # compiles
    by_zoom = [middle_ms(lambda r=r: picture(rows, *r)) for r in ranges]
    with open(counts_file, "wb") as out:
        for r in ranges:
            out.write(counted(rows, *r).to_numpy().astype("<u4").tobytes())
    told = {
        "version": datashader.__version__,
        "runtime": f"Python {platform.python_version()}",
        "points": len(rows),
        "by_zoom_ms": by_zoom,
    }
    print(json.dumps(told))


main()
