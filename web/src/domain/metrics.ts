// The numbers by which municipalities are compared: where each comes from, what it may be divided by, which way is good, and
// the fixed bounds of the five classes that colour the map. Bounds are those of `tiles/metrics.toml`, which the server's tiles
// have too; computed ones are made in `classes.ts`.

import { leastCases, type MetricRow, metrics } from 'virtual:metrics';
import type { BurdenRow, Rating } from '../api/wire';

export type MetricId = MetricRow['id'];

export const METRICS: readonly MetricId[] = metrics.map(({ id }) => id);

/** What a count is divided by: residents, or the territory's own objects. */
export const DENOMINATORS = ['residents', 'own'] as const;
export type Denominator = (typeof DENOMINATORS)[number];

export interface Comparison {
  id: string;
  rating: Rating | null;
  burden: BurdenRow | null;
  residents: number | null;
  /** All objects there, closed ones too; null until somebody asks. */
  objects: number | null;
}

type Source = (row: Comparison) => number | null;

/** How values become classes. */
export interface Scheme {
  /** Inner bounds between the classes, ascending. */
  bounds: readonly number[];
  moreIsBetter: boolean;
  kind: MetricRow['kind'];
}

export interface Measure extends Scheme {
  of: Source;
}

function indicator(id: string): Source {
  return ({ rating }) => {
    const found = rating?.indicators.find((row) => row.id === id);
    return found && found.n >= leastCases ? found.raw : null;
  };
}

const SOURCES: Record<MetricId, Source> = {
  score: ({ rating }) => rating?.score ?? null,
  on_time_share: indicator('on_time_share'),
  pace: indicator('pace'),
  overdue_share: indicator('overdue_share'),
  reopened_share: indicator('reopened_share'),
  answered_share: indicator('answered_share'),
  marks: indicator('marks'),
  extended_share: indicator('extended_share'),
  median_days: indicator('median_days'),
  open_per_10k: ({ burden }) => burden?.open_per_10k ?? null,
  years_to_clear: ({ burden }) => burden?.years_to_clear ?? null,
};

export const METRIC = Object.fromEntries<Measure>(
  metrics.map(({ id, bounds, more_is_better, kind }) => [
    id,
    { of: SOURCES[id], bounds, moreIsBetter: more_is_better, kind },
  ]),
) as Record<MetricId, Measure>;

/** Metrics whose count can be divided by something else: the usual denominator, the other one, and what it gives. */
const DIVISIBLE: Partial<Record<MetricId, { usual: Denominator; other: Denominator; measure: Measure }>> = {
  overdue_share: {
    usual: 'own',
    other: 'residents',
    measure: {
      of: ({ burden, residents }) => (burden && residents ? (1_000 * burden.overdue) / residents : null),
      bounds: [1, 2, 3, 5],
      moreIsBetter: false,
      kind: 'rate',
    },
  },
  open_per_10k: {
    usual: 'residents',
    other: 'own',
    measure: {
      of: ({ burden, objects }) => (burden && objects !== null && objects >= leastCases ? burden.open / objects : null),
      bounds: [0.2, 0.4, 0.6, 0.8],
      moreIsBetter: false,
      kind: 'share',
    },
  },
};

/** What a metric may be divided by, the usual first; nothing where there is no choice. */
export function denominatorsOf(id: MetricId): Denominator[] {
  const found = DIVISIBLE[id];
  return found ? [found.usual, found.other] : [];
}

/** The metric as it is divided; as usual where the denominator is not one of its own. */
export function measureOf(id: MetricId, per: Denominator | null): Measure {
  const found = DIVISIBLE[id];
  return found && per === found.other ? found.measure : METRIC[id];
}

/** What bounds that are computed are rounded to, so that the legend can say them as they are. */
export const BOUND_STEP: Record<MetricRow['kind'], number> = {
  share: 0.01,
  days: 1,
  score: 0.1,
  rate: 0.1,
  years: 0.1,
  ratio: 0.01,
  mark: 0.01,
};

/** Class of a value, from 0 (good) on. */
export function classOf({ bounds, moreIsBetter }: Scheme, value: number): number {
  const above = bounds.filter((bound) => value >= bound).length;
  return moreIsBetter ? bounds.length - above : above;
}

/** Classes from good to bad with the values that they hold; an open end is null. */
export function classRanges({ bounds, moreIsBetter }: Scheme): { from: number | null; to: number | null }[] {
  const ends = [null, ...bounds, null];
  const ranges = ends.slice(1).map((to, n) => ({ from: ends[n] ?? null, to }));
  return moreIsBetter ? ranges.reverse() : ranges;
}

/** Points that the level gained within the year; null where either end is unknown. */
export function changeOf({ rating }: Comparison): number | null {
  if (!rating || rating.level === null || rating.level_before === null) return null;
  return rating.level - rating.level_before;
}
