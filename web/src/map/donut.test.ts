import { describe, expect, test } from 'vitest';
import { arcsOf, parseDonut, RADII, SIZE_STEPS, scaleAt, sizeOf } from './donut';

describe('a donut', () => {
  test('grows with its count in five steps', () => {
    expect([1, 9, 10, 99, 100, 499, 500, 1999, 2000, 90_000].map(sizeOf)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    expect(RADII).toHaveLength(SIZE_STEPS.length + 1);
  });

  test('is named after what it shows', () => {
    expect(parseDonut('donut|dark|2|3,2,4,1')).toEqual({
      tone: 'dark',
      size: 2,
      shares: { new: 3, in_work: 2, overdue: 4, resolved: 1 },
    });
    for (const wrong of ['', 'donut|pink|2|3,2,4,1', 'donut|dark|9|3,2,4,1', 'donut|dark|2|3,2,4', 'point|dark|new']) {
      expect(parseDonut(wrong)).toBeNull();
    }
  });

  test('is closed: its arcs follow one another from twelve o’clock round to twelve o’clock', () => {
    const arcs = arcsOf({ new: 3, in_work: 0, overdue: 4, resolved: 1 });
    expect(arcs.map(({ group }) => group)).toEqual(['overdue', 'new', 'resolved']);
    expect(arcs[0]?.from).toBe(0);
    expect(arcs.at(-1)?.to).toBeCloseTo(2 * Math.PI);
    arcs.slice(1).forEach(({ from }, n) => {
      expect(from).toBe(arcs[n]?.to);
    });
  });

  test('of nothing has no arcs', () => {
    expect(arcsOf({ new: 0, in_work: 0, overdue: 0, resolved: 0 })).toEqual([]);
  });

  test('is smaller from afar, within bounds', () => {
    expect(scaleAt(0)).toBe(0.8);
    expect(scaleAt(20)).toBe(1);
    expect(scaleAt(4.4)).toBeGreaterThan(0.8);
    expect(scaleAt(4.4)).toBeLessThan(1);
  });
});
