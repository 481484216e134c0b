// The nearest object to the centre of a view that holds none.

import { askJson } from '../api/http';
import { filterOf, layerOf, listUrl } from '../api/queries';
import type { Bounds, LonLat, Page } from '../api/wire';
import { shownCount } from '../app/data';
import { resource } from '../app/resource';
import { matchedEverywhere } from '../app/summary';
import { camera, view } from '../app/view';
import { anchorOf, distanceKm, windOf } from '../domain/place';

/** Widths of the boxes around the centre in which the nearest is looked for, degrees. */
const REACHES = [0.5, 2, 8, 30];
const NEARBY = 200;

interface Nearest {
  place: LonLat;
  km: number;
  /** The wind that it lies in, of eight, clockwise from the north. */
  wind: number;
}

/** Exact when the first box with anything in it holds no more than are asked for. */
export const nearest = resource<Nearest | null>(
  () => {
    const empty = shownCount.value === 0 && (matchedEverywhere.value ?? 0) > 0;
    return empty && camera.value ? JSON.stringify([camera.value.centre, filterOf(view.value)]) : null;
  },
  async (_, abort) => {
    const centre = camera.peek()?.centre;
    if (!centre) return null;
    for (const reach of REACHES) {
      const url = listUrl(layerOf(view.peek()), filterOf(view.peek(), boxAround(centre, reach)), NEARBY);
      const page = await askJson<Page<unknown>>(url, view.peek().language, abort);
      const found = page.features.map(({ geometry }) => anchorOf(geometry)).filter((place) => place !== null);
      const [first] = found.map((place) => ({ place, km: distanceKm(centre, place) })).sort((a, b) => a.km - b.km);
      if (first) return { ...first, wind: windOf(centre, first.place) };
    }
    return null;
  },
  400,
);

function boxAround([lon, lat]: LonLat, reach: number): Bounds {
  return [
    Math.max(-180, lon - reach),
    Math.max(-85, lat - reach / 2),
    Math.min(180, lon + reach),
    Math.min(85, lat + reach / 2),
  ];
}
