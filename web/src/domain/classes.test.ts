import { describe, expect, test } from 'vitest';
import { boundsBy, CLASS_COUNTS, histogram, METHODS } from './classes';

const COMPUTED = METHODS.filter((method) => method !== 'fixed');

function classOf(bounds: readonly number[], value: number): number {
  return bounds.filter((bound) => value >= bound).length;
}

/** Numbers that look random and are the same every time. */
function some(seed: number, n: number): number[] {
  let state = seed;
  return Array.from({ length: n }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((state / 2 ** 32) ** 3 * 10_000) / 10;
  });
}

describe('classes of values', () => {
  test('are as many as asked for, ascending and none empty', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const values = some(seed, 60);
      for (const method of ['quantile', 'jenks'] as const) {
        for (const count of CLASS_COUNTS) {
          const bounds = boundsBy(method, values, count, 0.1);
          expect(bounds, `${method} ${seed}`).toHaveLength(count - 1);
          expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
          expect(new Set(values.map((value) => classOf(bounds, value))).size).toBe(count);
        }
      }
    }
  });

  test('of one width divide the range', () => {
    expect(boundsBy('equal', [0, 10, 3, 100], 4, 1)).toEqual([25, 50, 75]);
  });

  test('by quantiles hold as many values each', () => {
    const values = Array.from({ length: 100 }, (_, n) => n);
    const bounds = boundsBy('quantile', values, 5, 0.1);
    const sizes = [0, 1, 2, 3, 4].map((n) => values.filter((value) => classOf(bounds, value) === n).length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  test('by natural breaks lie between heaps', () => {
    const values = [1, 1.2, 1.1, 5, 5.1, 9, 9.2, 9.1, 30];
    expect(boundsBy('jenks', values, 4, 0.01)).toEqual([3.1, 7.05, 19.6]);
  });

  test('by natural breaks leave the least that any division leaves', () => {
    for (let seed = 0; seed < 30; seed += 1) {
      const values = some(seed, 9).sort((a, b) => a - b);
      const spread = (part: readonly number[]) => {
        const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
        return part.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      };
      const bounds = boundsBy('jenks', values, 3, 1e-6);
      const parts = [0, 1, 2].map((n) => values.filter((value) => classOf(bounds, value) === n));
      const found = parts.reduce((sum, part) => sum + spread(part), 0);
      for (let a = 1; a < 8; a += 1) {
        for (let b = a + 1; b < 9; b += 1) {
          const left = spread(values.slice(0, a)) + spread(values.slice(a, b)) + spread(values.slice(b));
          expect(found).toBeLessThanOrEqual(left + 1e-6);
        }
      }
    }
  });

  test('are fewer where there are fewer values, and one of none', () => {
    for (const method of COMPUTED) {
      expect(boundsBy(method, [], 5, 0.1)).toEqual([]);
      expect(boundsBy(method, [7, 7, 7], 5, 0.1)).toEqual([]);
      expect(boundsBy(method, [1, 2], 7, 1).length).toBeLessThanOrEqual(1);
    }
  });

  test('a histogram counts every value once', () => {
    const values = some(5, 200);
    const counts = histogram(values, 0, 1_000, 16);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(200);
    expect(histogram([0, 1, 1.5, 4], 0, 4, 4)).toEqual([1, 2, 0, 1]);
    expect(histogram([3, 3], 3, 3, 4)).toEqual([2, 0, 0, 0]);
  });
});
