// Nothing to list: because of the conditions, because of the words looked for, or because the map looks elsewhere.

import { useEffect } from 'preact/hooks';
import { chooseMunicipality, fitRegion, wish } from '../app/actions';
import { searching } from '../app/data';
import { matchedEverywhere } from '../app/summary';
import { camera, resetFilters, view } from '../app/view';
import { f, t } from '../app/words';
import type { Offer } from '../ui/Combobox';
import { blocker } from './blocker';
import { removeCondition } from './Conditions';
import { nearest } from './nearest';
import { searchOffers } from './offers';

export function Empty() {
  return matchedEverywhere.value === 0 ? <EmptyFilter /> : <EmptyView />;
}

function EmptyFilter() {
  const found = blocker.state.value.data;
  const { q, municipality } = view.value;
  return (
    <div class="notice">
      <p>
        {q === '' ? t.value.emptyFilter : t.value.emptySearch(q)}{' '}
        {found &&
          found.condition.key !== 'q' &&
          t.value.emptyBecause(found.condition.label, f.value.number(found.count))}
      </p>
      {found && (
        <button type="button" class="button" onClick={() => removeCondition(found.condition)}>
          {found.condition.key === 'q' ? t.value.clearSearch : t.value.remove(found.condition.label)}
        </button>
      )}
      {q !== '' && municipality !== null && <InWholeRegion />}
      {q !== '' && <Suggestions text={q} />}
      <button type="button" class="button" onClick={resetFilters}>
        {t.value.reset}
      </button>
    </div>
  );
}

/** Drops where it is looked for, and keeps what is looked for. */
function InWholeRegion() {
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        chooseMunicipality(null);
        fitRegion();
      }}
    >
      {t.value.searchEverywhere}
    </button>
  );
}

const STEM_LETTERS = 4;
const SUGGESTED = 4;

/** Places, topics and bodies whose names begin as one of the words does. */
function Suggestions({ text }: { text: string }) {
  useEffect(() => {
    searching.value = true;
  }, []);
  const stems = text.split(/[^\p{L}\d]+/u).filter((word) => word.length >= STEM_LETTERS);
  const offers = new Map<string, Offer>();
  for (const stem of stems) {
    // What was typed is forgotten by each offer itself.
    for (const offer of searchOffers(stem.slice(0, STEM_LETTERS), () => undefined)) offers.set(offer.key, offer);
  }
  const some = [...offers.values()].slice(0, SUGGESTED);
  return (
    <>
      <p>{some.length > 0 ? t.value.searchMeant : t.value.searchTip}</p>
      <div class="suggestions">
        {some.map((offer) => (
          <button key={offer.key} type="button" class="button" onClick={offer.choose}>
            {offer.label}
          </button>
        ))}
      </div>
    </>
  );
}

function EmptyView() {
  const ofAppeals = view.value.mode === 'appeals';
  return (
    <div class="notice">
      <p>
        {ofAppeals ? t.value.emptyAppealsView : t.value.emptyView} {nearestWords()}
      </p>
      <ShowNearest />
      {view.value.q !== '' && view.value.municipality !== null && <InWholeRegion />}
      <button type="button" class="button" onClick={fitRegion}>
        {t.value.showRegion}
      </button>
    </div>
  );
}

function nearestWords(): string {
  const found = nearest.state.value.data;
  const words = view.value.mode === 'appeals' ? t.value.nearestAppeal : t.value.nearest;
  return found ? words(f.value.distance(found.km), t.value.winds[found.wind] ?? '') : '';
}

function ShowNearest() {
  const found = nearest.state.value.data;
  if (!found) return null;
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        wish.value = { kind: 'fly', place: found.place, zoom: Math.min(camera.value?.zoom ?? 12, 13) };
      }}
    >
      {t.value.show}
    </button>
  );
}

/** The same over the map itself, where no list need be open. */
export function EmptySea() {
  const ofAppeals = view.value.mode === 'appeals';
  if (!nearest.state.value.data || view.value.mode === 'rating') return null;
  return (
    <div class="map-notice empty-sea">
      <span>
        {ofAppeals ? t.value.emptyAppealsView : t.value.emptyView} {nearestWords()}
      </span>
      <ShowNearest />
    </div>
  );
}
