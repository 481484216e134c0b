// Which of the conditions is in the way when nothing fits them all.

import { askJson } from '../api/http';
import { filterOf, layerOf, listUrl } from '../api/queries';
import type { Page } from '../api/wire';
import { resource } from '../app/resource';
import { matchedEverywhere } from '../app/summary';
import { view } from '../app/view';
import { type Condition, conditions } from './Conditions';

interface Blocker {
  condition: Condition;
  /** How many there would be without it. */
  count: number;
}

const urlWithout = ({ without }: Condition) =>
  listUrl(layerOf(view.peek()), filterOf({ ...view.peek(), ...without }), 1);

/** The condition without which most would be left; null when no single one is in the way. */
export const blocker = resource<Blocker | null>(
  () => (matchedEverywhere.value === 0 ? listUrl(layerOf(view.value), filterOf(view.value), 1) : null),
  async (_, abort) => {
    const counted = await Promise.all(
      conditions().map(async (condition) => {
        const page = await askJson<Page<unknown>>(urlWithout(condition), view.peek().language, abort);
        return { condition, count: page.numberMatched };
      }),
    );
    const [most] = counted.sort((a, b) => b.count - a.count);
    return most && most.count > 0 ? most : null;
  },
);
