// What is there when something is missing: graphics, the service, a tile, the connection.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { assertNotBlank, counts, drawn, lastRequest, listed, until } from '../support/page.js';
import { atlas, demoServer, folder, matched, serve } from '../support/server.js';
import { test } from '../support/test.js';

test('without three-dimensional graphics there is a simpler map, and everything else works (E11)', async () => {
  const { url } = await demoServer();
  const options = { flags: ['--disable-3d-apis'] };
  await withPage(`${url}/`, options, async ({ page, requests }) => {
    await page.locator('.flat-map').waitFor();
    assert.match((await page.locator('.flat-map').textContent()) ?? '', /упрощённая карта.*не поддерживает/);
    await page.locator('.flat-area').nth(18).waitFor();
    await page.locator('.flat-donut').first().waitFor();
    await listed(page);
    const whole = await matched(url, 'problems');
    assert.deepEqual(await counts(page), { shown: whole, all: whole });
    assert(!requests.some((address) => /engine|maplibre/.test(address)), 'the engine is loaded for nothing');

    await page.locator('.flat-area[aria-label*="Ванинский"]').focus();
    await page.keyboard.press('Enter');
    const inVanino = await matched(url, 'problems', 'municipality=vaninsky');
    await until(
      'the municipality is listed',
      () => counts(page),
      ({ shown }) => shown === inVanino,
    );
    await page.locator('.rows a').first().click();
    await page.locator('.card .deadline').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.tab').last().click();
    await page.locator('.rating tbody tr').first().waitFor();
    const fills = await page.$$eval(
      '.flat-area',
      (areas) => new Set(areas.map((area) => area.getAttribute('fill'))).size,
    );
    assert(fills >= 2, 'the metric does not colour the simpler map');
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
    assert.match((await page.locator('.status-line').textContent()) ?? '', /Сервер не отвечает/);
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
