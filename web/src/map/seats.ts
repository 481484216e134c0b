// The symbols of municipalities and of cells: taken from the tiles, moved apart, tied to their places.

import type { GeoJSONSource, Map as GlMap } from 'maplibre-gl';
import type { LonLat, Municipality } from '../api/wire';
import { shortName } from '../i18n/place';
import { RADII, scaleAt, sizeOf } from './donut';
import { inLines } from './lines';
import { arrange, GAP_PX, type Side, type Size } from './names';
import { wide } from './padding';
import type { Frame } from './spread';
import { LEADERS, OBJECTS, SEAT_LABEL_PX, SEATS, type StyleChoice } from './style_choice';

/** A symbol that moved less than this part of its radius still covers its seat and needs no line. */
const COVERS = 0.7;
/** Room around a donut, pixels. */
const MARGIN_PX = 1;
const WIDEST_NAME_PX = 92;
const LINE_EM = 1.1;
/** Symbols and names keep this far from the edge of the map, and from the line of sources. */
const EDGE_PX = 6;
const CREDITS_PX = { wide: 34, narrow: 64 };
const CONTROLS_PX = { wide: { width: 66, height: 154 }, narrow: { width: 58, height: 192 } };
/** A narrow screen has room for all names only if they are as small as may be. */
const NARROW_PX = 640;
const NARROW_LABEL_PX = 11;

interface Seat {
  properties: Record<string, unknown>;
  place: LonLat;
  /** Lines of the name below it. */
  name: readonly string[];
}

export class Seats {
  private drawn = '';
  private readonly widthInEms = measureIn('"Golos Text Semibold"');

  constructor(
    private readonly map: GlMap,
    private readonly municipalities: readonly Municipality[],
  ) {}

  /** Draws the symbols anew when what the tiles say, or the zoom, has changed. */
  place(choice: StyleChoice): void {
    if (this.map.getZoom() >= choice.pointsFrom || !this.map.getSource(SEATS)) return;
    const seats = this.read(choice);
    const state = JSON.stringify([this.map.getZoom().toFixed(1), seats]);
    if (state === this.drawn) return;
    this.drawn = state;
    this.draw(seats);
  }

  forget(): void {
    this.drawn = '';
  }

  private read({ layer, language }: StyleChoice): Seat[] {
    const labelPx = this.labelPx();
    const measure = (text: string) => this.widthInEms(text) * labelPx;
    const features = this.map.querySourceFeatures(OBJECTS, { sourceLayer: layer, filter: ['has', 'cluster_id'] });
    const seats = new Map<string, Seat>();
    for (const { properties, geometry } of features) {
      if (geometry.type !== 'Point') continue;
      const { key, municipality } = partsOf(String(properties.cluster_id));
      const names = municipality === null ? null : (this.municipalities[municipality] ?? null);
      const named = names ? { name_ru: names.name_ru, name_en: names.name_en } : {};
      const size = sizeOf(Number(properties.point_count));
      const name = names
        ? inLines(shortName(language === 'ru' ? names.name_ru : names.name_en), WIDEST_NAME_PX, measure)
        : [];
      const place = geometry.coordinates as LonLat;
      seats.set(key, {
        properties: { ...properties, ...named, size, label: name.join('\n'), label_px: labelPx },
        place,
        name,
      });
    }
    // The largest first: whoever comes first is drawn below.
    return [...seats.values()].sort((a, b) => Number(b.properties.point_count) - Number(a.properties.point_count));
  }

  private draw(seats: readonly Seat[]): void {
    const scale = scaleAt(this.map.getZoom());
    const symbols = seats.map(({ place, properties, name }) => {
      const { x, y } = this.map.project(place);
      const radius = (RADII[Number(properties.size)] ?? RADII[0]) * scale + MARGIN_PX;
      return { x, y, radius, weight: Number(properties.point_count), name: name.length > 0 ? this.sizeOf(name) : null };
    });
    const labelPx = this.labelPx();
    const arranged = arrange(symbols, this.frame(), [this.controls()]).map(({ x, y, side }) => ({
      place: this.map.unproject([x, y]).toArray() as LonLat,
      side,
      moved: { x, y },
    }));
    const features = seats.flatMap(({ properties }, n) => {
      const [{ place, side }, radius] = [arranged[n] as (typeof arranged)[number], symbols[n]?.radius ?? 0];
      return [point(place, { ...properties, ...(side ? nameAt(side, radius, labelPx) : { label: '' }) })];
    });
    const leaders = seats.flatMap(({ place }, n) => {
      const [from, to] = [symbols[n], arranged[n]];
      const far = from && to && Math.hypot(from.x - to.moved.x, from.y - to.moved.y) >= from.radius * COVERS;
      return far ? [point(place, {}), line([place, to.place])] : [];
    });
    this.source(SEATS)?.setData({ type: 'FeatureCollection', features });
    this.source(LEADERS)?.setData({ type: 'FeatureCollection', features: leaders });
  }

  private frame(): Frame {
    const { clientWidth, clientHeight } = this.map.getContainer();
    const { top, right, bottom, left } = this.map.getPadding();
    return {
      left: (left ?? 0) + EDGE_PX,
      top: (top ?? 0) + EDGE_PX,
      right: clientWidth - (right ?? 0) - EDGE_PX,
      bottom: clientHeight - (bottom ?? 0) - (wide.value ? CREDITS_PX.wide : CREDITS_PX.narrow),
    };
  }

  /** Where the buttons float, in the north-east (map.css). */
  private controls(): Frame {
    const { clientWidth } = this.map.getContainer();
    const { width, height } = wide.value ? CONTROLS_PX.wide : CONTROLS_PX.narrow;
    const right = clientWidth - (this.map.getPadding().right ?? 0);
    return { left: right - width, right, top: 0, bottom: height };
  }

  private sizeOf(name: readonly string[]): Size {
    const labelPx = this.labelPx();
    return { width: Math.max(...name.map(this.widthInEms)) * labelPx, height: name.length * labelPx * LINE_EM };
  }

  private labelPx(): number {
    return this.map.getContainer().clientWidth > NARROW_PX ? SEAT_LABEL_PX : NARROW_LABEL_PX;
  }

  private source(id: string): GeoJSONSource | undefined {
    return this.map.getSource<GeoJSONSource>(id);
  }
}

const ANCHORS: Record<Side, string> = { right: 'left', left: 'right', below: 'top', above: 'bottom' };

/** How the engine is told the side of a name: its anchor and its distance, in ems. */
function nameAt(side: Side, radius: number, labelPx: number): { anchor: string; offset: [number, number] } {
  const away = (radius + GAP_PX) / labelPx;
  const way: Record<Side, [number, number]> = { right: [1, 0], left: [-1, 0], below: [0, 1], above: [0, -1] };
  const [x, y] = way[side];
  return { anchor: ANCHORS[side], offset: [x * away, y * away] };
}

/** Width of a text in ems of its font. */
function measureIn(family: string): (text: string) => number {
  const sample = 100;
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (context) context.font = `600 ${sample}px ${family}`;
  return (text) => (context?.measureText(text).width ?? 0) / sample;
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
