import { describe, expect, test } from 'vitest';
import { CLASS_COUNTS, METHODS } from '../domain/classes';
import { DUE_CLASSES } from '../domain/deadline';
import { EARLIER, FORMS, WEIGHTS } from '../domain/density';
import { GROUPS } from '../domain/groups';
import { DENOMINATORS, METRICS } from '../domain/metrics';
import { COLUMNS, ORDERS, USUAL_SORTING } from '../domain/order';
import { LANGUAGES } from '../i18n/language';
import {
  DEFAULT_VIEW,
  formatCamera,
  formatView,
  MODES,
  mapAddress,
  pageAddress,
  parseCamera,
  parseView,
  THEMES,
  thingAddress,
  type View,
} from './url';

/** Numbers that look random and are the same every time. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function someView(seed: number): View {
  const pick = chance(seed);
  const one = <T>(all: readonly T[]) => all[pick(all.length)] as T;
  const some = <T>(all: readonly T[]) => all.filter(() => pick(2) === 1);
  const mode = one(MODES);
  const rating = mode === 'rating';
  return {
    mode,
    municipality: one([null, 'khabarovsk', 'MUN-27-003']),
    categories: some(['ecology', 'roads', 'roads.pothole']),
    statuses: some(['closed', 'overdue', 'planned']),
    due: some(DUE_CLASSES),
    costFrom: one([null, 0, 1_500_000]),
    costTo: one([null, 999_999_999_999]),
    responsible: one([null, 'BOD-27-101']),
    from: one([null, '2024-02-29']),
    to: one([null, '2026-11-22']),
    dueFrom: one([null, '2026-11-22']),
    dueTo: one([null, '2030-01-31']),
    at: one([null, '2025-06-01']),
    q: one(['', 'школа', 'a&b=c #1', '«ул. Ленина», 5+', '%20']),
    object: one([null, 'ATL-27-000001']),
    density: one([null, ...FORMS]),
    weight: one(WEIGHTS),
    versus: one([null, ...EARLIER]),
    hotspots: one([false, true]),
    basemap: one([false, true]),
    hidden: one([[], GROUPS.slice(0, 1), GROUPS.slice(1, 4)]),
    metric: one([null, ...METRICS]),
    per: one([null, ...DENOMINATORS]),
    method: one(METHODS),
    classes: one(CLASS_COUNTS),
    order: rating ? 'due' : one(ORDERS),
    sorting: rating ? { column: one(COLUMNS), descending: pick(2) === 1 } : USUAL_SORTING,
    language: one(LANGUAGES),
    theme: one(THEMES),
  };
}

test('pages of the server are asked for with the conditions alone, codes with the whole view', () => {
  const view = parseView(
    '?mode=appeals&mun=lazo&due=30d&layers=heat&weight=overdue&o=X&sort=cost&lang=en&at=2025-06-01',
  );
  expect(pageAddress('table', view)).toBe('/en/table?mode=appeals&mun=lazo&due=30d&at=2025-06-01');
  expect(pageAddress('embed-builder', view, { zoom: 9, centre: [135.1, 48.5] })).toBe(
    '/en/embed-builder?mode=appeals&mun=lazo&due=30d&at=2025-06-01&layers=heat&weight=overdue&sort=cost&o=X&map=9/48.5/135.1',
  );
  expect(pageAddress('embed-builder', DEFAULT_VIEW)).toBe('/embed-builder');
  expect(pageAddress('plan', { ...view, language: 'ru' })).toBe('/plan?mun=lazo&at=2025-06-01');
  expect(pageAddress('rating', { ...view, theme: 'dark' })).toBe('/en/rating?at=2025-06-01&theme=dark');
  expect(pageAddress('changes', view)).toBe('/en/changes?mun=lazo');
  expect(pageAddress('help', view)).toBe('/en/help');
  expect(thingAddress('m', 'lazo', view)).toBe('/en/m/lazo?at=2025-06-01');
  expect(thingAddress('o', 'ATL-27-000001', DEFAULT_VIEW)).toBe('/o/ATL-27-000001');
});

describe('the address', () => {
  test('gives back every view', () => {
    for (let seed = 0; seed < 500; seed += 1) {
      const view = someView(seed);
      expect(parseView(formatView(view)), `seed ${seed}`).toEqual(view);
      const { pathname, search } = new URL(mapAddress(view), 'https://atlas.example');
      expect(parseView(search, pathname), `seed ${seed}`).toEqual(view);
    }
  });

  test('of the usual view is empty, and equal views have equal addresses', () => {
    expect(formatView(DEFAULT_VIEW)).toBe('');
    const [a, b] = [
      ['roads', 'ecology'],
      ['ecology', 'roads', 'roads'],
    ].map((categories) => formatView({ ...DEFAULT_VIEW, categories }));
    expect(a).toBe('?cat=ecology,roads');
    expect(b).toBe(a);
  });

  test('of the map in English is that in Russian below /en', () => {
    const view = parseView('?mun=lazo&status=overdue', '/en/');
    expect(view.language).toBe('en');
    expect(mapAddress(view)).toBe('/en?mun=lazo&status=overdue');
    expect(mapAddress({ ...view, language: 'ru' })).toBe('/?mun=lazo&status=overdue');
    expect(parseView('?lang=en', '/').language).toBe('en');
  });

  test('that is wrong somewhere is read as if that were not there', () => {
    expect(parseView('?mode=x&sort=y&lang=de&theme=z&metric=w&layers=none&unknown=1&cat=,,&q=%20%20')).toEqual(
      DEFAULT_VIEW,
    );
    expect(parseView(`?q=${'я'.repeat(1000)}`).q).toHaveLength(200);
    expect(parseView('?mode=rating&sort=-nothing')).toEqual({ ...DEFAULT_VIEW, mode: 'rating' });
    for (const day of ['2026-13-01', '2026-02-30', '22.11.2026', '0001-01-01', '2026-11-22T00:00:00Z'])
      expect(parseView(`?from=${day}&to=${day}&at=${day}`)).toEqual(DEFAULT_VIEW);
  });
});

describe('the camera', () => {
  test('comes back to less than a pixel', () => {
    const pick = chance(7);
    for (let n = 0; n < 200; n += 1) {
      const camera = {
        zoom: 2.5 + pick(14_500) / 1000,
        centre: [pick(36_000) / 100 - 180, pick(16_000) / 100 - 80] as [number, number],
      };
      const back = parseCamera(formatCamera(camera));
      expect(back?.zoom).toBeCloseTo(camera.zoom, 1);
      expect(back?.centre[0]).toBeCloseTo(camera.centre[0], 3);
      expect(back?.centre[1]).toBeCloseTo(camera.centre[1], 3);
    }
  });

  test.each(['', '#', '#map=', '#map=1/2', '#map=a/b/c', '#map=5/91/0', '#map=5/0/181', '#map=40/0/0', '#list'])(
    'is not read from %s',
    (hash) => expect(parseCamera(hash)).toBeNull(),
  );
});
