// Responsible bodies as the page knows them: from the objects that it has listed so far.

import { computed, effect, signal } from '@preact/signals';
import { problems } from '../app/data';
import type { View } from '../app/url';
import { view } from '../app/view';

export interface Body {
  id: string;
  name: string;
}

const known = signal<ReadonlyMap<string, string>>(new Map());

effect(() => {
  const features = problems.state.value.data?.features ?? [];
  const before = known.peek();
  const news = features.flatMap(({ properties: { responsible, responsible_name } }) =>
    responsible && responsible_name && !before.has(responsible) ? [[responsible, responsible_name] as const] : [],
  );
  if (news.length > 0) known.value = new Map([...before, ...news]);
});

export const bodies = computed<Body[]>(() =>
  [...known.value].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name, 'ru')),
);

/** Appeals have no responsible body. */
export function bodyFilter(id: string | null): Pick<View, 'responsible'> {
  return { responsible: view.value.mode === 'appeals' ? null : id };
}

export function bodyName(id: string): string {
  return known.value.get(id) ?? id;
}
