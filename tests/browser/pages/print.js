// The sheet for a meeting is one sheet of A4.

import assert from 'node:assert/strict';
import { PNG } from 'pngjs';
import { withPage } from '../support/browser.js';
import { colours } from '../support/page.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';

test('the sheet for a meeting fits on one page of A4 and has no sections of the site', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/plan?mun=lazo`, { width: 1366 }, async ({ page }) => {
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const pages = /\/Type \/Pages[^>]*\/Count (\d+)/s.exec(pdf) ?? /\/Count (\d+)[^>]*\/Type \/Pages/s.exec(pdf);
    assert.equal(pages?.[1], '1');
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('#sections').isVisible(), false);
    assert.equal(await page.locator('h1').isVisible(), true);
    assert((await page.locator('main table').count()) >= 2);
  });
});

test('pictures for sites and letters are there, not blank, and of the filter that is asked for (E09)', async () => {
  const { url } = await demoServer();
  /** @param {string} query */
  const drawing = async (query) => {
    const response = await fetch(`${url}/e/map.png${query}`);
    assert.equal(response.headers.get('content-type'), 'image/png');
    return PNG.sync.read(Buffer.from(await response.arrayBuffer()));
  };
  const [whole, sharp, overdue] = await Promise.all(['', '?scale=2', '?status=overdue'].map(drawing));
  assert(whole && sharp && overdue);
  assert.equal(whole.width, 720);
  assert.equal(sharp.width, 1440);
  for (const png of [whole, sharp, overdue]) assert(colours(png).size >= 20);
  // What is solved is grey, and gone where only overdue ones are asked for.
  const grey = (/** @type {PNG} */ png) => colours(png).get('737d87') ?? 0;
  assert(grey(whole) > 100 && grey(overdue) === 0);
});

test('a printed list says of which day, under which conditions and from where it is (E09)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/table?mun=lazo&status=overdue`, { width: 1366 }, async ({ page }) => {
    await page.emulateMedia({ media: 'print' });
    const year = new RegExp(String(new Date().getFullYear()));
    for (const words of [/имени Лазо/, year]) {
      const seen = page.locator('main, footer').getByText(words).locator('visible=true');
      assert((await seen.count()) > 0, `${words} is not on the sheet`);
    }
    assert.equal(await page.locator('main table').isVisible(), true);
  });
});
