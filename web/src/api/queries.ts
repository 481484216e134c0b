// The addresses that the page asks, from what the reader sees. One filter for tiles, lists and statistics.

import type { View } from '../app/url';
import type { Density } from '../domain/density';
import { address, type Parameters } from './http';
import type { Bounds } from './wire';

/** Features of one list; the service counts all of them, these are shown. */
export const LIST_LIMIT = 500;

export type Layer = 'problems' | 'appeals';

export function layerOf(view: Pick<View, 'mode'>): Layer {
  return view.mode === 'appeals' ? 'appeals' : 'problems';
}

type Filtered = Pick<
  View,
  | 'mode'
  | 'municipality'
  | 'categories'
  | 'statuses'
  | 'due'
  | 'costFrom'
  | 'costTo'
  | 'responsible'
  | 'from'
  | 'to'
  | 'dueFrom'
  | 'dueTo'
  | 'at'
  | 'q'
>;

export function filterOf(view: Filtered, bounds: Bounds | null = null): Parameters {
  return {
    bbox: bounds?.map((degrees) => Number(degrees.toFixed(4))).join(','),
    municipality: view.municipality,
    category: view.categories.join(','),
    status: view.statuses.join(','),
    due: [...view.due].sort().join(','),
    // Of an appeal nobody knows the cost.
    cost_from: view.mode === 'appeals' ? null : view.costFrom,
    cost_to: view.mode === 'appeals' ? null : view.costTo,
    responsible: view.responsible,
    due_from: view.dueFrom,
    due_to: view.dueTo,
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

export function bodiesUrl(): string {
  return '/api/bodies';
}

export function settlementsUrl(): string {
  return address('/ogc/collections/settlements/items', { limit: 10_000 });
}

export function statsUrl(layer: Layer, by: string, filter: Parameters): string {
  return address('/api/stats', { ...filter, by, layer: layer === 'problems' ? null : layer });
}

/** The paragraph on a selection, in the words of the pages. */
export function summaryUrl(layer: Layer, filter: Parameters, lang: string): string {
  return address('/api/summary', { ...filter, mode: layer === 'appeals' ? layer : null, lang });
}

export function expansionUrl(layer: Layer, cluster: string, filter: Parameters): string {
  return address(`/api/clusters/${encodeURIComponent(cluster)}/expansion-zoom`, { ...filter, layer });
}

/** A template that the map engine fills; it wants whole addresses because its worker has none of its own. */
export function tilesUrl(layer: Layer, filter: Parameters): string {
  return location.origin + address(`/tiles/${layer}/{z}/{x}/{y}.mvt`, filter);
}

/** The symbols as pictures, for a map that cannot draw them: all groups, or those named. */
export function picturesUrl(layer: Layer, filter: Parameters, look: { theme: string; lang: string; groups: string }) {
  return location.origin + address(`/tiles/${layer}/{z}/{x}/{y}{r}.png`, { ...filter, ...look });
}

/** What density is, in the parameters of its pictures and of its legend. */
function heatParameters(density: Density | null): Parameters {
  if (!density) return {};
  const { weight, versus } = density;
  return { weight: weight === 'count' ? null : weight, versus_from: versus?.from, versus_to: versus?.to };
}

function heatPath(layer: Layer): string {
  return layer === 'appeals' ? '/tiles/appeals-heat' : '/tiles/heat';
}

export function heatUrl(layer: Layer, filter: Parameters, density: Density | null): string {
  const parameters = { ...filter, ...heatParameters(density) };
  return location.origin + address(`${heatPath(layer)}/{z}/{x}/{y}{ratio}.png`, parameters);
}

export function heatLegendUrl(layer: Layer, filter: Parameters, density: Density): string {
  return address(`${heatPath(layer)}.json`, { ...filter, ...heatParameters(density) });
}

export function hexesUrl(filter: Parameters): string {
  return location.origin + address('/tiles/hexes/{z}/{x}/{y}.mvt', filter);
}

/** Hot spots are found among all problems; only the day makes a difference. */
export function hotspotsUrl(at: string | null): string {
  return location.origin + address('/tiles/hotspots/{z}/{x}/{y}.mvt', { as_of: at });
}

export function municipalityTilesUrl(): string {
  return `${location.origin}/tiles/municipalities/{z}/{x}/{y}.mvt`;
}
