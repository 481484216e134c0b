// What density shows, and the choices of it: its form, what a record weighs, the period that it is compared with.

import { palette } from 'virtual:palette';
import type { HeatLegend } from '../api/wire';
import { density, heatLegend, tooFarForDensity } from '../app/data';
import { tone } from '../app/theme';
import { camera, change, view } from '../app/view';
import { f, t, today } from '../app/words';
import {
  type Density,
  EARLIER,
  type Earlier,
  FORMS,
  HEX_BOUNDS,
  inUnit,
  legendUnit,
  pictureZoom,
  type Weight,
  weightsOf,
  yearTo,
} from '../domain/density';
import { METRIC } from '../domain/metrics';
import { Classes, Swatch } from './Classes';
import { classColours } from './class_colours';

export function DensityLegend({ shown }: { shown: Density }) {
  return (
    <div class="legend-density">
      {view.value.mode === 'objects' && <FormSwitch shown={shown} />}
      {!isFarRate() && <WeightSelect shown={shown} />}
      {shown.form === 'hexes' ? (
        <Hexes weight={shown.weight} />
      ) : isFarRate() ? (
        <Classes scheme={METRIC.open_per_10k} />
      ) : (
        <Field />
      )}
      {shown.form === 'field' && <VersusSelect shown={shown} />}
    </div>
  );
}

export function densityTitle({ form, versus }: Density): string {
  if (isFarRate()) return t.value.metrics.open_per_10k;
  if (versus) return t.value.differenceLegend;
  return form === 'hexes' ? t.value.hexLegend : t.value.heatLegend;
}

/** From afar objects are told by residents. */
function isFarRate(): boolean {
  return tooFarForDensity.value && view.value.mode === 'objects';
}

function FormSwitch({ shown }: { shown: Density }) {
  return (
    <fieldset class="segments">
      <legend class="sr-only">{t.value.densityForm}</legend>
      {FORMS.map((form) => (
        <button key={form} type="button" aria-pressed={form === shown.form} onClick={() => change({ density: form })}>
          {t.value.densityForms[form]}
        </button>
      ))}
    </fieldset>
  );
}

function WeightSelect({ shown }: { shown: Density }) {
  const { mode } = view.value;
  if (mode === 'rating') return null;
  const names = { ...t.value.weights, count: mode === 'appeals' ? t.value.allAppeals : t.value.allProblems };
  return (
    <label class="select">
      <span class="select-label">{t.value.weight}</span>
      <select
        class="weight-select"
        value={shown.weight}
        onChange={(event) => change({ weight: event.currentTarget.value as Weight })}
      >
        {weightsOf(mode, shown.form).map((weight) => (
          <option key={weight} value={weight}>
            {names[weight]}
          </option>
        ))}
      </select>
    </label>
  );
}

function VersusSelect({ shown }: { shown: Density }) {
  const choose = (versus: Earlier | null) => {
    const { at, from, to } = view.value;
    const last = to ?? at ?? today.value;
    // There is nothing to compare without a period: the year that ends now.
    change(versus ? { versus, to: last, from: from ?? yearTo(last) } : { versus });
  };
  return (
    <label class="select">
      <span class="select-label">{t.value.versus}</span>
      <select
        class="versus-select"
        value={shown.versus ? (view.value.versus ?? '') : ''}
        onChange={(event) => choose((event.currentTarget.value || null) as Earlier | null)}
      >
        <option value="">{t.value.versusNothing}</option>
        {EARLIER.map((which) => (
          <option key={which} value={which}>
            {t.value.versusPeriods[which]}
          </option>
        ))}
      </select>
    </label>
  );
}

function Field() {
  const [shown, legend] = [density.value, heatLegend.state.value.data];
  const zoom = legend && camera.value ? zoomOf(legend, pictureZoom(camera.value.zoom)) : null;
  if (!shown || !zoom) return <p class="legend-note">{tooFarForDensity.value ? '' : t.value.loadingLegend}</p>;
  const stops = shown.versus ? palette.difference : palette.heat;
  const places = stops.map(({ at }) => (shown.versus ? (at + 1) / 2 : at));
  const unit = legendUnit(Math.max(...zoom.stops.map(({ value }) => Math.abs(value))));
  const words = shown.versus ? f.value.signedDigits : f.value.digits;
  const power = unit.power === 0 ? '' : t.value.powers[unit.power];
  return (
    <>
      {shown.versus && (
        <div class="heat-ends">
          <span>{t.value.fewerNow}</span>
          <span>{t.value.moreNow}</span>
        </div>
      )}
      <div class="heat-ramp" data-difference={shown.versus !== null} />
      <ol class="heat-values" aria-label={t.value.legend}>
        {zoom.stops.map(({ value }, n) => (
          <li key={places[n]} style={{ left: `${(places[n] ?? 0) * 100}%` }}>
            <data value={value}>{words(inUnit(value, unit))}</data>
          </li>
        ))}
      </ol>
      <p class="legend-note heat-unit">
        {[power, t.value.perArea(what(shown.weight), unit.area === 1 ? '' : f.value.number(unit.area))]
          .filter(Boolean)
          .join(' ')}
        {shown.versus && ` ${t.value.perYear}`}
      </p>
      {shown.versus && (
        <p class="legend-note">
          {t.value.comparedWith(f.value.shortDay(shown.versus.from), f.value.shortDay(shown.versus.to))}
        </p>
      )}
      <p class="legend-note">{t.value.heatRadius(radius(zoom.bandwidth_m))}</p>
    </>
  );
}

function what(weight: Weight): string {
  const records = t.value.densityOf[view.value.mode === 'appeals' ? 'appeals' : 'objects'];
  if (weight === 'per_resident') return t.value.perResidents(records);
  return weight === 'count' ? records : t.value.densityOf[weight];
}

/** The legend of a zoom, or of the nearest to it that there is one for. */
function zoomOf({ zooms }: HeatLegend, wanted: number): HeatLegend['zooms'][number] | null {
  const [first, last] = [zooms[0], zooms.at(-1)];
  if (!first || !last) return null;
  return zooms.find(({ z }) => z === wanted) ?? (wanted < first.z ? first : last);
}

/** Two digits say enough of a radius. */
function radius(metres: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(metres)) - 1);
  return f.value.distance((Math.round(metres / step) * step) / 1000);
}

function Hexes({ weight }: { weight: Weight }) {
  const [colours, bounds] = [classColours(tone.value), HEX_BOUNDS[weight] ?? []];
  const whole = weight !== 'per_resident';
  const words = (n: number) => {
    const [from, to] = [bounds[n - 1], bounds[n]];
    if (to === undefined) return `≥ ${f.value.number(from ?? 0)}`;
    if (whole) return `${f.value.number(from ?? 1)} – ${f.value.number(to - 1)}`;
    return from === undefined ? `< ${f.value.number(to)}` : `${f.value.number(from)} – ${f.value.number(to)}`;
  };
  return (
    <>
      <ul class="legend-rows legend-classes">
        {colours.map((colour, n) => (
          <li key={colour}>
            <Swatch colour={colour} />
            <span>{words(n)}</span>
          </li>
        ))}
      </ul>
      <p class="legend-note">{t.value.hexUnits[weight]}</p>
    </>
  );
}
