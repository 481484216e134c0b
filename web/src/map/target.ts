// What can be pointed at on the map, read from the features of tiles.

import type { Feature } from 'geojson';
import type { MapGeoJSONFeature } from 'maplibre-gl';
import type { GroupId, LonLat } from '../api/wire';
import { GROUPS, type GroupCounts, noCounts } from '../domain/groups';
import { RADII, sizeOf } from './donut';

export type Target =
  | {
      kind: 'cluster';
      id: string;
      place: LonLat;
      count: number;
      groups: GroupCounts;
      fallback: boolean;
      name: { name_ru: string; name_en: string } | null;
    }
  | { kind: 'object'; id: string; place: LonLat; title: string; category: string; group: GroupId }
  | { kind: 'hex'; id: string; place: LonLat; count: number; open: number; overdue: number }
  | { kind: 'hotspot'; id: string; place: LonLat; spot: Hotspot }
  | { kind: 'municipality'; id: string; place: LonLat };

/** Where problems crowd: of a sphere within a radius, in a cell of the map, or along a street. */
export type Hotspot =
  | { kind: 'crowd'; sphere: string; count: number; radiusM: number }
  | { kind: 'cell'; count: number; category: string }
  | {
      kind: 'bundle';
      sphere: string;
      count: number;
      lengthM: number;
      patchRub: number | null;
      replaceRub: number | null;
    };

const POINT_RADIUS_PX = 11;

type Properties = Record<string, unknown>;
type Triple = [number, number, number];

export function targetOf(feature: MapGeoJSONFeature, at: LonLat): Target | null {
  const properties = feature.properties as Properties;
  const place = feature.geometry.type === 'Point' ? (feature.geometry.coordinates as LonLat) : at;
  const text = (name: string) => String(properties[name] ?? '');
  if (properties.cluster === true) {
    return {
      kind: 'cluster',
      id: text('cluster_id'),
      place,
      count: Number(properties.point_count),
      groups: groupsOf(properties),
      fallback: properties.fallback === true,
      name: properties.name_ru ? { name_ru: text('name_ru'), name_en: text('name_en') } : null,
    };
  }
  if (feature.sourceLayer === 'hexes') {
    const [count, open, overdue] = ['count', 'open', 'overdue'].map((name) => Number(properties[name] ?? 0)) as Triple;
    return { kind: 'hex', id: text('hex'), place: middleOf(feature.geometry) ?? at, count, open, overdue };
  }
  if (feature.sourceLayer === 'hotspots') {
    return { kind: 'hotspot', id: text('id'), place: middleOf(feature.geometry) ?? at, spot: hotspotOf(properties) };
  }
  if (feature.sourceLayer === 'municipalities') return { kind: 'municipality', id: text('id'), place };
  const group = GROUPS.find((id) => id === properties.group) ?? 'in_work';
  return { kind: 'object', id: text('id'), place, title: text('title'), category: text('category'), group };
}

function hotspotOf(properties: Properties): Hotspot {
  const [sphere, category] = [String(properties.sphere ?? ''), String(properties.category ?? '')];
  const count = Number(properties.point_count ?? 0);
  const known = (name: string) => (properties[name] === undefined ? null : Number(properties[name]));
  if (properties.kind === 'cell') return { kind: 'cell', count, category };
  if (properties.kind === 'crowd') return { kind: 'crowd', sphere, count, radiusM: Number(properties.radius_m) };
  const [patchRub, replaceRub] = [known('patch_cost_rub'), known('replace_cost_rub')];
  return { kind: 'bundle', sphere, count, lengthM: Number(properties.length_m), patchRub, replaceRub };
}

/** The middle of a hexagon, or of the part of it that lies in its tile. */
function middleOf(geometry: Feature['geometry']): LonLat | null {
  if (geometry.type !== 'Polygon') return null;
  const ring = geometry.coordinates[0] ?? [];
  const middle = (axis: 0 | 1) => {
    const values = ring.map((place) => place[axis] ?? 0);
    return (Math.min(...values) + Math.max(...values)) / 2;
  };
  return ring.length > 0 ? [middle(0), middle(1)] : null;
}

/** What the groups leave over is closed in another way than solved. */
export function groupsOf(properties: Properties): GroupCounts {
  const counts = noCounts();
  for (const group of GROUPS) counts[group] = Number(properties[`${group}_count`] ?? 0);
  counts.resolved = Number(properties.point_count) - counts.new - counts.in_work - counts.overdue;
  return counts;
}

/** Radius of a ring around it, pixels. */
export function ringRadius(target: Target): number {
  return (target.kind === 'cluster' ? (RADII[sizeOf(target.count)] ?? RADII[0]) : POINT_RADIUS_PX) + 3;
}
