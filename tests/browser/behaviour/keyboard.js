// Everything from the keyboard, and the focus is never lost.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { assertSameCamera, cameraOf, drawn, listed, said, settled, until } from '../support/page.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';

/** @param {import('playwright-core').Page} page */
function focused(page) {
  return page.evaluate(() => {
    const now = document.activeElement;
    if (!now || now === document.body) return null;
    const { outlineStyle } = getComputedStyle(now);
    return { tag: now.tagName, id: now.id, name: now.className.toString(), seen: outlineStyle !== 'none' };
  });
}

test('skip links, search, chip, list, card and map, one after another by keys alone (E03)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=khabarovsk`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    await page.keyboard.press('Tab');
    assert.match((await page.evaluate(() => document.activeElement?.textContent)) ?? '', /К списку/);
    // On to the chip of what is overdue: every stop on the way is there to be seen.
    for (let stop = 0; ; stop += 1) {
      assert(stop < 20, 'the chip cannot be reached');
      await page.keyboard.press('Tab');
      const now = await focused(page);
      assert(now, `the focus is lost at stop ${stop}`);
      assert(now.seen, `the focus cannot be seen on ${now.tag}.${now.name}`);
      if (now.name.includes('chip-overdue')) break;
    }
    await page.keyboard.press('Space');
    await until(
      'the chip is pressed',
      () => page.locator('.chip-overdue').getAttribute('aria-pressed'),
      (is) => is === 'true',
    );
    await drawn(page);
    await listed(page);

    // The list is one stop; arrows move within it.
    for (let stop = 0; !(await focused(page))?.name.includes('row'); stop += 1) {
      assert(stop < 20, 'the list cannot be reached');
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.card .deadline').waitFor();
    assert.equal((await focused(page))?.tag, 'H2');
    await page.keyboard.press('Escape');
    await page.locator('.card').waitFor({ state: 'detached' });
    assert.equal(
      await page
        .locator('.rows a')
        .nth(2)
        .evaluate((row) => row === document.activeElement),
      true,
    );
  });
});

test('arrows pan the map, plus and minus zoom, Home shows the region, N steps and Enter opens (E03, E20)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/#map=14/48.48/135.08`, {}, async ({ page }) => {
    await drawn(page);
    await page.locator('#map canvas').focus();
    const before = cameraOf(page.url());
    await page.keyboard.press('ArrowRight');
    await until(
      'the map moves east',
      async () => cameraOf(page.url()).lon,
      (lon) => lon > before.lon,
    );
    await page.keyboard.press('ArrowUp');
    await until(
      'the map moves north',
      async () => cameraOf(page.url()).lat,
      (lat) => lat > before.lat,
    );
    await page.keyboard.press('+');
    await until(
      'the map is nearer',
      async () => cameraOf(page.url()).zoom,
      (zoom) => zoom > 14.9,
    );
    await page.keyboard.press('-');
    await until(
      'the map is farther',
      async () => cameraOf(page.url()).zoom,
      (zoom) => zoom < 14.1,
    );
    await drawn(page);

    await page.keyboard.press('n');
    const first = await until(
      'the first object is said',
      () => said(page),
      (now) => now !== '' && !now.startsWith('На карте'),
    );
    await page.keyboard.press('n');
    const second = await until(
      'another is said',
      () => said(page),
      (now) => now !== first,
    );
    await page.keyboard.press('Shift+N');
    await until(
      'the first is said again',
      () => said(page),
      (now) => now === first,
    );
    await page.keyboard.press('n');
    await until(
      'the second is said again',
      () => said(page),
      (now) => now === second,
    );
    await page.keyboard.press('Enter');
    await page.locator('.card h2').waitFor();
    const address = await settled(page);
    await page.keyboard.press('Escape');
    await page.locator('.card').waitFor({ state: 'detached' });
    assert.equal((await focused(page))?.tag, 'CANVAS');
    assertSameCamera(await settled(page), address);

    await page.keyboard.press('Home');
    await until(
      'the region is seen',
      async () => cameraOf(page.url()).zoom,
      (zoom) => zoom < 6,
    );
    // The map is one stop: Tab leaves it.
    await page.keyboard.press('Tab');
    assert.notEqual((await focused(page))?.tag, 'CANVAS');
  });
});

test('letters do nothing while the map has no focus', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=khabarovsk`, {}, async ({ page }) => {
    await drawn(page);
    const before = page.url();
    await page.locator('.chip-open').focus();
    for (const key of ['n', 'ArrowRight', '+', 'Home']) await page.keyboard.press(key);
    await drawn(page);
    assert.equal(page.url(), before);
    assert.equal(await page.locator('.tooltip').count(), 0);
  });
});
