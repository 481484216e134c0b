import { describe, expect, test } from 'vitest';
import { densityOf, earlier, inUnit, legendUnit, pictureZoom, yearTo } from './density';

const WANTED = {
  mode: 'objects',
  density: 'field',
  weight: 'cost',
  versus: null,
  from: null,
  to: null,
} as const;

describe('density', () => {
  test('falls back to what the layer can show', () => {
    expect(densityOf(WANTED)).toEqual({ form: 'field', weight: 'cost', versus: null, from: 9 });
    expect(densityOf({ ...WANTED, mode: 'appeals', density: 'hexes' })).toMatchObject({
      form: 'field',
      weight: 'count',
    });
    expect(densityOf({ ...WANTED, density: 'hexes' })).toMatchObject({ form: 'hexes', weight: 'count', from: 0 });
    expect(densityOf({ ...WANTED, mode: 'rating' })).toBeNull();
    expect(densityOf({ ...WANTED, density: null })).toBeNull();
  });

  test('is compared only when the period has both ends, and then is drawn from afar too', () => {
    expect(densityOf({ ...WANTED, versus: 'previous', from: '2025-01-01' })?.versus).toBeNull();
    const compared = densityOf({ ...WANTED, versus: 'previous', from: '2025-01-01', to: '2025-01-31' });
    expect(compared).toMatchObject({ versus: { from: '2024-12-01', to: '2024-12-31' }, from: 0 });
  });

  test('knows the period before, and the same days of the year before', () => {
    expect(earlier({ from: '2025-03-01', to: '2025-03-01' }, 'previous')).toEqual({
      from: '2025-02-28',
      to: '2025-02-28',
    });
    expect(earlier({ from: '2024-02-29', to: '2024-12-31' }, 'year')).toEqual({ from: '2023-02-28', to: '2023-12-31' });
    expect(yearTo('2026-11-23')).toBe('2025-11-24');
    expect(yearTo('2024-02-29')).toBe('2023-03-01');
  });
});

test('values of a legend are written in units that need few digits', () => {
  for (const [most, area, power] of [
    [0.004, 10_000, 0],
    [0.02, 100, 0],
    [2.5, 1, 0],
    [999, 1, 0],
    [12_300, 1, 3],
    [45_000_000, 1, 6],
  ] as const) {
    expect(legendUnit(most)).toEqual({ area, power });
    expect(inUnit(most, { area, power })).toBeCloseTo((most * area) / 10 ** power);
  }
  expect(legendUnit(0)).toEqual({ area: 10_000, power: 0 });
});

test('pictures are half as large as vector tiles, so they are one zoom deeper', () => {
  expect([9, 9.4, 9.6].map(pictureZoom)).toEqual([10, 10, 11]);
});
