// Everything from the keyboard, and the focus is never lost.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { assertSameCamera, cameraOf, counts, drawn, listed, said, settled, until } from '../support/page.js';
import { demoServer, json } from '../support/server.js';
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

/**
 * Goes on by Tab until something is reached; at every stop there is a focus, and it can be seen.
 * @param {import('playwright-core').Page} page
 * @param {string} what
 * @param {(now: { tag: string, id: string, name: string }) => boolean} reached
 */
async function tabTo(page, what, reached) {
  for (let stop = 0; stop < 40; stop += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    assert(now, `the focus is lost at stop ${stop} on the way to ${what}`);
    assert(now.seen || now.tag === 'CANVAS', `the focus cannot be seen on ${now.tag}.${now.name}`);
    if (reached(now)) return;
  }
  assert.fail(`${what} cannot be reached`);
}

test('skip links, search, chip, list, card, close and map in one run by keys alone (E03)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=khabarovsk`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    for (const words of ['К списку', 'К карте', 'К таблице']) {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), words);
      assert((await focused(page))?.seen);
    }
    await tabTo(page, 'the search', ({ id }) => id === 'search');
    await page.keyboard.type('ул');
    await listed(page);
    await page.keyboard.press('Escape');
    await tabTo(page, 'the chip', ({ name }) => name.includes('chip-overdue'));
    await page.keyboard.press('Space');
    await until(
      'the chip is pressed',
      () => page.locator('.chip-overdue').getAttribute('aria-pressed'),
      (is) => is === 'true',
    );
    await drawn(page);
    await listed(page);

    // The list is one stop; arrows move within it.
    await tabTo(page, 'the list', ({ name }) => name.split(' ').includes('row'));
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
    await settled(page);
    await tabTo(page, 'the map', ({ tag }) => tag === 'CANVAS');
    const quiet = await page.evaluate(() => document.querySelector('#told')?.textContent ?? '');
    const told = () => page.evaluate(() => document.querySelector('#told')?.textContent ?? '');
    await page.keyboard.press('n');
    const first = await until('the first is said', told, (now) => now !== '' && now !== quiet);
    await page.keyboard.press('n');
    await until('the next is said', told, (now) => now !== '' && now !== first);
    const before = page.url();
    await page.keyboard.press('Enter');
    // A single object opens, several are come nearer to.
    await until(
      'what was reached is opened',
      async () => page.url(),
      (now) => now !== before,
    );
    assert.notEqual(await focused(page), null);
  });
});

test('plus comes nearer to what is nearest, so that it does not leave the map (E03)', async () => {
  const { url } = await demoServer();
  const { features } = await json(`${url}/ogc/collections/problems/items?limit=100&sortby=urgency`);
  const { id, geometry } = features.find((/** @type {any} */ { geometry: { type } }) => type === 'Point');
  const [lon, lat] = geometry.coordinates;
  await withPage(`${url}/?q=${id}#map=13/${lat + 0.01}/${lon + 0.02}`, {}, async ({ page }) => {
    await drawn(page);
    await page.locator('#map canvas').focus();
    for (let zoom = 14; zoom <= 16; zoom += 1) {
      await page.keyboard.press('+');
      await until(
        'the map is nearer',
        async () => cameraOf(await settled(page)).zoom,
        (now) => now > zoom - 0.1,
      );
    }
    await listed(page);
    assert.equal((await counts(page)).shown, 1);
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
    await page.locator('.chip-new').focus();
    for (const key of ['n', 'ArrowRight', '+', 'Home']) await page.keyboard.press(key);
    await drawn(page);
    assert.equal(page.url(), before);
    assert.equal(await page.locator('.tooltip').count(), 0);
  });
});
