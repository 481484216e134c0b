// The numbers by which municipalities are compared: where each comes from, which way is good, and the fixed bounds of the
// five classes that colour the map. Bounds are those of `tiles/metrics.toml`, which the server's tiles have too.

import { leastCases, type MetricRow, metrics } from 'virtual:metrics';
import type { BurdenRow, Rating } from '../api/wire';

export type MetricId = MetricRow['id'];

export const METRICS: readonly MetricId[] = metrics.map(({ id }) => id);

export interface Comparison {
  id: string;
  rating: Rating | null;
  burden: BurdenRow | null;
}

type Source = (row: Comparison) => number | null;

interface Metric {
  of: Source;
  /** Inner bounds between the classes, ascending. */
  bounds: readonly [number, number, number, number];
  moreIsBetter: boolean;
  kind: MetricRow['kind'];
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

export const METRIC = Object.fromEntries<Metric>(
  metrics.map(({ id, bounds, more_is_better, kind }) => [
    id,
    { of: SOURCES[id], bounds, moreIsBetter: more_is_better, kind },
  ]),
) as Record<MetricId, Metric>;

/** Class of a value, 0 (good) … 4 (bad). */
export function classOf(id: MetricId, value: number): number {
  const { bounds, moreIsBetter } = METRIC[id];
  const above = bounds.filter((bound) => value >= bound).length;
  return moreIsBetter ? bounds.length - above : above;
}

/** Classes from good to bad with the values that they hold; an open end is null. */
export function classRanges(id: MetricId): { from: number | null; to: number | null }[] {
  const { bounds, moreIsBetter } = METRIC[id];
  const ends = [null, ...bounds, null];
  const ranges = bounds.map((_, n) => ({ from: ends[n] ?? null, to: ends[n + 1] ?? null }));
  ranges.push({ from: bounds[bounds.length - 1] ?? null, to: null });
  return moreIsBetter ? ranges.reverse() : ranges;
}

/** Points that the level gained within the year; null where either end is unknown. */
export function changeOf({ rating }: Comparison): number | null {
  if (!rating || rating.level === null || rating.level_before === null) return null;
  return rating.level - rating.level_before;
}
