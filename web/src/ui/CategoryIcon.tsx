// The icon of a category. Icons come after the page stands, with whatever asks for the first of them.

import { signal } from '@preact/signals';
import { region } from '../app/data';

const outlines = signal<Readonly<Record<string, string>>>({});
let asked = false;

function ask(): void {
  if (asked) return;
  asked = true;
  import('virtual:icons').then(
    ({ icons }) => {
      outlines.value = icons;
    },
    // The name of the category stands beside it.
    () => undefined,
  );
}

export function CategoryIcon({ category }: { category: string }) {
  ask();
  const icon = region.state.value.data?.categories.find(({ code }) => code === category)?.icon;
  return (
    <svg class="category-icon" viewBox="0 0 150 150" width="15" height="15" aria-hidden="true" focusable="false">
      <path d={outlines.value[icon ?? 'marker'] ?? ''} fill="currentColor" />
    </svg>
  );
}
