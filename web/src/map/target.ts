// What can be pointed at on the map, read from the features of tiles.

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
  | { kind: 'municipality'; id: string; place: LonLat };

const POINT_RADIUS_PX = 9;

type Properties = Record<string, unknown>;

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
  if (feature.sourceLayer === 'municipalities') return { kind: 'municipality', id: text('id'), place };
  const group = GROUPS.find((id) => id === properties.group) ?? 'in_work';
  return { kind: 'object', id: text('id'), place, title: text('title'), category: text('category'), group };
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
