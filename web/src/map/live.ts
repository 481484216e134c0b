// Ties the map to the state of the page. Its engine is loaded when the page stands; without WebGL it is not loaded at all, and
// pictures take its place.

import { computed, effect, signal } from '@preact/signals';
import { askJson, Failure } from '../api/http';
import {
  expansionUrl,
  filterOf,
  heatUrl,
  hexesUrl,
  hotspotsUrl,
  layerOf,
  listUrl,
  municipalityTilesUrl,
  picturesUrl,
  tilesUrl,
} from '../api/queries';
import type { Bounds, GroupId, LonLat, Page } from '../api/wire';
import { announce, chooseMunicipality, fitRegion, municipalityOf, pointed, pointedArea, wish } from '../app/actions';
import { appeal, card, density, region, viewport } from '../app/data';
import { embedded, frame } from '../app/embedded';
import { touched } from '../app/live';
import { placeName } from '../app/summary';
import { tone } from '../app/theme';
import { camera, cameraWish, closeCard, moved, openCard, view } from '../app/view';
import { t } from '../app/words';
import { GROUPS } from '../domain/groups';
import { anchorOf } from '../domain/place';
import { burdenColours, comparisonColours } from '../rating/metric';
import { wantedBasemap } from './basemap';
import { stepThroughList } from './list_steps';
import { padding } from './padding';
import { MAX_ZOOM, type StyleChoice } from './style_choice';
import { ringRadius, type Target } from './target';
import { targetWords } from './target_words';
import type { MapOptions, MapVerbs } from './verbs';
import { hasWebgl } from './webgl';
import { workerUrl } from './worker_url';

/** After this long the reader is told that the list is there already. */
const SLOW_MS = 3_000;
const POINT_RING_PX = 14;
const OBJECT_ZOOM = 14;
/** A hexagon falls into some fifty smaller ones. */
const HEX_STEP = 2;
/** Districts of the region are larger than this, cities smaller. */
const CITY_KM2 = 1_000;

/** Why there is not the live map: nobody wants it, there are no graphics, they are gone for now, or the engine did not come. */
export type FlatBecause = 'unwanted' | 'no_webgl' | 'lost' | 'failed';

export interface MapState {
  /** `flat` is the drawing that stands in where nothing else came. */
  stage: 'loading' | 'live' | 'flat';
  flatBecause: FlatBecause | null;
  slow: boolean;
  /** Status of a tile that could not be loaded. */
  failed: number | null;
}

export const mapState = signal<MapState>({ stage: 'loading', flatBecause: null, slow: false, failed: null });

export interface Hovered {
  target: Target;
  x: number;
  y: number;
}

export const hovered = signal<Hovered | null>(null);

let engine: MapVerbs | null = null;

/** What is drawn under our map. It comes when ours stands, so that nobody waits for a server elsewhere. */
export const basemap = computed(() => (mapState.value.stage === 'live' ? wantedBasemap.value : null));

const choice = computed<StyleChoice | null>(() => {
  const place = region.state.value.data;
  if (!place) return null;
  const { mode, hidden, language, municipality } = view.value;
  const shown = density.value;
  const [layer, filter] = [layerOf(view.value), filterOf(view.value)];
  const comparison = mode === 'rating';
  return {
    tone: tone.value,
    language,
    layer,
    bounds: place.bounds,
    tiles: {
      objects: tilesUrl(layer, filter),
      pictures: picturesUrl(layer, filter, { theme: tone.value, lang: language, groups: shownGroups(hidden) }),
      heat: heatUrl(layer, filter, shown),
      hexes: hexesUrl(filter),
      hotspots: hotspotsUrl(view.value.at),
      places: municipalityTilesUrl(),
    },
    thousand: t.value.thousand,
    basemap: basemap.value,
    density: shown,
    hotspots: view.value.hotspots,
    comparison,
    colouring: comparison ? comparisonColours.value : shown && layer === 'problems' ? burdenColours.value : null,
    hidden,
    cities: place.municipalities.filter(({ area_km2 }) => area_km2 !== null && area_km2 < CITY_KM2).map(({ id }) => id),
    municipalities: place.municipalities,
    chosen: municipalityOf(municipality)?.id ?? null,
    icons: new Map(place.categories.map(({ code, icon }) => [code, icon])),
    cellsFrom: place.zooms.cells_from,
    pointsFrom: place.zooms.points_from,
  };
});

/** The groups that are not switched off, as the service takes them; none are named when all are shown. */
function shownGroups(hidden: readonly GroupId[]): string {
  return hidden.length > 0 ? GROUPS.filter((group) => !hidden.includes(group)).join(',') : '';
}

/** Where the object of the open card lies. */
const openPlace = computed(() => {
  const { object } = view.value;
  const opened = [card.state.value.data, appeal.state.value.data].find((each) => each?.id === object);
  return object && opened ? anchorOf(opened.geometry) : null;
});

const label = computed(() => t.value.mapLabel(placeName.value));

function patch(change: Partial<MapState>): void {
  mapState.value = { ...mapState.peek(), ...change };
}

export function startMap(container: HTMLElement): () => void {
  if (frame.engine === 'static') {
    drawFlat('unwanted');
    return () => undefined;
  }
  const slowTimer = window.setTimeout(() => patch({ slow: true }), SLOW_MS);
  const loading = hasWebgl ? loadEngine() : import('./raster').then(({ RasterMap }) => RasterMap);
  const giveUp = () => drawFlat('failed');
  // It may fail before the region is known, with nobody yet who waits for it.
  loading.catch(giveUp);
  let stopped = false;
  const stops: (() => void)[] = [];
  const stopWaiting = effect(() => {
    if (!choice.value || engine || stopped) return;
    const begin = (MapClass: MapMaker) => {
      if (engine || stopped) return;
      const hadCamera = camera.peek() !== null;
      engine = create(MapClass, container);
      stops.push(...connect(engine, hadCamera));
    };
    loading.then(begin).catch(giveUp);
  });
  return () => {
    stopped = true;
    clearTimeout(slowTimer);
    stopWaiting();
    for (const stop of stops) stop();
    engine?.remove();
    engine = null;
  };
}

type MapMaker = new (options: MapOptions) => MapVerbs;

async function loadEngine(): Promise<MapMaker> {
  const [{ Engine }] = await Promise.all([import('./engine'), loadWorker(), loadFonts()]);
  return Engine;
}

function drawFlat(because: FlatBecause): void {
  patch({ stage: 'flat', flatBecause: because });
  viewport.value = null;
}

/** The engine waits for its worker without end and says nothing if it does not come, so it is fetched beforehand. */
async function loadWorker(): Promise<void> {
  const { ok, status } = await fetch(workerUrl);
  if (!ok) throw new Failure(status, '');
}

/** Labels are drawn into the map letter by letter, so their letters must be here before the first. */
function loadFonts(): Promise<unknown> {
  const faces = ['400 16px "Golos Text Regular"', '600 16px "Golos Text Semibold"'];
  return Promise.all(faces.map((face) => document.fonts.load(face, 'Aa 1 Яя')));
}

function create(MapClass: MapMaker, container: HTMLElement): MapVerbs {
  const place = region.state.peek().data;
  const now = choice.peek();
  if (!place || !now) throw new Error('the map is made when the region is known');
  return new MapClass({
    container,
    label: label.peek(),
    choice: now,
    municipalities: place.municipalities,
    camera: camera.peek(),
    bounds: frame.box ?? municipalityOf(view.peek().municipality)?.bounds ?? place.bounds,
    padding: padding.peek(),
    gestures: embedded ? gestureWords() : null,
    events: {
      moved: (to, bounds) => {
        // Paper has no map; the list stays as it was on the screen.
        if (matchMedia('print').matches) return;
        moved(to);
        viewport.value = bounds;
        hovered.value = null;
      },
      picked: pick,
      pressed,
      hovered: hover,
      stepped: (target, x, y) => {
        hover(target, x, y);
        announce(targetWords(target));
      },
      wantsStep: stepThroughList,
      wantsOpen: () => {
        const { id } = pointed.peek() ?? {};
        if (id) openCard(id);
      },
      idle: () => patch({ stage: 'live', flatBecause: hasWebgl || frame.engine === 'raster' ? null : 'no_webgl' }),
      failed: (status) => patch({ failed: status }),
      lost: () => drawFlat('lost'),
      regained: () => patch({ stage: 'loading', flatBecause: null }),
      pressedHome: fitRegion,
      pressedEscape: closeCard,
    },
  });
}

function gestureWords(): Record<string, string> {
  const { ctrlToZoom, commandToZoom, twoFingers } = t.peek();
  return {
    'CooperativeGesturesHandler.WindowsHelpText': ctrlToZoom,
    'CooperativeGesturesHandler.MacHelpText': commandToZoom,
    'CooperativeGesturesHandler.MobileHelpText': twoFingers,
  };
}

function connect(map: MapVerbs, hadCamera: boolean): (() => void)[] {
  let first = true;
  let lost = !hadCamera && view.peek().object !== null;
  return [
    effect(() => {
      const now = choice.value;
      if (now && !first) map.restyle(now);
      first = false;
    }),
    effect(() => map.setLabel(label.value)),
    effect(() => map.setPadding(padding.value)),
    effect(() => {
      const to = cameraWish.value > 0 ? camera.peek() : null;
      if (to) map.go(to);
    }),
    effect(() => {
      const to = wish.value;
      if (to?.kind === 'fit') map.fit(to.bounds);
      if (to?.kind === 'fly') map.fly(to.place, to.zoom);
    }),
    effect(() => {
      const place = openPlace.value;
      // An address that names an object and no camera wants to see the object.
      if (place && lost) map.fly(place, OBJECT_ZOOM);
      else if (place) map.reveal(place);
      if (place) lost = false;
    }),
    effect(() => {
      const what = touched.value;
      if (what) map.refresh(what.dictionary);
    }),
    effect(() => {
      const target = hovered.value?.target;
      const place = target?.place ?? pointed.value?.place ?? openPlace.value;
      map.highlight(target?.kind === 'municipality' ? null : place, target ? ringRadius(target) : POINT_RING_PX);
    }),
    effect(() => {
      const area = hovered.value?.target.kind === 'municipality' ? hovered.value.target.id : pointedArea.value;
      const index = region.state.value.data?.municipalities.findIndex(({ id }) => id === area) ?? -1;
      map.highlightArea(index < 0 ? null : index);
    }),
  ];
}

function hover(target: Target | null, x: number, y: number): void {
  hovered.value = target && { target, x, y };
  pointed.value = target?.kind === 'object' ? { id: target.id, place: target.place, from: 'map' } : null;
}

/** On a map of pictures the service says what was pressed: one object is opened, several are come nearer to. */
async function pressed(box: Bounds, place: LonLat): Promise<void> {
  const url = listUrl(layerOf(view.peek()), filterOf(view.peek(), box), 1);
  const found = await askJson<Page<unknown>>(url, view.peek().language).catch(() => null);
  const zoom = camera.peek()?.zoom ?? 0;
  const [first] = found?.features ?? [];
  if (!found || !first) return;
  if (found.numberMatched === 1 || zoom >= MAX_ZOOM - 1) openCard(first.id);
  else wish.value = { kind: 'fly', place, zoom: Math.min(MAX_ZOOM, zoom + 2) };
}

async function pick(target: Target): Promise<void> {
  hovered.value = null;
  if (target.kind === 'object') {
    openCard(target.id);
    return;
  }
  if (target.kind === 'municipality') {
    const found = municipalityOf(target.id);
    if (found) chooseMunicipality(found.slug);
    return;
  }
  announce(targetWords(target));
  if (target.kind === 'hex' || target.kind === 'hotspot') {
    wish.value = { kind: 'fly', place: target.place, zoom: (camera.value?.zoom ?? 0) + HEX_STEP };
    return;
  }
  const nearer = (camera.value?.zoom ?? 0) + 1;
  wish.value = { kind: 'fly', place: target.place, zoom: Math.max(await expansionZoom(target.id), nearer) };
}

/** Where a cluster falls apart; 0 when the service does not say, for instance because the cluster is gone by now. */
async function expansionZoom(cluster: string): Promise<number> {
  const url = expansionUrl(layerOf(view.value), cluster, filterOf(view.value));
  try {
    return (await askJson<{ expansion_zoom: number }>(url, view.value.language)).expansion_zoom;
  } catch {
    return 0;
  }
}

export function retryTiles(): void {
  patch({ failed: null });
  engine?.refresh(true);
}

export function zoomBy(steps: number): void {
  engine?.zoomBy(steps);
}
