// Light or dark: what the reader chose, else what the system asks for.

import { computed, effect, signal } from '@preact/signals';
import type { Tone } from '../map/donut';
import { view } from './view';

const query = window.matchMedia('(prefers-color-scheme: dark)');
const system = signal<Tone>(query.matches ? 'dark' : 'light');

/** What the page and its map are drawn in. */
export const tone = computed<Tone>(() => (view.value.theme === 'auto' ? system.value : view.value.theme));

export function followTheme(): void {
  query.addEventListener('change', ({ matches }) => {
    system.value = matches ? 'dark' : 'light';
  });
  effect(() => {
    document.documentElement.dataset.theme = tone.value;
  });
}
