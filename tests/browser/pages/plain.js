// Without a script: forms and links lead through the pages.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { numberIn } from '../support/page.js';
import { demoServer, json, matched } from '../support/server.js';
import { test } from '../support/test.js';
import { addresses } from './addresses.js';

/** @typedef {import('playwright-core').Page} Page */

const WITHOUT_SCRIPTS = { javaScript: false };

/**
 * What an element says, with numbers written without their groups.
 * @param {Page} page
 * @param {string} selector
 */
async function said(page, selector) {
  const text = (await page.locator(selector).first().textContent()) ?? '';
  return text.replace(/(\d)[\s\u00a0\u202f,](?=\d{3}(\D|$))/g, '$1').replace(/[\u00a0\u202f]/g, ' ');
}

/**
 * @param {Page} page
 * @param {string} selector
 * @param {number} number
 */
async function says(page, selector, number) {
  const words = await said(page, selector);
  assert(
    new RegExp(`(^|\\D)${number}(\\D|$)`).test(words),
    `${page.url()} does not say ${number}: ${words.slice(0, 300)}`,
  );
}

test('without JavaScript a head gets from the region to the most overdue object in three clicks', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/en`, WITHOUT_SCRIPTS, async ({ page }) => {
    await page.locator('main th a').first().click();
    assert.match(page.url(), /\/en\/m\//);
    const overdue = Number(((await page.locator('.tiles .figure').first().textContent()) ?? '').replace(/\D/g, ''));
    const slug = page.url().split('/m/')[1];
    const total = await json(`${url}/api/stats?municipality=${slug}`);
    assert.equal(overdue, total.total.overdue);
    await page.locator('.tiles a').first().click();
    assert.match(page.url(), /status=overdue/);
    await page.locator('tbody th a').first().click();
    assert.match(page.url(), /\/en\/o\/ATL-/);
    assert.match((await page.locator('.facts .alarm').first().textContent()) ?? '', /overdue by/);
  });
});

test('without JavaScript every page has a heading, words, a table and links (E15)', async () => {
  const { url } = await demoServer();
  for (const address of await addresses()) {
    await withPage(`${url}${address}`, WITHOUT_SCRIPTS, async ({ page, allow }) => {
      const refused = address.includes('colour');
      if (refused) allow(/400/);
      assert.equal(await page.locator('h1').count(), 1, `${address}: no heading`);
      assert((await said(page, '.lead')).length > 10, `${address}: no words`);
      assert((await page.locator('a[href]').count()) > 0, `${address}: no links`);
      // The page of codes is a form, and the codes are its fields.
      const content = address.includes('embed-builder') ? 'main textarea[readonly]' : 'main table tr';
      if (!refused) assert((await page.locator(content).count()) > 0, `${address}: no ${content}`);
    });
  }
});

test('without JavaScript the numbers of every page are those of the API (E15)', async () => {
  const { url } = await demoServer();
  const lazo = 'municipality=lazo&status=overdue';
  for (const [address, filter] of [
    ['/', ''],
    ['/en?status=overdue', 'status=overdue'],
    ['/table', ''],
    ['/table?mun=lazo&status=overdue', lazo],
    ['/table?due=30d,90d&cost_from=1000000', 'due=30d,90d&cost_from=1000000'],
    ['/export?mun=lazo&status=overdue', lazo],
    ['/m/lazo', 'municipality=lazo'],
  ]) {
    await withPage(`${url}${address}`, WITHOUT_SCRIPTS, async ({ page }) => {
      await says(page, 'main .lead', await matched(url, 'problems', filter));
      assert((await page.locator('main tbody tr').count()) > 0);
    });
  }
  const { total } = await json(`${url}/api/stats?municipality=lazo`);
  await withPage(`${url}/plan?mun=lazo`, WITHOUT_SCRIPTS, async ({ page }) => {
    await says(page, '.lead', total.count);
    await says(page, '.tiles li:nth-child(1) .figure', total.overdue);
    await says(page, '.tiles li:nth-child(4) .figure', total.open);
  });
  const { features } = await json(`${url}/ogc/collections/problems/items?status=overdue&sortby=-n_appeals&limit=1`);
  const card = await json(`${url}/api/problems/${features[0].id}`);
  await withPage(`${url}/o/${card.id}`, WITHOUT_SCRIPTS, async ({ page }) => {
    assert.equal(await page.locator('h1').textContent(), card.title);
    await says(page, '.facts dd:last-child', card.n_appeals);
    assert.equal(await page.locator('.timeline li').count(), card.events.length);
    if (card.slip_days) await says(page, '.facts', card.slip_days);
  });
  const since = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
  await withPage(`${url}/changes?mun=lazo&since=${since}`, WITHOUT_SCRIPTS, async ({ page }) => {
    const added = await matched(url, 'problems', `municipality=lazo&registered_from=${since}`);
    await says(page, 'main table tbody td:last-child', added);
    if (added > 0) await says(page, '#added', added);
  });
  const { municipalities } = await json(`${url}/api/ratings`);
  await withPage(`${url}/rating`, WITHOUT_SCRIPTS, async ({ page }) => {
    for (const [n, { rank, score }] of municipalities.slice(0, 3).entries()) {
      const row = `.rating > table > tbody > tr:nth-child(${2 * n + 1})`;
      await says(page, `${row} td:nth-child(1)`, rank);
      assert.equal(Number((await said(page, `${row} td:nth-child(4)`)).replace(',', '.')), Number(score.toFixed(1)));
    }
  });
});

test('without JavaScript a form keeps what the address says, and says it to the next page', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/table?due=overdue&cost_from=1000000`, WITHOUT_SCRIPTS, async ({ page }) => {
    await page.locator('select[name=mun]').selectOption('lazo');
    await page.locator('form button').last().click();
    const query = new URL(page.url()).searchParams;
    assert.deepEqual([query.get('mun'), query.get('due'), query.get('cost_from')], ['lazo', 'overdue', '1000000']);
  });
});

test('what is exported is as much as was promised, and GeoJSON as its standard wants it (E21)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/export?mun=lazo&status=overdue`, { width: 1366 }, async ({ page }) => {
    const told = await matched(url, 'problems', 'municipality=lazo&status=overdue');
    // Above it are the GeoPackage and the ZIP for a planner, whose data are the same.
    const row = page.locator('tbody tr').nth(2);
    assert.equal(numberIn((await row.locator('td').first().textContent()) ?? ''), told);
    const href = await row.locator('a').getAttribute('href');
    const collection = await json(`${url}${href}`);
    assert.deepEqual(
      [collection.type, collection.features.length, collection.crs],
      ['FeatureCollection', told, undefined],
    );
    for (const { type, id, geometry } of collection.features) {
      assert.equal(type, 'Feature');
      assert.match(id, /^ATL-/);
      const places = geometry.type === 'Point' ? [geometry.coordinates] : pairs(geometry.coordinates);
      for (const [lon, lat] of places) assert(lon > 130 && lon < 148 && lat > 46 && lat < 63, `${lon}, ${lat}`);
      if (geometry.type === 'Polygon')
        assert(doubledArea(geometry.coordinates[0]) > 0, `${id}: its outer ring goes with the clock`);
    }
    const csv = async (/** @type {number} */ n) => {
      const address = await page.locator('tbody tr').nth(n).locator('a').getAttribute('href');
      return Buffer.from(await (await fetch(`${url}${address}`)).arrayBuffer()).toString('utf8');
    };
    const [spreadsheet, rows] = [await csv(3), await csv(4)];
    assert.match(spreadsheet, /^\uFEFFid;/, 'Excel tells UTF-8 by its mark, and divides by semicolons');
    assert.match(rows, /^id,/, 'programs get what the standard says');
    for (const text of [spreadsheet, rows]) assert.equal(text.trim().split('\r\n').length, told + 1);
    const database = await fetch(`${url}${await page.locator('tbody tr').nth(0).locator('a').getAttribute('href')}`);
    assert.equal(database.headers.get('content-type'), 'application/geopackage+sqlite3');
    const bytes = Buffer.from(await database.arrayBuffer());
    assert.equal(bytes.subarray(68, 72).toString('latin1'), 'GPKG', 'a database that says what it is');
    const place = spreadsheet.trim().split('\r\n')[1]?.split(';').slice(-2) ?? [];
    for (const degrees of place) assert.match(degrees, /^\d+,\d+$/, 'numbers have a decimal comma');
  });
});

/**
 * Every position in a geometry.
 * @param {any} coordinates
 * @returns {[number, number][]}
 */
function pairs(coordinates) {
  return typeof coordinates[0] === 'number' ? [coordinates] : coordinates.flatMap(pairs);
}

/**
 * Of a ring, above nothing when it goes round against the clock.
 * @param {[number, number][]} ring
 */
function doubledArea(ring) {
  let sum = 0;
  for (const [n, [x, y]] of ring.entries()) {
    const [toX, toY] = ring[(n + 1) % ring.length] ?? [x, y];
    sum += x * toY - toX * y;
  }
  return sum;
}
