// Follows the changes that the service announces, and whether it can be reached.

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
export const stale = signal(false);
export const offline = signal(!navigator.onLine);
/** The last refresh; the map repeats it for its tiles. */
export const touched = signal<Touched | null>(null);

const EVERYTHING: Touched = { problems: true, appeals: true, dictionary: true };
const NOTHING: Touched = { problems: false, appeals: false, dictionary: false };

let pending = NOTHING;
let timer = 0;
let patience = 0;

export function refreshAll(): void {
  refresh(EVERYTHING);
}

function refresh(what: Touched): void {
  now.value = Date.now();
  updatedAt.value = new Date();
  refreshData(what);
  touched.value = { ...what };
}

function enqueue(what: Touched): void {
  pending = {
    problems: pending.problems || what.problems,
    appeals: pending.appeals || what.appeals,
    dictionary: pending.dictionary || what.dictionary,
  };
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    const due = pending;
    pending = NOTHING;
    refresh(due);
  }, BURST_MS);
}

function touchedBy({ counts }: Change): Touched {
  const of = (kind: string) => (counts[kind] ?? 0) > 0;
  const known = ['problem', 'appeal', 'mark'];
  return {
    problems: of('problem') || of('mark'),
    appeals: of('appeal'),
    dictionary: Object.keys(counts).some((kind) => !known.includes(kind)),
  };
}

export function follow(): void {
  window.addEventListener('offline', () => {
    offline.value = true;
  });
  window.addEventListener('online', () => {
    offline.value = false;
    refreshAll();
  });
  const stream = new EventSource('/api/events');
  stream.addEventListener('change', (event) => {
    const change = JSON.parse((event as MessageEvent<string>).data) as Change;
    enqueue(touchedBy(change));
  });
  stream.addEventListener('reset', () => enqueue(EVERYTHING));
  stream.addEventListener('open', () => {
    clearTimeout(patience);
    patience = 0;
    // What happened while nobody listened is not repeated by the stream itself when the service was started again.
    if (stale.value) refreshAll();
    stale.value = false;
  });
  stream.addEventListener('error', () => {
    // Every attempt to connect again ends in an error of its own.
    patience ||= window.setTimeout(() => {
      stale.value = true;
    }, PATIENCE_MS);
  });
}
