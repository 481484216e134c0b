// What the reader can do from more than one place: look somewhere, point at something, filter, share.

import { signal } from '@preact/signals';
import type { Bounds, LonLat, Municipality } from '../api/wire';
import { DUE_CLASSES, type DueClass } from '../domain/deadline';
import { region } from './data';
import { remember, remembered } from './remembered';
import { adjust, change, view } from './view';

export interface Pointed {
  id: string;
  place: LonLat | null;
  from: 'list' | 'map';
}

/** The object under the pointer or the focus, in the list or on the map. */
export const pointed = signal<Pointed | null>(null);
/** The municipality under the pointer or the focus in the table. */
export const pointedArea = signal<string | null>(null);

export type Wish = { kind: 'fit'; bounds: Bounds } | { kind: 'fly'; place: LonLat; zoom: number };
/** Where the map should go; a new value is a new wish. */
export const wish = signal<Wish | null>(null);

export type DialogName = 'share' | 'shortcuts';
/** At most one dialog is open. */
export const dialog = signal<DialogName | null>(null);

/** A sentence for screen readers and for the toast. */
export const told = signal<{ text: string; seen: boolean } | null>(null);

export function fitRegion(): void {
  const bounds = region.state.value.data?.bounds;
  if (bounds) wish.value = { kind: 'fit', bounds };
}

export function municipalityOf(key: string | null): Municipality | null {
  if (key === null) return null;
  return region.state.value.data?.municipalities.find(({ id, slug }) => id === key || slug === key) ?? null;
}

/** Filters by a municipality and shows it; without one, the whole region. */
export function chooseMunicipality(slug: string | null): void {
  change({ municipality: slug });
  remember(slug);
  const bounds = municipalityOf(slug)?.bounds ?? region.state.value.data?.bounds;
  if (bounds) wish.value = { kind: 'fit', bounds };
}

/** A municipality that is remembered and is no more is no reason to show nothing. */
export function forgetWhatIsGone(): void {
  const { municipality } = view.value;
  const gone = region.state.value.data && municipality !== null && municipalityOf(municipality) === null;
  if (!gone || municipality !== remembered()) return;
  remember(null);
  adjust({ municipality: null });
}

export function toggleStatus(status: string): void {
  const { statuses } = view.value;
  change({ statuses: statuses.includes(status) ? statuses.filter((each) => each !== status) : [status] });
}

export function toggleDue(which: DueClass): void {
  const { due } = view.value;
  change({ due: DUE_CLASSES.filter((each) => due.includes(each) !== (each === which)) });
}

let toastTimer = 0;
const TOAST_MS = 4_000;

/** Says something to everybody. */
export function tell(text: string): void {
  say({ text, seen: true });
}

/** Says what those who see the map see already. */
export function announce(text: string): void {
  say({ text, seen: false });
}

function say(what: { text: string; seen: boolean }): void {
  told.value = what;
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => {
    told.value = null;
  }, TOAST_MS);
}
