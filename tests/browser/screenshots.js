// The pictures of the README: `ATLAS_BIN=… ATLAS_DATA=… npm run screenshots` writes them into docs/screenshots.

import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { closeBrowsers, withPage } from './support/browser.js';
import { colours, drawn, listed, settled } from './support/page.js';
import { json, serve, stopServers } from './support/server.js';

/** @typedef {import('playwright-core').Page} Page */

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const MOST_BYTES = 400_000;

const SIZES = /** @type {const} */ ([
  [1440, 900],
  [390, 844],
]);

const data = process.env.ATLAS_DATA;
if (!data) throw new Error('ATLAS_DATA names no data directory: run `make screenshots`');

/**
 * An object in a city that has everything to show: moved deadline, cost, responsible body, history.
 * @param {string} base
 */
async function telling(base) {
  const filter = 'municipality=komsomolsk&category=roads&status=overdue&sortby=-n_appeals&limit=200';
  const { features } = await json(`${base}/ogc/collections/problems/items?${filter}`);
  const found = features.find(
    (/** @type {any} */ { properties: p, geometry }) =>
      geometry.type !== 'Point' && p.slip_days > 0 && p.cost_rub && p.responsible_name,
  );
  return (found ?? features[0]).id;
}

try {
  const { url } = await serve(data);
  const id = await telling(url);
  /** @type {{ name: string, address: string, scheme?: 'light' | 'dark', wait: (page: Page) => Promise<unknown> }[]} */
  const pictures = [
    { name: 'map-clusters', address: '', wait: listed },
    { name: 'map-heat', address: '?layers=heat#map=11/48.47/135.1', wait: listed },
    { name: 'map-card', address: `?o=${id}`, wait: (page) => page.locator('.history li').first().waitFor() },
    { name: 'rating', address: '?mode=rating', wait: (page) => page.locator('.rating tbody tr').first().waitFor() },
    { name: 'map-dark', address: '', scheme: 'dark', wait: listed },
  ];
  await mkdir(FOLDER, { recursive: true });
  for (const { name, address, scheme = 'light', wait } of pictures) {
    for (const [width, height] of SIZES) {
      await withPage(`${url}/${address}`, { width, height, scheme }, async ({ page }) => {
        await drawn(page);
        await wait(page);
        await settled(page);
        await drawn(page);
        // The focus that a card takes is for whoever came to it by key.
        await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
        const bytes = await page.screenshot();
        if (colours(PNG.sync.read(bytes)).size < 20) throw new Error(`${name} is blank`);
        const file = `${name}-${width}x${height}.png`;
        if (bytes.length > MOST_BYTES) throw new Error(`${file} has ${bytes.length} bytes`);
        await writeFile(`${FOLDER}${file}`, bytes);
        console.log(`${file}  ${bytes.length} bytes`);
      });
    }
  }
} finally {
  await closeBrowsers();
  await stopServers();
}
