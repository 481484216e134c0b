// Vector tiles agree with the lists, and with the specification.

import assert from 'node:assert/strict';
// @ts-expect-error it brings no types
import { each } from '@mapbox/mvt-fixtures';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { PNG } from 'pngjs';
import { faultsOf } from '../support/mvt_rules.js';
import { demoServer, json, matched } from '../support/server.js';
import { test } from '../support/test.js';

/**
 * A tile that keeps the rules of the specification, also those that it only recommends.
 * @param {string} address
 */
async function validTile(address) {
  const response = await fetch(address);
  assert(response.ok, `${response.status} ${address}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  assert.deepEqual(faultsOf(bytes), [], address);
  const tile = new VectorTile(new PbfReader(bytes));
  for (const layer of Object.values(tile.layers)) {
    assert(layer.length > 0 && layer.extent === 4096, `${address}: ${layer.name}`);
    const ids = Array.from({ length: layer.length }, (_, n) => layer.feature(n).id);
    assert(ids.every(Number.isSafeInteger) && new Set(ids).size === ids.length, `${address}: ids of ${layer.name}`);
  }
  return tile;
}

/**
 * @param {string} base
 * @param {string} layer
 * @param {string} filter
 * @returns {(tile: string) => Promise<number>}
 */
function counter(base, layer, filter) {
  return async (address) => {
    const features = (await validTile(`${base}/tiles/${layer}/${address}.mvt?${filter}`)).layers[layer];
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

test('borders, hexagons and hot spots are valid tiles at every zoom', async () => {
  const { url } = await demoServer();
  const { municipalities } = await json(`${url}/api/region`);
  for (const layer of ['municipalities', 'hexes', 'hotspots']) {
    for (let z = 0; z <= 12; z += 1) {
      const addresses = new Set(municipalities.map((/** @type {any} */ { centre }) => tileOf(centre, z)));
      for (const address of addresses) await validTile(`${url}/tiles/${layer}/${address}.mvt`);
    }
  }
});

// Three fixtures are valid by the letter and nothing that a tile of ours may be: a feature without a type, which fixture 003
// calls invalid; a tile of version 1; a command that promises more places than there are.
const REFUSED_ALL_THE_SAME = new Set(['016', '039', '057']);

test('the rules for tiles tell valid ones from invalid ones as the fixtures of the specification do', async () => {
  let seen = 0;
  each((/** @type {any} */ { id, buffer, validity, description }) => {
    const valid = validity.v2 && !REFUSED_ALL_THE_SAME.has(id);
    assert.equal(faultsOf(buffer).length === 0, valid, `${id}: ${description}`);
    seen += 1;
  });
  assert(seen > 70);
});

/** Numbers that look random and are the same every time. */
function chance(/** @type {number} */ seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * What the symbols of a zoom add up to, each counted once: objects, and of them overdue and closed ones.
 * @param {string} base
 * @param {string} filter
 * @param {[number, number][]} places
 * @param {number} z
 */
async function sums(base, filter, places, z) {
  const found = { count: 0, overdue: 0, closed: 0, clusters: /** @type {any[]} */ ([]) };
  for (const address of new Set(places.map((place) => tileOf(place, z)))) {
    const { problems } = (await validTile(`${base}/tiles/problems/${address}.mvt?${filter}`)).layers;
    for (let n = 0; n < (problems?.length ?? 0); n += 1) {
      const { properties: of } = /** @type {NonNullable<typeof problems>} */ (problems).feature(n);
      const [count, late, open] = of.cluster
        ? [of.point_count, of.overdue_count, Number(of.new_count) + Number(of.in_work_count) + Number(of.overdue_count)]
        : [1, of.group === 'overdue', of.group === 'resolved' ? 0 : 1];
      found.count += Number(count);
      found.overdue += Number(late);
      found.closed += Number(count) - Number(open);
      if (of.cluster) found.clusters.push(of);
    }
  }
  return found;
}

test('vector tiles, pictures, statistics and lists agree in twenty states (E26)', async () => {
  const { url } = await demoServer();
  const pick = chance(26);
  const one = (/** @type {string[]} */ all) => all[pick(all.length)] ?? '';
  for (let state = 0; state < 20; state += 1) {
    const filter = [
      one(['', 'status=overdue', 'status=open', 'status=closed', 'due=30d,90d', 'due=none']),
      one(['', 'municipality=lazo', 'municipality=khabarovsk,komsomolsk', 'category=roads']),
      one(['', 'cost_from=1000000', 'severity=4,5', 'registered_from=2024-01-01']),
    ]
      .filter(Boolean)
      .join('&');
    const whole = await matched(url, 'problems', filter);
    const { total } = await json(`${url}/api/stats?${filter}`);
    assert.equal(total.count, whole, filter);
    const where = await places(url, 'problems', filter);
    const overdue = await matched(url, 'problems', `${filter}&status=overdue`.replace(/status=\w+&(?=.*status=)/, ''));
    for (const z of [3, 8]) {
      const counted = await sums(url, filter, where, z);
      assert.equal(counted.count, whole, `vector tiles of zoom ${z} under ${filter}`);
      assert.deepEqual([counted.overdue, counted.closed], [total.overdue, total.count - total.open], filter);
      if (!/status=(open|closed)/.test(filter)) assert.equal(counted.overdue, overdue, filter);
      // What a cluster holds is as many as it says, and each of them is on the list.
      const cluster = counted.clusters[pick(counted.clusters.length || 1)];
      if (!cluster) continue;
      const leaves = await json(`${url}/api/clusters/${cluster.cluster_id}/leaves?${filter}`);
      assert.equal(leaves.point_count, cluster.point_count, filter);
    }
    // A picture of a tile half as wide is one zoom deeper.
    let marked = 0;
    for (const tile of ['4/13/4', '4/13/5', '4/14/4', '4/14/5']) {
      const response = await fetch(`${url}/tiles/problems/${tile}.png?${filter}`);
      const { data } = PNG.sync.read(Buffer.from(await response.arrayBuffer()));
      for (let at = 3; at < data.length; at += 4) marked += data[at] ? 1 : 0;
    }
    assert.equal(marked > 0, whole > 0, `pictures under ${filter}`);
  }
});
