// Base maps to put under the map: a server of pictures elsewhere, and PMTiles files with the same tile everywhere.

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PbfWriter } from 'pbf';
import { PNG } from 'pngjs';
import { atlas, folder, serve } from './server.js';

/** What every base map here asks to be named. */
export const ATTRIBUTION = '© Участники проверки';

/**
 * A picture of one colour.
 * @param {[number, number, number]} colour
 */
export function picture([red, green, blue]) {
  const png = new PNG({ width: 256, height: 256 });
  for (let at = 0; at < png.data.length; at += 4) png.data.set([red, green, blue, 255], at);
  return PNG.sync.write(png);
}

/**
 * A server of pictures on another port: the same picture everywhere, a status without one, or no answer at all.
 * @param {Buffer | 404 | 500 | 'never'} answer
 */
export async function pictureServer(answer) {
  /** @type {string[]} */
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cache-Control', 'no-store');
    if (answer === 'never') return;
    if (typeof answer === 'number') response.statusCode = answer;
    else response.setHeader('Content-Type', 'image/png');
    response.end(typeof answer === 'number' ? '' : answer);
  });
  server.listen(0, '127.0.0.1');
  server.unref();
  await once(server, 'listening');
  const address = server.address();
  if (!address || typeof address !== 'object') throw new Error('no port');
  const host = `127.0.0.1:${address.port}`;
  return { asked, host, template: `http://${host}/{z}/{x}/{y}.png` };
}

const VECTOR = 1;
const PNGS = 2;
const [NONE, GZIP] = [1, 2];

/**
 * A PMTiles v3 file with one content for all tiles of these zooms; of deeper ones up to the last it says that it has some,
 * and has none.
 * @param {string} file
 * @param {{ bytes: Uint8Array, vector: boolean, filled: number, lastZoom: number }} content
 */
async function writePmtiles(file, { bytes, vector, filled, lastZoom }) {
  // Tiles of zooms 0…n are numbered 0 … (4^(n + 1) − 1) / 3 − 1, so one run holds them all.
  const run = (4 ** (filled + 1) - 1) / 3;
  const directory = new PbfWriter();
  for (const number of [1, 0, run, bytes.length, 1]) directory.writeVarint(number);
  const root = Buffer.from(directory.finish());
  const header = Buffer.alloc(127);
  header.write('PMTiles\x03', 'latin1');
  const dataAt = header.length + root.length;
  // Offset and length: root, metadata, leaves, tiles; then three counts.
  const words = [127, root.length, dataAt, 0, dataAt, 0, dataAt, bytes.length, run, 1, 1];
  for (const [n, word] of words.entries()) header.writeBigUInt64LE(BigInt(word), 8 + 8 * n);
  header.set([1, NONE, vector ? GZIP : NONE, vector ? VECTOR : PNGS, 0, lastZoom], 96);
  await writeFile(file, Buffer.concat([header, root, bytes]));
}

const EXTENT = 4096;

/**
 * @typedef {object} Drawn
 * @property {string} layer
 * @property {1 | 2 | 3} type  points, lines, polygons
 * @property {[number, number][]} path
 * @property {Record<string, string>} tags
 */

/**
 * A vector tile, gzip-encoded, with one feature in each layer.
 * @param {Drawn[]} features
 */
function vectorTile(features) {
  const tile = new PbfWriter();
  for (const { layer, type, path, tags } of features) {
    tile.writeMessage(
      3,
      (_, writer) => {
        writer.writeStringField(1, layer);
        writer.writeMessage(
          2,
          (_, feature) => {
            feature.writePackedVarint(
              2,
              Object.keys(tags).flatMap((_, n) => [n, n]),
            );
            feature.writeVarintField(3, type);
            feature.writePackedVarint(4, commands(type, path));
          },
          null,
        );
        for (const key of Object.keys(tags)) writer.writeStringField(3, key);
        for (const value of Object.values(tags))
          writer.writeMessage(4, (_, text) => text.writeStringField(1, value), null);
        writer.writeVarintField(5, EXTENT);
        writer.writeVarintField(15, 2);
      },
      null,
    );
  }
  return gzipSync(tile.finish());
}

/**
 * @param {number} type
 * @param {[number, number][]} path
 */
function commands(type, path) {
  let [x, y] = [0, 0];
  const steps = path.map(([toX, toY]) => {
    const step = [toX - x, toY - y].map((by) => (by << 1) ^ (by >> 31));
    [x, y] = [toX, toY];
    return step;
  });
  const [first = [], ...rest] = steps;
  const lines = rest.length > 0 ? [(rest.length << 3) | 2, ...rest.flat()] : [];
  return [(1 << 3) | 1, ...first, ...lines, ...(type === 3 ? [(1 << 3) | 7] : [])];
}

/**
 * Water over the north of every tile, a road through its south, a name, and a border that nobody is to see, in the words of a
 * schema: the key of kinds, then layer and kind of each.
 * @param {string} key
 * @param {Record<'water' | 'road' | 'place' | 'border', [string, string]>} words
 */
function landscape(key, { water, road, place, border }) {
  const tags = (/** @type {[string, string]} */ [, kind]) => ({ [key]: kind });
  const line = (/** @type {number} */ y) =>
    /** @type {[number, number][]} */ ([
      [0, y],
      [EXTENT, y],
    ]);
  return vectorTile([
    { layer: water[0], type: 3, path: [...line(0), [EXTENT, 2048], [0, 2048]], tags: tags(water) },
    { layer: road[0], type: 2, path: line(3000), tags: tags(road) },
    { layer: place[0], type: 1, path: [[2048, 3400]], tags: { ...tags(place), name: 'Подложкино' } },
    { layer: border[0], type: 2, path: line(3600), tags: tags(border) },
  ]);
}

const PROTOMAPS = landscape('kind', {
  water: ['water', 'lake'],
  road: ['roads', 'highway'],
  place: ['places', 'locality'],
  border: ['boundaries', 'country'],
});
const OPENMAPTILES = landscape('class', {
  water: ['water', 'lake'],
  road: ['transportation', 'primary'],
  place: ['place', 'village'],
  border: ['boundary', 'country'],
});

const FILES = {
  protomaps: { bytes: PROTOMAPS, vector: true, filled: 11, lastZoom: 11 },
  openmaptiles: { bytes: OPENMAPTILES, vector: true, filled: 11, lastZoom: 11 },
  pictures: { bytes: picture([20, 90, 30]), vector: false, filled: 14, lastZoom: 14 },
  /** Beyond zoom 3 it has nothing, though it says so. */
  gaps: { bytes: picture([20, 90, 30]), vector: false, filled: 3, lastZoom: 14 },
};

/** @type {Promise<{ data: string, key: string }> | undefined} */
let region;

/** A small invented region, for any number of servers, one after another. */
function smallRegion() {
  region ??= (async () => {
    const data = join(await folder(), 'data');
    await atlas('demo', '--data', data, '--problems', '300', '--appeals', '300', '--assessments', '300');
    const site = ['--label', 'browser tests', '--origin', 'https://site.example'];
    return { data, key: await atlas('embed', 'add', '--data', data, ...site) };
  })();
  return region;
}

/**
 * Serves the region with a base map while something is done, then no longer: a data directory has one server at a time.
 * @param {keyof typeof FILES | { raster: string }} basemap
 * @param {(server: { url: string, key: string }) => Promise<void>} use
 */
export async function withBasemap(basemap, use) {
  const { data, key } = await smallRegion();
  const place = await folder();
  const config = join(place, 'atlas.toml');
  const source = typeof basemap === 'string' ? 'pmtiles = "base.pmtiles"' : `raster = "${basemap.raster}"`;
  if (typeof basemap === 'string') await writePmtiles(join(place, 'base.pmtiles'), FILES[basemap]);
  await writeFile(config, `[basemap]\n${source}\nattribution = "${ATTRIBUTION}"\n`);
  const server = await serve(data, '127.0.0.1:0', ['--config', config]);
  try {
    await use({ url: server.url, key });
  } finally {
    await server.stop();
  }
}
