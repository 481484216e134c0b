import { expect, test } from 'vitest';
import { parseFrame } from './frame_options';

test('a frame shows little unless it is asked for more', () => {
  const usual = parseFrame('');
  expect(usual).toMatchObject({ ui: 'min', list: false, font: 100, engine: 'auto', box: null, kept: '' });
  expect(parseFrame('?ui=full')).toMatchObject({ ui: 'full', list: true });
  expect(parseFrame('?ui=full&list=0').list).toBe(false);
  expect(parseFrame('?ui=none&list=1')).toMatchObject({ ui: 'none', list: true });
});

test('what is its own stays in the address, and what is the view goes', () => {
  const { kept, box, font, engine } = parseFrame('?mun=lazo&font=150&engine=raster&bbox=134,47,136,49&ui=none');
  expect({ box, font, engine }).toEqual({ box: [134, 47, 136, 49], font: 150, engine: 'raster' });
  expect(kept).toBe('bbox=134,47,136,49&engine=raster&font=150&ui=none');
});

test('a name that nobody knows is told apart from a value that is not understood', () => {
  const { unknown, wrong, kept } = parseFrame(
    '?utm_source=a&constructor=x&font=500&mode=3d&bbox=5,1,4,2&at=2026-13-01&ui=',
  );
  expect(unknown).toEqual(['utm_source', 'constructor']);
  expect(wrong).toEqual(['font', 'mode', 'bbox', 'at']);
  expect(kept).toBe('');
});
