"""scikit-learn's DBSCAN, esda's Gi* and lifelines' Kaplan-Meier on the inputs that the bench wrote.

Prints one JSON object: name and version of each peer, and wall and processor milliseconds of the middle of some rounds. What
a peer finds is told too (clusters and core points, z, median), so that the bench can say whether both did the same work.

python3 ratings.py FOLDER
"""

import json
import platform
import sys
import time
import warnings
from pathlib import Path

import esda
import libpysal
import lifelines
import numpy as np
import sklearn
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times
from sklearn.cluster import DBSCAN

EARTH_RADIUS_M = 6371008.8
UNITS = 19
warnings.filterwarnings("ignore")  # esda and lifelines warn of their own dependencies


def timed(rounds, work):
    """What the work returns, with the wall and the processor milliseconds of the middle round."""
    wall, cpu, found = [], [], None
    for _ in range(rounds):
        start, before = time.perf_counter(), time.process_time()
        found = work()
        wall.append((time.perf_counter() - start) * 1e3)
        cpu.append((time.process_time() - before) * 1e3)
    return found, sorted(wall)[rounds // 2], sorted(cpu)[rounds // 2]


def dbscan(folder):
    """On the sphere, as in our own: haversine over a ball tree."""
    asked = json.loads((folder / "dbscan.json").read_text())
    places = np.radians(np.fromfile(folder / "places.f64", "<f8").reshape(-1, 2))
    model = DBSCAN(
        eps=asked["radius_m"] / EARTH_RADIUS_M, min_samples=asked["least"], metric="haversine", algorithm="ball_tree"
    )
    found, wall, cpu = timed(1, lambda: model.fit(places))
    clusters = int(found.labels_.max()) + 1
    return {
        "peer": f"scikit-learn {sklearn.__version__}",
        "wall_ms": wall,
        "cpu_ms": cpu,
        "found": [clusters, len(found.core_sample_indices_), int((found.labels_ < 0).sum())],
    }


def gi_star(folder):
    """Queen's neighbours and the cell itself, z by the formula; esda is asked for no permutations."""
    values = np.fromfile(folder / "values.f64", "<f8")
    side = round(len(values) ** 0.5)
    weights = libpysal.weights.lat2W(side, side, rook=False)
    found, wall, cpu = timed(3, lambda: esda.G_Local(values, weights, star=True, permutations=0, transform="B"))
    np.asarray(found.Zs, "<f8").tofile(folder / "z.f64")
    return {"peer": f"esda {esda.__version__}", "wall_ms": wall, "cpu_ms": cpu, "found": [len(found.Zs), 0, 0]}


def kaplan_meier(folder):
    """The board: for each of 19 municipalities, as many waits each, the median and its interval."""
    days = np.fromfile(folder / "days.f64", "<f8")
    resolved = np.fromfile(folder / "resolved.u8", "u1").astype(bool)
    share = -(-len(days) // UNITS)

    def board():
        medians = []
        for start in range(0, len(days), share):
            fitter = KaplanMeierFitter().fit(days[start : start + share], resolved[start : start + share])
            median_survival_times(fitter.confidence_interval_)
            medians.append(fitter.median_survival_time_)
        return medians

    found, wall, cpu = timed(3, board)
    return {
        "peer": f"lifelines {lifelines.__version__}",
        "wall_ms": wall,
        "cpu_ms": cpu,
        "found": [round(float(sum(found)) * 1e6), len(found), 0],
    }


def main():
    folder = Path(sys.argv[1])
    told = {"runtime": f"Python {platform.python_version()}", "kaplan_meier": kaplan_meier(folder)}
    told["gi_star"] = gi_star(folder)
    told["dbscan"] = dbscan(folder)
    print(json.dumps(told))


main()
