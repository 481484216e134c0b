// What is there when something is missing: graphics, the service, a tile, the connection.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import {
  assertNotBlank,
  assertSameCamera,
  cameraOf,
  counts,
  drawn,
  lastRequest,
  listed,
  settled,
  until,
} from '../support/page.js';
import { atlas, demoServer, folder, json, matched, serve } from '../support/server.js';
import { test } from '../support/test.js';

/** Chromium as it is where nothing can be drawn in three dimensions. */
const FLAT = { flags: ['--disable-3d-apis'] };

test('without three-dimensional graphics the map is of pictures, and everything else works (E00, E11)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, FLAT, async ({ page, requests }) => {
    await assertNotBlank(page);
    assert.match((await page.locator('.simplified').textContent()) ?? '', /упрощённая карта.*не поддерживает/);
    await page.locator('.simplified button').click();
    assert.equal(await page.locator('.simplified').count(), 0);
    await listed(page);
    const whole = await matched(url, 'problems');
    assert.deepEqual(await counts(page), { shown: whole, all: whole });
    assert(!requests.some((address) => /engine|maplibre/.test(address)), 'the engine is loaded for nothing');
    assert(requests.some((address) => /\/tiles\/problems\/\d+\/\d+\/\d+\.png/.test(address)));

    await page.locator('.chip-overdue').click();
    await drawn(page);
    assert.match(lastRequest(requests, /\/tiles\/problems\/.*\.png/) ?? '', /status=overdue/);
    await page.locator('.conditions > .link-button').click();
    await page.locator('.heat-switch').click();
    await page.evaluate(() => {
      location.hash = '#map=11/48.48/135.1';
    });
    await until(
      'pictures of density',
      async () => lastRequest(requests, /\/tiles\/heat\/.*\.png/),
      (tile) => tile !== undefined,
    );
    await page.locator('.heat-values').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Шестиугольники' }).count(), 0);
    await page.locator('.tab').last().click();
    await page.locator('.rating tbody tr').first().waitFor();
    const fills = await page.$$eval(
      '.raster-area',
      (areas) => new Set(areas.map((area) => area.getAttribute('fill'))).size,
    );
    assert(fills >= 2, 'the metric does not colour the map of pictures');
  });
});

test('the map of pictures moves, is in the address, and opens what is pressed, by hand and by key (E01, E03, E07)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?status=open#map=10/48.48/135.1`, FLAT, async ({ page, requests }) => {
    await drawn(page);
    await listed(page);
    await page.getByRole('button', { name: 'Приблизить' }).click();
    const address = await settled(page);
    assert.equal(cameraOf(address).zoom, 11);
    await listed(page);
    const asked = lastRequest(requests, /\/problems\/items\?.*bbox=/);
    assert(asked);
    assert.equal((await json(asked)).numberMatched, (await counts(page)).shown);
    await page.reload();
    assertSameCamera(await settled(page), address);

    // A press where several are comes nearer; on a single object it opens it.
    const { features } = await json(
      `${url}/ogc/collections/problems/items?status=open&bbox=135.0,48.4,135.2,48.6&limit=1`,
    );
    const [{ id, geometry }] = features;
    const [lon, lat] = geometry.type === 'Point' ? geometry.coordinates : geometry.coordinates.flat(3);
    await page.evaluate((to) => {
      location.hash = to;
    }, `#map=17/${lat}/${lon}`);
    await settled(page);
    const box = await page.locator('#map').boundingBox();
    assert(box);
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator('.card .deadline').waitFor();
    if (geometry.type === 'Point') assert.equal(new URL(page.url()).searchParams.get('o'), id);
    await page.keyboard.press('Escape');
    await page.locator('.card').waitFor({ state: 'detached' });

    const map = page.locator('#map');
    await map.focus();
    await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    await page.locator('.card .deadline').waitFor();
    await map.focus();
    await page.keyboard.press('Home');
    await until(
      'the whole region',
      async () => cameraOf(page.url()).zoom,
      (zoom) => zoom < 6,
    );
    await settled(page);
    await map.focus();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.closest('#map')), null);
  });
});

test('without scripts there is a heading and a way to the data', async () => {
  const { url } = await demoServer();
  const html = await (await fetch(url)).text();
  assert.match(html, /<div id="poster">[\s\S]*href="\/table"[\s\S]*<h1>[\s\S]*<table>[\s\S]*<svg/);
});

test('a list that cannot be had is told of, and comes when asked again (E11)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page, allow }) => {
    allow(/502/);
    await drawn(page);
    await listed(page);
    await page.route('**/items?*status=overdue*', (route) => route.fulfill({ status: 502, body: 'bad gateway' }));
    await page.locator('.chip-overdue').click();
    await page.locator('.notice[role=alert]').waitFor();
    assert.match((await page.locator('.notice[role=alert]').textContent()) ?? '', /Не удалось получить данные.*502/);
    await page.unroute('**/items?*status=overdue*');
    await page.locator('.notice[role=alert] button').click();
    await page.locator('.rows').waitFor();
  });
});

test('a server that goes is told of, and the page catches up when it is back (E11)', async () => {
  const data = `${await folder()}/data`;
  await atlas('demo', '--data', data, '--problems', '50', '--appeals', '50', '--assessments', '100');
  const first = await serve(data);
  await withPage(`${first.url}/`, {}, async ({ page, allow }) => {
    allow(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
    await listed(page);
    await first.stop();
    await page.locator('.status-line[data-broken="true"]').waitFor();
    assert.match(
      (await page.locator('.status-line').textContent()) ?? '',
      /Сервер не отвечает с \d\d:\d\d\. Показаны данные на \d+ /,
    );
    const again = await serve(data, new URL(first.url).host);
    await page.locator('.status-line[data-broken="false"]').waitFor();
    assert.deepEqual(await counts(page), { shown: 50, all: 50 });
    await again.stop();
  });
});

test('a view without objects says how far the nearest is, and goes there (E19)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/#map=9/58/150`, {}, async ({ page }) => {
    await drawn(page);
    await page.locator('.notice').waitFor();
    await until(
      'the nearest is told',
      () => page.locator('.notice').textContent(),
      (text) => /Ближайший — [\d\s]+\s?км/.test(text ?? ''),
    );
    await page.locator('.notice .button').first().click();
    await page.locator('.rows').waitFor();
  });
});

test('when the graphics go and come back, a drawing stands in and the map takes up what was chosen meanwhile (E11)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page, requests }) => {
    await drawn(page);
    await listed(page);
    /** @type {import('playwright-core').JSHandle<WEBGL_lose_context>} */
    const context = await page.evaluateHandle(() => {
      const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('#map canvas'));
      return /** @type {WEBGL_lose_context} */ (canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context'));
    });
    await context.evaluate((graphics) => graphics.loseContext());
    await page.locator('.flat-map [role=alert]').waitFor();
    assert.match((await page.locator('.flat-map [role=alert]').textContent()) ?? '', /перестала отвечать/);
    await page.locator('.flat-area').nth(18).waitFor();
    // Whatever asks something of the map now must not find it without a style.
    await page.locator('.rows a').first().hover();
    await page.locator('.chip-overdue').click();
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    const overdue = await matched(url, 'problems', 'status=overdue');
    await until(
      'what is overdue is listed',
      () => counts(page),
      ({ all }) => all === overdue,
    );
    await context.evaluate((graphics) => graphics.restoreContext());
    await page.locator('.flat-map').waitFor({ state: 'detached' });
    await assertNotBlank(page);
    assert.match(lastRequest(requests, /\/tiles\/problems\/.*\.mvt/) ?? '', /status=overdue/);
  });
});

test('a map whose engine does not come is told of, and the rest of the page works (E11)', async () => {
  const { url } = await demoServer();
  await withPage('about:blank', { host: new URL(url).host }, async ({ page, allow }) => {
    allow(/404/);
    await page.route('**/*worker*', (route) => route.fulfill({ status: 404, body: 'not found' }));
    await page.goto(`${url}/`);
    await page.locator('.flat-map [role=alert] button').waitFor();
    assert.match((await page.locator('.flat-map [role=alert]').textContent()) ?? '', /Не удалось загрузить карту/);
    await listed(page);
    await page.locator('.rows a').first().click();
    await page.locator('.card .deadline').waitFor();
    await page.unroute('**/*worker*');
    await page.locator('.flat-map [role=alert] button').click();
    await drawn(page);
  });
});

test('a server that does not answer in time is told of, and asked again when the reader wants (E11)', async () => {
  const { url } = await demoServer();
  const impatient = () => {
    const usual = window.setTimeout;
    // Half a minute is long for a test.
    Reflect.set(window, 'setTimeout', (/** @type {() => void} */ act, /** @type {number} */ ms) =>
      usual(act, ms === 30_000 ? 3_000 : ms),
    );
  };
  await withPage(`${url}/`, { before: impatient }, async ({ page }) => {
    await listed(page);
    // Held back without end.
    await page.route('**/items?*status=closed*', () => {});
    await page.locator('.chip-closed').click();
    await page.locator('.notice[role=alert]').waitFor();
    assert.match((await page.locator('.notice[role=alert]').textContent()) ?? '', /не ответил вовремя/);
    await page.unroute('**/items?*status=closed*');
    await page.locator('.notice[role=alert] button').click();
    await page.locator('.rows').waitFor();
  });
});
