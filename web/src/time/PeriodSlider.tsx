// How much was registered, or is due, in each month, with two thumbs for the first and the last one.

import { useEffect, useState } from 'preact/hooks';
import { axis, byMonth } from '../app/data';
import { adjust, change, view } from '../app/view';
import { f, t, today } from '../app/words';
import { type MonthCount, monthsOf, type Period, periodOf, thumbsOf } from '../domain/period';
import { Icon } from '../ui/Icon';

const HEIGHT = 40;
const YEAR_MONTHS = 11;
/** Long enough for the map to be drawn and looked at. */
const STEP_MS = 1_500;

export function PeriodSlider() {
  // While a thumb is being dragged, the period follows when it is let go.
  const [dragged, setDragged] = useState<[number, number] | null>(null);
  const groups = byMonth.state.value.data?.groups;
  if (!groups) return null;
  const due = axis.value === 'due';
  const now = today.value.slice(0, 7);
  const counted = groups.map(({ month, month_due, count }) => [due ? month_due : month, count] as const);
  const months = monthsOf(new Map(counted.flatMap(([month, count]) => (month ? [[month, count]] : []))), now);
  if (months.length < 2) return null;
  const last = months.length - 1;
  const { from, to, dueFrom, dueTo } = view.value;
  const period = due ? { from: dueFrom, to: dueTo } : { from, to };
  const [start, end] = dragged ?? thumbsOf(period, months);
  const whole = period.from === null && period.to === null;
  const put = (next: Period, how: typeof adjust) => how(due ? { dueFrom: next.from, dueTo: next.to } : next);
  const set = (thumbs: [number, number]) => {
    setDragged(null);
    put(periodOf(...thumbs, months), adjust);
  };
  const within = (n: number, least: number, most: number) => Math.max(least, Math.min(most, n));
  const shift = (by: 1 | -1) => {
    const step = within(by, -start, last - end);
    set([start + step, end + step]);
  };
  return (
    <div class="period-slider">
      <Step icon="left" label={t.value.monthEarlier} off={whole || start === 0} press={() => shift(-1)} />
      <div class="period-scale">
        <Bars months={months} start={start} end={end} now={due ? now : null} />
        <Thumb
          label={t.value.periodStart}
          months={months}
          value={start}
          drag={(n) => setDragged([within(n, 0, end), end])}
          drop={(n) => set([within(n, 0, end), end])}
        />
        <Thumb
          label={t.value.periodEnd}
          months={months}
          value={end}
          drag={(n) => setDragged([start, within(n, start, last)])}
          drop={(n) => set([start, within(n, start, last)])}
        />
      </div>
      <Step icon="right" label={t.value.monthLater} off={whole || end === last} press={() => shift(1)} />
      <p class="period-words">
        {monthWords(months, start)} — {monthWords(months, end)}
        {!whole && (
          <button type="button" class="link-button" onClick={() => put({ from: null, to: null }, change)}>
            {t.value.wholePeriod}
          </button>
        )}
        <Playback
          step={() => {
            // From the whole time a year is taken, and from the end the beginning again.
            const width = whole ? Math.min(YEAR_MONTHS, last) : end - start;
            set(whole || end === last ? [0, width] : [start + 1, end + 1]);
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
  useEffect(() => {
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

function monthWords(months: readonly MonthCount[], n: number): string {
  const month = months[n]?.month;
  return month ? f.value.month(month) : '';
}

function Step({ icon, label, off, press }: { icon: 'left' | 'right'; label: string; off: boolean; press: () => void }) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} disabled={off} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}

function Thumb({
  label,
  months,
  value,
  drag,
  drop,
}: {
  label: string;
  months: readonly MonthCount[];
  value: number;
  drag: (n: number) => void;
  drop: (n: number) => void;
}) {
  return (
    <input
      type="range"
      class="period-thumb"
      aria-label={label}
      aria-valuetext={monthWords(months, value)}
      min={0}
      max={months.length - 1}
      value={value}
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
  start,
  end,
  now,
}: {
  months: readonly MonthCount[];
  start: number;
  end: number;
  /** The month that stands between what was and what will be. */
  now: string | null;
}) {
  const most = Math.max(1, ...months.map(({ count }) => count));
  return (
    <svg
      class="period-bars"
      viewBox={`0 0 ${months.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {months.map(({ month, count }, n) => {
        const height = Math.sqrt(count / most) * HEIGHT;
        const chosen = n >= start && n <= end;
        return (
          <rect
            key={month}
            data-chosen={chosen}
            data-now={month === now}
            x={n + 0.1}
            y={HEIGHT - height}
            width={0.8}
            height={height}
          />
        );
      })}
    </svg>
  );
}
