// What a screen reader is told of the main pages, held as outlines in `outlines/`. `OUTLINES=write npm test` writes them anew:
// read what changed before you keep it.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { withPage } from '../support/browser.js';
import { outline } from '../support/outline.js';
import { drawn, listed } from '../support/page.js';
import { demoServer, json } from '../support/server.js';
import { test } from '../support/test.js';

/** The last day of what was invented: ratings look back a year. */
const LAST_DAY = '2026-11-01';
const FOLDER = new URL('../outlines/', import.meta.url);

/** @typedef {import('playwright-core').Page} Page */

/** @returns {Promise<{ title: string, pages: [string, string, ((page: Page) => Promise<unknown>)?][] }>} */
async function mainPages() {
  const { url, key } = await demoServer();
  const { features } = await json(`${url}/ogc/collections/problems/items?status=overdue&sortby=-n_appeals&limit=1`);
  const { id, properties } = features[0];
  const pages = /** @type {[string, string, ((page: Page) => Promise<unknown>)?][]} */ ([
    ['map', '/?mun=lazo', (page) => listed(page)],
    ['map-card', `/?o=${id}`, (page) => page.locator('.history li').first().waitFor()],
    ['map-rating', `/?mode=rating&at=${LAST_DAY}`, (page) => page.locator('.rating tbody tr').first().waitFor()],
    ['municipality', `/m/lazo?at=${LAST_DAY}`],
    ['problem', `/o/${id}`],
    ['rating', `/rating?at=${LAST_DAY}`],
    ['table', '/table?mun=lazo&status=overdue'],
    ['plan', '/plan?mun=lazo'],
    ['export', '/export?mun=lazo'],
    ['embed-builder', '/embed-builder?mun=lazo'],
    ['embed', `/e/${key}?mun=lazo`],
  ]);
  return { title: properties.title, pages };
}

test('a screen reader is told of every main page what its outline says (E17)', async () => {
  const { url } = await demoServer();
  /** @type {{ name: string, lost: string[], come: string[] }[]} */
  const wrong = [];
  const { title, pages } = await mainPages();
  for (const [name, address, wait] of pages) {
    await withPage(`${url}${address}`, { width: 1366, height: 900 }, async ({ page }) => {
      if (wait) {
        await drawn(page);
        await wait(page);
        await drawn(page);
      }
      const told = await outline(page, title);
      const file = new URL(`${name}.txt`, FOLDER);
      if (process.env.OUTLINES === 'write') {
        await mkdir(FOLDER, { recursive: true });
        await writeFile(file, told);
        return;
      }
      const kept = (await readFile(file, 'utf8').catch(() => '')).split('\n');
      const now = told.split('\n');
      const lost = kept.filter((line) => !now.includes(line));
      const come = now.filter((line) => !kept.includes(line));
      if (told !== kept.join('\n')) wrong.push({ name, lost, come });
    });
  }
  assert.deepEqual(wrong, [], 'run with OUTLINES=write, and read the difference');
});
