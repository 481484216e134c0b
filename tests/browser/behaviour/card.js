// The card: deadline, cost, responsible body, history; opened from list, map and address, closed by Back and Escape.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { assertSameCamera, counts, drawn, listed, settled, until } from '../support/page.js';
import { demoServer, json } from '../support/server.js';
import { test } from '../support/test.js';

test('a card opens from the list, Back closes it, and filters, count and camera stay (E02)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?status=overdue&mun=komsomolsk#map=10/50.55/137`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    const [before, address] = [await counts(page), await settled(page)];
    const row = page.locator('.rows a').first();
    const title = (await row.locator('.row-title').textContent())?.trim();
    await row.click();
    await page.locator('.card .deadline').waitFor();
    assert.equal((await page.locator('.card h2').textContent())?.trim(), title);
    assert.match(page.url(), /[?&]o=ATL-27-\d+/);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H2');
    await drawn(page);
    await page.goBack();
    await page.locator('.card').waitFor({ state: 'detached' });
    assert.match(page.url(), /mun=komsomolsk&status=overdue/);
    await drawn(page);
    await until(
      'the same count',
      () => counts(page),
      ({ all }) => all === before.all,
    );
    assertSameCamera(await settled(page), address);
    assert.equal(await row.evaluate((link) => link === document.activeElement), true);
  });
});

test('a card holds what the service knows, and an address opens it where the object lies', async () => {
  const { url } = await demoServer();
  const { features } = await json(`${url}/ogc/collections/problems/items?sortby=-cost_rub&status=overdue&limit=50`);
  const found = features.find((/** @type {any} */ { properties: p }) => p.slip_days > 0 && p.responsible_name);
  assert(found);
  const known = await json(`${url}/api/problems/${found.id}`);
  await withPage(`${url}/?o=${found.id}`, {}, async ({ page }) => {
    await page.locator('.card .history li').first().waitFor();
    const text = (await page.locator('.card').textContent()) ?? '';
    for (const part of [known.title, known.id, known.responsible_name, 'Просрочен на', 'Первый срок', '₽']) {
      assert(text.includes(part), `no «${part}» in «${text}»`);
    }
    assert.equal(await page.locator('.card .history li').count(), known.events.length);
    await drawn(page);
    await until(
      'the map goes there',
      async () => page.url(),
      (now) => /#map=14\//.test(now),
    );
    await page.keyboard.press('Escape');
    await page.locator('.card').waitFor({ state: 'detached' });
    assert.doesNotMatch(page.url(), /[?&]o=/);
  });
});

test('an object that is not there is told of, and the page goes on', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?o=ATL-27-999999`, {}, async ({ page, allow }) => {
    allow(/404/);
    await page.locator('.card .notice').waitFor();
    await page.locator('.card-close').click();
    await page.locator('.card').waitFor({ state: 'detached' });
    await listed(page);
  });
});
