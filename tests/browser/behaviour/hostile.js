// What people write is text, wherever it shows.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { drawn, listed, said, until } from '../support/page.js';
import { serverOf } from '../support/server.js';
import { test } from '../support/test.js';

const TITLE = '<img src=x onerror="window.hacked=1"> <b>Яма</b> {{7*7}} %{7*7}';
const WORDS =
  '<script>window.hacked=2</script><svg onload="window.hacked=3"><a href="javascript:window.hacked=4">сюда</a>';

test('a hostile title stays text in list, card and tooltip (E25)', async () => {
  const { url } = await serverOf([
    {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [135.0717, 48.4801] },
      properties: {
        source_id: '1',
        title: TITLE,
        description: WORDS,
        address: WORDS,
        category: 'roads.pothole',
        status: 'in_work',
      },
    },
  ]);
  await withPage(`${url}/#map=15/48.4801/135.0717`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    assert.equal((await page.locator('.row-title').textContent())?.trim(), TITLE);
    await page.locator('#map canvas').focus();
    await page.keyboard.press('n');
    await page.locator('.tooltip strong').waitFor();
    assert.equal(await page.locator('.tooltip strong').textContent(), TITLE);
    await until(
      'the title is said',
      () => said(page),
      (now) => now.startsWith(TITLE),
    );
    await page.keyboard.press('Enter');
    await page.locator('.card .description').waitFor();
    assert.equal((await page.locator('.card h2').textContent())?.trim(), TITLE);
    assert.equal((await page.locator('.card .description').textContent())?.trim(), WORDS);
    assert.equal(await page.evaluate(() => Reflect.get(window, 'hacked')), undefined);
    assert.equal(await page.locator('#app img, #app script, #app a[href^=javascript]').count(), 0);
  });
});

test('a hostile address stays text (E25)', async () => {
  const { url } = await serverOf([]);
  const evil = encodeURIComponent('"><img src=x onerror=window.hacked=1>');
  await withPage(`${url}/?q=${evil}&cat=${evil}&mun=${evil}&o=${evil}`, {}, async ({ page, allow }) => {
    // The service refuses names that it does not know, and the page says so.
    allow(/400|404/);
    await page.locator('.notice').first().waitFor();
    assert.equal(await page.evaluate(() => Reflect.get(window, 'hacked')), undefined);
    assert.equal(await page.locator('#app img').count(), 0);
  });
});
