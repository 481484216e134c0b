// How much of the map lies under the card or the sheet, so that what is shown is shown in the part that is seen.

import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { detent } from '../app/detent';
import { view } from '../app/view';

export const CARD_PX = 380;
const GAP_PX = 16;

/** Heights of the sheet and of the card, as in page.css and card.css. */
const PEEK_PX = 128;
const HALF = 0.55;
const CARD = 0.62;
const HEADER_PX = 90;

export const wide = matching('(min-width: 760px)');
/** There is room for an open legend beside the region. */
export const roomy = matching('(min-width: 1160px)');

function matching(condition: string): ReadonlySignal<boolean> {
  const query = window.matchMedia(condition);
  const matches = signal(query.matches);
  query.addEventListener('change', () => {
    matches.value = query.matches;
  });
  return matches;
}

export const padding = computed(() => {
  const card = view.value.object !== null;
  if (wide.value) return { top: 0, left: 0, bottom: 0, right: card ? CARD_PX + GAP_PX : 0 };
  const stage = window.innerHeight - HEADER_PX;
  const bottom = card ? stage * CARD : detent.value === 'peek' ? PEEK_PX : stage * HALF;
  return { top: 0, left: 0, right: 0, bottom: Math.round(bottom) };
});
