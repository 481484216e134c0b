// The map with everything that floats over it.

import { useEffect, useRef, useState } from 'preact/hooks';
import { told } from '../app/actions';
import { paragraph, region } from '../app/data';
import { shows } from '../app/embedded';
import { toldInList } from '../app/summary';
import { t } from '../app/words';
import { EmptySea } from '../panel/Empty';
import { PeriodPanel } from '../time/PeriodPanel';
import { Icon } from '../ui/Icon';
import { Attribution } from './Attribution';
import { Controls } from './Controls';
import { FallbackMap } from './FallbackMap';
import { Legend } from './Legend';
import { mapState, retryTiles, startMap } from './live';
import { ModeSwitch } from './ModeSwitch';
import { ScaleBar } from './ScaleBar';
import { Tooltip } from './Tooltip';

export function MapPane() {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => (container.current ? startMap(container.current) : undefined), []);
  const { stage, slow, failed, flatBecause } = mapState.value;
  const { data, error } = region.state.value;
  return (
    <section class="map-pane" aria-label={t.value.map}>
      {/* The map is reached by its skip link and by Tab; its canvas, or the map of pictures itself, takes the keys. */}
      <div class="map" id="map" ref={container} data-stage={stage} inert={stage === 'flat'} />
      {stage === 'flat' && <FallbackMap />}
      {stage === 'loading' && (
        <p class="map-poster">
          {t.value.loadingMap}
          {slow && <span>{t.value.slow}</span>}
        </p>
      )}
      {failed !== null && (
        <div class="map-notice" role="alert">
          <span>
            {t.value.failedMap}
            {failed > 0 && ` (${t.value.code(failed)})`}.
          </span>
          <button type="button" class="button" onClick={retryTiles}>
            {t.value.retry}
          </button>
        </div>
      )}
      <EmptySea />
      {shows.tools && <ModeSwitch />}
      {stage === 'live' && flatBecause === 'no_webgl' && <Simplified />}
      {shows.controls && stage !== 'flat' && <Controls />}
      <div class="map-foot">
        {shows.tools && <PeriodPanel />}
        {shows.controls && <Legend />}
        {/* At its full length at once: what grew later would move what stands. */}
        {(data || error) && (
          <div class="map-credits">
            {shows.controls && stage !== 'flat' && <ScaleBar />}
            <Attribution />
          </div>
        )}
      </div>
      <Tooltip />
      {!toldInList.value && (
        <p class="sr-only" role="status" id="summary">
          {paragraph.value}
        </p>
      )}
      {/* Apart from the paragraph, which is not to be said again when this falls silent. */}
      <p class="sr-only" role="status" id="told">
        {told.value?.text}
      </p>
    </section>
  );
}

/** Says once why the map is of pictures. */
function Simplified() {
  const [read, setRead] = useState(false);
  if (read) return null;
  return (
    <p class="map-hint simplified">
      {t.value.noWebgl}
      <button
        type="button"
        class="icon-button"
        aria-label={t.value.close}
        title={t.value.close}
        onClick={() => setRead(true)}
      >
        <Icon name="close" />
      </button>
    </p>
  );
}
