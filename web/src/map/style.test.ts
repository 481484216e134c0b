import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { describe, expect, test } from 'vitest';
import type { Density } from '../domain/density';
import { GROUPS } from '../domain/groups';
import { LANGUAGES } from '../i18n/language';
import { makeStyle } from './style';
import { colouredUpTo, type StyleChoice } from './style_choice';
import { PICKABLE } from './style_symbols';

const COLOURING: StyleChoice['colouring'] = new Map([
  ['MUN-27-001', { colour: '#ffffd4', label: '12,5' }],
  ['MUN-27-002', { colour: '#993404', label: '80,0' }],
]);

const FIELD: Density = { form: 'field', weight: 'count', versus: null, from: 9 };
const HEXES: Density = { form: 'hexes', weight: 'overdue', versus: null, from: 0 };

const PICTURES: StyleChoice['basemap'] = {
  kind: 'raster',
  tiles: 'http://a/b/{z}/{x}/{y}.png',
  minzoom: 0,
  maxzoom: 19,
  attribution: 'a',
};
const LINES: StyleChoice['basemap'] = { ...PICTURES, kind: 'vector', tiles: 'http://a/b/{z}/{x}/{y}', maxzoom: 14 };

function choices(): StyleChoice[] {
  const all: StyleChoice[] = [];
  for (const tone of ['light', 'dark', 'contrast'] as const) {
    for (const language of LANGUAGES) {
      for (const layer of ['problems', 'appeals'] as const) {
        for (const [density, comparison, colouring] of [
          [null, false, null],
          [FIELD, false, COLOURING],
          [FIELD, false, new Map()],
          [{ ...FIELD, from: 0 }, false, COLOURING],
          [HEXES, false, COLOURING],
          [null, true, COLOURING],
        ] as const) {
          for (const [hidden, basemap] of [
            [[], null],
            [GROUPS.slice(1), PICTURES],
            [[], LINES],
          ] as const) {
            all.push({
              tone,
              language,
              layer,
              bounds: [130, 46, 148, 63],
              tiles: {
                objects: 'http://a/{z}/{x}/{y}.mvt',
                pictures: 'http://a/m/{z}/{x}/{y}.png',
                heat: 'http://a/{z}/{x}/{y}.png',
                hexes: 'http://a/h/{z}/{x}/{y}.mvt',
                hotspots: 'http://a/s/{z}/{x}/{y}.mvt',
                places: 'http://a/p/{z}/{x}/{y}.mvt',
              },
              thousand: 'тыс.',
              basemap,
              density,
              hotspots: hidden.length > 0,
              comparison,
              colouring,
              hidden,
              cities: ['MUN-27-001'],
              municipalities: [{ id: 'MUN-27-001', name_ru: 'район имени Лазо', name_en: 'Lazo District' }],
              chosen: hidden.length > 0 ? 'MUN-27-002' : null,
              icons: new Map([['roads', 'car']]),
              cellsFrom: 7,
              pointsFrom: 13,
            });
          }
        }
      }
    }
  }
  return all;
}

describe('the style of the map', () => {
  test('is valid whatever the reader chose', () => {
    for (const choice of choices()) {
      const { tone, language, layer, density, comparison } = choice;
      const faults = validateStyleMin(makeStyle(choice) as never)
        // Letters come from fonts of the page, not from a server of glyphs.
        .filter(({ message }) => !message.includes('glyphs'));
      expect(faults, JSON.stringify({ tone, language, layer, density, comparison })).toEqual([]);
    }
  });

  test('names each layer once, and what can be pressed is there', () => {
    for (const choice of choices()) {
      const ids = makeStyle(choice).layers.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      if (choice.comparison) expect(ids).not.toContain('points');
      else if (choice.density?.form === 'hexes') expect(ids).toContain('hexes');
      else if (!choice.density) for (const id of PICKABLE.slice(0, 5)) expect(ids).toContain(id);
    }
  });

  test('has a base map under everything of ours but the tint of sea and land, and no borders of its own', () => {
    for (const choice of choices()) {
      const layers = makeStyle(choice).layers;
      const at = (source: string) =>
        layers.flatMap((layer, n) => ('source' in layer && layer.source === source ? [n] : []));
      const under = at('basemap');
      const ids = under.map((n) => layers[n]?.id);
      if (!choice.basemap) {
        expect(ids).toEqual([]);
        expect(makeStyle(choice).sources).not.toHaveProperty('basemap');
        continue;
      }
      const flat = under.filter((n) => layers[n]?.type !== 'symbol');
      const first = (id: string) => layers.findIndex((layer) => layer.id === id);
      expect(first('ground')).toBeLessThan(Math.min(...flat));
      expect(Math.max(...flat)).toBeLessThan(first('land'));
      expect(Math.max(...flat)).toBeLessThan(first('border'));
      expect(Math.max(...under)).toBeLessThan(first('settlement-names'));
      const drawn = new Set(under.map((n) => (layers[n] as { 'source-layer'?: string })['source-layer']));
      expect(drawn).toEqual(
        choice.basemap.kind === 'raster'
          ? new Set([undefined])
          : new Set(['water', 'waterway', 'roads', 'transportation', 'places', 'place']),
      );
    }
  });

  test('lets a base map through the land, and keeps classes over it', () => {
    const opacity = (choice: StyleChoice) =>
      JSON.stringify(makeStyle(choice).layers.find(({ id }) => id === 'land')?.paint?.['fill-opacity' as never]);
    for (const choice of choices().filter(({ chosen }) => chosen === null)) {
      const [plain, coloured] = [choice.basemap ? '0' : '1', choice.basemap ? '0.85' : '1'];
      const until = colouredUpTo(choice);
      const expected = choice.basemap && until !== null ? `["step",["zoom"],${coloured},${until},${plain}]` : plain;
      expect(opacity(choice)).toBe(expected);
    }
  });

  test('asks nobody but the service', () => {
    for (const choice of choices())
      expect(JSON.stringify(makeStyle(choice))).not.toMatch(/https:|mapbox|maptiler|demotiles/);
  });
});
