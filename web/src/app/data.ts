// What the page knows: each thing is loaded when the view asks for it and again when the service says that it changed.

import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { askJson, type Parameters } from '../api/http';
import {
  bodiesUrl,
  burdenUrl,
  cardUrl,
  filterOf,
  heatLegendUrl,
  itemUrl,
  layerOf,
  listUrl,
  ratingsUrl,
  settlementsUrl,
  statsUrl,
  summaryUrl,
} from '../api/queries';
import type {
  AppealProperties,
  Bounds,
  Burden,
  Feature,
  GroupId,
  HeatLegend,
  Page,
  ProblemCard,
  ProblemProperties,
  Ratings,
  Region,
  Settlement,
  Stats,
} from '../api/wire';
import { DUE_CLASSES, type DueClass } from '../domain/deadline';
import { densityOf } from '../domain/density';
import { countGroups, GROUPS, type GroupCounts, total } from '../domain/groups';
import { HOTSPOTS_FROM } from '../domain/hotspots';
import type { Comparison } from '../domain/metrics';
import { APPEALS_SORT_BY, SORT_BY } from '../domain/order';
import type { Axis } from '../domain/period';
import { contains } from '../domain/place';
import { type Loaded, type Resource, resource } from './resource';
import { camera, view } from './view';

/** Moving the map asks for the list again once it has rested this long. */
const REST_MS = 200;

/** Whoever compares objects goes back and forth between a few of them. */
const CARDS_KEPT = 20;

/** The four groups of the legend as the service takes them. What is overdue is asked for most. */
export const CHIPS = ['overdue', 'new', 'underway', 'closed'] as const;
export type Chip = (typeof CHIPS)[number];
export const CHIP_GROUP: Record<Chip, GroupId> = {
  overdue: 'overdue',
  new: 'new',
  underway: 'in_work',
  closed: 'resolved',
};

const ask = <T>(url: string, abort: AbortSignal) => askJson<T>(url, view.peek().language, abort);

export const region = resource<Region>(
  () => '/api/region',
  (url, abort) => ask(url, abort),
);

/** What the map shows; null when it shows the whole region, or when there is no map. */
export const viewport = signal<Bounds | null>(null);

/** The list follows the map; when it does not, it keeps to what was in view when it stopped. */
export const followsMap = signal(true);
const kept = signal<Bounds | null>(null);

export function followMap(follow: boolean): void {
  kept.value = viewport.peek();
  followsMap.value = follow;
}

const box = computed(() => {
  const whole = region.state.value.data?.bounds;
  const seen = followsMap.value ? viewport.value : kept.value;
  return seen && whole && contains(seen, whole) ? null : seen;
});

const isProblems = computed(() => view.value.mode !== 'appeals');
const ready = computed(() => region.state.value.data !== null);

export const problems = resource<Page<ProblemProperties>>(
  () =>
    ready.value && isProblems.value
      ? listUrl('problems', { ...filterOf(view.value, box.value), sortby: SORT_BY[view.value.order] })
      : null,
  (url, abort) => ask(url, abort),
  REST_MS,
);

export const appeals = resource<Page<AppealProperties>>(
  () =>
    ready.value && !isProblems.value
      ? listUrl('appeals', { ...filterOf(view.value, box.value), sortby: APPEALS_SORT_BY })
      : null,
  (url, abort) => ask(url, abort),
  REST_MS,
);

/** How many match in the whole region. */
export const everywhere = resource<Page<unknown>>(
  () => (ready.value ? listUrl(layerOf(view.value), filterOf(view.value), 1) : null),
  (url, abort) => ask(url, abort),
);

const allStatistics: Resource<unknown>[] = [];

/** Counts of what is shown, objects or appeals; those of the one never stand for those of the other. */
function statistics(
  by: () => string | null,
  filter: () => Parameters,
  wait_ms = 0,
): ReadonlySignal<Omit<Loaded<Stats>, 'loading'>> {
  const loaded = resource<Stats & { layer: string }>(
    () => {
      const names = ready.value ? by() : null;
      return names && statsUrl(layerOf(view.value), names, filter());
    },
    async (url, abort) => ({
      ...(await ask<Stats>(url, abort)),
      layer: new URL(url, location.origin).searchParams.get('layer') ?? 'problems',
    }),
    wait_ms,
  );
  allStatistics.push(loaded);
  return computed(() => {
    const { data, error } = loaded.state.value;
    return { data: data?.layer === layerOf(view.value) ? data : null, error };
  });
}

function groupsOf(stats: Stats | null): GroupCounts | null {
  return stats && countGroups(stats.groups);
}

/** What is in view by state, for the legend and for the count of what is shown. */
export const inView = statistics(
  () => 'status',
  () => filterOf(view.value, box.value),
  REST_MS,
);

/** A change is told when nothing has followed it for so long. */
const TELL_AFTER_MS = 1_000;

/** One paragraph on what the page shows, as the pages of the server tell it. */
const told = resource<{ text: string; language: string | null }>(
  () => {
    const { mode, language, hidden, statuses } = view.value;
    if (!ready.value || mode === 'rating') return null;
    const groups = CHIPS.filter((chip) => !hidden.includes(CHIP_GROUP[chip]));
    // What the legend has switched off is not on the map; a condition on the state says as much by itself.
    const shown = hidden.length > 0 && statuses.length === 0 ? groups : statuses;
    return summaryUrl(layerOf(view.value), filterOf({ ...view.value, statuses: shown }, box.value), language);
  },
  async (url, abort) => ({
    ...(await ask<{ text: string }>(url, abort)),
    language: new URL(url, location.origin).searchParams.get('lang'),
  }),
  TELL_AFTER_MS,
);

/** The paragraph; nothing until it has come in the language of the page. */
export const paragraph = computed(() => {
  const { data } = told.state.value;
  return data?.language === view.value.language ? data.text : '';
});

/** By state as it would be without a condition on the state. */
export const byStatus = statistics(
  () => 'status',
  () => filterOf({ ...view.value, statuses: [] }),
);

/** What each chip would leave: the conditions in force, with the chip's group instead of the present states. */
export const chipCounts = computed<GroupCounts | null>(() => groupsOf(byStatus.value.data));

/** Overdue has a chip of its own among the states. */
export const DUE_CHIPS = DUE_CLASSES.filter((each) => each !== 'overdue');

/** What each class of deadlines would leave: the conditions in force, with that class instead of the present ones. */
export const dueCounts = resource<Partial<Record<DueClass, number>>>(
  () => (ready.value ? listUrl(layerOf(view.value), filterOf({ ...view.value, due: [] }), 1) : null),
  async (_, abort) => {
    const { language, ...now } = view.peek();
    const count = async (due: DueClass) => {
      const url = listUrl(layerOf(now), filterOf({ ...now, due: [due] }), 1);
      return [due, (await askJson<Page<unknown>>(url, language, abort)).numberMatched] as const;
    };
    return Object.fromEntries(await Promise.all(DUE_CHIPS.map(count)));
  },
);

/** By category as it would be without a condition on the category. */
export const byCategory = statistics(
  () => 'category',
  () => filterOf({ ...view.value, categories: [] }),
);

/** By municipality as it would be without a condition on the municipality. */
const byMunicipality = statistics(
  () => 'municipality,status',
  () => filterOf({ ...view.value, municipality: null }),
);

const isRating = computed(() => view.value.mode === 'rating');

export const ratings = resource<Ratings>(
  () => (isRating.value ? ratingsUrl(view.value.at) : null),
  (url, abort) => ask(url, abort),
);

export const burden = resource<Burden>(
  () => (isRating.value ? burdenUrl(view.value.at) : null),
  (url, abort) => ask(url, abort),
);

/** All objects of each municipality on the day, closed ones too: what the share of open ones is taken of. */
const ownObjects = resource<Stats>(
  () =>
    isRating.value && view.value.per === 'own' ? statsUrl('problems', 'municipality', { as_of: view.value.at }) : null,
  (url, abort) => ask(url, abort),
);

/** Somebody is about to search: places and bodies are needed only then. */
export const searching = signal(false);

export interface Body {
  id: string;
  name_ru: string;
  name_en: string;
}

/** Everybody who may be responsible, for whoever looks for one or came with one in the address. */
export const allBodies = resource<{ bodies: Body[] }>(
  () => (searching.value || view.value.responsible !== null ? bodiesUrl() : null),
  (url, abort) => ask(url, abort),
);

export const settlements = resource<Page<Settlement>>(
  () => (searching.value ? settlementsUrl() : null),
  (url, abort) => ask(url, abort),
);

/** By month as it would be without a condition on that time, while the period is chosen. */
export const choosingPeriod = signal(false);
export const axis = signal<Axis>(view.peek().dueFrom || view.peek().dueTo ? 'due' : 'registered');

export const byMonth = statistics(
  () => (!choosingPeriod.value ? null : axis.value === 'due' ? 'month_due' : 'month'),
  () =>
    filterOf(
      axis.value === 'due' ? { ...view.value, dueFrom: null, dueTo: null } : { ...view.value, from: null, to: null },
    ),
);

/** Density as it is drawn; null when symbols are. */
export const density = computed(() => densityOf(view.value));

/** So far away that density gives way to a comparison of municipalities. */
export const tooFarForDensity = computed(() => (camera.value?.zoom ?? 0) < (density.value?.from ?? 0));

/** So far away that crowds and streets would be dots. */
export const tooFarForHotspots = computed(() => (camera.value?.zoom ?? 0) < HOTSPOTS_FROM.crowd);

/** What the colours of density mean at every zoom. */
export const heatLegend = resource<HeatLegend>(
  () => {
    const shown = density.value;
    const drawn = shown?.form === 'field' && ready.value && !tooFarForDensity.value;
    return drawn ? heatLegendUrl(layerOf(view.value), filterOf(view.value), shown) : null;
  },
  async (url, abort) => (await ask<{ legend: HeatLegend }>(url, abort)).legend,
);

export const card = resource<ProblemCard>(
  () => (view.value.object && isProblems.value ? cardUrl(view.value.object, view.value.at) : null),
  (url, abort) => ask(url, abort),
  0,
  CARDS_KEPT,
);

export const appeal = resource<Feature<AppealProperties>>(
  () => (view.value.object && !isProblems.value ? itemUrl('appeals', view.value.object) : null),
  (url, abort) => ask(url, abort),
);

export const groupsInView = computed<GroupCounts | null>(() => groupsOf(inView.value.data));

/** How many objects the map shows: those in view whose group the legend has not switched off. */
export const shownCount = computed<number | null>(() => {
  const { hidden } = view.value;
  const page = (isProblems.value ? problems : appeals).state.value.data;
  const counts = groupsInView.value;
  if (hidden.length === 0) return page?.numberMatched ?? null;
  return counts && GROUPS.reduce((sum, group) => sum + (hidden.includes(group) ? 0 : counts[group]), 0);
});

export const groupsByMunicipality = computed<Map<string, GroupCounts> | null>(() => {
  const groups = byMunicipality.value.data?.groups;
  if (!groups) return null;
  const ids = new Set(groups.map((group) => group.municipality ?? ''));
  return new Map([...ids].map((id) => [id, countGroups(groups.filter((group) => (group.municipality ?? '') === id))]));
});

/** Open objects per 10,000 residents under the present conditions. */
export const openPer10k = computed<Map<string, number>>(() => {
  const [rates, groups] = [new Map<string, number>(), groupsByMunicipality.value];
  for (const { id, population } of region.state.value.data?.municipalities ?? []) {
    const counts = groups?.get(id);
    if (population && groups) rates.set(id, ((counts ? total(counts) - counts.resolved : 0) / population) * 10_000);
  }
  return rates;
});

export const comparisons = computed<Comparison[]>(() => {
  const rated = new Map(ratings.state.value.data?.municipalities.map((row) => [row.id, row]));
  const borne = new Map(burden.state.value.data?.municipalities.map((row) => [row.id, row]));
  const owned = new Map(ownObjects.state.value.data?.groups.map(({ municipality, count }) => [municipality, count]));
  return (region.state.value.data?.municipalities ?? []).map(({ id, population }) => ({
    id,
    rating: rated.get(id) ?? null,
    burden: borne.get(id) ?? null,
    residents: population,
    objects: owned.get(id) ?? null,
  }));
});

const OF_PROBLEMS = [problems, ratings, burden, ownObjects, card];
const OF_APPEALS = [appeals, appeal];
/** Of the layer that is shown: what the other one holds is asked for when it is shown. */
const OF_SHOWN = [everywhere, dueCounts, told, heatLegend, ...allStatistics];

/** Asks again for everything that a change of these layers can touch. */
export function refreshData(layers: { problems: boolean; appeals: boolean; dictionary: boolean }): void {
  if (layers.dictionary) region.refresh();
  if (layers.problems) for (const each of OF_PROBLEMS) each.refresh();
  if (layers.appeals) for (const each of OF_APPEALS) each.refresh();
  if (layers[layerOf(view.peek())]) for (const each of OF_SHOWN) each.refresh();
}
