import { describe, expect, test } from 'vitest';
import { inLines } from './lines';
import { arrange } from './names';
import { spread } from './spread';

/** Municipalities whose seats lie close together, as in the south of a region. */
function crowd(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    x: 300 + 70 * Math.cos(n * 2.4) * Math.sqrt(n / count),
    y: 300 + 70 * Math.sin(n * 2.4) * Math.sqrt(n / count),
    radius: 15 + (n % 4) * 5,
    weight: 10 + n * n,
    name: { width: 60 + (n % 3) * 15, height: 13 },
  }));
}

const FRAME = { left: 0, top: 0, right: 600, bottom: 600 };

describe('symbols', () => {
  test('do not cover one another', () => {
    const symbols = crowd(16);
    const places = spread(symbols);
    places.forEach((a, n) => {
      places.slice(n + 1).forEach((b, m) => {
        const wanted = (symbols[n]?.radius ?? 0) + (symbols[n + 1 + m]?.radius ?? 0);
        expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(wanted - 0.5);
      });
    });
  });

  test('alone stay where they belong', () => {
    expect(spread([{ x: 10, y: 20, radius: 5, weight: 1 }])).toEqual([{ x: 10, y: 20 }]);
    const apart = crowd(2).map((symbol, n) => ({ ...symbol, x: n * 200 }));
    expect(spread(apart)).toEqual(apart.map(({ x, y }) => ({ x, y })));
  });

  test('on one place part, and the heavier one moves less', () => {
    const [light, heavy] = spread([
      { x: 0, y: 0, radius: 10, weight: 1 },
      { x: 0, y: 0, radius: 10, weight: 99 },
    ]) as [{ x: number; y: number }, { x: number; y: number }];
    expect(Math.hypot(light.x - heavy.x, light.y - heavy.y)).toBeGreaterThanOrEqual(20);
    expect(Math.hypot(heavy.x, heavy.y)).toBeLessThan(Math.hypot(light.x, light.y));
  });

  test('get the same places every time', () => {
    expect(spread(crowd(16), FRAME)).toEqual(spread(crowd(16), FRAME));
  });
});

describe('names', () => {
  test('all find room when symbols give way, inside the frame, covering nothing', () => {
    const symbols = crowd(16);
    const arranged = arrange(symbols, FRAME);
    expect(arranged.filter(({ side }) => side === null)).toEqual([]);
    for (const { x, y } of arranged) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(600);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(600);
    }
  });

  test('that find no room at all are left out', () => {
    const tight = { left: 200, top: 200, right: 400, bottom: 400 };
    const arranged = arrange(crowd(16), tight);
    expect(arranged).toHaveLength(16);
    expect(arranged.some(({ side }) => side === null)).toBe(true);
  });

  test('do not go under what floats over the map', () => {
    const one = [{ x: 300, y: 100, radius: 10, weight: 1, name: { width: 80, height: 13 } }];
    expect(arrange(one, FRAME)[0]?.side).toBe('right');
    expect(arrange(one, FRAME, [{ left: 380, top: 0, right: 600, bottom: 150 }])[0]?.side).toBe('left');
  });

  test('stay on the screen', () => {
    const edge = [{ x: 590, y: 300, radius: 10, weight: 1, name: { width: 80, height: 13 } }];
    expect(arrange(edge, FRAME)[0]?.side).toBe('left');
  });
});

describe('lines of a name', () => {
  const measure = (text: string) => text.length;
  test.each([
    ['Хабаровск', 12, ['Хабаровск']],
    ['Комсомольск-на-Амуре', 13, ['Комсомольск-', 'на-Амуре']],
    ['Советско-Гаванский', 12, ['Советско-', 'Гаванский']],
    ['имени Полины Осипенко', 13, ['имени Полины', 'Осипенко']],
    ['Словобезпробелов', 5, ['Словобезпробелов']],
  ])('of %s within %i', (name, widest, lines) => {
    expect(inLines(name, widest, measure)).toEqual(lines);
  });
});
