// The icon of a category. Icons come when the map is there, which needs them too: the list does not wait for them.

import { effect, signal } from '@preact/signals';
import { region } from '../app/data';
import { mapState } from '../map/live';

const outlines = signal<Readonly<Record<string, string>>>({});

const stopWaiting = effect(() => {
  if (mapState.value.stage === 'loading') return;
  import('virtual:icons').then(
    ({ icons }) => {
      outlines.value = icons;
      stopWaiting();
    },
    // The name of the category stands beside it.
    () => undefined,
  );
});

export function CategoryIcon({ category }: { category: string }) {
  const icon = region.state.value.data?.categories.find(({ code }) => code === category)?.icon;
  return (
    <svg class="category-icon" viewBox="0 0 150 150" width="15" height="15" aria-hidden="true" focusable="false">
      <path d={outlines.value[icon ?? 'marker'] ?? ''} fill="currentColor" />
    </svg>
  );
}
