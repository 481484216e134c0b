// Hot spots over the map: cells from afar, crowds and streets from nearer, each with its words.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { comeNearer, drawn, lastRequest, said, settled, until } from '../support/page.js';
import { demoServer, json } from '../support/server.js';
import { test } from '../support/test.js';

/**
 * Cells that are hot: the middle of one, and how many objects are in each.
 * @param {string} url
 */
async function hotCells(url) {
  const { features } = await json(`${url}/ogc/collections/hotspots/items?limit=1000`);
  const cells = features.filter((/** @type {any} */ each) => each.properties.kind === 'cell');
  const ring = cells[0].geometry.coordinates[0].slice(1);
  const middle = (/** @type {number} */ axis) =>
    ring.reduce((/** @type {number} */ sum, /** @type {number[]} */ place) => sum + (place[axis] ?? 0), 0) /
    ring.length;
  const counts = cells.map((/** @type {any} */ each) => Number(each.properties.point_count));
  return { lon: middle(0), lat: middle(1), counts };
}

test('hot spots are switched on in the legend, drawn, told in words, and come nearer to', async () => {
  const { url } = await demoServer();
  const { lat, lon, counts } = await hotCells(url);
  await withPage(`${url}/#map=11/${lat.toFixed(4)}/${lon.toFixed(4)}`, {}, async ({ page, requests }) => {
    await drawn(page);
    assert.equal(lastRequest(requests, /\/tiles\/hotspots\//), undefined, 'nobody has asked for them');
    await page.getByRole('checkbox', { name: 'Очаги' }).check();
    await until(
      'hot spots are asked for',
      async () => lastRequest(requests, /\/tiles\/hotspots\/.*\.mvt/),
      (tile) => tile !== undefined,
    );
    assert.match(page.url(), /layers=hotspots/);
    await settled(page);
    assert.match((await page.locator('.legend-switch').textContent()) ?? '', /чем вокруг.*одной темы.*улицы/);
    await page.locator('#map canvas').focus();
    const heard = new Set();
    for (let step = 0; step < 60 && ![...heard].some((words) => /в шестиугольнике/.test(words)); step += 1) {
      const before = await said(page);
      await page.keyboard.press('n');
      heard.add(
        await until(
          'a step is said',
          () => said(page),
          (words) => words !== before,
        ),
      );
    }
    const words = [...heard].find((each) => /в шестиугольнике/.test(each)) ?? [...heard].join('\n');
    const [, count] = /очаг.*: (\d+) открыт/i.exec(words) ?? [];
    assert(counts.includes(Number(count)), words);
    await comeNearer(page);
    await settled(page);
    // The same address shows the same; appeals have no hot spots.
    await page.reload();
    await drawn(page);
    assert(await page.getByRole('checkbox', { name: 'Очаги' }).isChecked());
    await page.getByRole('button', { name: 'Обращения' }).click();
    await until(
      'no switch for appeals',
      () => page.getByRole('checkbox', { name: 'Очаги' }).count(),
      (n) => n === 0,
    );
  });
});
