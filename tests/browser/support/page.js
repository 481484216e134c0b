// What a reader sees and does, in words.

import assert from 'node:assert/strict';
import { PNG } from 'pngjs';
import { MAP_MS } from './browser.js';

/** @typedef {import('playwright-core').Page} Page */

/**
 * The map is there, and everything asked for is drawn.
 * @param {Page} page
 */
export async function drawn(page) {
  await page.waitForSelector('#map[data-stage="live"][aria-busy="false"]', { timeout: MAP_MS });
}

/**
 * The list tells what is in view now, and no longer what was.
 * @param {Page} page
 */
export async function listed(page) {
  await page.waitForFunction(() => {
    const count = document.querySelector('.list-count');
    const body = document.querySelector('.list-body');
    return count?.hasAttribute('data-shown') && count.hasAttribute('data-all') && body?.ariaBusy !== 'true';
  });
}

/**
 * @param {Page} page
 * @returns {Promise<{ shown: number, all: number }>}
 */
export function counts(page) {
  return page.$eval('.list-count', (count) => ({
    shown: Number(count.getAttribute('data-shown')),
    all: Number(count.getAttribute('data-all')),
  }));
}

/**
 * Waits until something holds; what it last gave is in the message when it never does.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} look
 * @param {(seen: T) => boolean} holds
 * @returns {Promise<T>}
 */
export async function until(what, look, holds) {
  const end = Date.now() + MAP_MS;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) assert.fail(`${what}: last seen ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * The middle of the map, where nothing floats over it.
 * @param {Page} page
 */
export async function picture(page) {
  const box = await page.locator('#map').boundingBox();
  assert(box && box.width >= 200 && box.height >= 200, `the map is ${JSON.stringify(box)}`);
  const [x, y] = [box.x + box.width * 0.3, box.y + box.height * 0.22];
  const clip = { x, y, width: box.width * 0.5, height: box.height * 0.5 };
  return PNG.sync.read(await page.screenshot({ clip }));
}

/**
 * Distinct colours of a picture, `rrggbb` with how many pixels have it.
 * @param {PNG} png
 * @returns {Map<string, number>}
 */
export function colours({ data }) {
  const found = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = data.toString('hex', at, at + 3);
    found.set(colour, (found.get(colour) ?? 0) + 1);
  }
  return found;
}

/**
 * What is said aloud now, or else what was said of the view.
 * @param {Page} page
 */
export function said(page) {
  return page.evaluate(
    () => document.querySelector('#told')?.textContent || document.querySelector('#summary')?.textContent || '',
  );
}

/**
 * A map can be idle, free of errors, and blank. This one is not: it has a size, colours, and at least one symbol that the
 * keyboard reaches and that says what it is.
 * @param {Page} page
 */
export async function assertNotBlank(page) {
  await drawn(page);
  const different = colours(await picture(page)).size;
  assert(different >= 20, `the map has ${different} colours`);
  await page.locator('#map canvas, #map[tabindex]').first().focus();
  const before = await said(page);
  await page.keyboard.press('n');
  await until(
    'the next symbol is said',
    () => said(page),
    (now) => now !== before && now !== '',
  );
  await page.keyboard.press('Escape');
}

/**
 * The address of the page's last request that matches.
 * @param {string[]} requests
 * @param {RegExp} pattern
 */
export function lastRequest(requests, pattern) {
  return requests.findLast((address) => pattern.test(address));
}

/**
 * @param {string} url
 * @returns {{ zoom: number, lat: number, lon: number }}
 */
export function cameraOf(url) {
  const match = /#map=([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(url);
  assert(match, `no camera in ${url}`);
  const [zoom, lat, lon] = match.slice(1).map(Number);
  return /** @type {{ zoom: number, lat: number, lon: number }} */ ({ zoom, lat, lon });
}

/**
 * @param {string} a
 * @param {string} b
 */
export function assertSameCamera(a, b) {
  const [one, other] = [cameraOf(a), cameraOf(b)];
  for (const part of /** @type {const} */ (['zoom', 'lat', 'lon'])) {
    assert(Math.abs(one[part] - other[part]) <= 1e-3, `${part}: ${a} is not ${b}`);
  }
}

/**
 * The address when the map rests and has written where it looks, which it does a moment later.
 * @param {Page} page
 */
export async function settled(page) {
  let [last, since] = ['', Date.now()];
  await drawn(page);
  return until(
    'the map rests',
    async () => {
      if (page.url() !== last) [last, since] = [page.url(), Date.now()];
      return last;
    },
    () => Date.now() - since > 500,
  );
}

/** @param {Page} page */
export function rowIds(page) {
  return page.$$eval('.rows a', (rows) =>
    rows.slice(0, 10).map((row) => new URLSearchParams(row.getAttribute('href') ?? '').get('o')),
  );
}

/**
 * A number as it is written, with spaces of any width.
 * @param {string} text
 */
export function numberIn(text) {
  const digits = text.replace(/[^\d]/g, '');
  assert(digits, `no number in «${text}»`);
  return Number(digits);
}

/**
 * Opens what the keyboard has reached, and waits until the map has come nearer to it.
 * @param {Page} page
 */
export async function comeNearer(page) {
  const before = cameraOf(await settled(page)).zoom;
  await page.keyboard.press('Enter');
  await until(
    'pressing it comes nearer',
    async () => cameraOf(page.url()).zoom,
    (zoom) => zoom > before + 1.5,
  );
}
