// How much was registered, or is due, in each month, with two thumbs for the first and the last day.

import { useLayoutEffect, useState } from 'preact/hooks';
import { axis, byMonth } from '../app/data';
import { adjust, change, view } from '../app/view';
import { f, t, today } from '../app/words';
import {
  dayAt,
  daysBetween,
  type MonthCount,
  monthsOf,
  type Period,
  periodOf,
  placeOf,
  type Scale,
  scaleOf,
  shiftMonths,
  thumbsOf,
} from '../domain/period';
import { Icon } from '../ui/Icon';

const HEIGHT = 40;
const YEAR_MONTHS = 12;
/** Long enough for the map to be drawn and looked at. */
const STEP_MS = 1_500;

export function PeriodSlider() {
  // While a thumb is being dragged, the period follows when it is let go.
  const [dragged, setDragged] = useState<[number, number] | null>(null);
  const groups = byMonth.value.data?.groups;
  if (!groups) return null;
  const due = axis.value === 'due';
  const now = today.value.slice(0, 7);
  const counted = groups.map(({ month, month_due, count }) => [due ? month_due : month, count] as const);
  const months = monthsOf(new Map(counted.flatMap(([month, count]) => (month ? [[month, count]] : []))), now);
  const scale = scaleOf(months);
  if (!scale || months.length < 2) return null;
  const last = daysBetween(scale.first, scale.last);
  const { from, to, dueFrom, dueTo } = view.value;
  const period = due ? { from: dueFrom, to: dueTo } : { from, to };
  const [start, end] = dragged ?? thumbsOf(period, scale);
  const whole = period.from === null && period.to === null;
  const put = (next: Period, how: typeof adjust) => how(due ? { dueFrom: next.from, dueTo: next.to } : next);
  const set = (thumbs: [number, number]) => {
    setDragged(null);
    put(periodOf(...thumbs, scale), adjust);
  };
  const within = (n: number, least: number, most: number) => Math.max(least, Math.min(most, n));
  /** A month earlier or later; at an end of the scale the period stays whole. */
  const shift = (by: 1 | -1) => {
    const [one, other] = [start, end].map((place) => shiftMonths(dayAt(scale, place), by)) as [string, string];
    if (one >= scale.first && other <= scale.last) set([placeOf(scale, one), placeOf(scale, other)]);
    else if (by < 0) set([0, end - start]);
    else set([last - (end - start), last]);
  };
  const monthBy = (place: number, by: 1 | -1) => placeOf(scale, shiftMonths(dayAt(scale, place), by));
  return (
    <div class="period-slider">
      <Step icon="left" label={t.value.monthEarlier} off={whole || start === 0} press={() => shift(-1)} />
      <div class="period-scale">
        <Bars months={months} scale={scale} start={start} end={end} now={due ? now : null} />
        <Thumb
          label={t.value.periodStart}
          scale={scale}
          value={start}
          page={(by) => set([within(monthBy(start, by), 0, end), end])}
          drag={(n) => setDragged([within(n, 0, end), end])}
          drop={(n) => set([within(n, 0, end), end])}
        />
        <Thumb
          label={t.value.periodEnd}
          scale={scale}
          value={end}
          page={(by) => set([start, within(monthBy(end, by), start, last)])}
          drag={(n) => setDragged([start, within(n, start, last)])}
          drop={(n) => set([start, within(n, start, last)])}
        />
      </div>
      <Step icon="right" label={t.value.monthLater} off={whole || end === last} press={() => shift(1)} />
      <p class="period-words">
        {dayWords(scale, start)} — {dayWords(scale, end)}
        {!whole && (
          <button type="button" class="link-button" onClick={() => put({ from: null, to: null }, change)}>
            {t.value.wholePeriod}
          </button>
        )}
        <Playback
          step={() => {
            // From the whole time a year is taken, and from the end the beginning again.
            const year = daysBetween(scale.first, shiftMonths(scale.first, YEAR_MONTHS)) - 1;
            if (whole) set([0, Math.min(year, last)]);
            else if (end === last) set([0, end - start]);
            else shift(1);
          }}
          ended={!whole && end === last}
        />
      </p>
    </div>
  );
}

/** Month after month by itself, until the end or until it is stopped; not for whoever wants nothing to move by itself. */
function Playback({ step, ended }: { step: () => void; ended: boolean }) {
  const [playing, setPlaying] = useState(false);
  // Of the layout, or a step that falls between the press and the next frame would still be taken.
  useLayoutEffect(() => {
    if (!playing) return undefined;
    if (ended) {
      setPlaying(false);
      return undefined;
    }
    const timer = window.setTimeout(step, STEP_MS);
    return () => clearTimeout(timer);
  });
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return null;
  const begin = () => {
    if (!playing) step();
    setPlaying(!playing);
  };
  return (
    <button type="button" class="link-button playback" onClick={begin}>
      {playing ? t.value.pause : t.value.play}
    </button>
  );
}

function dayWords(scale: Scale, place: number): string {
  return f.value.day(dayAt(scale, place));
}

function Step({ icon, label, off, press }: { icon: 'left' | 'right'; label: string; off: boolean; press: () => void }) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} disabled={off} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}

/** Arrows move it by a day, the keys of pages by a month, Home and End to the ends. */
function Thumb({
  label,
  scale,
  value,
  page,
  drag,
  drop,
}: {
  label: string;
  scale: Scale;
  value: number;
  page: (by: 1 | -1) => void;
  drag: (n: number) => void;
  drop: (n: number) => void;
}) {
  return (
    <input
      type="range"
      class="period-thumb"
      aria-label={label}
      aria-valuetext={dayWords(scale, value)}
      min={0}
      max={daysBetween(scale.first, scale.last)}
      value={value}
      onKeyDown={(event) => {
        if (event.key !== 'PageUp' && event.key !== 'PageDown') return;
        event.preventDefault();
        page(event.key === 'PageUp' ? 1 : -1);
      }}
      onInput={(event) => {
        drag(Number(event.currentTarget.value));
      }}
      onChange={(event) => {
        drop(Number(event.currentTarget.value));
      }}
    />
  );
}

/** Heights grow with the root, or the many months with few would not be seen. */
function Bars({
  months,
  scale,
  start,
  end,
  now,
}: {
  months: readonly MonthCount[];
  scale: Scale;
  start: number;
  end: number;
  /** The month that stands between what was and what will be. */
  now: string | null;
}) {
  const most = Math.max(1, ...months.map(({ count }) => count));
  return (
    <svg
      class="period-bars"
      viewBox={`0 0 ${daysBetween(scale.first, scale.last) + 1} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {months.map(({ month, count }) => {
        const height = Math.sqrt(count / most) * HEIGHT;
        const first = daysBetween(scale.first, `${month}-01`);
        const days = daysBetween(`${month}-01`, shiftMonths(`${month}-01`, 1));
        const chosen = first <= end && first + days > start;
        return (
          <rect
            key={month}
            data-chosen={chosen}
            data-now={month === now}
            x={first + 0.1 * days}
            y={HEIGHT - height}
            width={0.8 * days}
            height={height}
          />
        );
      })}
    </svg>
  );
}
