// The four status groups by which everything is coloured and counted. The service decides the group of points and clusters
// by the same rules (src/service/tiles.rs); here they serve the list, the card and statistics by state.

import type { GroupId, StatsGroup } from '../api/wire';

export const GROUPS: readonly GroupId[] = ['new', 'in_work', 'overdue', 'resolved'];
export type GroupCounts = Record<GroupId, number>;

const CLOSED = new Set(['resolved', 'refused', 'rejected', 'duplicate', 'archived', 'answered', 'withdrawn']);
const NEW = new Set(['registered', 'assigned', 'received']);

export function isClosed(status: string): boolean {
  return CLOSED.has(status);
}

export function groupOf(status: string, overdue: boolean): GroupId {
  if (CLOSED.has(status)) return 'resolved';
  if (overdue) return 'overdue';
  return NEW.has(status) ? 'new' : 'in_work';
}

export function noCounts(): GroupCounts {
  return { new: 0, in_work: 0, overdue: 0, resolved: 0 };
}

/** Counts by group from statistics by state. */
export function countGroups(groups: readonly StatsGroup[]): GroupCounts {
  const counts = noCounts();
  for (const { status, count, overdue } of groups) {
    counts[groupOf(status ?? '', false)] += count - overdue;
    counts.overdue += overdue;
  }
  return counts;
}

export function total(counts: GroupCounts): number {
  return GROUPS.reduce((sum, group) => sum + counts[group], 0);
}
