// Objects or appeals, as symbols or as density, of which time.

import { density, tooFarForDensity } from '../app/data';
import { change, view } from '../app/view';
import { t } from '../app/words';
import { PeriodSwitch } from '../time/PeriodPanel';
import { wide } from './padding';

export function ModeSwitch() {
  const { mode } = view.value;
  if (mode === 'rating') return null;
  const dense = density.value !== null;
  return (
    <div class="mode-bar">
      <fieldset class="mode-switch">
        <legend class="sr-only">{t.value.mode}</legend>
        {(['objects', 'appeals'] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={mode === each}
            onClick={() => mode !== each && change({ mode: each, object: null, statuses: [], responsible: null })}
          >
            {each === 'objects' ? t.value.problemsMode : t.value.appealsMode}
          </button>
        ))}
      </fieldset>
      <button
        type="button"
        class="map-switch heat-switch"
        aria-pressed={dense}
        onClick={() => change({ density: dense ? null : 'field' })}
      >
        {t.value.heat}
      </button>
      {wide.value && <PeriodSwitch />}
      {dense && tooFarForDensity.value && (
        <p class="map-hint">{mode === 'objects' ? t.value.heatFarHint : t.value.heatFarAppeals}</p>
      )}
    </div>
  );
}
