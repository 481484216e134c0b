// The map where there are no three-dimensional graphics: pictures that the service draws, under Leaflet, with the verbs of the
// live map. Zooms are those of the live map, whose tiles are twice as wide as a picture.

import 'leaflet/dist/leaflet.css';
import { palette } from 'virtual:palette';
import L from 'leaflet';
import { askJson } from '../api/http';
import type { Bounds, Feature, LonLat, Page } from '../api/wire';
import type { Camera } from '../app/url';
import { hexBrush, hotspotBrush } from './brushes';
import { leavePage } from './gestures';
import { bindKeys } from './keys';
import { RasterBasemap } from './raster_basemap';
import { colouredUpTo, OVER_BASEMAP, type StyleChoice } from './style_choice';
import { TileDrawings } from './tile_drawings';
import { boxOf, type MapEvents, type MapOptions, type MapVerbs } from './verbs';

const DEEPER = 1;
const LAST_ZOOM = 18;
/** A press this near to a symbol means it. */
const REACH_PX = 14;
const FIT_PADDING_PX = 40;
/** Below the pictures, so that symbols lie on the land. */
const LAND_PANE = 'land';
const LAND_LEVEL = '150';
/** Below our borders too. */
const BASEMAP_LEVEL = '140';
const HATCH = 'raster-hatch';

type Outline = Feature<{ id: string }>;

export class RasterMap implements MapVerbs {
  private readonly map: L.Map;
  private readonly events: MapEvents;
  private readonly municipalities: readonly { id: string }[];
  private choice: StyleChoice;
  private areas: L.GeoJSON | null = null;
  private pictures = new Map<string, L.GridLayer>();
  private readonly basemap: RasterBasemap;
  private ring: L.CircleMarker | null = null;
  private hovered: string | null = null;
  private moving = false;

  constructor({ container, label, choice, municipalities, camera, bounds, gestures, events }: MapOptions) {
    this.choice = choice;
    this.events = events;
    this.municipalities = municipalities;
    this.map = L.map(container, {
      attributionControl: false,
      zoomControl: false,
      keyboard: false,
      minZoom: 3,
      maxZoom: LAST_ZOOM,
      zoomAnimation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    });
    this.map.createPane(LAND_PANE).style.zIndex = LAND_LEVEL;
    this.basemap = new RasterBasemap(this.map, BASEMAP_LEVEL, LAST_ZOOM);
    container.tabIndex = 0;
    container.setAttribute('role', 'region');
    this.setLabel(label);
    if (gestures) leavePage(this.map, gestures);
    this.listen();
    if (camera) this.go(camera);
    else this.fit(bounds);
    this.draw();
    askJson<Page<{ id: string }>>('/ogc/collections/municipalities/items', choice.language).then(
      ({ features }) => this.addAreas(features),
      // The list says that the service does not answer; the map has nothing to add.
      () => undefined,
    );
  }

  setLabel(label: string): void {
    const container = this.map.getContainer();
    container.setAttribute('aria-label', label);
    // The paragraph on what is seen.
    container.setAttribute('aria-describedby', 'summary');
  }

  restyle(choice: StyleChoice): void {
    this.choice = choice;
    this.draw();
    this.colourAreas();
  }

  refresh(): void {
    for (const layer of this.pictures.values()) layer.redraw();
  }

  go({ zoom, centre: [lon, lat] }: Camera): void {
    this.map.setView([lat, lon], Math.round(zoom + DEEPER), { animate: false });
  }

  fit([west, south, east, north]: Bounds): void {
    const box = L.latLngBounds([south, west], [north, east]);
    this.map.fitBounds(box, { padding: [FIT_PADDING_PX, FIT_PADDING_PX], animate: false });
  }

  fly([lon, lat]: LonLat, zoom: number): void {
    this.map.setView([lat, lon], Math.round(zoom + DEEPER));
  }

  reveal([lon, lat]: LonLat): void {
    this.map.panInside([lat, lon], { padding: [FIT_PADDING_PX, FIT_PADDING_PX] });
  }

  zoomBy(steps: number): void {
    this.map.setZoom(this.map.getZoom() + steps);
  }

  setPadding(): void {
    // Pictures fill the whole pane; what the card covers is moved out from under it by `reveal`.
  }

  highlight(place: LonLat | null, radius: number): void {
    this.ring?.remove();
    const { text } = palette[this.choice.tone];
    const style = { radius, color: text, weight: 2.5, fill: false, interactive: false };
    this.ring = place && L.circleMarker([place[1], place[0]], style).addTo(this.map);
  }

  highlightArea(index: number | null): void {
    this.hovered = index === null ? null : (this.municipalities[index]?.id ?? null);
    this.colourAreas();
  }

  remove(): void {
    this.map.remove();
  }

  /** The pictures of the present choice, from the ground up. What is asked for as before stays as it is. */
  private draw(): void {
    this.basemap.put(this.choice.basemap, this.choice.tone);
    const wanted = new Map(this.wanted());
    for (const [name, layer] of this.pictures) if (!wanted.has(name)) layer.remove();
    const now = [...wanted].map(([name, make]) => [name, this.pictures.get(name) ?? this.begin(make())] as const);
    this.pictures = new Map(now);
    this.rest();
  }

  /** Layers by a name that says all that they depend on. */
  private wanted(): [string, () => L.GridLayer][] {
    const { density, comparison, hotspots, layer, tiles, tone } = this.choice;
    const all: [string, () => L.GridLayer][] = [];
    if (density?.form === 'hexes') {
      const brush = () => hexBrush(density.weight, tone);
      const make = () => new TileDrawings(tiles.hexes, 'hexes', brush(), { zIndex: 1 });
      all.push([`${tiles.hexes} ${density.weight} ${tone}`, make]);
    } else if (density) {
      const [url, minZoom] = [tiles.heat.replace('{ratio}', '{r}'), density.from + DEEPER];
      const className = tone === 'light' ? '' : 'turned';
      all.push([`${url} ${className}`, () => L.tileLayer(url, { maxZoom: LAST_ZOOM, minZoom, className, zIndex: 1 })]);
    }
    if (hotspots && layer === 'problems' && !comparison) {
      const brush = () => hotspotBrush(tone, () => this.map.getZoom() - DEEPER);
      const make = () => new TileDrawings(tiles.hotspots, 'hotspots', brush(), { zIndex: 2 });
      all.push([`${tiles.hotspots} ${tone}`, make]);
    }
    if (!density && !comparison) {
      all.push([tiles.pictures, () => L.tileLayer(tiles.pictures, { maxZoom: LAST_ZOOM, zIndex: 3 })]);
    }
    return all;
  }

  private begin(layer: L.GridLayer): L.GridLayer {
    layer.on('loading', () => this.busy(true));
    layer.on('load', () => this.rest());
    layer.on('tileerror', () => this.events.failed(0));
    return layer.addTo(this.map);
  }

  private addAreas(features: readonly Outline[]): void {
    const outlines = features.map((feature) => ({ type: 'Feature', ...feature }));
    this.basemap.setLand(outlines, this.choice.basemap, this.choice.tone);
    this.areas = L.geoJSON(outlines as never, {
      style: () => ({ className: 'raster-area' }),
      pane: LAND_PANE,
      onEachFeature: ({ id }, layer) => {
        layer.on('click', ({ latlng: { lng, lat } }: L.LeafletMouseEvent) => {
          if (this.choice.comparison) this.events.picked({ kind: 'municipality', id: String(id), place: [lng, lat] });
        });
      },
    }).addTo(this.map);
    this.colourAreas();
  }

  private colourAreas(): void {
    const { tone, colouring, chosen, basemap } = this.choice;
    const { land, border, text } = palette[tone];
    const upTo = colouredUpTo(this.choice);
    const coloured = upTo !== null && this.map.getZoom() - DEEPER < upTo ? colouring : null;
    this.map.getPane(LAND_PANE)?.querySelector('svg')?.prepend(hatching(land, border));
    this.areas?.setStyle((feature) => {
      const id = String(feature?.id);
      const pointed = id === chosen || id === this.hovered;
      return {
        fillColor: coloured ? (coloured.get(id)?.colour ?? `url(#${HATCH})`) : land,
        fillOpacity: basemap ? overBasemap(coloured !== null, chosen !== null && id !== chosen) : 1,
        // Among the colours of pictures a quiet line would be lost.
        color: pointed || basemap ? text : border,
        weight: pointed ? 2.5 : 1,
      };
    });
  }

  private listen(): void {
    const { map, events } = this;
    map.on('movestart', () => {
      this.moving = true;
      this.busy(true);
    });
    map.on('moveend', () => {
      this.moving = false;
      this.tellMoved();
      this.colourAreas();
      this.rest();
    });
    map.on('click', ({ containerPoint: { x, y }, latlng: { lng, lat } }) => {
      if (this.choice.comparison) return;
      const [south, north] = [y + REACH_PX, y - REACH_PX];
      const low = map.containerPointToLatLng([x - REACH_PX, south]);
      const high = map.containerPointToLatLng([x + REACH_PX, north]);
      events.pressed([low.lng, low.lat, high.lng, high.lat], [lng, lat]);
    });
    bindKeys(map.getContainer(), {
      pan: (dx, dy) => map.panBy([dx, dy]),
      zoom: (steps) => this.zoomBy(steps),
      home: () => events.pressedHome(),
      step: (by) => events.wantsStep(by),
      open: () => events.wantsOpen(),
      escape: () => events.pressedEscape(),
    });
  }

  private tellMoved(): void {
    const { lng, lat } = this.map.getCenter();
    this.events.moved({ zoom: this.map.getZoom() - DEEPER, centre: [lng, lat] }, boxOf(this.map.getBounds()));
  }

  private busy(now: boolean): void {
    this.map.getContainer().setAttribute('aria-busy', String(now));
  }

  /** Layers hear of a movement as this does, in any order, so it is looked at when all have heard. */
  private rest(): void {
    requestAnimationFrame(() => {
      if (this.moving || [...this.pictures.values()].some((layer) => layer.isLoading())) return;
      this.busy(false);
      this.events.idle();
    });
  }
}

/** What is drawn over municipalities of which too little is known. */
function hatching(land: string, border: string): SVGElement {
  document.querySelector(`#${HATCH}`)?.parentElement?.remove();
  const part = (name: string, attributes: Record<string, string>, ...inside: SVGElement[]) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    element.append(...inside);
    return element;
  };
  const ground = part('path', { d: 'M0 0h8v8H0z', fill: land });
  const strokes = part('path', { d: 'M-2 2 2-2M0 8 8 0M6 10 10 6', stroke: border, 'stroke-opacity': '0.6' });
  const size = { id: HATCH, width: '8', height: '8', patternUnits: 'userSpaceOnUse' };
  return part('defs', {}, part('pattern', size, ground, strokes));
}

/** How much of the land is seen over a base map: classes whole or stepping back, plain land only where it is not chosen. */
function overBasemap(coloured: boolean, other: boolean): number {
  const { classes, others, veil } = OVER_BASEMAP;
  return coloured ? (other ? others : classes) : other ? veil : 0;
}
