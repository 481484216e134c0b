// Days to and since a deadline. A deadline is the last millisecond of its legal day.

const DAY_MS = 86_400_000;

export type Deadline =
  | { kind: 'none' }
  | { kind: 'overdue'; days: number }
  | { kind: 'today' }
  | { kind: 'left'; days: number };

/** How a problem stands to its deadline; the service says whether it is overdue. */
export function deadlineOf(due: string | null, overdue: boolean, now: number): Deadline {
  if (due === null) return { kind: 'none' };
  const distance = Date.parse(due) - now;
  if (overdue) return { kind: 'overdue', days: Math.max(1, Math.ceil(-distance / DAY_MS)) };
  const days = Math.floor(distance / DAY_MS);
  return days <= 0 ? { kind: 'today' } : { kind: 'left', days };
}

export function daysSince(moment: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(moment)) / DAY_MS));
}
