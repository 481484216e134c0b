// The address bar as the state of the page: `?query` holds filters and mode, `#map=z/lat/lon` the camera. Defaults are left
// out and lists are sorted, so equal views have equal addresses. Pure: reading and writing history is done in `view.ts`.

import type { GroupId, LonLat } from '../api/wire';
import { GROUPS } from '../domain/groups';
import { METRICS, type MetricId } from '../domain/metrics';
import { ORDERS, type Order } from '../domain/order';
import { LANGUAGES, type Language } from '../i18n/language';

export const MODES = ['objects', 'appeals', 'rating'] as const;
export type Mode = (typeof MODES)[number];
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export interface Camera {
  zoom: number;
  centre: LonLat;
}

export interface View {
  mode: Mode;
  /** Slug or id of one municipality. */
  municipality: string | null;
  /** Codes of spheres or types. */
  categories: readonly string[];
  /** `open`, `closed`, `overdue` or states. */
  statuses: readonly string[];
  q: string;
  /** Id of the open problem or appeal. */
  object: string | null;
  heat: boolean;
  /** Groups that the legend has switched off. */
  hidden: readonly GroupId[];
  metric: MetricId | null;
  order: Order;
  language: Language;
  theme: Theme;
}

export const DEFAULT_VIEW: View = {
  mode: 'objects',
  municipality: null,
  categories: [],
  statuses: [],
  q: '',
  object: null,
  heat: false,
  hidden: [],
  metric: null,
  order: 'due',
  language: 'ru',
  theme: 'auto',
};

const HEAT = 'heat';

export function parseView(search: string): View {
  const query = new URLSearchParams(search);
  const text = (name: string) => (query.get(name) ?? '').trim();
  const list = (name: string) => sorted(text(name).split(',').filter(Boolean));
  const word = <T extends string>(name: string, allowed: readonly T[], usual: T) =>
    allowed.find((value) => value === text(name)) ?? usual;
  const layers = list('layers');
  const shown = GROUPS.filter((group) => layers.includes(group));
  return {
    mode: word('mode', MODES, 'objects'),
    municipality: text('mun') || null,
    categories: list('cat'),
    statuses: list('status'),
    q: text('q').slice(0, 200),
    object: text('o') || null,
    heat: layers.includes(HEAT),
    hidden: shown.length > 0 ? GROUPS.filter((group) => !shown.includes(group)) : [],
    metric: METRICS.find((metric) => metric === text('metric')) ?? null,
    order: word('sort', ORDERS, 'due'),
    language: word('lang', LANGUAGES, 'ru'),
    theme: word('theme', THEMES, 'auto'),
  };
}

export function formatView(view: View): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string) => value && query.set(name, value);
  put('mode', view.mode === 'objects' ? '' : view.mode);
  put('mun', view.municipality ?? '');
  put('cat', sorted(view.categories).join(','));
  put('status', sorted(view.statuses).join(','));
  put('q', view.q);
  put('layers', layersOf(view).join(','));
  put('metric', view.metric ?? '');
  put('sort', view.order === 'due' ? '' : view.order);
  put('o', view.object ?? '');
  put('lang', view.language === 'ru' ? '' : view.language);
  put('theme', view.theme === 'auto' ? '' : view.theme);
  // Commas and colons may stand in a query as they are, and are easier to read so.
  const text = query.toString().replaceAll('%2C', ',');
  return text && `?${text}`;
}

function layersOf({ hidden, heat }: View): string[] {
  const shown: string[] = hidden.length > 0 ? GROUPS.filter((group) => !hidden.includes(group)) : [];
  return heat ? [HEAT, ...shown] : shown;
}

export function parseCamera(hash: string): Camera | null {
  const match = /^#map=([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(hash);
  if (!match) return null;
  const [zoom, lat, lon] = match.slice(1).map(Number) as [number, number, number];
  const sane = zoom <= 22 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  return sane ? { zoom, centre: [lon, lat] } : null;
}

/** Four decimals are 11 m, finer than a pixel up to zoom 13; above it five are kept. */
export function formatCamera({ zoom, centre: [lon, lat] }: Camera): string {
  const digits = zoom < 13 ? 4 : 5;
  const short = (n: number, places: number) => String(Number(n.toFixed(places)));
  return `#map=${short(zoom, 2)}/${short(lat, digits)}/${short(lon, digits)}`;
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
