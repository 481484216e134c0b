// Months between the first and the last, and the period that two of them enclose.

export interface MonthCount {
  /** `YYYY-MM` */
  month: string;
  count: number;
}

/** What a period is of: of registration, or of deadlines, which reach into the future. */
export const AXES = ['registered', 'due'] as const;
export type Axis = (typeof AXES)[number];

export interface Period {
  from: string | null;
  to: string | null;
}

export function nextMonth(month: string, by = 1): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

/** Every month from the first that is counted to `now`, or to the last that is counted, those without a count too. */
export function monthsOf(counts: ReadonlyMap<string, number>, now: string): MonthCount[] {
  const counted = [...counts.keys()].sort();
  const [first, latest] = [counted[0], counted.at(-1)];
  const months: MonthCount[] = [];
  if (first === undefined || latest === undefined) return months;
  const last = latest > now ? latest : now;
  for (let month = first; month <= last; month = nextMonth(month)) {
    months.push({ month, count: counts.get(month) ?? 0 });
  }
  return months;
}

function lastDay(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

/** Places of the months with which a period begins and ends; an open end is the end of the scale. */
export function thumbsOf({ from, to }: Period, months: readonly MonthCount[]): [number, number] {
  const end = months.length - 1;
  const place = (day: string | null, open: number) => {
    if (day === null) return open;
    const month = day.slice(0, 7);
    const found = months.findIndex((each) => each.month >= month);
    return found < 0 ? end : found;
  };
  return [place(from, 0), place(to, end)];
}

/** The period between two months, both included; an end of the scale is open. */
export function periodOf(start: number, end: number, months: readonly MonthCount[]): Period {
  const [first, last] = [months[start]?.month, months[end]?.month];
  return {
    from: start <= 0 || !first ? null : `${first}-01`,
    to: end >= months.length - 1 || !last ? null : lastDay(last),
  };
}
