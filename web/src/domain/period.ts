// The scale of a period: months with their counts, and days between the first and the last of them.

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

const DAY_MS = 86_400_000;

function dateOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

function dayOfDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function lastDay(month: string): string {
  return dayOfDate(new Date(dateOf(`${nextMonth(month)}-01`).getTime() - DAY_MS));
}

/** Days from one to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((dateOf(to).getTime() - dateOf(from).getTime()) / DAY_MS);
}

/** The same day of another month; the last day of a month stays the last. */
export function shiftMonths(day: string, by: number): string {
  const [month, last] = [nextMonth(day.slice(0, 7), by), lastDay(day.slice(0, 7))];
  const [end, same] = [lastDay(month), `${month}-${day.slice(8)}`];
  return day === last || same > end ? end : same;
}

/** First and last day of a scale of months. */
export interface Scale {
  first: string;
  last: string;
}

export function scaleOf(months: readonly MonthCount[]): Scale | null {
  const [first, last] = [months[0], months.at(-1)];
  return first && last ? { first: `${first.month}-01`, last: lastDay(last.month) } : null;
}

/** The day on a place of the scale. */
export function dayAt({ first }: Scale, place: number): string {
  return dayOfDate(new Date(dateOf(first).getTime() + place * DAY_MS));
}

/** The place of a day; one beyond an end is at that end. */
export function placeOf({ first, last }: Scale, day: string): number {
  return Math.max(0, Math.min(daysBetween(first, last), daysBetween(first, day)));
}

/** Places of the days with which a period begins and ends; an open end is the end of the scale. */
export function thumbsOf({ from, to }: Period, scale: Scale): [number, number] {
  return [placeOf(scale, from ?? scale.first), placeOf(scale, to ?? scale.last)];
}

/** The period between two places, both included; an end of the scale is open. */
export function periodOf(start: number, end: number, scale: Scale): Period {
  return {
    from: start <= 0 ? null : dayAt(scale, start),
    to: end >= daysBetween(scale.first, scale.last) ? null : dayAt(scale, end),
  };
}
