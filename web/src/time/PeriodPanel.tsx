// The period of registration, and the day whose state is looked at. Folded until somebody wants it.

import { computed } from '@preact/signals';
import { useId } from 'preact/hooks';
import { axis, choosingPeriod } from '../app/data';
import { dayOf } from '../app/url';
import { change, view } from '../app/view';
import { t, today } from '../app/words';
import { AXES } from '../domain/period';
import { Icon } from '../ui/Icon';
import { PeriodSlider } from './PeriodSlider';

const timed = computed(() => {
  const { from, to, dueFrom, dueTo, at } = view.value;
  return [from, to, dueFrom, dueTo, at].some((day) => day !== null);
});

function toggle(): void {
  choosingPeriod.value = !choosingPeriod.value;
}

export function PeriodSwitch() {
  return (
    <button
      type="button"
      class="map-switch period-switch"
      aria-expanded={choosingPeriod.value}
      data-chosen={timed.value}
      onClick={toggle}
    >
      {t.value.period}
    </button>
  );
}

/** The same where there is no room for the word. */
export function PeriodControl() {
  return (
    <button
      type="button"
      class="control"
      aria-label={t.value.period}
      title={t.value.period}
      aria-expanded={choosingPeriod.value}
      data-chosen={timed.value}
      onClick={toggle}
    >
      <Icon name="time" />
    </button>
  );
}

export function PeriodPanel() {
  if (!choosingPeriod.value || view.value.mode === 'rating') return null;
  const { from, to, dueFrom, dueTo, at } = view.value;
  const due = axis.value === 'due';
  return (
    <section class="period" aria-label={t.value.period}>
      <button
        type="button"
        class="icon-button period-close"
        aria-label={t.value.closePeriod}
        title={t.value.closePeriod}
        onClick={() => {
          choosingPeriod.value = false;
        }}
      >
        <Icon name="close" />
      </button>
      <AxisSwitch />
      <PeriodSlider />
      <div class="period-days">
        {due ? (
          <>
            <Day label={t.value.dueFrom} value={dueFrom} max={dueTo} choose={(day) => change({ dueFrom: day })} />
            <Day label={t.value.dueTo} value={dueTo} min={dueFrom} choose={(day) => change({ dueTo: day })} />
          </>
        ) : (
          <>
            <Day label={t.value.registeredFrom} value={from} max={to} choose={(day) => change({ from: day })} />
            <Day label={t.value.registeredTo} value={to} min={from} choose={(day) => change({ to: day })} />
          </>
        )}
        <Day label={t.value.asOfDay} value={at} max={today.value} choose={(day) => change({ at: day })} />
      </div>
    </section>
  );
}

function AxisSwitch() {
  return (
    <fieldset class="segments period-axis">
      <legend class="sr-only">{t.value.axis}</legend>
      {AXES.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={axis.value === each}
          onClick={() => {
            axis.value = each;
          }}
        >
          {t.value.axes[each]}
        </button>
      ))}
    </fieldset>
  );
}

function Day({
  label,
  value,
  min = null,
  max = null,
  choose,
}: {
  label: string;
  value: string | null;
  min?: string | null;
  max?: string | null;
  choose: (day: string | null) => void;
}) {
  const field = useId();
  return (
    <div class="day">
      <label for={field}>{label}</label>
      <input
        id={field}
        class="field"
        type="date"
        value={value ?? ''}
        min={min ?? undefined}
        max={max ?? undefined}
        onChange={(event) => {
          const input = event.currentTarget;
          // A day outside of what is possible stays in its field, marked by the browser, and is no condition.
          if (input.value === '' || (input.validity.valid && dayOf(input.value))) choose(input.value || null);
        }}
      />
    </div>
  );
}
