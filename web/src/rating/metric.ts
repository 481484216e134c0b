// The metric that colours the map, and how its values are written and coloured.

import { computed } from '@preact/signals';
import { comparisons, openPer10k } from '../app/data';
import { tone } from '../app/theme';
import { view } from '../app/view';
import { f } from '../app/words';
import { classOf, METRIC, type MetricId } from '../domain/metrics';
import { classColours } from '../map/class_colours';
import type { Colouring } from '../map/style_choice';

export const metric = computed<MetricId>(() => view.value.metric ?? 'score');

export function metricWords(id: MetricId, value: number): string {
  return words(
    id,
    value,
    METRIC[id].kind === 'ratio' || METRIC[id].kind === 'mark' ? f.value.hundredths : f.value.tenths,
  );
}

/** A bound between classes: bounds are round numbers. */
export function boundWords(id: MetricId, value: number): string {
  return words(id, value, f.value.short);
}

function words(id: MetricId, value: number, decimals: (value: number) => string): string {
  switch (METRIC[id].kind) {
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

function coloured(id: MetricId, values: ReadonlyMap<string, number>): Colouring {
  const colours = classColours(tone.value);
  const fill = (value: number) => ({ colour: colours[classOf(id, value)] ?? '', label: metricWords(id, value) });
  return new Map([...values].map(([municipality, value]) => [municipality, fill(value)]));
}

/** Municipalities by the chosen metric. */
export const comparisonColours = computed<Colouring>(() => {
  const of = METRIC[metric.value].of;
  const known = comparisons.value.flatMap((row) => {
    const value = of(row);
    return value === null ? [] : [[row.id, value] as const];
  });
  return coloured(metric.value, new Map(known));
});

/** Municipalities by open objects per 10,000 residents under the present conditions: what density becomes from far away. */
export const burdenColours = computed<Colouring>(() => coloured('open_per_10k', openPer10k.value));
