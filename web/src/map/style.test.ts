import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { describe, expect, test } from 'vitest';
import type { Density } from '../domain/density';
import { GROUPS } from '../domain/groups';
import { LANGUAGES } from '../i18n/language';
import { makeStyle } from './style';
import type { StyleChoice } from './style_choice';
import { PICKABLE } from './style_symbols';

const COLOURING: StyleChoice['colouring'] = new Map([
  ['MUN-27-001', { colour: '#ffffd4', label: '12,5' }],
  ['MUN-27-002', { colour: '#993404', label: '80,0' }],
]);

const FIELD: Density = { form: 'field', weight: 'count', versus: null, from: 9 };
const HEXES: Density = { form: 'hexes', weight: 'overdue', versus: null, from: 0 };

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
          for (const hidden of [[], GROUPS.slice(1)]) {
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

  test('asks nobody but the service', () => {
    for (const choice of choices())
      expect(JSON.stringify(makeStyle(choice))).not.toMatch(/https:|mapbox|maptiler|demotiles/);
  });
});
