// What the signs mean, how many there are, and which of them are shown.

import { useState } from 'preact/hooks';
import type { GroupId } from '../api/wire';
import { groupsInView } from '../app/data';
import { tone } from '../app/theme';
import { camera, change, view } from '../app/view';
import { f, t } from '../app/words';
import { GROUPS } from '../domain/groups';
import { classRanges, type MetricId } from '../domain/metrics';
import { boundWords, classColours, metric } from '../rating/metric';
import { Glyph } from '../ui/Glyph';
import { Icon } from '../ui/Icon';
import { roomy } from './padding';
import { metresPerPx } from './scale';
import { HEAT_FROM } from './style_choice';

/** Standard deviation of the service's kernel, pixels of a 256-pixel tile (src/analytics/density.rs). */
const HEAT_RADIUS_PX = 8;

export function Legend() {
  const [open, setOpen] = useState<boolean | null>(null);
  const shown = open ?? roomy.value;
  const label = shown ? t.value.hideLegend : t.value.showLegend;
  return (
    <section class="legend" aria-label={t.value.legend}>
      <button type="button" class="legend-head" aria-expanded={shown} title={label} onClick={() => setOpen(!shown)}>
        <span>{title()}</span>
        <Icon name={shown ? 'down' : 'up'} />
      </button>
      {shown && <Body />}
    </section>
  );
}

function title(): string {
  const { mode, heat } = view.value;
  if (mode === 'rating') return t.value.metrics[metric.value];
  if (heat) return isFar() && mode === 'objects' ? t.value.metrics.open_per_10k : t.value.heatLegend;
  return mode === 'appeals' ? t.value.legendAppeals : t.value.legendProblems;
}

function isFar(): boolean {
  return (camera.value?.zoom ?? 0) < HEAT_FROM;
}

function Body() {
  const { mode, heat } = view.value;
  if (mode === 'rating') return <Classes id={metric.value} />;
  if (heat && isFar() && mode === 'objects') return <Classes id="open_per_10k" />;
  if (heat) return <Heat />;
  return <Groups />;
}

function Groups() {
  const { hidden } = view.value;
  const toggle = (group: GroupId) => {
    const next = hidden.includes(group) ? hidden.filter((each) => each !== group) : [...hidden, group];
    // With everything switched off there would be nothing to look at.
    change({ hidden: next.length === GROUPS.length ? [] : next });
  };
  return (
    <ul class="legend-rows">
      {GROUPS.map((group) => (
        <li key={group}>
          <button type="button" class="legend-row" aria-pressed={!hidden.includes(group)} onClick={() => toggle(group)}>
            <Glyph group={group} />
            <span>{t.value.groups[group]}</span>
            <b class="legend-count" data-group={group}>
              {groupsInView.value ? f.value.number(groupsInView.value[group]) : ''}
            </b>
          </button>
        </li>
      ))}
      <li class="legend-note">
        <svg class="glyph" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" focusable="false">
          <circle
            cx="7"
            cy="7"
            r="5.5"
            fill="none"
            stroke="currentColor"
            stroke-width="1.3"
            stroke-dasharray="2.6 1.8"
          />
        </svg>
        {t.value.fallbackLegend}
      </li>
    </ul>
  );
}

function Heat() {
  return (
    <div class="legend-heat">
      <div class="heat-ramp" />
      <div class="heat-ends">
        <span>{t.value.heatFew}</span>
        <span>{t.value.heatMany}</span>
      </div>
      {camera.value && !isFar() && (
        <p class="legend-note">{t.value.heatRadius(radius(HEAT_RADIUS_PX * metresPerPx(camera.value)))}</p>
      )}
    </div>
  );
}

/** Two digits say enough of a radius. */
function radius(metres: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(metres)) - 1);
  const rounded = Math.round(metres / step) * step;
  return f.value.distance(rounded / 1000);
}

function Classes({ id }: { id: MetricId }) {
  const colours = classColours(tone.value);
  return (
    <ul class="legend-rows legend-classes">
      {classRanges(id).map(({ from, to }, n) => (
        <li key={colours[n]}>
          <Swatch colour={colours[n] ?? ''} />
          <span>{range(id, from, to)}</span>
          {n === 0 && <em>{t.value.better}</em>}
          {n === colours.length - 1 && <em>{t.value.worse}</em>}
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

function Swatch({ colour }: { colour: string }) {
  return (
    <svg class="swatch" viewBox="0 0 22 14" width="22" height="14" aria-hidden="true" focusable="false">
      <rect width="22" height="14" fill={colour} />
    </svg>
  );
}

function range(id: MetricId, from: number | null, to: number | null): string {
  const words = (value: number) => boundWords(id, value);
  if (from === null) return `< ${words(to ?? 0)}`;
  return to === null ? `≥ ${words(from)}` : `${words(from)} – ${words(to)}`;
}
