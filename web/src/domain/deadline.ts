// Days to and since a deadline. A deadline is the last millisecond of its legal day.

const DAY_MS = 86_400_000;

/** How open ones stand to their deadlines; each is of exactly one class. */
export const DUE_CLASSES = ['overdue', '30d', '90d', 'later', 'none'] as const;
export type DueClass = (typeof DUE_CLASSES)[number];

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

/** The last millisecond of a day, `YYYY-MM-DD`, where clocks show the time of `zone`. */
export function endOfDay(day: string, zone: string): number {
  const asIfUtc = Date.parse(`${day}T23:59:59.999Z`);
  // The offset is that of the day itself but for the hours around a change of clocks.
  return asIfUtc - offsetMs(zone, asIfUtc);
}

/** How far the clocks of a zone are ahead of UTC. */
function offsetMs(zone: string, moment: number): number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  if (!sign) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
