import { expect, test } from 'vitest';
import type { Basemap } from '../api/wire';
import { drawable, wholeTiles } from './basemap';

const OWN: Basemap = { kind: 'vector', tiles: '/basemap/{z}/{x}/{y}', minzoom: 0, maxzoom: 12, attribution: 'a' };
const OWN_PICTURES: Basemap = { ...OWN, kind: 'raster' };
const ELSEWHERE: Basemap = { ...OWN_PICTURES, tiles: 'https://tiles.example/{z}/{x}/{y}.png' };
const USUAL = { embedded: false, webgl: true, tone: 'light' } as const;

test('a base map is drawn where it can be', () => {
  expect(drawable(null, USUAL)).toBeNull();
  for (const found of [OWN, OWN_PICTURES, ELSEWHERE]) expect(drawable(found, USUAL)).toBe(found);
});

test('in a frame nobody elsewhere is asked', () => {
  expect(drawable(ELSEWHERE, { ...USUAL, embedded: true })).toBeNull();
  expect(drawable(OWN, { ...USUAL, embedded: true })).toBe(OWN);
});

test('a map of pictures has no lines under it, and great contrast no pictures', () => {
  expect(drawable(OWN, { ...USUAL, webgl: false })).toBeNull();
  expect(drawable(OWN_PICTURES, { ...USUAL, webgl: false })).toBe(OWN_PICTURES);
  expect(drawable(ELSEWHERE, { ...USUAL, tone: 'contrast' })).toBeNull();
  expect(drawable(OWN, { ...USUAL, tone: 'contrast' })).toBe(OWN);
});

test('its tiles have whole addresses', () => {
  expect(wholeTiles(OWN, 'https://atlas.example')).toBe('https://atlas.example/basemap/{z}/{x}/{y}');
  expect(wholeTiles(ELSEWHERE, 'https://atlas.example')).toBe(ELSEWHERE.tiles);
});
