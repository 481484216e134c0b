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

test('what is printed says its conditions, its day and its legend, and nothing that only a screen can do (E09)', async () => {
  const { url } = await demoServer();
  const year = new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: 'Asia/Vladivostok' }).format();
  for (const [address, ...wanted] of [
    ['/table?mun=lazo&status=overdue', /Условия: .*район имени Лазо; Состояние — Просроченные/],
    ['/m/lazo', /район имени Лазо/i, /Новые\s+В работе\s+Просроченные\s+Закрытые/],
    ['/plan?mun=lazo', /район имени Лазо/, /Что спросить|просрочен/i],
    ['/rating', /Рейтинг муниципальных образований/, /≥\s65/, /мало данных/],
    ['/en/table?mun=lazo&status=overdue', /Conditions: .*Lazo.*; .* — Overdue/],
  ]) {
    await withPage(`${url}${address}`, { width: 794, height: 1123 }, async ({ page }) => {
      await page.emulateMedia({ media: 'print' });
      // biome-ignore lint/performance/useDomNodeTextContent: what the style hides is not printed
      const sheet = await page.locator('body').innerText();
      for (const words of [...wanted, new RegExp(year)])
        assert.match(sheet, /** @type {RegExp} */ (words), `${address} on paper`);
      assert.equal(await page.locator('#sections').isVisible(), false);
      assert.equal(await page.locator('main form').first().isVisible(), false);
      assert((await page.pdf({ preferCSSPageSize: true })).length > 10_000);
    });
  }
});
