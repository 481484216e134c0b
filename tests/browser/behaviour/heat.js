// Density: a picture from near, a comparison by residents from afar.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { colours, drawn, lastRequest, picture, until } from '../support/page.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';

/**
 * Pixels from yellow to brown: the ramp of density over light ground.
 * @param {import('playwright-core').Page} page
 */
async function warmPixels(page) {
  let warm = 0;
  for (const [colour, count] of colours(await picture(page))) {
    const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    if (Number(red) - Number(blue) > 70 && Number(red) > Number(green)) warm += count;
  }
  return warm;
}

for (const [mode, layer] of /** @type {const} */ ([
  ['objects', 'heat'],
  ['appeals', 'appeals-heat'],
])) {
  test(`the switch draws the density of ${mode} and takes it away`, async () => {
    const { url } = await demoServer();
    await withPage(`${url}/?mode=${mode}#map=10.5/48.48/135.1`, {}, async ({ page, requests }) => {
      await drawn(page);
      assert.equal(lastRequest(requests, /heat/), undefined);
      await page.locator('.heat-switch').click();
      const tile = await until(
        'heat is asked for',
        async () => lastRequest(requests, /\/tiles\/.*\.png/),
        (now) => now !== undefined,
      );
      assert.match(tile ?? '', new RegExp(`/tiles/${layer}/`));
      await until(
        'heat is drawn',
        () => warmPixels(page),
        (warm) => warm > 5_000,
      );
      assert.match(
        (await page.locator('.legend').textContent()) ?? '',
        /Плотность.*мало.*много.*Радиус сглаживания \d+/,
      );
      assert.match(page.url(), /layers=heat/);
      await page.locator('.heat-switch').click();
      await drawn(page);
      await until(
        'heat is gone',
        () => warmPixels(page),
        (warm) => warm < 5_000,
      );
    });
  });
}

test('from afar density gives way to a rate by residents, and the page says so', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?layers=heat`, {}, async ({ page, requests }) => {
    await drawn(page);
    assert.match((await page.locator('.map-hint').textContent()) ?? '', /10.000 жителей/);
    assert.match((await page.locator('.legend').textContent()) ?? '', /Открыто на 10.000 жителей.*мало данных/);
    assert.equal(lastRequest(requests, /\/tiles\/.*\.png/), undefined);
    await until(
      'municipalities are coloured',
      () => warmPixels(page),
      (warm) => warm > 5_000,
    );
  });
});
