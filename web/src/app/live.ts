// Follows the changes that the service announces, and whether it can be reached. Whoever reads in peace lets them wait.

import { signal } from '@preact/signals';
import type { Change } from '../api/wire';
import { refreshData } from './data';
import { now } from './words';

/** A burst of changes makes one refresh. */
const BURST_MS = 400;
/** A stream that stays broken this long is told to the reader. */
const PATIENCE_MS = 6_000;

export interface Touched {
  problems: boolean;
  appeals: boolean;
  dictionary: boolean;
}

export const updatedAt = signal<Date>(new Date());
/** Since when nobody answers; null while somebody does. */
export const brokenSince = signal<Date | null>(null);
export const stale = signal(false);
/** The reader wants nothing to change by itself. */
export const paused = signal(false);
/** How many changes wait for the end of that. */
export const waiting = signal(0);
export const offline = signal(!navigator.onLine);
/** The last refresh; the map repeats it for its tiles. */
export const touched = signal<Touched | null>(null);

const EVERYTHING: Touched = { problems: true, appeals: true, dictionary: true };
const NOTHING: Touched = { problems: false, appeals: false, dictionary: false };

/** What people look at; everything else is the dictionary. */
const RECORDS = ['problem', 'appeal', 'mark'];

let pending = NOTHING;
let timer = 0;
let patience = 0;

function refresh(what: Touched): void {
  now.value = Date.now();
  updatedAt.value = new Date();
  refreshData(what);
  touched.value = { ...what };
}

function enqueue(what: Touched, changes = 1): void {
  pending = {
    problems: pending.problems || what.problems,
    appeals: pending.appeals || what.appeals,
    dictionary: pending.dictionary || what.dictionary,
  };
  if (paused.value) waiting.value += changes;
  else refreshSoon();
}

function refreshSoon(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    const due = pending;
    pending = NOTHING;
    if (Object.values(due).some(Boolean)) refresh(due);
  }, BURST_MS);
}

/** While it is stopped the stream is still listened to, so that what waits can be counted, and nothing is missed. */
export function pause(stop: boolean): void {
  paused.value = stop;
  waiting.value = 0;
  if (stop) clearTimeout(timer);
  else refreshSoon();
}

function touchedBy({ counts }: Change): Touched {
  const of = (kind: string) => (counts[kind] ?? 0) > 0;
  return {
    problems: of('problem') || of('mark'),
    appeals: of('appeal'),
    dictionary: Object.keys(counts).some((kind) => !RECORDS.includes(kind)),
  };
}

function numberOf({ counts }: Change): number {
  return Math.max(
    1,
    RECORDS.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0),
  );
}

export function follow(): void {
  window.addEventListener('offline', () => {
    offline.value = true;
  });
  window.addEventListener('online', () => {
    offline.value = false;
    enqueue(EVERYTHING);
  });
  const stream = new EventSource('/api/events');
  stream.addEventListener('change', (event) => {
    const change = JSON.parse((event as MessageEvent<string>).data) as Change;
    enqueue(touchedBy(change), numberOf(change));
  });
  stream.addEventListener('reset', () => enqueue(EVERYTHING));
  stream.addEventListener('open', () => {
    clearTimeout(patience);
    patience = 0;
    // What happened while nobody listened is not repeated by the stream itself when the service was started again.
    if (stale.value) enqueue(EVERYTHING);
    stale.value = false;
    brokenSince.value = null;
  });
  stream.addEventListener('error', () => {
    // Every attempt to connect again ends in an error of its own.
    brokenSince.value ??= new Date();
    patience ||= window.setTimeout(() => {
      stale.value = true;
    }, PATIENCE_MS);
  });
}
