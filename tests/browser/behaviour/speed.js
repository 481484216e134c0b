// What must not grow, counted rather than timed: shifts, requests, history, memory.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { cameraOf, counts, drawn, listed, rowIds, settled, until } from '../support/page.js';
import { demoServer, json, matched } from '../support/server.js';
import { test } from '../support/test.js';

/** Watches every shift of what stands on the page. */
function watchShifts() {
  const shifts = /** @type {{ value: number, what: string }[]} */ ([]);
  Reflect.set(window, 'shifts', shifts);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (Reflect.get(entry, 'hadRecentInput')) continue;
      const sources = /** @type {{ node: Element | null }[]} */ (Reflect.get(entry, 'sources') ?? []);
      const what = sources.map(({ node }) => node?.className || node?.nodeName).join();
      shifts.push({ value: Reflect.get(entry, 'value'), what });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** @param {import('playwright-core').Page} page */
const shifted = (page) =>
  page.evaluate(() => /** @type {{ value: number, what: string }[]} */ (Reflect.get(window, 'shifts')));

for (const size of [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]) {
  test(`nothing shifts while the page loads, nor by a filter (CLS 0, ${size.width} pixels wide)`, async () => {
    const { url } = await demoServer();
    await withPage(`${url}/`, { ...size, before: watchShifts }, async ({ page }) => {
      await drawn(page);
      await listed(page);
      const loaded = await shifted(page);
      const sum = loaded.reduce((all, { value }) => all + value, 0);
      // Zero to three decimals: letters that take the place of others of the same size may move by a hair.
      assert(sum < 0.0005, JSON.stringify(loaded));
      const overdue = await matched(url, 'problems', 'status=overdue');
      if (size.width < 760) await page.locator('.sheet-toggle').click();
      await page.locator('.chip-overdue').click();
      await until(
        'the filter is in force',
        () => counts(page),
        ({ all }) => all === overdue,
      );
      await settled(page);
      // What follows a press within half a second is no shift; later only numbers that are set to the right take their places.
      const after = (await shifted(page)).reduce((all, { value }) => all + value, 0);
      assert(after < 0.0005, JSON.stringify(await shifted(page)));
    });
  });
}

test('a card that was open before opens from what is known, without a wait for the service', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=lazo`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    const row = page.locator('.rows a').first();
    await row.click();
    await page.locator('.card .deadline').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.card').waitFor({ state: 'detached' });
    // Whatever is asked for now is not answered.
    await page.route('**/api/problems/**', () => {});
    await row.click();
    await page.locator('.card .deadline').waitFor();
  });
});

/**
 * Drags the map by hand.
 * @param {import('playwright-core').Page} page
 * @param {number} dx
 * @param {number} dy
 */
async function drag(page, dx, dy) {
  const box = await page.locator('#map').boundingBox();
  assert(box);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + dx / 2, y + dy / 2, { steps: 4 });
  await page.mouse.move(x + dx, y + dy, { steps: 4 });
  await page.mouse.up();
}

/** Numbers that look random and are the same every time. */
function chance(/** @type {number} */ seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('after three pans by hand the list is what the service has in the box of the camera (E07)', async () => {
  const { url } = await demoServer();
  const random = chance(11);
  await withPage(`${url}/?status=open#map=10.5/48.48/135.1`, {}, async ({ page }) => {
    await drawn(page);
    for (let move = 0; move < 3; move += 1) {
      const before = page.url();
      await drag(page, 300 * random() - 150, 240 * random() - 120);
      await until(
        'the map has moved',
        async () => page.url(),
        (now) => now !== before,
      );
      const { zoom, lat, lon } = cameraOf(await settled(page));
      await listed(page);
      const size = await page.locator('#map').boundingBox();
      assert(size);
      // What a map of this size shows of Mercator's square; its tiles are 512 pixels wide.
      const world = 512 * 2 ** zoom;
      const y = (/** @type {number} */ degrees) =>
        0.5 - Math.log(Math.tan(Math.PI / 4 + (degrees * Math.PI) / 360)) / (2 * Math.PI);
      const latOf = (/** @type {number} */ at) => (Math.atan(Math.exp((0.5 - at) * 2 * Math.PI)) * 360) / Math.PI - 90;
      const [half, up] = [(size.width / 2 / world) * 360, size.height / 2 / world];
      const box = [lon - half, latOf(y(lat) + up), lon + half, latOf(y(lat) - up)];
      const { features, numberMatched } = await json(
        `${url}/ogc/collections/problems/items?status=open&sortby=urgency&limit=500&bbox=${box.map((n) => n.toFixed(4))}`,
      );
      const { shown } = await counts(page);
      // The camera is written with four decimals: at the very edge one more or less may be in view.
      assert(Math.abs(shown - numberMatched) <= 2, `${shown} are listed, ${numberMatched} are there`);
      const ids = new Set(features.map((/** @type {any} */ { id }) => id));
      const strange = (await rowIds(page)).filter((id) => !ids.has(id));
      assert(strange.length <= 1, `${strange} are not in the box`);
    }
  });
});

test('a row under the pointer rings its symbol, and a symbol under the pointer its row (E07)', async () => {
  const { url } = await demoServer();
  const { features } = await json(`${url}/ogc/collections/problems/items?limit=100&sortby=urgency`);
  const { id, geometry } = features.find((/** @type {any} */ { geometry: { type } }) => type === 'Point');
  const [lon, lat] = geometry.coordinates;
  await withPage(`${url}/?q=${id}#map=16/${lat}/${lon}`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    const box = await page.locator('#map').boundingBox();
    assert(box);
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const around = { x: middle.x - 20, y: middle.y - 20, width: 40, height: 40 };
    await page.mouse.move(box.x + 300, box.y + 300);
    await settled(page);
    const plain = (await page.screenshot({ clip: around })).toString('base64');
    await page.locator('.rows a').first().hover();
    await until(
      'the symbol is ringed',
      async () => (await page.screenshot({ clip: around })).toString('base64'),
      (now) => now !== plain,
    );
    await page.mouse.move(middle.x, middle.y);
    await until(
      'the row is pointed at',
      () => page.locator('.rows a').first().getAttribute('data-pointed'),
      (is) => is === 'true',
    );
  });
});

test('twenty pans add no entry to the history, and what they need is let go again (E02)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/#map=9/48.5/135.1`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    const session = await page.context().newCDPSession(page);
    const heap = async () => {
      await session.send('HeapProfiler.collectGarbage');
      return (await session.send('Runtime.getHeapUsage')).usedSize;
    };
    const [entries, before] = [await page.evaluate(() => history.length), await heap()];
    for (let pan = 0; pan < 20; pan += 1) {
      await drag(page, pan % 2 ? 160 : -160, pan % 4 < 2 ? 90 : -90);
      await drawn(page);
    }
    await settled(page);
    const after = await heap();
    assert((await page.evaluate(() => history.length)) - entries <= 1);
    assert(after < before * 2 && after - before < 50e6, `${before} bytes became ${after}`);
  });
});
