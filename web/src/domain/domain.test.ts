import { describe, expect, test } from 'vitest';
import { daysSince, deadlineOf, endOfDay } from './deadline';
import { countGroups, groupOf, total } from './groups';
import { classOf, classRanges, METRIC, METRICS } from './metrics';
import { anchorOf, contains, distanceKm, holds } from './place';

const NOW = Date.parse('2026-11-21T00:00:00Z');

describe('a deadline', () => {
  test('is told in whole days', () => {
    expect(deadlineOf(null, false, NOW)).toEqual({ kind: 'none' });
    expect(deadlineOf('2026-11-20T13:59:59.999Z', true, NOW)).toEqual({ kind: 'overdue', days: 1 });
    expect(deadlineOf('2026-11-10T13:59:59.999Z', true, NOW)).toEqual({ kind: 'overdue', days: 11 });
    expect(deadlineOf('2026-11-21T13:59:59.999Z', false, NOW)).toEqual({ kind: 'today' });
    expect(deadlineOf('2026-11-24T13:59:59.999Z', false, NOW)).toEqual({ kind: 'left', days: 3 });
  });

  test('days since never run backwards', () => {
    expect(daysSince('2026-11-22T00:00:00Z', NOW)).toBe(0);
    expect(daysSince('2026-11-11T00:00:00Z', NOW)).toBe(10);
  });
});

test('a day ends at midnight of its own zone', () => {
  expect(new Date(endOfDay('2026-11-21', 'Asia/Vladivostok')).toISOString()).toBe('2026-11-21T13:59:59.999Z');
  expect(new Date(endOfDay('2026-07-01', 'America/St_Johns')).toISOString()).toBe('2026-07-02T02:29:59.999Z');
  expect(new Date(endOfDay('2026-11-21', 'UTC')).toISOString()).toBe('2026-11-21T23:59:59.999Z');
});

describe('groups', () => {
  test('what is closed is never overdue', () => {
    expect(groupOf('resolved', true)).toBe('resolved');
    expect(groupOf('planned', true)).toBe('overdue');
    expect(groupOf('registered', false)).toBe('new');
    expect(groupOf('postponed', false)).toBe('in_work');
  });

  test('every object is counted once', () => {
    const rest = { open: 0, resolved: 0, cost_rub: null, cost_known: 0 };
    const counts = countGroups([
      { status: 'registered', count: 5, overdue: 0, ...rest },
      { status: 'planned', count: 7, overdue: 3, ...rest },
      { status: 'resolved', count: 2, overdue: 0, ...rest },
    ]);
    expect(counts).toEqual({ new: 5, in_work: 4, overdue: 3, resolved: 2 });
    expect(total(counts)).toBe(14);
  });
});

describe('classes of a metric', () => {
  test.each(METRICS)('of %s hold the values that they say they hold', (id) => {
    const ranges = classRanges(METRIC[id]);
    expect(ranges).toHaveLength(5);
    ranges.forEach(({ from, to }, n) => {
      if (from !== null) expect(classOf(METRIC[id], from)).toBe(n);
      if (to !== null) expect(classOf(METRIC[id], to - 1e-9)).toBe(n);
    });
    expect(METRIC[id].bounds).toEqual([...METRIC[id].bounds].sort((a, b) => a - b));
  });
});

describe('places', () => {
  test('a line is pointed at in the middle of its length, the longest of several', () => {
    const [lon, lat] =
      anchorOf({
        type: 'LineString',
        coordinates: [
          [135, 48],
          [135.3, 48],
          [135.4, 48],
        ],
      }) ?? [];
    expect(lon).toBeCloseTo(135.2, 3);
    expect(lat).toBe(48);
    const lines: [number, number][][] = [
      [
        [0, 0],
        [1, 0],
      ],
      [
        [5, 0],
        [9, 0],
      ],
    ];
    expect(anchorOf({ type: 'MultiLineString', coordinates: lines })?.[0]).toBeCloseTo(7, 6);
  });

  test('a polygon is pointed at inside, even where its middle is a hole or a bay', () => {
    const horseshoe: [number, number][] = [
      [0, 0],
      [10, 0],
      [10, 10],
      [8, 10],
      [8, 2],
      [3, 2],
      [3, 10],
      [0, 10],
      [0, 0],
    ];
    expect(anchorOf({ type: 'Polygon', coordinates: [horseshoe] })).toEqual([1.5, 5]);
    const small: [number, number][] = [
      [20, 0],
      [21, 0],
      [21, 1],
      [20, 1],
      [20, 0],
    ];
    expect(anchorOf({ type: 'MultiPolygon', coordinates: [[small], [horseshoe]] })).toEqual([1.5, 5]);
  });

  test('a point is its own place, and nothing has none', () => {
    expect(anchorOf({ type: 'Point', coordinates: [3, 4] })).toEqual([3, 4]);
    expect(anchorOf(null)).toBeNull();
    expect(anchorOf({ type: 'Polygon', coordinates: [] })).toBeNull();
  });

  test('distances are those of the sphere', () => {
    expect(distanceKm([135.07, 48.48], [137.01, 50.55])).toBeCloseTo(269, 0);
    expect(distanceKm([135, 48], [135, 48])).toBe(0);
  });

  test('boxes hold what lies on their edge', () => {
    expect(holds([0, 0, 2, 2], [2, 1])).toBe(true);
    expect(holds([0, 0, 2, 2], [2.1, 1])).toBe(false);
    expect(contains([0, 0, 2, 2], [0, 0, 2, 2])).toBe(true);
    expect(contains([0, 0, 2, 2], [0, 0, 2, 3])).toBe(false);
  });
});
