// What the metric is divided by, and how its values fall into classes: choices, and a picture of what they do.

import { tone } from '../app/theme';
import { change, view } from '../app/view';
import { f, t } from '../app/words';
import { CLASS_COUNTS, histogram, METHODS, type Method } from '../domain/classes';
import { type Denominator, denominatorsOf } from '../domain/metrics';
import { classColours } from '../map/class_colours';
import { wide } from '../map/padding';
import { boundWords, metric, metricValues, metricWords, scheme } from './metric';

export function ClassChoice() {
  const { method, classes, per } = view.value;
  const denominators = denominatorsOf(metric.value);
  const divide = (wanted: Denominator) => change({ per: wanted === denominators[0] ? null : wanted });
  return (
    // On a narrow screen the table comes first.
    <details class="class-details" open={wide.value}>
      <summary>{t.value.classesOnMap}</summary>
      <div class="class-choice">
        {denominators.length > 0 && (
          <Choice
            name="per"
            label={t.value.per}
            value={per ?? denominators[0] ?? ''}
            options={denominators.map((each) => [each, t.value.denominators[each]])}
            choose={(each) => divide(each as Denominator)}
          />
        )}
        <Choice
          name="method"
          label={t.value.method}
          value={method}
          options={METHODS.map((each) => [each, t.value.methods[each]])}
          choose={(each) => change({ method: each as Method })}
        />
        {method !== 'fixed' && (
          <Choice
            name="count"
            label={t.value.classCount}
            value={String(classes)}
            options={CLASS_COUNTS.map((each) => [String(each), f.value.number(each)])}
            choose={(each) => change({ classes: Number(each) })}
          />
        )}
        <Histogram />
      </div>
    </details>
  );
}

function Choice({
  name,
  label,
  value,
  options,
  choose,
}: {
  name: string;
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  choose: (value: string) => void;
}) {
  return (
    <label class={`select ${name}-select`}>
      <span class="select-label">{label}</span>
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

const BINS = 24;
const WIDTH = 240;
const BARS_PX = 40;
const STRIP_PX = 8;

/** How many municipalities have which value, and where the classes part. */
function Histogram() {
  const [values, by] = [[...metricValues.value.values()], scheme.value];
  if (values.length === 0) return null;
  const [from, to] = [Math.min(...values, ...by.bounds), Math.max(...values, ...by.bounds)];
  const counts = histogram(values, from, to, BINS);
  const most = Math.max(...counts);
  const x = (value: number) => (to > from ? ((value - from) / (to - from)) * WIDTH : 0);
  const ends = [from, ...by.bounds, to];
  const colours = classColours(tone.value, by.bounds.length + 1);
  const colour = (n: number) => colours[by.moreIsBetter ? colours.length - 1 - n : n];
  const bounds = by.bounds.map((bound) => boundWords(by, bound)).join('; ');
  return (
    <figure class="class-histogram">
      <svg
        viewBox={`0 0 ${WIDTH} ${BARS_PX + STRIP_PX}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t.value.histogram(
          metricWords(by, Math.min(...values)),
          metricWords(by, Math.max(...values)),
          bounds,
        )}
      >
        {counts.map((count, n) => {
          const [left, height] = [(n / BINS) * WIDTH, (count / most) * (BARS_PX - 2)];
          return <rect key={n} class="bar" x={left} y={BARS_PX - height} width={WIDTH / BINS - 1} height={height} />;
        })}
        {ends.slice(1).map((end, n) => {
          const left = x(ends[n] ?? from);
          return <rect key={end} x={left} y={BARS_PX} width={x(end) - left} height={STRIP_PX} fill={colour(n)} />;
        })}
        {by.bounds.map((bound) => (
          <line
            key={bound}
            class="bound"
            data-bound={bound}
            x1={x(bound)}
            x2={x(bound)}
            y1="0"
            y2={BARS_PX + STRIP_PX}
          />
        ))}
      </svg>
      <figcaption aria-hidden="true">
        <span>{metricWords(by, from)}</span>
        <span>{metricWords(by, to)}</span>
      </figcaption>
    </figure>
  );
}
