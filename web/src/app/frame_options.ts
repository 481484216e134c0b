// What the site around a frame chose for it, read from the frame's address. Its names are stable: what is not known is passed
// over, what is known and wrong is as if it were not there. Pure.

import type { Bounds } from '../api/wire';
import { CLASS_COUNTS, METHODS } from '../domain/classes';
import { DUE_CLASSES } from '../domain/deadline';
import { EARLIER, WEIGHTS } from '../domain/density';
import { DENOMINATORS, METRICS } from '../domain/metrics';
import { COLUMNS, ORDERS } from '../domain/order';
import { LANGUAGES } from '../i18n/language';
import { dayOf, LAYERS, MODES, THEMES } from './url';

const UIS = ['min', 'none', 'full'] as const;
const ENGINES = ['auto', 'gl', 'raster', 'static'] as const;

export interface FrameOptions {
  /** How much floats over the map: nothing, zoom and legend, or search and list too. */
  ui: (typeof UIS)[number];
  list: boolean;
  /** Size of the letters, per cent. */
  font: number;
  engine: (typeof ENGINES)[number];
  /** What to show first. */
  box: Bounds | null;
  /** The part of the query that is about the frame and stays while the view changes. */
  kept: string;
  /** Names that nobody knows here. */
  unknown: string[];
  /** Names whose values were not understood. */
  wrong: string[];
}

type Check = (value: string) => boolean;

const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value);
const eachOf =
  (...words: readonly string[]): Check =>
  (value) =>
    value.split(',').every((part) => words.includes(part));
const day: Check = (value) => dayOf(value) !== null;
const roubles: Check = (value) => /^\d{1,15}$/.test(value);
/** What only the service can judge, and says so itself. */
const anything: Check = () => true;

const KNOWN: Record<string, Check> = {
  v: anything,
  mode: oneOf(...MODES),
  mun: anything,
  cat: anything,
  status: anything,
  resp: anything,
  q: anything,
  o: anything,
  due: eachOf(...DUE_CLASSES),
  cost_from: roubles,
  cost_to: roubles,
  from: day,
  to: day,
  due_from: day,
  due_to: day,
  at: day,
  layers: eachOf(...LAYERS),
  weight: oneOf(...WEIGHTS),
  versus: oneOf(...EARLIER),
  metric: oneOf(...METRICS),
  per: oneOf(...DENOMINATORS),
  classes: oneOf(...METHODS),
  k: oneOf(...CLASS_COUNTS.map(String)),
  sort: (value) => oneOf(...ORDERS, ...COLUMNS)(value.replace(/^-/, '')),
  theme: oneOf(...THEMES),
  lang: oneOf(...LANGUAGES),
  bbox: (value) => boxOf(value) !== null,
  ui: oneOf(...UIS),
  list: oneOf('0', '1'),
  font: (value) => fontOf(value) !== null,
  engine: oneOf(...ENGINES),
};
const KEPT = ['bbox', 'engine', 'font', 'list', 'ui'];

export function parseFrame(search: string): FrameOptions {
  const given = [...new URLSearchParams(search)].filter(([, value]) => value.trim() !== '');
  const right = new Map(given.filter(([name, value]) => KNOWN[name]?.(value.trim())));
  const ui = UIS.find((each) => each === right.get('ui')) ?? 'min';
  return {
    ui,
    list: right.has('list') ? right.get('list') === '1' : ui === 'full',
    font: fontOf(right.get('font') ?? '') ?? 100,
    engine: ENGINES.find((each) => each === right.get('engine')) ?? 'auto',
    box: boxOf(right.get('bbox') ?? ''),
    kept: KEPT.flatMap((name) => (right.has(name) ? [`${name}=${right.get(name)}`] : [])).join('&'),
    unknown: [...new Set(given.map(([name]) => name).filter((name) => !Object.hasOwn(KNOWN, name)))],
    wrong: given.flatMap(([name, value]) => (KNOWN[name]?.(value.trim()) === false ? [name] : [])),
  };
}

function fontOf(text: string): number | null {
  const size = /^\d{3}$/.test(text) ? Number(text) : 0;
  return size >= 100 && size <= 200 ? size : null;
}

/** West, south, east, north. */
function boxOf(text: string): Bounds | null {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [west, south, east, north] = numbers as [number, number, number, number];
  const sane = numbers.length === 4 && west >= -180 && east <= 180 && west < east && south >= -85 && north <= 85;
  return sane && south < north ? [west, south, east, north] : null;
}
