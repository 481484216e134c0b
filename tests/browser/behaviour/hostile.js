// What people write is text, wherever it shows.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { ENGINES, withPage } from '../support/browser.js';
import { drawn, listed, said, settled, until } from '../support/page.js';
import { atlas, folder, json, serve, serverOf } from '../support/server.js';
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

const HOSTILE_NAME = '<img src=x onerror=window.hacked=1><b>Город</b> {{7*7}}';

for (const [engine, options] of ENGINES) {
  test(`a hostile name of a municipality stays text on the map, in tooltip, legend, attribution and lists (E25)${engine}`, async () => {
    const place = await folder();
    const file = `${place}/municipalities.geojson`;
    const square = [134.9, 48.3, 135.3, 48.7];
    const [west, south, east, north] = square;
    const ring = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ];
    const properties = { id: 'MUN-27-01', name_en: HOSTILE_NAME };
    const feature = { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties };
    await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
    const data = `${place}/data`;
    await atlas('demo', '--data', data, '--problems', '300', '--appeals', '300', '--assessments', '900');
    await atlas('import', 'municipalities', file, '--data', data);
    const { url } = await serve(data);
    assert((await json(`${url}/api/region`)).municipalities.some((/** @type {any} */ m) => m.name_en === HOSTILE_NAME));
    await withPage(`${url}/?mun=khabarovsk&lang=en`, options, async ({ page }) => {
      await drawn(page);
      await listed(page);
      await page.locator('#map canvas, #map[tabindex]').first().focus();
      await page.keyboard.press('n');
      await page.locator('.attribution').waitFor();
      assert.equal(await page.locator('.attribution img, .attribution b, .legend img, .tooltip img').count(), 0);
      await page.locator('.tab').last().click();
      await page.locator('.rating tbody tr').nth(18).waitFor();
      await settled(page);
      const box = await page.locator('#map').boundingBox();
      assert(box);
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      if (!options.flags) {
        await page.locator('.tooltip strong').waitFor();
        assert.equal(await page.locator('.tooltip strong').textContent(), HOSTILE_NAME);
      }
      const named = page.locator('.rating tbody th', { hasText: '<img src=x' });
      assert.equal(((await named.textContent()) ?? '').trim(), HOSTILE_NAME);
      assert.equal(await page.locator('#app img, #app script, .rating b').count(), 0);
      assert.equal(await page.evaluate(() => Reflect.get(window, 'hacked')), undefined);
    });
  });
}

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
