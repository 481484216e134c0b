// Responsible bodies by their names.

import { computed } from '@preact/signals';
import { allBodies, problems } from '../app/data';
import type { View } from '../app/url';
import { view } from '../app/view';
import { nameOf } from '../app/words';

export interface Body {
  id: string;
  name: string;
}

/** Those whose objects are listed come first: they are meant most often. */
export const bodies = computed<Body[]>(() => {
  const features = problems.state.value.data?.features ?? [];
  const listed = new Set(features.map(({ properties }) => properties.responsible));
  const order = ({ id }: Body) => (listed.has(id) ? 0 : 1);
  return (allBodies.state.value.data?.bodies ?? [])
    .map((body) => ({ id: body.id, name: nameOf(body) }))
    .sort((a, b) => order(a) - order(b) || a.name.localeCompare(b.name, view.value.language));
});

/** Appeals have no responsible body. */
export function bodyFilter(id: string | null): Pick<View, 'responsible'> {
  return { responsible: view.value.mode === 'appeals' ? null : id };
}

export function bodyName(id: string): string {
  return bodies.value.find((body) => body.id === id)?.name ?? id;
}
