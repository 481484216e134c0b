// What is there when something is missing: graphics, the service, a tile, the connection.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { counts, drawn, listed, until } from '../support/page.js';
import { atlas, demoServer, folder, matched, serve } from '../support/server.js';
import { test } from '../support/test.js';

test('without three-dimensional graphics there is a simpler map, and everything else works', async () => {
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

test('a list that cannot be had is told of, and comes when asked again', async () => {
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

test('a server that goes is told of, and the page catches up when it is back', async () => {
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

test('a view without objects says how far the nearest is, and goes there', async () => {
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
