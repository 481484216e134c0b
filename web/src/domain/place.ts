// Small sums about places.

import type { Bounds, Geometry, LonLat } from '../api/wire';

const EARTH_RADIUS_KM = 6371;

/**
 * The place where the service puts the symbol of a geometry (src/geometry/shape.rs): the point itself, the middle of the
 * longest line, the middle of the widest stretch inside the largest polygon at half its height.
 */
export function anchorOf(geometry: Geometry | null): LonLat | null {
  switch (geometry?.type) {
    case 'Point':
      return geometry.coordinates;
    case 'LineString':
      return middleOf(geometry.coordinates);
    case 'MultiLineString':
      return middleOf(largest(geometry.coordinates, lengthKm));
    case 'Polygon':
      return insideOf(geometry.coordinates);
    case 'MultiPolygon':
      return insideOf(largest(geometry.coordinates, ([outer]) => Math.abs(area(outer ?? []))));
    default:
      return null;
  }
}

function largest<T>(all: readonly T[], size: (one: T) => number): T | undefined {
  return all.reduce<T | undefined>(
    (best, one) => (best === undefined || size(one) > size(best) ? one : best),
    undefined,
  );
}

function edges(path: readonly LonLat[]): [LonLat, LonLat][] {
  return path.slice(1).map((to, n) => [path[n] as LonLat, to]);
}

function lengthKm(line: readonly LonLat[]): number {
  return edges(line).reduce((sum, [from, to]) => sum + distanceKm(from, to), 0);
}

/** Twice the area with its sign, square degrees. */
function area(ring: readonly LonLat[]): number {
  return edges(ring).reduce((sum, [[ax, ay], [bx, by]]) => sum + ax * by - bx * ay, 0);
}

function middleOf(line: readonly LonLat[] | undefined): LonLat | null {
  let left = lengthKm(line ?? []) / 2;
  for (const [from, to] of edges(line ?? [])) {
    const step = distanceKm(from, to);
    if (step >= left) {
      const share = step > 0 ? left / step : 0;
      return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
    }
    left -= step;
  }
  return line?.[0] ?? null;
}

function insideOf(rings: readonly LonLat[][] | undefined): LonLat | null {
  const heights = rings?.[0]?.map(([, lat]) => lat) ?? [];
  if (!rings || heights.length === 0) return null;
  const lat = (Math.min(...heights) + Math.max(...heights)) / 2;
  const crossings = rings
    .flatMap(edges)
    .filter(([a, b]) => a[1] <= lat !== b[1] <= lat)
    .map(([a, b]) => a[0] + ((lat - a[1]) / (b[1] - a[1])) * (b[0] - a[0]))
    .sort((a, b) => a - b);
  const stretches = crossings.flatMap((west, n) => (n % 2 === 0 ? [[west, crossings[n + 1] ?? west] as const] : []));
  const widest = largest(stretches, ([west, east]) => east - west);
  return widest ? [(widest[0] + widest[1]) / 2, lat] : (rings[0]?.[0] ?? null);
}

/** Great-circle distance. */
export function distanceKm([lonA, latA]: LonLat, [lonB, latB]: LonLat): number {
  const rad = Math.PI / 180;
  const half = (a: number, b: number) => Math.sin(((b - a) * rad) / 2) ** 2;
  const h = half(latA, latB) + Math.cos(latA * rad) * Math.cos(latB * rad) * half(lonA, lonB);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(h));
}

/** The wind, of eight and clockwise from the north, in which a place lies from another. */
export function windOf([lonA, latA]: LonLat, [lonB, latB]: LonLat): number {
  const east = (lonB - lonA) * Math.cos((((latA + latB) / 2) * Math.PI) / 180);
  const turns = Math.atan2(east, latB - latA) / (2 * Math.PI);
  return (Math.round(turns * 8) + 8) % 8;
}

export function contains(outer: Bounds, inner: Bounds): boolean {
  return outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];
}

export function holds([west, south, east, north]: Bounds, [lon, lat]: LonLat): boolean {
  return west <= lon && lon <= east && south <= lat && lat <= north;
}
