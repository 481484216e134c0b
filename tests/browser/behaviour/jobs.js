// What people come for, in as few presses as they were promised (WEB.md 5.5).

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { withPage } from '../support/browser.js';
import { counts, drawn, listed, numberIn, until } from '../support/page.js';
import { demoServer, json, matched } from '../support/server.js';
import { test } from '../support/test.js';

/**
 * Presses, counted.
 * @param {import('playwright-core').Page} page
 */
function presser(page) {
  let presses = 0;
  return {
    press: async (/** @type {import('playwright-core').Locator} */ what) => {
      presses += 1;
      await what.click();
    },
    presses: () => presses,
    page,
  };
}

test('the head of a municipality sees what is overdue at home in two presses (5.5)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page }) => {
    await drawn(page);
    // Chosen once, some other day.
    await page.locator('.selects select').first().selectOption('komsomolsk');
    await until(
      'it is chosen',
      async () => page.url(),
      (now) => now.includes('mun=komsomolsk'),
    );
    await page.goto(`${url}/`);
    await drawn(page);
    await until(
      'the own municipality is shown again',
      async () => page.url(),
      (now) => now.includes('mun=komsomolsk'),
    );
    const overdue = await matched(url, 'problems', 'municipality=komsomolsk&status=overdue');
    const chip = page.locator('.chip-overdue');
    await until(
      'the chip tells how many',
      async () => numberIn((await chip.locator('.chip-count').textContent()) ?? '0'),
      (count) => count === overdue,
    );
    const { press, presses } = presser(page);
    await press(chip);
    await until(
      'they are listed',
      () => counts(page),
      ({ all }) => all === overdue,
    );
    await listed(page);
    await press(page.locator('.rows a').first());
    await page.locator('.card .deadline[data-overdue="true"]').waitFor();
    assert(presses() <= 2);
    // An address with a wish of its own is not changed, and the whole region forgets.
    await page.goto(`${url}/?status=closed`);
    await listed(page);
    assert.doesNotMatch(page.url(), /mun=/);
    await page.goto(`${url}/`);
    await listed(page);
    await page.locator('.selects select').first().selectOption('');
    await page.goto(`${url}/`);
    await listed(page);
    assert.doesNotMatch(page.url(), /mun=/);
  });
});

test('what was remembered and is no more is forgotten', async () => {
  const { url } = await demoServer();
  const before = () => localStorage.setItem('atlas-municipality', 'atlantis');
  await withPage(`${url}/`, { before }, async ({ page, allow }) => {
    allow(/400/);
    const whole = await matched(url, 'problems');
    await until(
      'the whole region is listed',
      () => counts(page),
      ({ all }) => all === whole,
    );
    assert.doesNotMatch(page.url(), /mun=/);
  });
});

test('a head finds the own row of the rating, and what its place is made of, in two presses (5.5)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page }) => {
    await drawn(page);
    const { press, presses } = presser(page);
    await press(page.locator('.tab', { hasText: 'Рейтинг' }));
    const row = page.locator('.rating tbody tr', { hasText: 'имени Лазо' });
    await row.waitFor();
    await press(row.locator('button').first());
    await until(
      'the own municipality is chosen',
      async () => page.url(),
      (now) => now.includes('mun=lazo'),
    );
    assert.equal(presses(), 2);
  });
});

test('a planner has the chosen objects as GeoJSON two presses after choosing (5.5)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=khabarovsk`, {}, async ({ page, allow }) => {
    // What becomes a file ends the page's own request.
    allow(/ERR_ABORTED/);
    await drawn(page);
    await listed(page);
    await page.locator('.chip-overdue').click();
    await page.locator('[data-category=roads]').click();
    const wanted = await matched(url, 'problems', 'municipality=khabarovsk&status=overdue&category=roads');
    await until(
      'they are listed',
      () => counts(page),
      ({ all }) => all === wanted,
    );
    const { press, presses } = presser(page);
    await press(page.getByRole('link', { name: 'Выгрузка', exact: true }));
    await page.waitForURL(/\/export\?/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      press(page.getByRole('link', { name: /^GeoJSON/ }).first()),
    ]);
    assert.equal(presses(), 2);
    const { features } = JSON.parse(await readFile((await download.path()) ?? '', 'utf8'));
    const { features: listedThere } = await json(
      `${url}/ogc/collections/problems/items?municipality=khabarovsk&status=overdue&category=roads&limit=10000`,
    );
    const ids = (/** @type {any[]} */ all) => all.map(({ id, properties }) => id ?? properties.id).sort();
    assert.deepEqual(ids(features), ids(listedThere));
  });
});

test('the sheet for Monday is one press away, and is made to be printed (5.5)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=lazo`, {}, async ({ page }) => {
    await drawn(page);
    const { press, presses } = presser(page);
    await press(page.getByRole('link', { name: 'Планёрка', exact: true }));
    await page.waitForURL(/\/plan\?mun=lazo/);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('nav:visible, button:visible, form:visible').count(), 0);
    assert((await page.pdf({ format: 'A4' })).byteLength > 5_000);
    assert.equal(presses(), 1);
  });
});

test('the map page on paper: conditions, date, legend and list, and nothing to press (E09)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=lazo&status=overdue`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    await page.emulateMedia({ media: 'print' });
    // The map is gone from the paper, and the list stays.
    assert((await page.pdf({ format: 'A4' })).byteLength > 5_000);
    await listed(page);
    const seen = await page.evaluate(() => {
      const texts = [...document.querySelectorAll('h1, .condition, .printed-at, .legend, .row-title, .list-count')];
      return texts.filter((text) => text.checkVisibility()).map((text) => text.textContent ?? '');
    });
    const paper = seen.join('\n');
    for (const part of ['район имени Лазо', 'Просрочено', 'По данным на', 'Новые', 'Показано']) {
      assert(paper.includes(part), `no «${part}» on paper`);
    }
    const rows = await page.$$eval('.row', (all) => all.filter((row) => row.checkVisibility()).length);
    assert.equal(rows, await matched(url, 'problems', 'municipality=lazo&status=overdue'));
    const pressed = await page.$$eval('select, input, .control, .tab, .icon-button, .chip, .map-switch', (all) =>
      all.filter((one) => one.checkVisibility()).map((one) => one.className || one.tagName),
    );
    assert.deepEqual(pressed, []);
  });
});
