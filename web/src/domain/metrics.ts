// The numbers by which municipalities are compared: where each comes from, which way is good, and the fixed bounds of the
// five classes that colour the map. Fixed bounds keep a colour meaning the same from week to week.

import type { BurdenRow, Rating } from '../api/wire';

export const METRICS = [
  'score',
  'on_time_share',
  'pace',
  'overdue_share',
  'reopened_share',
  'answered_share',
  'marks',
  'extended_share',
  'median_days',
  'open_per_10k',
  'years_to_clear',
] as const;
export type MetricId = (typeof METRICS)[number];

export interface Comparison {
  id: string;
  rating: Rating | null;
  burden: BurdenRow | null;
}

interface Metric {
  of(row: Comparison): number | null;
  /** Inner bounds between the classes, ascending. */
  bounds: readonly [number, number, number, number];
  moreIsBetter: boolean;
  kind: 'score' | 'share' | 'days' | 'rate' | 'years' | 'ratio' | 'mark';
}

/** Fewer cases than this say nothing: the rating's own bound for "insufficient". */
const LEAST_CASES = 5;

function indicator(id: string): (row: Comparison) => number | null {
  return ({ rating }) => {
    const found = rating?.indicators.find((row) => row.id === id);
    return found && found.n >= LEAST_CASES ? found.raw : null;
  };
}

export const METRIC: Record<MetricId, Metric> = {
  score: { of: ({ rating }) => rating?.score ?? null, bounds: [40, 48, 55, 65], moreIsBetter: true, kind: 'score' },
  on_time_share: { of: indicator('on_time_share'), bounds: [0.2, 0.4, 0.6, 0.8], moreIsBetter: true, kind: 'share' },
  pace: { of: indicator('pace'), bounds: [0.5, 0.75, 1, 1.25], moreIsBetter: true, kind: 'ratio' },
  overdue_share: {
    of: indicator('overdue_share'),
    bounds: [0.2, 0.35, 0.45, 0.55],
    moreIsBetter: false,
    kind: 'share',
  },
  reopened_share: {
    of: indicator('reopened_share'),
    bounds: [0.02, 0.05, 0.1, 0.2],
    moreIsBetter: false,
    kind: 'share',
  },
  answered_share: {
    of: indicator('answered_share'),
    bounds: [0.7, 0.8, 0.85, 0.95],
    moreIsBetter: true,
    kind: 'share',
  },
  marks: { of: indicator('marks'), bounds: [2.5, 3, 3.5, 4], moreIsBetter: true, kind: 'mark' },
  extended_share: {
    of: indicator('extended_share'),
    bounds: [0.05, 0.1, 0.15, 0.25],
    moreIsBetter: false,
    kind: 'share',
  },
  median_days: { of: indicator('median_days'), bounds: [730, 1460, 2190, 2920], moreIsBetter: false, kind: 'days' },
  open_per_10k: {
    of: ({ burden }) => burden?.open_per_10k ?? null,
    bounds: [40, 60, 80, 120],
    moreIsBetter: false,
    kind: 'rate',
  },
  years_to_clear: {
    of: ({ burden }) => burden?.years_to_clear ?? null,
    bounds: [5, 7, 10, 15],
    moreIsBetter: false,
    kind: 'years',
  },
};

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
