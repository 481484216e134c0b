// Russian and English are equal.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { assertNotBlank, drawn, listed } from '../support/page.js';
import { demoServer, json } from '../support/server.js';
import { test } from '../support/test.js';

/**
 * Texts and labels of the page that are in Cyrillic and not marked as Russian.
 * @param {import('playwright-core').Page} page
 */
function cyrillic(page) {
  return page.evaluate(() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement;
      // Data have names in one language; the switch names the other language in its own.
      if (!element || element.closest('[lang=ru], .language, noscript, script, style')) continue;
      const texts =
        node instanceof Element
          ? ['aria-label', 'title', 'placeholder'].map((name) => node.getAttribute(name))
          : [node.nodeValue];
      for (const text of texts) if (text && /[а-яё]/i.test(text)) found.push(`${element.className}: ${text}`);
    }
    return found;
  });
}

test('in English nothing but data is in Cyrillic (E24)', async () => {
  const { url } = await demoServer();
  const { features } = await json(`${url}/ogc/collections/problems/items?status=overdue&sortby=-cost_rub&limit=1`);
  const pages = [
    'en',
    'en/?status=overdue',
    'en?mode=appeals',
    'en?mode=rating',
    `en?o=${features[0].id}`,
    'en?layers=heat',
    'en?q=nothing-at-all',
    // A wish from before the language was a part of the path.
    '?lang=en&status=overdue',
  ];
  for (const address of pages) {
    await withPage(`${url}/${address}`, {}, async ({ page }) => {
      await page
        .locator(address.includes('q=') ? '.notice' : address.includes('rating') ? '.rating tbody tr' : '.rows')
        .first()
        .waitFor();
      if (address.includes('o=')) await page.locator('.history li').first().waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), 'en');
      assert.equal(new URL(page.url()).pathname, '/en', 'the path says the language');
      assert.doesNotMatch(page.url(), /lang=/);
      assert.deepEqual(await cyrillic(page), [], address);
      assert.doesNotMatch((await page.locator('#app').textContent()) ?? '', /undefined|NaN|\[object/);
    });
  }
});

test('the switch changes every word at once and keeps the view', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=komsomolsk`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    assert.equal(await page.locator('h1').textContent(), 'Комсомольск-на-Амуре');
    await page.locator('.language').click();
    assert.equal(await page.locator('h1').textContent(), 'Komsomolsk-on-Amur Urban Okrug');
    assert.match(page.url(), /\/en\?mun=komsomolsk#map=/);
    assert.match(await page.title(), /Komsomolsk/);
    assert.deepEqual(await cyrillic(page), []);
    await assertNotBlank(page);
    await page.locator('.language').click();
    assert.match(page.url(), /:\d+\/\?mun=komsomolsk#map=/);
    // Going back is going back to English; a reload stays there.
    await page.goBack();
    assert.match(page.url(), /\/en\?mun=komsomolsk#map=/);
    assert.equal(await page.locator('h1').textContent(), 'Komsomolsk-on-Amur Urban Okrug');
    await page.reload();
    await listed(page);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    assert.equal(await page.locator('h1').textContent(), 'Komsomolsk-on-Amur Urban Okrug');
    const links = await page.$$eval('header a, .rows a', (all) => all.map((link) => link.getAttribute('href') ?? ''));
    for (const link of links) assert.match(link, /^\/en([/?]|$)/, 'every link of the page stays in English');
  });
});

test('the notice that the data are invented stands on every page, in its language', async () => {
  const { url } = await demoServer();
  const { invented } = await json(`${url}/api/region`);
  for (const [address, notice] of [
    ['', invented.ru],
    ['en?mode=rating', invented.en],
  ]) {
    await withPage(`${url}/${address}`, {}, async ({ page }) => {
      await page.locator('.invented').waitFor();
      assert.equal((await page.locator('.invented').textContent())?.trim(), notice);
    });
  }
});
