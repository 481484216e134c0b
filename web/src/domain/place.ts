// Small sums about places.

import type { Bounds, Geometry, LonLat } from '../api/wire';

const EARTH_RADIUS_KM = 6371;

/** A point that stands for a geometry: the point itself, or the middle vertex of a line or outer ring. */
export function anchorOf(geometry: Geometry | null): LonLat | null {
  switch (geometry?.type) {
    case 'Point':
      return geometry.coordinates;
    case 'LineString':
      return middle(geometry.coordinates);
    case 'MultiLineString':
    case 'Polygon':
      return middle(geometry.coordinates[0] ?? []);
    case 'MultiPolygon':
      return middle(geometry.coordinates[0]?.[0] ?? []);
    default:
      return null;
  }
}

function middle(vertices: readonly LonLat[]): LonLat | null {
  return vertices[Math.floor(vertices.length / 2)] ?? null;
}

/** Great-circle distance. */
export function distanceKm([lonA, latA]: LonLat, [lonB, latB]: LonLat): number {
  const rad = Math.PI / 180;
  const half = (a: number, b: number) => Math.sin(((b - a) * rad) / 2) ** 2;
  const h = half(latA, latB) + Math.cos(latA * rad) * Math.cos(latB * rad) * half(lonA, lonB);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(h));
}

export function contains(outer: Bounds, inner: Bounds): boolean {
  return outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];
}

export function holds([west, south, east, north]: Bounds, [lon, lat]: LonLat): boolean {
  return west <= lon && lon <= east && south <= lat && lat <= north;
}
