// The addresses that the page asks, from what the reader sees. One filter for tiles, lists and statistics.

import type { View } from '../app/url';
import { address, type Parameters } from './http';
import type { Bounds } from './wire';

/** Features of one list; the service counts all of them, these are shown. */
export const LIST_LIMIT = 500;

export type Layer = 'problems' | 'appeals';

export function layerOf(view: Pick<View, 'mode'>): Layer {
  return view.mode === 'appeals' ? 'appeals' : 'problems';
}

type Filtered = Pick<View, 'municipality' | 'categories' | 'statuses' | 'responsible' | 'from' | 'to' | 'at' | 'q'>;

export function filterOf(view: Filtered, bounds: Bounds | null = null): Parameters {
  return {
    bbox: bounds?.map((degrees) => Number(degrees.toFixed(4))).join(','),
    municipality: view.municipality,
    category: view.categories.join(','),
    status: view.statuses.join(','),
    responsible: view.responsible,
    registered_from: view.from,
    registered_to: view.to,
    as_of: view.at,
    q: view.q,
  };
}

export function listUrl(layer: Layer, filter: Parameters, limit = LIST_LIMIT): string {
  return address(`/ogc/collections/${layer}/items`, { ...filter, limit });
}

export function itemUrl(layer: Layer, id: string): string {
  return `/ogc/collections/${layer}/items/${encodeURIComponent(id)}`;
}

export function cardUrl(id: string, at: string | null): string {
  return address(`/api/problems/${encodeURIComponent(id)}`, { as_of: at });
}

export function ratingsUrl(at: string | null): string {
  return address('/api/ratings', { as_of: at });
}

export function burdenUrl(at: string | null): string {
  return address('/api/burden', { as_of: at });
}

export function settlementsUrl(): string {
  return address('/ogc/collections/settlements/items', { limit: 10_000 });
}

export function statsUrl(by: string, filter: Parameters): string {
  return address('/api/stats', { ...filter, by });
}

export function expansionUrl(layer: Layer, cluster: string, filter: Parameters): string {
  return address(`/api/clusters/${encodeURIComponent(cluster)}/expansion-zoom`, { ...filter, layer });
}

/** A template that the map engine fills; it wants whole addresses because its worker has none of its own. */
export function tilesUrl(layer: Layer, filter: Parameters): string {
  return location.origin + address(`/tiles/${layer}/{z}/{x}/{y}.mvt`, filter);
}

export function heatUrl(layer: Layer, filter: Parameters): string {
  const name = layer === 'appeals' ? 'appeals-heat' : 'heat';
  return location.origin + address(`/tiles/${name}/{z}/{x}/{y}{ratio}.png`, filter);
}

export function municipalityTilesUrl(): string {
  return `${location.origin}/tiles/municipalities/{z}/{x}/{y}.mvt`;
}
