// What the map's style depends on, and the names that its parts share.

import type { Layer } from '../api/queries';
import type { Basemap, Bounds, GroupId, Municipality } from '../api/wire';
import type { Density } from '../domain/density';
import type { Language } from '../i18n/language';
import type { Tone } from './donut';

/** Names of sources. */
export const OBJECTS = 'objects';
export const PLACES = 'places';
export const BASEMAP = 'basemap';
export const HEAT = 'heat';
export const HEXES = 'hexes';
export const HOTSPOTS = 'hotspots';
export const SEATS = 'seats';
export const LEADERS = 'leaders';
export const HIGHLIGHT = 'highlight';

/** Opacities over a base map: of classes, which keep their colour, of the others of them, and of the veil over plain land. */
export const OVER_BASEMAP = { classes: 0.85, others: 0.425, veil: 0.6 } as const;
/** Opacity of its pictures. */
export const PICTURES_OPACITY = { light: 0.7, dark: 0.85 } as const;

export const MAX_ZOOM = 17;

/** Size of the name beside a municipality's donut. */
export const SEAT_LABEL_PX = 12;

export interface Fill {
  colour: string;
  /** Printed under the name; empty when there is nothing to say. */
  label: string;
}

/** The colour of each municipality by id; those left out are hatched. */
export type Colouring = ReadonlyMap<string, Fill>;

export interface StyleChoice {
  tone: Tone;
  language: Language;
  layer: Layer;
  bounds: Bounds;
  tiles: { objects: string; pictures: string; heat: string; hexes: string; hotspots: string; places: string };
  /** Thousand in donuts, as «тыс.». */
  thousand: string;
  /** What lies under our own map, with whole addresses; null for nothing. */
  basemap: Basemap | null;
  density: Density | null;
  hotspots: boolean;
  /** Objects are not drawn at all, only municipalities are compared. */
  comparison: boolean;
  colouring: Colouring | null;
  hidden: readonly GroupId[];
  /** Ids of municipalities that are one city: the city's own name is enough. */
  cities: readonly string[];
  municipalities: readonly Pick<Municipality, 'id' | 'name_ru' | 'name_en'>[];
  /** Id of the municipality that is filtered by. */
  chosen: string | null;
  /** Names of icons by category. */
  icons: ReadonlyMap<string, string>;
  cellsFrom: number;
  pointsFrom: number;
}

/** Up to this zoom municipalities are coloured; null when they are not. */
export function colouredUpTo({ colouring, comparison, density }: StyleChoice): number | null {
  if (!colouring) return null;
  if (comparison) return MAX_ZOOM;
  return density && density.from > 0 ? density.from : null;
}
