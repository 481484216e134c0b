// Half an hour of one open page: panned, filtered, its cards opened and closed, its modes changed, over and over. Memory in
// the page and in the server stays as it was after the first rounds (E27). `make soak`; MINUTES=5 for a short one.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { closeBrowsers, withPage } from './support/browser.js';
import { drawn, listed, settled } from './support/page.js';
import { demoServer, stopServers } from './support/server.js';

const MINUTES = Number(process.env.MINUTES ?? 30);
/** What a page may grow by between the first and the last fifth of the rounds. */
const PAGE_GROWTH = 1.25;
const SERVER_GROWTH = 1.25;
const ROUNDS_AT_LEAST = 21;
/** Cities and countryside, near and far. */
const PLACES = ['12/48.48/135.08', '9.5/50.55/137.01', '7/52.3/136.9', '14/48.47/135.07', '5/53/137'];

/**
 * @typedef {object} Measure
 * @property {number} heap  bytes of the page's own objects, after what is dead is gone
 * @property {number} nodes
 * @property {number} canvases
 * @property {number} server  KiB that the server holds
 */

/**
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').CDPSession} session
 * @param {number} pid
 * @returns {Promise<Measure>}
 */
async function measure(page, session, pid) {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (/** @type {string} */ name) => metrics.find((each) => each.name === name)?.value ?? 0;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return {
    heap: of('JSHeapUsedSize'),
    nodes: of('Nodes'),
    canvases: await page.locator('canvas').count(),
    server: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]),
  };
}

/**
 * One round of what a reader does.
 * @param {import('playwright-core').Page} page
 * @param {number} n
 */
async function round(page, n) {
  await page.evaluate(
    (place) => {
      location.hash = `map=${place}`;
    },
    PLACES[n % PLACES.length],
  );
  await settled(page);
  await page.locator('.chip-overdue').click();
  await drawn(page);
  await listed(page);
  const row = page.locator('.rows a').first();
  if (await row.count()) {
    await row.click();
    await page.locator('.history li').first().waitFor();
    await page.locator('.card-close').click();
  }
  await page.locator('.heat-switch').click();
  await drawn(page);
  await page.locator('.heat-switch').click();
  await page.locator('.tab').last().click();
  await page.locator('.rating tbody tr').first().waitFor();
  await drawn(page);
  await page.locator('.tab').first().click();
  await page.locator('.chip-overdue').click();
  await drawn(page);
  await listed(page);
}

/**
 * The middle of some numbers.
 * @param {number[]} numbers
 */
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

try {
  const { url, pid } = await demoServer();
  await withPage(url, { width: 1366, height: 768 }, async ({ page }) => {
    await drawn(page);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    /** @type {Measure[]} */
    const measures = [];
    const end = Date.now() + MINUTES * 60_000;
    for (let n = 0; Date.now() < end || n < ROUNDS_AT_LEAST; n += 1) {
      await round(page, n);
      // A page is as heavy as the place that it shows, so it is weighed at one place.
      if (n % PLACES.length !== 0) continue;
      const now = await measure(page, session, pid);
      measures.push(now);
      const [page_mb, server_mb] = [now.heap / 1e6, now.server / 1024].map((size) => size.toFixed(1));
      console.log(
        `round ${n}: page ${page_mb} MB, ${now.nodes} nodes, ${now.canvases} canvas, server ${server_mb} MiB`,
      );
    }
    const part = Math.max(1, Math.floor(measures.length / 5));
    // The first measure is of caches that are still filling.
    const [first, last] = [measures.slice(1, 1 + part), measures.slice(-part)];
    for (const [what, most] of /** @type {const} */ ([
      ['heap', PAGE_GROWTH],
      ['nodes', PAGE_GROWTH],
      ['canvases', 1],
      ['server', SERVER_GROWTH],
    ])) {
      const [before, after] = [first, last].map((some) => median(some.map((each) => each[what])));
      assert(Number(after) <= Number(before) * most, `${what} grew from ${before} to ${after}`);
    }
    console.log(`${measures.length} measures: nothing grew`);
  });
} finally {
  await closeBrowsers();
  await stopServers();
}
