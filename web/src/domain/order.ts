// The orders of the list and of the rating's table, and what the service is asked for by each. What is overdue the longest comes first; what has no
// deadline, or is closed, comes last.

import { METRICS, type MetricId } from './metrics';

export const ORDERS = ['due', 'cost', 'appeals', 'newest'] as const;
export type Order = (typeof ORDERS)[number];

export const SORT_BY: Record<Order, string> = {
  due: 'urgency',
  cost: '-cost_rub',
  appeals: '-n_appeals',
  newest: '-registered_at',
};

/** Appeals are many and short-lived: the last ones say most. */
export const APPEALS_SORT_BY = '-received_at';

/** Columns by which the rating's table can be sorted. */
export type Column = 'place' | 'name' | 'change' | MetricId;
export const COLUMNS: readonly Column[] = ['place', 'name', 'change', ...METRICS];

export interface Sorting {
  column: Column;
  descending: boolean;
}

export const USUAL_SORTING: Sorting = { column: 'place', descending: false };
