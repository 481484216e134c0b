// Something that is loaded, again whenever its address changes. What is shown stays until its successor is here, and what was
// shown before may be kept, to be shown again at once while it is asked for anew.

import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { Failure } from '../api/http';

export interface Loaded<T> {
  data: T | null;
  loading: boolean;
  error: Failure | null;
}

export interface Resource<T> {
  state: ReadonlySignal<Loaded<T>>;
  /** Asks again for the same. */
  refresh(): void;
}

/**
 * `key` says what is wanted: equal keys are asked for once, null asks for nothing. `wait_ms` lets a burst of keys pass; of the
 * last `keep` answers each is shown again at once.
 */
export function resource<T>(
  key: () => string | null,
  load: (key: string, signal: AbortSignal) => Promise<T>,
  wait_ms = 0,
  keep = 0,
): Resource<T> {
  const kept = new Map<string, T>();
  const state: Signal<Loaded<T>> = signal({ data: null, loading: false, error: null });
  const again = signal(0);
  let [running, timer, last]: [AbortController | null, number, string] = [null, 0, ''];

  async function run(wanted: string): Promise<void> {
    const controller = new AbortController();
    running = controller;
    try {
      const data = await load(wanted, controller.signal);
      if (running !== controller) return;
      remember(wanted, data);
      state.value = { data, loading: false, error: null };
    } catch (error) {
      if (running !== controller) return;
      const failure = error instanceof Failure ? error : new Failure(0, String(error));
      state.value = { data: state.peek().data, loading: false, error: failure };
    }
  }

  function remember(wanted: string, data: T): void {
    kept.delete(wanted);
    if (keep > 0) kept.set(wanted, data);
    const [oldest] = kept.keys();
    if (kept.size > keep && oldest !== undefined) kept.delete(oldest);
  }

  effect(() => {
    const wanted = key();
    const asked = `${again.value} ${wanted}`;
    if (asked === last) return;
    last = asked;
    running?.abort();
    running = null;
    clearTimeout(timer);
    if (wanted === null) {
      state.value = { data: null, loading: false, error: null };
      return;
    }
    const before = state.peek();
    state.value = { data: kept.get(wanted) ?? before.data, loading: true, error: null };
    timer = window.setTimeout(() => run(wanted), wait_ms);
  });

  return {
    state,
    refresh: () => {
      again.value += 1;
    },
  };
}
