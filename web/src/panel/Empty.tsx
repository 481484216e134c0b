// Nothing to list: because of the conditions, or because the map looks elsewhere.

import { fitRegion, wish } from '../app/actions';
import { matchedEverywhere } from '../app/summary';
import { camera, resetFilters, view } from '../app/view';
import { f, t } from '../app/words';
import { conditions } from './Conditions';
import { nearest } from './nearest';

export function Empty() {
  return matchedEverywhere.value === 0 ? <EmptyFilter /> : <EmptyView />;
}

function EmptyFilter() {
  const last = conditions().at(-1);
  return (
    <div class="notice">
      <p>
        {t.value.emptyFilter} {last && t.value.emptyBecause(last.label)}
      </p>
      {last && (
        <button type="button" class="button" onClick={last.remove}>
          {t.value.remove(last.label)}
        </button>
      )}
      <button type="button" class="button" onClick={resetFilters}>
        {t.value.reset}
      </button>
    </div>
  );
}

function EmptyView() {
  const found = nearest.state.value.data;
  const ofAppeals = view.value.mode === 'appeals';
  const words = ofAppeals ? t.value.nearestAppeal : t.value.nearest;
  return (
    <div class="notice">
      <p>
        {ofAppeals ? t.value.emptyAppealsView : t.value.emptyView} {found && words(f.value.distance(found.km))}
      </p>
      {found && (
        <button
          type="button"
          class="button"
          onClick={() => {
            wish.value = { kind: 'fly', place: found.place, zoom: Math.min(camera.value?.zoom ?? 12, 13) };
          }}
        >
          {t.value.show}
        </button>
      )}
      <button type="button" class="button" onClick={fitRegion}>
        {t.value.showRegion}
      </button>
    </div>
  );
}
