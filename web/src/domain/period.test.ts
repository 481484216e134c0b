import { describe, expect, test } from 'vitest';
import { dayAt, monthsOf, nextMonth, periodOf, type Scale, scaleOf, shiftMonths, thumbsOf } from './period';

const months = monthsOf(
  new Map([
    ['2025-11', 3],
    ['2026-02', 5],
  ]),
  '2026-04',
);

describe('a period of months', () => {
  test('has every month, those without anything too', () => {
    expect(months.map(({ month, count }) => `${month} ${count}`)).toEqual([
      '2025-11 3',
      '2025-12 0',
      '2026-01 0',
      '2026-02 5',
      '2026-03 0',
      '2026-04 0',
    ]);
    expect(monthsOf(new Map(), '2026-04')).toEqual([]);
    // Deadlines lie in the future.
    expect(
      monthsOf(
        new Map([
          ['2026-03', 1],
          ['2026-06', 2],
        ]),
        '2026-04',
      ).at(-1),
    ).toEqual({ month: '2026-06', count: 2 });
    expect(nextMonth('2025-12')).toBe('2026-01');
    expect(nextMonth('2026-01', -2)).toBe('2025-11');
  });

  const scale = scaleOf(months) as Scale;

  test('is open at the ends of the scale', () => {
    expect(scale).toEqual({ first: '2025-11-01', last: '2026-04-30' });
    expect(periodOf(0, 180, scale)).toEqual({ from: null, to: null });
    expect(periodOf(30, 119, scale)).toEqual({ from: '2025-12-01', to: '2026-02-28' });
    expect(periodOf(3, 3, scale)).toEqual({ from: '2025-11-04', to: '2025-11-04' });
  });

  test('gives back the thumbs that made it', () => {
    for (let start = 0; start <= 180; start += 7) {
      for (let end = start; end <= 180; end += 11) {
        expect(thumbsOf(periodOf(start, end, scale), scale)).toEqual([start, end]);
      }
    }
    expect(thumbsOf({ from: '1990-01-01', to: '2030-01-01' }, scale)).toEqual([0, 180]);
    expect(dayAt(scale, 180)).toBe('2026-04-30');
  });

  test('is moved by months, of which each has its own length', () => {
    expect(shiftMonths('2026-01-15', 1)).toBe('2026-02-15');
    expect(shiftMonths('2026-01-30', 1)).toBe('2026-02-28');
    expect(shiftMonths('2026-02-28', 1)).toBe('2026-03-31');
    expect(shiftMonths('2026-03-31', -1)).toBe('2026-02-28');
    expect(shiftMonths('2026-01-01', -1)).toBe('2025-12-01');
  });
});
