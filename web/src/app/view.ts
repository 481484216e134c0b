// The state that the address bar holds, and its history. Opening a card, changing the mode and applying a filter make an
// entry; typing and moving the map do not. Going back closes a card and leaves the map where it is.

import { computed, signal } from '@preact/signals';
import { DETENTS, type Detent, detent, usualDetent } from './detent';
import { embedded } from './embedded';
import { remembered } from './remembered';
import type { Camera, View } from './url';
import { DEFAULT_VIEW, formatCamera, formatView, mapAddress, parseCamera, parseView, UNFILTERED } from './url';

interface Entry {
  /** The entry was made by opening a card, so going back closes it. */
  openedCard?: boolean;
  /** How far the sheet of a narrow screen was pulled up, so that going back steps it down. */
  sheet: Detent;
  ours: true;
}

const MOVED_AFTER_MS = 300;

export const view = signal<View>(opened());

/** Whoever asks for nothing sees the own municipality, as the last time. */
function opened(): View {
  const asked = parseView(location.search, location.pathname);
  const { language, theme } = DEFAULT_VIEW;
  const nothing = formatView({ ...asked, language, theme }) === '' && location.hash === '';
  return nothing ? { ...asked, municipality: remembered() } : asked;
}

/** Where the map looks; null until somebody has said so. */
export const camera = signal<Camera | null>(parseCamera(location.hash));
/** Grows when the address asks the map to go somewhere, by the first load, by going back or by editing the hash. */
export const cameraWish = signal(0);

export const isFiltered = computed(
  () => formatView({ ...DEFAULT_VIEW, ...filtersOf(view.value) }) !== formatView(DEFAULT_VIEW),
);

function filtersOf(view: View): Partial<View> {
  const names = Object.keys(UNFILTERED) as (keyof typeof UNFILTERED)[];
  return Object.fromEntries(names.map((name) => [name, view[name]]));
}

export function change(patch: Partial<View>): void {
  write(patch, 'push');
}

/** As `change`, for what happens many times a second. */
export function adjust(patch: Partial<View>): void {
  write(patch, 'replace');
}

export function resetFilters(): void {
  change(UNFILTERED);
}

export function openCard(id: string): void {
  if (view.value.object === id) return;
  const first = view.value.object === null;
  write({ object: id }, first ? 'push' : 'replace', first);
}

export function closeCard(): void {
  if (view.value.object === null) return;
  if (entry()?.openedCard) history.back();
  else write({ object: null }, 'replace');
}

let movedTimer = 0;

export function moved(to: Camera): void {
  camera.value = to;
  clearTimeout(movedTimer);
  movedTimer = window.setTimeout(() => history.replaceState(entry() ?? ours(), '', here()), MOVED_AFTER_MS);
}

/** Pulling the sheet up makes an entry, so going back steps it down again; pushing it down makes none. */
export function pullSheet(to: Detent): void {
  const [before, after] = [DETENTS.indexOf(detent.value), DETENTS.indexOf(to)];
  detent.value = to;
  if (after > before) history.pushState(ours(), '', here());
  else history.replaceState({ ...(entry() ?? ours()), sheet: to }, '', here());
}

function ours(): Entry {
  return { ours: true, sheet: detent.peek() };
}

function write(patch: Partial<View>, how: 'push' | 'replace', openedCard = false): void {
  clearTimeout(movedTimer);
  const next = { ...view.value, ...patch };
  const before = here();
  view.value = next;
  const state: Entry = { ours: true, sheet: detent.peek(), ...(openedCard ? { openedCard } : {}) };
  if (how === 'push' && here() !== before) history.pushState(state, '', here());
  else history.replaceState(entry() ?? state, '', here());
}

/** Where this page is with a view. */
export function addressOf(view: View): string {
  return embedded ? location.pathname + formatView(view) : mapAddress(view);
}

function here(): string {
  return addressOf(view.value) + (camera.value ? formatCamera(camera.value) : '');
}

function entry(): Entry | null {
  return history.state as Entry | null;
}

export function followHistory(): void {
  // Our own first entry must not look like an edited address when somebody comes back to it.
  history.replaceState(ours(), '', here());
  window.addEventListener('popstate', () => {
    const [before, after] = [view.value, parseView(location.search, location.pathname)];
    view.value = after;
    detent.value = entry()?.sheet ?? usualDetent;
    const onlyTheCard = formatView({ ...before, object: null }) === formatView({ ...after, object: null });
    // An entry without our state was made by editing the address.
    if (entry()?.ours && onlyTheCard) {
      history.replaceState(history.state, '', here());
      return;
    }
    const wanted = parseCamera(location.hash);
    if (wanted) {
      camera.value = wanted;
      cameraWish.value += 1;
    }
  });
}
