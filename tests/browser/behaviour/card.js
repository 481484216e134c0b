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

test('a card tells of appeals and similar objects nearby, as the service counts them, and leads on', async () => {
  const { url } = await demoServer();
  const { features } = await json(
    `${url}/ogc/collections/problems/items?municipality=khabarovsk&status=overdue&limit=1`,
  );
  const [{ id, geometry }] = features;
  const [lon, lat] = geometry.type === 'Point' ? geometry.coordinates : geometry.coordinates.flat(3);
  const [tall, wide] = [0.3 / 111, 0.3 / 111 / Math.cos((lat * Math.PI) / 180)];
  const box = [lon - wide, lat - tall, lon + wide, lat + tall].map((degrees) => degrees.toFixed(4)).join(',');
  const around = await json(`${url}/ogc/collections/appeals/items?limit=1000&bbox=${box}`);
  const metres = (/** @type {any} */ { geometry: { coordinates } }) =>
    Math.hypot((coordinates[0] - lon) * Math.cos((lat * Math.PI) / 180), coordinates[1] - lat) * 111_195;
  const near = around.features.filter((/** @type {any} */ feature) => metres(feature) <= 300).length;
  const exact = geometry.type === 'Point';
  await withPage(`${url}/?o=${id}`, {}, async ({ page }) => {
    const words = await page.locator('.near-appeals p').textContent();
    assert.match(words ?? '', /Не дальше 300\sм/);
    if (exact && near > 0) assert.equal(Number(words?.replace(/^.*—/, '').replace(/\D/g, '')), near);
    await page.locator('.near-similar button').first().waitFor();
    await page.getByRole('button', { name: 'Что изменилось' }).click();
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'history');
    assert.equal(await page.getByRole('link', { name: 'Страница объекта' }).getAttribute('href'), `/o/${id}`);
    // What is printed is the page of the object.
    const [sheet] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Печать' }).click(),
    ]);
    await sheet.waitForLoadState();
    assert.equal(new URL(sheet.url()).pathname, `/o/${id}`);
    await sheet.close();
    await page.locator('.near-similar button').first().click();
    await until(
      'the similar object is opened',
      async () => new URL(page.url()).searchParams.get('o'),
      (now) => now !== id,
    );
  });
  const html = await (await fetch(`${url}/o/${id}`)).text();
  assert.match(html, /Обращения рядом/);
  assert.match(html, /Не дальше 300 м/);
});

test('the page is no dead end: every page of the atlas, the municipality and the object are a link away', async () => {
  const { url } = await demoServer();
  const pages = ['rating', 'changes', 'plan', 'slippage', 'hotspots', 'silence', 'method', 'help', 'a11y', 'table'];
  for (const [width, height] of [
    [1280, 800],
    [390, 844],
  ]) {
    await withPage(`${url}/?mun=lazo&at=2026-06-01&theme=dark`, { width, height }, async ({ page }) => {
      await drawn(page);
      await page.getByRole('button', { name: 'Меню' }).click();
      const links = await page.$$eval('.header a, .menu-list a', (all) => all.map((link) => link.getAttribute('href')));
      for (const name of pages) {
        const href = links.find((link) => new URL(link ?? '', url).pathname === `/${name}`);
        assert(href, `no way to /${name}`);
        assert.match(href, /theme=dark/);
        assert.equal((await fetch(url + href)).status, 200, href);
      }
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('.menu-list').count(), 0);
      if (Number(width) < 760) return;
      const own = await page.locator('.own-page').getAttribute('href');
      assert.equal(own, '/m/lazo?at=2026-06-01&theme=dark');
      assert.equal((await fetch(url + own)).status, 200);
    });
  }
});
