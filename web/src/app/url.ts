// The address bar as the state of the page: `?query` holds filters and mode, `#map=z/lat/lon` the camera. Defaults are left
// out and lists are sorted, so equal views have equal addresses. Pure: reading and writing history is done in `view.ts`.

import type { GroupId, LonLat } from '../api/wire';
import { CLASS_COUNTS, METHODS, type Method, USUAL_CLASSES } from '../domain/classes';
import { DUE_CLASSES, type DueClass } from '../domain/deadline';
import { EARLIER, type Earlier, FORMS, type Form, WEIGHTS, type Weight } from '../domain/density';
import { GROUPS } from '../domain/groups';
import { DENOMINATORS, type Denominator, METRICS, type MetricId } from '../domain/metrics';
import { COLUMNS, ORDERS, type Order, type Sorting, USUAL_SORTING } from '../domain/order';
import { LANGUAGES, type Language } from '../i18n/language';

export const MODES = ['objects', 'appeals', 'rating'] as const;
export type Mode = (typeof MODES)[number];
export const THEMES = ['auto', 'light', 'dark', 'contrast'] as const;
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
  due: readonly DueClass[];
  /** Roubles. */
  costFrom: number | null;
  costTo: number | null;
  /** Id of the responsible body. */
  responsible: string | null;
  /** First and last day of registration, `YYYY-MM-DD`. */
  from: string | null;
  to: string | null;
  /** First and last day of the deadline. */
  dueFrom: string | null;
  dueTo: string | null;
  /** The day whose state is looked at; null is now. */
  at: string | null;
  q: string;
  /** Id of the open problem or appeal. */
  object: string | null;
  /** How density is drawn; null when symbols are. */
  density: Form | null;
  weight: Weight;
  /** The earlier period with which density is compared. */
  versus: Earlier | null;
  /** Whether places where problems crowd are outlined. */
  hotspots: boolean;
  /** Whether the base map is shown, where there is one. */
  basemap: boolean;
  /** Groups that the legend has switched off. */
  hidden: readonly GroupId[];
  metric: MetricId | null;
  /** What the metric is divided by; null as usual. */
  per: Denominator | null;
  /** How its values fall into classes, and into how many; fixed ones are always five. */
  method: Method;
  classes: number;
  order: Order;
  /** Of the rating's table; the address has one place for both, and which is meant the mode says. */
  sorting: Sorting;
  language: Language;
  theme: Theme;
}

/** What stands for no condition at all. */
export const UNFILTERED = {
  municipality: null,
  categories: [],
  statuses: [],
  due: [],
  costFrom: null,
  costTo: null,
  responsible: null,
  from: null,
  to: null,
  dueFrom: null,
  dueTo: null,
  at: null,
  q: '',
} satisfies Partial<View>;

/** What of a view is how it looks, and not what it holds. */
const NO_PICTURE = {
  object: null,
  density: null,
  weight: 'count',
  versus: null,
  hotspots: false,
  basemap: true,
  hidden: [],
  metric: null,
  per: null,
  method: 'fixed',
  classes: USUAL_CLASSES,
  order: 'due',
  sorting: USUAL_SORTING,
  language: 'ru',
} satisfies Partial<View>;

export const DEFAULT_VIEW: View = { ...UNFILTERED, ...NO_PICTURE, mode: 'objects', theme: 'auto' };

/** Names of the forms of density among the layers. */
const FORM_LAYER: Record<Form, string> = { field: 'heat', hexes: 'hexes' };
const HOTSPOTS_LAYER = 'hotspots';
/** Who configures a base map wants it to be seen, so the address names only its absence. */
const NO_BASEMAP_LAYER = 'no-basemap';
/** What may stand among the layers of an address. */
export const LAYERS = [...Object.values(FORM_LAYER), HOTSPOTS_LAYER, NO_BASEMAP_LAYER, ...GROUPS];

/** The English tree has the same pages as the Russian one, below this. */
const ENGLISH = '/en';

/** The language is that of the path; in a frame, whose path names its key, it is a parameter. */
export function parseView(search: string, path = '/'): View {
  const query = new URLSearchParams(search);
  const text = (name: string) => (query.get(name) ?? '').trim();
  const list = (name: string) => sorted(text(name).split(',').filter(Boolean));
  const word = <T extends string>(name: string, allowed: readonly T[], usual: T) =>
    allowed.find((value) => value === text(name)) ?? usual;
  const layers = list('layers');
  const shown = GROUPS.filter((group) => layers.includes(group));
  const mode = word('mode', MODES, 'objects');
  const ordered = mode !== 'rating';
  return {
    mode,
    municipality: text('mun') || null,
    categories: list('cat'),
    statuses: list('status'),
    due: DUE_CLASSES.filter((each) => list('due').includes(each)),
    costFrom: roublesOf(text('cost_from')),
    costTo: roublesOf(text('cost_to')),
    responsible: text('resp') || null,
    from: dayOf(text('from')),
    to: dayOf(text('to')),
    dueFrom: dayOf(text('due_from')),
    dueTo: dayOf(text('due_to')),
    at: dayOf(text('at')),
    q: text('q').slice(0, 200),
    object: text('o') || null,
    density: FORMS.find((form) => layers.includes(FORM_LAYER[form])) ?? null,
    weight: word('weight', WEIGHTS, 'count'),
    versus: EARLIER.find((which) => which === text('versus')) ?? null,
    hotspots: layers.includes(HOTSPOTS_LAYER),
    basemap: !layers.includes(NO_BASEMAP_LAYER),
    hidden: shown.length > 0 ? GROUPS.filter((group) => !shown.includes(group)) : [],
    metric: METRICS.find((metric) => metric === text('metric')) ?? null,
    per: DENOMINATORS.find((per) => per === text('per')) ?? null,
    method: word('classes', METHODS, 'fixed'),
    classes: CLASS_COUNTS.find((count) => String(count) === text('k')) ?? USUAL_CLASSES,
    order: ordered ? word('sort', ORDERS, 'due') : 'due',
    sorting: ordered ? USUAL_SORTING : parseSorting(text('sort')),
    language: path.replace(/\/$/, '') === ENGLISH ? 'en' : word('lang', LANGUAGES, 'ru'),
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
  put('due', sorted(view.due).join(','));
  put('cost_from', String(view.costFrom ?? ''));
  put('cost_to', String(view.costTo ?? ''));
  put('resp', view.responsible ?? '');
  put('from', view.from ?? '');
  put('to', view.to ?? '');
  put('due_from', view.dueFrom ?? '');
  put('due_to', view.dueTo ?? '');
  put('at', view.at ?? '');
  put('q', view.q);
  put('layers', layersOf(view).join(','));
  put('weight', view.weight === 'count' ? '' : view.weight);
  put('versus', view.versus ?? '');
  put('metric', view.metric ?? '');
  put('per', view.per ?? '');
  put('classes', view.method === 'fixed' ? '' : view.method);
  put('k', view.classes === USUAL_CLASSES ? '' : String(view.classes));
  put('sort', view.mode === 'rating' ? formatSorting(view.sorting) : view.order === 'due' ? '' : view.order);
  put('o', view.object ?? '');
  put('lang', view.language === 'ru' ? '' : view.language);
  put('theme', view.theme === 'auto' ? '' : view.theme);
  // Commas and colons may stand in a query as they are, and are easier to read so.
  const text = query.toString().replaceAll('%2C', ',');
  return text && `?${text}`;
}

/** Where the map of the whole window is with a view. */
export function mapAddress(view: View): string {
  return `${view.language === 'ru' ? '/' : ENGLISH}${formatView({ ...view, language: 'ru' })}`;
}

/** Pages that the server writes: those for the work with what is seen, and those to read. */
export const PAGES = ['table', 'plan', 'export', 'embed-builder'] as const;
export const MORE_PAGES = ['rating', 'changes', 'slippage', 'hotspots', 'silence', 'method', 'help', 'a11y'] as const;
export type PageName = (typeof PAGES)[number] | (typeof MORE_PAGES)[number];

/** What of the view each page knows beside its appearance; one that is not named knows all its conditions. */
const KNOWN: Partial<Record<PageName, readonly ('municipality' | 'at')[]>> = {
  plan: ['municipality', 'at'],
  rating: ['at'],
  changes: ['municipality'],
  slippage: ['municipality', 'at'],
  hotspots: ['municipality', 'at'],
  silence: ['municipality', 'at'],
  method: [],
  help: [],
  a11y: [],
};

/** A page that the server writes, under the same conditions; codes for other sites are of the whole view and of where the map looks. */
export function pageAddress(page: PageName, view: View, camera: Camera | null = null): string {
  const path = `${languagePrefix(view)}/${page}`;
  if (page === 'embed-builder') {
    const query = formatView({ ...view, language: 'ru' });
    const map = camera ? formatCamera(camera).replace('#', query ? '&' : '?') : '';
    return path + query + map;
  }
  const { mode, theme } = view;
  const known = KNOWN[page];
  const conditions: View = known
    ? { ...DEFAULT_VIEW, theme, ...Object.fromEntries(known.map((name) => [name, view[name]])) }
    : { ...view, ...NO_PICTURE, mode: mode === 'appeals' ? mode : 'objects' };
  return path + formatView(conditions);
}

/** The page of one municipality or one object. */
export function thingAddress(kind: 'm' | 'o', name: string, view: View): string {
  const { at, theme } = view;
  const query = formatView({ ...DEFAULT_VIEW, at, theme });
  return `${languagePrefix(view)}/${kind}/${encodeURIComponent(name)}${query}`;
}

function languagePrefix({ language }: View): string {
  return language === 'ru' ? '' : ENGLISH;
}

/** A day of the calendar, as the service takes it. */
export function dayOf(text: string): string | null {
  const moment = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  const sane = moment && !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
  return sane && text >= '1900' && text < '2200' ? text : null;
}

/** A sum of whole roubles, as the service takes it. */
function roublesOf(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** A minus before the name of a column turns its order round. */
function parseSorting(text: string): Sorting {
  const descending = text.startsWith('-');
  const column = COLUMNS.find((name) => name === (descending ? text.slice(1) : text));
  return column ? { column, descending } : USUAL_SORTING;
}

function formatSorting({ column, descending }: Sorting): string {
  const usual = column === USUAL_SORTING.column && descending === USUAL_SORTING.descending;
  return usual ? '' : `${descending ? '-' : ''}${column}`;
}

function layersOf({ hidden, density, hotspots, basemap }: View): string[] {
  const shown: string[] = hidden.length > 0 ? GROUPS.filter((group) => !hidden.includes(group)) : [];
  const flat = [density && FORM_LAYER[density], hotspots && HOTSPOTS_LAYER, !basemap && NO_BASEMAP_LAYER];
  return [...flat.filter((name) => name !== null && name !== false), ...shown];
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
