// The real binary, in folders of its own, ended by its own process id.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const LIMIT_MS = 120_000;
const run = promisify(execFile);

/** @returns {string} */
function binary() {
  const path = process.env.ATLAS_BIN;
  if (!path) throw new Error('ATLAS_BIN names no binary: run `make test-browser`');
  return path;
}

/** @param {string[]} args */
export async function atlas(...args) {
  const { stdout } = await run(binary(), args, { timeout: LIMIT_MS, env: { ...process.env, ATLAS_LANG: 'en' } });
  return stdout.trim();
}

/**
 * @typedef {object} Server
 * @property {string} url
 * @property {number} pid
 * @property {() => Promise<void>} stop
 */

/** @type {Set<() => Promise<void>>} */
const ends = new Set();

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

// Whoever breaks the tests off leaves no server behind.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => process.exit(1));

/** A folder that goes when the tests end. */
export async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'atlas-browser-'));
  ends.add(() => rm(path, { recursive: true, force: true }));
  return path;
}

/**
 * @param {string} data
 * @param {string} listen
 * @param {string[]} more
 * @returns {Promise<Server>}
 */
export async function serve(data, listen = '127.0.0.1:0', more = []) {
  const child = spawn(binary(), ['serve', '--data', data, '--listen', listen, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  running.add(child);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the server did not start: ${log}`)), LIMIT_MS);
    child.once('exit', () => reject(new Error(`the server ended: ${log}`)));
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      const found = /listening on (http:\/\/\S+)/.exec(out);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1]);
    });
  });
  const stop = async () => {
    ends.delete(stop);
    child.kill('SIGTERM');
    await ended;
    running.delete(child);
  };
  ends.add(stop);
  return { url, pid: child.pid ?? 0, stop };
}

export async function stopServers() {
  for (const end of [...ends].reverse()) await end();
}

/** @type {Promise<Server & { token: string, key: string }> | undefined} */
let demo;

/** The invented region, made once for all tests. */
export function demoServer() {
  demo ??= (async () => {
    const data = join(await folder(), 'data');
    await atlas('demo', '--data', data, '--problems', '4000', '--appeals', '12000', '--assessments', '9000');
    const token = await atlas('token', 'create', '--data', data, '--label', 'browser tests');
    const site = ['--label', 'browser tests', '--origin', 'https://site.example'];
    const key = await atlas('embed', 'add', '--data', data, ...site);
    return { ...(await serve(data)), token, key };
  })();
  return demo;
}

/**
 * A server that holds these problems only.
 * @param {object[]} features
 */
export async function serverOf(features) {
  const place = await folder();
  const file = join(place, 'problems.geojson');
  await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features }));
  const data = join(place, 'data');
  await atlas('import', 'problems', file, '--data', data);
  return serve(data);
}

/**
 * @param {string} url
 * @returns {Promise<any>}
 */
export async function json(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${url}: ${await response.text()}`);
  return response.json();
}

/**
 * How many records of a layer match.
 * @param {string} base
 * @param {string} layer
 * @param {string} filter
 * @returns {Promise<number>}
 */
export async function matched(base, layer, filter = '') {
  return (await json(`${base}/ogc/collections/${layer}/items?limit=1&${filter}`)).numberMatched;
}
