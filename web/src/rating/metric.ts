// The metric that colours the map, how its values fall into classes, and how they are written and coloured.

import { computed } from '@preact/signals';
import { comparisons, openPer10k } from '../app/data';
import { tone } from '../app/theme';
import { view } from '../app/view';
import { f, t } from '../app/words';
import { boundsBy } from '../domain/classes';
import { BOUND_STEP, classOf, METRIC, type MetricId, measureOf, type Scheme } from '../domain/metrics';
import { classColours } from '../map/class_colours';
import type { Colouring } from '../map/style_choice';

export const metric = computed<MetricId>(() => view.value.metric ?? 'score');
export const measure = computed(() => measureOf(metric.value, view.value.per));

/** Whether the metric is divided by something else than usual. */
const otherwise = computed(() => measure.value !== METRIC[metric.value]);
export const metricName = computed(() => (otherwise.value ? t.value.metricsOtherwise : t.value.metrics)[metric.value]);
export const metricNote = computed(() => (otherwise.value ? '' : t.value.metricNotes[metric.value]));

/** The value of each municipality that has one. */
export const metricValues = computed<ReadonlyMap<string, number>>(() => {
  const { of } = measure.value;
  const known = comparisons.value.flatMap((row) => {
    const value = of(row);
    return value === null ? [] : [[row.id, value] as const];
  });
  return new Map(known);
});

/** Classes as the reader wants them: the fixed ones, or such as the values themselves suggest. */
export const scheme = computed<Scheme>(() => {
  const [{ method, classes }, { bounds, moreIsBetter, kind }] = [view.value, measure.value];
  if (method === 'fixed') return { bounds, moreIsBetter, kind };
  const computedBounds = boundsBy(method, [...metricValues.value.values()], classes, BOUND_STEP[kind]);
  return { bounds: computedBounds, moreIsBetter, kind };
});

export function metricWords({ kind }: Pick<Scheme, 'kind'>, value: number): string {
  return words(kind, value, kind === 'ratio' || kind === 'mark' ? f.value.hundredths : f.value.tenths);
}

/** A bound between classes: bounds are round numbers. */
export function boundWords({ kind }: Pick<Scheme, 'kind'>, value: number): string {
  return words(kind, value, f.value.short);
}

function words(kind: Scheme['kind'], value: number, decimals: (value: number) => string): string {
  switch (kind) {
    case 'share':
      return f.value.percent(value);
    case 'days':
      return f.value.number(Math.round(value));
    case 'score':
    case 'rate':
    case 'years':
    case 'ratio':
    case 'mark':
      return decimals(value);
  }
}

function coloured(by: Scheme, values: ReadonlyMap<string, number>): Colouring {
  const colours = classColours(tone.value, by.bounds.length + 1);
  const fill = (value: number) => ({ colour: colours[classOf(by, value)] ?? '', label: metricWords(by, value) });
  return new Map([...values].map(([municipality, value]) => [municipality, fill(value)]));
}

/** Municipalities by the chosen metric. */
export const comparisonColours = computed<Colouring>(() => coloured(scheme.value, metricValues.value));

/** Municipalities by open objects per 10,000 residents under the present conditions: what density becomes from far away. */
export const burdenColours = computed<Colouring>(() => coloured(METRIC.open_per_10k, openPer10k.value));
