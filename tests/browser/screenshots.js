// Pictures of every page, light and dark, on a desk and in a hand: `ATLAS_BIN=… ATLAS_DATA=… npm run screenshots` writes them
// into docs/screenshots; with a word after it, those whose names hold it.

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

/**
 * @param {Page} page
 * @param {string} file
 */
async function keep(page, file) {
  const bytes = await page.screenshot();
  if (colours(PNG.sync.read(bytes)).size < 20) throw new Error(`${file} is blank`);
  if (bytes.length > MOST_BYTES) throw new Error(`${file} has ${bytes.length} bytes`);
  await writeFile(`${FOLDER}${file}`, bytes);
  console.log(`${file}  ${bytes.length} bytes`);
}

try {
  const { url } = await serve(data);
  const id = await telling(url);
  const year = new Date().getFullYear();
  const listedRating = (/** @type {Page} */ page) => page.locator('.rating tbody tr').first().waitFor();
  /** The application, view by view. */
  const views = [
    { name: 'map-clusters', address: '', wait: listed },
    { name: 'map-english', address: 'en', wait: listed },
    { name: 'map-overdue', address: '?due=overdue,30d&mun=lazo', wait: listed },
    { name: 'map-heat', address: '?layers=heat#map=11/48.47/135.1', wait: listed },
    { name: 'map-hotspots', address: '?layers=hotspots#map=10.5/48.45/135.1', wait: listed },
    { name: 'map-hexes', address: '?layers=hexes#map=9/48.5/135.07', wait: listed },
    {
      name: 'map-difference',
      address: `?layers=heat&versus=year&from=${year - 1}-01-01&to=${year - 1}-12-31#map=8/48.6/135.07`,
      wait: listed,
    },
    { name: 'map-appeals', address: '?mode=appeals', wait: listed },
    {
      name: 'map-card',
      address: `?o=${id}`,
      wait: (/** @type {Page} */ page) => page.locator('.history li').first().waitFor(),
    },
    { name: 'map-rating', address: '?mode=rating', wait: listedRating },
  ];
  /** What the server writes. */
  const pages = [
    ['municipality', '/m/lazo'],
    ['problem', `/o/${id}`],
    ['rating', '/rating'],
    ['table', '/table?mun=lazo&status=overdue'],
    ['changes', '/changes'],
    ['slippage', '/slippage'],
    ['hotspots', '/hotspots'],
    ['silence', '/silence'],
    ['plan', '/plan?mun=lazo'],
    ['export', '/export'],
    ['method', '/method'],
    ['help', '/help'],
    ['accessibility', '/a11y'],
    ['embed-builder', '/embed-builder'],
  ];
  const wanted = process.argv[2] ?? '';
  await mkdir(FOLDER, { recursive: true });
  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    for (const [width, height] of SIZES) {
      const size = { width, height, scheme };
      for (const { name, address, wait } of views.filter((view) => view.name.includes(wanted))) {
        await withPage(`${url}/${address}`, size, async ({ page }) => {
          await drawn(page);
          await wait(page);
          await settled(page);
          await drawn(page);
          // The focus that a card takes is for whoever came to it by key.
          await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
          await keep(page, `${name}-${scheme}-${width}x${height}.png`);
        });
      }
      for (const [name, address] of pages.filter(([name]) => name?.includes(wanted))) {
        await withPage(`${url}${address}`, size, ({ page }) =>
          keep(page, `page-${name}-${scheme}-${width}x${height}.png`),
        );
      }
    }
  }
} finally {
  await closeBrowsers();
  await stopServers();
}
