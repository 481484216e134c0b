// Without a script: forms and links lead through the pages.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { executable, withPage } from '../support/browser.js';
import { numberIn } from '../support/page.js';
import { demoServer, json, matched } from '../support/server.js';
import { test } from '../support/test.js';
import { addresses } from './addresses.js';

test('without JavaScript a head gets from the region to the most overdue object in three clicks', async () => {
  const { url } = await demoServer();
  const browser = await chromium.launch({ executablePath: executable(), args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'ru-RU' });
    const page = await context.newPage();
    await page.goto(`${url}/en`);
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
  } finally {
    await browser.close();
  }
});

test('without JavaScript every page has a heading, words, links and a table or a picture (E15)', async () => {
  const { url } = await demoServer();
  const browser = await chromium.launch({ executablePath: executable(), args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'ru-RU' });
    const page = await context.newPage();
    for (const address of ['/', ...(await addresses())]) {
      await page.goto(`${url}${address}`);
      assert.equal(await page.locator('h1').count(), 1, `${address}: no heading`);
      assert(((await page.locator('p').first().textContent()) ?? '').length > 10, `${address}: no words`);
      assert((await page.locator('a[href]').count()) > 0, `${address}: no links`);
    }
    for (const [address, filter] of [
      ['/table', ''],
      ['/table?mun=lazo&status=overdue', 'municipality=lazo&status=overdue'],
      ['/table?due=30d,90d&cost_from=1000000', 'due=30d,90d&cost_from=1000000'],
    ]) {
      await page.goto(`${url}${address}`);
      const words = ((await page.locator('main').textContent()) ?? '').replace(/(\d)[\s\u00a0\u202f](?=\d{3})/g, '$1');
      const told = await matched(url, 'problems', filter);
      assert(new RegExp(`(^|\\D)${told}(\\D|$)`).test(words), `${address} does not say ${told}`);
      assert((await page.locator('main tbody tr').count()) > 0);
    }
    // The form keeps what the address says and says it to the next page.
    await page.goto(`${url}/table?due=overdue&cost_from=1000000`);
    await page.locator('select[name=mun]').selectOption('lazo');
    await page.locator('form button').last().click();
    const query = new URL(page.url()).searchParams;
    assert.deepEqual([query.get('mun'), query.get('due'), query.get('cost_from')], ['lazo', 'overdue', '1000000']);
  } finally {
    await browser.close();
  }
});

test('what is exported is as much as was promised, and GeoJSON as its standard wants it (E21)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/export?mun=lazo&status=overdue`, { width: 1366 }, async ({ page }) => {
    const told = await matched(url, 'problems', 'municipality=lazo&status=overdue');
    // Above it is the ZIP for a planner, whose data are the same.
    const row = page.locator('tbody tr').nth(1);
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
    const [spreadsheet, rows] = [await csv(2), await csv(3)];
    assert.match(spreadsheet, /^\uFEFFid;/, 'Excel tells UTF-8 by its mark, and divides by semicolons');
    assert.match(rows, /^id,/, 'programs get what the standard says');
    for (const text of [spreadsheet, rows]) assert.equal(text.trim().split('\r\n').length, told + 1);
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
