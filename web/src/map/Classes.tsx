// Rows of a legend of classes: a colour and the values that it stands for.

import { tone } from '../app/theme';
import { t } from '../app/words';
import { classRanges, type Scheme } from '../domain/metrics';
import { boundWords } from '../rating/metric';
import { classColours } from './class_colours';

export function Classes({ scheme }: { scheme: Scheme }) {
  const ranges = classRanges(scheme);
  const colours = classColours(tone.value, ranges.length);
  return (
    <ul class="legend-rows legend-classes">
      {ranges.map(({ from, to }, n) => (
        <li key={colours[n]} data-from={from} data-to={to}>
          <Swatch colour={colours[n] ?? ''} />
          <span>{range(scheme, from, to)}</span>
          {n === 0 && ranges.length > 1 && <em>{t.value.better}</em>}
          {n === ranges.length - 1 && ranges.length > 1 && <em>{t.value.worse}</em>}
        </li>
      ))}
      <li>
        <svg class="swatch" viewBox="0 0 22 14" width="22" height="14" aria-hidden="true" focusable="false">
          <path d="M0 6 6 0M0 14 14 0M8 14 22 0M16 14l6-6" stroke="currentColor" stroke-width="1" opacity="0.6" />
        </svg>
        <span>{t.value.noData}</span>
      </li>
    </ul>
  );
}

export function Swatch({ colour }: { colour: string }) {
  return (
    <svg class="swatch" viewBox="0 0 22 14" width="22" height="14" aria-hidden="true" focusable="false">
      <rect width="22" height="14" fill={colour} />
    </svg>
  );
}

function range(scheme: Scheme, from: number | null, to: number | null): string {
  const words = (value: number) => boundWords(scheme, value);
  if (from === null && to === null) return t.value.allEqual;
  if (from === null) return `< ${words(to ?? 0)}`;
  return to === null ? `≥ ${words(from)}` : `${words(from)} – ${words(to)}`;
}
