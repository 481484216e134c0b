// The live map: MapLibre GL behind the few verbs that the page needs. Loaded on demand, for it is most of the bytes.

import 'maplibre-gl/dist/maplibre-gl.css';
import {
  type GeoJSONSource,
  Map as GlMap,
  type RasterTileSource,
  setMaxParallelImageRequests,
  setWorkerUrl,
  type VectorTileSource,
} from 'maplibre-gl';
import type { Bounds, LonLat } from '../api/wire';
import type { Camera } from '../app/url';
import { PIXEL_RATIO, pictureOf } from './images';
import { bindKeys } from './keys';
import { Seats } from './seats';
import { makeStyle } from './style';
import {
  BASEMAP,
  HEAT,
  HEXES,
  HIGHLIGHT,
  HOTSPOTS,
  LEADERS,
  MAX_ZOOM,
  OBJECTS,
  PLACES,
  SEATS,
  type StyleChoice,
} from './style_choice';
import { PICKABLE } from './style_symbols';
import { type Target, targetOf } from './target';
import { boxOf, type MapEvents, type MapOptions, type MapVerbs, type Padding } from './verbs';
import { WhenReady } from './when_ready';
import { workerUrl } from './worker_url';

setWorkerUrl(workerUrl);
/** Pictures of a base map that do not come must leave room for our own: a view has some forty of each. */
setMaxParallelImageRequests(96);

/** Sources of the style that are ours. */
const OWN_SOURCES = [OBJECTS, PLACES, HEAT, HEXES, HOTSPOTS, SEATS, LEADERS, HIGHLIGHT];
const MIN_ZOOM = 2.5;
/** A press this near to a symbol means it. */
const REACH_PX = 6;
/** Room for donuts and names at the edge, and for what floats over the map. */
const FIT_PADDING_PX: Padding = { top: 48, right: 64, bottom: 96, left: 64 };
/** The legend stands in the south-west. */
const BESIDE_LEGEND_PX: Padding = { ...FIT_PADDING_PX, top: 36, bottom: 80, left: 210 };
/** Beside the table the legend stands in the north-west. */
const COMPARISON_PADDING_PX: Padding = { ...FIT_PADDING_PX, top: 24, left: 116, right: 56 };
/** Nothing but names of areas is drawn there, and the legend is folded. */
const NARROW_COMPARISON_PX: Padding = { top: 16, right: 66, bottom: 40, left: 72 };
const NARROW_PADDING_PX: Padding = { top: 60, right: 54, bottom: 92, left: 54 };
const NARROW_PX = 500;
const ROOMY_PX = 900;
const FIT_MAX_ZOOM = 15;
/** Two rows of symbols closer than this are one line of reading. */
const READING_LINE_PX = 28;

export class Engine implements MapVerbs {
  private readonly map: GlMap;
  private readonly seats: Seats;
  private readonly events: MapEvents;
  /** There is a style from its first frame on, and none while the graphics context is away. */
  private readonly styled = new WhenReady();
  private choice: StyleChoice;
  private hoveredArea: number | undefined;
  private stepped: Target | null = null;
  private highlighted: { place: LonLat | null; radius: number } = { place: null, radius: 0 };

  constructor({ container, label, choice, municipalities, camera, bounds, padding, gestures, events }: MapOptions) {
    this.choice = choice;
    this.events = events;
    this.map = new GlMap({
      container,
      style: makeStyle(choice),
      ...(camera ? { center: camera.centre, zoom: camera.zoom } : {}),
      minZoom: MIN_ZOOM,
      maxZoom: MAX_ZOOM,
      renderWorldCopies: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      keyboard: false,
      attributionControl: false,
      maplibreLogo: false,
      fadeDuration: 120,
      pixelRatio: Math.min(window.devicePixelRatio, 2),
      // The style is built and tested by us.
      validateStyle: false,
      cooperativeGestures: gestures !== null,
      locale: { 'Map.Title': label, ...gestures },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.setPadding(padding);
    if (!camera) this.fit(bounds, 0);
    this.seats = new Seats(this.map, municipalities);
    this.map.setMissingStyleImageResolver((id) => this.addPicture(id));
    this.listen();
  }

  setLabel(label: string): void {
    const canvas = this.map.getCanvas();
    canvas.setAttribute('aria-label', label);
    // The paragraph on what is seen.
    canvas.setAttribute('aria-describedby', 'summary');
  }

  restyle(choice: StyleChoice): void {
    this.choice = choice;
    this.styled.run('restyle', () => this.applyStyle());
  }

  private applyStyle(): void {
    const { choice } = this;
    // Changing an address by itself keeps the old picture until the new one is here; a new source would blink.
    this.point(OBJECTS, choice.tiles.objects);
    this.point(HEAT, choice.tiles.heat);
    this.point(HEXES, choice.tiles.hexes);
    this.point(HOTSPOTS, choice.tiles.hotspots);
    const kept = [SEATS, LEADERS, HIGHLIGHT];
    this.map.setStyle(makeStyle(choice), {
      diff: true,
      transformStyle: (before, after) => {
        for (const id of kept) {
          const source = before?.sources[id];
          if (source) after.sources[id] = source;
        }
        return after;
      },
    });
    this.seats.forget();
    this.placeSeats();
  }

  /** Asks for the tiles again; the browser knows their entity tags, so what did not change costs nothing. */
  refresh(places: boolean): void {
    const changing = [OBJECTS, HEAT, HEXES, HOTSPOTS];
    const ids = places ? [...changing, PLACES] : changing;
    for (const id of ids) this.styled.run(`refresh ${id}`, () => this.map.refreshTiles(id));
  }

  go({ zoom, centre }: Camera): void {
    this.map.jumpTo({ zoom, center: centre });
  }

  fit(bounds: Bounds, duration = 600): void {
    this.map.fitBounds(bounds, { padding: this.fitPadding(), maxZoom: FIT_MAX_ZOOM, duration });
  }

  private waitsForBasemapOnly(): boolean {
    const { map } = this;
    if (!this.styled.now || map.isMoving() || !map.getSource(BASEMAP) || map.isSourceLoaded(BASEMAP)) return false;
    return OWN_SOURCES.every((id) => !map.getSource(id) || map.isSourceLoaded(id));
  }

  private fitPadding(): Padding {
    const { comparison } = this.choice;
    const width = this.map.getContainer().clientWidth;
    if (width <= NARROW_PX) return comparison ? NARROW_COMPARISON_PX : NARROW_PADDING_PX;
    if (comparison) return COMPARISON_PADDING_PX;
    return width >= ROOMY_PX ? BESIDE_LEGEND_PX : FIT_PADDING_PX;
  }

  fly(centre: LonLat, zoom: number): void {
    this.map.easeTo({ center: centre, zoom, duration: 500 });
  }

  reveal(place: LonLat): void {
    const { x, y } = this.map.project(place);
    const { top, right, bottom, left } = this.map.getPadding() as Padding;
    const { clientWidth, clientHeight } = this.map.getContainer();
    const margin = 40;
    const seen =
      x >= left + margin &&
      x <= clientWidth - right - margin &&
      y >= top + margin &&
      y <= clientHeight - bottom - margin;
    if (!seen) this.map.easeTo({ center: place, duration: 400 });
  }

  zoomBy(steps: number): void {
    this.map.easeTo({ zoom: this.map.getZoom() + steps, duration: 250 });
  }

  /** Whoever comes nearer by key cannot point: what is nearest to the middle is meant, and stays where it is. */
  private zoomByKey(steps: number): void {
    const around = steps > 0 ? this.nearestToMiddle() : null;
    this.map.easeTo({ zoom: this.map.getZoom() + steps, duration: 250, ...(around ? { around } : {}) });
  }

  private nearestToMiddle(): LonLat | null {
    const { x, y } = this.map.project(this.map.getCenter());
    const far = (one: { x: number; y: number }) => Math.hypot(one.x - x, one.y - y);
    const [nearest] = this.inReadingOrder().sort((a, b) => far(a) - far(b));
    return nearest?.target.place ?? null;
  }

  setPadding(padding: Padding): void {
    this.map.setPadding(padding);
  }

  highlight(place: LonLat | null, radius: number): void {
    this.highlighted = { place, radius };
    this.styled.run('highlight', () => this.drawHighlight());
  }

  private drawHighlight(): void {
    const { place, radius } = this.highlighted;
    const features = place
      ? [{ type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: place }, properties: { radius } }]
      : [];
    this.map.getSource<GeoJSONSource>(HIGHLIGHT)?.setData({ type: 'FeatureCollection', features });
  }

  highlightArea(index: number | null): void {
    const area = index === null ? undefined : index + 1;
    if (area === this.hoveredArea) return;
    this.hoveredArea = area;
    this.styled.run('highlight area', () => this.drawHighlightedArea());
  }

  private drawHighlightedArea(): void {
    const area = { source: PLACES, sourceLayer: 'municipalities' };
    this.map.removeFeatureState(area);
    if (this.hoveredArea !== undefined) this.map.setFeatureState({ ...area, id: this.hoveredArea }, { hovered: true });
  }

  remove(): void {
    this.map.remove();
  }

  private addPicture(id: string): void {
    const picture = pictureOf(id, this.choice.icons);
    if (picture && !this.map.hasImage(id)) this.map.addImage(id, picture, { pixelRatio: PIXEL_RATIO });
  }

  private point(id: string, url: string): void {
    const source = this.map.getSource<VectorTileSource | RasterTileSource>(id);
    // A source that was just added has no addresses before the first frame, whatever its type says.
    if (source && source.tiles?.[0] !== url) source.setTiles([url]);
  }

  private placeSeats(): void {
    if (this.styled.now && !this.choice.comparison && !this.choice.density) this.seats.place(this.choice);
  }

  private listen(): void {
    const { map, events } = this;
    map.on('moveend', () => this.tellMoved());
    map.on('load', () => this.tellMoved());
    map.on('style.load', () => this.styled.begin());
    map.on('webglcontextlost', () => {
      this.styled.end();
      events.lost();
    });
    map.on('webglcontextrestored', () => {
      // A context that went before the first frame took the style with it.
      if (!map.getStyle()) map.setStyle(makeStyle(this.choice));
      // What features were told is forgotten, and what is placed by hand is placed anew.
      this.styled.run('highlight area', () => this.drawHighlightedArea());
      this.restyle(this.choice);
      events.regained();
      this.tellMoved();
    });
    map.on('resize', () => this.tellMoved());
    map.on('zoomend', () => this.placeSeats());
    map.on('sourcedata', (event) => {
      if (event.sourceId === OBJECTS && this.styled.now && map.isSourceLoaded(OBJECTS)) this.placeSeats();
    });
    const busy = (now: boolean) => map.getContainer().setAttribute('aria-busy', String(now));
    const begins = () => {
      busy(true);
      // What begins and is broken off draws no frame of its own, and rest is only told of after a frame.
      map.triggerRepaint();
    };
    map.on('styledata', begins);
    map.on('movestart', begins);
    map.on('dataloading', (told) => {
      if (!('sourceId' in told && told.sourceId === BASEMAP)) begins();
    });
    const rests = () => {
      busy(false);
      events.idle();
    };
    map.on('idle', rests);
    // A server elsewhere may never answer; the map rests when all that is ours is there.
    map.on('render', () => {
      if (map.getContainer().ariaBusy === 'true' && this.waitsForBasemapOnly()) rests();
    });
    map.on('error', ({ error, ...event }) => {
      const [{ status }, { sourceId }] = [error as { status?: number }, event as { sourceId?: string }];
      // A base map that does not come leaves the ground as it is without one.
      if (status !== undefined && sourceId !== BASEMAP) events.failed(status);
    });
    map.on('click', ({ point, lngLat }) => {
      const target = this.at(point.x, point.y, lngLat.toArray() as LonLat);
      if (target) events.picked(target);
    });
    map.on('mousemove', ({ point, lngLat }) => {
      const target = this.at(point.x, point.y, lngLat.toArray() as LonLat);
      map.getCanvas().style.cursor = target ? 'pointer' : '';
      events.hovered(target, point.x, point.y);
    });
    map.on('mouseout', () => events.hovered(null, 0, 0));
    bindKeys(map.getCanvas(), {
      pan: (dx, dy) => map.panBy([dx, dy], { duration: 150 }),
      zoom: (steps) => this.zoomByKey(steps),
      home: () => events.pressedHome(),
      step: (by) => this.step(by),
      open: () => this.stepped && events.picked(this.stepped),
      escape: () => {
        this.stepped = null;
        events.hovered(null, 0, 0);
        events.pressedEscape();
      },
    });
  }

  private tellMoved(): void {
    const { lng, lat } = this.map.getCenter();
    this.events.moved({ zoom: this.map.getZoom(), centre: [lng, lat] }, boxOf(this.map.getBounds()));
  }

  /** Layers that can be asked what they show; none without a style. */
  private layers(): string[] {
    if (!this.styled.now) return [];
    const names = this.choice.comparison ? ['land'] : PICKABLE;
    return names.filter((id) => this.map.getLayer(id));
  }

  private at(x: number, y: number, place: LonLat): Target | null {
    const layers = this.layers();
    if (layers.length === 0) return null;
    const [exact] = this.map.queryRenderedFeatures([x, y], { layers });
    if (exact) return targetOf(exact, place);
    if (this.choice.comparison) return null;
    const box: [[number, number], [number, number]] = [
      [x - REACH_PX, y - REACH_PX],
      [x + REACH_PX, y + REACH_PX],
    ];
    const [near] = this.map.queryRenderedFeatures(box, { layers });
    return near ? targetOf(near, place) : null;
  }

  /** Goes to the next or previous symbol on the screen in the order of reading. */
  private step(by: 1 | -1): void {
    const targets = this.inReadingOrder();
    if (targets.length === 0) return;
    const at = targets.findIndex(({ target }) => this.stepped && sameTarget(target, this.stepped));
    const from = at < 0 && by < 0 ? 0 : at;
    const next = targets[(from + by + targets.length) % targets.length];
    if (!next) return;
    this.stepped = next.target;
    this.events.stepped(next.target, next.x, next.y);
  }

  private inReadingOrder(): { target: Target; x: number; y: number }[] {
    const seen = new Map<string, { target: Target; x: number; y: number }>();
    const layers = this.layers();
    for (const feature of layers.length > 0 ? this.map.queryRenderedFeatures({ layers }) : []) {
      const target = targetOf(feature, this.map.getCenter().toArray() as LonLat);
      if (!target) continue;
      const { x, y } = this.map.project(target.place);
      seen.set(`${target.kind} ${target.id}`, { target, x, y });
    }
    const line = (y: number) => Math.round(y / READING_LINE_PX);
    return [...seen.values()].sort((a, b) => line(a.y) - line(b.y) || a.x - b.x);
  }
}

function sameTarget(a: Target, b: Target): boolean {
  return a.kind === b.kind && a.id === b.id;
}
