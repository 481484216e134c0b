// Steps through what the list holds, for a map whose pictures have no features.

import type { LonLat } from '../api/wire';
import { announce, pointed } from '../app/actions';
import { appeals, problems } from '../app/data';
import { view } from '../app/view';
import { groupOf } from '../domain/groups';
import { anchorOf } from '../domain/place';
import type { Target } from './target';
import { targetWords } from './target_words';

/** Goes to the next or previous object, and says it. */
export function stepThroughList(by: 1 | -1): void {
  const targets = listed();
  const at = targets.findIndex(({ id }) => id === pointed.peek()?.id);
  const from = at < 0 && by < 0 ? 0 : at;
  const next = targets[(from + by + targets.length) % targets.length];
  if (!next) return;
  pointed.value = { id: next.id, place: next.place, from: 'map' };
  announce(targetWords(next));
}

function listed(): Target[] {
  const target = (
    id: string,
    place: LonLat | null,
    title: string,
    category: string,
    group: ReturnType<typeof groupOf>,
  ) => (place ? [{ kind: 'object' as const, id, place, title, category, group }] : []);
  if (view.peek().mode === 'appeals') {
    const found = appeals.state.peek().data?.features ?? [];
    return found.flatMap(({ id, geometry, properties: p }) =>
      target(id, anchorOf(geometry), '', p.category, groupOf(p.status, false)),
    );
  }
  const found = problems.state.peek().data?.features ?? [];
  return found.flatMap(({ id, geometry, properties: p }) =>
    target(id, anchorOf(geometry), p.title, p.category, groupOf(p.status, p.overdue)),
  );
}
