// Vector tiles agree with the lists.

import assert from 'node:assert/strict';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { demoServer, json, matched } from '../support/server.js';
import { test } from '../support/test.js';

/**
 * @param {string} base
 * @param {string} layer
 * @param {string} filter
 * @returns {(tile: string) => Promise<number>}
 */
function counter(base, layer, filter) {
  return async (address) => {
    const response = await fetch(`${base}/tiles/${layer}/${address}.mvt?${filter}`);
    assert(response.ok, `${response.status} ${response.url}`);
    const tile = new VectorTile(new PbfReader(new Uint8Array(await response.arrayBuffer())));
    const features = tile.layers[layer];
    let sum = 0;
    for (let n = 0; n < (features?.length ?? 0); n += 1) {
      const { properties } = /** @type {NonNullable<typeof features>} */ (features).feature(n);
      sum += properties.cluster ? Number(properties.point_count) : 1;
    }
    return sum;
  };
}

/**
 * Every position in a geometry.
 * @param {any} coordinates
 * @returns {[number, number][]}
 */
function positions(coordinates) {
  return typeof coordinates[0] === 'number' ? [coordinates] : coordinates.flatMap(positions);
}

/**
 * Places where a symbol may stand: those of the records, and the seats that stand for whole municipalities.
 * @param {string} base
 * @param {string} layer
 * @param {string} filter
 */
async function places(base, layer, filter) {
  const { municipalities } = await json(`${base}/api/region`);
  const found = municipalities.map((/** @type {any} */ { centre }) => centre);
  let next = `${base}/ogc/collections/${layer}/items?limit=10000&${filter}`;
  while (next) {
    const page = await json(next);
    for (const { geometry } of page.features) found.push(...positions(geometry.coordinates));
    next = page.links.find((/** @type {any} */ { rel }) => rel === 'next')?.href;
  }
  return /** @type {[number, number][]} */ (found);
}

/**
 * @param {[number, number]} place
 * @param {number} z
 */
function tileOf([lon, lat], z) {
  const rad = (lat * Math.PI) / 180;
  const [x, y] = [(lon + 180) / 360, (1 - Math.asinh(Math.tan(rad)) / Math.PI) / 2];
  const cell = (/** @type {number} */ share) => Math.max(0, Math.min(2 ** z - 1, Math.floor(share * 2 ** z)));
  return `${z}/${cell(x)}/${cell(y)}`;
}

/**
 * @param {(tile: string) => Promise<number>} count
 * @param {[number, number][]} places
 * @param {number} z
 */
async function sum(count, places, z) {
  const tiles = [...new Set(places.map((place) => tileOf(place, z)))];
  let total = 0;
  // One after another would take long, all at once would be more than a server takes from one client.
  for (let n = 0; n < tiles.length; n += 16) {
    for (const counted of await Promise.all(tiles.slice(n, n + 16).map(count))) total += counted;
  }
  return total;
}

const ZOOMS = [0, 3, 6, 7, 9, 12, 14];

/** @type {[string, string][]} */
const CASES = [
  ['problems', ''],
  ['problems', 'status=overdue'],
  ['problems', 'municipality=khabarovsk&category=roads'],
  ['problems', 'q=%D1%88%D0%BA%D0%BE%D0%BB'],
  ['appeals', ''],
  ['appeals', 'status=open'],
];

for (const [layer, filter] of CASES) {
  test(`${layer} in tiles add up to the list at every zoom (${decodeURIComponent(filter) || 'no filter'})`, async () => {
    const { url } = await demoServer();
    const whole = await matched(url, layer, filter);
    assert(whole > 0);
    const [count, where] = [counter(url, layer, filter), await places(url, layer, filter)];
    for (const z of ZOOMS) assert.equal(await sum(count, where, z), whole, `zoom ${z}`);
  });
}
