// The symbols of municipalities and of cells: taken from the tiles, moved apart, tied to their places.

import type { GeoJSONSource, Map as GlMap } from 'maplibre-gl';
import type { LonLat, Municipality } from '../api/wire';
import { RADII, scaleAt, sizeOf } from './donut';
import { spread } from './spread';
import { LEADERS, OBJECTS, SEATS } from './style_choice';

/** A symbol that moved less than this part of its radius still covers its seat and needs no line. */
const COVERS = 0.7;
/** Room around a donut, pixels. */
const MARGIN_PX = 1;

interface Seat {
  properties: Record<string, unknown>;
  place: LonLat;
}

export class Seats {
  private drawn = '';

  constructor(
    private readonly map: GlMap,
    private readonly municipalities: readonly Municipality[],
  ) {}

  /** Draws the symbols anew when what the tiles say, or the zoom, has changed. */
  place(layer: string, pointsFrom: number): void {
    if (this.map.getZoom() >= pointsFrom || !this.map.getSource(SEATS)) return;
    const seats = this.read(layer);
    const state = JSON.stringify([this.map.getZoom().toFixed(1), seats]);
    if (state === this.drawn) return;
    this.drawn = state;
    this.draw(seats);
  }

  forget(): void {
    this.drawn = '';
  }

  private read(layer: string): Seat[] {
    const features = this.map.querySourceFeatures(OBJECTS, { sourceLayer: layer, filter: ['has', 'cluster_id'] });
    const seats = new Map<string, Seat>();
    for (const { properties, geometry } of features) {
      if (geometry.type !== 'Point') continue;
      const { key, municipality } = partsOf(String(properties.cluster_id));
      const names = municipality === null ? null : (this.municipalities[municipality] ?? null);
      const named = names ? { name_ru: names.name_ru, name_en: names.name_en } : {};
      const size = sizeOf(Number(properties.point_count));
      seats.set(key, { properties: { ...properties, ...named, size }, place: geometry.coordinates as LonLat });
    }
    // The largest first: whoever comes first is drawn below.
    return [...seats.values()].sort((a, b) => Number(b.properties.point_count) - Number(a.properties.point_count));
  }

  private draw(seats: readonly Seat[]): void {
    const scale = scaleAt(this.map.getZoom());
    const symbols = seats.map(({ place, properties }) => {
      const { x, y } = this.map.project(place);
      const radius = (RADII[Number(properties.size)] ?? RADII[0]) * scale + MARGIN_PX;
      return { x, y, radius, weight: Number(properties.point_count) };
    });
    const places = spread(symbols).map(({ x, y }) => this.map.unproject([x, y]).toArray() as LonLat);
    const features = seats.map(({ properties }, n) => point(places[n] as LonLat, properties));
    const leaders = seats.flatMap(({ place }, n) => {
      const [from, to] = [symbols[n], this.map.project(places[n] as LonLat)];
      const moved = from ? Math.hypot(from.x - to.x, from.y - to.y) : 0;
      if (!from || moved < from.radius * COVERS) return [];
      return [point(place, {}), line([place, places[n] as LonLat])];
    });
    this.source(SEATS)?.setData({ type: 'FeatureCollection', features });
    this.source(LEADERS)?.setData({ type: 'FeatureCollection', features: leaders });
  }

  private source(id: string): GeoJSONSource | undefined {
    return this.map.getSource<GeoJSONSource>(id);
  }
}

function point(coordinates: LonLat, properties: Record<string, unknown>) {
  return { type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates }, properties };
}

function line(coordinates: LonLat[]) {
  return { type: 'Feature' as const, geometry: { type: 'LineString' as const, coordinates }, properties: {} };
}

/** `zoom.level.cell.municipality.kind`, numbers in base 16; level 0 stands for a whole municipality at every zoom. */
function partsOf(cluster: string): { key: string; municipality: number | null } {
  const [, level, , municipality = '', kind] = cluster.split('.');
  const whole = level === '0' && kind === 'c';
  return whole
    ? { key: municipality, municipality: Number.parseInt(municipality, 16) }
    : { key: cluster, municipality: null };
}
