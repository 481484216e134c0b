// The orders of the list, and what the service is asked for by each. What is overdue the longest comes first; what has no
// deadline, or is closed, comes last.

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
