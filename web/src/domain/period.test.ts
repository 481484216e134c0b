import { describe, expect, test } from 'vitest';
import { monthsOf, nextMonth, periodOf, thumbsOf } from './period';

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

  test('is open at the ends of the scale', () => {
    expect(periodOf(0, 5, months)).toEqual({ from: null, to: null });
    expect(periodOf(1, 3, months)).toEqual({ from: '2025-12-01', to: '2026-02-28' });
    expect(periodOf(3, 3, months)).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  });

  test('gives back the thumbs that made it', () => {
    for (let start = 0; start < months.length; start += 1) {
      for (let end = start; end < months.length; end += 1) {
        expect(thumbsOf(periodOf(start, end, months), months)).toEqual([start, end]);
      }
    }
    expect(thumbsOf({ from: '1990-01-01', to: '2030-01-01' }, months)).toEqual([0, 5]);
  });
});
