// The orders of the list. What is overdue the longest comes first; what has no deadline, or is closed, comes last.

import type { ProblemProperties } from '../api/wire';
import { isClosed } from './groups';

export const ORDERS = ['due', 'cost', 'appeals', 'newest'] as const;
export type Order = (typeof ORDERS)[number];

type Key = (problem: ProblemProperties) => number;

const KEYS: Record<Order, Key> = {
  due: (p) => (isClosed(p.status) || p.current_due === null ? Number.POSITIVE_INFINITY : Date.parse(p.current_due)),
  cost: (p) => -(p.cost_rub ?? Number.NEGATIVE_INFINITY),
  appeals: (p) => -p.n_appeals,
  newest: (p) => -(p.registered_at === null ? Number.NEGATIVE_INFINITY : Date.parse(p.registered_at)),
};

export function inOrder<T extends { properties: ProblemProperties }>(features: readonly T[], order: Order): T[] {
  const key = KEYS[order];
  const keyed = features.map((feature) => ({ feature, key: key(feature.properties) }));
  // Equal keys fall back to the id, so that the same data always give the same list.
  keyed.sort((a, b) => (a.key === b.key ? compareIds(a.feature, b.feature) : a.key < b.key ? -1 : 1));
  return keyed.map(({ feature }) => feature);
}

function compareIds(a: { properties: ProblemProperties }, b: { properties: ProblemProperties }): number {
  return a.properties.id < b.properties.id ? -1 : 1;
}
