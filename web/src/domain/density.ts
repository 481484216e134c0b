// Density: how it is drawn, what a record weighs in it, and with which earlier period it is compared.

import type { Period } from './period';

export const FORMS = ['field', 'hexes'] as const;
export type Form = (typeof FORMS)[number];
export const WEIGHTS = ['count', 'overdue', 'severity', 'cost', 'per_resident'] as const;
export type Weight = (typeof WEIGHTS)[number];
/** The period just before, of the same length, or the same days a year before. */
export const EARLIER = ['previous', 'year'] as const;
export type Earlier = (typeof EARLIER)[number];

/** Zoom from which density says more than how many people live where. */
export const FIELD_FROM = 9;

export interface Density {
  form: Form;
  weight: Weight;
  /** Null when nothing is compared. */
  versus: { from: string; to: string } | null;
  /** Zoom from which it is drawn: a difference and counted hexagons mean something from afar too. */
  from: number;
}

interface Wanted extends Period {
  mode: 'objects' | 'appeals' | 'rating';
  density: Form | null;
  weight: Weight;
  versus: Earlier | null;
}

/** What of the reader's wishes can be had: of an appeal nobody knows the cost, and hexagons hold objects only. */
export function densityOf({ mode, density, weight, versus, from, to }: Wanted): Density | null {
  if (density === null || mode === 'rating') return null;
  const form = mode === 'objects' ? density : 'field';
  const period = form === 'field' && versus && from && to ? earlier({ from, to }, versus) : null;
  return {
    form,
    weight: weightsOf(mode, form).includes(weight) ? weight : 'count',
    versus: period,
    from: form === 'hexes' || period ? 0 : FIELD_FROM,
  };
}

export function weightsOf(mode: 'objects' | 'appeals', form: Form): readonly Weight[] {
  return mode === 'objects' && form === 'field' ? WEIGHTS : ['count', 'overdue', 'per_resident'];
}

const DAY_MS = 86_400_000;

function day(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

/** The same day of another year; the last of February where there is no 29th. */
function yearsLater(text: string, years: number): string {
  const [year, month, date] = text.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year + years, month, 0)).getUTCDate();
  return day(Date.UTC(year + years, month - 1, Math.min(date, last)));
}

export function earlier({ from, to }: { from: string; to: string }, which: Earlier): { from: string; to: string } {
  if (which === 'year') return { from: yearsLater(from, -1), to: yearsLater(to, -1) };
  const [first, last] = [Date.parse(from), Date.parse(to)];
  return { from: day(first - (last - first) - DAY_MS), to: day(first - DAY_MS) };
}

/** The year that ends with a day. */
export function yearTo(to: string): string {
  return day(Date.parse(yearsLater(to, -1)) + DAY_MS);
}

/** Units in which values up to `most` per km² are written with few digits. */
export interface LegendUnit {
  /** Square kilometres to which a value relates. */
  area: 1 | 100 | 10_000;
  /** A value is written in units of ten to this power. */
  power: 0 | 3 | 6 | 9;
}

export function legendUnit(most: number): LegendUnit {
  const area = ([1, 100] as const).find((each) => most * each >= 0.5) ?? 10_000;
  const power = ([9, 6, 3] as const).find((each) => most * area >= 10 ** each) ?? 0;
  return { area, power };
}

export function inUnit(value: number, { area, power }: LegendUnit): number {
  return (value * area) / 10 ** power;
}

/** The zoom of the picture that is drawn at a zoom of the map: pictures have half the size of vector tiles. */
export function pictureZoom(zoom: number): number {
  return Math.round(zoom + 1);
}

/** Where each class of hexagons but the first begins. Hexagons shrink with the zoom, so the classes hold for all of them. */
export const HEX_BOUNDS: Readonly<Partial<Record<Weight, readonly number[]>>> = {
  count: [3, 10, 30, 100],
  overdue: [3, 10, 30, 100],
  per_resident: [1, 3, 10, 30],
};

/** What of a hexagon's tags is coloured. */
export const HEX_TAG: Readonly<Partial<Record<Weight, string>>> = {
  count: 'count',
  overdue: 'overdue',
  per_resident: 'per_10k',
};
